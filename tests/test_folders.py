"""What lies in the folders that a user names: nothing is skipped or overwritten without a word."""

import shutil
from pathlib import Path

import docx
import pdfplumber
import pytest
from conftest import EXAMPLES, GOOD, close_folder

import reportgen
from reportgen.cli.main import main
from reportgen.files.folders import find_files
from reportgen.many.head import read_head
from reportgen.outputs.build import file_name

TITLE = "某县统计局2024年政府信息公开工作年度报告"
OTHER = GOOD.replace("某县", "某乡")
BROKEN = GOOD + "applications: {new: {total: 5}}\n"


@pytest.fixture
def lay(tmp_path, monkeypatch):
    """Return a function that writes files below a folder in/, where the tests then work."""
    monkeypatch.chdir(tmp_path)

    def lay(files):
        for name, content in files.items():
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / "in"

    return lay


def batch(*words):
    return main(["batch", *words, "--to", "docx", "--jobs", "0"])


def built(folder="out"):
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.suffix in (".docx", ".pdf"))


@pytest.mark.parametrize("second", ["2024.yml", "2024.xlsx", "旧/去年改的.yaml"])
def test_one_agency_and_year_twice_is_refused_and_both_files_named(lay, capsys, second):
    lay({"2024.yaml": GOOD, "乙/2024.yaml": OTHER})
    if second.endswith(".xlsx"):
        assert main(["convert", "in/2024.yaml", f"in/{second}"]) == 0
    else:
        lay({second: GOOD.replace("解读不够深入", "解读不够")})
    # Files are in order of name.
    both = "、".join(sorted(("in/2024.yaml", f"in/{second}")))
    wrong = f"“某县统计局”2024年度的数据文件有 2 份：{both}；只能有一份，请移走其余的"
    capsys.readouterr()
    assert batch("in") == 2
    said = capsys.readouterr().out
    assert f"in/2024.yaml：错误 {wrong}" in said
    assert f"in/{second}：错误 {wrong}" in said
    assert built() == ["乙/2024/某乡统计局2024年政府信息公开工作年度报告.docx"]
    assert main(["check", "in"]) == 2
    printed = capsys.readouterr()
    assert printed.err.splitlines() == [f"{file}：{wrong}" for file in both.split("、")]
    assert sorted(line.split()[-1] for line in printed.out.splitlines()[-4:-1]) == ["可以生成", "重复", "重复"]
    assert main(["check", "in", "--html", "found.html"]) == 2
    page = Path("found.html").read_text(encoding="utf-8")
    without_folders = wrong.replace("in/", "")
    assert (page.count(without_folders), page.count('<span class="word">重复</span>'), page.count("没有找到2023年度的数据文件")) == (2, 2, 3)
    assert main(["aggregate", "in", "--agency", "某市人民政府", "--year", "2024", "-o", "sum.yaml"]) == 2
    assert f"“某县统计局”有 2 份：{both}" in capsys.readouterr().err
    assert not Path("sum.yaml").exists()


def test_two_ways_to_one_file_are_one(lay, capsys):
    folder = lay({"甲/2024.yaml": GOOD})
    (folder / "同一份.yaml").symlink_to("甲/2024.yaml")
    (folder / "同一处").symlink_to("甲")
    assert batch("in", "in/甲/2024.yaml", str(folder)) == 0
    assert "共 1 份：已生成 1" in capsys.readouterr().out
    assert main(["check", "in", "in/甲/../甲/2024.yaml"]) == 0


def test_links_in_a_circle_end(lay):
    folder = lay({"甲/2024.yaml": GOOD})
    (folder / "甲" / "回去").symlink_to(folder)
    assert main(["check", "in"]) == 0


def test_two_files_of_last_year_that_differ_are_refused(lay, capsys):
    last = GOOD.replace("2024", "2023")
    lay({"2024.yaml": GOOD, "2023.yaml": last + "signature: {date: 2024-01-18}\n"})
    # A form of the same content is the same to whoever reads it.
    assert main(["convert", "in/2023.yaml", "in/2023.xlsx"]) == 0
    assert main(["build", "in/2024.yaml", "--to", "docx"]) == 0
    assert main(["check", "in/2024.yaml"]) == 0
    lay({"2023.yml": last + "disclosure: {regulations: {in_force: 7}}\n"})
    capsys.readouterr()
    assert main(["build", "in/2024.yaml", "--to", "docx"]) == 2
    assert capsys.readouterr().err.startswith("in：上年的数据文件有 3 份（2023.yaml、2023.yml、2023.xlsx），内容不一样")
    assert batch("in/2024.yaml") == 2
    assert "（2023.yaml、2023.yml、2023.xlsx），内容不一样" in capsys.readouterr().out
    assert main(["check", "in/2024.yaml", "--previous", "in/2023.yml"]) == 0
    lay({"2023.yml": "year: [\n"})
    assert main(["check", "in/2024.yaml"]) == 2
    assert "in：上年的数据文件有 3 份（2023.yaml、2023.yml、2023.xlsx）；请只留要用的那份" in capsys.readouterr().err


