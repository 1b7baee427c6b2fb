"""The typed view of an edition of the national format.

An edition is data (`2019.yaml`, `2021.yaml`); this module knows its shape and nothing about a particular one.
A table is a column of blocks; a block is a tree of row headings crossed with a tree of column headings. A
heading with an id adds to the path of its cells, one without only prints: `applications.refused.third_party`
is a row path, `natural` a column path, the two joined by a dot are a cell's path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from reportgen.format.language import Language


class CellType(StrEnum):
    """Say what a cell may hold."""

    COUNT = "count"      # a whole number of pieces, 0 or more
    SIGNED = "signed"    # a whole number with its sign
    AMOUNT = "amount"    # money in the unit that the column names, decimals allowed
    MONEY = "money"      # money with a unit of its own, 万元 or 元


@dataclass(frozen=True)
class Heading:
    """Hold one heading of a row or a column, or of a group of them; `phrases` are what prose calls it."""

    label: str = ""
    id: str | None = None
    name: str = ""
    children: tuple[Heading, ...] = ()
    type: CellType = CellType.COUNT
    vertical: bool = False
    single_row: bool = False
    phrases: tuple[str, ...] = ()

    @property
    def leaf_count(self) -> int:
        """Return how many rows or columns the heading spans."""
        return sum(child.leaf_count for child in self.children) or 1

    @property
    def depth(self) -> int:
        """Return how many levels of headings the tree below has, itself counted."""
        return 1 + max((child.depth for child in self.children), default=0)

    def lines(self) -> Iterator[tuple[Heading, ...]]:
        """Yield each leaf below with the headings that lead to it, outermost first."""
        if not self.children:
            yield (self,)
        for child in self.children:
            for line in child.lines():
                yield (self, *line)


@dataclass(frozen=True)
class Block:
    """Hold one block of a table: a title row, a corner, and row headings crossed with column headings."""

    columns: tuple[Heading, ...]
    rows: tuple[Heading, ...]
    title: str = ""
    corner: str = ""

    @property
    def label_columns(self) -> int:
        """Return how many grid columns the row labels take; 0 where rows have none."""
        return max(row.depth for row in self.rows) if any(row.label for row in self.rows) else 0

    @property
    def header_rows(self) -> int:
        """Return how many grid rows the column headings take."""
        return max(column.depth for column in self.columns)


@dataclass(frozen=True)
class CellSpec:
    """What is fixed of one cell: its path, type and place; `column_labels` are outermost first."""

    path: str
    table: str
    type: CellType
    row: str
    column: str
    row_label: str
    column_labels: tuple[str, ...]


@dataclass(frozen=True)
class Key:
    """Hold one key of the data file: a group, a row, a column group or a cell.

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


