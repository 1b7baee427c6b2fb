"""Unlucky days: a disk that fails or fills up, a kill at any call, and what the next command finds."""

import errno
import os
import tempfile
from pathlib import Path

import pytest
from conftest import GOOD
from faults import Faults, calls, killed_at
from two_states import NEW, OLD, content, folder_with

from reportgen.cli.main import main
from reportgen.files.journal import recover
from reportgen.files.place import write_files, write_folder
from reportgen.files.scratch import sweep_scratch, use_scratch
from reportgen.findings import InputError


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


def test_temporary_folders_of_the_dead_go_and_those_of_the_living_stay(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for at in (2, 3):
        assert killed_at(lambda: (use_scratch(), os.fsync(0)), at)
        (dead,) = tmp_path.iterdir()
        sweep_scratch()
        assert not dead.exists()
    use_scratch()
    sweep_scratch()
    assert list(tmp_path.iterdir()) == [Path(tempfile.gettempdir())]