def test_the_examples_are_the_same_as_forms(tmp_path):
    for name in ("2023.yaml", "2024.yaml"):
        shutil.copy(EXAMPLES[0].with_name(name), tmp_path)
    assert main(["convert", str(tmp_path / "2023.yaml"), str(tmp_path / "2023.xlsx")]) == 0
    assert reportgen.read(tmp_path / "2024.yaml").previous.path == str(tmp_path / "2023.yaml")


def test_a_folder_that_cannot_be_read_is_told(lay, capsys, monkeypatch):
    lay({"甲/2024.yaml": GOOD, "乙/2024.yaml": OTHER})
    close_folder(monkeypatch, "乙")
    why = "in/乙：文件夹读不出来（没有权限），里面的文件没有处理"
    assert main(["check", "in"]) == 2
    assert why in capsys.readouterr().err
    assert batch("in") == 2
    assert why.replace("：", "：错误 ") in capsys.readouterr().out
    assert built() == [f"甲/2024/{TITLE}.docx"]
    for command in (["aggregate", "in", "--agency", "某市人民政府", "--year", "2024"], ["compare", "in"]):
        assert main(command) == 2
        assert why in capsys.readouterr().err


def test_other_documents_are_listed_once_with_the_next_step(lay, capsys):
    lay({"甲/2024.yaml": GOOD, "甲/年报.docx": b"", "乙/年报.PDF": b"", "乙/年报.doc": b"", "乙/表.csv": b"", "乙/全部.zip": b"",
         "README.md": b"", "说明.txt": b"", ".hidden.docx": b"", "甲/~$年报.docx": b"", "甲/.~lock.年报.docx#": b"", ".git/x.pdf": b"", "图.png": b""})
    wanted = ["没有读取 in/乙/全部.zip：压缩包请先解压",
              "没有读取 in/乙/年报.PDF、in/甲/年报.docx：已发布的报告先用 reportgen import 文件 -o 年度.yaml 读成数据文件",
              "没有读取 in/乙/年报.doc：请用 Word 或 WPS 另存为 .docx，再用 reportgen import 读成数据文件",
              "没有读取 in/乙/表.csv：请把数填进 reportgen form 生成的填报表（.xlsx）"]
    assert main(["batch", "in", "--to", "docx", "--jobs", "0"]) == 0
    assert sorted(line for line in capsys.readouterr().err.splitlines() if "没有读取" in line) == wanted
    # Commands that take published reports try to read them, and say why they could not.
    wanted[1] = "没有读取 in/乙/年报.PDF、in/甲/年报.docx：文件是空的"
    for command in (["check", "in"], ["aggregate", "in", "--agency", "某市人民政府", "--year", "2024"]):
        assert main(command) == 0
        assert sorted(line for line in capsys.readouterr().err.splitlines() if "没有读取" in line) == wanted


def test_what_belongs_to_a_saved_page_is_not_listed(lay):
    """Unless no page is beside it: then somebody called a folder so."""
    folder = lay({"甲/年报.html": b"", "甲/年报_files/frame.html": b"", "甲/年报.files/a.pdf": b"", "乙_files/2024.yaml": GOOD, "乙_files/a.pdf": b""})
    found = find_files([folder], published=True)
    assert found.files == [folder / "乙_files" / "2024.yaml"]
    assert found.others == [folder / "乙_files" / "a.pdf", folder / "甲" / "年报.html"]


