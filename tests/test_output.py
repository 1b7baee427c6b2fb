"""The DOCX and the PDF, read back by readers that know nothing of how they were written."""

import io
import re
import zipfile
from collections import Counter
from itertools import pairwise

import docx
import pdfplumber
import pytest
from conftest import EXAMPLES, MINIMAL, ROOT
from docx.oxml.ns import qn
from lxml import html

import reportgen
from reportgen.format import all_editions, get_edition, grid
from reportgen.outputs.build import Options
from reportgen.outputs.document import document
from reportgen.outputs.docx.build_template import build_template
from reportgen.outputs.pdf.write import render_html
from reportgen.standard import layout, styles
from reportgen.standard.mark_space import CLOSING

SAMPLE = MINIMAL + """blanks: 0
preamble: A & B <c> "引"
overview: |
  （一）主动公开。坚持 & 公开。
  （二）单独的标题
  1.三级。文字。
  （1）四级。文字。
problems: 有。
other: 有。
notes: {remedies: 注：含上年结转。}
signature: {name: 某县统计局, date: 2025-01-08}
"""


def squeezed(text):
    return re.sub(r"\s", "", text)


def grids(tables):
    """Return every table as {(row, column): text}; merged positions repeat their text, as python-docx gives them."""
    return [{(r, c): squeezed(cell.text) for r, row in enumerate(table.rows) for c, cell in enumerate(row.cells)}
            for table in tables]


def places(table):
    """Return {cell path: (row, column)} of a table's printed grid, counted from its heading trees."""
    above = Counter()
    found = {}
    for r, row in enumerate(grid(table)):
        column = 0
        for cell in row:
            while above[column] > r:
                column += 1
            if cell.path:
                found[cell.path] = (r, column)
            for c in range(column, column + cell.colspan):
                above[c] = r + cell.rowspan
            column += cell.colspan
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_cell_at_its_place_in_the_docx(built, path):
    report = built[path]["report"]
    tables = grids(docx.Document(built[path]["docx"]).tables)
    seen = 0
    for table, cells in zip(report.edition.tables.values(), tables, strict=True):
        for cell, place in places(table).items():
            assert cells[place] == squeezed(report.cells[cell].text), cell
            seen += 1
    assert seen == len(report.edition.cells)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_cell_at_its_place_in_the_pdf(built, path):
    report = built[path]["report"]
    with pdfplumber.open(built[path]["pdf"]) as pdf:
        tables = [table.extract() for page in pdf.pages for table in page.find_tables()]
    assert len(tables) == 3
    seen = 0
    for table, cells in zip(report.edition.tables.values(), tables, strict=True):
        for cell, (row, column) in places(table).items():
            assert squeezed(cells[row][column] or "") == squeezed(report.cells[cell].text), cell
            seen += 1
    assert seen == len(report.edition.cells)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_prose_of_both_is_equal(built, path):
    word = "".join(paragraph.text for paragraph in docx.Document(built[path]["docx"]).paragraphs)
    with pdfplumber.open(built[path]["pdf"]) as pdf:
        printed = "".join(_outside_tables(page) for page in pdf.pages)
    assert squeezed(printed) == squeezed(word)
    assert len(squeezed(word)) > 1000


def _outside_tables(page):
    boxes = [table.bbox for table in page.find_tables()]
    bottom = (layout.PAGE_HEIGHT - layout.MARGIN_BOTTOM) / layout.MM_PER_POINT
    kept = page.filter(lambda obj: obj["object_type"] != "char" or (obj["top"] < bottom and not any(
        x0 <= obj["x0"] and obj["x1"] <= x1 and y0 <= obj["top"] and obj["bottom"] <= y1
        for x0, y0, x1, y1 in boxes)))
    return kept.extract_text() or ""


def merges_of_docx(table):
    rows = []
    for row in table._tbl.tr_lst:
        cells = []
        for cell in row.tc_lst:
            properties = cell.tcPr
            merge = properties.find(qn("w:vMerge"))
            cells.append((cell.grid_span, None if merge is None else merge.get(qn("w:val"), "continue")))
        rows.append(cells)
    return rows


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_merges_equal_the_grid_in_docx_and_html(read, tmp_path, edition):
    year = "2020" if edition == "2019" else "2024"
    report = read(SAMPLE.replace("2024", year, 1), f"{year}.yaml")
    path, = reportgen.build(report, tmp_path, ["docx"])
    page = html.fromstring(render_html(document(report)))
    for table, word, printed in zip(get_edition(edition).tables.values(), docx.Document(path).tables,
                                    page.iter("table"), strict=True):
        expected = [[(cell.colspan, cell.rowspan) for cell in row] for row in grid(table)]
        assert [[(int(c.get("colspan", 1)), int(c.get("rowspan", 1))) for c in row.iter("th", "td")]
                for row in printed.iter("tr")] == expected
        starts = [[(span, "restart" if merge == "restart" else None) for span, merge in row if merge != "continue"]
                  for row in merges_of_docx(word)]
        assert starts == [[(span, "restart" if height > 1 else None) for span, height in row] for row in expected]
        assert {sum(span for span, _ in row) for row in merges_of_docx(word)} == {len(table.widths)}


