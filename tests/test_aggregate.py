"""Adding up agencies: every cell by hand, blanks, single rows, units, doubles, the roster, and the workbook."""

import sys

import openpyxl
import pytest
from conftest import GOOD, MINIMAL, ROOT

import reportgen
from reportgen.cli.main import main
from reportgen.findings import InputError, Origin
from reportgen.format import get_edition
from reportgen.many.aggregate import aggregate
from reportgen.many.roster import Roster, RosterEntry
from reportgen.sources import read_text

sys.path.insert(0, str(ROOT / "script"))

from city import RESULTS, agencies, data_file, figures, write_city


def test_two_hundred_agencies_by_hand():
    made = [(name, figures(seed)) for seed, name in enumerate(agencies(200))]
    reports = [read_text(data_file(name, 2024, cells), f"{seed}.yaml") for seed, (name, cells) in enumerate(made)]
    found = aggregate(reports, 2024, "某市人民政府")
    total = read_text(found.text, "2024.yaml")
    assert found.told == []
    by_hand = {}
    for _, cells in made:
        for path, number in cells.items():
            by_hand[path] = by_hand.get(path, 0) + number
            who = path.rpartition(".")[2]
            if path.startswith("applications."):
                row = path.rpartition(".")[0]
                handled = row.removeprefix("applications.") in RESULTS
                for sum_ in (f"{row}.total", *((f"applications.total_handled.{who}", "applications.total_handled.total") if handled else ())):
                    by_hand[sum_] = by_hand.get(sum_, 0) + number
    by_hand["remedies.review.total"] = by_hand["remedies.review.upheld"]
    assert {path: cell.value for path, cell in total.cells.items() if cell.value} == {path: n for path, n in by_hand.items() if n}
    assert not [finding for finding in reportgen.check(total) if finding.blocks]
    assert all(f"#   {name}  {seed}.yaml" in found.text for seed, (name, _) in enumerate(made))


def test_the_example_city_is_sound(tmp_path, capsys):
    write_city(tmp_path / "city", 30)
    write_city(tmp_path / "again", 30)
    for path in (tmp_path / "city").rglob("*.yaml"):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(tmp_path / "city")).read_bytes()
        # Figures drawn by lot grow by a lot, and the first year has none before it; both are worth a look only.
        assert {one.severity.value for one in reportgen.check(reportgen.read(path))} <= {"info"}
    roster = tmp_path / "city" / "roster.txt"
    command = ["aggregate", str(tmp_path / "city"), "--agency", "某市人民政府", "--year", "2024", "-o", str(tmp_path / "2024.yaml"),
               "--roster", str(roster)]
    assert main(command) == 0
    capsys.readouterr()


def reports_of(*texts):
    return [read_text(text, f"{number}.yaml") for number, text in enumerate(texts)]


def test_a_blank_is_not_zero():
    one = MINIMAL + "applications: {new: {natural: 3, total: 5}, granted: {natural: 1}}\n"
    two = MINIMAL.replace("某县", "某乡") + "applications: {new: {natural: 4, total: 4}}\n"
    found = aggregate(reports_of(one, two), 2024, "某市人民政府")
    total = read_text(found.text, "x.yaml")
    assert {path: cell.value for path, cell in total.cells.items() if not cell.blank} == {
        "applications.new.natural": 7, "applications.new.total": 9}
    assert "表三“（一）予以公开”行“自然人”列：某乡统计局没有填，合计留空" in found.told


def test_one_row_of_other_handling_makes_one_row():
    one = GOOD + "applications: {other_handling: {natural: 2}, new: {natural: 2}}\n"
    two = GOOD.replace("某县", "某乡") + "applications: {other_handling: {fee_overdue: {natural: 3}, other: {natural: 4}}, new: {natural: 7}}\n"
    found = aggregate(reports_of(one, two), 2024, "某市人民政府")
    total = read_text(found.text, "x.yaml")
    assert total.problems == ()
    assert (total.cells["applications.other_handling.natural"].value, total.cells["applications.total_handled.total"].value) == (9, 9)
    assert total.single_rows == {"applications.other_handling"}


def test_units_and_signs_of_the_edition_of_2019():
    text = "year: 2020\nagency: {name: %s}\ndisclosure: {procurement: {amount: %s}, licensing: {change: %s}}\n"
    found = aggregate(reports_of(text % ("甲局", "12.5万元", "+3"), text % ("乙局", "2500元", "-5")), 2020, "某市人民政府")
    total = read_text(found.text, "x.yaml")
    assert total.cells["disclosure.procurement.amount"].text == "12.75万元"
    assert total.cells["disclosure.licensing.change"].text == "-2"


