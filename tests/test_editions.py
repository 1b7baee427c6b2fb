"""The editions against the national format, written out flat here and in the shared notes."""

from importlib import resources

import pytest
from conftest import ROOT

from reportgen.checks.editions import edition_problems
from reportgen.checks.prose.vocabulary import CommonWords
from reportgen.cli.main import main
from reportgen.datafile.fields import Field
from reportgen.files.typed_yaml import load_typed
from reportgen.findings import InputError
from reportgen.format import all_editions, edition_for, get_edition, grid, held
from reportgen.format.load import parse_edition, read_editions
from reportgen.rules import collected

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


def test_the_labels_of_a_column_are_outermost_first():
    edition = get_edition("2021")
    assert edition.cells["remedies.review.upheld"].column_labels == ("行政复议", "结果维持")
    assert edition.cell_label("remedies.review.upheld") == "表四“行政复议”“结果维持”"
    assert edition.cells["applications.new.natural"].column_labels == ("自然人",)
    assert edition.cell_label("applications.new.natural") == "表三“一、本年新收政府信息公开申请数量”行“自然人”列"


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


TEXT = (resources.files("reportgen.format") / "2021.yaml").read_text(encoding="utf-8")
AMOUNT = "label: 本年收费金额（单位：万元）, name: 收费金额, type: amount, phrases: [收费金额]"


@pytest.mark.parametrize(("old", "new", "path", "message"), [
    # What is not known, missing or of another type; the problem stands where `new` does, path counts from 1.
    ("- title: 第二十条第（一）项", "- titel: 第二十条第（一）项", "sections 第2项 blocks 第1项 titel", "不认识“titel”，是不是“title”？"),
    ("  fee:\n", "  fees:\n", "language fees", "不认识“fees”，是不是“fee”？"),
    ("charts:\n", "fees: {}\ncharts:\n", "fees", "不认识“fees”，这里可以写：id、title、issued_as、first_year、last_year、report_title、sections、recognise、examples、main_figures、identities、limits、ties、charts、language"),
    ("type: amount", "type: sum", "sections 第2项 blocks 第4项 columns 第1项 type", "不能写“sum”，这里可以写：count、signed、amount、money"),
    ("name: 主动公开\n    kind: table", "name: 主动公开\n    kind: tabel", "sections 第2项 kind", "不能写“tabel”，是不是“table”？"),
    ("roles: [overview]", "roles: [overvew]", "sections 第1项 roles 第1项", "不能写“overvew”，是不是“overview”？"),
    ("first_year: 2021", "first_year: '2021'", "first_year", "应为整数，这里是文字"),
    ("id: '2021'", "id: 2021", "id", "应为文字，这里是整数"),
    ("{id: pending,", "{id: Pending,", "sections 第4项 blocks 第1项 columns 第1项 children 第4项 id", "写法不对，应符合 ^[a-z][a-z0-9_]*$"),
    ("each: {columns: applications}\n    left", "each: {columns: applications, rows: applications}\n    left", "identities 第1项 each", "rows 和 columns 写一个，后面写表格"),
    ("    caption: 主动公开政府信息情况统计表\n", "", "sections 第2项", "缺少“caption”"),
    ("short: 表二\n", "short: 表二\n    short: 表五\n", "", "“short”重复出现，第{above}行已经有了，请删去一处"),
    # What does not fit together.
    ("widths: [54, 34, 34, 34]", "widths: [54, 34, 34, 35]", "sections 第2项 widths", "各列合计宽 157 毫米，应为 156 毫米"),
    ("widths: [54, 34, 34, 34]", "widths: [88, 34, 34]", "sections 第2项 blocks 第1项", "行名 1 列加数据 3 列，共 4 列，widths 只有 3 列"),
    ("{id: partial,", "{id: granted,", "sections 第3项 blocks 第1项 rows 第3项 children 第2项", "“granted”与“第1项”同名，两格会成为一格；请给它另一个 id"),
    ("{id: penalty, label: 行政处罚}", "{id: licensing, label: 行政处罚}", "sections 第2项 blocks 第3项 rows 第1项", "“licensing”与上面一块的行同名，两格会成为一格；请给它另一个 id"),
    ("{id: problems,", "{id: overview,", "sections 第5项 id", "“overview”用了两次，第1项已经用了，请换一个"),
    ("label: 2.重复申请, name: 重复申请", "label: 2.重复申请, name: 要求提供公开出版物", "sections 第3项", "“不予处理”下面有两项都叫“要求提供公开出版物”（duplicate、publication），数据文件里分不清；请用 name 给其中一项另起名称"),
    ("phrases: [废止]", "phrases: [废止, 现行有效]", "sections 第2项 blocks 第1项 columns 第3项 phrases", "“现行有效”也指 disclosure.repealed；请删去一处，或在 language 的 readings 里写明两种读法"),
    (", roles: [overview]", "", "sections", "应有且只有一个部分写 roles: [overview]，这里有0个"),
    (", roles: [fee]", "", "language fee", "有 fee 的，应有且只有一个部分写 roles: [fee]，没有的不写；这里有0个"),
    ("  - {section: problems, words: [问题, 不足, 改进, 整改]}\n", "", "recognise", "缺少“problems”，读取已发布的报告时认不出这一部分"),
    ("first_year: 2021", "first_year: 2021\nlast_year: 2020", "last_year", "比 first_year（2021）还早"),
    ("  - id: results\n", "  - id: history\n", "charts 第2项 id", "“history”用了两次，第1项已经用了，请换一个"),
    ("{section: problems, words", "{section: other, words", "recognise 第5项 section", "“other”用了两次，第4项已经用了，请换一个"),
    ("left: ['{}.total']\n    right: ['{}.natural'", "left: ['{}.total', '{}.other']\n    right: ['{}.natural'", "identities 第2项 left", "写了 total: true 的，left 只能是一格"),
    # Cells, rows and tables that there are not.
    ("accepted: applications.refused.forbidden_by_law.natural", "accepted: applications.other_handling.fee_overdue.natural", "examples accepted", "没有“applications.other_handling.fee_overdue.natural”这一格，是不是“applications.other_handling.natural”？"),
    ("of: [[new], [new, carried_in]], shared: true}", "of: [[new], [new, carried]], shared: true}", "language readings 第1项 of", "没有“applications.carried”这一行，是不是“applications.carried_in”？"),
    ("wholes:\n    applications: [[total_handled], ", "wholes:\n    applications: [[handled], ", "language wholes applications", "没有“applications.handled”这一行，是不是“applications.total_handled”？"),
    ("zero: [applications.carried_out.total]", "zero: [applications.carried_out]", "language claims all_handled zero", "没有“applications.carried_out”这一格，是不是“applications.carried_out.total”？"),
    ("after: [remedies]", "after: [remedy]", "language claims all_upheld after", "没有“remedy”这一表，是不是“remedies”？"),
    ("zero: [corrected, other, pending]", "zero: [corrected, others, pending]", "language claims all_upheld zero", "没有“others”这一列，是不是“other”？"),
    ("{cells: [disclosure.regulations.issued,", "{cells: [disclosure.regulations.made,", "language rule_makers cells", "没有“disclosure.regulations.made”这一格，是不是“disclosure.regulations.issued”？"),
    ("current: {add: ['{}.issued'],", "current: {add: ['{}.made'],", "ties 第2项 current", "没有“disclosure.regulations.made”这一格，是不是“disclosure.regulations.issued”？"),
    ("cell: applications.carried_in.{}", "cell: applications.carried.{}", "ties 第1项 cell", "没有“applications.carried.natural”这一格，是不是“applications.carried_in.natural”？"),
    ("'applications.granted.{}'", "'applications.grants.{}'", "identities 第3项 right", "没有“applications.grants.natural”这一格，是不是“applications.granted.natural”？"),
    ("each: {rows: applications}", "each: {rows: application}", "identities 第2项 each", "没有“application”这一表，是不是“applications”？"),
    ("自然人: applications.new.natural", "自然人: applications.new.nature", "charts 第3项 bars", "没有“applications.new.nature”这一格，是不是“applications.new.natural”？"),
    ("after: [applications.new,", "after: [applications.now,", "language claims all_handled after", "没有“applications.now”这一行，是不是“applications.new”？")])
