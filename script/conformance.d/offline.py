"""Install the bundle where there is no network, and build an example with it."""

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
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    made = subprocess.run([sys.executable, str(ROOT / "script" / "bundle.py"), "--python", version, "--out",
                           str(work)],
                          capture_output=True, text=True, check=False)
    if made.returncode:
        return f"bundle: {made.stderr.strip()[-200:]}"
    with tarfile.open(made.stdout.strip()) as archive:
        # Python before 3.11.4 has no filters; the archive is our own.
        archive.extractall(work, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    top = next(path for path in work.iterdir() if path.is_dir())
    base, command = Path(sys.base_prefix) / "bin" / f"python{version}", work / "env" / "bin" / "reportgen"
    steps = ([str(base), str(top / "install.py"), str(work / "env")],
             [str(command), "build", str(top / "data" / "2024.yaml"), "-o", str(work / "out")])
    for step in steps:
        done = subprocess.run([*CUT_OFF, f"HOME={work}", *step], capture_output=True, text=True, check=False)
        if done.returncode:
            return f"{Path(step[-1]).name}: {(done.stdout + done.stderr).strip()[-200:]}"
    differ = [path.name for path in expected if (work / "out" / path.name).read_bytes() != path.read_bytes()]
    return f"other bytes: {differ}" if differ else ""
