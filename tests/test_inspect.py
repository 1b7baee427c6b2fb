"""Nothing leaves the 版心 and no text stands on other text; where it would, the PDF is refused."""

import io
import re
import shutil

import pdfplumber
import pytest
import yaml
from conftest import GOOD, ROOT
from generated import WITHOUT_SHRINKING, reports
from hypothesis import example, given, settings
from hypothesis import strategies as st

import reportgen
from reportgen.cli.main import main
from reportgen.findings import InputError
from reportgen.outputs.build import Options, laid_out
from reportgen.outputs.document import document
from reportgen.outputs.pdf import write as pdf
from reportgen.outputs.pdf.engine.inspect import page_faults
from reportgen.outputs.pdf.write import typeset
from reportgen.sources import read_text
from reportgen.standard import layout
from reportgen.standard.fonts import package_fonts

POINTS = 1 / layout.MM_PER_POINT
ADDRESS = "https://www.example.gov.cn/zwgk/xxgkml/zfxxgknb/annual/report_a-b.html?from=index&column=zfxxgk_nb"
# As long as names of offices come.
NAME = "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县住房和城乡建设局城市管理综合行政执法监督办公室（人民防空办公室）"


def made(text, draft=True):
    return typeset(laid_out(read_text(text, "a.yaml"), Options(draft=draft))).content


def strays(content):
    """Return the characters that leave the 版心, or stand neither in it nor wholly above or below it, on the paper."""
    left, top = layout.MARGIN_LEFT * POINTS - 1.5, layout.MARGIN_TOP * POINTS - 1.5
    right, bottom = left + layout.TYPE_WIDTH * POINTS + 3, top + layout.TYPE_HEIGHT * POINTS + 3
    found = []
    with pdfplumber.open(io.BytesIO(content)) as opened:
        for page in opened.pages:
            for one in (one for one in page.chars if one["text"].strip()):
                # The right half of these is empty, and the left one of those: they may hang out.
                start = one["x0"] + (one["size"] / 2 if one["text"] in "（《“‘〔【〈「『［" else 0)
                end = one["x1"] - (one["size"] * 0.55 if one["text"] in "，。、；：）》”’〕】〉」』］" else
                                   one["size"] / 2 if one["text"] in "？！" else 0)
                inside = top <= one["top"] and one["bottom"] <= bottom
                margin = (one["bottom"] <= top or bottom <= one["top"]) and one["text"] in "— 0123456789送审稿"
                if not ((inside or margin) and left <= start and end <= right):
                    found.append((page.page_number, one["text"], round(one["x0"]), round(one["top"])))
    return found


def imprint_lines(content):
    """Return the lines that stand within the rules of the 版记 on the last page."""
    with pdfplumber.open(io.BytesIO(content)) as opened:
        page = opened.pages[-1]
        foot = (layout.PAGE_HEIGHT - layout.MARGIN_BOTTOM) * POINTS
        frame = max((rect for rect in page.rects if abs(rect["bottom"] - foot) < 1), key=lambda rect: rect["height"])
        return [line["text"] for line in page.extract_text_lines() if line["bottom"] > frame["top"] and line["top"] < foot]


@pytest.mark.parametrize("paragraphs", [31, 32, 33, 34])
@pytest.mark.parametrize("printed", ["", "  printed_by: 某局办公室\n  printed: 2025-01-18\n"], ids=["copies", "printed"])
def test_the_imprint_stands_on_no_line(paragraphs, printed):
    body = "".join(f"  第{number}段文字。\n" for number in range(paragraphs))
    copies = "，".join(f"县委办公室第{number}处" for number in range(8))
    text = GOOD.replace("other: 本年没有收取信息处理费。\n", f"other: |\n{body}") + "signature: {date: 2025-01-18}\n"
    lines = imprint_lines(made(f"{text}letterhead:\n  copies: {copies}\n{printed}"))
    assert "".join(lines).replace(" ", "") == f"抄送：{copies}。" + ("某局办公室2025年1月18日印发" if printed else "")


def test_a_long_office_keeps_the_date_of_the_imprint_whole():
    lines = imprint_lines(made(f"{GOOD}letterhead: {{printed_by: {NAME}, printed: 2025-01-18}}\n"))
    assert lines[-1].endswith("2025年1月18日印发")
    assert "".join(lines).replace(" ", "") == f"{NAME}2025年1月18日印发"


