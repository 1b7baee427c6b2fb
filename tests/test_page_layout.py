"""Where things stand on the page: rows, remarks that are notes, the grid of 22 lines, the last page."""

import functools
import io
import itertools
import json
import re
import zipfile

import docx
import pdfplumber
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from reportgen.cli.main import main
from reportgen.format import all_editions
from reportgen.outputs.build import Options, laid_out
from reportgen.outputs.document import document
from reportgen.outputs.docx.write import write_docx
from reportgen.outputs.pdf.write import typeset
from reportgen.outputs.web_page import write_page
from reportgen.report.row_heights import first_heights
from reportgen.sources import read, read_text
from reportgen.standard import cell_text as cells
from reportgen.standard import layout

LINE, POINTS = layout.LINE_PITCH, 1 / layout.MM_PER_POINT
SHORT = "year: {year}\nagency: {{name: 某县统计局}}\nblanks: 0\noverview: 有进展。\nproblems: 将加强培训。\n"
GOOD = SHORT.format(year=2024) + "other: 本年没有收取信息处理费。\nsignature: {date: 2025-01-18}\n"
LONG = "其中经协商延长办理期限的均已在规定时间内办结"


def section(text, name):
    """Return the printed section of a data file."""
    return next(one for one in document(read_text(text, "a.yaml")).sections if one.id == name)


@given(st.lists(st.integers(100, 900).map(lambda twips: twips / 20), min_size=1, max_size=40), st.integers(1, 900))
def test_rows_fill_what_there_is_and_none_is_lower_than_it_needs(needs, lines):
    heights = cells.fill_up(needs, lines * LINE)
    assert all(height >= need - 0.051 for height, need in zip(heights, needs, strict=True))
    assert sum(heights) == pytest.approx(max(sum(needs), lines * LINE), abs=0.03 * len(needs))


@pytest.mark.parametrize(("text", "indent"), [("（三）不予公开", 4.5), ("（七）总计", 0), ("不予公开信息", 0), ("（三）不予公开其他信息", 0)])
def test_a_label_breaks_behind_its_number(text, indent):
    width = cells.room(15)
    assert cells.label_indent(text, width, 9) == indent
    if indent:
        assert cells.text_lines(text[3:], width, 9) == 1
        assert cells.text_lines(text[:4], width, 9, indent) == 2


@pytest.mark.parametrize("edition", all_editions(), ids=lambda edition: edition.id)
def test_in_the_word_template_tables_take_whole_lines_and_the_longest_leaves_room_for_its_tags(edition):
    for table in edition.tables.values():
        height = sum(first_heights(table)) + layout.RULE_WIDTH
        assert height / LINE == pytest.approx(round(height / LINE), abs=0.01)
        assert table.text == "normal" or round(height / LINE) == layout.LINES - 3
        assert min(first_heights(table)) * layout.MM_PER_POINT > 6


@pytest.mark.parametrize("year", [2019, 2024])
@pytest.mark.parametrize("notes", ["", "notes: {applications: 注：含乡镇。}\n"], ids=["bare", "notes"])
def test_ink_stays_off_the_rules_and_the_table_ends_with_the_page(year, notes):
    content = typeset(document(read_text(SHORT.format(year=year) + notes, "a.yaml"))).content
    with pdfplumber.open(io.BytesIO(content)) as opened:
        page = next(page for page in opened.pages if page.extract_text().startswith("三、"))
        table = page.find_tables()[0]
        foot = (layout.PAGE_HEIGHT - layout.MARGIN_BOTTOM) * POINTS - (LINE if notes else 0)
        assert foot - 2 < table.bbox[3] < foot
        assert "自然人" in page.extract_text()
        assert re.search("（三）\n", "\n".join(line["text"] for line in page.crop((99, 0, 141, 841)).extract_text_lines()) + "\n")
        for cell in table.cells:
            letters = [one for one in page.chars if cell[0] < one["x0"] and one["x1"] < cell[2]
                       and cell[1] < (one["top"] + one["bottom"]) / 2 < cell[3] and one["text"] != "、"]
            # A hanzi is a little lower than its place.
            assert all(one["top"] - cell[1] > 0.5 / layout.MM_PER_POINT - 0.4
                       and cell[3] - one["bottom"] > 0.5 / layout.MM_PER_POINT - 0.4 for one in letters)


