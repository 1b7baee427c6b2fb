"""地方: rules that an office adds as data."""

import pytest
from clean_files import CLEAN, changed

import reportgen
from reportgen.checks.local_rules import read_rules
from reportgen.cli.main import main
from reportgen.findings import InputError

SOURCE = "source: 某政办发〔2025〕1号"


def check(write, rule, year=2024):
    write(f"rules:\n  - {{{rule}, {SOURCE}}}\n", "rules.yaml")
    report = reportgen.read(write(changed(year), f"{year}.yaml"))
    return [(one.code, one.severity.value, one.section, one.source) for one in reportgen.check(report) if not one.code.startswith("KN")]


@pytest.mark.parametrize(("rule", "expected"), [
    ("section: 总体情况, most: 486", []), ("section: 总体情况, most: 485", [("DF01", "warning", "overview")]),
    ("section: overview, least: 486", []), ("section: 总体情况, least: 487, severity: error", [("DF01", "error", "overview")]),
    ("section: 总体情况, phrases: [社会评议]", []), ("section: 问题与改进, phrases: [社会评议]", [("DF02", "warning", "problems")]),
    ("phrases: [社会评议]", []), ("phrases: [数字政府], severity: info", [("DF02", "info", "")]),
    ("figures: [申请办理.本年新收.总计, applications.granted.total]", []), ("figures: [applications.not_processed.duplicate.total]", [("DF03", "warning", "applications")]),
    ("section: 问题与改进, figures: [申请办理.本年新收.总计]", [("DF03", "warning", "problems")])])
def test_one_rule(write, rule, expected):
    assert check(write, rule) == [(*one, "某政办发〔2025〕1号") for one in expected]


def test_findings_say_where_the_section_stands(write):
    write(f"rules:\n  - {{section: 总体情况, least: 9, {SOURCE}}}\n  - {{section: 其他事项, most: 2, {SOURCE}}}\n", "rules.yaml")
    report = reportgen.read(write("year: 2024\nagency: {name: 某县统计局}\noverview: 太短。\nother: 没有。\n", "2024.yaml"))
    assert [(one.code, one.origin.line, one.message) for one in reportgen.check(report) if one.code.startswith("DF")] == [
        ("DF01", 3, "“一、总体情况”有 3 字，至少 9 字；请补写"), ("DF01", 4, "“六、其他需要报告的事项”有 3 字，最多 2 字；请精简")]


def test_nothing_in_words_is_a_figure_too(write):
    write(f"rules:\n  - {{section: 总体情况, figures: [复议诉讼.行政复议.总计], {SOURCE}}}\n", "rules.yaml")
    for said, expected in (("没有行政复议。", []), ("没有行政诉讼。", ["DF03"])):
        report = reportgen.read(write(f"year: 2024\nagency: {{name: 某县统计局}}\noverview: {said}\n", "2024.yaml"))
        assert [one.code for one in reportgen.check(report) if one.code.startswith("DF")] == expected


def test_a_place_changes_a_severity(write):
    write(f"rules:\n  - {{codes: [WB01], severity: warning, {SOURCE}}}\n", "检查规则.yaml")
    report = reportgen.read(write(changed(2024, [("办结105件", "办结106件")]), "2024.yaml"))
    assert [(one.severity.value, one.source) for one in reportgen.check(report) if one.code == "WB01"] == [
        ("warning", "某政办发〔2025〕1号；国办公开办函〔2021〕30号：报告内容应当准确")]


@pytest.mark.parametrize(("rule", "words"), [
    ("section: 总体, most: 5", "是不是“总体情况”"), ("most: 5", "section"), ("section: 总体情况, most: 5, phrases: [甲]", "其中一样"),
    ("section: 总体情况", "其中一样"), ("section: 总体情况, least: 6, most: 5", "比 most（5）还大"), ("figures: [申请办理.新收.总计]", "没有“申请办理.新收.总计”这一格"),
    ("codes: [WB99]", "没有编号“WB99”"), ("codes: [DR02], severity: warning", "只能改正"), ("section: 总体情况, most: 0", "most"),
    ("section: 总体情况, most: 5, severity: bad", "bad")])
def test_a_rule_that_says_nothing_is_refused_with_its_line(write, rule, words):
    path = write(f"rules:\n  - {{{rule}, {SOURCE}}}\n", "rules.yaml")
    with pytest.raises(InputError) as error:
        read_rules(path)
    assert words in str(error.value)
    assert "rules.yaml:2" in str(error.value)


def test_the_line_is_that_of_what_is_wrong(write):
    with pytest.raises(InputError) as error:
        read_rules(write(f"rules:\n  - {SOURCE}\n    section: 总体情况\n    figures: [甲.乙]\n", "rules.yaml"))
    assert "rules.yaml:4" in str(error.value)


def test_rules_in_another_encoding_are_refused(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text("rules: [{section: 总体情况, most: 5, source: 某文}]\n", encoding="gb18030")
    with pytest.raises(InputError, match="规则文件不是 UTF-8 编码，请另存为 UTF-8"):
        read_rules(path)


def test_a_rule_needs_its_source(write):
    with pytest.raises(InputError, match="source"):
        read_rules(write("rules:\n  - {section: 总体情况, most: 5}\n", "rules.yaml"))


def test_commands_take_rules_from_anywhere_and_no_folder_takes_them_for_a_report(write, tmp_path, capsys):
    elsewhere = tmp_path / "别处"
    elsewhere.mkdir()
    (elsewhere / "规则.yaml").write_text(f"name: 某市\nrules:\n  - {{section: 总体情况, most: 5, severity: error, {SOURCE}}}\n"
                                      f"  - {{codes: [WB01, WB02], {SOURCE}}}\n", encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir()
    (data / "2024.yaml").write_text((CLEAN / "2024.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (data / "rules.yaml").write_text(f"rules:\n  - {{phrases: [甲乙丙], {SOURCE}}}\n", encoding="utf-8")
    assert main(["check", str(data)]) == 0
    assert "DF02" in capsys.readouterr().out
    assert main(["check", str(data), "--rules", str(elsewhere / "规则.yaml")]) == 1
    assert "DF01" in capsys.readouterr().out
    assert main(["explain", "--rules", str(elsewhere / "规则.yaml")]) == 0
    assert capsys.readouterr().out == "某市的规则：\n总体情况：至多 5 字（错误）；依据：某政办发〔2025〕1号\nWB01、WB02 按警告处理；依据：某政办发〔2025〕1号\n"