def test_an_address_ends_its_lines_after_its_marks():
    text = GOOD.replace("problems: 解读不够深入", f"problems: 解读见{ADDRESS}，不够深入")
    content = made(text)
    assert strays(content) == []
    with pdfplumber.open(io.BytesIO(content)) as opened:
        page = opened.pages[-1]
        lines = page.extract_text_lines()
        first = next(number for number, line in enumerate(lines) if "解读见" in line["text"])
    shown = [line["text"] for line in lines[first:first + 3]]
    assert "".join(shown).replace(" ", "") == f"解读见{ADDRESS}，不够深入，将加强培训。"
    assert [line[-1] in "/?&=.-_#" for line in shown] == [True, False, False]
    # Both are filled to the right edge, with the blank half of the last mark outside.
    edge = (layout.MARGIN_LEFT + layout.TYPE_WIDTH) * POINTS
    assert [round(line["x1"] - edge) for line in lines[first:first + 2]] == [0, layout.BODY_SIZE / 2]


def test_an_address_on_a_figure_is_a_note_and_the_figure_keeps_its_size():
    content = made(GOOD + f"applications: {{new: {{natural: {{value: 25, remark: 见{ADDRESS}}}}}}}\n")
    assert strays(content) == []
    with pdfplumber.open(io.BytesIO(content)) as opened:
        page = opened.pages[1]
        cell = [one for one in page.chars if one["x0"] > 100 * POINTS and one["text"] in "25" and one["size"] < 10]
        edges = {round(line["x0"], 1) for line in (*page.lines, *page.rects) if line["x1"] - line["x0"] < 1}
        assert {round(one["size"], 1) for one in cell} == {9.0}
        assert not [edge for edge in edges for one in cell if one["x0"] + 0.5 < edge < one["x1"] - 0.5]


@pytest.fixture
def templates(tmp_path):
    """Return a function that gives a folder of templates whose stylesheet goes on with what it is given."""

    def folder(css):
        target = tmp_path / "templates"
        shutil.copytree(ROOT / "templates", target)
        path = target / "report.css"
        path.write_text(path.read_text(encoding="utf-8") + css, encoding="utf-8")
        return target

    return folder


MOVED = {
    "p.body { position: relative; left: 30mm; }": "第1页有文字超出版心：“主动公开、依申请公开、政府信息管理、平台”",
    "p.body { transform: translate(0, 190mm); }": "第1页有文字超出版心：“主动公开、依申请公开、政府信息管理、平台”",
    "h1.title { margin-top: -20mm; }": "第1页有文字超出版心：“某县统计局”",
    "p.body { white-space: nowrap; }": "第1页有文字超出版心：“主动公开、依申请公开、政府信息管理、平台”",
    "h1.title { margin-bottom: -20mm; }": "第1页有文字压在其他文字或表格上",
    "p.body { line-height: 8pt; }": "第1页有文字压在其他文字或表格上：“主动公开、依申请公开、政府信息管理、平台”",
    "table.small { margin-bottom: -60mm; }": "第2页有文字压在其他文字或表格上：“四、政府信息公开行政复议、行政诉讼情况”",
    ".signature { left: 60mm; position: relative; }": "第3页有文字超出版心：“某县统计局”",
    "@page :right { @bottom-right { padding-top: 40mm; } }": "第1页有文字超出纸边：“— 1 —”",
    "@page :right { @bottom-right { margin-top: -30mm; } }": "第1页有页边的文字印进版心：“— 1 —”",
    "table { margin-left: 5mm; }": "第1页有框线超出版心：“第二十条第（一）项”",
    "td { white-space: nowrap; }": "第1页有文字超出所在的格：“22（其中修订多件，另有多件）”",
    "table.small tr { height: 4mm; } table.small { width: 100mm; }": None,
    "body::before { content: '内部资料内部资料'; font-size: 80pt; position: fixed; top: 0; z-index: -1; }": None,
    "p.body::after { content: '看不见'; display: block; height: 0; overflow: hidden; }": None,
}


@pytest.mark.parametrize(("css", "expected"), MOVED.items())
def test_an_edited_stylesheet_that_moves_text_is_refused(read, tmp_path, templates, css, expected):
    report = read(GOOD + "disclosure: {regulations: {issued: {value: 22, remark: 其中修订多件，另有多件}}}\nsignature: {date: 2025-01-18}\n")
    options = Options(draft=True, templates=templates(css))
    if expected is None:
        assert len(reportgen.build(report, tmp_path / "out", ["pdf"], options)) == 1
        return
    with pytest.raises(InputError) as refused:
        reportgen.build(report, tmp_path / "out", ["pdf"], options)
    messages = [message for _, message in refused.value.problems]
    assert any(message.startswith(expected) for message in messages), messages
    assert all("请把这处文字改短或分行" in message for message in messages)
    assert {origin.file for origin, _ in refused.value.problems} == {report.path}


