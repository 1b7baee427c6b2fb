"""The Excel form: round trips, formulas and checks, locks, and bad input."""

import io
import zipfile

import openpyxl
import pytest
from conftest import EXAMPLES, GOOD, MINIMAL, ROOT, all_zero_but
from generated import flow
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from round_trips import effective, form_of, through_workbook

import reportgen
from reportgen.cli.main import main
from reportgen.datafile.write import write_yaml
from reportgen.form.plan import Plan, field_cell
from reportgen.form.write import write_workbook
from reportgen.format import CellType, all_editions, grid
from reportgen.sources import read_text

FULL = GOOD + """publication: {published: 2025-01-18, validity: 有效}
contact: {phone: 0500-84000000, email: a@b.gov.cn}
title: "某县统计局\\n2024年政府信息公开工作年度报告"
preamble: |
  第一段，共{{ applications.new.total }}件。
  =1+1 不是公式
notes: {remedies: "注：含上年结转。\\n第二行。"}
signature: {}
letterhead: {to: 县政府, printed: 2025-01-18}
attachment: 2
remedies: {review: {upheld: 5, total: 9}}
disclosure:
  coercion: {decisions: {value: 22, remark: 其中修订16件}}
  fees: {amount_wan_yuan: 72701.2500}
accepted:
- {code: GJ04, cell: remedies.review.total, reason: 含上年案件, by: 张三}
- {code: WZ05, sentence: 的的, reason: 引文, by: 李四}
"""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_examples_go_through_workbook_and_yaml(path, tmp_path):
    source = tmp_path / path.name
    source.write_bytes(path.read_bytes())
    before = path.with_name("2023.yaml")
    if path.stem == "2024":
        (tmp_path / "2023.yaml").write_bytes(before.read_bytes())
    report = reportgen.read(source)
    book = through_workbook(report, tmp_path / f"{path.stem}.xlsx")
    assert effective(book) == effective(report)
    source.write_text(write_yaml(book), encoding="utf-8")
    assert effective(reportgen.read(source)) == effective(report)


@pytest.mark.parametrize("text", [FULL, MINIMAL, MINIMAL + "applications: {other_handling: {natural: 2}}\n"])
def test_everything_in_a_file_is_kept(read, tmp_path, text):
    report = read(text)
    assert effective(through_workbook(report, tmp_path / "2024.xlsx")) == effective(report)
    assert effective(read_text(write_yaml(report), "2024.yaml")) == effective(report)


TEXTS = st.text(alphabet="甲乙丙，。：“”（）一1 =-+@#'\"{}:|&*!%", min_size=1, max_size=20)


@st.composite
def reports(draw):
    """Return the text of a data file: cells filled in, blank, with remarks; prose, notes and fields of any text."""
    edition = draw(st.sampled_from(all_editions()))
    year = draw(st.integers(edition.first_year, edition.last_year or 2030))
    lines = [f"year: {year}", "agency: {name: 某局}"]
    for table in edition.tables:
        rows = {}
        for path, spec in edition.cells.items():
            if path.startswith(f"{table}.") and draw(st.integers(0, 3)):
                value = {CellType.COUNT: st.integers(0, 10**9), CellType.SIGNED: st.integers(-10**6, 10**6),
                         CellType.AMOUNT: st.decimals(0, 10**6, places=draw(st.integers(0, 4))),
                         CellType.MONEY: st.just("12.50万元")}[spec.type]
                rows[path] = str(draw(value))
        lines.append(f"{table}: {flow(rows)}")
    for ident in ("preamble", "overview", "problems", "other"):
        body = [line.strip() for line in draw(st.lists(TEXTS, max_size=3)) if line.strip()]
        if body:
            lines += [f"{ident}: |", *(f"  {line}" for line in body)]
    for group in ("before_table", "notes", "after_table"):
        bodies = {table: [line.strip() for line in draw(st.lists(TEXTS, max_size=2)) if line.strip()] for table in edition.tables}
        lines += [f"{group}:"] if any(bodies.values()) else []
        for table, body in bodies.items():
            lines += [f"  {table}: |", *(f"    {line}" for line in body)] if body else []
    return "\n".join(lines) + "\n", year


@pytest.mark.parametrize("number", ["0.000", "0.0", "1.500", "100.00", "7"])
def test_decimals_are_kept_as_they_were_typed(read, tmp_path, number):
    report = read(MINIMAL + f"disclosure: {{fees: {{amount_wan_yuan: {number}}}}}\n")
    assert through_workbook(report, tmp_path / "2024.xlsx").cells["disclosure.fees.amount_wan_yuan"].number == number


# Shrinking a report takes minutes.
@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
          phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(reports())
def test_any_report_goes_through_workbook_and_yaml(tmp_path, made):
    text, year = made
    report = read_text(text, "x.yaml")
    assert [problem for problem in report.problems if problem.code == "DR01"] == []
    assert effective(through_workbook(report, tmp_path / f"{year}.xlsx")) == effective(report)
    assert effective(read_text(write_yaml(report), "x.yaml")) == effective(report)


