"""Commands on reports as they were published, named or in folders; what a file is, its content says."""

import json
from pathlib import Path

import openpyxl
import pytest
from conftest import GOOD

import reportgen
from reportgen.cli.main import main
from reportgen.imports.kinds import Kind, kind_of_file
from reportgen.outputs.build import Options
from reportgen.outputs.document import document
from reportgen.outputs.tables_book import write_tables

FULL = GOOD + """signature: {date: 2025-01-18}
applications: {new: {natural: 26, enterprise: 13}, carried_in: {natural: 4}, carried_out: {natural: 3}, granted: {natural: 27, enterprise: 13}}
"""
LAST = FULL.replace("2024", "2023").replace("2025", "2024").replace("carried_out: {natural: 3}, granted: {natural: 27", "carried_out: {natural: 4}, granted: {natural: 26")
OTHER = FULL.replace("某县统计局", "某县水利局").replace("natural: 26", "natural: 20").replace("granted: {natural: 27", "granted: {natural: 21")


@pytest.fixture
def publish(tmp_path, monkeypatch):
    """Return a function that builds a report, puts it where it is named, and takes its data file away."""
    monkeypatch.chdir(tmp_path)

    def publish(text, name, draft=False):
        source = tmp_path / "source.yaml"
        source.write_text(text, encoding="utf-8")
        path, = reportgen.build(reportgen.read(source), tmp_path / "built", [Path(name).suffix[1:]], Options(draft=draft))
        source.unlink()
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        return path.rename(name)

    return publish


