"""Measure one way of making a report, in a process of its own: CPU, wall clock, size, peak memory.

The peers are used as their documentation shows, on the same report: docxtpl opens and renders the template
anew for each report, WeasyPrint parses the page and the stylesheet anew and sets them in the system's fonts,
untagged.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import bench_others

import reportgen
from reportgen.files.resources import templates_folder
from reportgen.outputs.document import Document, document
from reportgen.outputs.docx.write import word_context, write_docx

ROOT = Path(__file__).resolve().parent.parent
RUNS = 9


def our_docx(printed: Document) -> Callable[[], bytes]:
    """Return our DOCX."""
    return lambda: write_docx(printed)


def our_pdf(printed: Document) -> Callable[[], bytes]:
    """Return our PDF: tagged, filled lines, data attached."""
    from reportgen.outputs.pdf.write import typeset

    return lambda: typeset(printed).content


def docxtpl(printed: Document) -> Callable[[], bytes]:
    """Return the DOCX by docxtpl, from the same template and the same fields."""
    from docxtpl import DocxTemplate

    path = templates_folder() / printed.report.edition.id / "report.docx"
    def make() -> bytes:
        word = DocxTemplate(path)
        word.render(word_context(printed))
        stream = io.BytesIO()
        word.save(stream)
        return stream.getvalue()

    return make


def weasyprint(printed: Document) -> Callable[[], bytes]:
    """Return the PDF by WeasyPrint in the system's fonts, from the same page and stylesheet.

    Raises ModuleNotFoundError where the system has none for Chinese: boxes take less time and room.
    """
    import weasyprint as engine

    from reportgen.outputs.pdf.write import render_css, render_html
    from reportgen.standard.fonts import package_fonts

    _require_fonts("Noto Serif CJK SC", "Noto Sans CJK SC")
    css = re.sub(r"@font-face\s*\{[^}]*\}", "", render_css(package_fonts()))
    css = re.sub(r"['\"]?Reportgen (?:HeiTi|XiaoBiaoSong)['\"]?", "'Noto Sans CJK SC'", css)
    css = re.sub(r"['\"]?Reportgen \w+['\"]?", "'Noto Serif CJK SC'", css)
    html = render_html(printed)

    def make() -> bytes:
        content: bytes = engine.HTML(string=html).write_pdf(stylesheets=[engine.CSS(string=css)])
        return content

    return make


def _require_fonts(*families: str) -> None:
    """Raise ModuleNotFoundError unless fontconfig has these families."""
    matcher = shutil.which("fc-match")
    for family in families:
        if matcher is None or subprocess.run([matcher, "-f", "%{family[0]}", family], check=True,
                                             capture_output=True, text=True).stdout != family:
            raise ModuleNotFoundError("fonts-noto-cjk")


WAYS = {"our_docx": our_docx, "docxtpl": docxtpl, "our_pdf": our_pdf, "weasyprint": weasyprint,
        "typst": bench_others.typst, "reportlab": bench_others.reportlab}
# A LibreOffice takes seconds for each.
SLOW_RUNS = 3
NAIVE = 24


def example() -> Document:
    """Return the report that every way sets."""
    return document(reportgen.read(ROOT / "data" / "suqian" / "2024.yaml"))


def measured(make: Callable[[], bytes], runs: int,
             more: Callable[[], float] = lambda: 0.0) -> dict[str, float]:
    """Return medians of some runs: CPU and wall clock in milliseconds, and bytes.

    `more` is CPU spent elsewhere.
    """
    size = len(make())
    cpu, wall = [], []
    for _ in range(runs):
        began, clock = spent() + more(), time.perf_counter()
        make()
        cpu.append(spent() + more() - began)
        wall.append(time.perf_counter() - clock)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"cpu": statistics.median(cpu) * 1000, "wall": statistics.median(wall) * 1000, "size": size,
            "memory": peak / 1024}


def spent() -> float:
    """Return the CPU seconds of this process and of its children that have ended."""
    found = os.times()
    return time.process_time() + found.children_user + found.children_system


def naive(number: int) -> int:
    """Make DOCX and PDF the naive way, in a process that has made others before; return their size."""
    if not _kept:
        printed = example()
        _kept.extend((docxtpl(printed), weasyprint(printed)))
    return sum(len(make()) for make in _kept)


_kept: list[Callable[[], bytes]] = []


def main() -> None:
    """Measure the way named on the command line and print it as JSON; what is missing is named."""
    way = sys.argv[1]
    try:
        with tempfile.TemporaryDirectory() as folder:
            if way == "naive_once":
                naive(0)
                found: dict[str, Any] = {}
            elif way == "naive_batch":
                began = time.perf_counter()
                with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
                    list(pool.map(naive, range(NAIVE)))
                found = {"rate": NAIVE / (time.perf_counter() - began)}
            elif way == "libreoffice":
                found = measured(bench_others.libreoffice(docxtpl(example()), Path(folder)), SLOW_RUNS)
            elif way == "unoserver":
                with bench_others.unoserver(docxtpl(example()), Path(folder)) as (make, elsewhere):
                    found = measured(make, SLOW_RUNS, lambda: elsewhere()[0])
                    found["memory"] = elsewhere()[1]
            else:
                found = measured(WAYS[way](example()), RUNS)
    except ModuleNotFoundError as error:
        found = {"missing": error.name or str(error)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