@pytest.mark.parametrize(("texts", "words"), [
    ((), "没有可以汇总的2024年度"), ((GOOD, GOOD), "“某县统计局”有 2 份：0.yaml、1.yaml"),
    ((GOOD, GOOD.replace("2024", "2023").replace("某县", "某乡")), "2023年度的，不是2024年度"),
    ((GOOD, GOOD.replace("某县", "某乡") + "applications: {new: {total: 5}}\n"), "“某乡统计局”有错误")])
def test_what_cannot_be_added_up_is_refused(texts, words):
    with pytest.raises(InputError, match=words):
        aggregate(reports_of(*texts), 2024, "某市人民政府")


def test_all_that_is_wrong_with_all_files_is_said_at_once():
    wrong = GOOD.replace("某县", "某乡") + "applications: {new: {total: 5}}\nremedies: {review: {total: 7}}\n"
    with pytest.raises(InputError) as caught:
        aggregate(reports_of(GOOD, GOOD, wrong, GOOD.replace("2024", "2023").replace("某县", "某镇")), 2024, "某市人民政府")
    said = [str(origin) for origin, _ in caught.value.problems]
    assert said[:2] == ["0.yaml", "1.yaml"]
    assert len([one for one in said if one.startswith("2.yaml")]) >= 3
    assert said[-1].startswith("3.yaml")


def roster(*names):
    return Roster(tuple(map(RosterEntry, names)))


def test_the_roster():
    found = aggregate(reports_of(GOOD), 2024, "某市人民政府", roster("某县统计局", "某县财政局", "某县教育局"))
    assert found.told[0] == "名册 3 个机关，已报 1 个，缺 2 个：某县财政局、某县教育局"
    extra = aggregate(reports_of(GOOD), 2024, "某市人民政府", roster("某县教育局")).told
    assert extra[1].startswith("有 1 份的机关不在名册上：某县统计局（0.yaml）")


def test_an_agency_under_both_its_names_is_not_counted_twice():
    reports = reports_of(GOOD, GOOD.replace("某县统计局", "老统计局"), GOOD.replace("某县统计局", "某市统计局"))
    renamed = Roster((RosterEntry("某县统计局", former="老统计局"), RosterEntry("某市统计局")))
    with pytest.raises(InputError, match="“老统计局”有 2 份"):
        aggregate(reports, 2024, "某市人民政府", renamed)
    found = aggregate(reports, 2024, "某市人民政府", renamed, interim=[])
    assert [report.path for report in found.reports] == ["2.yaml"]
    assert len(aggregate(reports[1:], 2024, "某市人民政府", renamed).reports) == 2
    spaced = reports_of(GOOD, GOOD.replace("某县统计局", "某县 统计局"))
    with pytest.raises(InputError, match="有 2 份"):
        aggregate(spaced, 2024, "某市人民政府")


def test_cells_that_the_same_agencies_left_blank_are_one_line():
    some = MINIMAL.replace("某县", "某乡") + "remedies: {review: {upheld: 1, corrected: 0, other: 0, pending: 0}}\n"
    (line,) = aggregate(reports_of(GOOD, some), 2024, "某市人民政府").told
    assert line.startswith("表二“规章”行“本年制发件数”列、")
    assert line.endswith(f"等 {len(get_edition('2021').cells) - 5} 格：某乡统计局没有填，合计留空")


def test_an_interim_sum_leaves_out_what_is_wrong_and_cannot_be_released():
    wrong = GOOD.replace("某县", "某乡") + "applications: {new: {total: 5}}\n"
    found = aggregate(reports_of(GOOD + "applications: {new: {natural: 3}, granted: {natural: 3}}\n", wrong), 2024, "某市人民政府",
                      roster("某县统计局", "某乡统计局", "某镇统计局"), interim=[(Origin("坏.yaml", 3), "缩进不对")])
    assert [report.agency.name for report in found.reports] == ["某县统计局"]
    assert found.told[0] == "没有计入 坏.yaml:3：缩进不对"
    assert found.told[1].startswith("没有计入 1.yaml:")
    assert "名册 3 个机关，已报 2 个，缺 1 个：某镇统计局" in found.told
    assert "# 请核对：没有计入 坏.yaml:3：缩进不对" in found.text
    total = read_text(found.text, "x.yaml")
    assert total.title == "某市人民政府2024年政府信息公开工作年度报告（阶段汇总）"
    assert total.cells["applications.new.total"].value == 3
    assert [one.code for one in reportgen.check(total) if one.blocks and one.code.startswith("FB")] == ["FB08"]
    assert aggregate(found.reports, 2024, "某市人民政府").text.count("阶段汇总") == 0


