"""Where everything stands in the Excel form of a data file: the one plan that it is drawn and read by.

A first sheet that shows what is still missing, with the switch that blank cells are 0; a sheet for the plain
fields and one for those that few need; a sheet a table, drawn by the edition's grid, with totals as formulas
and a check beside every identity; one for each piece of prose, a paragraph a row; the prose around a table
below it; remarks and accepted findings on sheets of their own. A sheet that is not shown says which form it
is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reportgen.datafile.fields import Field, common_fields, plain_fields
from reportgen.format import Edition, Equation, GridCell, grid
from reportgen.report.model import NOTES

WORKBOOKS = (".xlsx", ".xlsm")
FORM, VERSION = "reportgen-form", "3"
# A form of the first version has no rows for the prose around its tables; one of the second has all plain
# fields on one sheet, a guide for a first sheet, and no switch.
FIRST_VERSION, SECOND_VERSION = "1", "2"
FORM_SHEET, OLD_GUIDE_SHEET, OVERVIEW_SHEET = "格式", "说明", "填报一览"
FIELD_SHEET, EXTRA_SHEET, NAMES_SHEET = "基本信息", "其他信息", "可引用的数"
REMARK_SHEET, ACCEPTED_SHEET = "备注", "已核实"
# Beside the blank cell that says so, all cells of the tables that are not filled in are 0.
SWITCH, SWITCH_NAME = "C4", "没有填的都是 0"
FIELD_ROW = 4               # the first row of the plain fields
PROSE_ROW = 4               # the first paragraph, in column A
MAX_PARAGRAPHS = 150
MAX_AROUND_TABLE = 12       # paragraphs before a table, and after it, that a form has room for
TABLE_ROW = 4               # the first row of a table's grid, which begins in column A
LIST_ROW = 4                # the first entry of remarks and of accepted findings
MAX_ENTRIES = 60
PREAMBLE_SHEET = "引言"
# What makes a spreadsheet take a text for a formula; in Chinese programs the full-width forms do as well.
FORMULA_STARTS = tuple("=+-@＝＋－＠")


def field_columns(version: str) -> str:
    """Return the letters of the columns for a plain field's group, its name and its text."""
    return "ABC" if version in (FIRST_VERSION, SECOND_VERSION) else "BCD"


def field_sheets(version: str) -> tuple[str, ...]:
    """Return the sheets of the plain fields."""
    return (FIELD_SHEET,) if version in (FIRST_VERSION, SECOND_VERSION) else (FIELD_SHEET, EXTRA_SHEET)


def field_labels() -> dict[tuple[str, str], str]:
    """Return the ids of the plain fields by the names of their groups and their own."""
    return {(group, field.name): ident for ident, group, field in plain_fields()}


def fields_on(sheet: str) -> list[tuple[str, str, Field, bool]]:
    """Return the plain fields of a sheet in order, as (id, name of the group, field, whether required)."""
    entries = {entry.id: entry for entry in common_fields()}
    found = []
    for ident, group, field in plain_fields():
        entry = entries[ident.partition(".")[0]]
        if entry.extra is (sheet == EXTRA_SHEET):
            found.append((ident, group, field, entry.required and field.required))
    return sorted(found, key=lambda one: not one[3])


def field_cell(ident: str) -> str:
    """Return the cell of a plain field with its sheet: 基本信息!D4."""
    for sheet in (FIELD_SHEET, EXTRA_SHEET):
        for row, (one, *_) in enumerate(fields_on(sheet), FIELD_ROW):
            if one == ident:
                return f"{sheet}!{field_columns(VERSION)[2]}{row}"
    raise KeyError(ident)


def reference(full_name: str) -> str:
    """Return a cell with its sheet, 表三!D12, as a formula names it."""
    sheet, _, cell = full_name.partition("!")
    return f"'{sheet}'!{cell}"


def column_letter(column: int) -> str:
    """Return the letters of a column counted from 1: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class Placed:
    """One cell of a drawn table: where it begins, counted from 1, and what it is."""

    row: int
    column: int
    cell: GridCell

    @property
    def name(self) -> str:
        """Return the cell's name in Excel: D12."""
        return f"{column_letter(self.column)}{self.row}"


@dataclass(frozen=True)
class Check:
    """One check cell: where it stands, the identity that it checks, its label, and its formula."""

    row: int
    column: int
    label: str
    formula: str
    equation: Equation

    @property
    def name(self) -> str:
        """Return the cell's name in Excel."""
        return f"{column_letter(self.column)}{self.row}"


