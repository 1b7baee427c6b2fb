"""Lay out a table of an edition as the printed grid: every cell with its spans.

The spans follow from the heading trees alone, so the DOCX template, the HTML and any other drawing of a table
agree with each other and with the edition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reportgen.editions.model import Block, Heading, Table


@dataclass(frozen=True)
class GridCell:
    """Hold one printed cell.

    `kind` is "block" (a block's title), "corner", "column", "row" or "value"; `path` is set for a value.
    `header` marks the rows that repeat on each page. `level` is the depth of a row label, from 0.
    """

    kind: str
    text: str = ""
    path: str = ""
    colspan: int = 1
    rowspan: int = 1
    vertical: bool = False
    header: bool = False
    column: int = 0


def grid(table: Table) -> list[list[GridCell]]:
    """Return the rows of the printed grid; covered positions are left out, as in HTML.

    The last column of a block spans what is left of the table's width.
    """
    rows: list[list[GridCell]] = []
    for block in table.blocks:
        if block.title:
            rows.append([GridCell("block", block.title, colspan=len(table.widths))])
        rows += _header(table, block)
        rows += _body(table, block)
    return rows


def _last_span(table: Table, block: Block) -> int:
    leaves = sum(column.leaf_count for column in block.columns)
    return len(table.widths) - block.label_columns - leaves + 1


def _header(table: Table, block: Block) -> list[list[GridCell]]:
    height = block.header_rows
    repeats = len(table.blocks) == 1
    rows: list[list[GridCell]] = [[] for _ in range(height)]
    if block.label_columns:
        rows[0].append(GridCell("corner", block.corner, colspan=block.label_columns, rowspan=height, header=repeats))
    extra = _last_span(table, block) - 1
    total = sum(column.leaf_count for column in block.columns)

    def place(headings: Iterable[Heading], level: int, start: int) -> None:
        for heading in headings:
            end = start + heading.leaf_count
            rows[level].append(GridCell(
                "column", heading.label, colspan=heading.leaf_count + (extra if end == total else 0),
                rowspan=1 if heading.children else height - level, header=repeats,
                column=block.label_columns + start))
            place(heading.children, level + 1, start)
            start = end

    place(block.columns, 0, 0)
    return rows


def _body(table: Table, block: Block) -> list[list[GridCell]]:
    width = block.label_columns
    extra = _last_span(table, block) - 1
    columns = [".".join(heading.id for heading in line if heading.id)
               for top in block.columns for line in top.lines()]
    rows: list[list[GridCell]] = []

    def place(heading: Heading, level: int, path: str, labels: list[GridCell]) -> None:
        own = f"{path}.{heading.id}" if heading.id else path
        if heading.children:
            label = GridCell("row", heading.label, rowspan=heading.leaf_count, vertical=heading.vertical, column=level)
            for index, child in enumerate(heading.children):
                place(child, level + 1, own, [*labels, label] if index == 0 else [])
            return
        line = list(labels)
        if width:
            line.append(GridCell("row", heading.label, colspan=width - level, column=level))
        for index, column in enumerate(columns):
            line.append(GridCell("value", path=f"{own}.{column}", column=width + index,
                                 colspan=1 + (extra if index == len(columns) - 1 else 0)))
        rows.append(line)

    for top in block.rows:
        place(top, 0, table.id, [])
    return rows