def test_what_is_not_sound_is_refused_with_line_and_path(old, new, path, message):
    assert TEXT.count(old) == 1
    text = TEXT.replace(old, new)
    with pytest.raises(InputError) as refused:
        parse_edition(text, "broken.yaml")
    (origin, said), = refused.value.problems
    # In a text that the change leaves on several lines, the problem stands on the last that is new.
    line = text[:TEXT.index(old) + len(new.rstrip("\n"))].count("\n") + 1
    assert said == (f"{path}：" if path else "") + message.replace("{above}", str(line - 1))
    if message.startswith(("不认识", "不能写", "写法", "应为", "各列", "“short”", "“granted”", "“licensing”", "“overview”")):
        assert str(origin) == f"broken.yaml:{line - text.count('fees: {}')}"


@pytest.mark.parametrize(("years", "expected"), [
    (("first_year: 2021", "first_year: 2027"), [
        "2021.yaml:7：缺少 last_year：2027 版从2027年开始，2021 版应写 last_year: 2026"]),
    (("first_year: 2021\nlast_year: 2027", "first_year: 2027"), [
        "2021.yaml:8：2021 版到2027年，与 2027 版（从2027年开始）重叠；请改正"]),
    (("first_year: 2021\nlast_year: 2025", "first_year: 2027"), [
        "2021.yaml:8：2021 版到2025年，2027 版从2027年开始，中间的年份没有格式；请改正"])])