def test_the_vertical_label_is_evenly_spaced_and_its_mark_below_its_number():
    content = typeset(document(read_text(GOOD, "a.yaml"))).content
    with pdfplumber.open(io.BytesIO(content)) as opened:
        page = next(page for page in opened.pages if page.extract_text().startswith("三、"))
        middle = (layout.MARGIN_LEFT + 3.5) * POINTS
        label = [one for one in page.chars if one["size"] < 10 and abs((one["x0"] + one["x1"]) / 2 - middle) < 6]
    tops = {one["text"]: one["top"] for one in label
            if one["text"] != "、" or abs((one["x0"] + one["x1"]) / 2 - middle - 4.95) < 0.4}
    hanzi = [tops[sign] for sign in "本年度办理结果"]
    steps = {round(after - before, 1) for before, after in itertools.pairwise(hanzi)}
    assert steps == {9.9}
    assert tops["本"] - tops["三"] == pytest.approx(2 * 9.9, abs=0.1)
    assert tops["三"] < tops["、"] < tops["本"]


REMARKED = GOOD + f"""disclosure: {{regulations: {{issued: {{value: 2, remark: 均为修订}}}}}}
applications:
  new: {{natural: {{value: 5, remark: {LONG}}}, enterprise: {{value: 1, remark: 含电子邮件申请}}}}
  carried_in: {{natural: {{value: 0, remark: {LONG}}}}}
  granted: {{natural: 5, enterprise: 1}}
notes: {{applications: 注1：本表含乡镇。}}
"""


def test_a_remark_that_does_not_fit_is_a_note_and_the_same_remark_one_note():
    printed = document(read_text(REMARKED, "a.yaml"))
    assert printed.cells["disclosure.regulations.issued"] == "2（均为修订）"
    assert [printed.cells[f"applications.{path}"] for path in ("new.natural", "new.enterprise", "carried_in.natural")] == [
        "5（注2）", "1（注3）", "0（注2）"]
    notes = [note.text for note in section(REMARKED, "applications").notes]
    assert notes == ["注1：本表含乡镇。", f"注2：{LONG}", "注3：含电子邮件申请"]


@pytest.mark.parametrize("kind", ["docx", "pdf", "html"])
def test_remarks_that_are_notes_are_read_back_into_their_cells(kind, tmp_path):
    report = read_text(REMARKED, "a.yaml")
    printed = document(report)
    path = tmp_path / f"a.{kind}"
    path.write_bytes({"docx": write_docx, "pdf": lambda printed: typeset(printed).content, "html": write_page}[kind](printed))
    assert main(["import", str(path), "-o", str(tmp_path / "b.yaml")]) == 0
    again = read(tmp_path / "b.yaml")
    assert {path: cell.text for path, cell in again.cells.items()} == {path: cell.text for path, cell in report.cells.items()}
    assert [note.text for note in again.notes["applications"]] == ["注1：本表含乡镇。"]


def lonely(count):
    """Return a data file whose last section has so many lines, all but its signature."""
    lines = "".join(f"  第{number}段。\n" for number in range(count))
    return SHORT.format(year=2024) + f"other: |\n{lines}signature: {{date: 2025-01-18}}\n"


def page_lines(content):
    """Return the lines of every page of a PDF."""
    with pdfplumber.open(io.BytesIO(content)) as opened:
        return [page.extract_text().splitlines()[:-1] for page in opened.pages]


# What stands above on the page of 表四: its heading, four lines of table, one free; 五 and 六 with one line.
FREE = layout.LINES - 6 - 3


