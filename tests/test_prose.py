"""Heading levels, run-in headings and expressions."""

import pytest
from conftest import MINIMAL

from reportgen.datafile.names import Medium, MissingPrevious, Source, Subject, TableNames, names_of_subject
from reportgen.datafile.prose import heading
from reportgen.report.figures import ExpressionError

TABLES = """applications:
  new: {natural: 3440, enterprise: 75, research: 0, public_interest: 1, legal_service: 6, other: 3}
  carried_in: {natural: 118}
  other_handling:
    no_correction: {total: 77}
    fee_overdue: {total: 38}
    other: {total: 354}
"""


@pytest.mark.parametrize(("text", "expected"), [
    ("正文。", (0, 0)),
    ("（一）主动公开。坚持。", (2, 8)),
    ("（一）主动公开情况", (2, 9)),
    ("(一)主动公开。坚持。", (2, 8)),
    ("1.突出“重点。”领域。逐项", (3, 12)),
    ("1.5倍的增长", (0, 0)),
    ("（1）一项；", (0, 0)),
    ("（1）一项", (4, 5)),
    ("（二）没有成对“引号。后文", (2, 11)),
])
def test_headings(text, expected):
    assert heading(text) == expected


def first(report):
    return report.prose["overview"][0]


@pytest.mark.parametrize(("expression", "text"), [
    ("applications.new.total", "3525"), ("申请办理.本年新收.总计", "3525"), ("year", "2024"), ("agency.name", "某县统计局"),
    ("applications.new.natural | share(applications.new.total)", "97.59%"),
    ("applications.new.total | growth(3511)", "增长0.40%"), ("applications.new.total | growth(4000, 1)", "下降11.9%"),
    ("applications.new.total | growth(3525)", "持平"), ("applications.new.total | thousands", "3,525"),
    ("applications.new.total - applications.new.natural", "85"), ("-applications.new.natural + 3441", "1"), ("+applications.new.natural", "3440"), ("(2)", "2"), ("1.5 if year else 2", "1.5"),
    ("applications.other_handling.sum.total", "469"), ("applications.new.total / 1000", "3.525"),
    ("'多' if applications.new.total > 3000 else '少'", "多")])
def test_values(read, expression, text):
    report = read(MINIMAL + TABLES + f'overview: "共{{{{ {expression} }}}}件"\n')
    assert report.problems == ()
    assert first(report).text == f"共{text}件"


def test_figures_remember_their_cells(read):
    report = read(MINIMAL + TABLES + 'overview: "{{ applications.new.natural | share(applications.new.total) }}"\n')
    assert first(report).runs[0].cells == ("applications.new.natural", "applications.new.total")


@pytest.mark.parametrize(("expression", "value"), [
    ("applications.new.total", "3525"), ("applications.new.total | thousands", "3525"), ("year", ""), ("agency.name", ""),
    ("applications.new.natural | share(applications.new.total)", "97.59"),
    ("applications.new.total | growth(4000, 1)", "-11.9"), ("applications.new.total | growth(3525)", "0"),
    ("applications.new.total | growth(3525.01)", "0.00"), ("applications.new.total / 1000", "3.525")])
def test_figures_remember_their_value(read, expression, value):
    report = read(MINIMAL + TABLES + f'overview: "共{{{{ {expression} }}}}件"\n')
    assert first(report).runs[1].value == value


def test_a_figure_beyond_all_digits_is_told(read):
    report = read(MINIMAL + "applications: {new: {natural: 999999999999999}}\n"
                  'overview: "{{ applications.new.natural * applications.new.natural * applications.new.natural }}"\n')
    assert [problem.code for problem in report.problems] == ["DR02"]


@pytest.mark.parametrize(("expression", "words", "mark"), [
    ("''.__class__", "不能再取下一级", "有误"), ("applications.__class__", "没有", "有误"),
    ("applications.new.total.__class__", "不能再取下一级", "有误"), ("''.join(['a'])", "", "有误"),
    ("range(10)", "不能调用函数", "有误"), ("'a' * 99999999", "不是数", "有误"), ("9 ** 9", "不能用“**”", "有误"),
    ("'%9999999d' % 5", "不能用“%”", "有误"), ("applications", "具体的一格", "有误"), ("[1, 2]", "不是数", "有误"),
    ("1 / 0", "除以 0", "有误"), ("applications.new.total | join", "过滤器", "有误"), ("applications.new.", "", "有误"),
    ("(" * 12 + "1" + ")" * 12, "层次太深", "有误"), ("1 +" * 150 + " 1", "超过", "有误"), ("-" * 290 + "1", "", "有误"),
    ("", "空的", "有误"), ("applications.carried_in.research", "未填", "待填"), ("applications.carried_in.total", "还有没填的项", "待填"),
    ("previous.applications.new.total", "上年", "缺上年数据"), ("applications.new.total | growth(0)", "是 0", "上年为0"),
    ("namespace.x", "没有", "有误"), ("nope + 1", "没有“nope”这一项", "有误"), ("nope", "没有“nope”这一项", "有误"), ("nope or 1", "没有“nope”这一项", "有误"),
    ("[1, 2]", "表达式的结果不是数，也不是文字", "有误"), ("applications.new.sun", "没有“applications.new.sun”这一项", "有误"),
    ("applications.refused.sun", "，是不是“sum”？", "有误"), ("self", "没有", "有误"), ("cycler('a')", "不能调用函数", "有误")])
def test_failures_are_errors_and_drafts_print_a_mark(read, expression, words, mark):
    report = read(MINIMAL + TABLES + "overview: |\n  共{{ " + expression + " }}件\n")
    assert [f.code for f in report.problems] == ["DR02"]
    assert words in report.problems[0].message
    assert mark in first(report).text


@pytest.mark.parametrize("text", ["{% for i in (1, 2) %}x{% endfor %}", "{# x #}", "{{ year", "year }}"])
def test_statements_and_open_braces_are_errors(read, text):
    assert {f.code for f in read(MINIMAL + f"overview: |\n  {text}\n").problems} == {"DR02"}


class Marks(Medium):
    """Gives a mark for a figure that is not filled in, as a template of a draft has it."""

    def figure(self, source, path):
        return "【待填】" if source.cells[path].blank else super().figure(source, path)


def test_sums_and_rows_are_of_their_medium(read):
    report = read(MINIMAL + "applications: {refused: {state_secret: {natural: 1, enterprise: 2}}}\n")
    source = Source(report.edition, report.cells)
    table = names_of_subject(Subject(report.texts, 2024, report.title, source), Marks())["applications"]
    assert table["refused"]["sum"]["enterprise"] == table["refused"]["third_party"]["enterprise"] == "【待填】"
    assert str(table["refused"]["state_secret"]["enterprise"]) == "2"
    with pytest.raises(ExpressionError, match="未填"):
        _ = TableNames(source, report.edition.keys["applications"])["refused"]["sum"]["enterprise"]


def test_last_year_is_marked_in_a_draft_and_refused_elsewhere():
    assert MissingPrevious(draft=True).step("applications").shown == "【缺上年数据】"
    with pytest.raises(ExpressionError, match="没有上年数据文件"):
        MissingPrevious().step("applications")
    assert not MissingPrevious(draft=True)