@pytest.mark.parametrize("suffix", ["yaml", "xlsx"])
def test_the_command(tmp_path, capsys, suffix):
    for number in range(3):
        folder = tmp_path / "in" / str(number)
        folder.mkdir(parents=True)
        (folder / "2024.yaml").write_text(data_file(f"第{number}局", 2024, figures(number)), encoding="utf-8")
        (folder / "去年.yaml").write_text(data_file(f"第{number}局", 2024, figures(number)).replace("2024", "2023"), encoding="utf-8")
    (tmp_path / "roster.txt").write_text("第0局\n第9局\n", encoding="utf-8")
    target, table = tmp_path / f"2024.{suffix}", tmp_path / "table.xlsx"
    arguments = ["aggregate", str(tmp_path / "in"), "--agency", "某市人民政府", "--year", "2024", "-o", str(target)]
    assert main([*arguments, "--table", str(table), "--roster", str(tmp_path / "roster.txt")]) == 1
    said = capsys.readouterr().out
    assert "汇总了 3 个机关，另有 3 份其他年度的没有计入" in said
    assert "缺 1 个：第9局" in said
    total = reportgen.read(target)
    assert total.agency.name == "某市人民政府"
    assert total.cells["applications.new.natural"].value == sum(figures(number)["applications.new.natural"] for number in range(3))
    book = openpyxl.load_workbook(table)
    paths = list(get_edition("2021").tables["applications"].cells)
    rows = [[cell.value for cell in row] for row in book["表三"].iter_rows(min_row=3)]
    assert [row[0] for row in rows] == ["第0局", "第1局", "第2局", "合计"]
    column = paths.index("applications.new.natural") + 1
    assert [row[column] for row in rows] == [figures(n)["applications.new.natural"] for n in range(3)] + [total.cells["applications.new.natural"].value]
    assert book["表三"].cell(1, column + 1).value == "一、本年新收政府信息公开申请数量"
    assert main(arguments) == 2


@pytest.mark.parametrize(("roster", "more", "code", "words"), [
    ("第0局\n第1局\n", [], 0, "报齐了"), ("第0局\n第1局\n第9局\n", [], 1, "缺 1 个：第9局"), ("第0局\n", [], 1, "不在名册上：第1局"),
    ("第0局\n第1局\n", ["--interim"], 0, "报齐了"), ("第0局\n第1局\n第9局\n", ["--interim"], 1, "缺 1 个：第9局")])
def test_a_script_sees_who_did_not_report(tmp_path, monkeypatch, capsys, roster, more, code, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for number in range(2):
        (tmp_path / "in" / f"{number}.yaml").write_text(data_file(f"第{number}局", 2024, figures(number)), encoding="utf-8")
    (tmp_path / "roster.txt").write_text(roster, encoding="utf-8")
    arguments = ["in", "--year", "2024", "--roster", "roster.txt"]
    assert main(["aggregate", *arguments, "--agency", "某市人民政府", "-o", "sum.yaml", *more]) == code
    assert words in capsys.readouterr().out
    # The sum is there all the same, and `check` says the same of the same folder.
    total = reportgen.read("sum.yaml").cells["applications.new.natural"]
    assert total.value == sum(figures(number)["applications.new.natural"] for number in range(2))
    assert main(["check", *arguments]) == code
    assert words in capsys.readouterr().err


def test_an_interim_sum_that_leaves_something_out_is_no_whole_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "in" / "b.yaml").write_text(GOOD.replace("某县", "某乡") + "applications: {new: {total: 5}}\n", encoding="utf-8")
    arguments = ["aggregate", "in", "--agency", "某市人民政府", "--year", "2024", "-o", "sum.yaml", "--interim"]
    assert main(arguments) == 1
    assert "没有计入 in/b.yaml" in capsys.readouterr().out
    (tmp_path / "in" / "b.yaml").unlink()
    (tmp_path / "sum.yaml").unlink()
    assert main(arguments) == 0
    capsys.readouterr()


def test_a_file_of_another_year_that_was_named_is_refused(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text(GOOD.replace("2024", "2023"), encoding="utf-8")
    assert main(["aggregate", str(tmp_path / "a.yaml"), "--agency", "某市人民政府", "--year", "2024", "-o", str(tmp_path / "o.yaml")]) == 2
    assert "2023年度的" in capsys.readouterr().err