class Plan:
    """The form of one edition; `edition` has the groups that are given as one row collapsed."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    @cached_property
    def sheets(self) -> dict[str, str]:
        """Return the sheet of each table and each piece of prose by id, in the order of the report."""
        named = {"preamble": PREAMBLE_SHEET}
        for section in self.edition.sections:
            named[section.id] = (section.name if section.kind == "prose"
                                 else self.edition.tables[section.id].short)
        return named

    @cached_property
    def tables(self) -> dict[str, tuple[Placed, ...]]:
        """Return the drawn cells of each table by id."""
        return {table: tuple(_placed(grid(self.edition.tables[table]))) for table in self.edition.tables}

    @cached_property
    def cells(self) -> dict[str, Placed]:
        """Return where each statutory cell stands, by path; the sheet is that of its table."""
        return {placed.cell.path: placed for table in self.tables.values() for placed in table
                if placed.cell.path}

    @cached_property
    def paths(self) -> dict[str, str]:
        """Return the path of each cell by its full name: 表三!D12."""
        return {self.full_name(path): path for path in self.cells}

    def full_name(self, path: str) -> str:
        """Return a cell's name with its sheet: 表三!D12."""
        return f"{self.sheets[path.partition('.')[0]]}!{self.cells[path].name}"

    def last_row(self, table: str) -> int:
        """Return the last row of a table's grid."""
        return max(placed.row + placed.cell.rowspan - 1 for placed in self.tables[table])

    def note_row(self, table: str) -> int:
        """Return the row of a table's note, below the checks under its columns."""
        return self.last_row(table) + 6

    def prose_row(self, table: str) -> int:
        """Return the first row of the prose that stands before a table; what stands after it follows."""
        return self.note_row(table) + 2

    @cached_property
    def around(self) -> dict[str, str]:
        """Return what the form calls the prose before and after a table, by the ids of their groups."""
        return {entry.id: entry.name for entry in common_fields()
                if entry.kind == "by_table" and entry.id != NOTES}

    @cached_property
    def totals(self) -> Mapping[str, str]:
        """Return the formula of each total by path; it shows nothing while a part is not filled in."""
        found = {}
        for path, equation in self.edition.totals.items():
            parts, count = self._names(equation.right), _count(equation.right)
            found[path] = f'=IF({_filled(parts, count)}={count},SUM({parts}),"")'
        return found

    @cached_property
    def old_totals(self) -> Mapping[str, str]:
        """Return the formula of each total in a form without the switch."""
        found = {}
        for path, equation in self.edition.totals.items():
            parts, count = self._names(equation.right), _count(equation.right)
            found[path] = f'=IF(COUNT({parts})={count},SUM({parts}),"")'
        return found

    def checks(self, table: str) -> Iterator[Check]:
        """Yield the check cells of a table: right of the rows, and below the columns."""
        width = len(self.edition.tables[table].widths)
        below: dict[str, int] = {}
        own = [equation for equation in self.edition.equations
               if equation.left[0][0].partition(".")[0] == table]
        rows = [self.cells[equation.left[0][0]].row for equation in own if _along_row(equation)]
        for equation in own:
            placed = self.cells[equation.left[0][0]]
            if _along_row(equation) and rows.count(placed.row) == 1:
                row, column = placed.row, width + 2
            else:
                # One row of checks for each identity that runs down the columns.
                line = below.setdefault(equation.identity.code, len(below))
                row, column = self.last_row(table) + 2 + line, placed.column
            left, right = self._names(equation.left), self._names(equation.right)
            count = _count(equation.left) + _count(equation.right)
            off = f"ROUND(SUM({left})-SUM({right}),4)"
            filled = _filled(f"{left},{right}", count)
            yield Check(row, column, equation.identity.title,
                        f'=IF({filled}<{count},"",IF({off}=0,"√","差"&{off}))', equation)

    def _names(self, side: tuple[tuple[str, ...], ...]) -> str:
        """Return the cells of one side of an identity as a formula lists them, neighbours as a range."""
        names: list[list[Placed]] = []
        for cell in (self.cells[path] for term in side for path in term):
            last = names[-1][-1] if names else None
            beside = last and last.row == cell.row and last.column + last.cell.colspan == cell.column
            below = last and last.column == cell.column and last.row + 1 == cell.row
            if beside or below:
                names[-1].append(cell)
            else:
                names.append([cell])
        return ",".join(run[0].name if len(run) == 1 else f"{run[0].name}:{run[-1].name}" for run in names)


def _placed(rows: Sequence[Sequence[GridCell]]) -> Iterator[Placed]:
    covered: set[tuple[int, int]] = set()
    for index, cells in enumerate(rows):
        row, column = TABLE_ROW + index, 1
        for cell in cells:
            while (row, column) in covered:
                column += 1
            yield Placed(row, column, cell)
            covered.update((row + down, column + right)
                           for down in range(cell.rowspan) for right in range(cell.colspan))
            column += cell.colspan


def _filled(cells: str, count: int) -> str:
    """Return the formula of how many of `count` cells are filled in; with the switch, blank ones count."""
    switch = reference(f"{OVERVIEW_SHEET}!${SWITCH[0]}${SWITCH[1:]}")
    return f'COUNT({cells})+IF({switch}="是",{count}-COUNTA({cells}),0)'


def _count(side: tuple[tuple[str, ...], ...]) -> int:
    return sum(len(term) for term in side)


def _along_row(equation: Equation) -> bool:
    return len({path.rpartition(".")[0] for term in (*equation.left, *equation.right) for path in term}) == 1