def test_the_refusal_names_the_file_and_nothing_is_written(write, tmp_path, templates, capsys):
    path = write(GOOD)
    folder = templates("h1.title { margin-bottom: -20mm; }")
    assert main(["build", str(path), "-o", str(tmp_path / "out"), "--templates", str(folder)]) == 2
    assert f"{path}：第1页有文字压在其他文字或表格上" in capsys.readouterr().err
    assert not list((tmp_path / "out").glob("*.pdf"))


def test_text_on_a_table_that_is_drawn_as_a_whole_is_found(templates):
    fonts = package_fonts()
    typesetter = pdf._Typesetter(fonts, pdf.render_css(fonts, templates("section.small { margin-bottom: -60mm; }")), {})
    found = page_faults(typesetter.laid_out(pdf.render_html(document(read_text(GOOD, "a.yaml")))))
    assert [(fault.page, fault.what, fault.text) for fault in found] == [
        (2, "文字压在其他文字或表格上", "四、政府信息公开行政复议、行政诉讼情况")]


FIELDS = ("title", "agency.name", "agency.short", "letterhead.mark", "letterhead.document_number", "letterhead.to", "letterhead.copies",
          "letterhead.printed_by", "signature.name", "attachment", "notes.remedies", "preamble", "overview", "heading", "remark")
REMARKED = {"disclosure": {"regulations": {"issued": {"value": 1}}}, "remedies": {"review": {"upheld": {"value": 1}}},
            "applications": {"new": {"natural": {"value": 1}}}}


def with_text(fields, text):
    """Return a data file in which fields have a text; "heading" stands for headings of every level, "remark" for remarks in each table."""
    data = yaml.safe_load(GOOD) | {"signature": {"date": "2025-01-18"}}
    if "attachment" not in fields:
        data["letterhead"] = {"printed": "2025-01-18", "copies": "县委办公室"}
    for field in fields:
        if field == "heading":
            data["problems"] = f"（一）{text}\n1.{text}。文字。\n（1）{text}\n"
        elif field == "remark":
            data |= {table: {row: {column: cell | {"remark": text} for column, cell in cells.items()} for row, cells in rows.items()}
                     for table, rows in REMARKED.items()}
        else:
            *groups, last = field.split(".")
            place = data
            for group in groups:
                place = place.setdefault(group, {})
            place[last] = text
    return yaml.safe_dump(data, allow_unicode=True)


@pytest.mark.parametrize("fields", [[field for field in FIELDS if field not in ("attachment", "remark")], ["attachment"], ["remark"]],
                         ids=["fields", "attachment", "remark"])
@pytest.mark.parametrize("text", [NAME, pytest.param(ADDRESS, marks=pytest.mark.slow), f"网址：{ADDRESS}。", "Ministry of Ecology and Environment, " * 3 + "Beijing"],
                         ids=["name", "address", "sentence", "words"])
def test_long_texts_stay_in_the_type_area(fields, text):
    assert strays(made(with_text(fields, text))) == []


LETTERS = st.sampled_from("WMil ABCabc0123456789/?&=.-_#@:%,;（）“”《》〔〕，。、；：—…公开政府信息年月日")


@pytest.mark.slow
@example("letterhead.printed_by", "W" * 200)
@example("letterhead.copies", "抄送，" * 300)
@example("signature.name", "W" * 120)
@example("title", "M" * 100)
@example("remark", "i" * 300)
@example("heading", "—" * 120)
@given(st.sampled_from(FIELDS), st.one_of(st.text(LETTERS, min_size=1, max_size=40), st.text(LETTERS, min_size=41, max_size=250)))
@settings(WITHOUT_SHRINKING, max_examples=10)
def test_any_text_stays_in_the_type_area_or_is_refused(field, text):
    try:
        content = made(with_text([field], text))
    except InputError as error:
        refused = [message for _, message in error.problems]
    else:
        refused = []
        assert strays(content) == []
    assert all(re.match("第[0-9]+页有.+；请把这处文字改短或分行", message) for message in refused), refused


@pytest.mark.slow
@given(reports())
@settings(WITHOUT_SHRINKING, max_examples=5)
def test_ordinary_reports_are_printed(text):
    assert strays(made(text)) == []
