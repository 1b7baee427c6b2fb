"""Write the Excel form of a data file: blank, or filled in with what a report holds."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.files.package import reproducible, timestamp
from reportgen.form.overview import draw_overview, sheets_to_fill_in
from reportgen.form.particulars import draw_particulars
from reportgen.form.plan import (
    ACCEPTED_SHEET,
    EXTRA_SHEET,
    FIELD_SHEET,
    FORM,
    FORM_SHEET,
    LIST_ROW,
    MAX_ENTRIES,
    MAX_PARAGRAPHS,
    NAMES_SHEET,
    OVERVIEW_SHEET,
    PROSE_ROW,
    REMARK_SHEET,
    VERSION,
    Plan,
    column_letter,
    reference,
)
from reportgen.form.sheets import (
    CENTRE,
    LEFT,
    TOP,
    a4,
    put,
    put_formula,
    put_title,
    unlock,
    write_text,
)
from reportgen.form.statutory import draw_table, filled_lines
from reportgen.report.model import Report

_HEAD_ROWS = 3      # title, hint, and heads
# The colours of the tabs: what every report fills in, and what few need.
_NEEDED, _SELDOM = "FFC000", "BFBFBF"
_PROSE_WIDTH = 84


def write_workbook(report: Report, comment: str = "") -> bytes:
    """Return the form filled in with a report; the same report gives the same bytes.

    `comment` stands below the guide, a line a row.
    A total that is what its parts come to is a formula; one that differs is written as it is given.
    """
    plan = Plan(report.edition)
    book = Workbook()
    book.remove(book.worksheets[0])
    needed = sheets_to_fill_in(plan)
    seldom = [plan.sheets["preamble"], EXTRA_SHEET, REMARK_SHEET, ACCEPTED_SHEET, NAMES_SHEET]
    for name in (OVERVIEW_SHEET, *needed, *seldom, FORM_SHEET):
        book.create_sheet(name).sheet_properties.tabColor = _NEEDED if name in needed else _SELDOM
    draw_particulars(book[FIELD_SHEET], report)
    draw_particulars(book[EXTRA_SHEET], report)
    for ident, name in plan.sheets.items():
        if ident in report.edition.tables:
            draw_table(book[name], ident, plan, report)
        else:
            _prose(book[name], ident, report)
    _remarks(book[REMARK_SHEET], plan, report)
    _accepted(book[ACCEPTED_SHEET], plan, report)
    _names(book[NAMES_SHEET], plan)
    draw_overview(book[OVERVIEW_SHEET], book[FORM_SHEET], plan, report, comment)
    for sheet in book.worksheets:
        _page(sheet)
    _form(book[FORM_SHEET], [sheet for sheet in book.worksheets if sheet.title != FORM_SHEET], report)
    moment = timestamp(report.date)
    created = datetime.datetime.fromisoformat(moment).replace(tzinfo=None)
    book.properties.created = book.properties.modified = created
    book.properties.title, book.properties.creator = report.plain_title, report.agency.name
    buffer = io.BytesIO()
    book.save(buffer)
    return reproducible(buffer.getvalue(), moment[:10], report.plain_title, report.agency.name)


def _page(sheet: Worksheet) -> None:
    """Set a sheet up for A4, repeat its head on every page, and lock what is not typed in."""
    a4(sheet)
    sheet.print_title_rows = f"1:{_HEAD_ROWS}"
    footer: Any = sheet.oddFooter
    footer.center.text = "&A　第 &P 页，共 &N 页"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    if sheet.freeze_panes is None and sheet.title != OVERVIEW_SHEET:
        sheet.freeze_panes = f"A{_HEAD_ROWS + 1}"


def _prose(sheet: Worksheet, ident: str, report: Report) -> None:
    heading = next((section.heading for section in report.edition.sections if section.id == ident),
                   sheet.title)
    name = report.edition.chinese_name(report.edition.examples.total)
    sheet.column_dimensions["A"].width = _PROSE_WIDTH
    put_title(sheet, heading, f"一行一段，写在浅黄色的格里；（一）开头的是小标题；数可以写成"
                              f" {{{{ {name} }}}}，由程序从表中取，写法见“{NAMES_SHEET}”页", 1)
    lines = filled_lines(report.written.get(ident, ()))
    for row in range(PROSE_ROW, PROSE_ROW + max(MAX_PARAGRAPHS, len(lines))):
        index = row - PROSE_ROW
        cell = write_text(sheet.cell(row, 1), lines[index] if index < len(lines) else None)
        cell.alignment, cell.font, cell.number_format = TOP, Font(name="仿宋", size=12), "@"
        if cell.value:
            sheet.row_dimensions[row].height = 18.0 * math.ceil(2 * len(cell.value) / 78)
        unlock(cell)


def _names(sheet: Worksheet, plan: Plan) -> None:
    """Draw every figure that a sentence can take: how it is written there, and what it is now."""
    heads = {"写进句子里": 56, "现在是": 10, "哪一格": 10, "是什么": 60}
    for letter, width in zip("ABCD", heads.values(), strict=True):
        sheet.column_dimensions[letter].width = width
    put_title(sheet, "正文里可以引用的数",
              "把左边一格复制到句子里，如“本年收到申请{{ … }}件”；程序从表中取数，数和表永远一致", 4)
    for letter, head in zip("ABCD", heads, strict=True):
        put(sheet, f"{letter}{LIST_ROW - 1}", head, CENTRE, head=True)
    for row, path in enumerate(plan.cells, LIST_ROW):
        spec, place = plan.edition.cells[path], plan.full_name(path)
        put(sheet, f"A{row}", f"{{{{ {plan.edition.chinese_name(path)} }}}}", LEFT)
        put_formula(sheet, f"B{row}", f'=IF({reference(place)}="","",{reference(place)})', CENTRE)
        put(sheet, f"C{row}", place, CENTRE)
        label = "，".join(label for label in (spec.row_label, *spec.column_labels) if label)
        put(sheet, f"D{row}", label, LEFT)
        sheet.row_dimensions[row].height = 16.0 * math.ceil(2 * len(label) / 58)


def _list(sheet: Worksheet, title: str, hint: str, heads: dict[str, int],
          rows: Sequence[tuple[str, ...]]) -> None:
    for column, (head, width) in enumerate(heads.items(), 1):
        sheet.column_dimensions[column_letter(column)].width = width
        put(sheet, f"{column_letter(column)}{LIST_ROW - 1}", head, CENTRE, head=True)
    put_title(sheet, title, hint, len(heads))
    for row in range(LIST_ROW, LIST_ROW + max(MAX_ENTRIES, len(rows))):
        texts = rows[row - LIST_ROW] if row - LIST_ROW < len(rows) else ("",) * len(heads)
        for column, text in enumerate(texts, 1):
            cell = write_text(sheet.cell(row, column), text)
            cell.alignment, cell.number_format = LEFT, "@"
            unlock(cell)


def _remarks(sheet: Worksheet, plan: Plan, report: Report) -> None:
    rows = [(plan.full_name(path), cell.remark) for path, cell in report.cells.items() if cell.remark]
    example = plan.full_name(next(iter(plan.cells)))
    _list(sheet, "备注", f"印在数旁边的括号里；格写成 {example}", {"格": 16, "备注": 70}, rows)


def _accepted(sheet: Worksheet, plan: Plan, report: Report) -> None:
    rows = [(entry.code, plan.full_name(entry.cell) if entry.cell in plan.cells else entry.cell,
             entry.sentence,
             entry.reason, entry.by) for entry in report.accepted]
    heads = {"编号": 10, "单元格": 16, "句子": 50, "理由": 40, "核实人": 14}
    example = plan.full_name(report.edition.examples.accepted)
    _list(sheet, "已核实", f"核对过、确属实情的检查结果；单元格写成 {example}", heads, rows)


def _form(sheet: Worksheet, pages: Sequence[Worksheet], report: Report) -> None:
    """Write which form it is and, in two columns, every locked cell with its text, or = for a formula.

    What stands in another cell, or otherwise in one of these, somebody wrote there.
    """
    for row, pair in enumerate(((FORM, VERSION), ("edition", report.edition.id), ("year", str(report.year)),
                                ("single_rows", " ".join(sorted(report.single_rows)))), 1):
        for column, text in enumerate(pair, 1):
            write_text(sheet.cell(row, column), text)
    fixed = ((f"{page.title}!{cell.coordinate}", "=" if cell.data_type == "f" else str(cell.value))
             for page in pages for row in page.iter_rows() for cell in row
             if cell.value is not None and cell.protection.locked)
    for line, (name, text) in enumerate(fixed, 1):
        write_text(sheet[f"C{line}"], name)
        write_text(sheet[f"D{line}"], text)
    sheet.sheet_state = "hidden"
