"""An office with many submissions: roster, year, page, CSV and comments from the command line."""

import csv
import io

import docx
import lxml.html
import openpyxl
import pytest
from conftest import GOOD

import reportgen
from reportgen.cli.main import main
from reportgen.many.head import only_other_years


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Return a folder of submissions: a good one of two years, one with an error, one twice, one unreadable, an archive; and a roster."""
    monkeypatch.chdir(tmp_path)

    def submit(folder, text, name="2024.yaml"):
        (tmp_path / "in" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / folder / name).write_text(text, encoding="utf-8")

    submit("甲", GOOD)
    submit("甲", GOOD.replace("2024", "2023"), "2023.yaml")
    submit("乙", GOOD.replace("某县", "某乡") + "applications: {new: {total: 5}}\n")
    submit("丙", GOOD.replace("某县", "某镇"))
    submit("丙又", GOOD.replace("某县", "某镇"))
    submit("丁", GOOD.replace("year: 2024", "yaer: 2024"))
    (tmp_path / "in" / "全部.zip").write_bytes(b"PK\x05\x06" + b"\x00" * 18)
    book = openpyxl.Workbook()
    for row in (("机关名称", "层级"), ("某县统计局", "县级"), ("某乡统计局", "乡级"), ("某镇统计局", "乡级"), ("某市统计局", "市级")):
        book.active.append(row)
    book.save(tmp_path / "名册.xlsx")
    return tmp_path


def test_check_with_roster_year_page_and_csv(office, capsys):
    assert main(["check", "in", "--year", "2024", "--roster", "名册.xlsx", "--html", "p.html", "--csv", "p.csv"]) == 2
    said = capsys.readouterr().err
    assert "2024年度：名册 4 个机关，已报 3 个，缺 1 个：市级：某市统计局" in said
    assert "“某镇统计局”报了 2 份：in/丙/2024.yaml、in/丙又/2024.yaml" in said
    assert "另有 1 份不是2024年度的，没有检查" in said
    assert "没有读取 in/全部.zip：压缩包请先解压" in said
    page = lxml.html.parse("p.html").getroot()
    told = [row.text for row in page.xpath("//ul[@class='told']/li")]
    assert told[0].startswith("2024年度：名册")
    assert "没有读取 in/全部.zip：压缩包请先解压" in told
    table = {cells[-1].text: (cells[1].text, cells[2].text) for cells in page.xpath("//table[@class='all']/tbody/tr")}
    assert table == {"甲/2024.yaml": ("2024", "可以生成"), "乙/2024.yaml": ("2024", "有错误"), "丙/2024.yaml": ("2024", "重复"),
                     "丙又/2024.yaml": ("2024", "重复"), "丁/2024.yaml": (None, "不能读取")}
    assert "某镇统计局”2024年度的数据文件有 2 份：丙/2024.yaml、丙又/2024.yaml" in page.text_content()
    rows = list(csv.DictReader(io.StringIO((office / "p.csv").read_bytes().decode("utf-8-sig"))))
    assert {row["结果"] for row in rows if row["机关"] == "某乡统计局"} == {"有错误"}
    assert ["年度" in row["说明"] for row in rows if row["文件"] == "in/丁/2024.yaml" and row["结果"] == "不能读取"] == [True]


def test_batch_with_roster_and_page(office, capsys):
    assert main(["batch", "in", "2024", "--to", "docx", "--jobs", "0", "--roster", "名册.xlsx", "--html", "b.html"]) == 2
    assert "2024年度：名册 4 个机关，已报 3 个，缺 1 个：市级：某市统计局" in capsys.readouterr().err
    page = lxml.html.parse("b.html").getroot()
    table = {cells[-1].text: cells[2].text for cells in page.xpath("//table[@class='all']/tbody/tr")}
    assert table == {"甲/2024.yaml": "已生成", "乙/2024.yaml": "有错误", "丙/2024.yaml": "不能使用", "丙又/2024.yaml": "不能使用",
                     "丁/2024.yaml": "不能使用"}
    first = (office / "b.html").read_bytes()
    main(["batch", "in", "2024", "--to", "docx", "--jobs", "0", "--roster", "名册.xlsx", "--html", "b.html"])
    assert (office / "b.html").read_bytes() == first.replace("已生成".encode(), "没有变化".encode())


def test_the_page_of_a_batch_names_what_was_not_read_and_the_table_is_told(office, capsys):
    assert main(["batch", "in", "2024", "--to", "docx", "--jobs", "0", "--html", "b.html", "--csv", "b.csv"]) == 2
    assert "已生成 b.csv" in capsys.readouterr().err
    assert "没有读取 in/全部.zip：压缩包请先解压" in [
        row.text for row in lxml.html.parse("b.html").getroot().xpath("//ul[@class='told']/li")]


@pytest.mark.parametrize("command", [
    ["check", "in", "--year", "2024"], ["batch", "in", "2024", "--to", "docx", "--jobs", "0"],
    ["aggregate", "in", "--agency", "某市人民政府", "--year", "2024", "-o", "t.yaml", "--interim"]])
def test_who_wrote_another_year_is_named(office, capsys, command):
    """Not who sent last year's file beside this year's."""
    line = "没有2024年度的、只有其他年度的：in/戊/2024.yaml（“某市统计局”，2023年度）；年度写错的请改正"
    main(command)
    said = capsys.readouterr()
    assert "只有其他年度的" not in said.out + said.err
    (office / "in" / "戊").mkdir()
    (office / "in" / "戊" / "2024.yaml").write_text(GOOD.replace("2024", "2023").replace("某县", "某市"), encoding="utf-8")
    (office / "t.yaml").unlink(missing_ok=True)
    main(command)
    said = capsys.readouterr()
    assert line in (said.out + said.err).splitlines()


def test_of_many_with_another_year_some_are_named():
    files = [(f"{number}局", 2023, f"{number}.yaml") for number in range(12)]
    assert only_other_years([*files, ("0局", 2024, "a.yaml"), ("", 0, "坏.yaml")], [2024])[0].endswith(
        "10.yaml（“10局”，2023年度） 等 11 份；年度写错的请改正")
    assert only_other_years(files, []) == []


def test_who_is_missing_is_an_error_by_itself(office, capsys):
    assert main(["check", "in/甲/2024.yaml", "--roster", "名册.xlsx"]) == 1
    assert "缺 3 个" in capsys.readouterr().err


def test_an_interim_sum_lists_what_is_left_out(office, capsys):
    arguments = ["aggregate", "in", "--agency", "某市人民政府", "--year", "2024", "--roster", "名册.xlsx", "-o", "t.yaml"]
    assert main(arguments) == 2
    said = capsys.readouterr().err
    for place in ("in/乙/2024.yaml", "in/丙/2024.yaml", "in/丙又/2024.yaml", "in/丁/2024.yaml"):
        assert place in said
    assert main([*arguments, "--interim"]) == 1
    said = capsys.readouterr().out
    assert "阶段汇总了 1 个机关" in said
    assert "没有计入 in/丁/2024.yaml" in said
    assert "缺 1 个：市级：某市统计局" in said
    total = reportgen.read("t.yaml")
    assert total.title.endswith("（阶段汇总）")
    assert main(["release", "t.yaml", "-o", "rel"]) == 1
    assert "FB08" in capsys.readouterr().out


def test_comments_go_into_a_copy(office, capsys):
    assert main(["check", "in/乙/2024.yaml", "--comments", "批注.docx"]) == 1
    said = capsys.readouterr()
    assert "已生成 批注.docx" in said.err
    assert next(iter(docx.Document("批注.docx").comments)).text.startswith("错误［")
    assert main(["check", "in/乙/2024.yaml", "--comments", "批注.docx"]) == 2
    assert "已经存在" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "words"), [
    (["in", "--comments", "a.docx"], "只能用于一份报告"), (["in/甲/2024.yaml", "--comments", "a.pdf"], "以 .docx 结尾"),
    (["in", "--roster", "没有.xlsx"], "找不到这个文件"), (["in", "--html", "in"], "请写网页的文件名")])
def test_what_cannot_be_asked_is_refused_before_anything_is_checked(office, capsys, arguments, words):
    assert main(["check", *arguments]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
