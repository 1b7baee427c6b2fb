"""The Excel form as a clerk meets it: what it says of itself, the switch for zeros, usual mistakes, old forms."""

import datetime
import io

import openpyxl
import pytest
from conftest import GOOD, MINIMAL, ROOT, all_zero_but
from openpyxl.comments import Comment
from round_trips import effective, form_of

import reportgen
from reportgen.datafile.fields import plain_fields
from reportgen.form.plan import Plan, field_cell
from reportgen.form.write import write_workbook
from reportgen.format import all_editions
from reportgen.many.head import read_head
from reportgen.outputs.document import document
from reportgen.outputs.report_json import report_json
from reportgen.sources import read_text

EDITIONS = [(2020, all_editions()[0]), (2025, all_editions()[1])]
OLD = ROOT / "tests" / "forms" / "version-2.xlsx"


def opened(text):
    return openpyxl.load_workbook(io.BytesIO(form_of(text)))


@pytest.fixture
def form(tmp_path):
    """Return a function that changes the form of a report of zeros, 2 of them 1, and reads it."""
    path = tmp_path / "2024.xlsx"

    def form(edit, text=None):
        book = opened(text or all_zero_but())
        edit(book)
        book.save(path)
        return reportgen.read(path)

    return form


def validation_of(sheet, cell):
    return next(one for one in sheet.data_validations.dataValidation if cell in one.sqref)


@pytest.mark.parametrize(("year", "edition"), EDITIONS)
def test_every_plain_field_says_what_it_is(year, edition):
    book = opened(f"year: {year}\nagency: {{name: 某局}}\n")
    marks = {}
    for ident, group, field in plain_fields():
        sheet, _, cell = field_cell(ident).partition("!")
        row = cell[1:]
        assert [book[sheet][f"{letter}{row}"].value for letter in "BC"] == [group or None, field.name]
        held = validation_of(book[sheet], cell)
        assert held.showInputMessage
        assert 0 < len(held.prompt) <= 255
        assert len(held.promptTitle) <= 32
        assert field.choices or f"例：{field.example}" in book[sheet][f"E{row}"].value
        assert (held.type, held.formula1) == (("list", f'"{",".join(field.choices.values())}"') if field.choices else (None, None))
        marks.setdefault((sheet, book[sheet][f"A{row}"].value), []).append(ident)
    assert marks["基本信息", "必填"] == ["year", "agency.name"]
    assert marks["基本信息", "选填"] == [
        "agency.short", "agency.kind", "agency.level", "contact.office", "contact.address", "contact.postcode", "contact.phone",
        "contact.email", "signature.name", "signature.date", "signature.seal"]
    assert {ident.partition(".")[0] for ident in marks["其他信息", "选填"]} == {
        "title", "publication", "site", "letterhead", "attachment", "charts", "table_data", "table_data_reason"}


@pytest.mark.parametrize(("year", "edition"), EDITIONS)
def test_sheets_stand_in_order_and_print_on_a4(year, edition):
    book = opened(f"year: {year}\nagency: {{name: 某局}}\n")
    assert book.sheetnames == ["填报一览", "基本信息", "总体情况", "表二", "表三", "表四", "问题与改进", "其他事项", "引言", "其他信息",
                               "备注", "已核实", "可引用的数", "格式"]
    assert [book[name].freeze_panes for name in book.sheetnames[:6]] == [None, "A4", "A4", "A4", "A7", "A7"]
    assert [sheet.page_setup.orientation for sheet in book.worksheets[3:6]] == [None, None, "landscape"]
    for sheet in book.worksheets[:-1]:
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == ("9", 1, 0) or (
            sheet.page_setup.paperSize == 9)
        assert sheet.print_title_rows == "$1:$3"


