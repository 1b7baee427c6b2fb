"""Reading data files: what cells mean, and refusals of bad input."""

import contextlib
import errno

import pytest
from conftest import GOOD, MINIMAL
from hypothesis import given, settings
from hypothesis import strategies as st

import reportgen
from reportgen import InputError
from reportgen.datafile.blank import scaffold
from reportgen.datafile.tree import parse_tree
from reportgen.datafile.values import ValueRefusedError, parse_number
from reportgen.format import CellType

ROW = "applications: {{new: {{natural: {}}}}}\n"


def refusal(function, *arguments):
    with pytest.raises(InputError) as caught:
        function(*arguments)
    return str(caught.value)


@pytest.mark.parametrize(("text", "value"), [
    ("12", 12), ("0", 0), ("'1,024'", 1024), ("１２", 12), ("010010", 10010), ("'1，024'", 1024), ("null", None),
    ("", None), ("~", None), ("{value: 22, remark: 其中修订16件}", 22), ("{数值: 22, 备注: 其中修订16件}", 22)])
def test_counts(read, text, value):
    report = read(MINIMAL + ROW.format(text))
    assert report.problems == ()
    assert report.cells["applications.new.natural"].value == value


@pytest.mark.parametrize(("text", "words"), [
    ("十二", "不是数"), ("1.5", "带小数"), ("-3", "负数"), ("no", "不是数"), ("true", "不是数"),
    ("2024-01-02", "日期"), ("=A1+B1", "公式"), ("12:30", "其他文字"), ("'1,02'", "逗号"), ("/", "没有发生的填 0"),
    ("9999999999999999", "16 位"), ("[1]", "列表"), ("1e5", "其他文字"), ("٣", "不是数"), ("+0000000000000001", "16 位")])
def test_wrong_counts_are_findings(read, text, words):
    report = read(MINIMAL + ROW.format(text))
    assert [(f.code, f.cells, f.origin.line) for f in report.problems] == [
        ("DR01", ("applications.new.natural",), 3)]
    assert words in report.problems[0].message
    assert report.cells["applications.new.natural"].blank


def test_both_languages_mean_the_same(read):
    english = read("year: 2024\nagency: {name: 甲}\napplications: {refused: {third_party: {natural: 3}}}\n")
    chinese = read("年度: 2024\n机关: {名称: 甲}\n申请办理: {不予公开: {保护第三方合法权益: {自然人: 3}}}\n")
    assert {p: c.value for p, c in english.cells.items()} == {p: c.value for p, c in chinese.cells.items()}
    assert english.cells["applications.refused.third_party.natural"].value == 3


def test_totals_left_out_are_computed_and_given_ones_kept(read):
    text = MINIMAL + ("remedies:\n  review: {upheld: 1, corrected: 2, other: 3, pending: 4}\n"
                      "  litigation_direct: {upheld: 1, corrected: 2, other: 3, pending: 4, total: 99}\n"
                      "  litigation_after_review: {upheld: 1, corrected: 2, other: 3}\n")
    cells = read(text).cells
    assert [cells[f"remedies.{g}.total"].value for g in ("review", "litigation_direct", "litigation_after_review")] \
        == [10, 99, None]


def test_blanks_zero_fills_all_that_has_no_figure(read):
    report = read(MINIMAL + "blanks: 0\napplications: {new: {natural: 5, other: null, research: {remark: 甲}}, carried_in: {natural: 很多}}\n")
    assert [report.cells[f"applications.{p}"].text for p in (
        "new.natural", "new.enterprise", "new.other", "new.research", "new.total", "granted.total", "total_handled.total")] == [
        "5", "0", "0", "0（甲）", "5", "0", "0"]
    assert [report.cells[f"applications.carried_in.{p}"].value for p in ("natural", "other", "total")] == [None, 0, None]


@pytest.mark.parametrize("year", [2020, 2025])
def test_blanks_zero_works_in_a_new_file(read, year):
    new = scaffold(year, "某县统计局")
    assert "TB01" in {finding.code for finding in reportgen.check(read(new))}
    report = read(new.replace("空白:", "空白: 0"))
    assert {cell.value for cell in report.cells.values()} == {0}
    assert {finding.code for finding in reportgen.check(report)} == {"TB03", "FB04", "KN08"}


