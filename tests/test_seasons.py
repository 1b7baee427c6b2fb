"""The season of a clerk, of an office and of an engineer, played with the commands that the documents show."""

import json
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path

import docx
import openpyxl
import pytest
from conftest import ROOT
from documented import blocks, commands, data_file, make_world, roster, run

MANUAL = [shown.words for shown in commands(ROOT / "README.zh-CN.md")]
OFFICE = [shown.words for shown in commands(ROOT / "docs" / "zh" / "office.md")]

# What a clerk types: sheet, cell, what is right, what is typed, what is found and where.
MISTAKES = [
    ("表三", "D9", 10, 9, ("表三!D7", "GJ01")),
    ("表三", "J7", 10, 11, ("表三!J7", "GJ01")),
    ("表三", "E7", None, "1O", ("表三!E7", "DR01")),
    ("表三", "D8", 0, 5, ("表三!D8", "KN01")),
    ("总体情况", "C4", None, "待核", ("总体情况!C4", "DR05")),
    ("总体情况", "A4", "（一）主动公开。全年办理行政许可36件。", "（一）主动公开,全年办理行政许可36件。", ("总体情况!A4", "WZ04")),
    ("总体情况", "A5", "（二）依申请公开。本年新收申请10件。", "（二）依申请公开。本年新收申请99件。", ("总体情况!A5", "WB01")),
    ("总体情况", "A6", "（三）政府信息管理。发布前逐件审查。", "（四）政府信息管理。发布前逐件审查。", ("总体情况!A6", "WZ03")),
    ("问题与改进", "A4", "解读不够深入，将加强培训。", None, ("", "TB03")),
    ("其他事项", "A4", "本年没有收取信息处理费。", "没有收取信息处理费，联系人张三，电话13812345678。", ("其他事项!A4", "YS02")),
]
REST = [
    ("填报一览", "C4", "是"), ("表三", "D7", 10), ("表二", "B10", 36), ("总体情况", "A7", "（四）政府信息公开平台建设。网站专栏及时更新。"),
    ("总体情况", "A8", "（五）监督保障。组织培训，接受社会评议。")]


def step(words, *beginning):
    """Return the first command of a document that begins so."""
    return next(one for one in words if one[:len(beginning)] == beginning)


def typed(path, cells):
    """Type values into the cells of a workbook, as a clerk does."""
    book = openpyxl.load_workbook(path)
    for sheet, cell, value in cells:
        book[sheet][cell].value = value
    book.save(path)


def found(path, capsys):
    """Return place and code of the errors and warnings that are found in a file."""
    run(("check", path, "--json"))
    report = json.loads(capsys.readouterr().out)["reports"][0]
    return [(one["place"], one["code"]) for one in report["findings"] if one["severity"] != "info"]


@pytest.mark.slow
def test_a_clerk_gets_from_last_years_word_file_to_the_release(tmp_path, monkeypatch, capsys):
    make_world(tmp_path / "world")
    here = tmp_path / "here"
    here.mkdir()
    shutil.copy(tmp_path / "world" / "2024年报.docx", here)
    monkeypatch.chdir(here)
    assert [run(step(MANUAL, name)) for name in ("doctor", "import", "form")] == [0, 0, 0]

    typed("2025.xlsx", [*REST, *((sheet, cell, wrong) for sheet, cell, _, wrong, _ in MISTAKES)])
    check = step(MANUAL, "check", "2025.xlsx")
    assert run(check) == 1
    page = step(MANUAL, "check", "2025.xlsx", "--html")
    assert run(page) == 1
    capsys.readouterr()
    before = found("2025.xlsx", capsys)
    assert [expected for *_, expected in MISTAKES if expected not in before] == []
    release = step(MANUAL, "release")
    assert run(release) == 1
    assert not (here / release[-1]).exists()

    typed("2025.xlsx", [(sheet, cell, right) for sheet, cell, right, *_ in MISTAKES])
    assert run(check) == 0
    capsys.readouterr()
    assert found("2025.xlsx", capsys) == []

    draft = step(MANUAL, "build", "2025.xlsx", "-o", "送审", "--draft")
    assert run(draft) == 0
    word = next((here / "送审").glob("*.docx"))
    edited = docx.Document(str(word))
    paragraph = next(one for one in edited.paragraphs if "逐件审查" in one.text)
    run_of = next(one for one in paragraph.runs if "逐件" in one.text)
    run_of.text = run_of.text.replace("逐件", "逐项")
    merge = step(MANUAL, "import", "改过的.docx")
    edited.save(merge[1])
    assert run(merge) == 0
    assert "逐项审查" in openpyxl.load_workbook("2025.xlsx")["总体情况"]["A6"].value

    assert run(check) == 0
    assert run(step(MANUAL, "build", "2025.xlsx", "-o", "正式")) == 0
    assert run(release) == 0
    made = {path.suffix for path in (here / release[-1]).iterdir()}
    assert {".docx", ".pdf", ".html", ".xlsx", ".json", ".txt"} <= made