@pytest.mark.parametrize(("count", "said"), [
    (FREE - 3, ""), (FREE - 2, "表格按最低行高排"), (FREE - 1, "都已收紧"), (FREE, ""), (FREE + 1, "")])
def test_a_line_and_the_signature_do_not_take_a_page_where_tables_can_be_lower(count, said):
    printed = laid_out(read_text(lonely(count), "a.yaml"), Options(draft=True))
    told = "".join(one.message for one in printed.said)
    assert (said in told) if said else not told
    last = page_lines(typeset(printed).content)[-1]
    alone = count >= FREE
    assert (len(last) < 8) == alone
    if said:
        assert [one.origin.line for one in printed.said] == [count + 7]


def around(before, after):
    """Return a data file with so many lines of prose above and below 表二."""
    lines = ["".join(f"    第{number}段。\n" for number in range(count)) for count in (before, after)]
    return (SHORT.format(year=2024) + "other: 本年没有收取信息处理费。\n"
            + f"before_table:\n  disclosure: |\n{lines[0]}after_table:\n  disclosure: |\n{lines[1]}")


@pytest.mark.parametrize(("before", "after", "cut"), [(9, 3, False), (9, 10, True), (14, 10, False)])
def test_a_table_is_cut_between_its_blocks_where_that_saves_a_page(before, after, cut):
    printed = laid_out(read_text(around(before, after), "a.yaml"), Options(draft=False))
    table = next(one for one in printed.sections if one.id == "disclosure")
    assert table.cut == cut
    pages = page_lines(typeset(printed).content)
    parts = [number for number, lines in enumerate(pages) if any("第二十条" in line for line in lines)]
    assert len(parts) == 1 + cut
    if cut:
        assert pages[parts[1]][0].startswith("第二十条")
        xml = zipfile.ZipFile(io.BytesIO(write_docx(printed))).read("word/document.xml").decode()
        rows = re.findall("<w:tr[ >].*?</w:tr>", xml.partition("<w:tbl>")[2].partition("</w:tbl>")[0], re.DOTALL)
        assert [not keeps for keeps in table.held] == ["<w:keepNext/>" not in row for row in rows]


def remarked(remark):
    """Return a data file whose every figure of natural persons has a remark, the one of its number."""
    cells = [path for path in section(GOOD, "applications").table.cells if path.endswith(".natural")]
    tree = {}
    for number, path in enumerate(cells, 1):
        *groups, last = path.split(".")
        functools.reduce(lambda into, name: into.setdefault(name, {}), groups, tree)[last] = {"value": 2345, "remark": remark(number)}
    return f"{GOOD}applications: {json.dumps(tree['applications'], ensure_ascii=False)}\n"


def rows_kept(printed, number):
    """Return for each row of a table of the DOCX whether all its paragraphs stay with what is below them, and the notes behind it."""
    body = docx.Document(io.BytesIO(write_docx(printed))).element.body
    table = list(body.iter(qn("w:tbl")))[number]
    rows = [{p.pPr.find(qn("w:keepNext")) is not None for p in row.iter(qn("w:p"))} for row in table.iter(qn("w:tr"))]
    notes = itertools.takewhile(lambda p: "注" in "".join(p.itertext()), table.itersiblings(qn("w:p")))
    assert all(len(row) == 1 for row in rows)
    return [row.pop() for row in rows], [p.pPr.find(qn("w:keepNext")) is not None for p in notes]


def page_of_note(printed):
    """Return the lines of the page of the PDF on which the first note stands."""
    return next(lines for lines in page_lines(typeset(printed).content) if any(line.startswith("注1：") for line in lines))


