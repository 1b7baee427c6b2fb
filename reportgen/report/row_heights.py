"""Give the rows of the printed tables their heights, so that every table takes whole lines of the grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum

from reportgen.format import GridCell, Table, grid
from reportgen.report.remarks import cell_room
from reportgen.standard import layout, styles
from reportgen.standard.cell_text import fill_up, label_indent, text_height, text_lines
from reportgen.standard.layout import LINE_PITCH, MM_PER_POINT
from reportgen.standard.look import STANDARD, Look

# What figures need above and below them, in mm: they are lower than hanzi.
_FIGURE_AIR = 0.1
_TEMPLATE_LINES = 3
# Tables in this size begin a page and fill it.
FILLS_PAGE = "small"


def cell_styles(cell: GridCell) -> Mapping[str, str]:
    """Return the styles of a cell by the size of its table's text."""
    if cell.is_head:
        return styles.TABLE_HEAD
    return styles.TABLE_VALUE if cell.kind == "value" else styles.TABLE_TEXT


def first_heights(table: Table) -> tuple[float, ...]:
    """Return the heights in points of the rows in the Word template, with nothing in or below the table."""
    rows = grid(table)
    needs = row_needs(table, rows, {})
    # As it stands, the template has rows of tags and one heading more on the page of a table that fills one.
    lines = STANDARD.page.lines - _TEMPLATE_LINES if table.text == FILLS_PAGE else usual_lines(table, needs)
    return row_heights(needs, lines)


def row_heights(needs: Sequence[float], lines: int) -> tuple[float, ...]:
    """Return heights of rows in points that make up so many lines of the grid; more where they need more.

    No row is higher than a line.
    """
    lines = max(min(lines, len(needs)), layout.grid_lines(fsum(needs) + layout.RULE_WIDTH))
    # The rule above the first row comes on top.
    return fill_up(needs, lines * LINE_PITCH - layout.RULE_WIDTH)


def usual_lines(table: Table, needs: Sequence[float], tight: bool = False) -> int:
    """Return how many lines of the grid a table takes with rows of the usual height, or with the least."""
    usual = 0.0 if tight else layout.ROW_HEIGHT[table.text] / MM_PER_POINT
    return layout.grid_lines(fsum(max(need, usual) for need in needs) + layout.RULE_WIDTH)


def row_needs(table: Table, rows: Sequence[Sequence[GridCell]], texts: Mapping[str, str],
              look: Look = STANDARD, *, close: bool = False) -> list[float]:
    """Return the least height of every row in points: that of its texts, with air above and below them.

    `close` leaves out the air about figures.
    """
    found = [layout.SMALLEST_ROW[table.text] / MM_PER_POINT] * len(rows)
    deep = []
    for index, row in enumerate(rows):
        for cell in row:
            height = _height(table, cell, texts, look, close)
            if cell.rowspan == 1:
                found[index] = max(found[index], height)
            else:
                deep.append((index, index + cell.rowspan, height))
    for first, end, height in deep:
        share = max(0.0, height - fsum(found[first:end])) / (end - first)
        found[first:end] = [one + share for one in found[first:end]]
    return found


def indents(table: Table, rows: Sequence[Sequence[GridCell]], look: Look = STANDARD) -> dict[str, float]:
    """Return the first-line indents in points of the labels that break behind their numbers, by cell id."""
    size = look.size(styles.TABLE_TEXT[table.text])
    found = {cell.id: label_indent(cell.text, cell_room(table, cell), size)
             for row in rows for cell in row if cell.kind == "row" and not cell.vertical}
    return {ident: indent for ident, indent in found.items() if indent}


def _height(table: Table, cell: GridCell, texts: Mapping[str, str], look: Look, close: bool) -> float:
    style = cell_styles(cell)[table.text]
    size, pitch = look.size(style), look.pitch(style)
    if cell.vertical:
        # Half a character stays free above and below.
        return (len(cell.text) + 1) * layout.VERTICAL_LEADING * size
    text = texts.get(cell.path, "") if cell.path else cell.text
    width = cell_room(table, cell)
    indent = label_indent(text, width, size) if cell.kind == "row" else 0.0
    # Only a table that fills its page has no room for more air about a mark below a figure.
    air = _FIGURE_AIR if cell.path and table.text == FILLS_PAGE else layout.CELL_AIR
    return text_height(text_lines(text, width, size, indent), pitch, 0.0 if close and cell.path else air)