def test_same_report_same_bytes(read, monkeypatch):
    report = read(FULL)
    first = write_workbook(report)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert write_workbook(report) == first


@pytest.mark.parametrize("edition", all_editions(), ids=lambda edition: edition.id)
def test_the_form_is_drawn_by_the_grid(tmp_path, edition):
    year = edition.first_year
    assert main(["form", str(year), "--agency", "某局", "-o", str(tmp_path / "f.xlsx")]) == 0
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    for table in edition.tables.values():
        sheet = book[table.short]
        rows = grid(table)
        assert sheet.page_setup.paperSize == 9
        assert sheet.protection.sheet
        merged = {str(area) for area in sheet.merged_cells.ranges}
        for placed in Plan(edition).tables[table.id]:
            cell = sheet[placed.name]
            assert (cell.value or "") == placed.cell.text or placed.cell.path
            assert cell.protection.locked is not bool(placed.cell.path)
            if placed.cell.colspan > 1 or placed.cell.rowspan > 1:
                assert any(area.startswith(f"{placed.name}:") for area in merged)
        assert sum(len(row) for row in rows) == len(Plan(edition).tables[table.id])
    held = {str(area) for one in book["表三"].data_validations.dataValidation for area in one.sqref.ranges}
    assert any("D7" in area for area in held)
    assert book["格式"].sheet_state == "hidden"


def test_the_form_takes_over_last_year(tmp_path):
    target = tmp_path / "2025.xlsx"
    assert main(["form", "2025", "--from", str(ROOT / "data/suqian/2024.yaml"), "-o", str(target)]) == 0
    report = reportgen.read(target)
    assert report.agency.name == "宿迁市人民政府"
    assert [report.cells[f"applications.carried_in.{c}"].value for c in ("natural", "enterprise", "total")] == [118, 5, 125]
    assert openpyxl.load_workbook(target)["表三"]["J7"].value.startswith("=IF(COUNT(D7:I7)+IF(")
    assert main(["form", "2025", "--agency", "某局", "-o", str(target)]) == 2


def test_commands_take_a_workbook_and_findings_name_sheet_and_cell(read, tmp_path, capsys):
    path = tmp_path / "2024.xlsx"
    text = all_zero_but("disclosure.coercion.decisions").replace("'review': {'upheld': 0", "'review': {'upheld': 1, 'total': 2")
    path.write_bytes(write_workbook(read(text)))
    assert main(["check", str(path)]) == 1
    printed = capsys.readouterr().out
    assert f"{path}:表四!E7：错误[GJ04]" in printed
    assert f"{path}:表二!B14：警告[TB01]" in printed
    assert main(["check", str(path), "--json"]) == 1
    assert '"place": "表四!E7"' in capsys.readouterr().out
    assert main(["convert", str(path), str(tmp_path / "x.yaml")]) == 0
    assert main(["convert", str(path), str(tmp_path / "x.yaml")]) == 2
    assert main(["convert", str(path), str(tmp_path / "x.txt")]) == 2
    assert main(["build", str(path), "--draft", "--to", "docx", "-o", str(tmp_path / "out")]) == 0


def test_what_would_be_lost_is_not_converted(write, tmp_path, capsys):
    assert main(["convert", str(write(GOOD + "disclosure: {coercion: {decisions: 很多}}\n")), str(tmp_path / "x.xlsx")]) == 1
    assert not (tmp_path / "x.xlsx").exists()
    assert "改写会丢失" in capsys.readouterr().err


@pytest.fixture
def book(tmp_path):
    """Return a function that changes a form and reads it."""
    path = tmp_path / "2024.xlsx"

    def change(edit):
        opened = openpyxl.load_workbook(io.BytesIO(form_of(all_zero_but())))
        edit(opened)
        opened.save(path)
        return reportgen.read(path)

    return change


def cells_of(edition, table, *rows):
    """Return the cells of some rows of figures in a form with their paths, totals left out."""
    plan = Plan(edition)
    return [(plan.full_name(path), path) for path in plan.cells if path.startswith(tuple(f"{table}.{row}." for row in rows))
            and path not in plan.totals]


def typed(values):
    """Return an edit that types values into cells, each named with its sheet."""

    def edit(opened):
        for name, value in values.items():
            sheet, _, cell = name.partition("!")
            opened[sheet][cell] = value

    return edit


WRONG = {"很多": "不是数", "1.5": "带小数", 1.5: "带小数", -3: "负数", "=1/0": "公式", "#REF!": "不是数", True: "不是数", "2024-01-01": "日期",
         "/": "没有发生的填 0"}


def test_wrong_values_are_findings_with_their_cell(book):
    cells = cells_of(all_editions()[-1], "applications", "new", "carried_in")[:len(WRONG)]
    report = book(typed(dict(zip([name for name, _ in cells], WRONG, strict=True))))
    assert [(f.code, f.origin.cell, f.cells) for f in report.problems] == [("DR01", name, (path,)) for name, path in cells]
    for problem, words in zip(report.problems, WRONG.values(), strict=True):
        assert words in problem.message


