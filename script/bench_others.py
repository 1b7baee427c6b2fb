"""Other ways to a PDF of the same report, for script/bench: Typst, ReportLab, LibreOffice.

Typst sets an equivalent document (the same words, tables, sizes and fonts, tagged, PDF/A-3a). ReportLab draws
what our PDF shows, line by line and rule by rule: it lays nothing out. LibreOffice converts the DOCX that
docxtpl made.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from sessions import processes

from reportgen.files.resources import fonts_folder
from reportgen.outputs.document import Document, PrintedSection
from reportgen.standard import layout

_QUOTED = str.maketrans({character: f"\\{character}" for character in "\\#*_`$<>@[]~=-+/\"'"})
_SYSTEM_PYTHON = "/usr/bin/python3"


def typst(printed: Document) -> Callable[[], bytes]:
    """Return the PDF by Typst, warm: one compiler with its fonts, a document of other figures each time.

    Typst remembers what it has laid out, so the same words twice would cost nothing the second time.
    """
    import typst as engine

    compiler = engine.Compiler(font_paths=[str(fonts_folder())], ignore_system_fonts=True)
    runs = iter(range(10**6))

    def make() -> bytes:
        number = next(runs)
        content: bytes = compiler.compile(input=_typst_source(_other(printed, number)).encode(),
                                          pdf_standards=["a-3a"])
        return content

    return make


def _other(printed: Document, number: int) -> Document:
    """Return a document with another number in every paragraph and in every cell."""
    cells = {path: f"{text}{number % 10}" for path, text in printed.cells.items()}
    sections = []
    for section in printed.sections:
        paragraphs = tuple(replace(one, runs=(*one.runs, replace(one.runs[-1], text=str(number))))
                           for one in section.paragraphs)
        sections.append(replace(section, paragraphs=paragraphs))
    return replace(printed, cells=cells, sections=tuple(sections))


def _typst_source(printed: Document) -> str:
    faces = {role: f'("{layout.FACES["latin"].family}", "{face.family}")'
             for role, face in layout.FACES.items()}
    lines = [
        f'#set document(title: "{printed.plain_title}")',
        f"#set page(width: {layout.PAGE_WIDTH}mm, height: {layout.PAGE_HEIGHT}mm, "
        f"margin: (top: {layout.MARGIN_TOP}mm, bottom: {layout.MARGIN_BOTTOM}mm, "
        f"left: {layout.MARGIN_LEFT}mm, right: {layout.MARGIN_RIGHT}mm), "
        'numbering: "— 1 —")',
        f'#set text(font: {faces["fangsong"]}, size: {layout.BODY_SIZE}pt, lang: "zh", region: "cn", '
        f"tracking: {layout.LETTER_SPACING}pt, top-edge: 0.88em, bottom-edge: -0.12em)",
        f"#set par(justify: true, leading: {layout.LINE_PITCH - layout.BODY_SIZE}pt, "
        f"spacing: {layout.LINE_PITCH - layout.BODY_SIZE}pt, first-line-indent: (amount: 2em, all: true))",
        f'#show heading: it => par(text(font: {faces["heiti"]}, size: {layout.BODY_SIZE}pt, '
        'weight: "regular", it.body))',
        f"#set table(stroke: {layout.RULE_WIDTH}pt, inset: {layout.CELL_PADDING}mm, align: center + horizon)",
        f'#align(center, text(font: {faces["xiaobiaosong"]}, size: {layout.TITLE_SIZE}pt)'
        f"[{printed.plain_title}])"]
    for section in printed.sections:
        if section is printed.sections[0]:
            lines += [f"{paragraph.text.translate(_QUOTED)}\n" for paragraph in printed.preamble]
        lines.append(f"= {section.heading}")
        lines += [f"{paragraph.text.translate(_QUOTED)}\n" for paragraph in section.paragraphs]
        if section.table:
            lines.append(_typst_table(section, printed, faces))
    if printed.signature:
        lines.append(f"#align(right)[{printed.signature.name}\\ {printed.signature.date}]")
    return "\n\n".join(lines)


def _typst_table(section: PrintedSection, printed: Document, faces: dict[str, str]) -> str:
    table, cells = section.table, []
    assert table is not None
    for cell in (cell for row in section.rows for cell in row):
        text = printed.cells[cell.path] if cell.kind == "value" else cell.text
        face = faces["fangsong" if cell.kind in ("value", "row", "corner") else "heiti"]
        cells.append(f"table.cell(colspan: {cell.colspan}, rowspan: {cell.rowspan})"
                     f"[#text(font: {face})[{text.translate(_QUOTED)}]]")
    widths = ", ".join(f"{width}mm" for width in table.widths)
    height = layout.ROW_HEIGHT[table.text]
    return (f"#block(breakable: false)[#set text(size: {layout.TABLE_SIZE[table.text]}pt, tracking: 0pt)\n"
            "#set par(first-line-indent: 0pt, leading: 2pt)\n"
            f"#table(columns: ({widths},), rows: {height}mm,\n"
            + ",\n".join(cells) + ")]")


def reportlab(printed: Document) -> Callable[[], bytes]:
    """Return the PDF by ReportLab: the lines and rules of ours, drawn where they stand."""
    import pdfplumber
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from reportgen.outputs.pdf.write import typeset

    faces = {face.family.removeprefix("Reportgen "): role for role, face in layout.FACES.items()}
    for role in set(faces.values()):
        pdfmetrics.registerFont(TTFont(role, fonts_folder() / f"{role}.ttf"))
    pages = []
    with pdfplumber.open(io.BytesIO(typeset(printed).content)) as opened:
        for page in opened.pages:
            words = [(one["x0"], page.height - one["bottom"], one["text"], _face(one["fontname"], faces),
                      one["size"])
                     for one in page.extract_words(extra_attrs=["fontname", "size"])]
            rules = [(one["x0"], page.height - one["top"], one["x1"], page.height - one["bottom"])
                     for one in page.lines]
            pages.append((words, rules))

    def make() -> bytes:
        stream = io.BytesIO()
        canvas = Canvas(stream, pagesize=[length / layout.MM_PER_POINT for length in (
            layout.PAGE_WIDTH, layout.PAGE_HEIGHT)])
        for words, rules in pages:
            canvas.setLineWidth(layout.RULE_WIDTH)
            for x, y, text, face, size in words:
                canvas.setFont(face, size)
                canvas.drawString(x, y, text)
            for rule in rules:
                canvas.line(*rule)
            canvas.showPage()
        canvas.save()
        return stream.getvalue()

    return make


def _face(name: str, faces: dict[str, str]) -> str:
    return next(face for family, face in faces.items() if family in name)


def libreoffice(make_docx: Callable[[], bytes], folder: Path) -> Callable[[], bytes]:
    """Return the PDF by docxtpl and a LibreOffice that is started for it."""
    office = shutil.which("soffice")
    if office is None:
        raise ModuleNotFoundError("LibreOffice")

    def make() -> bytes:
        (folder / "a.docx").write_bytes(make_docx())
        subprocess.run([office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
                        "--convert-to",
                        "pdf", "--outdir", str(folder), str(folder / "a.docx")], check=True,
                       capture_output=True)
        return (folder / "a.pdf").read_bytes()

    return make


@contextlib.contextmanager
def unoserver(make_docx: Callable[[], bytes], folder: Path) -> Iterator[
        tuple[Callable[[], bytes], Callable[[], tuple[float, float]]]]:
    """Yield the PDF by docxtpl and a LibreOffice kept running by unoserver, CPU seconds so far and MiB."""
    from importlib.util import find_spec

    spec = find_spec("unoserver")
    probe = subprocess.run([_SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    if spec is None or probe.returncode or shutil.which("soffice") is None:
        raise ModuleNotFoundError("unoserver, python3-uno or LibreOffice")
    # LibreOffice speaks to the system's Python alone.
    environment = {**os.environ, "PYTHONPATH": str(Path(str(spec.origin)).parent.parent)}
    ports = [_free_port(), _free_port()]
    server = subprocess.Popen(
        [_SYSTEM_PYTHON, "-m", "unoserver.server", "--port", str(ports[0]), "--uno-port", str(ports[1]),
         "--user-installation", str(folder / "profile")],
        env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    from unoserver.client import UnoClient

    client = UnoClient(server="127.0.0.1", port=str(ports[0]), host_location="local")

    def make() -> bytes:
        content: bytes = client.convert(indata=make_docx(), convert_to="pdf")
        return content.data if hasattr(content, "data") else bytes(content)

    try:
        end = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                make()
                break
            if time.monotonic() > end:
                raise TimeoutError("unoserver")
            time.sleep(0.3)
        yield make, lambda: _taken(server.pid)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _taken(session: int) -> tuple[float, float]:
    """Return the CPU seconds and the MiB of all processes of a session."""
    found = list(processes(session))
    return sum(one.cpu for one in found), sum(one.memory for one in found)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


if __name__ == "__main__":
    # A look at what Typst sets: script/bench_others.py FILE.pdf
    import reportgen
    from reportgen.outputs.document import document

    report = reportgen.read(Path(__file__).resolve().parent.parent / "data" / "suqian" / "2024.yaml")
    way = {"typst": typst, "reportlab": reportlab}[sys.argv[1]]
    Path(sys.argv[2]).write_bytes(way(document(report))())
