"""Measure one way of making a report, warm, in a process of its own: CPU, wall clock, size, peak memory.

The peers are used as their documentation shows, on the same report: docxtpl opens and renders the template anew for
each report, WeasyPrint parses the page and the stylesheet anew and sets them in the system's fonts, untagged.
"""

from __future__ import annotations

import io
import json
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import reportgen
from reportgen.resources import templates_folder
from reportgen.writing.document import Document, document
from reportgen.writing.docx import _context, write_docx
from reportgen.writing.word import sandbox, style_ids

ROOT = Path(__file__).resolve().parent.parent
RUNS = 9


def our_docx(printed: Document) -> Callable[[], bytes]:
    """Return our DOCX."""
    return lambda: write_docx(printed)


def our_pdf(printed: Document) -> Callable[[], bytes]:
    """Return our PDF: tagged, filled lines, data attached."""
    from reportgen.writing.pdf import write_pdf

    return lambda: write_pdf(printed)


def docxtpl(printed: Document) -> Callable[[], bytes]:
    """Return the DOCX by docxtpl, from the same template and the same fields."""
    from docxtpl import DocxTemplate

    path = templates_folder() / printed.report.edition.id / "report.docx"
    cells: dict[str, Any] = {}
    for cell, text in printed.cells.items():
        node = cells
        *steps, last = cell.split(".")
        for step in steps:
            node = node.setdefault(step, {})
        node[last] = text

    def make() -> bytes:
        word = DocxTemplate(path)
        word.init_docx()
        word.render(_context(printed, style_ids(word)) | cells, sandbox(), autoescape=True)
        stream = io.BytesIO()
        word.save(stream)
        return stream.getvalue()

    return make


def weasyprint(printed: Document) -> Callable[[], bytes]:
    """Return the PDF by WeasyPrint in the system's fonts, from the same page and stylesheet."""
    import weasyprint as engine

    from reportgen.typesetting.fonts import package_fonts
    from reportgen.writing.pdf import render_css, render_html

    css = re.sub(r"@font-face\s*\{[^}]*\}", "", render_css(package_fonts()))
    css = re.sub(r"['\"]?Reportgen (?:HeiTi|XiaoBiaoSong)['\"]?", "'Noto Sans CJK SC'", css)
    css = re.sub(r"['\"]?Reportgen \w+['\"]?", "'Noto Serif CJK SC'", css)
    html = render_html(printed)

    def make() -> bytes:
        content: bytes = engine.HTML(string=html).write_pdf(stylesheets=[engine.CSS(string=css)])
        return content

    return make


WAYS = {"our_docx": our_docx, "docxtpl": docxtpl, "our_pdf": our_pdf, "weasyprint": weasyprint}


def main() -> None:
    """Measure the way named on the command line and print it as JSON: medians, milliseconds, bytes, MiB."""
    make = WAYS[sys.argv[1]](document(reportgen.read(ROOT / "data" / "suqian" / "2024.yaml")))
    size = len(make())
    cpu, wall = [], []
    for _ in range(RUNS):
        began, clock = time.process_time(), time.perf_counter()
        make()
        cpu.append(time.process_time() - began)
        wall.append(time.perf_counter() - clock)
    print(json.dumps({"cpu": statistics.median(cpu) * 1000, "wall": statistics.median(wall) * 1000, "size": size,
                      "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
