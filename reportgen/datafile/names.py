"""The names of expressions and templates: fields, tables, rows, sums and cells, this year and last.

A name is followed step by step. What the last step gives depends on the medium: prose refuses what is not
filled in, a template may ask whether it is.
"""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reportgen.datafile.fields import Field, common_fields, section_fields
from reportgen.format import Edition, Key
from reportgen.report.figures import Blank, ExpressionError, Figure
from reportgen.report.model import BLANK_MARK, FAILED_MARK, NO_PREVIOUS_MARK, Cell, written_date

SUM_NAMES = ("sum", "合计")
PREVIOUS_NAME = "上年"
NO_PREVIOUS = "没有上年数据文件，请用 --previous 指定，或把它放在本文件旁边"


class Names(ABC):
    """A step of a dotted name; the sandboxes call `step`, docxtpl's own environment reads attributes."""

    @abstractmethod
    def step(self, name: str) -> Any:
        """Return what `name` leads to.

        Raises ExpressionError for a name that there is not, or a figure that is not filled in.
        """

    @abstractmethod
    def known(self) -> list[str]:
        """Return the names of the steps that there are."""

    def __getattr__(self, name: str) -> Any:
        # Python asks for its own protocols by names like this; they lead nowhere.
        if name.startswith("_"):
            raise AttributeError(name)
        return self.step(name)

    def __getitem__(self, name: str) -> Any:
        if not isinstance(name, str):
            raise TypeError(f"{name!r} is no name")
        return self.step(name)

    def __str__(self) -> str:
        raise ExpressionError("表达式只写到一组数，还要写到具体的一格", FAILED_MARK)


@dataclass(frozen=True)
class Source:
    """The cells that names lead to; `prefix` is "previous." for last year's."""

    edition: Edition
    cells: Mapping[str, Cell]
    prefix: str = ""

    def missing(self, path: str) -> str:
        """Return the message that a cell is not filled in."""
        label = f"{'上年' if self.prefix else ''}{self.edition.cell_label(path)}"
        return f"{label}由各项相加，还有没填的项" if path in self.edition.totals else f"{label}未填"


class Medium:
    """What the last step of a name gives; in prose, figures without their remarks."""

    def figure(self, source: Source, path: str) -> Any:
        """Return the figure of one cell.

        Raises ExpressionError where it is blank.
        """
        cell = source.cells[path]
        if cell.value is None:
            raise ExpressionError(source.missing(path), BLANK_MARK, told=cell.unread and not source.prefix)
        return Figure(Decimal(cell.value), (source.prefix + path,), cell.number)

    def text(self, path: str, text: str) -> Any:
        """Return the text of one field.

        Raises ExpressionError where it is blank.
        """
        if not text:
            raise ExpressionError(f"{path} 未填", BLANK_MARK)
        return text


@dataclass(frozen=True)
class TableNames(Names):
    """Lead from a table to its rows, columns and cells, by id or Chinese name."""

    source: Source
    key: Key
    medium: Medium = field(default_factory=Medium)

    def step(self, name: str) -> Any:
        """Return the next step, or the figure where the name ends at a cell; `sum` adds up a group's rows."""
        if name in SUM_NAMES and self.key.rows:
            return SumNames(self.source, self.key, self.medium)
        child = find_key(self.key.children, name)
        if child is None:
            raise unknown_name(f"{self.source.prefix}{self.key.path}.{name}", [*self.known(), *(
                key.name for key in self.key.children.values())])
        if child.cell:
            return self.medium.figure(self.source, child.path)
        return TableNames(self.source, child, self.medium)

    def known(self) -> list[str]:
        """Return the ids of the rows, columns or cells below."""
        return [*self.key.children, *(SUM_NAMES[:1] if self.key.rows else ())]


@dataclass(frozen=True)
class SumNames(Names):
    """Lead from a group of rows to the sum of one column over them."""

    source: Source
    key: Key
    medium: Medium = field(default_factory=Medium)

    def step(self, name: str) -> Any:
        """Return the sum of the column `name` over the group's rows."""
        columns = self._columns()
        column = next((ident for ident, label in columns.items() if name in (ident, label)), None)
        if column is None:
            raise unknown_name(f"{self.source.prefix}{self.key.path}.sum.{name}", list(columns))
        parts = [self.medium.figure(self.source, f"{row}.{column}") for row in self.key.rows]
        blank = next((part for part in parts if not isinstance(part, Figure)), None)
        if blank is not None:
            return blank
        return Figure(sum((part.value for part in parts), Decimal(0)),
                      tuple(cell for part in parts for cell in part.cells))

    def known(self) -> list[str]:
        """Return the ids of the columns."""
        return list(self._columns())

    def _columns(self) -> dict[str, str]:
        cells = self.source.edition.cells.values()
        return {cell.column: cell.column_labels[-1] for cell in cells if cell.row == self.key.rows[0]}


