"""Read a published report of any kind of file into a report and the text of a data file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportgen.datafile.prose import clean
from reportgen.datafile.read import read_report
from reportgen.datafile.tree import read_bytes
from reportgen.files import limits
from reportgen.files.confined import Confined
from reportgen.findings import Origin, Places, refuse
from reportgen.imports.blocks import Aside, Blocks, FigureMark, Grid, Text
from reportgen.imports.characters import printable
from reportgen.imports.issued import as_issued
from reportgen.imports.kinds import read_blocks
from reportgen.imports.recognise import Recognised, find_report
from reportgen.report.model import DRAFT_MARK, Report

# What a process that reads a file may give.
_BLOCKS = frozenset((one.__module__, one.__name__) for one in (Blocks, Text, Grid, Aside, FigureMark))
# What a data file has for a total that was printed and not read; a check asks for the figure.
NOT_READ = "读不准"


class _Whole(Places):
    """The one place of all that a published file says: it has no lines of its own."""

    def at(self, line: int) -> Origin:
        """Return the file."""
        return Origin(self.file)


@dataclass(frozen=True)
class Imported:
    """A report that was read from a published file, and what is not sure of it.

    `doubtful` are the cells that were not found or not read, as against those that are blank; `left_out` is
    what stands in the file and is no part of a report; `blocks` is the file as it was read.
    """

    report: Report
    unsure: tuple[str, ...]
    doubtful: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()
    blocks: Blocks = field(default_factory=Blocks)


def read_published(path: Path, year: int | None = None, agency: str = "") -> Imported:
    """Read a published report: DOCX, PDF with text, a web page, text, or Excel.

    `year` and `agency` are for one whose title does not say them. Raises InputError for a file that cannot be
    read or is no report.
    """
    content = read_bytes(path, str(path), limits.PUBLISHED_BYTES)
    return read_published_content(content, str(path), year, agency)


def read_published_content(content: bytes, name: str, year: int | None = None, agency: str = "") -> Imported:
    """Read the content of a published report as `read_published` does; `name` is the file's."""
    found = _imported(_blocks(content, name), name, year, agency)
    return replace(found, unsure=(*found.unsure, *_beside(found)))


def read_edited(path: Path, issued: Blocks, report: Report, year: int | None = None) -> Imported:
    """Read a report that came back edited; `issued` is the Word file that `report`, its data file, gives.

    `year` is for one whose title was changed so that it says none. Raises as `read_published` does.
    """
    headings = [section.heading for section in report.edition.sections]
    blocks = _blocks(read_bytes(path, str(path), limits.PUBLISHED_BYTES), str(path))
    return _imported(as_issued(blocks, issued, headings), str(path), year, "")


def word_places(content: bytes, name: str, report: Report) -> Mapping[str, int]:
    """Return which paragraphs of a Word file hold a report's cells, by path, headings, by section, and title.

    Paragraphs are numbered as the main part has them, those in tables and boxes included. Raises as
    `read_published` does.
    """
    blocks = _blocks(content, f"{name}.docx")
    return find_report(blocks, name, report.year, report.agency.name).places


def _blocks(content: bytes, name: str) -> Blocks:
    if not content.strip():
        raise refuse(Origin(name), "文件是空的")
    suffix = Path(name).suffix.lower()
    blocks: Blocks = Confined(read_blocks, (content, suffix, name), name, _BLOCKS).run()
    return printable(blocks)


def _imported(blocks: Blocks, name: str, year: int | None, agency: str) -> Imported:
    found = find_report(blocks, name, year, agency)
    report = _with_marks(read_report(found.tree, _Whole(name), unread=found.doubtful), found)
    doubts = [problem.message for problem in report.problems]
    wrong = {cell for problem in report.problems for cell in problem.cells}
    # A doubt shows what stands in the file, which may be unprintable or in lines.
    said = tuple(_line(doubt) for doubt in (*found.unsure, *doubts))
    left_out = tuple(line for text in found.left_out if (line := _line(text)))
    return Imported(report, said, found.doubtful | wrong, left_out, blocks)


def _with_marks(report: Report, found: Recognised) -> Report:
    """Mark the totals that were printed and not read; a data file would add them up from their parts."""
    totals = [path for path in found.doubtful & report.edition.totals.keys() if not report.cells[path].typed]
    if not totals:
        return report
    added = read_report(found.tree, _Whole("")).cells
    marked = {path: replace(report.cells[path], typed=NOT_READ) for path in totals if added[path].computed}
    return replace(report, cells={**report.cells, **marked})


def _line(text: str) -> str:
    return clean(" ".join(text.split()))[0]


def _beside(found: Imported) -> Iterator[str]:
    """Yield what stands beside the text, page numbers and the pictures of our charts left out."""
    lines = (item.text.strip() for item in found.blocks.items if isinstance(item, Text))
    if DRAFT_MARK in (*lines, *(one.text for one in found.blocks.beside)):
        yield f"文件标有“{DRAFT_MARK}”，可能不是定稿"
    charts = sum(ident.startswith("charts.") for ident in found.report.texts)
    for one in found.blocks.beside:
        if one.kind == "图片" and charts:
            charts -= 1
        elif one.text != DRAFT_MARK:
            yield f"{one}没有读取"
