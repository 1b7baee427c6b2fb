"""The editions against the national format, written out flat here and in the shared notes."""

import pytest
from conftest import ROOT

from reportgen.format import all_editions, edition_for, get_edition, grid, held, roomy
from reportgen.format.load import EditionError, parse_edition

LABELS_2021 = """一、本年新收政府信息公开申请数量
二、上年结转政府信息公开申请数量
（一）予以公开
（二）部分公开（区分处理的，只计这一情形，不计其他情形）
1.属于国家秘密
2.其他法律行政法规禁止公开
3.危及“三安全一稳定”
4.保护第三方合法权益
5.属于三类内部事务信息
6.属于四类过程性信息
7.属于行政执法案卷
8.属于行政查询事项
1.本机关不掌握相关政府信息
2.没有现成信息需要另行制作
3.补正后申请内容仍不明确
1.信访举报投诉类申请
2.重复申请
3.要求提供公开出版物
4.无正当理由大量反复申请
5.要求行政机关确认或重新出具已获取信息
1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请
2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请
3.其他
（七）总计
四、结转下年度继续办理""".splitlines()


def spans(table):
    return [[(cell.text, cell.colspan, cell.rowspan) for cell in row if cell.kind != "value"] for row in grid(table)]


def test_counts():
    assert [(e.id, len(e.cells)) for e in all_editions()] == [("2019", 198), ("2021", 200)]


@pytest.mark.parametrize(("year", "expected"), [
    (2018, None), (2019, "2019"), (2020, "2019"), (2021, "2021"), (2025, "2021")])
def test_year_decides(year, expected):
    edition = edition_for(year)
    assert (edition and edition.id) == expected


def test_row_labels_of_2021():
    rows = grid(get_edition("2021").tables["applications"])[3:]
    assert [[cell.text for cell in row if cell.kind == "row"][-1] for row in rows] == LABELS_2021


