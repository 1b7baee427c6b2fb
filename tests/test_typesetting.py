"""The layout standard: lines, titles, letterhead, tables over pages, and the structure of the PDF."""

import io
import itertools
import json
import os
import re
import subprocess
import sys

import docx
import pdfplumber
import pytest
from conftest import GOOD, MINIMAL, ROOT
from docx.oxml.ns import qn
from hypothesis import example, given
from hypothesis import strategies as st
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from typesetters import typesetter

import reportgen
from reportgen.format import get_edition, grid, held
from reportgen.outputs.build import Options
from reportgen.outputs.document import document
from reportgen.outputs.pdf import write as pdf
from reportgen.outputs.pdf.engine.library import EngineMissingError
from reportgen.standard import layout, styles
from reportgen.standard.fonts import number_glyphs
from reportgen.standard.line_breaks import NOT_FIRST, NOT_LAST, breakable, gaps, line_end
from reportgen.standard.look import STANDARD
from reportgen.standard.mark_space import CLOSING
from reportgen.standard.title import signature_lines, title_lines

SUQIAN = ROOT / "data" / "suqian" / "2024.yaml"
LETTERHEAD = """letterhead:
  mark: 某县统计局文件
  document_number: 某统发〔2025〕2号
  to: 县政府办公室
  copies: 县委办公室，县人大常委会办公室
  printed_by: 某县统计局办公室
  printed: 2025-01-18
signature: {date: 2025-01-18}
"""


def set_lines(text, width):
    """Return the lines of a text whose hanzi are 1 and whose other characters are half wide."""
    lines = []
    while text:
        widths = [0.5 if character.isascii() else 1.0 for character in text]
        end = line_end(text, widths, widths, width)
        lines.append(text[:end].rstrip(" "))
        text = text[end:].lstrip(" ")
    return lines


@pytest.mark.parametrize(("text", "expected"), [
    ("一二三四五六七", ["一二三四五", "六七"]),
    ("一二三四五，六七", ["一二三四", "五，六七"]),
    ("一二三四（五六）七", ["一二三四", "（五六）七"]),
    ("收到申请3525件，", ["收到申请", "3525件，"]),
    ("国办函〔21〕3号", ["国办函", "〔21〕3号"]),
    ("一二三四——五", ["一二三", "四——五"]),
    ("一二三四±5", ["一二三四", "±5"]),
    ("一二三word四", ["一二三word", "四"]),
    ("一二三四words五", ["一二三四", "words五"]),
    ("a long line of words", ["a long", "line of", "words"]),
    ("一二三四五”", ["一二三四", "五”"]),
    # What no line has room for is torn: after the marks of an address where that fills the line, anywhere else.
    ("12345678901234567890", ["1234567890", "1234567890"]),
    ("一二http://a.b/cd/efghijk", ["一二", "http://", "a.b/cd/", "efghijk"]),
    ("一二三四五a.bc/def/ghijk", ["一二三四五", "a.bc/def/", "ghijk"]),
    ("一二三四五a.b/defghijklmn", ["一二三四五", "a.b/defghi", "jklmn"]),
    ("一abc_def_ghijklm-opqrstu。", ["一abc_def_", "ghijklm-", "opqrstu。"]),
    ("一二三四w123456789012", ["一二三四", "w123456789", "012"]),
    ("一。。。。。。。二", ["一。。。。", "。。。二"]),
])
def test_where_lines_end(text, expected):
    assert set_lines(text, 5) == expected


@pytest.mark.parametrize(("text", "growing"), [
    ("一二三", [True, True]), ("一——二", [True, False, True]), ("……一", [False, True]), ("—…", [True]),
    ("共35件", [True, False, True]), ("，（", [True]),
])
def test_where_a_line_may_be_spread(text, growing):
    assert gaps(text) == growing