@pytest.mark.parametrize(("year", "edition"), EDITIONS)
def test_the_first_sheet_looks_after_every_cell_to_fill_in_and_every_identity(year, edition):
    book = opened(f"year: {year}\nagency: {{name: 某局}}\n")
    plan = Plan(edition)
    wanted = {"基本信息!D4", "基本信息!D5", "总体情况!A4", "问题与改进!A4", "其他事项!A4"}
    wanted |= {plan.full_name(path) for path in plan.cells if path not in plan.totals}
    wanted |= {f"{plan.sheets[table]}!{check.name}" for table in edition.tables for check in plan.checks(table)}
    listed = [cell.value for cell in book["格式"]["F"] if cell.value]
    assert set(listed) == wanted
    assert len(listed) == len(wanted)
    first = book["填报一览"]
    assert [first[f"A{row}"].hyperlink.location for row in range(7, 14)] == [f"'{name}'!A1" for name in book.sheetnames[1:8]]
    assert (first["A4"].value, first["C4"].value) == ("没有填的都是 0", "否")
    assert validation_of(first, "C4").formula1 == '"是,否"'


def test_a_sentence_can_take_every_figure_that_is_listed():
    rows = list(opened(all_zero_but())["可引用的数"].iter_rows(min_row=4, values_only=True))
    assert len(rows) == 200
    lines = "".join(f"  {row[0]}\n" for row in rows)
    report = read_text(f"{all_zero_but()}preamble: |\n{lines}", "2024.yaml")
    assert report.problems == ()
    assert {paragraph.text for paragraph in report.prose["preamble"]} == {"0"}


def test_the_switch_covers_what_its_key_in_the_data_file_covers(form):
    text = MINIMAL + "applications: {new: {natural: 5, research: {remark: 甲}}}\n"

    def switch(book):
        book["填报一览"]["C4"] = "是"
        book["表四"]["A7"] = "很多"

    found = form(switch, text)
    meant = read_text(text + "blanks: 0\nremedies: {review: {upheld: 很多}}\n", "2024.yaml")
    assert effective(found) == effective(meant)
    assert [problem.cells for problem in found.problems] == [("remedies.review.upheld",)]
    assert found.cells["remedies.review.total"].value is None
    off = form(lambda book: None, text)
    assert effective(off) == effective(read_text(text, "2024.yaml"))
    assert {finding.code for finding in reportgen.check(off)} >= {"TB01", "GJ09"}


def test_the_switch_is_drawn_and_printed_nowhere(form):
    assert opened(GOOD)["填报一览"]["C4"].value == "是"
    off = report_json(document(form(lambda book: None)))
    assert report_json(document(form(lambda book: book["填报一览"].__setitem__("C4", "是")))) == off


def test_an_answer_to_the_switch_that_is_none_is_told(form):
    report = form(lambda book: book["填报一览"].__setitem__("C4", "0"))
    assert [(problem.code, problem.origin.cell, problem.message) for problem in report.problems] == [
        ("DR05", "填报一览!C4", "“没有填的都是 0”只能选“是”或“否”，“0”当作“否”；请重选")]


def put(sheet, cell, value):
    return lambda book: book[sheet].__setitem__(cell, value)


def hide(sheet, kind, key):
    def edit(book):
        getattr(book[sheet], f"{kind}_dimensions")[key].hidden = True
    return edit


def annotate(book):
    book["表三"]["D7"].comment = Comment("待核", "张三")


def picture(book):
    chart = openpyxl.chart.BarChart()
    book["表二"].add_chart(chart, "H5")


def merged(book):
    book["表三"].merge_cells("D7:E7")


def hidden_sheet(book):
    book["其他事项"].sheet_state = "hidden"


