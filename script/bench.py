"""Measure the CPU seconds of cold processes on the 宿迁 2024 example; medians of five runs."""

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


with tempfile.TemporaryDirectory() as folder:
    for name, arguments in COMMANDS.items():
        extra = ["-o", folder] if "build" in arguments else []
        runs = [cpu([*arguments, *extra]) for _ in range(5)]
        print(f"{name:28}{statistics.median(runs):6.2f} s of CPU")
