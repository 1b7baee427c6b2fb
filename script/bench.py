"""Measure, in one run on one machine: one report by many ways, cold processes, batches, growth, 1,000 checks.

docs/performance.md holds the last table.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sessions import largest

ROOT = Path(__file__).resolve().parent.parent
FILE = str(ROOT / "data" / "suqian" / "2024.yaml")
MEMORY_AT = (50, 250, 500, 990)
WARM = {
    "our_docx": "DOCX, reportgen", "docxtpl": "DOCX, docxtpl", "our_pdf": "PDF, reportgen",
    "weasyprint": "PDF, WeasyPrint, system fonts, no tags",
    "typst": "PDF, Typst, tagged, an equivalent document",
    "reportlab": "PDF, ReportLab, drawing only", "unoserver": "PDF, docxtpl and LibreOffice by unoserver",
    "libreoffice": "PDF, docxtpl and LibreOffice, started anew"}
COLD = {
    "python -c pass": ["-c", "pass"],
    "reportgen check": ["-m", "reportgen", "check", FILE],
    "reportgen build --to docx": ["-m", "reportgen", "build", FILE, "--to", "docx"],
    "reportgen build": ["-m", "reportgen", "build", FILE],
    "docxtpl and WeasyPrint": [str(ROOT / "script" / "bench_peers.py"), "naive_once"],
}


@dataclass(frozen=True)
class Counts:
    """How often a cold process is measured, and how many reports or agencies each part has."""

    runs: int = 5
    batch: int = 100
    growth: tuple[int, ...] = (10, 100, 1000)
    agencies: int = 500


def one_report() -> dict[str, dict[str, float]]:
    """Measure one report by every way, warm, each in its own process; print and return the costs."""
    print(f"{'one report, warm':44}{'CPU ms':>9}{'wall ms':>9}{'KiB':>7}{'MiB peak':>10}")
    ways, missing = {}, []
    for way, name in WARM.items():
        one = peer(way)
        if "missing" in one:
            missing.append(f"{name} ({one['missing']})")
            continue
        ways[way] = one
        print(f"{name:44}{one['cpu']:9.1f}{one['wall']:9.1f}{one['size'] / 1024:7.0f}{one['memory']:10.0f}")
    print(f"not measured: {'; '.join(missing) or 'none'}")
    print(f"DOCX: docxtpl takes {ways['docxtpl']['cpu'] / ways['our_docx']['cpu']:.0f} times the CPU of ours")
    for way in ways:
        if way not in ("our_docx", "docxtpl", "our_pdf"):
            print(f"PDF: ours takes {ways['our_pdf']['cpu'] / ways[way]['cpu']:.2f} of the CPU of "
                  f"{WARM[way].removeprefix('PDF, ')}")
    return ways


def peer(way: str) -> dict[str, float]:
    """Return what bench_peers.py measures of a way, in a process of its own."""
    done = subprocess.run([sys.executable, str(ROOT / "script" / "bench_peers.py"), way], check=True,
                          capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def cpu(arguments: list[str]) -> float:
    """Return the CPU seconds, user and system, of one run and its children."""
    before = os.times()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def cold(folder: Path, times: int, without: frozenset[str]) -> None:
    """Measure cold processes, and conversions that take one run each; `without` are names to leave out."""
    for name, arguments in COLD.items():
        if name in without:
            print(f"{f'cold: {name}':44} not measured")
            continue
        extra = ["-o", str(folder)] if "build" in arguments else []
        runs = [cpu([*arguments, *extra]) for _ in range(times)]
        print(f"{f'cold: {name}':44}{statistics.median(runs):9.2f} s of CPU")
    pdf = next(folder.glob("*2024*.pdf"))
    form = folder / "form" / "2024.xlsx"
    form.parent.mkdir()
    shutil.copy(ROOT / "data" / "suqian" / "2023.yaml", form.parent)
    for name, arguments in (("convert to a workbook", ["convert", FILE, str(form)]),
                            ("check of a workbook", ["check", str(form)]),
                            ("import of an 8-page PDF",
                             ["import", str(pdf), "-o", str(form.with_suffix(".yaml"))])):
        print(f"{f'cold: {name}':44}{cpu(['-m', 'reportgen', *arguments]):9.2f} s of CPU, one run")


def many(folder: Path, agencies: int) -> Path:
    """Write the two years of the example for each of `agencies` agencies of other names."""
    for number in range(agencies):
        for year in (2023, 2024):
            text = (ROOT / "data" / "suqian" / f"{year}.yaml").read_text(encoding="utf-8")
            target = folder / f"{number:04}" / f"{year}.yaml"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text.replace("宿迁市人民政府", f"宿迁{number}市人民政府"), encoding="utf-8")
    return folder


def batch(source: Path, out: Path, jobs: int) -> tuple[float, list[float], dict[int, float]]:
    """Build DOCX and PDF of every agency.

    Returns wall seconds, seconds of each report, and MiB by reports done. The MiB are those of the largest
    worker when that many reports were done.
    """
    began = time.perf_counter()
    memory: dict[int, float] = {}
    with (out.parent / "output").open("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "reportgen", "batch", str(source), "-o", str(out), "--jobs", str(jobs),
             "--year",
             "2024", "--json"], stdout=output, stderr=subprocess.DEVNULL, start_new_session=True)
        while process.poll() is None:
            done = sum(1 for _ in (out / ".reportgen").glob("*.json")) if (out / ".reportgen").is_dir() else 0
            for mark in MEMORY_AT:
                if done >= mark and mark not in memory:
                    memory[mark] = largest(process.pid)
            time.sleep(0.1)
        seconds = time.perf_counter() - began
        output.seek(0)
        reports = json.load(output)["reports"]
    assert all(one["status"] == "built" for one in reports)
    return seconds, [one["seconds"] for one in reports], memory


def batches(folder: Path, counts: Counts) -> None:
    """Measure throughput of one and two workers against the naive way, and growth to 1,000 reports."""
    for jobs in (1, 2):
        place = folder / f"batch-{jobs}"
        seconds, _, _ = batch(many(place / "in", counts.batch), place / "out", jobs)
        print(f"{f'batch of {counts.batch}, {jobs} at work':44}{counts.batch / seconds:9.2f} "
              "reports a second (start included)")
        shutil.rmtree(place)
    rate = peer("naive_batch").get("rate")
    print(f"{'docxtpl and WeasyPrint, 2 at work':44}"
          + (f"{rate:9.2f} reports a second (start included)" if rate else " not measured"))
    for agencies in counts.growth:
        place = folder / f"growth-{agencies}"
        seconds, each, memory = batch(many(place / "in", agencies), place / "out", 2)
        median = statistics.median(each) * 1000
        print(f"{f'{agencies} reports, 2 at work':44}{median:9.0f} ms a report (median), "
              f"{seconds:.1f} s in all")
        if memory:
            print(f"{'':44}{'':9} largest worker: "
                  + ", ".join(f"{size:.0f} MiB after {count}" for count, size in memory.items()))
        if agencies == counts.growth[-1]:
            parts = [statistics.median(each[start:start + 100]) * 1000 for start in range(0, agencies, 100)]
            print(f"{'':44}{'':9} by hundreds: {', '.join(f'{part:.0f}' for part in parts)} ms")
        shutil.rmtree(place)


def main() -> None:
    """Print the whole table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true", help="a few of each, to see that every part runs")
    counts = Counts(1, 4, (2, 4), 4) if parser.parse_args().small else Counts()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ways = one_report()
        without = frozenset[str]() if "weasyprint" in ways else frozenset({"docxtpl and WeasyPrint"})
        cold(folder / "cold", counts.runs, without)
        batches(folder, counts)
        files = counts.agencies * 2
        seconds = cpu(["-m", "reportgen", "check", str(many(folder / "checks", counts.agencies)), "--json"])
        print(f"{f'reportgen check, {files} files':44}{seconds:9.2f} s of CPU, "
              "half of them with last year's file")


if __name__ == "__main__":
    main()
