"""Read the cells of a form as text, and hold its labels against those that it was made with."""

from __future__ import annotations

import datetime
import io
import re
from decimal import Decimal
from functools import cached_property
from typing import Any

from reportgen.files.damage import damage
from reportgen.findings import Origin, refuse


class FormCells:
    """The cells of one workbook."""

    def __init__(self, content: bytes, name: str) -> None:
        self.book, self.content, self.name = _load(content, name), content, name

    def _refuse(self, place: str, message: str) -> Exception:
        return refuse(Origin(self.name, 0, place), message)

    def _sheet(self, name: str) -> Any:
        if name not in self.book.sheetnames:
            raise self._refuse("", f"缺少“{name}”这一页；请不要删去或改名，可用 reportgen form 重新生成一份")
        return self.book[name]

    @cached_property
    def values(self) -> Any:
        """Return the workbook with the last results of its formulas.

        Only a form with formulas of its own needs it.
        """
        return _load(self.content, self.name, results=True)

    def _text(self, sheet: str, cell: str) -> str:
        """Return what stands in a cell as text, a formula by its last result."""
        found = self._sheet(sheet)[cell]
        value = found.value
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

    def _expect(self, sheet: str, cell: str, text: str) -> None:
        found = self._text(sheet, cell)
        if re.sub(r"\s", "", found) != re.sub(r"\s", "", text):
            raise self._refuse(f"{sheet}!{cell}",
                               f"这里应当是“{text}”，现在是“{found}”；请不要增删、移动或改动行、列和"
                               "标题，可用 reportgen form 重新生成一份后把数贴过去")


def _load(content: bytes, name: str, results: bool = False) -> Any:
    from openpyxl import load_workbook

    try:
        return load_workbook(io.BytesIO(content), keep_links=False, data_only=results)
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