@dataclass(frozen=True)
class Table:
    """Hold one statutory table; `widths` are the grid columns in millimetres."""

    id: str
    name: str
    short: str
    caption: str
    widths: tuple[float, ...]
    text: str
    blocks: tuple[Block, ...]

    @cached_property
    def cells(self) -> dict[str, CellSpec]:
        """Return every cell by path, in printing order."""
        found = {}
        for block in self.blocks:
            for row in (line for top in block.rows for line in top.lines()):
                for column in (line for top in block.columns for line in top.lines()):
                    spec = self._cell(row, column)
                    found[spec.path] = spec
        return found

    def _cell(self, row: tuple[Heading, ...], column: tuple[Heading, ...]) -> CellSpec:
        row_path = ".".join([self.id, *(heading.id for heading in row if heading.id)])
        column_path = ".".join(heading.id for heading in column if heading.id)
        return CellSpec(
            path=f"{row_path}.{column_path}",
            table=self.id,
            type=column[-1].type,
            row=row_path,
            column=column_path,
            row_label=row[-1].label,
            column_labels=tuple(heading.label for heading in column if heading.id),
        )

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Return the leaf rows below every group of rows that has a path."""
        found: dict[str, list[str]] = {}
        for block in self.blocks:
            for line in (line for top in block.rows for line in top.lines()):
                path = self.id
                for heading in line[:-1]:
                    if heading.id:
                        path = f"{path}.{heading.id}"
                        found.setdefault(path, [])
                leaf = ".".join([self.id, *(heading.id for heading in line if heading.id)])
                for group, rows in found.items():
                    if leaf.startswith(f"{group}."):
                        rows.append(leaf)
        return {group: tuple(rows) for group, rows in found.items()}


@dataclass(frozen=True)
class Section:
    """Hold one of the six sections; `kind` is "prose" or "table"."""

    id: str
    heading: str
    name: str
    kind: str


@dataclass(frozen=True)
class Identity:
    """Hold one arithmetic identity of the format, still to be expanded over `each`."""

    code: str
    title: str
    source: str
    each: tuple[str, ...] | Mapping[str, str]
    left: tuple[str, ...]
    right: tuple[str, ...]
    total: bool = False


@dataclass(frozen=True)
class Equation:
    """Hold one identity of concrete cells: the sum of `left` equals the sum of `right`.

    `left` and `right` are the terms, each a tuple of the cells that it adds up.
    """

    identity: Identity
    subject: str
    left: tuple[tuple[str, ...], ...]
    right: tuple[tuple[str, ...], ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """Return every cell of both sides."""
        return tuple(cell for term in (*self.left, *self.right) for cell in term)


@dataclass(frozen=True)
class Tie:
    """Hold one tie between this year's cells and last year's, still to be expanded over `each`."""

    code: str
    title: str
    source: str
    each: tuple[str, ...] | Mapping[str, str]
    cell: str
    previous: tuple[str, ...]
    add: tuple[str, ...] = ()
    subtract: tuple[str, ...] = ()
    certain: bool = False


@dataclass(frozen=True)
class ChartSpec:
    """Hold a chart: its title with {first} and {last} year, and its bars as (label, cell or group).

    With `years` it has one bar a year, whose label has {year}.
    """

    id: str
    title: str
    unit: str
    bars: tuple[tuple[str, str], ...]
    years: bool = False


@dataclass(frozen=True)
class Edition:
    """Hold one edition of the national format."""

    id: str
    title: str
    issued_as: str
    first_year: int
    last_year: int | None
    report_title: str
    sections: tuple[Section, ...]
    tables: dict[str, Table]
    identities: tuple[Identity, ...]
    ties: tuple[Tie, ...]
    charts: tuple[ChartSpec, ...]
    language: Language

    def covers(self, year: int) -> bool:
        """Say whether reports of `year` follow this edition."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    @cached_property
    def cells(self) -> dict[str, CellSpec]:
        """Return every cell of every table by path, in printing order."""
        return {path: spec for table in self.tables.values() for path, spec in table.cells.items()}

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Return the leaf rows below every group of rows."""
        return {path: rows for table in self.tables.values() for path, rows in table.groups.items()}

    @cached_property
    def prose_sections(self) -> tuple[Section, ...]:
        """Return the sections that are prose."""
        return tuple(section for section in self.sections if section.kind == "prose")

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        """Return every identity expanded to concrete cells."""
        return tuple(
            Equation(identity, self.subject_label(identity, subject),
                     tuple(self.term(term.replace("{}", subject)) for term in identity.left),
                     tuple(self.term(term.replace("{}", subject)) for term in identity.right))
            for identity in self.identities for subject in self.expand(identity.each)
        )

    def expand(self, each: tuple[str, ...] | Mapping[str, str]) -> tuple[str, ...]:
        """Return the values that `each` stands for: as listed, or the row or column paths of a table."""
        if isinstance(each, tuple):
            return each
        (axis, table), = each.items()
        cells = self.tables[table].cells.values()
        return tuple(dict.fromkeys(cell.row if axis == "rows" else cell.column for cell in cells))

    def subject_label(self, identity: Identity, subject: str) -> str:
        """Return the printed name of the row, column or group that one expanded identity is about."""
        first = identity.left[0].replace("{}", subject)
        spec = next(self.cells[path] for path in self.term(first))
        table = self.tables[spec.table].short
        if isinstance(identity.each, Mapping) and "columns" in identity.each:
            return f"{table}{_quoted(spec.column_labels)}列"
        if spec.row_label:
            return f"{table}“{spec.row_label}”行"
        return f"{table}{_quoted(spec.column_labels[:-1])}"

    def term(self, path: str) -> tuple[str, ...]:
        """Return the cells that a path stands for: itself, or those of every row of a group.

        Raises KeyError for a path that is neither.
        """
        if path in self.cells:
            return (path,)
        parts = path.split(".")
        for size in range(len(parts) - 1, 0, -1):
            rows = self.groups.get(".".join(parts[:size]))
            if rows:
                return tuple(".".join([row, *parts[size:]]) for row in rows)
        raise KeyError(path)

    def cell_label(self, path: str) -> str:
        """Return how a message names a cell: table, row and column as printed."""
        spec = self.cells[path]
        column = _quoted(spec.column_labels)
        place = f"“{spec.row_label}”行{column}列" if spec.row_label else column
        return f"{self.tables[spec.table].short}{place}"

    @cached_property
    def keys(self) -> dict[str, Key]:
        """Return the data file's keys for the tables, by table id."""
        return {table.id: _table_key(table) for table in self.tables.values()}

    def may_be_single(self, group: str) -> bool:
        """Say whether a group of rows may be given as one row."""
        table, *steps = group.split(".")
        key = self.keys[table]
        for step in steps:
            key = key.children[step]
        return bool(key.single_row)

    def with_single_rows(self, groups: frozenset[str]) -> Edition:
        """Return the edition in which the named groups of rows are one row each."""
        if not groups:
            return self
        tables = {ident: replace(table, blocks=tuple(
            replace(block, rows=tuple(_collapse(row, ident, groups) for row in block.rows))
            for block in table.blocks)) for ident, table in self.tables.items()}
        return replace(self, tables=tables)


def _quoted(labels: tuple[str, ...]) -> str:
    return "".join(f"“{label}”" for label in labels)


def _collapse(heading: Heading, path: str, groups: frozenset[str]) -> Heading:
    own = f"{path}.{heading.id}" if heading.id else path
    if heading.id and own in groups:
        return replace(heading, children=(), single_row=False)
    return replace(heading, children=tuple(_collapse(child, own, groups) for child in heading.children))


def _table_key(table: Table) -> Key:
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