def test_editions_follow_one_another(years, expected, tmp_path):
    for ident, said in zip(("2021", "2027"), years, strict=True):
        text = TEXT.replace("id: '2021'", f"id: '{ident}'").replace("first_year: 2021", said)
        (tmp_path / f"{ident}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_editions(sorted(tmp_path.iterdir()))
    assert [line.removeprefix(f"{tmp_path}/") for line in str(refused.value).splitlines()] == expected


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("code: GJ02", "code: GJ99", "identities 第3项 code：检查规则里没有编号“GJ99”，是不是“GJ09”？"),
    ("id: history", "id: histories", "charts 第1项 id：数据文件的“图表”下面没有“histories”，是不是“history”？"),
    ("name: 其他事项", "name: 附注", "sections 第6项：“附注”是数据文件里别的项目的名称，请换一个"),
    ("[department, national]", "[departments, national]", "language rule_makers allowed 第1项：没有“departments”，是不是“department”？"),
    ("phrases: [废止]", "phrases: [废止, 同比]", "sections 第2项：“同比”在 words.yaml 里已有别的意思，请从 phrases 删去"),
    ("widths: [54, 34, 34, 34]", "widths: [54, 34, 34, 33]", "sections 第2项 widths：各列合计宽 155 毫米，应为 156 毫米"),
    ("id: '2021'", "id: '2022'", "id：与文件名不同，文件名应为 2022.yaml"),
    ("charts:\n", "charts: [\n", "不是有效的 YAML，请检查这一行附近的缩进、冒号、引号和括号")])
def test_the_check_of_an_edition_names_what_is_wrong(old, new, expected, tmp_path, capsys):
    assert TEXT.count(old) == 1
    (tmp_path / "2021.yaml").write_text(TEXT.replace(old, new), encoding="utf-8")
    assert main(["edition", "check", str(tmp_path / "2021.yaml")]) == 1
    place, _, said = capsys.readouterr().err.strip().partition("：")
    assert (place.startswith(f"{tmp_path}/2021.yaml:"), said) == (True, expected)


def test_the_editions_of_the_package_are_sound():
    assert [edition_problems(edition) for edition in all_editions()] == [[], []]


def test_a_folder_of_editions_that_is_not_there(monkeypatch, capsys):
    monkeypatch.setenv("REPORTGEN_EDITIONS", "nowhere")
    all_editions.cache_clear()
    try:
        assert main(["editions"]) == 2
    finally:
        monkeypatch.undo()
        all_editions.cache_clear()
    assert capsys.readouterr().err == "nowhere：找不到这个文件夹，请检查环境变量 REPORTGEN_EDITIONS\n"


def test_an_alias_cannot_swell_an_edition():
    layers = "".join(f"a{depth}: &a{depth} [{', '.join([f'*a{depth - 1}'] * 20)}]\n" for depth in range(1, 8))
    with pytest.raises(InputError, match="文件内容过多"):
        parse_edition("a0: &a0 [x]\n" + layers, "swollen.yaml")


RULE = "- {code: GJ01, severity: error, title: 题, says: 说, why: 因, mend: 改}\n"


@pytest.mark.parametrize(("text", "expected"), [
    (RULE.replace("mend", "mends"), "a.yaml:1：第1项 mends：不认识“mends”，是不是“mend”？"),
    (RULE.replace("GJ01", "QQ01"), "a.yaml:1：第1项 code：写法不对，应符合 ^(DR|GJ|TB|KN|WB|WZ|YS|FB|DF|HS)[0-9]{2}$"),
    (RULE.replace("error", "fatal"), "a.yaml:1：第1项 severity：不能写“fatal”，这里可以写：error、warning、info"),
    (RULE * 2, "a.yaml:2：第2项 code：编号“GJ01”用了两次，请换一个")])
def test_a_rule_that_does_not_fit_is_refused(text, expected):
    with pytest.raises(InputError) as refused:
        collected([("a.yaml", text)])
    assert str(refused.value) == expected


@pytest.mark.parametrize(("kind", "text", "expected"), [
    (tuple[Field, ...], "- {id: a, name: 甲, kind: lines}", "a.yaml:1：第1项 kind：不能写“lines”，是不是“line”？"),
    (tuple[Field, ...], "- {id: a, name: 甲, kind: group, fields: [{id: b, kind: line}]}", "a.yaml:1：第1项 fields 第1项：缺少“name”"),
    (tuple[Field, ...], "- {id: a, name: 甲, kind: choice, choices: {b: 1}}", "a.yaml:1：第1项 choices：应为文字，这里是整数"),
    (CommonWords, "filer: [全年]", "a.yaml:1：filer：不认识“filer”，是不是“filler”？"),
    (CommonWords, "filler: 全年", "a.yaml:1：filler：应为列表，这里是文字")])
def test_fields_and_words_that_do_not_fit_are_refused(kind, text, expected):
    with pytest.raises(InputError) as refused:
        load_typed(text, "a.yaml", kind)
    assert str(refused.value) == expected


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
        assert APPLICANTS[number % 7] in spec.column_labels[-1]


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
