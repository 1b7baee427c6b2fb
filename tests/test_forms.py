"""A form for every line of a roster: what last year carries forward, renamed agencies, what is told, nothing overwritten."""

import csv
import io
from pathlib import Path

import pytest
from conftest import GOOD

import reportgen
from reportgen.cli.main import main
from reportgen.datafile.blank import scaffold
from reportgen.findings import InputError, Origin
from reportgen.many.forms import last_year_in, make_forms
from reportgen.many.roster import Roster, RosterEntry, read_roster

LAST = GOOD.replace("某县统计局", "老统计局") + "applications: {new: {natural: 9}, granted: {natural: 2}, carried_out: {natural: 7}}\n"
OTHER = LAST.replace("老统计局", "某镇统计局")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (("甲", GOOD), ("乙", LAST), ("丙", GOOD.replace("某县", "某镇")), ("丙又", OTHER)):
        (tmp_path / "上年" / name).mkdir(parents=True)
        (tmp_path / "上年" / name / "2024.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "上年" / "坏.yaml").write_text("year: [", encoding="utf-8")
    (tmp_path / "名册.csv").write_text("机关,层级,原名\n某县统计局,县级,\n新统计局,县级,老统计局\n某镇统计局,乡级,\n某市统计局,,\n", encoding="utf-8")
    return tmp_path


def test_a_form_for_every_agency(folder):
    last = last_year_in(Path("上年"), 2025)
    made = make_forms(read_roster(Path("名册.csv")), 2025, last, Path("填报表"))
    assert [(one.agency, one.target, one.source) for one in made] == [
        ("某县统计局", "填报表/某县统计局/2025.xlsx", "上年/甲/2024.yaml"),
        ("新统计局", "填报表/新统计局/2025.xlsx", "上年/乙/2024.yaml"),
        ("某镇统计局", "填报表/某镇统计局/2025.xlsx", ""), ("某市统计局", "填报表/某市统计局/2025.xlsx", "")]
    assert made[1].told == ("上年的报告是“老统计局”的，按名册当作同一机关",)
    assert "有 2 份" in made[2].told[0]
    assert made[3].told == ("没有找到2024年度的报告，结转数请按上年报告填写",)
    assert any(line.startswith("上年/坏.yaml") for line in last.unread)
    form = reportgen.read("填报表/新统计局/2025.xlsx")
    assert (form.agency.name, form.year, form.cells["applications.carried_in.natural"].value) == ("新统计局", 2025, 7)
    assert form.cells["applications.new.natural"].blank
    blank = reportgen.read("填报表/某市统计局/2025.xlsx")
    assert blank.cells["applications.carried_in.natural"].blank
    assert made[1].carried > made[3].carried == 0


def test_nothing_is_overwritten(folder):
    roster = Roster((RosterEntry("某县统计局"),))
    first = make_forms(roster, 2025, last_year_in(Path("上年"), 2025), Path("填报表"))
    content = Path(first[0].target).read_bytes()
    again = make_forms(roster, 2025, last_year_in(Path("上年"), 2025), Path("填报表"))
    assert (again[0].target, "已经存在" in again[0].told[0]) == ("", True)
    assert Path(first[0].target).read_bytes() == content


def test_the_command(folder, capsys):
    assert main(["form", "2025", "--roster", "名册.csv", "--from", "上年", "-o", "发出", "--csv", "发出.csv"]) == 1
    said = capsys.readouterr()
    assert "新做 4 份填报表，带入上年结转数的 2 份，已有没动的 0 份" in said.out
    assert "没有读取的：上年/坏.yaml" in said.err
    rows = list(csv.DictReader(io.StringIO((folder / "发出.csv").read_bytes().decode("utf-8-sig"))))
    assert [row["机关"] for row in rows] == ["某县统计局", "新统计局", "某镇统计局", "某市统计局"]
    assert rows[1]["填报表"] == "发出/新统计局/2025.xlsx"
    assert main(["form", "2025", "--roster", "名册.csv", "-o", "发出"]) == 0
    assert "新做 0 份填报表，带入上年结转数的 0 份，已有没动的 4 份" in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "words"), [
    (["form", "2025", "--agency", "某局", "-o", "a.xls"], "改成 a.xlsx"), (["form", "2025", "--agency", "某局", "-o", "a.yaml"], "改成 a.xlsx"),
    (["new", "2025", "--agency", "某局", "-o", "a.xlsx"], "改成 a.yaml"),
    (["form", "2025", "--roster", "名册.csv", "--agency", "某局"], "--agency"), (["form", "1999", "--roster", "名册.csv"], "没有适用的格式")])
