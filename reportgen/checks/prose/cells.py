"""The cells of a report as prose names them: readings, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from reportgen.checks.prose.vocabulary import Options
from reportgen.format import CellType, Edition
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

    def readings(self, table: str, parts: Options, columns: Options, unit: str) -> tuple[FigureReading, ...]:
        """Return every way to cross parts with columns that gives cells of the unit.

        A sole cell needs no column.
        """
        found: dict[tuple[str, ...], FigureReading] = {}
        for part in parts:
            middles = [f"{table}.{middle}" for middle in part]
            for column in (*columns, *self._sole(middles)):
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
        """Return the sum of cells, in pieces or in 元; None where one is blank."""
        report = self._report.previous if last_year else self._report
        total = Decimal(0)
        for path in paths:
            cell = report.cells.get(path) if report else None
            if cell is None or cell.value is None:
                return None
            total += Decimal(cell.value) * (WAN if self._in_wan(path, cell.unit) else 1)
        return total

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