def test_a_note_stands_on_the_page_of_a_table_of_two_lines_a_row():
    printed = document(read_text(remarked(lambda _: "按实际办理情况填"), "a.yaml"))
    lines = page_of_note(printed)
    assert lines[0].startswith("三、")
    assert lines[-1] == "注1：按实际办理情况填"
    # Close, but not on the rules.
    content = typeset(printed).content
    with pdfplumber.open(io.BytesIO(content)) as opened:
        page = next(page for page in opened.pages if "注1：" in page.extract_text())
        table = page.find_tables()[0]
        assert page.chars
        assert table.bbox[3] < (layout.PAGE_HEIGHT - layout.MARGIN_BOTTOM) * POINTS - 16
        for cell in table.cells:
            ink = [one for one in page.chars if cell[0] < one["x0"] and one["x1"] < cell[2] and one["text"] in "2注"
                   and cell[1] < (one["top"] + one["bottom"]) / 2 < cell[3]]
            # The ink of both is a tenth of the size lower than their boxes, at the least.
            assert all(min(one["top"] - cell[1], cell[3] - one["bottom"]) + 0.1 * one["size"] > 1 for one in ink)
    rows, notes = rows_kept(printed, 1)
    assert (rows[-1], notes) == (True, [False])


def test_notes_that_have_a_page_to_themselves_take_the_last_row_with_them():
    printed = document(read_text(remarked(lambda number: f"按实际办理情况填第{number}种"), "a.yaml"))
    lines = page_of_note(printed)
    note = next(number for number, line in enumerate(lines) if line.startswith("注1："))
    assert lines[note - 2].startswith("四、结转下年度继续办理") or lines[note - 1].startswith("四、结转下年度继续办理")
    assert "申请人情况" in lines[0]
    rows, notes = rows_kept(printed, 1)
    assert rows[:-1] == list(section(GOOD, "applications").held)[:-1]
    assert rows[-1]
    assert len(notes) == 25
    assert not any(notes)


def test_in_the_docx_too_notes_stay_with_the_table_that_they_belong_to():
    notes = "notes:\n  disclosure: |\n    注1：含乡镇。\n    注2：含街道。\n"
    rows, behind = rows_kept(document(read_text(GOOD + notes, "a.yaml")), 0)
    assert all(rows)
    assert behind == [True, False]
    rows, behind = rows_kept(document(read_text(GOOD, "a.yaml")), 0)
    assert (rows[:-1], rows[-1], behind) == ([True] * 13, False, [])


def above(count, prose):
    """Return a data file with so many lines before 表二, which leave no room below it, and `prose` before 表三."""
    lines = "".join(f"  第{number}段。\n" for number in range(count))
    return (SHORT.format(year=2024).replace("overview: 有进展。\n", f"overview: |\n{lines}") + "other: 没有。\n"
            + f"before_table: {{applications: {prose}}}\n")


@pytest.mark.parametrize(("count", "prose", "joined"), [
    (5, "本年没有收到申请。", True), (5, "本年没有收到申请。" * 8, True), (5, "本年没有收到申请。" * 14, False), (2, "本年没有收到申请。", False)],
    ids=["a line", "three lines", "too much", "room above"])
def test_a_heading_with_a_line_takes_no_page_where_the_table_has_room_for_them(count, prose, joined):
    printed = laid_out(read_text(above(count, prose), "a.yaml"), Options(draft=False))
    pages = page_lines(typeset(printed).content)
    headed, tabled = (next(number for number, lines in enumerate(pages) if any(line.startswith(start) for line in lines))
                      for start in ("三、收到", "一、本年新收"))
    assert (headed == tabled) == joined
    assert joined == (pages[tabled][-1].startswith("四、结转") and pages[tabled][0].startswith("三、"))
    body = docx.Document(io.BytesIO(write_docx(printed)))
    text = next(p for p in body.paragraphs if p.text.startswith("本年没有收到申请"))
    assert (bool(text.paragraph_format.keep_with_next), 'w:type="page"' in text._p.xml) == (joined, not joined)
    rows, _ = rows_kept(printed, 1)
    assert rows[-1] is False
    assert all(rows[:-1]) == joined