def test_what_cannot_be_made_is_refused(folder, capsys, arguments, words):
    assert main(arguments) == 2
    assert words in capsys.readouterr().err
    assert list(folder.glob("a.*")) == []


def test_last_year_twice(folder, capsys):
    """Files that carry in the same count once, a data file goes before what was published, and two that differ are not used."""
    form, one, other = Path("发出/某镇统计局/2025.xlsx"), Path("上年/丙/2024.yaml"), Path("上年/丙又/2024.yaml")
    Path("名册.csv").write_text("某镇统计局\n", encoding="utf-8")

    def again():
        form.unlink(missing_ok=True)
        code = main(["form", "2025", "--roster", "名册.csv", "--from", "上年", "-o", "发出"])
        return code, capsys.readouterr().out, reportgen.read(form).cells["applications.carried_in.natural"].value

    both = "2024年度的报告有 2 份（上年/丙/2024.yaml、上年/丙又/2024.yaml）"
    code, said, carried = again()
    assert (code, f"{both}，结转数没有带入；请留下一份再做" in said, carried) == (1, True, None)
    one.write_text(OTHER + "# 同样的数\n", encoding="utf-8")
    code, said, carried = again()
    assert (code, f"{both}，用的是 上年/丙/2024.yaml，带入的数相同" in said, carried) == (0, True, 7)
    built = reportgen.build(reportgen.read(other), "上年/丙又", kinds=["docx"])
    other.unlink()
    code, said, carried = again()
    assert (code, f"{built[0]}），用的是 上年/丙/2024.yaml，带入的数相同" in said, carried) == (0, True, 7)
    one.write_text(OTHER.replace("7", "8").replace("9", "10"), encoding="utf-8")
    code, said, carried = again()
    assert (code, f"用的是 上年/丙/2024.yaml，与 {built[0]} 不同，请核对" in said, carried) == (0, True, 8)


def test_whom_no_report_was_found_for_is_told_with_whose_it_may_be(folder, capsys):
    Path("上年/丁.yaml").write_text(GOOD.replace("某县统计局", "市统计调查局"), encoding="utf-8")
    command = ["form", "2025", "--roster", "名册.csv", "--from", "上年", "-o", "发出"]
    assert main(command) == 1
    said = capsys.readouterr().out
    assert "没有带入的 2 份：某镇统计局、某市统计局\n" in said
    assert "上年的报告里与名册对不上的：上年/丁.yaml；机关改了名称的，请在名册里加一列“原名”" in said
    assert main(command) == 0
    assert "某市统计局：没有动\n" in capsys.readouterr().out


def test_without_last_year_nobody_is_said_to_be_missing(folder, capsys):
    assert main(["form", "2025", "--roster", "名册.csv", "-o", "发出", "--csv", "发出.csv"]) == 0
    said = capsys.readouterr().out
    assert "没有找到" not in said
    assert said.endswith("没有写 --from，上年结转数都没有带入\n")


def test_a_form_that_cannot_be_made_is_not_one_that_was_there(folder, capsys, monkeypatch):
    def broken(year, agency, source=None):
        if agency == "新统计局":
            raise InputError([(Origin("x"), "这个机关不行")])
        return scaffold(year, agency, source)

    monkeypatch.setattr("reportgen.many.forms.scaffold", broken)
    assert main(["form", "2025", "--roster", "名册.csv", "-o", "发出"]) == 2
    said = capsys.readouterr().out
    assert "新统计局：没有做成\n　　这个机关不行" in said
    assert "新做 3 份填报表，带入上年结转数的 0 份，已有没动的 0 份，没有做成的 1 份" in said
