"""Write the Excel form of a data file: blank, or filled in with what a report holds."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.datafile.fields import plain_fields
from reportgen.files.package import reproducible, timestamp
from reportgen.form.plan import (
    ACCEPTED_SHEET,
    FIELD_ROW,
    FIELD_SHEET,
    FORM,
    FORM_SHEET,
    GUIDE_SHEET,
    LIST_ROW,
    MAX_AROUND_TABLE,
    MAX_ENTRIES,
    MAX_PARAGRAPHS,
    PROSE_ROW,
    REMARK_SHEET,
    VERSION,
    Placed,
    Plan,
    column_letter,
)
from reportgen.form.sheets import CENTRE, LEFT, a4, draw_labels, fill, put, put_formula, put_line, write_text
from reportgen.format import CellType
from reportgen.report.model import Report

_TYPED = PatternFill("solid", fgColor="FFFDE7")
_WRONG = PatternFill("solid", bgColor="F8B4B4")
_TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)
_UNLOCKED = Protection(locked=False)
_GUIDE = (
    "填表说明",
    "一、只填浅黄色的格；其他格已经锁定，请不要增删、移动行和列。",
    "二、没有发生的填 0；空着表示没有填。总计由公式计算，一般不用填。",
    "三、表右边和下面的核对格显示“√”表示相符，显示“差”表示相差多少，变红的请核对。",
    "四、文字各页一行一段，（一）开头的是小标题；数可以写成 {{{{ {name} }}}}，由程序从表中取。",
    "五、表格前面、后面还有文字的，写在该表那一页下面的“表前文字”“表后文字”，一行一段。",
    "六、数旁边要加备注的，写在“备注”页，左边写格，例如 {cell}。",
    "七、填好后保存，用 reportgen check 检查，用 reportgen build 生成 Word 和 PDF。",
)


def write_workbook(report: Report, comment: str = "") -> bytes:
    """Return the form filled in with a report; the same report gives the same bytes.

    `comment` stands below the guide, a line a row.
    A total that is what its parts come to is a formula; one that differs is written as it is given.
    """
    plan = Plan(report.edition)
    book = Workbook()
    book.remove(book.worksheets[0])
    _guide(book.create_sheet(GUIDE_SHEET), plan, report, comment)
    _fields(book.create_sheet(FIELD_SHEET), report)
    for ident, name in plan.sheets.items():
        sheet = book.create_sheet(name)
        if ident in report.edition.tables:
            _table(sheet, ident, plan, report)
        else:
            heading = next((section.heading for section in report.edition.sections if section.id == ident),
                           "引言")
            _prose(sheet, heading, report.written.get(ident, ()))
    _remarks(book.create_sheet(REMARK_SHEET), plan, report)
    _accepted(book.create_sheet(ACCEPTED_SHEET), plan, report)
    _form(book.create_sheet(FORM_SHEET), report)
    for sheet in book.worksheets:
        _page(sheet)
    moment = timestamp(report.date)
    created = datetime.datetime.fromisoformat(moment).replace(tzinfo=None)
    book.properties.created = book.properties.modified = created
    book.properties.title, book.properties.creator = report.plain_title, report.agency.name
    buffer = io.BytesIO()
    book.save(buffer)
    return reproducible(buffer.getvalue(), moment[:10], report.plain_title, report.agency.name)


def _page(sheet: Worksheet) -> None:
    """Set a sheet up for A4 and lock what is not typed in."""
    a4(sheet)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _typed(cell: Any) -> None:
    cell.protection, cell.fill = _UNLOCKED, _TYPED


def _title(sheet: Worksheet, text: str, hint: str, columns: int) -> None:
    write_text(sheet["A1"], text).font = Font(name="黑体", size=14)
    sheet["A1"].alignment = Alignment(horizontal="left", vertical="center")
    write_text(sheet["A2"], hint).font = Font(name="宋体", size=10, color="666666")
    for row in (1, 2):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)


def _guide(sheet: Worksheet, plan: Plan, report: Report, comment: str) -> None:
    sheet.column_dimensions["A"].width = 84
    title = f"{report.agency.name}{report.year}年政府信息公开工作年度报告填报表"
    examples = report.edition.examples
    name, cell = report.edition.chinese_name(examples.total), plan.full_name(examples.part)
    guide = [line.format(name=name, cell=cell) for line in _GUIDE]
    for row, text in enumerate((title, *guide, *([""] if comment else []), *comment.splitlines()), 1):
        written = write_text(sheet.cell(row, 1), text)
        written.font = Font(name="黑体" if row <= 2 else "宋体", size=14 if row == 1 else 11)
        written.alignment = LEFT


def _fields(sheet: Worksheet, report: Report) -> None:
    _title(sheet, "基本信息", "日期写成 2025-01-18；可不填的留空", 3)
    for letter, head, width in (("A", "类", 14), ("B", "项目", 18), ("C", "填写", 70)):
        sheet.column_dimensions[letter].width = width
        put(sheet, f"{letter}{FIELD_ROW - 1}", head, CENTRE, head=True)
    for row, (ident, group, field) in enumerate(plain_fields(), FIELD_ROW):
        put(sheet, f"A{row}", group, LEFT, head=True)
        put(sheet, f"B{row}", field.name, LEFT, head=True)
        text = str(report.year) if ident == "year" else report.texts.get(ident, "")
        if ident == "signature.name" and report.signature:
            text = report.signature.name
        cell = put(sheet, f"C{row}", field.choices.get(text, text), LEFT)
        cell.number_format = "@"
        _typed(cell)
        if field.choices:
            choice = DataValidation("list", formula1=f'"{",".join(field.choices.values())}"',
                                    allow_blank=True)
            choice.error = f"只能是{'、'.join(field.choices.values())}"
            sheet.add_data_validation(choice)
            choice.add(cell)


def _prose(sheet: Worksheet, heading: str, lines: tuple[str, ...]) -> None:
    _title(sheet, heading, "一行一段；（一）开头的是小标题", 1)
    sheet.column_dimensions["A"].width = 84
    paragraphs = _paragraphs(lines)
    for row in range(PROSE_ROW, PROSE_ROW + max(MAX_PARAGRAPHS, len(paragraphs))):
        index = row - PROSE_ROW
        cell = write_text(sheet.cell(row, 1), paragraphs[index] if index < len(paragraphs) else None)
        cell.alignment, cell.font, cell.number_format = _TOP, Font(name="仿宋", size=12), "@"
        if cell.value:
            sheet.row_dimensions[row].height = 18.0 * math.ceil(2 * len(cell.value) / 78)
        _typed(cell)


def _paragraphs(lines: tuple[str, ...]) -> list[str]:
    return [line for text in lines if (line := text.strip(" \t\r\u3000"))]


def _table(sheet: Worksheet, table: str, plan: Plan, report: Report) -> None:
    spec = report.edition.tables[table]
    heading = next(section.heading for section in report.edition.sections if section.id == table)
    _title(sheet, f"{spec.short}　{heading}", "只填浅黄色的格；没有发生的填 0", len(spec.widths))
    draw_labels(sheet, spec, plan.tables[table])
    for placed in plan.tables[table]:
        _figure(sheet, placed, plan, report)
    for path, placed in plan.cells.items():
        if path.startswith(f"{table}.") and path not in plan.totals:
            _validated(sheet, placed, report.edition.cells[path].type)
    labels: dict[int, str] = {}
    for check in plan.checks(table):
        cell = put_formula(sheet, check.name, check.formula, CENTRE)
        cell.border = Border()
        wrong = Rule(type="expression", formula=[f'LEFT({check.name},1)="差"'],
                     dxf=DifferentialStyle(fill=_WRONG))
        sheet.conditional_formatting.add(check.name, wrong)
        if check.column <= len(spec.widths):
            labels.setdefault(check.row, check.label)
    for row, label in labels.items():
        if not sheet.cell(row, 1).value:
            write_text(sheet.cell(row, 1), f"核对：{label}").font = Font(name="宋体", size=10, color="666666")
    sheet.column_dimensions[column_letter(len(spec.widths) + 2)].width = 10
    row = plan.note_row(table)
    put(sheet, f"A{row}", "附注", LEFT, head=True)
    note = "\n".join(line for line in report.written.get(f"notes.{table}", ()) if line.strip())
    cell = put(sheet, f"B{row}", note, _TOP)
    cell.number_format = "@"
    _typed(cell)
    sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=len(spec.widths))
    _around(sheet, table, plan, report)


def _around(sheet: Worksheet, table: str, plan: Plan, report: Report) -> None:
    """Draw the rows for the prose before and after a table, a paragraph a row."""
    row = plan.prose_row(table)
    for group, name in plan.around.items():
        put(sheet, f"A{row}", name, LEFT, head=True)
        lines = _paragraphs(report.written.get(f"{group}.{table}", ()))
        room = max(MAX_AROUND_TABLE, len(lines))
        named = sheet.row_dimensions[row]
        for line in [*lines, *[""] * (room - len(lines))]:
            put(sheet, f"B{row}", None, _TOP)
            cell = put_line(sheet, row, (2, len(report.edition.tables[table].widths)), line)
            cell.number_format = "@"
            _typed(cell)
            row += 1
        # The name stands in a narrow column, in two lines.
        named.height = max(named.height or 0, 36.0)


def _figure(sheet: Worksheet, placed: Placed, plan: Plan, report: Report) -> None:
    if placed.cell.kind != "value":
        return
    path = placed.cell.path
    formula = plan.totals.get(path)
    given = report.cells[path]
    if formula and (given.blank or given.computed or _comes_to(path, report)):
        put_formula(sheet, placed.name, formula, CENTRE).protection = _UNLOCKED
        return
    cell = put(sheet, placed.name, None, CENTRE)
    fill(cell, given)
    _typed(cell)


def _comes_to(path: str, report: Report) -> bool:
    """Say whether a given total is what the form's formula would show."""
    equation = next(one for one in report.edition.equations if one.identity.total and one.left == ((path,),))
    parts = [report.cells[part].value for term in equation.right for part in term]
    return None not in parts and sum(Decimal(part or 0) for part in parts) == report.cells[path].value


