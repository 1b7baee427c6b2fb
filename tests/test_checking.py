"""The arithmetic and completeness rules."""

from dataclasses import replace
from pathlib import Path

import pytest
from clean_files import changed
from conftest import EXAMPLES, GOOD, MINIMAL, ROOT, all_zero_but
from hypothesis import given, settings
from hypothesis import strategies as st

import reportgen
from reportgen.checks import arithmetic
from reportgen.format import all_editions

CASES = ROOT.parent / "shared" / "cases"
SUQIAN = {path.stem: reportgen.read(path) for path in EXAMPLES if path.parent.name == "suqian"}


def found(report, *families):
    return [(f.code, f.cells[0]) for f in reportgen.check(report) if f.cells and f.code.startswith(families)]


@pytest.mark.parametrize(("year", "expected"), [
    ("2023", [("KN08", ""), ("FB04", "")]),
    ("2024", [("FB04", ""), ("KN04", "applications.refused.forbidden_by_law.total"),
              ("KN04", "applications.not_processed.excessive.total")])])
def test_correct_reports_raise_no_error_and_no_warning(year, expected):
    findings = reportgen.check(SUQIAN[year])
    assert [(f.code, f.cells[0] if f.cells else "") for f in findings] == expected
    assert {f.severity.value for f in findings} == {"info"}


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(["2023", "2024"]), st.integers(1, 10**6))
def test_any_cell_that_is_off_is_found(year, off):
    report = SUQIAN[year]
    for path, cell in report.cells.items():
        if not path.startswith("disclosure."):
            wrong = replace(report, cells={**report.cells, path: replace(cell, value=cell.value + off)})
            assert any(path in finding.cells for finding in arithmetic.identities(wrong)), path


def test_every_cell_stands_in_an_identity():
    for edition in all_editions():
        covered = {cell for equation in edition.equations for cell in equation.cells}
        assert covered == {path for path in edition.cells if not path.startswith("disclosure.")}


def test_message_names_both_sides_and_the_difference(read):
    report = read(MINIMAL + "remedies: {review: {upheld: 10, corrected: 1, other: 0, pending: 0, total: 0}}\n")
    finding = next(f for f in reportgen.check(report) if f.code == "GJ04")
    assert finding.message == ("表四“行政复议”：“总计”0，“结果维持”10＋“结果纠正”1＋“其他结果”0＋“尚未审结”0＝11，"
                               "相差11；请核对并改正；如果只错一格，最可能是表四“行政复议”“总计”：填的是0，改为11就全部相符")
    assert finding.likely == "remedies.review.total"
    assert finding.origin.line == 3


def test_balance_message_names_rows(read):
    report = read(MINIMAL + "applications: {new: {natural: 3}, carried_in: {natural: 1}, "
                            "total_handled: {natural: 2}, carried_out: {natural: 1}}\n")
    message = next(f.message for f in reportgen.check(report) if f.code == "GJ01")
    assert "“一、本年新收政府信息公开申请数量”3＋“二、上年结转政府信息公开申请数量”1＝4" in message
    assert "相差1" in message


def test_blanks_are_warned_of_and_unchecked_is_told(read):
    report = read(all_zero_but("remedies.review.upheld"))
    assert [(f.code, f.severity.value, f.cells) for f in reportgen.check(report)] == [
        ("TB01", "warning", ("remedies.review.upheld",)),
        ("KN08", "info", ()),
        ("GJ09", "info", ("remedies.review.total", "remedies.review.upheld"))]
    assert [f.code for f in reportgen.check(report, strict=True) if f.blocks] == ["TB01"]


def test_empty_file_is_warned_of_by_table_and_section(read):
    findings = [f for f in reportgen.check(read(MINIMAL)) if f.severity.value == "warning"]
    assert [f.code for f in findings] == ["TB01", "TB01", "TB01", "TB03", "TB03", "TB03"]


def test_single_row_is_warned_of(read):
    report = read(MINIMAL + "blanks: 0\napplications: {other_handling: {natural: 2}}\n")
    assert ("TB02", "applications.other_handling.natural") in found(report, "TB")
    assert found(report, "GJ0") == [("GJ01", "applications.new.natural"), ("GJ01", "applications.new.total")]


# What a published report had: 其他处理 as one row, totals of 表四 that count nothing.
ONE_ROW = [("""  other_handling:
    no_correction: {natural: 1, enterprise: 1, research: 0, public_interest: 0, legal_service: 1, other: 0, total: 3}
    fee_overdue: {natural: 0, enterprise: 0, research: 0, public_interest: 0, legal_service: 0, other: 0, total: 0}
    other: {natural: 1, enterprise: 0, research: 0, public_interest: 0, legal_service: 0, other: 0, total: 1}
""", """  other_handling: {natural: 2, enterprise: 1, research: 0, public_interest: 0, legal_service: 1, other: 0, total: 4}
""")]
NO_TOTALS = [("other: 2, pending: 3, total: 10", "other: 2, pending: 3, total: 0"),
             ("other: 0, pending: 2, total: 6", "other: 0, pending: 2, total: 0")]