@dataclass(frozen=True)
class FieldNames(Names):
    """Lead to plain fields such as `agency.name`; `values` are texts, figures or further steps."""

    values: Mapping[str, Any]
    path: str = ""
    chinese: Mapping[str, str] = field(default_factory=dict)
    medium: Medium = field(default_factory=Medium)

    def step(self, name: str) -> Any:
        """Return the field called `name`, by id or Chinese name."""
        ident = name if name in self.values else self.chinese.get(name, name)
        if ident not in self.values:
            raise unknown_name(f"{self.path}{name}", [*self.values, *self.chinese])
        value = self.values[ident]
        return self.medium.text(f"{self.path}{name}", value) if type(value) is str else value

    def known(self) -> list[str]:
        """Return the ids of the fields."""
        return list(self.values)


@dataclass(frozen=True)
class MissingPrevious(Names):
    """What last year's names lead to where there is no such report.

    False in a condition, a mark in a `draft`'s templates.
    """

    draft: bool = False

    def step(self, name: str) -> Any:
        """Return what prints the mark in a draft.

        Raises ExpressionError otherwise.
        """
        blank = Blank(NO_PREVIOUS, NO_PREVIOUS_MARK, self.draft)
        if self.draft:
            return blank
        raise blank.error()

    def known(self) -> list[str]:
        """Return nothing."""
        return []

    def __bool__(self) -> bool:
        return False


def find_key(keys: Mapping[str, Key], name: str) -> Key | None:
    """Return the key with the given id or Chinese name."""
    return keys.get(name) or next((key for key in keys.values() if key.name == name), None)


def unknown_name(path: str, known: Iterable[str]) -> ExpressionError:
    """Build the error for a name that there is not, with the nearest one."""
    near = difflib.get_close_matches(path.rpartition(".")[2], known, 1)
    return ExpressionError(f"没有“{path}”这一项" + (f"，是不是“{near[0]}”？" if near else ""), FAILED_MARK)


@dataclass(frozen=True)
class Subject:
    """What the names of one report lead to: its fields by dotted id, its year, title and cells."""

    texts: Mapping[str, str]
    year: int
    title: str
    source: Source


def chinese_names(edition: Edition) -> dict[str, str]:
    """Return the id that each Chinese name at the start of an expression stands for."""
    fields: tuple[Field, ...] = (*common_fields(), *section_fields(edition))
    return {**{entry.name: entry.id for entry in fields}, PREVIOUS_NAME: "previous"}


def names_of_subject(subject: Subject, medium: Medium) -> dict[str, Any]:
    """Return what the names of one report lead to, by id, without last year's."""
    path, texts = subject.source.prefix, subject.texts
    names: dict[str, Any] = {"year": Figure(Decimal(subject.year), (), str(subject.year)),
                             "title": subject.title.replace("\n", "")}
    for entry in common_fields():
        if entry.kind != "group":
            continue
        values = {child.id: _shown(child, texts.get(f"{entry.id}.{child.id}", "")) for child in entry.fields}
        if entry.id == "signature" and not values["name"] and any(ident.startswith("signature.")
                                                                  for ident in texts):
            values["name"] = texts.get("agency.name", "")
        chinese = {child.name: child.id for child in entry.fields}
        names[entry.id] = FieldNames(values, f"{path}{entry.id}.", chinese, medium)
    for table, key in subject.source.edition.keys.items():
        names[table] = TableNames(subject.source, key, medium)
    return names


def previous_names(subject: Subject, medium: Medium) -> FieldNames:
    """Return what leads to last year's report."""
    return FieldNames(names_of_subject(subject, medium), "previous.", chinese_names(subject.source.edition),
                      medium)


def _shown(entry: Field, text: str) -> str:
    return written_date(text) if entry.kind == "date" and text else text
