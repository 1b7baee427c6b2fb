"""Unlucky days: a disk that fails or fills up, a kill at any call, and what the next command finds."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import GOOD, ROOT
from faults import Faults, calls, killed_at

from reportgen.cli.main import main
from reportgen.files.journal import Journal, recover
from reportgen.files.place import write_files, write_folder
from reportgen.files.scratch import scratch_folder, sweep_scratch
from reportgen.findings import InputError

OLD, NEW = {"甲.docx": b"old docx", "甲.pdf": b"old pdf"}, {"甲.docx": b"new docx", "甲.pdf": b"new, longer pdf"}


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def folder_with(folder, files):
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("before", [{}, OLD, {"甲.pdf": b"old pdf"}, NEW])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_any_call_may_fail_and_the_files_are_the_old_or_the_new(tmp_path, before, error):
    counted = folder_with(tmp_path / "count", before)
    total = calls(lambda: write_files(counted, NEW))
    assert total > 15
    found = []
    for at in range(1, total + 1):
        folder = folder_with(tmp_path / str(at), before)
        said = ""
        with Faults(at, error).at_work():
            try:
                write_files(folder, NEW)
            except InputError as refused:
                said = str(refused)
        recover(folder)
        assert content(folder) == (before if said else NEW)
        assert not said or said.startswith(str(folder))
        found.append(bool(said))
    assert True in found
    assert False in found


@pytest.mark.parametrize("before", [{}, OLD, {"甲.pdf": b"old pdf"}])
def test_killed_at_any_call_the_next_command_finds_the_old_or_the_new(tmp_path, before):
    counted = folder_with(tmp_path / "count", before)
    total = calls(lambda: write_files(counted, NEW))
    found, mixed = [], 0
    for at in range(1, total + 1):
        folder = folder_with(tmp_path / str(at), before)
        assert killed_at(lambda folder=folder: write_files(folder, NEW), at)
        seen = {name: data for name, data in content(folder).items() if not name.startswith(".")}
        mixed += seen not in (before, NEW)
        said = recover(folder)
        assert content(folder) in (before, NEW)
        assert said or seen == content(folder)
        assert recover(folder) == []
        found.append(content(folder) == NEW)
    # Without the journal some of them would have stayed so.
    assert mixed
    assert set(found) == {True, False}


def mixed_at(tmp_path):
    """The call at which a kill leaves one file of each pair."""
    for at in range(1, 100):
        folder = folder_with(tmp_path / f"mixed{at}", OLD)
        killed_at(lambda folder=folder: write_files(folder, NEW), at)
        if {content(folder)[name] for name in OLD} == {NEW["甲.docx"], OLD["甲.pdf"]}:
            return at
    raise AssertionError("never between two renamings")


def test_killed_while_undoing_it_is_undone_by_the_next(tmp_path):
    at = mixed_at(tmp_path)

    def half_done(name):
        folder = folder_with(tmp_path / name, OLD)
        killed_at(lambda: write_files(folder, NEW), at)
        return folder

    counted = half_done("count")
    for again in range(1, calls(lambda: recover(counted)) + 1):
        folder = half_done(str(again))
        killed_at(lambda folder=folder: recover(folder), again)
        recover(folder)
        assert content(folder) == OLD


def test_what_was_written_since_is_not_undone(tmp_path):
    folder = folder_with(tmp_path / "out", OLD)
    killed_at(lambda: write_files(folder, NEW), mixed_at(tmp_path))
    (folder / "甲.docx").write_bytes(b"edited in Word since")
    (line,) = [line for line in recover(folder) if "后来改过" in line]
    assert "甲.docx" in line
    assert content(folder) == {"甲.docx": b"edited in Word since", "甲.pdf": b"old pdf"}


def test_what_a_living_command_holds_is_left_alone(tmp_path):
    with Journal(tmp_path) as journal:
        journal.add("a", b"new")
        before = content(tmp_path)
        assert recover(tmp_path) == []
        assert content(tmp_path) == before
        journal.commit()
    assert content(tmp_path) == {"a": b"new"}


@pytest.mark.parametrize("error", [errno.EIO, None])
def test_a_folder_appears_whole_or_not(tmp_path, error):
    total = calls(lambda: write_folder(tmp_path / "count" / "out", NEW))
    for at in range(1, total + 1):
        top = tmp_path / str(at)
        if error is None:
            killed_at(lambda top=top: write_folder(top / "out", NEW), at)
        else:
            with Faults(at, error).at_work():
                try:
                    write_folder(top / "out", NEW)
                except InputError:
                    assert not (top / "out").exists()
        recover(top)
        left = content(top / "out") if (top / "out").exists() else NEW
        assert left == NEW
        assert not top.exists() or {path.name for path in top.iterdir()} <= {"out"}


@pytest.fixture
def killed_build(write, tmp_path):
    """A folder in which a build was killed between its two renamings, and the old files."""
    path, out = write(GOOD), tmp_path / "out"
    assert main(["build", str(path), "-o", str(out)]) == 0
    old = content(out)
    write_files_of = {name: data + b"new" for name, data in old.items()}
    for at in range(1, 100):
        killed_at(lambda: write_files(out, write_files_of), at)
        now = {name: data for name, data in content(out).items() if name in old}
        if now not in (old, write_files_of):
            return out, old
        recover(out)
    raise AssertionError("never between two renamings")


def test_the_next_command_undoes_and_says_so(killed_build, write, capsys):
    out, old = killed_build
    broken = write(GOOD + "remedies: {review: {upheld: 1, total: 2}}\n", "broken.yaml")
    capsys.readouterr()
    assert main(["build", str(broken), "-o", str(out)]) == 1
    assert content(out) == old
    assert "已退回原来的样子" in capsys.readouterr().err


def test_one_target_that_cannot_be_written_leaves_the_other(write, tmp_path, capsys):
    path, out = write(GOOD), tmp_path / "out"
    name = "某县统计局2024年政府信息公开工作年度报告"
    assert main(["build", str(path), "-o", str(out), "--to", "docx"]) == 0
    old = content(out)
    (out / f"{name}.pdf").mkdir()
    path.write_text(GOOD.replace("不够深入", "仍不深入"), encoding="utf-8")
    assert main(["build", str(path), "-o", str(out)]) == 2
    assert f"{name}.pdf：同名文件夹挡在那里" in capsys.readouterr().err
    (out / f"{name}.pdf").rmdir()
    assert content(out) == old


FIX = GOOD.replace("都有进展。", "都有进展,详见下文。")


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o444])
def test_fix_keeps_the_mode_the_owner_and_the_link(write, tmp_path, mode, capsys):
    real = write(FIX, "real.yaml")
    real.chmod(mode)
    if os.geteuid() == 0:
        os.chown(real, 1234, 4321)
    before = real.stat()
    link = tmp_path / "elsewhere" / "2024.yaml"
    link.parent.mkdir()
    link.symlink_to(os.path.relpath(real, link.parent))
    assert main(["fix", str(link)]) == 0
    after = real.stat()
    assert "进展，详见下文" in real.read_text(encoding="utf-8")
    assert link.is_symlink()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert {path.name for path in tmp_path.iterdir()} == {"real.yaml", "elsewhere"}


def test_an_owner_that_cannot_be_kept_is_refused(write, monkeypatch, capsys):
    path = write(FIX)
    before = path.read_bytes()
    stat = os.stat_result([*path.stat()[:4], 4242, *path.stat()[5:]])
    monkeypatch.setattr("pathlib.Path.stat", lambda self, real=Path.stat, **o: stat if self == path else real(self, **o))

    def denied(*_):
        raise PermissionError(errno.EPERM, "denied")

    monkeypatch.setattr("os.chown", denied)
    assert main(["fix", str(path)]) == 2
    assert "属于别的用户" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_device_is_never_replaced(write, tmp_path, capsys):
    link = tmp_path / "page.html"
    link.symlink_to("/dev/full")
    for target in ("/dev/full", link):
        assert main(["check", str(write(GOOD)), "--html", str(target)]) == 2
        assert "不是普通文件" in capsys.readouterr().err
    assert Path("/dev/full").is_char_device()
    assert link.is_symlink()


def test_temporary_folders_of_the_dead_go_and_those_of_the_living_stay(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for at in (2, 3):
        assert killed_at(lambda: (scratch_folder(), os.fsync(0)), at)
        (dead,) = tmp_path.iterdir()
        sweep_scratch()
        assert not dead.exists()
    alive = scratch_folder()
    sweep_scratch()
    assert alive.is_dir()


def blocked(tmp_path, *arguments):
    """A command that waits for a data file that never comes, in a session of its own."""
    fifo = tmp_path / "2024.yaml"
    os.mkfifo(fifo)
    process = subprocess.Popen([sys.executable, "-m", "reportgen", *map(str, arguments), str(fifo)], cwd=ROOT,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    end = time.monotonic() + 30
    while "fifo_open" not in (state := Path(f"/proc/{process.pid}/wchan").read_text()) and "wait_for_partner" not in state:
        assert time.monotonic() < end
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    return process


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_command_with_a_message(tmp_path, number, code):
    before = tmp_path / "before.yaml"
    before.write_text(FIX, encoding="utf-8")
    process = blocked(tmp_path, "fix", before)
    os.killpg(process.pid, number)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == code
    assert errors.decode() == "已中断，写出了 1 个文件\n"
    assert "已改写" in output.decode()


def test_a_signal_before_anything_is_loaded(tmp_path):
    program = "import os, signal, sys, reportgen.__main__ as m\nsys.meta_path.insert(0, type('F', (), {'find_spec': " \
              "staticmethod(lambda *a: os.kill(os.getpid(), signal.SIGINT))})())\nm.run()"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (130, "已中断，没有写出文件\n")


def test_a_signal_in_a_destructor_is_not_lost():
    program = """
import signal, time
from reportgen.cli import interrupts
interrupts.listen()
class Noisy:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)
try:
    one = Noisy(); del one
    time.sleep(20)
except interrupts.Interrupted as error:
    print(error.number)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"15\n", b"")