@pytest.mark.parametrize(("value", "shown"), [(True, "是"), (False, "否")])
def test_true_and_false_are_no_figures(book, value, shown):
    """Python counts with them: TRUE would be 1, FALSE 0, and in a cell that shows decimals 1.00."""
    places = {"表二!B6": "disclosure.regulations.issued", "表二!B17": "disclosure.fees.amount_wan_yuan", "表三!D7": "applications.new.natural",
              "表三!J8": "applications.carried_in.total"}
    report = book(typed(dict.fromkeys(places, value)))
    assert [(f.code, f.origin.cell, f.cells) for f in report.problems] == [("DR01", name, (path,)) for name, path in places.items()]
    assert all(f"“{shown}”不是数" in problem.message for problem in report.problems)
    assert {report.cells[path].value for path in places.values()} == {None}


def test_true_and_false_are_answers_where_the_form_asks(book):
    def edit(opened):
        for ident, value in (("history", True), ("results", False), ("applicants", "是")):
            sheet, _, cell = field_cell(f"charts.{ident}").partition("!")
            opened[sheet][cell] = value

    report = book(edit)
    assert report.problems == ()
    assert [report.texts[f"charts.{ident}"] for ident in ("history", "results", "applicants")] == ["yes", "no", "yes"]


def test_counts_however_typed(book):
    values = ["1,024", "１２", 7, 7.0, " 8 ", None]
    cells = cells_of(all_editions()[-1], "applications", "new")
    report = book(typed(dict(zip([name for name, _ in cells], values, strict=True))))
    assert [report.cells[path].value for _, path in cells] == [1024, 12, 7, 7, 8, None]


@pytest.mark.parametrize(("edit", "words"), [
    (lambda b: b["表三"].delete_rows(9), "这里应当是“三、本年度办理结果”"),
    (lambda b: b["表三"].insert_cols(1), "这里应当是"),
    (lambda b: b.remove(b["表四"]), "缺少“表四”这一页"),
    (lambda b: b.remove(b["格式"]), "不是用 reportgen form 生成"),
    (lambda b: b["格式"].__setitem__("B1", "9"), "版本是 9"),
    (lambda b: b["格式"].__setitem__("B2", "2035"), "不认识 2035 版"),
    (lambda b: b["格式"].__setitem__("B4", "x.y"), "格式说明被改动"),
    (lambda b: b["基本信息"].__setitem__("D4", "2020"), "2020年度不适用"),
    (lambda b: b["基本信息"].__setitem__("D4", None), "没有写年度"),
    (lambda b: b["基本信息"].__setitem__("D5", None), "没有写机关名称")])
def test_forms_that_were_changed_are_refused(book, edit, words):
    with pytest.raises(reportgen.InputError, match=words):
        book(edit)


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(("content", "words"), [
    (b"", "已损坏"), (b"PK\x03\x04broken", "已损坏"), (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "密码"),
    (zipped({"a.xml": b"\0" * (70 * 1024 * 1024)}), "太大"), (zipped({"xl/vbaProject.bin": b"x"}), "宏"),
    (zipped({"xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "XML 定义"), (zipped({"x.txt": "x"}), "压缩包")])
def test_files_that_are_no_workbook_are_refused(tmp_path, content, words):
    path = tmp_path / "2024.xlsx"
    path.write_bytes(content)
    with pytest.raises(reportgen.InputError, match=words):
        reportgen.read(path)


def test_last_year_may_be_of_another_kind(read, write, tmp_path):
    write("year: 2023\nagency: {name: 某县统计局}\n", "2023.yaml")
    (tmp_path / "2024.xlsx").write_bytes(write_workbook(read(GOOD)))
    assert reportgen.read(tmp_path / "2024.xlsx").previous.year == 2023


def test_the_yaml_that_is_written_has_chinese_keys_only(read):
    keys = [line.strip().partition(":")[0] for line in write_yaml(read(FULL)).splitlines()[1:] if ": " in line or line.endswith(":")]
    assert [key for key in keys if key.removeprefix("- ").isascii() and not key.startswith("=")] == []


def test_fix_mends_a_form_too(write, tmp_path, capsys):
    form = tmp_path / "form" / "2024.xlsx"
    form.parent.mkdir()
    assert main(["convert", str(write(GOOD.replace("解读不够深入，", "解读不够深入,"))), str(form)]) == 0
    assert main(["fix", str(form), "--show"]) == 0
    assert "解读不够深入," in reportgen.read(form).written["problems"][0]
    capsys.readouterr()
    assert main(["fix", str(form)]) == 0
    assert f"{form}\n- 解读不够深入,将加强培训。\n+ 解读不够深入，将加强培训。" in capsys.readouterr().out
    assert reportgen.read(form).written["problems"][0] == "解读不够深入，将加强培训。"
    assert main(["fix", str(form)]) == 0
    assert "没有要改的" in capsys.readouterr().out
