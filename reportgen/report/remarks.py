"""Print the remarks of cells: those that do not fit become numbered notes under their table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import fsum

from reportgen.format import GridCell, Table, grid
from reportgen.report.model import Cell, Paragraph, Report, Run
from reportgen.standard import layout, styles
from reportgen.standard.cell_text import room, text_lines
from reportgen.standard.look import STANDARD, Look

_NOTE_NUMBER = re.compile(r"注(\d+)：")


@dataclass(frozen=True)
class PrintedMark:
    """A figure whose remark is a note: the figure, the mark that points to the note, its size in points.

    `below` says that the mark takes a line of its own.
    """

    figure: str
    mark: str
    size: float
    below: bool


@dataclass(frozen=True)
class Remarks:
    """The remarks of a table: the marks of its cells by path, and the notes that they point to."""

    marks: Mapping[str, PrintedMark] = field(default_factory=dict)
    notes: tuple[Paragraph, ...] = ()

    def text(self, path: str, cell: Cell) -> str:
        """Return a cell as printed: with its remark, or with the mark of the note."""
        mark = self.marks.get(path)
        return f"{mark.figure}{mark.mark}" if mark else cell.text

    def lines(self, path: str, cell: Cell) -> str:
        """Return a cell as printed, a mark that does not fit beside its figure on a line of its own."""
        mark = self.marks.get(path)
        return f"{mark.figure}\n注" if mark and mark.below else self.text(path, cell)


def remarks(report: Report, table: Table, look: Look = STANDARD) -> Remarks:
    """Return how the remarks of a table are printed; the same remark is one note."""
    places = list(_too_long(report, table, look))
    if not places:
        return Remarks()
    first = 1 + max((int(found[1]) for note in report.notes[table.id]
                     if (found := _NOTE_NUMBER.match(note.text))), default=0)
    given = {place.path: report.cells[place.path] for place in places}
    numbers = {remark: number for number, remark in
               enumerate(dict.fromkeys(cell.remark for cell in given.values()), first)}
    origins = {cell.remark: cell.origin for cell in reversed(given.values())}
    notes = tuple(Paragraph((Run(f"注{number}：{remark}"),), origin=origins[remark])
                  for remark, number in numbers.items())
    # All of a table in one size, at which the widest takes a line of its cell.
    usual = look.size(styles.TABLE_VALUE[table.text])
    widest = f"（注{max(numbers.values())}）"
    fitting = min(cell_room(table, place) for place in places) / layout.text_width(widest)
    size = max(layout.SMALLEST_FIGURE, min(usual, int(fitting * 2) / 2))
    marks = {}
    for place in places:
        cell = given[place.path]
        figure, mark = _figure(cell), f"（注{numbers[cell.remark]}）"
        width = layout.text_width(figure) * usual + layout.text_width(mark) * size
        marks[place.path] = PrintedMark(figure, mark, size, bool(figure) and width > cell_room(table, place))
    return Remarks(marks, notes)


def _too_long(report: Report, table: Table, look: Look) -> Iterator[GridCell]:
    """Yield the cells whose remarks take more lines than a cell may have."""
    size = look.size(styles.TABLE_VALUE[table.text])
    for cell in (cell for row in grid(table) for cell in row if cell.path and report.cells[cell.path].remark):
        lines = text_lines(report.cells[cell.path].text, cell_room(table, cell), size)
        if lines > layout.REMARK_LINES[table.text]:
            yield cell


def _figure(cell: Cell) -> str:
    return f"{cell.number}{cell.unit if cell.number else ''}"


def cell_room(table: Table, cell: GridCell) -> float:
    """Return the room in points for text in a cell of a table."""
    return room(fsum(table.widths[cell.column:cell.column + cell.colspan]))
