"""Unpack the folder for Linux where there is no network, and build an example with it."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# What the program is told by the environment, REPORTGEN_SPEED=off for one, holds for every process that it is
# compared with.
SETTINGS = {name: value for name, value in os.environ.items() if name.startswith("REPORTGEN_")}
# A network namespace of its own has no interface that is up, so nothing outside can be reached.
CUT_OFF = ["unshare", *(["--map-root-user"] if os.geteuid() else []), "--net",
           "env", "-i", "PATH=/usr/bin:/bin", "LANG=C.UTF-8",
           *(f"{name}={value}" for name, value in SETTINGS.items())]


def check(work: Path, expected: list[Path]) -> str:
    """Return what goes wrong, or an empty string; the files built must be `expected`, byte for byte."""
    work.mkdir(parents=True)
    bundle = [sys.executable, str(ROOT / "script" / "bundle.py"), "--newer", "--system", "linux-x86_64"]
    made = subprocess.run([*bundle, "--out", str(work)], capture_output=True, text=True, check=False)
    if made.returncode:
        return f"bundle: {made.stderr.strip()[-200:]}"
    # A path with a space and hanzi in it, as on an office's desktop.
    top = work / "桌面 文件"
    with tarfile.open(made.stdout.split("\t")[0]) as archive:
        # Python before 3.11.4 has no filters; the archive is our own.
        archive.extractall(top, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    (folder,) = top.iterdir()
    command = [str(folder / "reportgen"), "build", str(folder / "data" / "2024.yaml"), "-o",
               str(work / "out")]
    done = subprocess.run([*CUT_OFF, f"HOME={work}", *command], capture_output=True, text=True, check=False)
    if done.returncode:
        return (done.stdout + done.stderr).strip()[-200:]
    differ = [path.name for path in expected if (work / "out" / path.name).read_bytes() != path.read_bytes()]
    return f"other bytes: {differ}" if differ else ""
