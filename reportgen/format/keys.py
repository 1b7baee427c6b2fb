"""The keys of a data file for a table of an edition, as a tree."""

from __future__ import annotations

from dataclasses import dataclass, field

from reportgen.format.shape import Block, CellSpec, Heading, Table


@dataclass(frozen=True)
class Key:
    """One key of the data file: a group, a row, a column group or a cell.

    `children` are its keys by id. `rows` are the leaf rows below a group of rows. `single_row` are the column
    keys that a group of rows may have instead of its rows.
    """

    id: str
    name: str
    path: str
    children: dict[str, Key] = field(default_factory=dict)
    cell: CellSpec | None = None
    rows: tuple[str, ...] = ()
    single_row: dict[str, Key] = field(default_factory=dict)


def table_key(table: Table) -> Key:
    """Build the tree of keys of one table; rows come first in a path, then columns."""
    root = Key(table.id, table.name, table.id)
    for block in table.blocks:
        for top in block.rows:
            _add_rows(root, top, block, table)
    return root


def _add_rows(parent: Key, heading: Heading, block: Block, table: Table) -> None:
    own = parent
    if heading.id:
        path = f"{parent.path}.{heading.id}"
        own = Key(heading.id, heading.name, path, rows=table.groups.get(path, (path,)))
        parent.children[heading.id] = own
    for child in heading.children:
        _add_rows(own, child, block, table)
    if not heading.children:
        for column in block.columns:
            _add_columns(own, own.children, column, table)
    elif heading.single_row:
        for column in block.columns:
            _add_columns(own, own.single_row, column, table)


def _add_columns(row: Key, target: dict[str, Key], heading: Heading, table: Table) -> None:
    into, parent = target, row
    if heading.id:
        path = f"{row.path}.{heading.id}"
        spec = None
        if not heading.children:
            spec = table.cells.get(path) or CellSpec(
                path, table.id, heading.type, row.path, heading.id, row.name, (heading.label,))
        parent = Key(heading.id, heading.name, path, cell=spec)
        target[heading.id] = parent
        into = parent.children
    for child in heading.children:
        _add_columns(parent, into, child, table)