def test_a_figure_that_cannot_be_read_is_told_once(read):
    text = GOOD + "applications: {new: {natural: 很多}}\n"
    text = text.replace("overview: ", "overview: 收到{{ applications.new.natural }}件，合计{{ 申请办理.本年新收.总计 }}件。")
    report = read(text)
    assert [(finding.code, finding.cells) for finding in reportgen.check(report)] == [
        ("DR01", ("applications.new.natural",)), ("KN08", ())]
    assert [run.text for run in report.prose["overview"][0].runs if run.failed] == ["【待填】", "【待填】"]


def test_a_placeholder_that_somebody_typed_is_told(read):
    report = read(GOOD.replace("将加强培训", "【待填】"))
    assert [finding.code for finding in reportgen.check(report)] == ["WZ08", "KN08"]


@pytest.mark.parametrize(("amount", "text"), [
    ("0 元", "0元"), ("1.50 万元", "1.50万元"), ('"1.50\\n万元"', "1.50万元"), ("{value: 3, unit: ' 元 '}", "3元"), ("99999999999999.5元", "99999999999999.5元")])
def test_sums_of_money_with_blanks(read, amount, text):
    report = read(f"year: 2020\nagency: {{name: 甲}}\ndisclosure: {{procurement: {{amount: {amount}}}}}\n", "2020.yaml")
    assert report.problems == ()
    assert report.cells["disclosure.procurement.amount"].text == text


def test_what_the_program_filled_in_is_marked(read):
    cells = read(MINIMAL + "blanks: 0\nremedies: {review: {upheld: 1, other: {value: 0, remark: 甲}}}\n").cells
    assert [(cells[f"remedies.review.{one}"].number, cells[f"remedies.review.{one}"].computed)
            for one in ("upheld", "corrected", "other", "total")] == [("1", False), ("0", True), ("0", False), ("1", True)]


def test_an_edition_left_blank_is_none(read):
    assert read(MINIMAL + "edition: ''\n").edition.id == "2021"


def test_a_sign_is_no_digit(read):
    text = "year: 2020\nagency: {name: 甲}\ndisclosure: {licensing: {change: -999999999999999}}\n"
    assert read(text, "2020.yaml").cells["disclosure.licensing.change"].value == -999999999999999


def test_edition_2019_signs_and_money(read):
    text = ("year: 2020\nagency: {name: 甲}\ndisclosure:\n  licensing: {prev_items: 5, change: +1036, decisions: 3}\n"
            "  penalty: {change: -2}\n  procurement: {items: 2, amount: {value: '1,012.50', unit: 万元}}\n")
    cells = read(text, "2020.yaml").cells
    assert [cells[f"disclosure.{p}"].text for p in ("licensing.change", "penalty.change", "procurement.amount")] == [
        "+1036", "-2", "1012.50万元"]


def test_money_without_unit_is_wrong(read):
    report = read("year: 2020\nagency: {name: 甲}\ndisclosure: {procurement: {amount: 12}}\n", "2020.yaml")
    assert ["单位" in finding.message for finding in report.problems] == [True]


def test_remark_prints_beside_the_number(read):
    cell = read(MINIMAL + ROW.format("{value: 22, remark: 其中修订16件}")).cells["applications.new.natural"]
    assert cell.text == "22（其中修订16件）"


@pytest.mark.parametrize(("text", "line", "words"), [
    ("", 0, "空的"),
    ("just text", 1, "应当是"),
    ("年度：2024\n机关：甲\n", 1, "全角"),
    ("year: 2024\n\tagency: x\n", 2, "制表符"),
    ("year: [2024\n", 2, "没有"),
    ("year: 2024\nyear: 2024\nagency: {name: 甲}\n", 2, "重复"),
    ("year: 2024\n年度: 2024\nagency: {name: 甲}\n", 2, "“年度”与第1行的“year”是同一项，请删去一处"),
    (MINIMAL + "applications: 3\n", 3, "“申请办理”下面应当分项填写：本年新收、上年结转、予以公开"),
    (MINIMAL + "remedies: {review: [1]}\n", 3, "“行政复议”下面应当分项填写：结果维持、结果纠正、其他结果、尚未审结、总计"),
    (MINIMAL + "problms: x\n", 3, "problems"),
    (MINIMAL + "applications: {new: {natural: 1,024}}\n", 3, "千分位"),
    (MINIMAL + "disclosure: {procurement: {items: 3}}\n", 3, "2019 版"),
    (MINIMAL + "a: &x [1]\nb: *x\n", 3, "别名"),
    (MINIMAL + "title: !!python/object x\n", 3, "标签"),
    (MINIMAL + "title: " + "[" * 50 + "]" * 50 + "\n", 3, "嵌套"),
    ("year: 2024\nedition: '2019'\nagency: {name: 甲}\n", 2, "2021 版"),
    ("year: 2010\nagency: {name: 甲}\n", 1, "没有适用的格式"),
    ("year: 二〇二四\nagency: {name: 甲}\n", 1, "四位数"),
    ("agency: {name: 甲}\n", 0, "没有写年度"),
    ("year: 2024\n", 0, "机关名称"),
    ("year: 2024\nagency: 甲\n", 2, "分项"),
    (MINIMAL + "overview: {{ year }}\n", 3, "键只能是文字"),
    (MINIMAL + "---\nyear: 2023\n", 3, "一份报告"),
    ("year: 2024\ntitle: \x07\n", 2, "控制字符"),
    ("年度: 2024\n机关: {名称: 甲}\n".encode("gbk"), 1, "GBK"),
    ("year: 2024".encode("utf-16"), 0, "UTF-16"),
    (b"\xff\xff\xff", 1, "UTF-8"),
    (b"PK\x03\x04xx", 0, "Word"),
    (b"#" * (3 * 1024 * 1024), 0, "超过"),
])
def test_refusals_name_file_and_line(write, text, line, words):
    path = write(text)
    message = refusal(reportgen.read, path)
    assert words in message
    assert message.startswith(f"{path}:{line}：" if line else f"{path}：")