NAMES = [f"某市第{number}局" for number in range(60)]
MISSING, WRONG_YEAR, OLD_EXCEL, WRONG_SUM, OTHER_NAME, TWICE = NAMES[:6]


def figures(number):
    """Return a few figures of an agency that add up."""
    return f"applications: {{new: {{natural: {number}, total: {number}}}, granted: {{natural: {number}, total: {number}}}}}\n"


def submit(number, name, text):
    path = name if "." in name else f"{number}.yaml"
    Path("收件", path).write_text(text, encoding="utf-8")


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Return a folder with the roster, last year's files and what sixty agencies sent in."""
    monkeypatch.chdir(tmp_path)
    for folder in ("2023", "收件", "已发布"):
        (tmp_path / folder).mkdir()
    roster(tmp_path / "名册.xlsx", NAMES)
    for number, name in enumerate(NAMES):
        (tmp_path / "2023" / f"{number}.yaml").write_text(data_file(name, 2023), encoding="utf-8")
        if name not in (MISSING, OLD_EXCEL):
            submit(number, "", data_file(name, 2024, figures(number)))
    return tmp_path


def spoil():
    """Let five agencies send in what cannot be used."""
    import xlwt

    submit(1, "", data_file(WRONG_YEAR, 2023, figures(1)))
    old = xlwt.Workbook()
    for sheet in openpyxl.load_workbook(next(Path("填报表").rglob("*.xlsx"))):
        copied = old.add_sheet(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    copied.write(cell.row - 1, cell.column - 1, str(cell.value))
    old.save("收件/2.xls")
    submit(3, "", data_file(WRONG_SUM, 2024, figures(3).replace("total: 3", "total: 30", 1)))
    submit(4, "", data_file("别市教育局", 2024, figures(4)))
    submit(5, "5-又一份.yaml", data_file(TWICE, 2024, figures(50)))


def mend(folder):
    """Let them send in what can be used, and the missing one too."""
    for name in ("2.xls", "5-又一份.yaml"):
        (folder / "收件" / name).unlink()
    for number, name in enumerate(NAMES[:6]):
        submit(number, "", data_file(name, 2024, figures(number)))


@pytest.mark.slow
def test_an_office_gets_from_the_roster_to_the_sum_of_all(office, capsys):
    form = step(OFFICE, "form")
    assert run(form) == 0
    assert len(list((office / form[-1]).rglob("*.xlsx"))) == 60

    spoil()
    check = step(OFFICE, "check", "收件")
    capsys.readouterr()
    assert run(check) in (1, 2)
    printed = capsys.readouterr()
    said = printed.out + printed.err
    for name in (MISSING, WRONG_YEAR, OLD_EXCEL, OTHER_NAME, TWICE, "别市教育局"):
        assert name in said
    assert "2.xls" in said
    assert "另存为" in said
    assert "GJ01" in said or "GJ03" in said
    assert WRONG_SUM in (office / check[check.index("--html") + 1]).read_text(encoding="utf-8")
    assert (office / check[check.index("--csv") + 1]).exists()

    final = next(one for one in OFFICE if one[0] == "aggregate" and "--interim" not in one)
    assert run(final) == 2
    assert not (office / "汇总.yaml").exists()
    interim = next(one for one in OFFICE if one[0] == "aggregate" and "--interim" in one)
    assert run(interim) in (0, 1)
    assert (office / interim[interim.index("--table") + 1]).exists()
    assert run(("release", "阶段汇总.yaml", "-o", "不该有")) == 1

    mend(office)
    assert run(final) == 0
    assert run(step(OFFICE, "batch")) == 0
    assert len(list((office / "输出").rglob("*.pdf"))) == 60


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """Return the interpreter of a new environment with the wheel, and the libraries of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist"], cwd=ROOT, check=True,
                   capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    [wheel] = (folder / "dist").glob("*.whl")
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel], check=True, capture_output=True)
    site = next((folder / "venv" / "lib").glob("python*")) / "site-packages"
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


@pytest.mark.slow
def test_an_engineer_runs_the_typed_scripts_against_the_wheel(installed, tmp_path):
    make_world(tmp_path)
    scripts = [text for _, kind, text in blocks(ROOT / "README.md") if kind == "python"]
    assert len(scripts) == 2
    where = subprocess.run([installed, "-c", "import reportgen; print(reportgen.__file__)"], cwd=tmp_path, check=True,
                           capture_output=True, text=True).stdout
    assert str(ROOT) not in where
    for number, text in enumerate(scripts):
        script = tmp_path / f"script{number}.py"
        script.write_text(textwrap.dedent(text), encoding="utf-8")
        typing = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--python-executable", installed, "--cache-dir",
                                 tmp_path / "cache", "--config-file", "", script], cwd=tmp_path, capture_output=True, text=True)
        assert typing.returncode == 0, typing.stdout
        ran = subprocess.run([installed, script], cwd=tmp_path, capture_output=True, text=True)
        assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 1
