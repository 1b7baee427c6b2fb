"""Measure the CPU seconds of cold processes on the 宿迁 example; medians of five runs, and one run over 1,000 files."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = str(ROOT / "data" / "suqian" / "2024.yaml")
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "reportgen check": ["-m", "reportgen", "check", FILE],
    "reportgen build --to docx": ["-m", "reportgen", "build", FILE, "--to", "docx"],
    "reportgen build": ["-m", "reportgen", "build", FILE],
}


def cpu(arguments: list[str]) -> float:
    """Return the CPU seconds, user and system, of one run and its children."""
    before = os.times()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def many(folder: Path, agencies: int) -> None:
    """Write the two years of the example for each of `agencies` agencies of other names."""
    for number in range(agencies):
        for year in (2023, 2024):
            text = (ROOT / "data" / "suqian" / f"{year}.yaml").read_text(encoding="utf-8")
            target = folder / f"{number:04}" / f"{year}.yaml"
            target.parent.mkdir(exist_ok=True)
            target.write_text(text.replace("宿迁市人民政府", f"宿迁{number}市人民政府"), encoding="utf-8")


with tempfile.TemporaryDirectory() as folder:
    for name, arguments in COMMANDS.items():
        extra = ["-o", folder] if "build" in arguments else []
        runs = [cpu([*arguments, *extra]) for _ in range(5)]
        print(f"{name:28}{statistics.median(runs):6.2f} s of CPU")
    many(Path(folder), 500)
    seconds = cpu(["-m", "reportgen", "check", folder, "--json"])
    print(f"{'reportgen check, 1000 files':28}{seconds:6.2f} s of CPU, half of them with last year's file")