def test_prose_styles_signature_and_notes(read, tmp_path):
    path, = reportgen.build(read(SAMPLE), tmp_path, ["docx"])
    paragraphs = [(p.style.name, p.text) for p in docx.Document(path).paragraphs if p.text]
    assert paragraphs == [
        ("Title", "某县统计局\n2024年政府信息公开工作年度报告"),
        ("Body Text", 'A & B <c> "引"'),
        ("Heading 1", "一、总体情况"),
        ("Body Text", "（一）主动公开。坚持 & 公开。"),
        ("Heading 2", "（二）单独的标题"),
        ("Body Text", "1.三级。文字。"),
        ("Body Text", "（1）四级。文字。"),
        ("Heading 1", "二、主动公开政府信息情况"),
        ("Heading 1", "三、收到和处理政府信息公开申请情况"),
        ("Heading 1", "四、政府信息公开行政复议、行政诉讼情况"),
        (styles.NOTE, "注：含上年结转。"),
        ("Heading 1", "五、存在的主要问题及改进情况"),
        ("Body Text", "有。"),
        ("Heading 1", "六、其他需要报告的事项"),
        ("Body Text", "有。"),
        ("落款", "某县统计局"),
        ("落款", "2025年1月8日"),
    ]
    lead = next(p for p in docx.Document(path).paragraphs if p.text.startswith("（一）"))
    assert [(run.style.name, run.text) for run in lead.runs] == [
        (styles.LEADS[2], "（一）主动公开。"), ("Default Paragraph Font", "坚持 & 公开。")]


def test_single_row_report(read, tmp_path):
    report = read(SAMPLE + "applications: {other_handling: {natural: 0}}\n")
    word, pdf = reportgen.build(report, tmp_path)
    labels = [row.cells[1].text for row in docx.Document(word).tables[1].rows]
    assert labels[-4:] == ["（五）不予处理", "（六）其他处理", "（七）总计", "四、结转下年度继续办理"]
    with pdfplumber.open(pdf) as opened:
        assert len(opened.pages[1].find_tables()[0].extract()) == 26


def test_draft_is_marked_on_every_page_and_release_on_none(read, tmp_path):
    report = read(SAMPLE)
    for draft in (True, False):
        word, pdf = reportgen.build(report, tmp_path, options=Options(draft=draft))
        section = docx.Document(word).sections[0]
        assert [header.paragraphs[0].text for header in (section.header, section.even_page_header)] == \
            ["送审稿" if draft else ""] * 2
        with pdfplumber.open(pdf) as opened:
            top = layout.MARGIN_TOP / layout.MM_PER_POINT
            marks = [page.crop((0, 0, page.width, top)).extract_text() for page in opened.pages]
        assert marks == ["送审稿" if draft else ""] * 3


def test_draft_is_built_with_errors_and_prints_marks(read, tmp_path):
    report = read(SAMPLE.replace("有。", "共{{ previous.applications.new.total }}件。", 1))
    with pytest.raises(reportgen.BuildRefusedError):
        reportgen.build(report, tmp_path / "a")
    assert not (tmp_path / "a").exists()
    path, = reportgen.build(report, tmp_path, ["docx"], Options(draft=True))
    assert "共【缺上年数据】件。" in [p.text for p in docx.Document(path).paragraphs]


def test_same_input_same_bytes(read, tmp_path, monkeypatch):
    report = read(SAMPLE)
    first = [path.read_bytes() for path in reportgen.build(report, tmp_path / "a")]
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    assert [path.read_bytes() for path in reportgen.build(report, tmp_path / "b")] == first


def test_page_geometry(built):
    files = built[ROOT / "data" / "suqian" / "2024.yaml"]
    section = docx.Document(files["docx"]).sections[0]
    assert [round(x.mm, 1) for x in (section.page_width, section.page_height, section.top_margin,
                                     section.left_margin, section.right_margin, section.bottom_margin)] == [
        210, 297, 37, 28, 26, 35]
    with pdfplumber.open(files["pdf"]) as pdf:
        assert {(round(p.width * layout.MM_PER_POINT), round(p.height * layout.MM_PER_POINT)) for p in pdf.pages} == {
            (210, 297)}
        for number, page in enumerate(pdf.pages, 1):
            lines = page.extract_text_lines()
            assert lines[-1]["text"] == f"— {number} —"
            side = lines[-1]["x0"] > page.width / 2
            assert side == (number % 2 == 1)
        body = pdf.pages[1].extract_text_lines()[:-1]
        pitches = {round(b["top"] - a["top"], 2) for a, b in pairwise(body)}
        assert all(abs(pitch - layout.LINE_PITCH) < 0.5 for pitch in pitches), pitches
        # The blank half of a mark hangs out.
        printed = [line["x1"] - layout.BODY_SIZE / 2 * (line["text"][-1] in CLOSING) for line in body]
        assert max(printed) <= (layout.MARGIN_LEFT + layout.TYPE_WIDTH) / layout.MM_PER_POINT + 0.5
        whole = [page for page in pdf.pages if "三、收到和处理" in (page.extract_text() or "")]
        assert "四、结转下年度继续办理" in whole[0].extract_text()


def test_header_rows_repeat_and_rows_are_whole(built):
    for table, repeated in zip(docx.Document(built[EXAMPLES[0]]["docx"]).tables, (0, 3, 3), strict=True):
        rows = table._tbl.tr_lst
        assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == \
            [index < repeated for index in range(len(rows))]
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)


def test_committed_templates_are_what_the_script_builds():
    for edition in all_editions():
        committed = zipfile.ZipFile(ROOT / "templates" / edition.id / "report.docx")
        fresh = docx.Document(io.BytesIO(build_template(edition)))
        assert committed.read("word/document.xml") == fresh.part.blob
        assert committed.read("word/styles.xml") == fresh.part._styles_part.blob
