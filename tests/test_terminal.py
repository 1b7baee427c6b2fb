"""The command line at a terminal: colours, questions, widths, completion, opening, watching."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import unicodedata
import urllib.request
from pathlib import Path

import pytest
from conftest import GOOD
from terminal import at_terminal, without_colours

import reportgen
from reportgen.cli.main import main
from reportgen.files import viewer

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
BROKEN = GOOD.replace("将加强培训", "将加强的的培训") + "remedies: {review: {upheld: 1, total: 2}}\n"
COMMANDS = [[], ["form"], ["new"], ["convert"], ["import"], ["check"], ["explain"], ["fix"], ["build"], ["release"], ["batch"], ["aggregate"],
            ["compare"], ["template"], ["template", "check"], ["editions"], ["edition"], ["schema"], ["doctor"], ["open"], ["completion"]]


def width(line):
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in line)


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_fits_and_is_aligned(command, columns, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main([*command, "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(width, lines)) <= columns
    assert lines[0].startswith("用法：reportgen")
    assert "显示这份说明" in lines[-1 if command not in ([], ["template"], ["edition"]) else -3]
    # Everything under a heading begins in one column.
    starts, heading = {}, ""
    for line in lines:
        if not line.startswith(" "):
            heading = line
        elif heading != "例如：" and len(parts := line.strip().split("  ", 1)) == 2:
            starts.setdefault(heading, set()).add(width(line) - width(parts[1].strip()))
    assert all(len(columns) == 1 for columns in starts.values()), starts


def test_alone_it_shows_the_commands_used_most_and_an_example(capsys):
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert [line.split()[0] for line in shown.partition("常用命令：\n")[2].splitlines()[:6]] == ["serve", "form", "check", "build", "release", "import"]
    assert "例如：\n  reportgen form 2026 --agency" in shown
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"reportgen {reportgen.__version__}\n"


def test_severity_is_in_colour_at_a_terminal_only(write, tmp_path):
    path = write(BROKEN)
    code, shown = at_terminal(["check", path], tmp_path)
    assert code == 1
    assert "\x1b[1;31m错误[GJ04]\x1b[0m" in shown
    assert "\x1b[33m警告[WZ05]\x1b[0m" in shown
    for more in ({"NO_COLOR": "1"}, {"CI": "true"}, {"TERM": "dumb"}):
        assert "\x1b" not in at_terminal(["check", path], tmp_path, **more)[1]
    piped = subprocess.run([sys.executable, "-m", "reportgen", "check", path], capture_output=True, text=True, check=False)
    assert "\x1b" not in piped.stdout
    plain = [line for line in piped.stdout.splitlines() if not line.strip().startswith("^")]
    assert without_colours(shown).splitlines() == plain


@pytest.mark.parametrize(("typed", "options", "carried"), [("1\n", ["--renamed"], True), ("x\n2\n", ["--other-agency"], False)])
def test_another_agencys_file_is_asked_about(write, tmp_path, capsys, typed, options, carried):
    source = write(GOOD.replace("agency: {", "agency: {kind: department, ") + "contact: {phone: '123'}\n", "2024.yaml")
    words = ["new", "2025", "--agency", "乙局", "--from", str(source), "-o"]
    code, shown = at_terminal([*words, "a.yaml"], tmp_path, typed)
    assert code == 0
    assert "--from 是“某县统计局”的，不是“乙局”的，是哪一种？" in shown
    assert main([*words, str(tmp_path / "b.yaml"), *options]) == 0
    assert (tmp_path / "a.yaml").read_bytes() == (tmp_path / "b.yaml").read_bytes()
    report = reportgen.read(tmp_path / "a.yaml")
    assert (report.agency.name, report.agency.kind) == ("乙局", "department")
    assert (report.texts["contact.phone"] == "123") is carried
    assert report.cells["applications.carried_in.natural"].blank is not carried


def test_without_an_answer_nothing_is_written(write, tmp_path, capsys):
    source = write(GOOD, "2024.yaml")
    words = ["form", "2025", "--agency", "乙局", "--from", str(source), "-o", str(tmp_path / "a.xlsx")]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "--renamed" in said
    assert "--other-agency" in said
    assert at_terminal(words, tmp_path, "3\n")[0] == 2
    assert at_terminal(words, tmp_path, "\x04")[0] == 2
    assert main([*words, "--renamed", "--other-agency"]) == 2
    assert not (tmp_path / "a.xlsx").exists()


def test_an_import_beside_a_file_of_the_year_is_asked_about(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    report = reportgen.read_content(GOOD)
    Path("2024.xlsx").write_bytes(reportgen.excel_form(report))
    changed = GOOD.replace("解读不够深入", "解读仍不够深入")
    Path("年报.docx").write_bytes(reportgen.docx(reportgen.read_content(changed)))
    assert main(["import", "年报.docx"]) == 2
    said = capsys.readouterr().err
    assert "-o 导入/2024.yaml" in said
    assert "--into 2024.xlsx" in said
    assert at_terminal(["import", "年报.docx"], tmp_path, "3\n")[0] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2024.xlsx", "年报.docx"]
    assert at_terminal(["import", "年报.docx"], tmp_path, "2\n")[0] == 0
    assert reportgen.read("导入/2024.yaml").agency.name == "某县统计局"
    code, shown = at_terminal(["import", "年报.docx"], tmp_path, "1\n")
    assert code == 0
    assert "已写进 2024.xlsx，改了 1 段文字；" in shown
    assert "仍" in reportgen.read("2024.xlsx").passages["problems"][0].text


def test_what_an_import_changed_is_counted(tmp_path, capsys):
    text = GOOD + "applications: {new: {natural: 3}, granted: {natural: 3}}\n"
    path = tmp_path / "2024.yaml"
    for replaced, summary in (
            ([], "没有改动"), ([("natural: 3", "natural: 4")], f"已写进 {path}，改了 2 格，有 4 格合计随着重新计算；"),
            ([("不够深入", "不深"), ("都有进展", "都好")], f"已写进 {path}，改了 2 段文字；"),
            ([("natural: 3", "natural: 5"), ("不够深入", "不深")], f"已写进 {path}，改了 2 格，有 4 格合计随着重新计算，改了 1 段文字；")):
        changed = text
        for old, new in replaced:
            changed = changed.replace(old, new)
        path.write_text(text, encoding="utf-8")
        word = tmp_path / "edited.docx"
        word.write_bytes(reportgen.docx(reportgen.read_content(changed), reportgen.Options(draft=True)))
        assert main(["import", str(word), "--into", str(path)]) == 0
        assert summary in capsys.readouterr().out


def test_only_files_of_this_program_are_opened(tmp_path, capsys, monkeypatch):
    opened = []
    monkeypatch.setattr(viewer.shutil, "which", lambda name: name)
    monkeypatch.setattr(viewer.subprocess, "run", lambda words, **_: opened.append(words[1]) or subprocess.CompletedProcess(words, 0))
    monkeypatch.chdir(tmp_path)
    for name in ("-a.pdf", "x.sh", "x.desktop", "x.exe", "x.pdf"):
        Path(name).write_bytes(b"")
    Path("link.pdf").symlink_to("x.desktop")
    Path("link").symlink_to("x.app")
    Path("x.app").mkdir()
    assert main(["open", "--", "-a.pdf", "x.pdf", "."]) == 0
    assert opened == [str(tmp_path / "-a.pdf"), str(tmp_path / "x.pdf"), str(tmp_path)]
    assert main(["open", "x.sh", "x.desktop", "x.exe", "link.pdf", "x.app", "link", "none.pdf", "https://example.org/a.pdf"]) == 2
    assert len(opened) == 3
    said = capsys.readouterr().err
    assert said.count("不打开这种文件") == 6
    assert said.count("没有这个文件") == 2


def test_what_was_made_is_opened(write, tmp_path, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(viewer.shutil, "which", lambda name: name)
    monkeypatch.setattr(viewer.subprocess, "run", lambda words, **_: opened.append(Path(words[1]).name) or subprocess.CompletedProcess(words, 0))
    path = str(write(GOOD))
    assert main(["build", path, "-o", str(tmp_path / "out"), "--to", "docx", "--open"]) == 0
    assert main(["release", path, "-o", str(tmp_path / "release"), "--open"]) == 0
    assert main(["check", path, "--html", str(tmp_path / "r.html"), "--open"]) == 0
    assert opened == ["某县统计局2024年政府信息公开工作年度报告.docx", "release", "r.html"]
    assert main(["check", path, "--open"]) == 2
    assert main(["build", str(write(BROKEN, "b.yaml")), "-o", str(tmp_path / "out"), "--open"]) == 1
    assert len(opened) == 3


@pytest.mark.parametrize(("words", "expected"), [
    ("reportgen che", ["plain,check"]), ("reportgen check --h", ["plain,--html", "plain,--help"]), ("reportgen check 20", ["file,20"]),
    ("reportgen schema ", ["plain,data", "plain,report"]), ("reportgen template c", ["plain,check", "plain,copy"]),
    ("reportgen build -o o", ["dir,o"]), ("reportgen --v", ["plain,--version"])])
def test_shells_complete(words, expected, monkeypatch, capsys):
    for name, value in {"_REPORTGEN_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}.items():
        monkeypatch.setenv(name, value)
    assert main([]) == 0
    assert capsys.readouterr().out.split() == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell, capsys):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert f"_REPORTGEN_COMPLETE={shell}_complete" in script
    if shell == "bash":
        assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_a_watched_file_is_built_again(write, tmp_path):
    path = write(GOOD)
    said = tmp_path / "said.txt"
    with said.open("w", encoding="utf-8") as stream:
        running = subprocess.Popen([sys.executable, "-m", "reportgen", "build", path, "--to", "docx", "-o", tmp_path / "out", "--watch"],
                                   stdout=stream, stderr=stream)
    try:
        for text, expected in ((None, "已生成"), ("year: [", "2024.yaml:2："), (BROKEN, "错误[GJ04]"), (GOOD.replace("都有进展", "都很好"), "已生成")):
            if text is not None:
                said.write_text("", encoding="utf-8")
                path.write_text(text, encoding="utf-8")
            until = time.monotonic() + 60
            while not (expected in (shown := said.read_text(encoding="utf-8")) and "等待改动" in shown):
                assert running.poll() is None
                assert time.monotonic() < until, shown
                time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 130
    finally:
        running.kill()
        running.wait()
    (word,) = (tmp_path / "out").glob("*.docx")
    assert reportgen.import_(word).report.passages["overview"][0].text.endswith("都很好。")


def test_the_page_says_at_once_where_it_is_and_opens_the_browser(tmp_path):
    """Whoever starts it through a pipe waits for the address; a browser that runs on does not hold the page up.

    What was printed leaves nothing in the folder of temporary files, whose path is longer than that of a socket may be.
    """
    folder, browser = tmp_path / "年报", tmp_path / "browser"
    folder.mkdir()
    temporary = tmp_path / ("长" * 30)
    temporary.mkdir()
    (folder / "2024.yaml").write_text(GOOD, encoding="utf-8")
    browser.write_text('#!/bin/sh\nprintf "%s" "$1" > "$0.new" && mv "$0.new" "$0.asked"\nwhile [ ! -e "$0.left" ]; do sleep 0.1; done\n',
                       encoding="utf-8")
    browser.chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    with subprocess.Popen([sys.executable, "-m", "reportgen", "serve", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, env={**environment, "BROWSER": f"{browser} %s", "TMPDIR": str(temporary)}) as running:
        late = threading.Timer(60, running.kill)
        late.start()
        lines = [running.stdout.readline() for _ in range(4)]
        address = lines[0].removeprefix("请在浏览器里打开：").strip()
        while not (tmp_path / "browser.asked").exists() and running.poll() is None:
            time.sleep(0.05)
        window = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with window.open(address, timeout=30) as page:
            assert "年报" in page.read().decode()
        with window.open(address.partition("?")[0] + "api/pages?file=2024.yaml", timeout=50) as printed:
            assert json.load(printed)["count"] > 1
        (tmp_path / "browser.left").touch()
        running.send_signal(signal.SIGINT)
        said = running.communicate()
        late.cancel()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{43}", address)
    assert "地址栏" in lines[1]
    assert lines[2] == f"打开的文件夹：{folder}\n"
    assert "Ctrl-C" in lines[3]
    assert (tmp_path / "browser.asked").read_text(encoding="utf-8") == address
    assert (running.returncode, *said) == (130, "页面已关闭；显示过“已保存”的，都在数据文件里\n", "")
    assert list(temporary.iterdir()) == []
