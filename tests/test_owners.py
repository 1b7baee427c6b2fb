"""Files that are not plain or not ours: modes, owners, links, devices, closed folders."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import GOOD, ROOT

from reportgen.cli.main import main

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


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no users")
def test_a_parent_folder_that_cannot_be_read(write, tmp_path):
    path, closed = write(GOOD), tmp_path / "closed"
    closed.mkdir(mode=0o000)
    tmp_path.chmod(0o777)
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    for arguments in (["build", path, "-o", closed / "out" / "x"], ["new", "2025", "--agency", "甲", "-o", closed / "a.yaml"],
                      ["release", path, "-o", closed / "a"], ["check", closed / "a.yaml"]):
        done = subprocess.run([*user, sys.executable, "-m", "reportgen", *map(str, arguments)], cwd=ROOT, capture_output=True,
                              text=True, check=False)
        assert done.returncode == 2
        assert "没有权限" in done.stderr
        assert "Traceback" not in done.stderr
