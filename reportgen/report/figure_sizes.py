"""Fit figures into the cells of the printed tables."""

from __future__ import annotations

from math import fsum

from reportgen.format import grid
from reportgen.report.model import Report
from reportgen.report.remarks import remarks
from reportgen.standard import layout, styles
from reportgen.standard.look import STANDARD, Look


def figure_sizes(report: Report, look: Look = STANDARD) -> dict[str, float]:
    """Return the sizes in points, by path, of the figures too wide for their cells at the table's size."""
    found = {}
    for table in report.edition.tables.values():
        noted = remarks(report, table, look)
        size = look.size(styles.TABLE_VALUE[table.text])
        for cell in (cell for row in grid(table) for cell in row if cell.path):
            width = fsum(table.widths[cell.column:cell.column + cell.colspan])
            fitting = layout.figure_size(noted.text(cell.path, report.cells[cell.path]), width, size)
            if fitting < size:
                found[cell.path] = fitting
    return found
