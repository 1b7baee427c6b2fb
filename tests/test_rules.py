"""Each rule of the catalogue by one broken data file: a clean report and what was changed in it."""

import io
import re
from pathlib import Path

import openpyxl
import pytest
import yaml
from clean_files import CLEAN, changed
from conftest import ROOT

import reportgen
from reportgen.form.write import write_workbook
from reportgen.rules import FAMILIES, all_rules, handbook

HERE = Path(__file__).parent
# What cannot be broken alone: a blank leaves an identity unchecked, and is told of as a blank too; years without a
# file leave other checks out as well.
ALSO = {"GJ09": {"TB01"}, "FB07": {"KN08"}, "TB10": {"TB01", "GJ09", "KN09"}}
_TABLES = re.compile(r"^disclosure:\n.*?(?=^problems:)", re.MULTILINE | re.DOTALL)


def spec_of(code):
    """Return what a broken file changes in a clean report, and what is to be found."""
    return yaml.safe_load((HERE / "broken" / f"{code}.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def broken(write):
    """Return a function that writes the broken file of a rule, with last year's beside it, and reads it."""

    def broken(code):
        spec = spec_of(code)
        year = int(spec.get("base", "2024"))
        if "rules" in spec:
            write(spec["rules"], "检查规则.yaml")
        if "no_previous" not in spec:
            write(changed(year - 1, spec.get("change_previous", [])), f"{year - 1}.yaml")
        text = changed(year, spec.get("change", []))
        if "no_tables" in spec:
            text = _TABLES.sub("", text)
        path = write(text, f"{year}.yaml")
        if "form" in spec:
            path = write(filled_form(reportgen.read(path), spec["form"]), f"{year}.xlsx")
            path.with_suffix(".yaml").unlink()
        return reportgen.read(path)

    return broken


def filled_form(report, cells):
    """Return the Excel form of a report with something written into some of its cells."""
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(report)))
    for name, text in cells.items():
        sheet, _, cell = name.partition("!")
        book[sheet][cell] = text
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("year", [2020, 2024])
def test_a_clean_report_raises_nothing(year):
    assert reportgen.check(reportgen.read(CLEAN / f"{year}.yaml")) == []


@pytest.mark.parametrize("code", list(all_rules()))
def test_each_rule_by_one_broken_file(broken, code):
    findings = reportgen.check(broken(code))
    assert {finding.code for finding in findings} == {code} | ALSO.get(code, set())
    rule = all_rules()[code]
    for finding in findings:
        if finding.code == code:
            assert finding.severity is rule.severity
            assert finding.source
    found = [{"line": finding.origin.line, "section": finding.section, "cell": next(iter(finding.cells), ""), "likely": finding.likely,
              "marked": finding.excerpt.marked if finding.excerpt else "", "message": finding.message}
             for finding in findings if finding.code == code]
    assert [{key: value for key, value in one.items() if value or key == "line"} for one in found] == spec_of(code)["found"]


def test_the_catalogue_is_whole():
    assert {path.stem for path in (HERE / "broken").glob("*.yaml")} == set(all_rules())
    for rule in all_rules().values():
        assert rule.code[:2] in FAMILIES
        assert all((rule.title, rule.says, rule.why, rule.mend, rule.source))


def test_the_handbook_is_what_the_catalogue_says():
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == handbook()
