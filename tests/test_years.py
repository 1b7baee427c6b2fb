"""A year's reports in one command: `batch` with years, script/report, and the ten lines of Python of the READMEs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import GOOD, ROOT

from reportgen.cli.main import main
from reportgen.outputs.pdf import write as pdf
from reportgen.outputs.pdf.engine.library import EngineMissingError

TITLE = "某县统计局2024年政府信息公开工作年度报告"
LAST = GOOD.replace("2024", "2023")
WARNED = GOOD.replace("将加强培训", "将加强的的培训")
BROKEN = GOOD + "remedies: {review: {upheld: 1, total: 2}}\n"


def agency(text, name):
    return text.replace("某县统计局", name)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Return the folder data/ below the current one, with two years of one agency and one with an error."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"甲/2023.yaml": LAST, "甲/2024.yaml": WARNED, "乙 局/深/2024.yml": agency(BROKEN, "某乡统计局")}.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "data"


def batch(*words):
    return main(["batch", *words, "--to", "docx", "--jobs", "0", "--flat"])


def built(folder="out"):
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.suffix in (".docx", ".pdf"))


def test_all_of_the_folder_data_with_findings_and_a_table(data, capsys):
    assert batch() == 1
    assert capsys.readouterr().out.splitlines() == [
        "data/乙 局/深/2024.yml（某乡统计局，2024年度）",
        "data/乙 局/深/2024.yml:7：错误[GJ04] 表四“行政复议”：“总计”2，“结果维持”1＋“结果纠正”0＋“其他结果”0＋“尚未审结”0＝1，相差1；请核对并改正",
        "    总计2 ＝ 结果维持1 ＋ 结果纠正0 ＋ 其他结果0 ＋ 尚未审结0", "        ^", "",
        "data/甲/2024.yaml（某县统计局，2024年度）",
        "data/甲/2024.yaml:5：警告[WZ05] “的的”像是多打了；请删去多余的",
        "    解读不够深入，将加强的的培训。", "                        ^^^^", "",
        "机关        年度  结果    错误  警告  文件",
        "某乡统计局  2024  有错误  1     0     -",
        "某县统计局  2023  已生成  0     0     out/某县统计局2023年政府信息公开工作年度报告.docx",
        f"某县统计局  2024  已生成  0     1     out/{TITLE}.docx",
        "共 3 份：已生成 2，有错误 1", "文件在 out",
        "下一步：按上面列出的改好数据文件，再运行一次，没有变化的不重做；要先送审的加 --draft"]
    assert built() == ["某县统计局2023年政府信息公开工作年度报告.docx", f"{TITLE}.docx"]


def test_what_has_not_changed_is_listed_with_findings_and_files(data, capsys):
    batch()
    first = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert batch() == 1
    again = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [["没有变化" if word == "已生成" else word for word in line] for line in first[:-3]] == again[:-3]
    assert again[-3:] == [["共", "3", "份：没有变化", "2，有错误", "1"], *first[-2:]]


@pytest.mark.parametrize(("words", "code", "names"), [
    (["2023"], 0, ["某县统计局2023年政府信息公开工作年度报告.docx"]), (["2024年度", "data/甲"], 0, [f"{TITLE}.docx"]),
    (["2023", "2024"], 1, ["某县统计局2023年政府信息公开工作年度报告.docx", f"{TITLE}.docx"]),
    (["data/甲/2024.yaml", "data/乙 局"], 1, [f"{TITLE}.docx"]), (["data/乙 局", "--draft"], 0, [
        "某乡统计局2024年政府信息公开工作年度报告（送审稿）.docx"])])
def test_years_files_and_folders(data, capsys, words, code, names):
    assert batch(*words) == code
    assert built() == names


def test_a_year_without_a_report(data, capsys):
    assert batch("2026") == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[-1] == "没有2026年度的数据文件，只有2023、2024年度的"
    # Those of the other year are built.
    assert batch("2026", "2023") == 2
    assert "没有2026年度的数据文件" in capsys.readouterr().err
    assert len(built()) == 1


@pytest.mark.parametrize("word", ["20x5", "20245", "data/丙", "2024.yaml"])
def test_a_wrong_argument_is_refused_with_what_to_write(data, capsys, word):
    assert batch("2024", word, "nowhere") == 2
    why = "没有这个文件或文件夹；年度写成四位数字，例如 2025；数据文件写出路径，例如 某局/2025.yaml"
    assert capsys.readouterr().err.splitlines() == [f"{word}：{why}", f"nowhere：{why}"]
    assert not Path("out").exists()


def test_a_folder_named_like_a_year(data, capsys):
    shutil.copytree("data/甲", "2024")
    assert batch("2024") == 1
    assert "“2024”按年度处理；要指这个文件或文件夹，请写成 ./2024" in capsys.readouterr().err
    assert batch("./2024") == 0
    shutil.rmtree("data")
    assert batch("2024") == 2
    assert capsys.readouterr().err.splitlines()[-1] == "data：没有这个文件夹；请写出数据文件或放数据文件的文件夹"


def test_of_many_reports_warnings_are_counted(data, capsys):
    for number in range(6):
        path = data / str(number) / "2024.yaml"
        path.parent.mkdir()
        path.write_text(agency(WARNED, f"某{number}统计局"), encoding="utf-8")
    assert batch() == 1
    said = capsys.readouterr().out
    assert "警告[" not in said
    assert "错误[GJ04]" in said
    assert "警告共 7 条，没有逐条列出；查看一份的：reportgen check data/0/2024.yaml" in said.splitlines()


def test_places_do_not_depend_on_what_lies_beside(data):
    # Without --flat a report lies below the output folder as its data file lies below the folder named.
    shutil.rmtree(data / "乙 局")
    (data / "甲" / "2023.yaml").unlink()
    assert main(["batch", "2024", "--to", "docx", "--jobs", "0"]) == 0
    assert built() == [f"甲/2024/{TITLE}.docx"]


def test_without_pango_the_docx_is_built_and_the_pdf_explained(data, capsys, monkeypatch):
    def missing():
        raise EngineMissingError("缺少 Pango")

    with monkeypatch.context() as patched:
        patched.setattr(pdf, "engine", missing)
        assert main(["batch", "data/甲", "--jobs", "0", "--flat"]) == 2
    assert built() == ["某县统计局2023年政府信息公开工作年度报告.docx", f"{TITLE}.docx"]
    said = capsys.readouterr().out
    assert "没有完成：缺少 Pango" in said
    assert main(["batch", "data/甲", "--jobs", "0", "--flat"]) == 0
    assert len(built()) == 4


def clone(folder):
    """Lay out a clone whose environment is set up: its reportgen is this one."""
    (folder / "script").mkdir(parents=True)
    (folder / "requirements").mkdir()
    pins = ("requirements/build.txt", "requirements/run.txt")
    for name in ("script/report", "script/setup", "pyproject.toml", "constraints.txt", *pins):
        shutil.copy(ROOT / name, folder / name)
    command = folder / ".venv" / "bin" / "reportgen"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m reportgen "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    sums = b"".join((folder / name).read_bytes() for name in ("pyproject.toml", *pins))
    (folder / ".venv" / ".reportgen-setup").write_bytes(subprocess.run(["cksum"], input=sums, capture_output=True, check=True).stdout)
    return folder


def report(folder, *words, cwd, **environment):
    return subprocess.run(["sh", str(folder / "script" / "report"), *words], cwd=cwd, capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHON": sys.executable, **environment})


def test_the_script_from_another_folder(data, tmp_path):
    root = clone(tmp_path / "my clone")
    shutil.copytree(data, root / "data")
    away = tmp_path / "elsewhere"
    away.mkdir()
    (away / "own.yaml").write_text(agency(GOOD, "某镇统计局"), encoding="utf-8")
    done = report(root, "--to", "docx", cwd=away)
    assert (done.returncode, done.stderr) == (1, "")
    assert "共 3 份：已生成 2，有错误 1" in done.stdout
    assert built(root / "out") == ["某县统计局2023年政府信息公开工作年度报告.docx", f"{TITLE}.docx"]
    done = report(root, "2024", "own.yaml", "--to", "docx", cwd=away)
    assert done.returncode == 0
    assert "某镇统计局  2024  已生成" in done.stdout
    assert len(built(root / "out")) == 3
    assert report(root, "2030", cwd=away).returncode == 2
    done = report(root, "20x5", cwd=away)
    assert (done.returncode, done.stderr.split("；")[0]) == (2, "20x5：没有这个文件或文件夹")


def test_the_setup_says_what_it_does(tmp_path):
    root = clone(tmp_path / "clone")
    shutil.rmtree(root / ".venv")
    (root / "data").mkdir()
    # Stands for python3: makes an environment of which every program does nothing.
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\nmkdir -p .venv/bin\nfor one in pip python reportgen; do\n'
                      '  printf \'#!/bin/sh\\nexit "${%s_CODE:-0}"\\n\' $one > .venv/bin/$one; chmod +x .venv/bin/$one\ndone\n',
                      encoding="utf-8")
    python.chmod(0o755)
    done = report(root, cwd=tmp_path, PYTHON=str(python), pip_CODE="1")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("程序库没有装好。上面说校验和（hash）不符的")
    shutil.rmtree(root / ".venv")
    done = report(root, cwd=tmp_path, PYTHON=str(python))
    assert done.returncode == 0
    assert done.stderr.splitlines() == ["正在建立运行环境（.venv）……", "正在下载、安装程序库，需要联网，约一分钟……", "运行环境已准备好。下一步：",
        "  sh script/reportgen form 年度 --agency 机关全称      生成填报表，填好以后 check、build",
        "  sh script/report                                     检查并生成 data 里的全部报告，放在 out"]
    assert report(root, cwd=tmp_path, PYTHON=str(python)).stderr == ""
    assert report(root, cwd=tmp_path, PYTHON="/nowhere").returncode == 2


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_ten_lines_of_python_of_the_readme(data, name):
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    (code,) = [block for block in blocks if "reportgen.batch" in block]
    assert len(code.splitlines()) <= 10
    (data / "年报.docx").write_bytes(b"")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert built() == [f"{TITLE}.docx", f"{TITLE}.pdf"]
    lines = done.stdout.splitlines()
    assert f"某县统计局 2024 built out/{TITLE}.docx out/{TITLE}.pdf " in lines
    assert sum("某乡统计局 2024 refused" in line or "相差1；请核对并改正" in line for line in lines) == 2
    assert lines[-1].startswith("没有读取 data/年报.docx：")
