"""Lay out a table of an edition as the printed grid: every cell with its spans.

The spans follow from the heading trees alone, so the DOCX template, the HTML and any other drawing of a table
agree with each other and with the edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from markupsafe import Markup, escape

from reportgen.format.shape import Block, Heading, Table


@dataclass(frozen=True)
class GridCell:
    """One printed cell.

    `kind` is "block" (a block's title), "corner", "column", "row" or "value"; `path` is set for a value.
    `header` marks the rows that repeat on each page, `column` is the grid column where the cell begins. `id`
    names a heading, `headers` the headings that a cell stands under, block, columns and rows, outermost
    first.
    """

    kind: str
    text: str = ""
    path: str = ""
    colspan: int = 1
    rowspan: int = 1
    vertical: bool = False
    header: bool = False
    column: int = 0
    id: str = ""
    headers: tuple[str, ...] = ()

    @property
    def is_head(self) -> bool:
        """Say whether it is set as the head of a column; a corner in brackets is a remark on the table."""
        return self.kind in ("block", "column") or (self.kind == "corner" and not self.text.startswith("（"))

    @cached_property
    def attributes(self) -> Markup:
        """Return id, headers and spans as the attributes of the cell in HTML."""
        found = {"id": self.id, "headers": " ".join(self.headers)}
        found |= {name: str(span) for name, span in (("colspan", self.colspan), ("rowspan", self.rowspan))
                  if span > 1}
        return Markup("".join(f' {name}="{escape(text)}"' for name, text in found.items() if text))


def held(rows: Sequence[Sequence[GridCell]]) -> list[bool]:
    """Say for each row whether it stays with the next: a heading with its rows, a group with its label.

    A table of several blocks is cut between them alone.
    """
    found = [any(cell.kind in ("block", "column", "corner") for cell in row) for row in rows]
    starts = [index for index, heads in enumerate(found) if heads and not found[index - 1]]
    if len(starts) > 1:
        return [index + 1 not in starts for index in range(len(rows) - 1)] + [False]
    for index, row in enumerate(rows):
        for cell in row:
            # The vertical label reaches over nearly the whole table, so it cannot hold it together.
            if cell.kind == "row" and cell.rowspan > 1 and not cell.vertical:
                found[index:index + cell.rowspan - 1] = [True] * (cell.rowspan - 1)
    return found


@lru_cache(maxsize=64)
def grid(table: Table) -> tuple[tuple[GridCell, ...], ...]:
    """Return the rows of the printed grid; covered positions are left out, as in HTML.

    The last column of a block spans what is left of the table's width.
    """
    rows: list[list[GridCell]] = []
    for number, block in enumerate(table.blocks):
        title = [[GridCell("block", block.title, colspan=len(table.widths))]] if block.title else []
        rows += _related([*title, *_header(table, block), *_body(table, block)], f"{table.id}-{number}")
    return tuple(tuple(row) for row in rows)


def _related(rows: list[list[GridCell]], prefix: str) -> list[list[GridCell]]:
    """Return the rows of one block with the headings named and every cell knowing those it stands under."""
    above: list[tuple[range, GridCell]] = []    # headings of columns, with the columns that they cover
    beside: list[tuple[range, range, GridCell]] = []    # headings of rows, with their rows and columns
    related = []
    for number, row in enumerate(rows):
        line = []
        for cell in row:
            columns = range(cell.column, cell.column + cell.colspan)
            # A label of a row stands under the block's title alone.
            headers = [heading.id for covered, heading in above if heading.kind == "block"
                       or (cell.kind in ("value", "column") and _overlap(covered, columns))]
            headers += [heading.id for covered, places, heading in beside
                        if number in covered and places.start < cell.column]
            named = "" if cell.kind == "value" else f"{prefix}-{number}-{cell.column}"
            cell = replace(cell, id=named, headers=tuple(headers))
            if cell.kind in ("block", "column", "corner"):
                above.append((columns, cell))
            elif cell.kind == "row":
                beside.append((range(number, number + cell.rowspan), columns, cell))
            line.append(cell)
        related.append(line)
    return related


def _overlap(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _last_span(table: Table, block: Block) -> int:
    leaves = sum(column.leaf_count for column in block.columns)
    return len(table.widths) - block.label_columns - leaves + 1


def _header(table: Table, block: Block) -> list[list[GridCell]]:
    height = block.header_rows
    repeats = len(table.blocks) == 1
    rows: list[list[GridCell]] = [[] for _ in range(height)]
    if block.label_columns:
        rows[0].append(GridCell("corner", block.corner, colspan=block.label_columns, rowspan=height,
                                header=repeats))
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
            label = GridCell("row", heading.label, rowspan=heading.leaf_count, vertical=heading.vertical,
                             column=level)
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