# The usual mistakes: what was done, and the one finding that it gives, or nothing where it is taken.
MISTAKES = [
    (put("表三", "D7", "很多"), "表三!D7", "“很多”不是数"),
    (put("表三", "D7", "-"), "表三!D7", "没有发生的填 0"),
    (put("表三", "D7", "无"), "表三!D7", "没有发生的填 0"),
    (put("表三", "D7", "0件"), "表三!D7", "数字后面有其他文字"),
    (put("表三", "D7", "=1/0"), "表三!D7", "公式"),
    (put("表三", "D7", datetime.datetime(2024, 3, 5)), "表三!D7", "是日期"),
    (put("表三", "J7", "很多"), "表三!J7", "“很多”不是数"),
    (put("表三", "N9", "另有说明"), "表三!N9", "“另有说明”不在要填的格里"),
    (put("总体情况", "C6", "写在旁边"), "总体情况!C6", "“写在旁边”不在要填的格里"),
    (put("总体情况", "A6000", "写得太下面"), "总体情况!A6000", "“写得太下面”不在要填的格里"),
    (put("总体情况", "A2", "改了提示"), "总体情况!A2", "“改了提示”不在要填的格里"),
    (put("表三", "A90", "表下面的话"), "表三!A90", "没有读"),
    (put("备注", "D4", "旁边"), "备注!D4", "不在要填的格里"),
    (put("备注", "A5", "表九!A1"), "备注!A5", "“表九!A1”不是表中填数的格"),
    (put("备注", "A5", "表三!D7"), "备注!B5", "备注没有写"),
    (put("基本信息", "D40", "多出来的"), "基本信息!D40", "不是要填的项目"),
    (put("基本信息", "C8", "级别"), None, ""),
    (lambda book: book.create_sheet("草稿").__setitem__("B2", "打草稿"), "草稿!B2", "“打草稿”不在要填的格里"),
    (annotate, "表三!D7", "批注“待核”没有读"),
    (picture, "", "有图片、图表"),
    (merged, "表三!E7", "合并了"),
    (hide("总体情况", "row", 4), "总体情况!A4", "第4行隐藏着"),
    (hide("表三", "column", "E"), "表三!E1", "E列隐藏着"),
    (hidden_sheet, "其他事项", "这一页隐藏着"),
    (put("基本信息", "D15", "2025.1.18"), None, ""),
    (put("基本信息", "D15", datetime.date(2025, 1, 18)), None, ""),
    (put("基本信息", "D15", "一月十八日"), "基本信息!D15", "不是日期"),
    (put("基本信息", "D7", "事业单位"), "基本信息!D7", "只能写部门、政府"),
    (put("表三", "D7", "０"), None, ""),
    (put("表三", "D7", " 0 "), None, ""),
    (put("表三", "D7", 0.0), None, ""),
    (put("表三", "D7", "=SUM(E7:F7)-0"), "表三!D7", "公式"),
    (lambda book: book["基本信息"].insert_rows(6), None, ""),
    (lambda book: book["基本信息"].delete_rows(6), None, "")]


@pytest.mark.slow
@pytest.mark.parametrize(("edit", "place", "words"), MISTAKES)
def test_each_mistake_gives_one_finding_or_is_taken(form, edit, place, words):
    report = form(edit)
    found = [finding for finding in reportgen.check(report)
             if finding.code != "KN08" and not (words == "合并了" and finding.code in ("TB01", "GJ09"))]
    assert [finding.origin.cell for finding in found] == ([] if place is None else [place])
    assert all(words in finding.message for finding in found)


# Each in a cell of its own; `slow` tests try the others too, one a form.
TOGETHER = [
    ("表三", "D7", "很多", "“很多”不是数"), ("表三", "E7", "-", "没有发生的填 0"), ("表三", "F7", "无", "没有发生的填 0"), ("表三", "G7", "0件", "数字后面有其他文字"),
    ("表三", "H7", "=1/0", "公式"), ("表三", "I7", datetime.datetime(2024, 3, 5), "是日期"), ("表三", "J8", "很多", "“很多”不是数"),
    ("表三", "N9", "另有说明", "“另有说明”不在要填的格里"), ("总体情况", "C6", "写在旁边", "“写在旁边”不在要填的格里"),
    ("总体情况", "A6000", "写得太下面", "“写得太下面”不在要填的格里"), ("总体情况", "A2", "改了提示", "“改了提示”不在要填的格里"), ("表三", "A90", "表下面的话", "没有读"),
    ("备注", "D4", "旁边", "不在要填的格里"), ("备注", "A5", "表三!D7", "备注没有写"), ("基本信息", "D40", "多出来的", "不是要填的项目"),
    ("基本信息", "D15", "一月十八日", "不是日期")]


def test_all_mistakes_of_a_form_are_found_at_once(form):
    def edit(book):
        for sheet, cell, value, _ in TOGETHER:
            book[sheet][cell] = value
        annotate(book)
        hide("总体情况", "row", 4)(book)
        hide("表三", "column", "E")(book)
        hidden_sheet(book)

    wanted = {f"{sheet}!{'B5' if (sheet, cell) == ('备注', 'A5') else cell}": [words] for sheet, cell, _, words in TOGETHER}
    wanted["表三!D7"].append("批注“待核”没有读")
    wanted |= {"总体情况!A4": ["第4行隐藏着"], "表三!E1": ["E列隐藏着"], "其他事项": ["这一页隐藏着"]}
    found = {}
    for finding in reportgen.check(form(edit)):
        if finding.code != "KN08":
            found.setdefault(finding.origin.cell, []).append(finding.message)
    assert found.keys() == wanted.keys()
    for place, messages in found.items():
        assert len(messages) == len(wanted[place])
        assert all(any(words in message for message in messages) for words in wanted[place])


