"""Read a statutory table of one row by its header: it has a column for every figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reportgen.format import Heading, Table
from reportgen.imports.blocks import Grid
from reportgen.imports.labels import core, leaves
from reportgen.report.align import squeezed


@dataclass
class OneRowHeader:
    """The header of a table of one row: groups and outcomes by column, and in how many columns."""

    groups: dict[int, str] = field(default_factory=dict)
    outcomes: dict[int, str] = field(default_factory=dict)
    width: int = 0


def by_columns(grid: Grid, table: Table, heads: Mapping[str, OneRowHeader]) -> dict[str, tuple[int, int]]:
    """Match a table of one row by its header: an outcome belongs to the last group that begins before it.

    Returns row and column of each cell by its path. The header may stand in the grid before, if this one has
    as many columns. Where a figure stands in none of the columns, nobody knows whose the others are.
    """
    head, last = find_head(grid, table)
    before = heads.get(table.id)
    if not head.outcomes and before and before.width == grid.width:
        head = before
    cells: dict[str, tuple[int, int]] = {}
    values = next((row for row in grid.rows[last + 1:]), ())
    if any(squeezed(text or "") for index, text in enumerate(values) if index not in head.outcomes):
        return {}
    for index, outcome in head.outcomes.items():
        start = max((begin for begin in head.groups if begin <= index), default=None)
        if start is not None and index < len(values):
            cells[f"{table.id}.{head.groups[start]}.{outcome}"] = (last + 1, index)
    return cells


def find_head(grid: Grid, table: Table) -> tuple[OneRowHeader, int]:
    """Return the header of a table of one row, and the last row of the grid that belongs to it, or -1."""
    head = OneRowHeader(width=grid.width)
    names = {core(top.label): top.id for top in _with_children(table) if top.id}
    outcomes = {core(leaf.label): leaf.id for block in table.blocks for leaf in leaves(block.columns)
                if leaf.id}
    last = -1
    for number, row in enumerate(grid.rows):
        for index, text in enumerate(row):
            label = core(text or "")
            if label in names:
                head.groups[index], last = names[label], number
            elif label in outcomes:
                head.outcomes[index], last = outcomes[label], number
    return head, last


def _with_children(table: Table) -> Iterator[Heading]:
    def walk(heading: Heading) -> Iterator[Heading]:
        if heading.children:
            yield heading
        for child in heading.children:
            yield from walk(child)

    for block in table.blocks:
        for top in block.columns:
            yield from walk(top)
