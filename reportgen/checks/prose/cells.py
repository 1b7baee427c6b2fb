"""The cells of a report as prose names them: readings, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from reportgen.checks.prose.vocabulary import Options
from reportgen.format import CellType, Edition, Equation
from reportgen.report.model import Report

WAN = 10_000


@dataclass(frozen=True)
class FigureReading:
    """One way to take a figure: the cells that it adds up, and how a message names them."""

    cells: tuple[str, ...]
    label: str


class Cells:
    """Look up the cells of one report as prose names them.

    Money is counted in 元, so that 万元 in a table and 亿元 in a sentence can be compared.
    """

    def __init__(self, report: Report) -> None:
        self.edition: Edition = report.edition
        self._report = report

    @cached_property
    def _default(self) -> dict[str, str]:
        """Return by table the column of totals, which prose means where it names no column."""
        found = {}
        for equation in self.edition.equations:
            if equation.identity.total and equation.identity.left[0].startswith("{}."):
                table, _, _ = equation.left[0][0].partition(".")
                found[table] = equation.identity.left[0].rpartition(".")[2]
        return found

    @cached_property
    def _columns(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.edition.cells:
            middle, _, last = path.rpartition(".")
            found.setdefault(middle, []).append(last)
        return found

    def defaults(self, table: str) -> Options:
        """Return the columns that prose means where it names none: the totals, if the table has them."""
        return ((self._default[table],),) if table in self._default else ()

    def readings(self, table: str, parts: Options, columns: Options, unit: str, sole: bool = True,
                 ) -> tuple[FigureReading, ...]:
        """Return every way to cross parts with columns that gives cells of the unit.

        With `sole`, the only cell of a row needs no column.
        """
        found: dict[tuple[str, ...], FigureReading] = {}
        for part in parts:
            middles = [f"{table}.{middle}" for middle in part]
            for column in (*columns, *(self._sole(middles) if sole else ())):
                cells = tuple(f"{middle}.{name}" for middle in middles for name in column)
                if all(path in self.edition.cells and self._unit(path) == unit for path in cells):
                    found.setdefault(cells, FigureReading(cells, self._label(table, middles, column)))
        return tuple(found.values())

    def value(self, reading: FigureReading, last_year: bool = False) -> Decimal | None:
        """Return what a reading comes to, this year or last.

        None where a cell is blank or there is no such year.
        """
        return self.total(reading.cells, last_year)

    def total(self, paths: Iterable[str], last_year: bool = False) -> Decimal | None:
        """Return the sum of cells, in pieces or in 元; None where one is blank.

        A blank total whose parts are all given is their sum.
        """
        report = self._report.previous if last_year else self._report
        values = [self._value(path, report) for path in paths] if report else [None]
        return None if None in values else sum((value or Decimal(0) for value in values), Decimal(0))

    def least(self, paths: Iterable[str]) -> Decimal:
        """Return what cells come to at least, as far as they and the parts of totals are given."""
        known = Decimal(0)
        for path in paths:
            value = self._value(path, self._report)
            parts = self._parts.get(path, ()) if value is None else ()
            known += value or sum((self._value(part, self._report) or Decimal(0) for part in parts),
                                  Decimal(0))
        return known

    def otherwise(self, paths: Iterable[str]) -> set[Decimal]:
        """Return what cells come to by identities that do not hold: a sentence may go by either side."""
        meant, found = set(paths), set()
        for equation in self._broken:
            sides = [[cell for term in side for cell in term] for side in (equation.left, equation.right)]
            for own, other in (sides, sides[::-1]):
                if meant <= set(own):
                    found.add((self.total(other) or Decimal(0))
                              - (self.total(cell for cell in own if cell not in meant) or Decimal(0)))
        return found

    @cached_property
    def _broken(self) -> tuple[Equation, ...]:
        found = []
        for equation in self.edition.equations:
            left, right = (self.total(cell for term in side for cell in term)
                           for side in (equation.left, equation.right))
            if left is not None and right is not None and left != right:
                found.append(equation)
        return tuple(found)

    @cached_property
    def _parts(self) -> dict[str, tuple[str, ...]]:
        """Return the cells that each total adds up."""
        return {equation.left[0][0]: tuple(cell for term in equation.right for cell in term)
                for equation in self.edition.equations if equation.identity.total}

    def _value(self, path: str, report: Report) -> Decimal | None:
        cell = report.cells.get(path)
        if cell is not None and cell.value is not None:
            return Decimal(cell.value) * (WAN if self._in_wan(path, cell.unit) else 1)
        parts = [report.cells.get(part) for part in self._parts.get(path, ())] if cell is not None else []
        values = [None if part is None else part.value for part in parts]
        if not values or None in values:
            return None
        return sum((Decimal(value or 0) for value in values), Decimal(0))

    def wholes(self, part: FigureReading) -> tuple[FigureReading, ...]:
        """Return what a reading may be a share of: its row, its group of rows, and the table's wholes."""
        table = part.cells[0].partition(".")[0]
        default = self._default.get(table)
        if default is None:
            return ()
        middles = list(dict.fromkeys(cell.rpartition(".")[0] for cell in part.cells))
        inside = len(table) + 1
        options = [tuple(middle[inside:] for middle in middles)]
        options += [tuple(row[inside:] for row in rows) for rows in self.edition.groups.values()
                    if set(middles) < set(rows)]
        options += self.edition.language.wholes.get(table, ())
        return self.readings(table, tuple(options), ((default,),), "count")

    def _sole(self, middles: list[str]) -> Options:
        columns = {tuple(self._columns.get(middle, ())) for middle in middles}
        return tuple(only for only in columns if len(only) == 1)

    def _unit(self, path: str) -> str:
        return "money" if self.edition.cells[path].type in (CellType.AMOUNT, CellType.MONEY) else "count"

    def _in_wan(self, path: str, unit: str) -> bool:
        return unit == "万元" or (path in self.edition.cells
                                and self.edition.cells[path].type is CellType.AMOUNT)

    def _label(self, table: str, middles: list[str], column: tuple[str, ...]) -> str:
        if len(middles) == len(column) == 1:
            return self.edition.cell_label(f"{middles[0]}.{column[0]}")
        group = next((path for path, rows in self.edition.groups.items() if list(rows) == middles), None)
        parts = [f"“{self._name(group)}”各项"] if group else [f"“{self._name(middle)}”" for middle in middles]
        named = f"{len(column)}列" if len(column) > 1 else self._name(f"{middles[0]}.{column[0]}")
        return f"{self.edition.tables[table].short}{'＋'.join(parts)}的“{named}”之和"

    def _name(self, path: str) -> str:
        return self.edition.keys_along(path)[-1].name