def _validated(sheet: Worksheet, placed: Placed, kind: CellType) -> None:
    message = _RULES.get(kind)
    if message is None:
        return
    known = next((one for one in sheet.data_validations.dataValidation if one.error == message), None)
    if known is None:
        lowest = str(-_LARGEST) if kind is CellType.SIGNED else "0"
        known = DataValidation("decimal" if kind is CellType.AMOUNT else "whole", operator="between",
                               formula1=lowest,
                               formula2=str(_LARGEST), allow_blank=True)
        known.error, known.errorTitle, known.showErrorMessage = message, "填写有误", True
        sheet.add_data_validation(known)
    known.add(placed.name)


_LARGEST = 10**12
_RULES = {CellType.COUNT: "请填 0 或正整数", CellType.AMOUNT: "请填 0 或正数，可带小数",
          CellType.SIGNED: "请填整数，减少的填负数"}


def _list(sheet: Worksheet, title: str, hint: str, heads: dict[str, int],
          rows: Sequence[tuple[str, ...]]) -> None:
    _title(sheet, title, hint, len(heads))
    for column, (head, width) in enumerate(heads.items(), 1):
        sheet.column_dimensions[column_letter(column)].width = width
        put(sheet, f"{column_letter(column)}{LIST_ROW - 1}", head, CENTRE, head=True)
    for row in range(LIST_ROW, LIST_ROW + max(MAX_ENTRIES, len(rows))):
        texts = rows[row - LIST_ROW] if row - LIST_ROW < len(rows) else ("",) * len(heads)
        for column, text in enumerate(texts, 1):
            cell = write_text(sheet.cell(row, column), text)
            cell.alignment, cell.number_format = LEFT, "@"
            _typed(cell)


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


def _form(sheet: Worksheet, report: Report) -> None:
    for row, pair in enumerate(((FORM, VERSION), ("edition", report.edition.id), ("year", str(report.year)),
                                ("single_rows", " ".join(sorted(report.single_rows)))), 1):
        for column, text in enumerate(pair, 1):
            write_text(sheet.cell(row, column), text)
    sheet.sheet_state = "hidden"