@example("33———3 3—", 6)
@given(st.text(alphabet="一二三，。（）“”〔〕3年a %—…", min_size=1, max_size=60), st.integers(6, 20))
def test_lines_keep_every_character_and_the_rules(text, width):
    lines = set_lines(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(map(layout.text_width, lines)) <= width
    # What may be divided nowhere and fits no line has to be divided all the same.
    starts = [0, *(at for at in range(1, len(text)) if breakable(text, at)), len(text)]
    if any(layout.text_width(text[start:end].rstrip(" ")) > width for start, end in itertools.pairwise(starts)):
        return
    at = 0
    for before, after in itertools.pairwise(lines):
        at = text.index(before, at) + len(before)
        assert after[0] not in NOT_FIRST
        assert before.rstrip(" ")[-1:] not in NOT_LAST
        assert not (before[-1:].isdigit() and text[at].isdigit())


def test_lines_end_at_the_right_edge(built):
    right = (layout.MARGIN_LEFT + layout.TYPE_WIDTH) / layout.MM_PER_POINT
    with pdfplumber.open(built[SUQIAN]["pdf"]) as opened:
        lines = [line for page in opened.pages[1:4] for line in page.extract_text_lines()[:-1]]
    full = [line for line in lines if line["text"][-1] not in "。：" and len(line["text"]) > 20]
    assert len(full) > 40
    # The blank half of a mark hangs out, so that what is printed ends at the edge.
    hung = [layout.BODY_SIZE / 2 * (line["text"][-1] in CLOSING) for line in full]
    assert sum(map(bool, hung)) > 3
    assert max(abs(line["x1"] - blank - right) for line, blank in zip(full, hung, strict=True)) < 0.3 / layout.MM_PER_POINT


def test_a_page_parsed_as_xml_is_the_same_as_html(built):
    import tinyhtml5

    from reportgen.outputs.pdf.engine.stencilling import page_of, root_of

    def flat(root):
        return [(one.tag, sorted(one.attrib.items()), (one.text or "").strip(), (one.tail or "").strip()) for one in root.iter()]

    html = pdf.render_html(document(built[SUQIAN]["report"]))
    root = page_of(root_of(html), None).etree_element
    assert flat(root) == flat(tinyhtml5.parse(io.BytesIO(html.encode()), namespace_html_elements=False))
    # A template that is no XML is read as HTML is; what declares an entity is no XML to us, so nothing is expanded.
    declared = '<!DOCTYPE a [<!ENTITY b "SPELLED">]>'
    for text in (html.replace("<br/>", "<br>").replace('<meta charset="utf-8"/>', '<meta charset="utf-8">'),
                 f"{declared}<html>&b;</html>", html.replace("<!DOCTYPE html>", declared).replace("</h1>", "&b;</h1>", 1)):
        assert root_of(text) is None
        page, tables = typesetter().page(text)
        assert tables == {}
        shown = "".join("".join(page.etree_element.itertext()).split())
        assert ("&b;" in shown) is ("&b;" in text)
        assert "SPELLED" not in shown


@pytest.mark.parametrize(("title", "expected"), [
    ("某县统计局\n2024年政府信息公开工作年度报告", ["某县统计局", "2024年政府信息公开工作年度报告"]),
    ("宿迁市2024年政府信息公开工作年度报告", ["宿迁市2024年政府信息公开工作年度报告"]),
    ("新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县住房和城乡建设局", ["新疆维吾尔自治区伊犁哈萨克自治州", "察布查尔锡伯自治县住房和城乡建设局"]),
    ("某某省某某市市场监督管理局2024年政府信息公开工作年度报告", ["某某省某某市市场监督管理局", "2024年政府信息公开工作年度报告"]),
    ("Ministry of Ecology and Environment Annual Report on Openness", ["Ministry of Ecology and Environment ", "Annual Report on Openness"]),
    ("A" * 60, ["A" * 30, "A" * 30]),
])
def test_titles_are_broken_by_meaning(title, expected):
    assert title_lines(title) == expected


@given(st.text(alphabet="某省市县局和政府信息2024年（）a", min_size=1, max_size=200))
def test_title_lines_fit_and_none_is_one_character(title):
    lines = title_lines(title)
    width = layout.TYPE_WIDTH / layout.MM_PER_POINT / layout.TITLE_SIZE
    assert "".join(lines) == title
    assert all(layout.text_width(line) <= width for line in lines)
    assert len(lines) == 1 or min(len(line) for line in lines) > 1


def test_a_long_name_is_signed_in_lines():
    lines = signature_lines("新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县住房和城乡建设局", "2025年3月20日")
    assert [text for text, _ in lines] == ["新疆维吾尔自治区伊犁哈萨克自治州", "察布查尔锡伯自治县住房和城乡建设局", "2025年3月20日"]
    assert all(indent >= 0 and indent + layout.text_width(text) <= 26 for text, indent in lines[:2])


def test_letterhead_and_imprint(read, tmp_path):
    word, printed = reportgen.build(read(GOOD + LETTERHEAD), tmp_path)
    texts = [paragraph.text for paragraph in docx.Document(word).paragraphs]
    start = texts.index("某县统计局文件")
    assert texts[start:start + 9] == ["某县统计局文件", "", "", "某统发〔2025〕2号", "", "", "某县统计局\n2024年政府信息公开工作年度报告",
                                      "", "县政府办公室："]
    xml = docx.Document(word).element.xml
    assert all(text in xml for text in ("抄送：县委办公室，县人大常委会办公室。", "某县统计局办公室", "2025年1月18日印发"))
    with pdfplumber.open(printed) as opened:
        assert len(opened.pages) % 2 == 0
        first = opened.pages[0]
        red = [char for char in first.chars if char["non_stroking_color"] == (1, 0, 0)]
        assert "".join(char["text"] for char in red) == "某县统计局文件"
        top = (min(char["top"] for char in red)) * layout.MM_PER_POINT
        assert abs(top - layout.MARGIN_TOP - layout.MARK_DROP) < 1
        line = next(rect for rect in first.rects if rect["width"] > 440 and rect["non_stroking_color"] == (1, 0, 0))
        number = next(line for line in first.extract_text_lines() if "某统发" in line["text"])
        # Half of what a line is higher than its characters stands between them and the gap.
        leading = (layout.LINE_PITCH - layout.BODY_SIZE) / 2
        gap = line["bottom"] - number["bottom"] - leading
        assert abs(gap * layout.MM_PER_POINT - layout.RED_LINE_PADDING) < 0.2
        foot = opened.pages[-1].extract_text_lines()
        assert [line["text"] for line in foot][-3:-1] == ["抄送：县委办公室，县人大常委会办公室。", "某县统计局办公室 2025年1月18日印发"]
        bottom = (layout.PAGE_HEIGHT - layout.MARGIN_BOTTOM) / layout.MM_PER_POINT
        assert 0 < bottom - foot[-2]["bottom"] < 10


def test_an_attachment_has_its_heading_and_a_line_below(read, tmp_path):
    word, printed = reportgen.build(read(GOOD + "attachment: 2\n"), tmp_path)
    assert [p.text for p in docx.Document(word).paragraphs][:3] == ["附件2", "", "某县统计局\n2024年政府信息公开工作年度报告"]
    with pdfplumber.open(printed) as opened:
        lines = opened.pages[0].extract_text_lines()
    assert lines[0]["text"] == "附件2"
    assert len({character["fontname"] for character in lines[0]["chars"]}) == 1
    fonts = docx.Document(word).styles["附件标识"].element.rPr.rFonts
    assert fonts.get(qn("w:ascii")) == fonts.get(qn("w:eastAsia")) == "黑体"
    assert 1.8 < (lines[1]["top"] - lines[0]["top"]) / layout.LINE_PITCH < 2.3


def test_groups_stay_with_their_labels():
    rows = grid(get_edition("2021").tables["applications"])
    keeps = held(rows)
    labels = [next((cell.text for cell in reversed(row) if cell.kind == "row"), "") for row in rows]
    assert [label for label, keep in zip(labels, keeps, strict=True) if not keep] == [
        "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开",
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "8.属于行政查询事项", "3.补正后申请内容仍不明确",
        "5.要求行政机关确认或重新出具已获取信息", "3.其他", "（七）总计", "四、结转下年度继续办理"]


def test_the_vertical_label_stands_in_the_middle_of_a_table_that_has_its_page_to_itself(read, tmp_path):
    _, printed = reportgen.build(read(GOOD + "before_table: {applications: 本年没有收到政府信息公开申请。}\n"), tmp_path)
    with pdfplumber.open(printed) as opened:
        page = opened.pages[1]
        first, last = page.search("二、上年结转")[0], page.search("四、结转下年度")[0]
        label = [one for one in page.chars if one["text"] in "本年度办理结果" and one["x0"] < first["x0"] + 15
                 and first["bottom"] < one["top"] < last["top"] - 5]
    assert len(label) == 7
    middle = (label[0]["top"] + label[-1]["bottom"]) / 2
    assert middle == pytest.approx((first["bottom"] + last["top"]) / 2, abs=12)


def test_a_remark_of_two_lines_keeps_clear_of_the_rules(read):
    remark = "其中委托乡镇实施的行政许可2件，网上办理的占九成以上"
    text = GOOD + f"disclosure: {{licensing: {{decisions: {{value: 5, remark: {remark}}}}}}}\n"
    section = document(read(text)).sections[1]
    row = next(at for at, row in enumerate(section.rows) if row[0].text == "行政许可")
    pitch = STANDARD.pitch(styles.TABLE_VALUE["normal"])
    assert section.heights[row] >= 2 * pitch + 2 * layout.CELL_AIR / layout.MM_PER_POINT


LONG = GOOD + "applications:\n  granted: {natural: {value: 0, remark: " + "很长的备注" * 60 + "}}\n" \
    "  partial: {natural: {value: 0, remark: " + "很长的备注" * 60 + "}}\n"


def structure(path):
    """Return every structure element of a PDF in reading order as (tag, element)."""
    document = PDFDocument(PDFParser(io.BytesIO(path.read_bytes())))
    found = []

    def walk(element):
        element = resolve1(element)
        if isinstance(element, dict) and "S" in element:
            found.append((element["S"].name, element))
        kids = resolve1(element.get("K", [])) if isinstance(element, dict) else []
        for kid in kids if isinstance(kids, list) else [kids]:
            if isinstance(resolve1(kid), dict):
                walk(kid)

    walk(document.catalog["StructTreeRoot"])
    return document, found


@pytest.mark.parametrize("text", [GOOD, LONG], ids=["short", "long"])
def test_every_cell_knows_its_headers(read, tmp_path, text):
    path, = reportgen.build(read(text), tmp_path, ["pdf"])
    _, found = structure(path)
    assert [tag for tag, _ in found].count("Table") == 3
    names = {element["ID"] for tag, element in found if tag == "TH"}
    cells = [resolve1(element["A"]) for tag, element in found if tag == "TD"]
    assert len(cells) == 200
    assert all(set(resolve1(cell["Headers"])) <= names for cell in cells)
    # A column's heading at least; in 表三 and 表二 a row's too.
    assert sorted({len(resolve1(cell["Headers"])) for cell in cells}) == [2, 3, 4, 5, 6]
    assert all(resolve1(element["A"])["Scope"].name in ("Row", "Column") for tag, element in found if tag == "TH")


def test_headings_do_not_skip_a_level(read, tmp_path):
    path, = reportgen.build(read(GOOD.replace("problems: 解读不够深入，将加强培训。", "problems: |\n  1.三级\n  文。\n  （1）四级\n  文。")),
                            tmp_path, ["pdf"])
    document, found = structure(path)
    levels = [int(tag[1]) for tag, _ in found if re.fullmatch("H[1-6]", tag)]
    assert levels == [1, 1, 1, 1, 1, 1, 2, 3, 1]
    assert resolve1(document.catalog["Lang"]) == b"zh-CN"
    assert resolve1(document.catalog["ViewerPreferences"])["DisplayDocTitle"] is True
    outline = [resolve1(entry)["Title"].decode("utf-16") for _, entry in enumerate(_outline(document))]
    assert outline[:3] == ["一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"]


def _outline(document):
    entry = resolve1(document.catalog["Outlines"])["First"]
    while entry is not None:
        yield entry
        entry = resolve1(entry).get("Next")


def test_the_data_inside_says_what_the_report_says_and_nothing_else(read, tmp_path):
    blank = GOOD.replace("blanks: 0\n", "")
    text = blank + ("# 内部说明\ncontact: {phone: 0500-1234567}\nremedies: {review: {upheld: 1, total: 2}}\n"
                   "accepted:\n- {code: GJ04, cell: remedies.review.total, reason: 内部理由, by: 张三}\n"
                   "disclosure: {coercion: {decisions: {value: 3, remark: 含上年}}, penalty: {decisions: null}}\n")
    path, = reportgen.build(read(text), tmp_path, ["pdf"])
    document, _ = structure(path)
    attached, = (resolve1(entry) for entry in document.catalog["AF"])
    assert attached["AFRelationship"].name == "Data"
    raw = resolve1(attached["EF"])["F"].resolve().get_data().decode()
    assert [word for word in ("内部说明", "内部理由", "张三", "0500", "accepted", "contact") if word in raw] == []
    data = json.loads(raw)
    assert (data["format"], data["version"], data["edition"], data["year"]) == ("reportgen-report", 1, "2021", 2024)
    cells = data["tables"]["disclosure"]["cells"]
    assert cells["disclosure.coercion.decisions"] == {"label": "表二“行政强制”行“本年处理决定数量”列", "value": 3, "remark": "含上年"}
    assert cells["disclosure.penalty.decisions"]["value"] is None
    assert sum(len(table["cells"]) for table in data["tables"].values()) == 200
    assert data["prose"]["problems"] == ["解读不够深入，将加强培训。"]


def test_a_warm_process_builds_the_same_bytes_as_a_cold_one(write, tmp_path):
    path = write(GOOD + LETTERHEAD)
    report = reportgen.read(path)
    for name, source in (("a", report), ("b", reportgen.read(SUQIAN)), ("c", report)):
        reportgen.build(source, tmp_path / name)
    settings = {name: value for name, value in os.environ.items() if name.startswith("REPORTGEN_")}
    subprocess.run([sys.executable, "-m", "reportgen", "build", str(path), "-o", str(tmp_path / "d")], check=True,
                   capture_output=True, cwd=tmp_path, env={"LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "3", **settings})
    contents = [[file.read_bytes() for file in sorted((tmp_path / name).iterdir())] for name in "acd"]
    assert contents[0] == contents[1] == contents[2]


def test_the_stylesheet_has_no_number_of_its_own():
    css = (ROOT / "templates" / "report.css").read_text(encoding="utf-8")
    css = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|/\*.*?\*/", "", css, flags=re.DOTALL)
    # What stands for itself: one of a size.
    assert re.findall(r"(?<![\w#-])-?\d*\.?\d+(?:mm|pt|px|em|%)", css) == ["1em"]


def test_glyphs_are_numbered_as_a_pdf_names_them():
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.t2CharStringPen import T2CharStringPen

    names = [".notdef", "cid00007", "cid00003"]
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord("甲"): "cid00007", ord("乙"): "cid00003"})
    builder.setupCFF("Own", {}, {name: T2CharStringPen(1000, None).getCharString() for name in names}, {})
    builder.setupHorizontalMetrics({".notdef": (0, 0), "cid00007": (700, 0), "cid00003": (300, 0)})
    font = builder.font
    font["CFF "].cff[0].ROS = ("Adobe", "Identity", 0)
    number_glyphs(font)
    assert font["CFF "].cff[0].charset == font.getGlyphOrder() == [".notdef", "cid00001", "cid00002"]
    assert font.getBestCmap() == {ord("甲"): "cid00001", ord("乙"): "cid00002"}
    assert [font["hmtx"][name][0] for name in font.getGlyphOrder()] == [0, 700, 300]


def test_a_draft_without_engine_still_has_its_imprint(read, tmp_path, monkeypatch):
    def missing():
        raise EngineMissingError("缺少 Pango")

    monkeypatch.setattr(pdf, "engine", missing)
    pdf._typesetter.cache_clear()
    word, = reportgen.build(read(GOOD + LETTERHEAD), tmp_path, ["docx"], Options(draft=True))
    assert "2025年1月18日印发" in docx.Document(word).element.xml


@pytest.mark.parametrize("paragraphs", range(10, 17))
def test_the_signature_never_stands_alone(read, tmp_path, paragraphs):
    body = "".join(f"  第{number}段文字。\n" for number in range(paragraphs))
    text = GOOD.replace("other: 本年没有收取信息处理费。\n", f"other: |\n{body}") + "signature: {date: 2025-01-08}\n"
    path, = reportgen.build(read(text), tmp_path, ["pdf"])
    with pdfplumber.open(path) as opened:
        lines = [line["text"] for line in opened.pages[-1].extract_text_lines()][:-1]
    assert lines[-3:] == [f"第{paragraphs - 1}段文字。", "某县统计局", "2025年1月8日"]


def test_a_minimal_report_prints(read, tmp_path):
    assert len(reportgen.build(read(MINIMAL + "table_data: 无\ntable_data_reason: 当年设立\n"), tmp_path)) == 2


def test_figures_of_any_length_stay_in_their_cells(read, tmp_path):
    report = read(GOOD + "applications: {new: {natural: 12345, enterprise: 123456, research: 1234567, other: 12345678}}\n"
                  "remedies: {review: {upheld: 1234, corrected: 12345, other: 123456, pending: 12345678}}\n")
    word, pdf_ = reportgen.build(report, tmp_path, options=Options(draft=True))
    expected = {"12345": 9.0, "123456": 7.5, "1234567": 6.5, "12345678": 5.5}
    with pdfplumber.open(pdf_) as document:
        pages = [(page, page.extract_words(extra_attrs=["size"])) for page in document.pages]
    found = [(page, one) for page, words in pages for one in words if re.fullmatch(r"1234\d*", one["text"])]
    assert [round(one["size"], 1) for _, one in found] == [9.0, 7.5, 6.5, 5.5, 10.5, 9.5, 8.0, 6.0]
    for page, one in found:
        edges = sorted({round(line["x0"], 1) for line in (*page.lines, *page.rects) if line["x1"] - line["x0"] < 1
                        and line["top"] - 1 <= one["top"] and one["bottom"] <= line["bottom"] + 1})
        left, right = max(x for x in edges if x < one["x0"] + 3), min(x for x in edges if x > one["x0"] + 3)
        assert left <= one["x0"], one
        assert one["x1"] <= right, one
    sizes = {run.text: run.font.size.pt if run.font.size else 9.0 for row in docx.Document(word).tables[1].rows
             for cell in row.cells for paragraph in cell.paragraphs for run in paragraph.runs if run.text.startswith("1234")}
    assert sizes == expected