@pytest.mark.parametrize(("edition", "height"), [("2019", 20), ("2021", 22)])
def test_merges_of_table_three(edition, height):
    rows = spans(get_edition(edition).tables["applications"])
    assert rows[0] == [("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3), ("申请人情况", 7, 1)]
    assert rows[1] == [("自然人", 1, 2), ("法人或其他组织", 5, 1), ("总计", 1, 2)]
    assert rows[2] == [(name, 1, 1) for name in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")]
    assert rows[3] == [("一、本年新收政府信息公开申请数量", 3, 1)]
    assert rows[5] == [("三、本年度办理结果", 1, height), ("（一）予以公开", 2, 1)]
    assert rows[7] == [("（三）不予公开", 1, 8), ("1.属于国家秘密", 1, 1)]
    assert rows[15][0] == ("（四）无法提供", 1, 3)
    assert rows[18][0] == ("（五）不予处理", 1, 5)
    assert rows[23][0] == (("（六）其他处理", 2, 1) if edition == "2019" else ("（六）其他处理", 1, 3))
    assert rows[-2:] == [[("（七）总计", 2, 1)], [("四、结转下年度继续办理", 3, 1)]]


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_merges_of_table_four(edition):
    rows = spans(get_edition(edition).tables["remedies"])
    outcomes = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    assert rows[0] == [("行政复议", 5, 1), ("行政诉讼", 10, 1)]
    assert rows[1] == [*((name, 1, 2) for name in outcomes), ("未经复议直接起诉", 5, 1), ("复议后起诉", 5, 1)]
    assert rows[2] == [(name, 1, 1) for name in outcomes * 2]


def test_last_column_fills_the_width():
    for edition in all_editions():
        for table in edition.tables.values():
            above = [0] * len(table.widths)
            for row in grid(table):
                for cell in row:
                    for column in [i for i, left in enumerate(above) if left == 0][:cell.colspan]:
                        above[column] = cell.rowspan
                assert min(above) == 1, (edition.id, table.id)
                above = [left - 1 for left in above]


def test_single_row_of_group_six():
    edition = get_edition("2021").with_single_rows(frozenset({"applications.other_handling"}))
    rows = spans(edition.tables["applications"])
    assert rows[5][0] == ("三、本年度办理结果", 1, 20)
    assert rows[23] == [("（六）其他处理", 2, 1)]


@pytest.mark.parametrize(("old", "new"), [
    ("widths: [54, 34, 34, 34]", "widths: [54, 34, 34, 35]"),
    ("id: partial,", "id: granted,"),
    ("cell: applications.carried_in.{}", "cell: applications.carried.{}"),
    ("type: amount", "type: sum"),
    ("'applications.granted.{}'", "'applications.grants.{}'")])
def test_unsound_edition_is_refused(old, new):
    from importlib import resources

    text = (resources.files("reportgen.format") / "2021.yaml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(EditionError, match=r"broken\.yaml"):
        parse_edition(text.replace(old, new), "broken.yaml")


APPLICANTS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
OUTCOMES = "结果维持 结果纠正 其他结果 尚未审结 总计 "
# What each table prints, as the form of the national format has it, from the left and from above.
PRINTED = {
    ("2019", "disclosure"): """第二十条第（一）项 信息内容 本年新制作数量 本年新公开数量 对外公开总数量 规章 规范性文件
第二十条第（五）项 信息内容 上一年项目数量 本年增/减 处理决定数量 行政许可 其他对外管理服务事项
第二十条第（六）项 信息内容 上一年项目数量 本年增/减 处理决定数量 行政处罚 行政强制
第二十条第（八）项 信息内容 上一年项目数量 本年增/减 行政事业性收费
第二十条第（九）项 信息内容 采购项目数量 采购总金额 政府集中采购""",
    ("2021", "disclosure"): """第二十条第（一）项 信息内容 本年制发件数 本年废止件数 现行有效件数 规章 行政规范性文件
第二十条第（五）项 信息内容 本年处理决定数量 行政许可
第二十条第（六）项 信息内容 本年处理决定数量 行政处罚 行政强制
第二十条第（八）项 信息内容 本年收费金额（单位：万元） 行政事业性收费""",
    **{(edition, "remedies"): f"行政复议 行政诉讼 {OUTCOMES} 未经复议直接起诉 复议后起诉 {OUTCOMES * 2}"
       for edition in ("2019", "2021")}}
SECTIONS = """一、总体情况
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
六、其他需要报告的事项""".splitlines()


@pytest.mark.parametrize(("edition", "table"), PRINTED)
def test_what_a_table_prints(edition, table):
    printed = [cell.text for row in grid(get_edition(edition).tables[table]) for cell in row if cell.text]
    assert printed == PRINTED[edition, table].split()


@pytest.mark.parametrize("edition", all_editions(), ids=lambda edition: edition.id)
def test_what_sections_and_cells_are_called(edition):
    assert [section.heading for section in edition.sections] == SECTIONS
    # 2019 has three rows fewer: 其他处理 is one.
    rows = LABELS_2021 if edition.id == "2021" else [*LABELS_2021[:20], "（六）其他处理", *LABELS_2021[23:]]
    cells = [spec for path, spec in edition.cells.items() if path.startswith("applications.")]
    assert len(cells) == len(rows) * len(APPLICANTS)
    for number, spec in enumerate(cells):
        assert rows[number // 7] in spec.row_label
        assert APPLICANTS[number % 7] in spec.column_label


NOTES = ROOT.parent / "shared" / "national-format.md"


@pytest.mark.skipif(not NOTES.is_file(), reason="the notes on the national format are not beside this checkout")
def test_every_label_stands_in_the_notes_byte_for_byte():
    notes = NOTES.read_text(encoding="utf-8")
    labels = {cell.text for edition in all_editions() for table in edition.tables.values()
              for row in grid(table) for cell in row if cell.text}
    labels |= {section.heading for edition in all_editions() for section in edition.sections}
    assert {label for label in labels if label not in notes} == set()
    assert len(labels) > 60


def test_rows_that_stay_with_the_next():
    """Headings, and groups with their labels: not the first rows of 三、本年度办理结果, which reaches over the table."""
    rows = held(grid(get_edition("2021").tables["applications"]))
    # Three rows of headings; 不予公开 of eight rows, 无法提供 of three, 不予处理 of five, 其他处理 of three.
    assert rows == [True] * 3 + [False] * 4 + [*[True] * 7, False] + [True, True, False] + [*[True] * 4, False] + [
        True, True, False] + [False] * 2


@pytest.mark.parametrize("edition", all_editions(), ids=lambda edition: edition.id)
def test_a_page_cut_leaves_a_vertical_label_the_rows_it_needs(edition):
    rows = grid(edition.tables["applications"])
    start, label = next((index, cell) for index, row in enumerate(rows) for cell in row if cell.vertical)
    end = start + label.rowspan
    for at in range(start + 1, end):
        moved, = roomy(rows, (at,), 0.5)
        assert moved <= at
        assert end - moved >= 5
        assert moved == start or not held(rows)[moved - 1]
    assert roomy(rows, (), 0.5) == ()
    assert roomy(rows, (end,), 0.5) == (end,)