@pytest.mark.parametrize("name", ["年报.docx", "年报.pdf"])
def test_check_takes_a_published_report(publish, capsys, name):
    publish(FULL.replace("granted: {natural: 27", "granted: {natural: 25"), name, draft=True)
    assert main(["check", name]) == 1
    said = capsys.readouterr().out
    assert "── 读取时拿不准，请核对\n1. 文件标有“送审稿”，可能不是定稿" in said or name.endswith("pdf")
    assert "错误[GJ01]" in said
    assert main(["check", name, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["reports"][0]
    assert (found["agency"], found["year"], found["published"]) == ("某县统计局", 2024, True)
    assert {finding["line"] for finding in found["findings"]} == {0}
    assert main(["check", name, "--html", "found.html"]) == 1
    assert ("可能不是定稿" in Path("found.html").read_text(encoding="utf-8")) is (name == "年报.docx")


def test_last_year_is_taken_from_a_published_report(publish, capsys):
    publish(FULL, "2024.docx")
    publish(LAST.replace("carried_out: {natural: 4}", "carried_out: {natural: 9}"), "2023年报.docx", draft=True)
    assert main(["check", "2024.docx", "--previous", "2023年报.docx"]) == 1
    said = capsys.readouterr().out
    assert "KN01" in said
    assert "上年的 2023年报.docx：文件标有“送审稿”" in said
    # One that lies beside it and cannot be used is told, and stops nothing.
    Path("2023.docx").write_bytes(b"")
    assert main(["check", "2024.docx"]) == 0
    assert "旁边上年的报告没有用上（2023.docx：文件是空的）" in capsys.readouterr().out


def test_years_are_compared_whatever_they_are(publish, capsys):
    publish(LAST, "2023年报.pdf")
    Path("2024.yaml").write_text(FULL, encoding="utf-8")
    assert main(["compare", "2023年报.pdf", "2024.yaml"]) == 0
    assert "结转下年度继续办理  总计：4 → 3（-1，-25.00%）" in capsys.readouterr().out


def test_what_agencies_sent_is_added_up(publish, capsys):
    publish(FULL, "in/统计局.docx")
    publish(FULL, "in/统计局.pdf")
    publish(OTHER, "in/水利局.pdf", draft=True)
    Path("in/通知.docx").write_bytes(Path("in/统计局.docx").read_bytes()[:90])
    Path("in/说明.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert main(["aggregate", "in", "--agency", "某县人民政府", "--year", "2024", "-o", "sum.yaml"]) == 0
    said = capsys.readouterr()
    assert "汇总了 2 个机关" in said.out
    assert reportgen.read("sum.yaml").cells["applications.new.natural"].value == 46
    assert "in/统计局.pdf：“某县统计局”2024年度的已有 in/统计局.docx，内容相同；这一份没有用" in said.err
    assert {line.split("：")[0] for line in said.err.splitlines() if line.startswith("没有读取")} == {"没有读取 in/说明.pdf", "没有读取 in/通知.docx"}


def test_the_same_agency_twice_is_named(publish, capsys):
    publish(FULL, "in/甲.docx")
    publish(FULL.replace("解读不够深入", "解读不够"), "in/乙.docx")
    assert main(["aggregate", "in", "--agency", "某县人民政府", "--year", "2024", "-o", "sum.yaml"]) == 2
    assert "“某县统计局”有 2 份：in/乙.docx、in/甲.docx；一个机关只能有一份" in capsys.readouterr().err
    assert main(["check", "in"]) == 2
    assert capsys.readouterr().err.count("只能有一份") == 2
    # A data file goes before what was published; the other is named.
    Path("in/2024.yaml").write_text(FULL, encoding="utf-8")
    assert main(["check", "in"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "in/乙.docx：“某县统计局”2024年度的已有 in/2024.yaml，内容不同，请核对；这一份没有用",
        "in/甲.docx：“某县统计局”2024年度的已有 in/2024.yaml，内容相同；这一份没有用"]


@pytest.mark.parametrize("command", [["build", "年报.docx"], ["release", "年报.docx"], ["convert", "年报.docx", "x.yaml"], ["fix", "年报.docx"],
                                     ["batch", "年报.docx"], ["import", "年报.docx", "--into", "年报.docx"]])
def test_what_makes_something_of_a_report_asks_for_import_first(publish, capsys, command):
    publish(FULL, "年报.docx")
    before = Path("年报.docx").read_bytes()
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "不是数据文件" in said
    assert "reportgen import" in said
    assert sorted(path.name for path in Path().iterdir()) == ["built", "年报.docx"]
    assert Path("年报.docx").read_bytes() == before


def test_the_figures_of_another_name_are_asked_about(publish, capsys):
    publish(FULL, "in/甲.docx")
    publish(FULL.replace("某县统计局", "某县统计局办公室"), "in/乙.docx")
    assert main(["check", "in"]) == 0
    assert capsys.readouterr().err == "in/甲.docx：“某县统计局”的表格与“某县统计局办公室”（in/乙.docx）完全相同，请核对是不是同一个机关\n"


@pytest.mark.parametrize(("command", "name"), [("new", "2025.yaml"), ("form", "2025.xlsx")])
def test_the_next_year_begins_from_a_published_report(publish, capsys, command, name):
    publish(FULL, "年报.docx", draft=True)
    assert main([command, "2025", "--from", "年报.docx"]) == 0
    said = capsys.readouterr()
    assert "年报.docx 是已发布的报告，读取时有 1 处拿不准，请核对：\n    1. 文件标有" in said.err
    report = reportgen.read(name)
    assert (report.agency.name, report.cells["applications.carried_in.natural"].value) == ("某县统计局", 3)


def test_a_workbook_is_a_form_or_published_or_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("2024.yaml").write_text(FULL, encoding="utf-8")
    Path("表.xlsx").write_bytes(write_tables(document(reportgen.read("2024.yaml"))))
    assert reportgen.read("表.xlsx").cells["applications.new.natural"].value == 26
    openpyxl.Workbook().save("名册.xlsx")
    assert main(["check", "名册.xlsx"]) == 2
    assert "名册.xlsx：这不是用 reportgen form 生成的填报表；当作已发布的报告读取也不行：没有找到" in capsys.readouterr().err
    assert main(["build", "表.xlsx"]) == 2
    assert "这不是用 reportgen form 生成的填报表；要读取已发布的报告，请用 reportgen import" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "content", "kind"), [
    ("a.yaml", GOOD.encode(), Kind.DATA), ("a", GOOD.encode(), Kind.DATA), ("a.txt", GOOD.encode(), Kind.DATA),
    ("a.txt", "某县统计局2024年政府信息公开工作年度报告".encode(), Kind.TEXT), ("a.yaml", b"%PDF-1.4", Kind.PDF), ("a.docx", b" \n%PDF-1.4", Kind.PDF),
    ("a.yaml", b"x: <html>", Kind.DATA), ("a.dat", b"<!DOCTYPE html><html>", Kind.PAGE), ("a.docx", b"", Kind.WORD),
    ("a.xlsx", b"PK\x03\x04xl/workbook.xml", Kind.WORKBOOK), ("a.yaml", b"PK\x03\x04word/document.xml", Kind.WORD),
    ("a.xls", b"\xd0\xcf\x11\xe0", Kind.OLD_WORKBOOK), ("a.xlsx", b"\xd0\xcf\x11\xe0", Kind.WORKBOOK), ("a.doc", b"", Kind.REFUSED),
    ("a.yaml", b"{\\rtf1", Kind.REFUSED)])
def test_the_content_says_what_a_file_is(tmp_path, name, content, kind):
    (tmp_path / name).write_bytes(content)
    assert kind_of_file(tmp_path / name) is kind
    assert kind_of_file(tmp_path / "nothing.pdf") is Kind.DATA
