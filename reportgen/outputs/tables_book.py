"""Write the statutory tables of a report as a workbook: figures only, as released."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from reportgen.files.package import reproducible, timestamp
from reportgen.form.plan import TABLE_ROW, Plan
from reportgen.form.sheets import CENTRE, a4, draw_labels, fill, put, put_line, write_text
from reportgen.outputs.document import Document
from reportgen.report.model import Cell


def write_tables(document: Document) -> bytes:
    """Return a workbook with a sheet for each statutory table; the same report gives the same bytes.

    A figure with a remark, or with the mark of one, is text, as it is printed; the others are numbers.
    """
    report = document.report
    plan = Plan(report.edition)
    book = Workbook()
    book.remove(book.worksheets[0])
    for section in document.sections:
        if section.table is None:
            continue
        sheet = book.create_sheet(section.table.short)
        for row, text in ((1, document.plain_title), (2, section.heading)):
            write_text(sheet.cell(row, 1), text).font = Font(name="黑体", size=14 if row == 1 else 12)
            sheet.merge_cells(start_row=row, end_row=row, start_column=1,
                              end_column=len(section.table.widths))
        columns = (1, len(section.table.widths))
        # What stands before the table moves it down.
        drawn = [replace(placed, row=placed.row + len(section.before)) for placed in plan.tables[section.id]]
        draw_labels(sheet, section.table, drawn)
        for placed in drawn:
            if placed.cell.kind == "value":
                path = placed.cell.path
                _figure(put(sheet, placed.name, None, CENTRE), report.cells[path], document.cells[path])
        for row, paragraph in enumerate(section.before, TABLE_ROW):
            put_line(sheet, row, columns, paragraph.text)
        below = plan.last_row(section.id) + len(section.before) + 1
        for row, paragraph in enumerate((*section.notes, *section.after), below):
            put_line(sheet, row, columns, paragraph.text)
        a4(sheet)
    moment = timestamp(document.date)
    created = datetime.datetime.fromisoformat(moment).replace(tzinfo=None)
    book.properties.created = book.properties.modified = created
    book.properties.title, book.properties.creator = document.plain_title, report.agency.name
    buffer = io.BytesIO()
    book.save(buffer)
    return reproducible(buffer.getvalue(), moment[:10], document.plain_title, report.agency.name)


def _figure(cell: Any, given: Cell, printed: str) -> None:
    if given.remark:
        write_text(cell, printed)
    else:
        fill(cell, given)