@pytest.mark.parametrize(("changes", "expected"), [
    ([], []),
    (ONE_ROW, [("TB02", "applications.other_handling.natural")]),
    (ONE_ROW + NO_TOTALS, [("GJ04", "remedies.review.total"), ("GJ04", "remedies.litigation_after_review.total"),
                           ("TB02", "applications.other_handling.natural")])])
def test_figures_of_whole_tables(read, changes, expected):
    report = read(changed(2024, changes))
    assert found(report, "GJ", "TB02") == expected
    assert {f.code for f in reportgen.check(report) if f.severity.value == "error"} <= {"GJ04", "WB01"}


@pytest.mark.skipif(not CASES.is_dir(), reason="the figures of real reports are not beside this checkout")
@pytest.mark.parametrize(("name", "expected"), [
    ("suqian-2023", []), ("suqian-2024", []),
    ("hongze-2023", [("GJ04", "remedies.review.total"), ("GJ04", "remedies.litigation_after_review.total"),
                     ("TB02", "applications.other_handling.natural")]),
    ("hongze-2024", [("TB02", "applications.other_handling.natural")])])
def test_real_figures(name, expected):
    report = reportgen.read(Path(CASES / f"{name}.yaml"))
    assert found(report, "GJ", "TB02") == expected
    assert {f.code for f in reportgen.check(report) if f.severity.value == "error"} <= {"GJ04"}


@pytest.mark.parametrize(("text", "expected"), [
    ("notes: {remedies: 注：😀}\n", [("WZ01", 7)]),
    ("letterhead: {mark: 某县统计局文件}\nnotes: {remedies: 璟祎镕}\n", [])])
def test_what_cannot_be_printed_is_an_error(read, text, expected):
    report = read(GOOD + text)
    assert [(f.code, f.origin.line) for f in reportgen.check(report)[:-1]] == expected


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(["2023", "2024"]), st.integers(1, 10**6))
def test_the_likeliest_cell_is_named(year, off):
    report = SUQIAN[year]
    for path, cell in report.cells.items():
        if path.startswith("applications."):
            wrong = replace(report, cells={**report.cells, path: replace(cell, value=cell.value + off)})
            assert {finding.likely for finding in arithmetic.identities(wrong)} == {path}


def test_no_cell_is_named_where_several_would_do(read):
    report = read(GOOD + "remedies: {review: {upheld: 5, other: 9, total: 10}}\n")
    assert [f.likely for f in reportgen.check(report) if f.code == "GJ04"] == [""]


ACCEPTED = """accepted:
- {code: GJ04, cell: 复议诉讼.行政复议.总计, reason: 含上年结转, by: 张三}
- {code: WZ05, sentence: 有了的的进展, reason: 引文如此, by: 张三}
- {code: TB08, cell: other, reason: 另行报告, by: 张三}
"""


def test_accepted_findings_stop_nothing_and_stale_ones_are_told(read):
    text = GOOD.replace("都有进展", "有了的的进展") + "remedies: {review: {upheld: 5, other: 9, total: 10}}\n" + ACCEPTED
    findings = reportgen.check(read(text))
    assert [(f.code, f.accepted.by if f.accepted else "", f.blocks) for f in findings] == [
        ("GJ04", "张三", False), ("WZ05", "张三", False), ("HS01", "", False), ("KN08", "", False)]
    assert "TB08（other）没有对应的检查结果" in findings[2].message


@pytest.mark.parametrize(("entry", "accepted"), [
    ("cell: 复议诉讼.行政复议.总计", ["GJ04"]), ("cell: 申请办理.本年新收.总计", []), ("sentence: 有了的的进展", []),
    ("cell: 复议诉讼.行政复议.总计, sentence: 总计10", ["GJ04"]), ("cell: 复议诉讼.行政复议.总计, sentence: 有了的的进展", [])])
def test_an_acceptance_is_for_its_cell_and_its_sentence_alone(read, entry, accepted):
    text = GOOD + f"remedies: {{review: {{upheld: 5, other: 9, total: 10}}}}\naccepted:\n- {{code: GJ04, {entry}, reason: 一, by: 二}}\n"
    assert [f.code for f in reportgen.check(read(text)) if f.accepted] == accepted


