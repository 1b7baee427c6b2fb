"""The shape of a report: its sections, and tables as trees of headings.

A table is a column of blocks; a block is a tree of row headings crossed with a tree of column headings. A
heading with an id adds to the path of its cells, one without only prints: `applications.refused.third_party`
is a row path, `natural` a column path, the two joined by a dot are a cell's path.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct
from msgspec.structs import force_setattr, replace

from reportgen.format.spelling import spelled

# Ids are steps of names in prose and templates.
Ident = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]


class CellType(StrEnum):
    """Say what a cell may hold."""

    COUNT = "count"      # a whole number of pieces, 0 or more
    SIGNED = "signed"    # a whole number with its sign
    AMOUNT = "amount"    # money in the unit that the column names, decimals allowed
    MONEY = "money"      # money with a unit of its own, 万元 or 元


class Heading(Struct, frozen=True, forbid_unknown_fields=True):
    """One heading of a row or a column, or of a group of them; `phrases` are what prose calls it."""

    label: str = ""
    id: Ident | None = None
    name: str = ""
    children: tuple[Heading, ...] = ()
    type: CellType = CellType.COUNT
    vertical: bool = False
    single_row: bool = False
    phrases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name:
            force_setattr(self, "name", self.label)
        force_setattr(self, "phrases", spelled(self.phrases))

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


class Block(Struct, frozen=True, forbid_unknown_fields=True):
    """One block of a table: a title row, a corner, and row headings crossed with column headings."""

    columns: Annotated[tuple[Heading, ...], Meta(min_length=1)]
    rows: Annotated[tuple[Heading, ...], Meta(min_length=1)]
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


class Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", dict=True):
    """One section; `kind` is "prose" or "table", `roles` are what the checks ask of it."""

    kind: ClassVar[Literal["prose", "table"]]
    id: Ident
    heading: str
    name: str


class ProseSection(Section, frozen=True, kw_only=True, tag="prose"):
    """A section of prose."""

    kind: ClassVar[Literal["prose", "table"]] = "prose"
    roles: tuple[Literal["overview", "fee"], ...] = ()


class Table(Section, frozen=True, kw_only=True, tag="table"):
    """A section that is a statutory table; `widths` are the grid columns in millimetres.

    `reach` says how far what prose says of the table goes on, `none_needs` which words a sentence has that
    says that there were none.
    """

    kind: ClassVar[Literal["prose", "table"]] = "table"
    short: str
    caption: str
    widths: tuple[float, ...]
    text: Literal["normal", "small"]
    blocks: Annotated[tuple[Block, ...], Meta(min_length=1)]
    reach: Literal["sentence", "paragraph", "guess"] = "sentence"
    none_needs: tuple[str, ...] = ()

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

    def with_single_rows(self, groups: frozenset[str]) -> Table:
        """Return the table in which the named groups of rows are one row each."""
        return replace(self, blocks=tuple(
            replace(block, rows=tuple(_collapse(row, self.id, groups) for row in block.rows))
            for block in self.blocks))


def _collapse(heading: Heading, path: str, groups: frozenset[str]) -> Heading:
    own = f"{path}.{heading.id}" if heading.id else path
    if heading.id and own in groups:
        return replace(heading, children=(), single_row=False)
    return replace(heading, children=tuple(_collapse(child, own, groups) for child in heading.children))
