"""The arithmetic and completeness rules."""

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import EXAMPLES, MINIMAL, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

import reportgen
from reportgen.checking import arithmetic
from reportgen.editions import all_editions

CASES = ROOT.parent / "shared" / "cases"
SUQIAN = {path.stem: reportgen.read(path) for path in EXAMPLES if path.parent.name == "suqian"}


def found(report, *families):
    return [(f.code, f.cells[0]) for f in reportgen.check(report) if f.cells and f.code.startswith(families)]


@pytest.mark.parametrize("year", ["2023", "2024"])
def test_correct_reports_raise_nothing(year):
    assert reportgen.check(SUQIAN[year]) == []


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
                               "相差11；请核对并改正")
    assert finding.origin.line == 3


def test_balance_message_names_rows(read):
    report = read(MINIMAL + "applications: {new: {natural: 3}, carried_in: {natural: 1}, "
                            "total_handled: {natural: 2}, carried_out: {natural: 1}}\n")
    message = next(f.message for f in reportgen.check(report) if f.code == "GJ01")
    assert "“一、本年新收政府信息公开申请数量”3＋“二、上年结转政府信息公开申请数量”1＝4" in message
    assert "相差1" in message


def test_blanks_are_warned_of_and_unchecked_is_told(read):
    report = read(MINIMAL + "blanks: 0\nremedies: {review: {upheld: null}}\noverview: 一。\nproblems: 一。\nother: 一。\n")
    assert [(f.code, f.severity.value, f.cells) for f in reportgen.check(report)] == [
        ("TB01", "warning", ("remedies.review.upheld", "remedies.review.total")),
        ("GJ09", "info", ("remedies.review.total", "remedies.review.upheld"))]


def test_empty_file_is_warned_of_by_table_and_section(read):
    findings = [f for f in reportgen.check(read(MINIMAL)) if f.severity.value == "warning"]
    assert [f.code for f in findings] == ["TB01", "TB01", "TB01", "TB03", "TB03", "TB03"]


def test_single_row_is_warned_of(read):
    report = read(MINIMAL + "blanks: 0\napplications: {other_handling: {natural: 2}}\n")
    assert ("TB02", "applications.other_handling.natural") in found(report, "TB")
    assert found(report, "GJ0") == [("GJ01", "applications.new.natural"), ("GJ01", "applications.new.total")]


@pytest.mark.skipif(not CASES.is_dir(), reason="the figures of real reports are not beside this checkout")
@pytest.mark.parametrize(("name", "expected"), [
    ("suqian-2023", []), ("suqian-2024", []),
    ("hongze-2023", [("GJ04", "remedies.review.total"), ("GJ04", "remedies.litigation_after_review.total"),
                     ("TB02", "applications.other_handling.natural")]),
    ("hongze-2024", [("TB02", "applications.other_handling.natural")])])
def test_real_figures(name, expected):
    assert found(reportgen.read(Path(CASES / f"{name}.yaml")), "GJ", "TB02") == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("letterhead: {mark: 某县统计局文件}\n", [("TB04", 7)]),
    ("title: 报告😀\n", [("WZ01", 7)]),
    ("letterhead: {}\ntitle: 璟祎镕\n", [])])
def test_what_cannot_be_printed_is_warned_of(read, text, expected):
    report = read(MINIMAL + "blanks: 0\noverview: 有。\nproblems: 有。\nother: 有。\n" + text)
    assert [(f.code, f.origin.line) for f in reportgen.check(report)] == expected
