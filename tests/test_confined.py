"""What reads untrusted files runs in a process with limits, and whatever ends that process is a message."""

import ctypes
import io
import os
import sys
import threading
import time
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from conftest import EXAMPLES

import reportgen
from reportgen.files import confined, limits
from reportgen.files.confined import Confined
from reportgen.findings import InputError, Origin, refuse
from reportgen.imports.blocks import Blocks, Grid, Text
from reportgen.imports.read import read_published

BLOCKS = frozenset(("reportgen.imports.blocks", name) for name in ("Blocks", "Text", "Grid"))
READ = Blocks([Text("一、总体情况", "第1段"), Grid((("a", None), ("1", "2")), "第1张表")], ["说明"])


class PanicError(BaseException):
    """What pyo3 raises for a panic of Rust is no Exception."""


def gives():
    return READ


def refuses():
    raise refuse(Origin("甲.docx", 3), "第三行不行")


def loops():
    while True:
        pass


def sleeps():
    time.sleep(60)


def fills():
    kept = []
    while True:
        kept.append(bytearray(2**24))


def fills_and_notes(path):
    """Fill the memory, and write down after each piece how much of it is resident."""
    kept, page = [], os.sysconf("SC_PAGE_SIZE")
    with path.open("w") as notes:
        while True:
            kept.append(bytearray(os.urandom(2**20)) * 16)
            notes.write(f"{int(Path('/proc/self/statm').read_text().split()[1]) * page}\n")
            notes.flush()


def aborts():
    os.abort()


def crashes():
    ctypes.string_at(0)


def panics():
    raise PanicError("thread panicked at src/main.rs")


def gives_too_much():
    return b"x" * 2**20


def fails():
    raise KeyError("w:p")


def gives_what_is_not_allowed():
    return refuse(Origin("x"), "y")


@pytest.fixture(autouse=True)
def limited(monkeypatch):
    monkeypatch.delenv("REPORTGEN_LIMITS")


@pytest.fixture(params=["forked", "from a server"])
def way(request):
    """Run a test in a process without threads, and in one that has them."""
    stop = threading.Event()
    waiting = threading.Thread(target=stop.wait)
    if request.param == "from a server":
        waiting.start()
    elif threading.active_count() > 1:
        pytest.skip("the runner of the tests has threads of its own; -p no:xdist has none")
    yield request.param
    stop.set()
    if waiting.is_alive():
        waiting.join()


def message(work):
    with pytest.raises(InputError) as caught:
        Confined(work, (), "甲.docx", BLOCKS).run()
    (origin, said), = caught.value.problems
    assert origin.file == "甲.docx"
    return said


def test_a_result_comes_back_whole(way):
    assert Confined(gives, (), "甲.docx", BLOCKS).run() == READ


def test_a_refusal_is_raised_with_its_place(way):
    with pytest.raises(InputError) as caught:
        Confined(refuses, (), "甲.docx").run()
    assert caught.value.problems == ((Origin("甲.docx", 3), "第三行不行"),)


@pytest.mark.parametrize(("work", "said"), [
    (loops, "时间超过 1 秒"), (fills, "内存超过"), (aborts, "中途退出"), (crashes, "中途退出"),
    (panics, "出错（PanicError）"), (fails, "出错（KeyError）")], ids=lambda one: getattr(one, "__name__", ""))
def test_what_ends_the_process_is_a_message(way, work, said, monkeypatch, capfd):
    monkeypatch.setattr(limits, "CPU_SECONDS", 1)
    monkeypatch.setattr(limits, "MEMORY_BYTES", 2**28)
    if way == "from a server" and work in (loops, fills):
        pytest.skip("a server has the limits that it was started with")
    found = message(work)
    assert said in found
    assert found.endswith("没有读；请在 Word、WPS 或 Excel 里打开，另存一份后再试")
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system counts in another way")
def test_the_memory_of_a_process_stays_below_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MEMORY_BYTES", 2**30)
    assert "内存超过" in message(partial(fills_and_notes, tmp_path / "resident"))
    most = max(map(int, (tmp_path / "resident").read_text().split()))
    assert 2**30 - 2**28 < most <= 2**30


def test_a_process_that_waits_is_ended(way, monkeypatch):
    monkeypatch.setattr(limits, "WALL_SECONDS", 1)
    started = time.monotonic()
    assert "还没有读完" in message(sleeps)
    assert time.monotonic() - started < 20


def test_too_large_a_result_is_refused(way, monkeypatch):
    monkeypatch.setattr(limits, "RESULT_BYTES", 2**19)
    assert "超过 0 MB" in message(gives_too_much)


def test_nothing_but_allowed_classes_comes_back(way):
    with pytest.raises(confined.pickle.UnpicklingError, match="InputError"):
        Confined(gives_what_is_not_allowed, (), "甲.docx", BLOCKS).run()


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_a_published_report_is_read_with_limits_as_without(built, kind, monkeypatch):
    path = built[EXAMPLES[0]][kind]
    limited = read_published(path)
    monkeypatch.setenv("REPORTGEN_LIMITS", "off")
    assert limited == read_published(path)


def test_a_form_is_read_with_limits_as_without(write, tmp_path, monkeypatch):
    from reportgen.cli.main import main

    source, form = write(EXAMPLES[-1].read_text(encoding="utf-8"), "2020.yaml"), tmp_path / "2020.xlsx"
    assert main(["convert", str(source), str(form)]) == 0
    source.unlink()
    limited = reportgen.read(form)
    monkeypatch.setenv("REPORTGEN_LIMITS", "off")
    assert limited == reportgen.read(form)


def test_a_workbook_that_no_memory_holds_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "某局2024年政府信息公开工作年度报告", 1
    stream = io.BytesIO()
    book.save(stream)
    path = tmp_path / "2024.xlsx"
    path.write_bytes(stream.getvalue())
    with pytest.raises(InputError, match=r"没有读|太大"):
        read_published(path)
