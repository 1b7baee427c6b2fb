"""Each rule of the catalogue by one broken data file: a clean report and what was changed in it."""

from pathlib import Path

import pytest
import yaml
from clean_files import CLEAN, changed
from conftest import ROOT

import reportgen
from reportgen.rules import FAMILIES, all_rules, handbook

HERE = Path(__file__).parent
# What cannot be broken alone: a blank leaves an identity unchecked, and is told of as a blank too; years without a
# file leave other checks out as well.
ALSO = {"GJ09": {"TB01"}, "FB07": {"KN08"}}


@pytest.fixture
def broken(write):
    """Return a function that writes the broken file of a rule, with last year's beside it, and reads it."""

    def broken(code):
        spec = yaml.safe_load((HERE / "broken" / f"{code}.yaml").read_text(encoding="utf-8"))
        year = int(spec.get("base", "2024"))
        if "no_previous" not in spec:
            write(changed(year - 1, spec.get("change_previous", [])), f"{year - 1}.yaml")
        return reportgen.read(write(changed(year, spec.get("change", [])), f"{year}.yaml"))

    return broken


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
            assert finding.origin.line > 0 or code == "TB03"


def test_the_catalogue_is_whole():
    assert {path.stem for path in (HERE / "broken").glob("*.yaml")} == set(all_rules())
    for rule in all_rules().values():
        assert rule.code[:2] in FAMILIES
        assert all((rule.title, rule.says, rule.why, rule.mend, rule.source))


def test_the_handbook_is_what_the_catalogue_says():
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == handbook()


@pytest.mark.parametrize(("code", "start", "marked"), [
    ("GJ01", "表三“自然人”列：", "80"), ("WB01", "“106件”与表不一致：表三“（七）总计”行“总计”列为105", "106件"),
    ("WB02", "“79.00%”与表中的数不符", "79.00%"), ("WB03", "“24.00%”与两年的表不符", "24.00%"),
    ("WB04", "“均已按期办结”与表不一致", "均已按期办结"), ("WB05", "“未发生政府信息公开行政复议”与表不一致：表四“行政复议”“总计”为10", "未发生政府信息公开行政复议"),
    ("WZ03", "编号“（六）”接在“（四）”后面，应为“（五）”", "（六）"), ("WZ05", "“的的”", "的的"), ("YS02", "像是手机号码", "13800138000"),
    ("KN04", "表二“行政许可”行“本年处理决定数量”列：上年为100，本年为5000", None)])
def test_messages_quote_what_is_wrong(broken, code, start, marked):
    finding = next(finding for finding in reportgen.check(broken(code)) if finding.code == code)
    assert finding.message.startswith(start)
    assert (finding.excerpt.marked if finding.excerpt else None) == marked
