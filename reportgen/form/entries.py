"""Read the cells of a form as text, and hold its labels against those that it was made with."""

from __future__ import annotations

import datetime
import io
import re
import warnings
from decimal import Decimal
from functools import cached_property
from typing import Any

from reportgen.files import limits
from reportgen.files.damage import damage
from reportgen.findings import Origin, refuse


class FormCells:
    """The cells of one workbook; `taken` are those that were read, `told` what was not, and where."""

    def __init__(self, content: bytes, name: str) -> None:
        self.book, self.content, self.name = _load(content, name), content, name
        self.taken: set[tuple[str, str]] = set()
        self.told: list[tuple[Origin, str]] = []

    def refuse(self, place: str, message: str) -> Exception:
        """Return the refusal of the workbook because of a place in it."""
        return refuse(Origin(self.name, 0, place), message)

    def tell(self, place: str, message: str) -> None:
        """Note what was not read as it stands there, and what to do."""
        self.told.append((Origin(self.name, 0, place), message))

    def sheet(self, name: str) -> Any:
        """Return a sheet; raises InputError where there is none of that name."""
        if name not in self.book.sheetnames:
            known = [sheet for sheet, _ in self.taken]
            others = [sheet for sheet in self.book.sheetnames if sheet not in known]
            raise self.refuse("", f"缺少“{name}”这一页，现有{'、'.join(others[:20])}；改了名的请改回，"
                                  "删了的可用 reportgen form 重新生成一份后把内容贴过去")
        return self.book[name]

    def last_row(self, name: str) -> int:
        """Return the last row of a sheet that is read; what stands below is told of."""
        return min(int(self.sheet(name).max_row), limits.SHEET_ROWS)

    @staticmethod
    def swallowed(cell: Any) -> bool:
        """Say whether a cell was merged into one that begins elsewhere, and holds nothing of its own."""
        from openpyxl.cell.cell import MergedCell

        return isinstance(cell, MergedCell)

    @cached_property
    def values(self) -> Any:
        """Return the workbook with the last results of its formulas.

        Only a form with formulas of its own needs it.
        """
        return _load(self.content, self.name, results=True)

    def text(self, sheet: str, cell: str) -> str:
        """Return what stands in a cell as text, a formula by its last result."""
        found = self.sheet(sheet)[cell]
        value = found.value
        self.taken.add((sheet, cell))
        if found.data_type == "f" or (isinstance(value, str) and value.startswith("=")
                                      and found.data_type != "s"):
            result = self.values[sheet][cell].value
            value = str(value) if result is None else result
        if value is None:
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, datetime.datetime | datetime.date):
            return value.strftime("%Y-%m-%d")
        # A whole number of a sheet that shows decimals: 100.00 is stored as 100.
        if isinstance(value, float) or (isinstance(value, int) and found.number_format.startswith("0.")):
            return _decimal(value, found.number_format)
        return str(value)

    def expect(self, sheet: str, cell: str, text: str) -> None:
        """Refuse the workbook where a label does not stand in its cell; raises InputError."""
        found = self.text(sheet, cell)
        wanted = without_space(text)
        if without_space(found) != wanted:
            moved = next((other.coordinate for other in self.sheet(sheet)._cells.values()
                          if isinstance(other.value, str) and without_space(other.value) == wanted), "")
            raise self.refuse(f"{sheet}!{cell}",
                              f"这里应当是“{text}”，现在是“{found or '空的'}”"
                              f"{f'，它移到了 {moved}，像是插入或删去了行、列' if moved else ''}；"
                              "请撤销增删、移动和改动，或用 reportgen form 重新生成一份后把数贴过去")


def without_space(text: str) -> str:
    """Return a text without white space, which programs add and take away."""
    return re.sub(r"\s", "", text)


def same_formula(raw: object, formula: str) -> bool:
    """Say whether a cell holds a formula, but for what programs write as they like."""
    bare = [re.sub(r"[\s$']", "", one).upper() for one in (str(raw), formula)]
    return bare[0] == bare[1]


def _load(content: bytes, name: str, results: bool = False) -> Any:
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles import Border, Side
    from openpyxl.utils.indexed_list import IndexedList

    class Borderless(ExcelReader):
        """Read a workbook without its borders, which openpyxl would lay around every merged cell anew.

        Nobody looks at them, and they take half of the time.
        """

        def read_worksheets(self) -> None:
            none = Border(left=Side(), right=Side(), top=Side(), bottom=Side())
            self.wb._borders = IndexedList([none] * len(self.wb._borders))  # type: ignore[attr-defined]
            super().read_worksheets()

    try:
        with warnings.catch_warnings():
            # It warns of parts that it leaves out, such as styles; what a form says is in its cells.
            warnings.simplefilter("ignore", UserWarning)
            reader = Borderless(io.BytesIO(content), keep_links=False, data_only=results)
            reader.read()
            return reader.wb
    except damage("openpyxl", "zipfile", "lxml") as error:
        raise refuse(Origin(name),
                     "Excel 文件打不开，可能已损坏；请在 Excel 或 WPS 里打开后重新保存") from error


def _decimal(value: float, number_format: str) -> str:
    """Return a number as the sheet shows it.

    Where the format does not say how many decimals, with all it has.
    """
    shown = re.fullmatch(r"0(?:\.(0+))?", number_format)
    if shown and Decimal(repr(value)) == Decimal(f"{value:.{len(shown[1] or '')}f}"):
        return f"{value:.{len(shown[1] or '')}f}"
    return str(int(value)) if value == int(value) else f"{Decimal(repr(value)):f}"
