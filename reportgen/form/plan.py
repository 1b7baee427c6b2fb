"""Where everything stands in the Excel form of a data file: the one plan that it is drawn and read by.

A sheet a table, drawn by the edition's grid, with totals as formulas and a check beside every identity; a
sheet for the plain fields and one for each piece of prose, a paragraph a row; the prose around a table below
it; remarks and accepted findings on sheets of their own. A sheet that is not shown says which form it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reportgen.datafile.fields import common_fields
from reportgen.format import Edition, Equation, GridCell, grid
from reportgen.report.model import NOTES

WORKBOOKS = (".xlsx", ".xlsm")
FORM, VERSION = "reportgen-form", "2"
# A form of the first version has neither these fields nor rows for the prose around its tables.
FIRST_VERSION, ADDED_FIELDS = "1", ("table_data", "table_data_reason")
FORM_SHEET, GUIDE_SHEET, FIELD_SHEET = "格式", "说明", "基本信息"
REMARK_SHEET, ACCEPTED_SHEET = "备注", "已核实"
FIELD_ROW = 4               # the first row of the plain fields; their columns are group, name, text
PROSE_ROW = 4               # the first paragraph, in column A
MAX_PARAGRAPHS = 150
MAX_AROUND_TABLE = 12       # paragraphs before a table, and after it, that a form has room for
TABLE_ROW = 4               # the first row of a table's grid, which begins in column A
LIST_ROW = 4                # the first entry of remarks and of accepted findings
MAX_ENTRIES = 60
PREAMBLE_SHEET = "引言"
# What makes a spreadsheet take a text for a formula; in Chinese programs the full-width forms do as well.
FORMULA_STARTS = tuple("=+-@＝＋－＠")


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
        for equation in reversed(self.edition.equations):
            if equation.identity.total:
                parts = self._names(equation.right)
                found[equation.left[0][0]] = f'=IF(COUNT({parts})={_count(equation.right)},SUM({parts}),"")'
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
            yield Check(row, column, equation.identity.title, f'=IF(COUNT({left},{right})<{count},"",'
                        f'IF({off}=0,"√","差"&{off}))', equation)

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


def _count(side: tuple[tuple[str, ...], ...]) -> int:
    return sum(len(term) for term in side)


def _along_row(equation: Equation) -> bool:
    return len({path.rpartition(".")[0] for term in (*equation.left, *equation.right) for path in term}) == 1
