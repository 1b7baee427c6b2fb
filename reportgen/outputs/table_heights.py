"""Decide how high the rows of a printed table are, with its notes, and with prose on its page."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from reportgen.format import GridCell, Table, held
from reportgen.report.model import Paragraph
from reportgen.report.row_heights import FILLS_PAGE, row_heights, row_needs, usual_lines
from reportgen.standard import layout, styles
from reportgen.standard.cell_text import fill_up, text_lines
from reportgen.standard.layout import LINE_PITCH
from reportgen.standard.look import Look
from reportgen.standard.set_lines import set_lines, setting_of


@dataclass(frozen=True)
class TableHeights:
    """The heights of a table's rows and the space that fills the lines of its notes, in points.

    `joined` are the heights of a table that shares its page with the prose before it, none where they do not
    fit one. `cut` says that no page holds the table with its notes.
    """

    rows: tuple[float, ...]
    notes_space: float
    joined: tuple[float, ...] = ()
    cut: bool = False


@dataclass(frozen=True)
class _Block:
    """A table that takes a page with all that decides how high it is; `note_lines` are those of its notes."""

    table: Table
    rows: tuple[tuple[GridCell, ...], ...]
    texts: dict[str, str]
    note_lines: int
    look: Look

    def needs(self, *, close: bool = False) -> list[float]:
        return row_needs(self.table, self.rows, self.texts, self.look, close=close)

    @property
    def notes(self) -> float:
        return self.note_lines * self.look.pitch(styles.NOTE)


def table_heights(table: Table, rows: tuple[tuple[GridCell, ...], ...], texts: dict[str, str], look: Look, *,
                  notes: tuple[Paragraph, ...], before: tuple[Paragraph, ...], tight: bool) -> TableHeights:
    """Return the heights of a table that prints `texts` in its cells, by path.

    `tight` asks for the lowest ones of a table that does not fill a page.
    """
    width = look.page.type_width / layout.MM_PER_POINT
    lines = sum(text_lines(note.text, width, look.size(styles.NOTE)) for note in notes)
    block = _Block(table, rows, texts, lines, look)
    if table.text == FILLS_PAGE:
        return _filling(block, before)
    needs = block.needs()
    return TableHeights(row_heights(needs, usual_lines(table, needs, tight)), _rest(block.notes))


def _filling(block: _Block, before: tuple[Paragraph, ...]) -> TableHeights:
    """Return the heights of a table that begins a page and fills it, with its heading and its notes."""
    needs, below = block.needs(), layout.grid_lines(block.notes)
    least = usual_lines(block.table, needs, tight=True)
    # Below prose the heading stands there too.
    room = block.look.page.lines - (0 if before else 1)
    if least + below > room:
        return _overfull(block, needs, room)
    shared = room - 1 - _prose_lines(before, block.look) - below if before else 0
    return TableHeights(row_heights(needs, room - below), _rest(block.notes),
                        joined=row_heights(needs, shared) if shared >= least else ())


def _overfull(block: _Block, needs: list[float], room: int) -> TableHeights:
    """Return the heights of a table that has no room for its notes in lines of their own.

    They stand close below it where rows without air leave as much. Else those that do not fit go on where
    the next page begins, and if that is all of them, the last row with them: what they belong to.
    """
    close = block.needs(close=True)
    total = room * LINE_PITCH - block.notes - layout.RULE_WIDTH
    if fsum(close) <= total:
        return TableHeights(fill_up(close, total), 0.0)
    heights, pitch = row_heights(needs, 1), block.look.pitch(styles.NOTE)
    left = room * LINE_PITCH - fsum(heights) - layout.RULE_WIDTH
    fitting = min(int(max(left, 0.0) / pitch), block.note_lines)
    if fitting or not block.note_lines:
        return TableHeights(heights, _rest((block.note_lines - fitting) * pitch))
    kept = held(block.rows)
    last = max((index + 1 for index, keeps in enumerate(kept[:-1]) if not keeps), default=0)
    again = [index for index, row in enumerate(block.rows) if index >= last or row[0].header]
    height = fsum(heights[index] for index in again) + layout.RULE_WIDTH + block.notes
    return TableHeights(heights, _rest(height), cut=True)


def _rest(height: float) -> float:
    """Return what is left of the lines of the grid that a block of a height takes."""
    return round(layout.grid_lines(height) * LINE_PITCH - height, 2)


def _prose_lines(paragraphs: tuple[Paragraph, ...], look: Look) -> int:
    """Return how many lines of the grid paragraphs of the body take."""
    height = 0.0
    for paragraph in paragraphs:
        style = styles.HEADINGS[paragraph.level] if paragraph.is_heading else styles.BODY
        setting, indent = setting_of(look, style)
        lines = sum(1 for _ in set_lines(paragraph.text, setting.width - indent, setting))
        height += lines * look.pitch(style)
    return layout.grid_lines(height)
