"""Draw the statutory tables into Excel sheets, for the form and for the release."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.findings import Origin, refuse
from reportgen.form.plan import FORMULA_STARTS, Placed, column_letter
from reportgen.format import CellType, Table
from reportgen.report.model import Cell

# The order of the schema (ECMA-376 part 1, 18.8.22, as the Open XML SDK has it); openpyxl has another.
Font.__elements__ = ("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz",
                     "color", "name", "family", "charset", "scheme")

_MM_PER_CHARACTER = 2.0     # about what a character of a column's width takes
_MAX_HEIGHT = 409.0         # of a row in Excel, in points
MAX_TEXT = 32_767           # characters; openpyxl would cut a longer text without a word
_NOT_XML = re.compile(r"[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")     # XML 1.0, 2.2; CR becomes LF
_THIN = Side(style="thin", color="000000")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="E7E6E6")
_TYPED, _REQUIRED = PatternFill("solid", fgColor="FFFDE7"), PatternFill("solid", fgColor="FCE4D6")
WRONG = PatternFill("solid", bgColor="F8B4B4")
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)


def a4(sheet: Worksheet) -> None:
    """Set a sheet up to print on A4, as wide as the page."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True


def write_text(cell: Any, text: str | None) -> Any:
    """Write a text that stays one, whatever it begins with, and return the cell.

    All text of a workbook comes here. What XML cannot hold is left out. Raises InputError for a text that
    is longer than a cell can hold.
    """
    text = _NOT_XML.sub("", text or "")
    if len(text) > MAX_TEXT:
        raise refuse(Origin("Excel 表格", 0, f"{cell.parent.title}!{cell.coordinate}"),
                     f"文字有 {len(text)} 字，Excel 的一格最多放 {MAX_TEXT} 字；"
                     "请分成几段，或改用 .yaml 数据文件")
    cell.value = text or None
    if text:
        cell.data_type = "s"
        # So that it stays text, too, when somebody opens the cell to edit it.
        cell.quotePrefix = text.lstrip()[:1] in FORMULA_STARTS
    return cell


def put_title(sheet: Worksheet, text: str, hint: str, columns: int) -> None:
    """Write the title of a sheet and, below it, how it is filled in, across its columns."""
    fonts = Font(name="黑体", size=14), Font(name="宋体", size=10, color="666666")
    for row, line, font in zip((1, 2), (text, hint), fonts, strict=True):
        cell = write_text(sheet.cell(row, 1), line)
        cell.font, cell.alignment = font, LEFT
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
        room = sum(sheet.column_dimensions[column_letter(column)].width for column in range(1, columns + 1))
        sheet.row_dimensions[row].height = (24.0 if row == 1 else 16.0) * math.ceil(
            2.2 * len(line) * (1.4 if row == 1 else 1) / max(room, 1))


def unlock(cell: Any, required: bool = False) -> None:
    """Unlock a cell that is typed in, and colour it."""
    cell.protection, cell.fill = Protection(locked=False), _REQUIRED if required else _TYPED


def list_of(choices: Sequence[str]) -> DataValidation:
    """Return a drop-down of choices, which refuses anything else; its prompt is still to be written."""
    made = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True, showInputMessage=True,
                          showErrorMessage=True)
    made.error, made.errorTitle = f"只能是“{'”“'.join(choices)}”", "填写有误"
    return made


def put(sheet: Worksheet, name: str, text: str | None, alignment: Alignment, head: bool = False) -> Any:
    """Write a text into one bordered cell and return it; `head` greys it."""
    cell = write_text(_bordered(sheet, name, alignment), text)
    if head:
        cell.fill = _HEAD
    return cell


def put_formula(sheet: Worksheet, name: str, formula: str, alignment: Alignment) -> Any:
    """Write a formula of the form's plan, never one from data, into one bordered cell and return it."""
    cell = _bordered(sheet, name, alignment)
    cell.value = formula
    return cell


def _bordered(sheet: Worksheet, name: str, alignment: Alignment) -> Any:
    cell = sheet[name]
    cell.font = Font(name="宋体", size=11)
    cell.alignment = alignment
    cell.border = _BORDER
    return cell


def draw_labels(sheet: Worksheet, table: Table, drawn: Sequence[Placed]) -> None:
    """Draw what a table prints beside its figures: columns, merged cells, labels, heights of rows."""
    for column, width in enumerate(table.widths, 1):
        sheet.column_dimensions[column_letter(column)].width = max(width / _MM_PER_CHARACTER, 7)
    for placed in drawn:
        cell = placed.cell
        if cell.colspan > 1 or cell.rowspan > 1:
            sheet.merge_cells(start_row=placed.row, end_row=placed.row + cell.rowspan - 1,
                              start_column=placed.column,
                              end_column=placed.column + cell.colspan - 1)
            for row in sheet.iter_rows(placed.row, placed.row + cell.rowspan - 1, placed.column,
                                       placed.column + cell.colspan - 1):
                for part in row:
                    part.border = _BORDER
        if cell.kind != "value":
            alignment = LEFT if cell.kind == "row" and not cell.vertical else CENTRE
            made = put(sheet, placed.name, cell.text, alignment,
                       head=cell.kind in ("block", "column", "corner"))
            if cell.vertical:
                made.alignment = Alignment(horizontal="center", vertical="center", textRotation=255)
        _heighten(sheet, placed)


def put_line(sheet: Worksheet, row: int, columns: tuple[int, int], text: str | None) -> Any:
    """Write a paragraph across the columns of a row, from the first to the last, and return its cell.

    The row is made as high as the paragraph needs, as far as Excel allows.
    """
    first, last = columns
    cell = write_text(sheet.cell(row, first), text)
    cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
    sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
    room = sum(sheet.column_dimensions[column_letter(column)].width for column in range(first, last + 1)) - 1
    lines = sum(math.ceil(2 * len(line) / room) or 1 for line in (text or "").split("\n"))
    sheet.row_dimensions[row].height = min(18.0 * lines, _MAX_HEIGHT)
    return cell


def _heighten(sheet: Worksheet, placed: Placed) -> None:
    """Make a row as high as its label needs, which programs do not do for merged cells."""
    span = range(placed.column, placed.column + placed.cell.colspan)
    room = sum(sheet.column_dimensions[column_letter(column)].width for column in span) - 1
    lines = 1 if placed.cell.vertical else math.ceil(2 * len(placed.cell.text) / room)
    height = max(18.0, 15.0 * lines / placed.cell.rowspan)
    sheet.row_dimensions[placed.row].height = max(height, sheet.row_dimensions[placed.row].height or 0)


def fill(cell: Any, given: Cell) -> None:
    """Write a figure: a number with its decimals, a text where it has a unit, nothing where it is blank."""
    if given.blank:
        return
    if given.unit:
        write_text(cell, f"{given.number}{given.unit}")
    elif isinstance(given.value, int):
        cell.value = given.value
        if given.type is CellType.SIGNED:
            cell.number_format = "+0;-0;0"
    else:
        decimals = len(given.number.partition(".")[2])
        cell.value = float(given.number)
        cell.number_format = "0." + "0" * decimals if decimals else "0"
