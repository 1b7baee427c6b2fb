"""A batch of 1,000 agencies, 30 of them broken in ten ways, killed five times on the way and run again."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sessions import largest

AGENCIES, BROKEN, KILLS = 1000, 30, 5
# The parts of the last run whose memory is compared.
PARTS = 4
# What is broken: the text, what stands there instead, what becomes of the file, and a part of the reason that
# is given.
WAYS = (
    ("total: 3511", "total: 3512", "refused", "GJ"),
    ("year: 2023", "year: twenty", "unusable", "不是四位数的年份"),
    ("applications:", "applicants:", "unusable", "不认识“applicants”"),
    ("natural: 3402", "natural: 约三千", "refused", "DR01"),
    ("{{ applications.new.total }}", "{{ applications.nw.total }}", "refused", "DR02"),
    ("overview: |", "overview: |\n  联系人身份证110101199003074514。", "refused", "YS"),
    ("other: |", "\tother: |", "unusable", "制表符"),
    ("结转下年度继续办理{{ applications.carried_out.total }}件", "结转下年度继续办理12件", "refused", "WB"),
    ("2023年政府信息公开工作年度报告", "2022年政府信息公开工作年度报告", "refused", "FB05"),
    ("upheld: 309", "upheld: -309", "refused", "DR01"),
)


@dataclass
class Run:
    """What is known of the run: the expected outcomes, what is whole already, MiB by reports done."""

    expected: dict[str, tuple[str, str]] = field(default_factory=dict)
    whole: dict[Path, int] = field(default_factory=dict)
    memory: list[tuple[int, float]] = field(default_factory=list)


def check(example: Path, work: Path) -> str:
    """Run the batch; return what was wrong, or an empty string.

    `example` is the data file that all are made from.
    """
    run = Run()
    source, out = work / "in", work / "out"
    _write(example, source, run)
    command = [sys.executable, "-m", "reportgen", "batch", str(source), "-o", str(out), "--jobs", "2",
               "--json"]
    pick = random.Random(5)
    for _ in range(KILLS):
        goal = _count(out) + pick.randint(20, 90)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        while _count(out) < goal and process.poll() is None:
            time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if wrong := _kept(out, run):
            return wrong
    with (work / "result.json").open("w+") as result:
        process = subprocess.Popen(command, stdout=result, stderr=subprocess.DEVNULL, start_new_session=True)
        while process.poll() is None:
            run.memory.append((_count(out), largest(process.pid)))
            time.sleep(0.5)
        result.seek(0)
        reports = json.load(result)["reports"]
    return _kept(out, run) or _statuses(reports, run) or _left(out) or _flat(run.memory)


def _write(example: Path, source: Path, run: Run) -> None:
    text = example.read_text(encoding="utf-8")
    broken = [number for number in range(AGENCIES) if number % 33 == 7][:BROKEN]
    for number in range(AGENCIES):
        path = source / f"{number:04}" / "2023.yaml"
        path.parent.mkdir(parents=True)
        own = text.replace("宿迁市人民政府", f"宿迁{number}市人民政府")
        own = own.replace("title: 宿迁市", f"title: 宿迁{number}市")
        run.expected[str(path)] = ("built", "")
        if number in broken:
            old, new, status, reason = WAYS[broken.index(number) % len(WAYS)]
            if old not in own:
                raise ValueError(f"nothing to break: {old}")
            own = own.replace(old, new, 1)
            run.expected[str(path)] = (status, reason)
        path.write_text(own, encoding="utf-8")


def _count(out: Path) -> int:
    return sum(1 for _ in out.rglob("*.pdf"))


def _kept(out: Path, run: Run) -> str:
    """Say whether a report that was whole has been written again; note those that are whole now."""
    for path, written in run.whole.items():
        if not path.is_file() or path.stat().st_mtime_ns != written:
            return f"{path} was built twice"
    for folder in out.glob("*/2023"):
        files = [path for path in folder.iterdir() if path.suffix in (".docx", ".pdf")]
        if len(files) == 2:
            run.whole |= {path: path.stat().st_mtime_ns for path in files}
    return ""


def _statuses(reports: list[dict[str, object]], run: Run) -> str:
    for report in reports:
        status, reason = run.expected[str(report["file"])]
        found = "built" if report["status"] == "unchanged" else report["status"]
        errors = [f"{row['code']} {row['message']}" for row in report["rows"]  # type: ignore[attr-defined]
                  if row["severity"] == "error"]
        if found != status or not (status == "built" or any(reason in error for error in errors)):
            return f"{report['file']} is {found}, not {status} for {reason}: {errors[:2]} {report['message']}"
    return "" if len(reports) == AGENCIES else f"{len(reports)} reports are told of"


def _left(out: Path) -> str:
    left = list(out.rglob(".reportgen-*"))
    pairs = sum(1 for folder in out.glob("*/2023") if len(list(folder.iterdir())) == 2)
    wanted = AGENCIES - BROKEN
    return ("" if not left and pairs == wanted == _count(out)
            else f"{pairs} whole of {wanted}, left behind: {left[:3]}")


def _flat(memory: list[tuple[int, float]]) -> str:
    """Say whether the largest worker went on growing after its first 100 reports.

    A leak grows in every part of the run. Python's arenas and mapped files come in one step, early or late,
    and stay: steps of up to a quarter are no leak.
    """
    first = memory[0][0]
    sizes = [size for done, size in memory[:-1] if done >= first + 100]
    if len(sizes) < PARTS:
        return f"too few samples of memory: {memory}"
    parts = [median(sizes[len(sizes) * part // PARTS:len(sizes) * (part + 1) // PARTS])
             for part in range(PARTS)]
    leaks = all(after > before * 1.01 for before, after in pairwise(parts))
    return f"workers grew: {memory[::20]}" if leaks or parts[-1] > parts[0] * 1.25 else ""


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        print(check(Path("data/suqian/2023.yaml"), Path(folder)) or "ok")