def test_a_file_may_be_nested_so_deep(tmp_path):
    assert parse_tree("a: " + "[" * 7 + "]" * 7, "x.yaml") is not None
    assert refusal(parse_tree, "a: " + "[" * 8 + "]" * 8, "x.yaml") == "x.yaml:1：嵌套层次太深，请检查缩进和括号"


def test_what_the_system_refuses_is_told(write, monkeypatch):
    path = write(MINIMAL)

    def closed(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", closed)
    assert refusal(reportgen.read, path) == f"{path}：文件读不出来（没有权限），请检查权限或换一个位置"


def test_missing_file_and_folder(tmp_path):
    assert "找不到" in refusal(reportgen.read, tmp_path / "no.yaml")
    assert "文件夹" in refusal(reportgen.read, tmp_path)


def test_previous_is_found_beside_and_held_to_year_and_agency(write):
    this = write(MINIMAL, "2024.yaml")
    assert reportgen.read(this).previous is None
    write("year: 2023\nagency: {name: 某县统计局}\n", "2023.yaml")
    assert reportgen.read(this).previous.year == 2023
    other = write("year: 2023\nagency: {name: 别的局}\n", "b.yaml")
    assert "别的局" in refusal(reportgen.read, this, other)
    assert "2023年度" in refusal(reportgen.read, this, write("year: 2022\nagency: {name: 某县统计局}\n", "c.yaml"))


def test_lines_of_prose_are_kept(read):
    report = read(MINIMAL + "overview: |\n  第一段。\n\n  第二段{{ applications.nwe.total }}。\n")
    assert [(f.code, f.origin.line) for f in report.problems] == [("DR02", 6)]
    assert "new" in report.problems[0].message


def test_section_heading_in_prose_and_control_characters_are_errors(read):
    report = read(MINIMAL + 'overview: "一、总体情况\\n甲\\a乙"\n')
    assert sorted(f.code for f in report.problems) == ["DR02", "DR03"]
    assert [p.text for p in report.prose["overview"]] == ["一、总体情况", "甲乙"]


@given(st.integers(0, 10**12 - 1), st.sampled_from(["{}", "{:,}", "+{}", " {} ", "00{}"]), st.booleans())
def test_counts_read_back_however_they_are_written(value, form, wide):
    text = form.format(value)
    if wide:
        text = text.translate(str.maketrans("0123456789,+", "０１２３４５６７８９，＋"))
    assert parse_number(text, CellType.COUNT) == (value, str(value))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_any_text_in_a_cell_is_a_figure_or_a_refusal(text):
    for kind in CellType:
        with contextlib.suppress(ValueRefusedError):
            parse_number(text, kind)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="{}[]|>-:#&*!'\"% \n\tyear:204agencym甲：（一）。{{ }}", max_size=120))
def test_any_file_is_read_or_refused(text):
    with contextlib.suppress(InputError):
        parse_tree(text, "x.yaml")


def test_one_row_of_other_handling_is_known_by_a_cell_with_a_remark(read):
    report = read(MINIMAL + "applications: {other_handling: {other: {value: 2, remark: 其中一件补正}}}\n")
    assert report.single_rows == {"applications.other_handling"}
    assert report.cells["applications.other_handling.other"].text == "2（其中一件补正）"
