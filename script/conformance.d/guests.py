"""Where the folders of other systems run on a Linux machine: wine, and roots of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class Run(Protocol):
    """What runs a program of a folder; `beside` starts it and sees to it from outside."""

    def __call__(
        self, words: list[str], folder: Path, beside: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[bytes]:
        """Run it to its end."""


def unpack(dist: Path, name: str, top: Path) -> Path:
    """Unpack the archive of a system, anew, and return its folder."""
    shutil.rmtree(top, ignore_errors=True)
    top.mkdir(parents=True)
    packed = dist / f"reportgen-{name}.zip"
    if packed.exists():
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(top)
    else:
        with tarfile.open(dist / f"reportgen-{name}.tar.gz") as archive_:
            archive_.extractall(top, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    return top / f"reportgen-{name}"


def wine(roots: Path) -> Run:
    """Return what runs programs of the folder under wine, in a prefix of its own."""
    prefix = roots / "wine"
    settings = {
        "PATH": os.environ["PATH"],
        "HOME": str(prefix),
        "WINEPREFIX": str(prefix),
        "WINEDEBUG": "-all",
        "LANG": "C.UTF-8",
    }
    if not (prefix / "system.reg").exists():
        prefix.mkdir(parents=True, exist_ok=True)
        for command in (["wineboot", "-i"], ["wine", "winecfg", "-v", "win10"], _chinese_temporary(prefix)):
            subprocess.run(command, env=settings, capture_output=True, check=False, timeout=300)

    def run(
        words: list[str], folder: Path, beside: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*beside, "wine", "cmd", "/c", *words],
            cwd=folder,
            env=settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=900,
        )

    return run


def _chinese_temporary(prefix: Path) -> list[str]:
    """Return what gives the user a temporary folder that is named in Chinese."""
    folder = prefix / "张三" / "Temp"
    folder.mkdir(parents=True, exist_ok=True)
    windows = "Z:" + str(folder).replace("/", "\\")
    return ["wine", "reg", "add", "HKCU\\Environment", "/v", "TEMP", "/d", windows, "/f"]


def rooted(root: Path) -> Run:
    """Return what runs programs of the folder in another root, without network and rights."""

    def run(
        words: list[str], folder: Path, beside: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[bytes]:
        inside = Path("/") / folder.relative_to(root)
        # What every system has: /proc and /dev for processes that work side by side, and its own address.
        mounted = (
            'ip link set lo up && mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec "$@"'
        )
        entered = ["chroot", "--userspec=1000:1000", str(root), "/usr/bin/env", "-i", "PATH=/usr/bin:/bin"]
        entered += ["HOME=/home", "/bin/sh", "-c", 'cd "$0" && exec "$@"', str(inside)]
        alone = ["unshare", "--net", "--mount", "--pid", "--fork", "/bin/sh", "-c", mounted, str(root)]
        return subprocess.run(
            [*alone, *beside, *entered, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=900,
        )

    if os.geteuid() == 0:
        for path in [root / "home", *(root / "home").rglob("*")]:
            os.chown(path, 1000, 1000, follow_symlinks=False)
    return run