@pytest.mark.parametrize(("edit", "words"), [
    (lambda book: book["表三"].insert_rows(7), "它移到了 A8，像是插入或删去了行、列"),
    (lambda book: book["表三"].delete_rows(9), "这里应当是“三、本年度办理结果”"),
    (lambda book: setattr(book["表三"], "title", "申请表"), "缺少“表三”这一页，现有.*申请表.*改了名的请改回")])
def test_a_form_that_was_taken_apart_is_refused_in_one_sentence(form, edit, words):
    with pytest.raises(reportgen.InputError, match=words) as caught:
        form(edit)
    assert len(caught.value.problems) == 1


def test_one_bad_remark_hides_nothing_else(form):
    def edit(book):
        for row, pair in enumerate((("表九!A1", "一"), ("表三!D7", "二"), ("表三！$d$7", "三"), ("表三!E7", "四")), 4):
            book["备注"][f"A{row}"], book["备注"][f"B{row}"] = pair
        book["表三"]["F7"] = "很多"

    report = form(edit)
    assert [(problem.code, problem.origin.cell) for problem in report.problems] == [
        ("DR01", "表三!F7"), ("DR05", "备注!A4"), ("DR05", "备注!A6")]
    assert [report.cells[f"applications.new.{one}"].remark for one in ("natural", "enterprise")] == ["二", "四"]


def test_many_strays_of_a_sheet_are_told_in_few_findings(form):
    def edit(book):
        for row in range(50, 80):
            book["表三"][f"M{row}"] = row

    assert [problem.origin.cell for problem in form(edit).problems] == [*(f"表三!M{row}" for row in range(50, 60)), "表三"]


def test_an_old_form_is_read_as_it_was_meant(tmp_path):
    """It was made by the program before the first sheet, the switch and the sheet of what few need."""
    report = reportgen.read(OLD)
    assert report.problems == ()
    assert report.texts["publication.published"] == "2025-01-18"
    assert report.written["preamble"] == ("第一段，共{{ applications.new.total }}件。", "=1+1 不是公式")
    assert [(cell.value, cell.remark) for path, cell in report.cells.items() if path.startswith("disclosure.coercion")] == [(22, "其中修订16件")]
    assert report.cells["remedies.review.total"].value == 9
    assert report.cells["applications.new.total"].value == 0
    assert len(report.accepted) == 2
    head = read_head(OLD)
    assert (head.agency, head.year) == ("某县统计局", 2024)
    again = tmp_path / "2024.xlsx"
    again.write_bytes(write_workbook(report))
    assert effective(reportgen.read(again)) == effective(report)
    assert read_head(again) == head


def test_a_form_of_the_first_version_is_read(tmp_path):
    book = openpyxl.load_workbook(OLD)
    book["格式"]["B1"].value = "1"
    for table in ("表二", "表三", "表四"):
        around = next(row[0].row for row in book[table].iter_rows(max_col=1) if row[0].value == "表前文字")
        book[table].delete_rows(around, 40)
    fields = [row[0].value for row in book["基本信息"].iter_rows(min_col=2, max_col=2)]
    book["基本信息"].delete_rows(fields.index("表格数据") + 1, 2)
    path = tmp_path / "2024.xlsx"
    book.save(path)
    assert effective(reportgen.read(path)) == effective(reportgen.read(OLD))
    assert reportgen.read(path).problems == ()


def test_strays_of_an_old_form_are_told(tmp_path):
    book = openpyxl.load_workbook(OLD)
    book["表三"]["N9"], book["总体情况"]["C6"] = "另有说明", "写在旁边"
    path = tmp_path / "2024.xlsx"
    book.save(path)
    assert [problem.origin.cell for problem in reportgen.read(path).problems] == ["总体情况!C6", "表三!N9"]