def test_many_other_documents_are_counted(lay, capsys):
    lay({"2024.yaml": GOOD} | {f"{number:02}.pdf": b"" for number in range(40)})
    assert main(["check", "in"]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("没有读取 in/00.pdf、")
    assert "in/09.pdf 等 40 个文件：" in line


def test_what_the_program_wrote_is_not_unread(lay, capsys):
    lay({"2023.yaml": GOOD.replace("2024", "2023"), "2024.yaml": GOOD, "别处/年报.docx": b""})
    assert main(["build", "in/2024.yaml", "-o", "in/out", "--to", "docx"]) == 0
    assert main(["build", "in/2023.yaml", "-o", "in/out", "--to", "docx", "--draft"]) == 0
    assert main(["release", "in/2024.yaml", "-o", "in/发布"]) == 0
    # What this command itself writes there is no news the second time.
    for command in (["check", "in", "--html", "in/结果.html"], ["batch", "in", "--csv", "in/结果.csv", "--to", "docx", "--jobs", "0"]):
        assert main(command) == main(command) == 0
        assert command[3] not in capsys.readouterr().err.replace(f"已生成 {command[3]}", "")
        Path(command[3]).unlink()
    assert batch("in", "-o", "in/批量") == 0
    # Of a report whose data file is gone, what a batch or a release wrote still is no news.
    Path("in/2023.yaml").unlink()
    capsys.readouterr()
    assert main(["check", "in"]) == 0
    printed = capsys.readouterr()
    assert printed.err.splitlines() == ["没有读取 in/别处/年报.docx：文件是空的"]
    draft = f"in/out/{TITLE.replace('2024', '2023')}（送审稿）.docx"
    assert f"{draft}（某县统计局，2023年度）\n── 读取时拿不准，请核对\n1. 文件标有“送审稿”，可能不是定稿" in printed.out
    assert "共 2 份" in printed.out
    # Data files are read wherever they lie.
    lay({"批量/新.yaml": OTHER})
    assert main(["check", "in"]) == 0
    assert "共 3 份，没有错误 3 份" in capsys.readouterr().out


def test_files_that_are_no_data_files_of_ours_are_unusable(lay, capsys):
    lay({"2024.yaml": GOOD, "ci.yml": "on: push\njobs: {}\n"})
    import openpyxl

    openpyxl.Workbook().save("in/名册.xlsx")
    assert batch("in") == 2
    said = capsys.readouterr().out
    assert "in/ci.yml：错误 没有写年度" in said
    assert "in/名册.xlsx：错误 这不是用 reportgen form 生成的填报表" in said
    assert "共 3 份：已生成 1，不能使用 2" in said


@pytest.mark.parametrize("command", [["batch"], ["check"], ["aggregate", "--agency", "某市人民政府", "--year", "2024"]])
def test_nothing_found_is_an_error(lay, capsys, command):
    lay({"空/说明.txt": b"", "只有 Word/年报.docx": b""})
    assert main([*command, "in/空"]) == 2
    published = command != ["batch"]
    nor = "，也没有已发布的报告" if published else ""
    assert capsys.readouterr().err == f"in/空：文件夹里没有数据文件（.yaml、.yml 或 .xlsx）{nor}\n"
    assert main([*command, "in/只有 Word"]) == 2
    assert capsys.readouterr().err.startswith("没有读取 in/只有 Word/年报.docx：文件是空的\n" if published else (
        "in/只有 Word：文件夹里没有数据文件（.yaml、.yml 或 .xlsx）\n没有读取 in/只有 Word/年报.docx：已发布的报告先用 "
        "reportgen import 文件 -o 年度.yaml 读成数据文件\n"))
    assert main([*command, "in/只有 Word/年报.docx"]) == 2
    wrong = "文件是空的" if published else "不是数据文件（.yaml、.yml 或 .xlsx）；已发布的报告先用 reportgen import"
    assert wrong in capsys.readouterr().err


def test_a_draft_never_takes_the_place_of_the_final_report(lay, tmp_path):
    lay({"2024.yaml": GOOD})
    for command in (["build", "in/2024.yaml"], ["batch", "in", "--jobs", "0", "--flat", "-o", "all"]):
        assert main(command) == 0
        out = tmp_path / command[command.index("-o") + 1 if "-o" in command else 0].replace("build", "out")
        final = {path.name: path.read_bytes() for path in out.glob("*.*") if path.is_file()}
        assert sorted(final) == [f"{TITLE}.docx", f"{TITLE}.pdf"]
        assert main([*command, "--draft"]) == 0
        assert {path.name for path in out.glob("*.*") if path.is_file()} == {*final, f"{TITLE}（送审稿）.docx", f"{TITLE}（送审稿）.pdf"}
        assert all((out / name).read_bytes() == content for name, content in final.items())
        with pdfplumber.open(out / f"{TITLE}（送审稿）.pdf") as document:
            assert "送审稿" in document.pages[0].extract_text()


@pytest.mark.parametrize(("title", "draft", "name"), [
    (TITLE, False, TITLE), (TITLE, True, f"{TITLE}（送审稿）"), ("年度报告", False, "年度报告（2024年）"),
    ("年度报告", True, "年度报告（2024年）（送审稿）"), ("长" * 80 + "2024年", False, "长" * 62 + "（2024年）"),
    ("长" * 80, True, "长" * 57 + "（2024年）（送审稿）"), ("...", True, "政府信息公开工作年度报告（2024年）（送审稿）")])
def test_names_of_files(title, draft, name):
    assert file_name(title, 2024, draft) == name
    assert len(name.encode()) <= 200


def test_a_report_does_not_overwrite_that_of_another_agency(lay, capsys, tmp_path):
    title = f"title: {TITLE}\n"
    lay({"甲.yaml": GOOD + title, "乙.yaml": OTHER + title})
    for kinds in ("docx", "pdf", "docx,pdf"):
        out = tmp_path / kinds
        assert main(["build", "in/甲.yaml", "-o", kinds, "--to", kinds]) == 0
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        assert main(["build", "in/甲.yaml", "-o", kinds, "--to", kinds]) == 0
        capsys.readouterr()
        assert main(["build", "in/乙.yaml", "-o", kinds]) == 2
        assert "作者是“某县统计局”，不是“某乡统计局”，没有覆盖" in capsys.readouterr().err
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert batch("in/乙.yaml", "--flat", "-o", "docx") == 2
    assert "没有完成：docx/" in capsys.readouterr().out


def test_a_batch_may_rename_the_agency_of_its_own_report(lay):
    lay({"2024.yaml": GOOD + f"title: {TITLE}\n"})
    assert batch("in") == 0
    lay({"2024.yaml": GOOD.replace("某县统计局", "某县统计局（普查中心）") + f"title: {TITLE}\n"})
    assert batch("in") == 0
    assert docx.Document(f"out/2024/{TITLE}.docx").core_properties.author == "某县统计局（普查中心）"


def test_years_do_not_share_a_name(lay):
    title = "title: 政府信息公开工作年度报告\n"
    lay({"2024.yaml": GOOD + title, "2023.yaml": GOOD.replace("2024", "2023") + title})
    assert main(["build", "in/2024.yaml", "--to", "docx"]) == main(["build", "in/2023.yaml", "--to", "docx"]) == 0
    assert built() == ["政府信息公开工作年度报告（2023年）.docx", "政府信息公开工作年度报告（2024年）.docx"]


def test_reports_of_one_title_are_kept_apart_in_a_batch(lay, capsys):
    title = f"title: {TITLE}\n"
    lay({"甲/2024.yaml": GOOD + title, "乙/2024.yaml": OTHER + title, "丙/2024.yaml": GOOD.replace("某县", "某市")})
    assert batch("in", "--flat") == 0
    assert built() == sorted([f"乙/2024/{TITLE}.docx", "某市统计局2024年政府信息公开工作年度报告.docx", f"甲/2024/{TITLE}.docx"])
    for path, agency in (("甲", "某县统计局"), ("乙", "某乡统计局")):
        assert docx.Document(f"out/{path}/2024/{TITLE}.docx").core_properties.author == agency
    # One folder for both: there is no name left to keep them apart by.
    lay({"丁/2024.yaml": GOOD.replace("某县", "丁") + title, "丁/2024.yml": GOOD.replace("某县", "戊") + title})
    capsys.readouterr()
    assert batch("in/丁", "-o", "new") == 2
    assert f"in/丁/2024.yaml、in/丁/2024.yml 生成的文件同名（{TITLE}），会互相覆盖" in capsys.readouterr().out
    assert built("new") == []


def test_a_folder_without_permission_to_write(lay, capsys, monkeypatch):
    lay({"2024.yaml": GOOD})
    lay({"../file": b""})
    assert batch("in", "-o", "file/out") == 2
    assert "file/out：这个文件夹用不了" in capsys.readouterr().err


def test_the_identity_is_what_reading_finds(lay):
    lay({"a.yaml": "年度: ２０２４年\n机关: {名称: ' 某县  统计局 '}\n标题: |\n  某县统计局\n  2024年报告\n", "b.yaml": GOOD + "disclosure: 3\n"})
    assert main(["convert", str(EXAMPLES[0]), "in/c.xlsx"]) == 0
    for name in ("a.yaml", "c.xlsx"):
        report, found = reportgen.read(f"in/{name}"), read_head(Path(f"in/{name}"))
        assert (found.agency, found.year, found.title) == (report.agency.name, report.year, report.plain_title)
    # What is wrong elsewhere in a file does not hide whose it is.
    assert read_head(Path("in/b.yaml")).agency == "某县统计局"


@pytest.mark.parametrize("command", [["check"], ["batch"], ["aggregate", "--year", "2024", "--agency", "某县"], ["compare", "in/2023.yaml"]])
def test_a_link_to_itself_that_is_named_is_told_like_any_file_that_cannot_be_read(lay, capsys, command):
    lay({"2023.yaml": GOOD.replace("2024", "2023")})
    Path("loop.yaml").symlink_to("loop.yaml")
    assert main([*command, "loop.yaml", *(["-o", "out"] if command[0] in ("batch", "aggregate") else [])]) == 2
    said = capsys.readouterr()
    assert "loop.yaml：" in said.out + said.err