@pytest.mark.parametrize("sentence", ["都有了的的进展。", "前文。主动公开、依申请公开、政府信息管理、平台建设和监督保障都有了的的进展。后文", "的的"])
def test_a_sentence_is_accepted_by_more_or_less_of_it(read, sentence):
    text = GOOD.replace("都有进展", "都有了的的进展") + f"accepted:\n- {{code: WZ05, sentence: {sentence}, reason: 一, by: 二}}\n"
    assert [f.code for f in reportgen.check(read(text)) if f.accepted] == ["WZ05"]


def test_an_acceptance_with_a_sentence_is_for_no_finding_without_one(read):
    text = "year: 2024\nagency: {name: 某县统计局}\naccepted:\n- {code: TB03, sentence: 甲, reason: 一, by: 二}\n"
    assert [f.code for f in reportgen.check(read(text)) if f.accepted] == []


@pytest.mark.parametrize(("entry", "words"), [
    ("{code: GJ04, cell: remedies.review.total, by: 张三}", "没有写理由"), ("{code: DR01, reason: 一, by: 二}", "只能改正"),
    ("{code: XX01, reason: 一, by: 二}", "不存在"), ("{code: GJ04, cell: 无此格, reason: 一, by: 二}", "单元格“无此格”不存在"),
    ("{reason: 一, by: 二}", "没有写编号")])
def test_acceptances_that_cannot_count_are_errors(read, entry, words):
    report = read(GOOD + f"accepted:\n- {entry}\n")
    assert [(f.code, f.origin.line) for f in report.problems] == [("HS02", 8)]
    assert words in report.problems[0].message


def test_acceptances_of_another_shape_are_refused(read):
    with pytest.raises(reportgen.InputError, match="“已核实”下面应当是列表，每条以“- ”开头，写编号、单元格、句子、理由、核实人"):
        read(GOOD + "accepted: {code: GJ04}\n")


@pytest.mark.parametrize(("agency", "published", "expected"), [
    ("{name: 某市统计局, kind: department, level: city}", "2025-02-01", ["FB01"]),
    ("{name: 某市统计局, kind: department, level: city}", "2025-01-31", []),
    ("{name: 某市人民政府}", "2025-04-01", ["FB01"]), ("{name: 某市人民政府}", "2025-03-31", []),
    ("{name: 某镇人民政府}", "2025-05-01", []), ("{name: 某街道办事处, kind: government}", "2025-05-01", []),
    ("{name: 某县统计局}", "2025-05-01", []), ("{name: 某县统计局}", "2024-12-30", ["FB02"])])
def test_deadlines(read, agency, published, expected):
    report = read(f"year: 2024\nagency: {agency}\npublication: {{published: {published}}}\n")
    assert [f.code for f in reportgen.check(report) if f.code in ("FB01", "FB02")] == expected


def test_a_date_is_judged_where_those_before_it_are_blank(read):
    report = read("year: 2024\nagency: {name: 某县统计局}\nsignature: {date: 2024-12-30}\n")
    assert [f.code for f in reportgen.check(report) if f.code in ("FB01", "FB02")] == ["FB02"]


def test_ties_hold_between_editions(write):
    write("year: 2020\nagency: {name: 甲}\napplications: {carried_out: {natural: 3}}\n", "2020.yaml")
    report = reportgen.read(write("year: 2021\nagency: {name: 甲}\napplications: {carried_in: {natural: 4}}\n", "2021.yaml"))
    assert [(f.code, f.cells) for f in reportgen.check(report) if f.code == "KN01"] == [
        ("KN01", ("applications.carried_in.natural",))]
    assert [f.cells[0] for f in reportgen.check(report) if f.code == "KN09"] == ["applications.carried_in.enterprise"]


@pytest.mark.parametrize(("year", "before", "expected"), [
    (2020, [], []), (2024, [], []),
    (2024, [("carried_out: {natural: 8,", "carried_out: {natural: 7,"), ("in_force: 11}", "in_force: 12}")],
     [("KN01", "applications.carried_in.natural"), ("KN02", "disclosure.regulations.in_force")])])
def test_figures_of_whole_tables_tie_across_years(read, write, year, before, expected):
    write(changed(year - 1, before), f"{year - 1}.yaml")
    assert found(read(changed(year), f"{year}.yaml"), "KN01", "KN02", "KN09") == expected


@pytest.mark.skipif(not CASES.is_dir(), reason="the figures of real reports are not beside this checkout")
@pytest.mark.parametrize("place", ["suqian", "hongze"])
def test_real_figures_tie_across_years(place):
    findings = reportgen.check(reportgen.read(CASES / f"{place}-2024.yaml"))
    assert [f.code for f in findings if f.code in ("KN01", "KN02", "KN09") or f.severity.value == "error"] == []
