"""The typed view of an edition of the national format.

An edition is data (`2019.yaml`, `2021.yaml`); this module knows its shape and nothing about a particular one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from reportgen.format.keys import Key, table_key
from reportgen.format.language import Language
from reportgen.format.shape import CellSpec, Ident, ProseSection, Table


class Axis(Struct, frozen=True, forbid_unknown_fields=True):
    """Stand for the paths of every row, or of every column, of a table."""

    rows: str = ""
    columns: str = ""

    def __post_init__(self) -> None:
        if bool(self.rows) == bool(self.columns):
            raise ValueError("rows 和 columns 写一个，后面写表格")


class Identity(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One arithmetic identity of the format, still to be expanded over `each`."""

    code: str
    title: str
    source: str
    each: tuple[str, ...] | Axis
    left: tuple[str, ...]
    right: tuple[str, ...]
    total: bool = False


class Limit(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part that cannot be larger than its whole, both cells with {} for the subject."""

    code: str
    title: str
    source: str
    each: tuple[str, ...] | Axis
    part: str
    whole: str


@dataclass(frozen=True)
class Equation:
    """One identity of concrete cells: the sum of `left` equals the sum of `right`.

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


class Sum(Struct, frozen=True, forbid_unknown_fields=True):
    """What is added up and what is taken away, as cells with {} for the subject."""

    add: tuple[str, ...] = ()
    subtract: tuple[str, ...] = ()


class Tie(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One tie between this year's cells and last year's, still to be expanded over `each`.

    The cell is what last year's `previous` come to with what `current` adds and takes away this year.
    """

    code: str
    title: str
    source: str
    each: tuple[str, ...] | Axis
    cell: str
    previous: tuple[str, ...]
    current: Sum = Sum()
    certain: bool


class ChartSpec(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A chart: its title with {first} and {last} year, and its bars, a cell or group by label.

    With `years` it has one bar a year, whose label has {year}.
    """

    id: Ident
    title: str
    unit: str
    bars: dict[str, str]
    years: bool = False


class Recognition(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The words by which a published section's heading is known; … stands for any words."""

    section: str
    words: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Return what finds the words."""
        return re.compile("|".join(re.escape(word).replace("…", ".*") for word in self.words))


class Examples(Struct, frozen=True, forbid_unknown_fields=True):
    """Cells that help texts name: a total, a part of it, a large figure, one that may need an account."""

    total: str
    part: str
    large: str
    accepted: str


class Edition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, dict=True):
    """One edition of the national format.

    `recognise` are tried in order; `main_figures` are the cells that tables of many agencies show, by head.
    """

    id: Annotated[str, Meta(pattern="^[0-9]{4}$")]
    title: str
    issued_as: str
    first_year: int
    last_year: int | None = None
    report_title: str
    sections: Annotated[tuple[ProseSection | Table, ...], Meta(min_length=1)]
    recognise: tuple[Recognition, ...]
    examples: Examples
    main_figures: dict[str, str]
    identities: tuple[Identity, ...]
    limits: tuple[Limit, ...] = ()
    ties: tuple[Tie, ...]
    charts: tuple[ChartSpec, ...]
    language: Language

    def covers(self, year: int) -> bool:
        """Say whether reports of `year` follow this edition."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Return the sections that are tables, by id."""
        return {section.id: section for section in self.sections if isinstance(section, Table)}

    @cached_property
    def cells(self) -> dict[str, CellSpec]:
        """Return every cell of every table by path, in printing order."""
        return {path: spec for table in self.tables.values() for path, spec in table.cells.items()}

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Return the leaf rows below every group of rows."""
        return {path: rows for table in self.tables.values() for path, rows in table.groups.items()}

    @cached_property
    def prose_sections(self) -> tuple[ProseSection, ...]:
        """Return the sections that are prose."""
        return tuple(section for section in self.sections if isinstance(section, ProseSection))

    @property
    def overview(self) -> ProseSection:
        """Return the section that gives the overview."""
        return next(section for section in self.prose_sections if "overview" in section.roles)

    @property
    def fee_section(self) -> ProseSection | None:
        """Return the section that states the fee for processing information, where there is one."""
        return next((section for section in self.prose_sections if "fee" in section.roles), None)

    def section_headed(self, text: str) -> str:
        """Return the section that a heading is of, however it is worded, or an empty string."""
        return next((one.section for one in self.recognise if one.pattern.search(text)), "")

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        """Return every identity expanded to concrete cells."""
        return tuple(
            Equation(identity, self.subject_label(identity, subject),
                     tuple(self.term(term.replace("{}", subject)) for term in identity.left),
                     tuple(self.term(term.replace("{}", subject)) for term in identity.right))
            for identity in self.identities for subject in self.expand(identity.each)
        )

    @cached_property
    def totals(self) -> dict[str, Equation]:
        """Return, by path, the first identity that each total is the sum of."""
        return {equation.left[0][0]: equation for equation in reversed(self.equations)
                if equation.identity.total}

    def expand(self, each: tuple[str, ...] | Axis) -> tuple[str, ...]:
        """Return the values that `each` stands for: as listed, or the row or column paths of a table."""
        if isinstance(each, tuple):
            return each
        cells = self.tables[each.rows or each.columns].cells.values()
        return tuple(dict.fromkeys(cell.row if each.rows else cell.column for cell in cells))

    def subject_label(self, identity: Identity, subject: str) -> str:
        """Return the printed name of the row, column or group that one expanded identity is about."""
        first = identity.left[0].replace("{}", subject)
        spec = next(self.cells[path] for path in self.term(first))
        table = self.tables[spec.table].short
        if isinstance(identity.each, Axis) and identity.each.columns:
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
        return {table.id: table_key(table) for table in self.tables.values()}

    def may_be_single(self, group: str) -> bool:
        """Say whether a group of rows may be given as one row."""
        return bool(self.keys_along(group)[-1].single_row)

    def keys_along(self, path: str) -> list[Key]:
        """Return the keys that lead to a row, a group or a cell, the table's first."""
        table, *steps = path.split(".")
        found = [self.keys[table]]
        for step in steps:
            found.append(found[-1].children.get(step) or found[-1].single_row[step])
        return found

    def chinese_name(self, path: str) -> str:
        """Return the name of a cell in expressions, in Chinese: 申请办理.本年新收.总计."""
        return ".".join(key.name for key in self.keys_along(path))

    def with_single_rows(self, groups: frozenset[str]) -> Edition:
        """Return the edition in which the named groups of rows are one row each."""
        if not groups:
            return self
        return replace(self, sections=tuple(
            section.with_single_rows(groups) if isinstance(section, Table) else section
            for section in self.sections))


def _quoted(labels: tuple[str, ...]) -> str:
    return "".join(f"“{label}”" for label in labels)
