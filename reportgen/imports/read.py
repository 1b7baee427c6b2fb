"""Read a published report of any kind of file into a report and the text of a data file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportgen.datafile.prose import clean
from reportgen.datafile.read import read_report
from reportgen.datafile.tree import read_bytes
from reportgen.findings import Origin, Places, refuse
from reportgen.form.read import guard
from reportgen.imports.blocks import Blocks
from reportgen.imports.characters import printable
from reportgen.imports.issued import DRAFT, with_headings
from reportgen.imports.recognise import find_report
from reportgen.report.model import Report

MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True)
class Imported:
    """A report that was read from a published file, and what is not sure of it.

    `doubtful` are the cells that were not found or not read, as against those that are blank; `blocks` is
    the file as it was read.
    """

    report: Report
    unsure: tuple[str, ...]
    doubtful: frozenset[str] = frozenset()
    blocks: Blocks = field(default_factory=Blocks)


def read_published(path: Path, year: int | None = None, agency: str = "") -> Imported:
    """Read a published report: DOCX, PDF with text, a web page, or Excel.

    `year` and `agency` are for one whose title does not say them. Raises InputError for a file that cannot be
    read or is no report.
    """
    found = _imported(_read(path), str(path), year, agency)
    return replace(found, unsure=(*found.unsure, *_beside(found)))


def read_edited(path: Path, issued: Blocks, report: Report, year: int | None = None) -> Imported:
    """Read a report that came back edited; `issued` is the Word file that `report`, its data file, gives.

    `year` is for one whose title was changed so that it says none. Raises as `read_published` does.
    """
    headings = [section.heading for section in report.edition.sections]
    return _imported(with_headings(_read(path), issued, headings), str(path), year, "")


def _read(path: Path) -> Blocks:
    name = str(path)
    content = read_bytes(path, name, MAX_BYTES)
    if not content.strip():
        raise refuse(Origin(name), "文件是空的")
    return printable(_blocks(content, path.suffix.lower(), name))


def _imported(blocks: Blocks, name: str, year: int | None, agency: str) -> Imported:
    found = find_report(blocks, name, year, agency)
    report = read_report(found.tree, Places(name))
    doubts = [problem.message for problem in report.problems]
    wrong = {cell for problem in report.problems for cell in problem.cells}
    # A doubt shows what stands in the file, which may be unprintable or in lines.
    said = tuple(clean(" ".join(doubt.splitlines()))[0] for doubt in (*found.unsure, *doubts))
    return Imported(report, said, found.doubtful | wrong, blocks)


def _beside(found: Imported) -> Iterator[str]:
    """Yield what stands beside the text, page numbers and the pictures of our charts left out."""
    charts = sum(ident.startswith("charts.") for ident in found.report.texts)
    for one in found.blocks.beside:
        if one.kind == "图片" and charts:
            charts -= 1
        elif one.text != DRAFT:
            yield f"{one}没有读取"


def _blocks(content: bytes, suffix: str, name: str) -> Blocks:
    """Return the blocks of a file by what it is; its suffix only tells Word from Excel."""
    # Each reader is imported where it is used: together they take a second.
    if content.lstrip()[:5] == b"%PDF-":
        from reportgen.imports.readers.pdf import read_pdf

        return read_pdf(content, name)
    if content.startswith(b"\xd0\xcf\x11\xe0") and suffix == ".xls":
        from reportgen.imports.readers.excel import read_excel

        return read_excel(content, name)
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        guard(content, name)
        if suffix in (".xlsx", ".xlsm"):
            from reportgen.imports.readers.excel import read_excel

            return read_excel(content, name)
        from reportgen.imports.readers.docx import read_docx

        return read_docx(content, name)
    if suffix in (".html", ".htm", ".xhtml", ".shtml") or b"<html" in content[:4096].lower():
        from reportgen.imports.readers.html import read_html

        return read_html(content, name)
    raise refuse(Origin(name), "认不出这种文件；可以读取 .docx、.pdf、.html、.xlsx、.xls")
