"""Write the figures of many agencies as a workbook: a sheet a table, a row an agency, the sums below."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.files.package import reproducible
from reportgen.form.plan import column_letter
from reportgen.form.sheets import CENTRE, LEFT, a4, fill, put
from reportgen.format import Table
from reportgen.many.aggregate import Aggregate
from reportgen.report.model import Cell

_FIRST_ROW = 3


def write_agencies(found: Aggregate, title: str, date: str) -> bytes:
    """Return the workbook; a figure that an agency left blank is blank, and so is its sum. `date` is ISO."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in found.edition.tables.values():
        sheet = book.create_sheet(table.short)
        _heads(sheet, table)
        last = _FIRST_ROW + len(found.reports)
        for row, report in enumerate(found.reports, _FIRST_ROW):
            _row(sheet, row, report.agency.name, [report.cells.get(path, Cell(table.cells[path].type))
                                                  for path in table.cells])
        _row(sheet, last, "合计", [found.sums[path] for path in table.cells])
        for cell in sheet[last]:
            cell.font = Font(name="宋体", size=11, bold=True)
        sheet.freeze_panes = f"B{_FIRST_ROW}"
        a4(sheet)
        sheet.page_setup.orientation = "landscape"
    buffer = io.BytesIO()
    book.save(buffer)
    return reproducible(buffer.getvalue(), date, title)


def _heads(sheet: Worksheet, table: Table) -> None:
    put(sheet, "A1", "机关", CENTRE, head=True)
    put(sheet, "A2", "", CENTRE, head=True)
    sheet.column_dimensions["A"].width = 36
    sheet.row_dimensions[1].height = 60
    for column, spec in enumerate(table.cells.values(), 2):
        letter = column_letter(column)
        put(sheet, f"{letter}1", spec.row_label or spec.column_labels[0], CENTRE, head=True)
        put(sheet, f"{letter}2", spec.column_labels[-1], CENTRE, head=True)
        sheet.column_dimensions[letter].width = 12


def _row(sheet: Worksheet, row: int, name: str, cells: list[Cell]) -> None:
    put(sheet, f"A{row}", name, LEFT)
    for column, cell in enumerate(cells, 2):
        fill(put(sheet, f"{column_letter(column)}{row}", None, CENTRE), cell)
