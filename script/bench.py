"""Measure, in one run on one machine: cold processes, a warm DOCX and PDF against peers, a batch, 1,000 checks.

docs/performance.md holds the last table.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
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


def warm_ratio() -> tuple[float, float]:
    """Return the CPU seconds of a warm PDF as it is built, and of the same without tags and line filling."""
    code = """
import contextlib, sys, time
import reportgen
from reportgen.writing import pdf
from reportgen.writing.document import document
printed = document(reportgen.read(sys.argv[1]))
if sys.argv[2] == "plain":
    pdf.line_filling = contextlib.nullcontext
    import weasyprint
    write = weasyprint.HTML.write_pdf
    def plain(self, **options):
        for name in ("pdf_variant", "attachments", "finisher", "color_profiles", "output_intent"):
            options.pop(name)
        return write(self, **options)
    weasyprint.HTML.write_pdf = plain
pdf.write_pdf(printed)
runs = []
for _ in range(9):
    start = time.process_time()
    pdf.write_pdf(printed)
    runs.append(time.process_time() - start)
print(sorted(runs)[4])
"""
    found = []
    for kind in ("full", "plain"):
        done = subprocess.run([sys.executable, "-c", code, FILE, kind], check=True, capture_output=True, text=True)
        found.append(float(done.stdout))
    return found[0], found[1]


def many(folder: Path, agencies: int) -> None:
    """Write the two years of the example for each of `agencies` agencies of other names."""
    for number in range(agencies):
        for year in (2023, 2024):
            text = (ROOT / "data" / "suqian" / f"{year}.yaml").read_text(encoding="utf-8")
            target = folder / f"{number:04}" / f"{year}.yaml"
            target.parent.mkdir(exist_ok=True)
            target.write_text(text.replace("宿迁市人民政府", f"宿迁{number}市人民政府"), encoding="utf-8")


def peer(way: str) -> dict[str, float]:
    """Return what one way of making the report costs, warm."""
    done = subprocess.run([sys.executable, str(ROOT / "script" / "bench_peers.py"), way], check=True,
                          capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def batch(source: Path, out: Path, jobs: int) -> float:
    """Return the wall seconds of one batch, DOCX and PDF."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "reportgen", "batch", str(source), "-o", str(out), "--jobs", str(jobs),
                    "--year", "2024"], check=True, capture_output=True)
    return time.perf_counter() - began


with tempfile.TemporaryDirectory() as folder:
    print(f"{'one report, warm':28}{'CPU ms':>9}{'wall ms':>9}{'KiB':>7}{'MiB peak':>10}")
    ways = {way: peer(way) for way in ("our_docx", "docxtpl", "our_pdf", "weasyprint")}
    for way, name in (("our_docx", "DOCX, reportgen"), ("docxtpl", "DOCX, docxtpl"),
                      ("our_pdf", "PDF, reportgen"), ("weasyprint", "PDF, WeasyPrint")):
        one = ways[way]
        print(f"{name:28}{one['cpu']:9.1f}{one['wall']:9.1f}{one['size'] / 1024:7.0f}{one['memory']:10.0f}")
    print(f"docxtpl takes {ways['docxtpl']['cpu'] / ways['our_docx']['cpu']:.0f} times the CPU of ours, "
          f"WeasyPrint {ways['weasyprint']['cpu'] / ways['our_pdf']['cpu']:.2f} times")
    print("not measured: Typst, ReportLab, LibreOffice, unoserver")
    for jobs, agencies in ((1, 20), (2, 20), (2, 100)):
        place = Path(folder) / f"batch-{jobs}-{agencies}"
        (place / "in").mkdir(parents=True)
        many(place / "in", agencies)
        seconds = batch(place / "in", place / "out", jobs)
        print(f"{f'batch of {agencies}, {jobs} at work':28}{agencies / seconds:9.2f} reports a second "
              f"({seconds:.1f} s, start included)")
        shutil.rmtree(place)
    for name, arguments in COMMANDS.items():
        extra = ["-o", folder] if "build" in arguments else []
        runs = [cpu([*arguments, *extra]) for _ in range(5)]
        print(f"{name:28}{statistics.median(runs):6.2f} s of CPU")
    full, plain = warm_ratio()
    print(f"{'PDF, warm':28}{full:6.2f} s of CPU; without tags and line filling {plain:.2f}, ratio {full / plain:.2f}")
    pdf = next(Path(folder).glob("*2024*.pdf"))
    form = Path(folder) / "form" / "2024.xlsx"
    form.parent.mkdir()
    shutil.copy(ROOT / "data" / "suqian" / "2023.yaml", form.parent)
    for name, arguments in (("convert to a workbook", ["convert", FILE, str(form)]),
                            ("check of a workbook", ["check", str(form)]),
                            ("import of an 8-page PDF", ["import", str(pdf), "-o", str(form.with_suffix(".yaml"))])):
        print(f"{name:28}{cpu(['-m', 'reportgen', *arguments]):6.2f} s of CPU, one run")
    shutil.rmtree(form.parent)
    many(Path(folder), 500)
    seconds = cpu(["-m", "reportgen", "check", folder, "--json"])
    print(f"{'reportgen check, 1000 files':28}{seconds:6.2f} s of CPU, half of them with last year's file")
