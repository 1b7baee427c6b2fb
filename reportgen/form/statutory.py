"""Draw a statutory table of a form, with formulas, checks, and the rows for the prose around it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border, Font, Protection
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.form.plan import MAX_AROUND_TABLE, TABLE_ROW, Placed, Plan, column_letter
from reportgen.form.sheets import (
    CENTRE,
    LEFT,
    TOP,
    WRONG,
    draw_labels,
    fill,
    put,
    put_formula,
    put_line,
    put_title,
    unlock,
    write_text,
)
from reportgen.format import CellType
from reportgen.report.model import Report


def draw_table(sheet: Worksheet, table: str, plan: Plan, report: Report) -> None:
    """Draw the sheet of a table, filled in with the figures of a report."""
    spec = report.edition.tables[table]
    heading = next(section.heading for section in report.edition.sections if section.id == table)
    draw_labels(sheet, spec, plan.tables[table])
    put_title(sheet, f"{spec.short}　{heading}", "只填浅黄色的格；没有发生的填 0；总计是公式，不用填",
              len(spec.widths))
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
                     dxf=DifferentialStyle(fill=WRONG))
        sheet.conditional_formatting.add(check.name, wrong)
        if check.column <= len(spec.widths):
            labels.setdefault(check.row, check.label)
    for row, label in labels.items():
        if not sheet.cell(row, 1).value:
            write_text(sheet.cell(row, 1), f"核对：{label}").font = Font(name="宋体", size=10, color="666666")
    gap, beside = (column_letter(len(spec.widths) + more) for more in (1, 2))
    sheet.column_dimensions[gap].width, sheet.column_dimensions[beside].width = 2, 10
    first = min((check.row for check in plan.checks(table) if check.column > len(spec.widths)), default=0)
    if first:
        put(sheet, f"{beside}{first - 1}", "核对", CENTRE, head=True)
    row = plan.note_row(table)
    put(sheet, f"A{row}", "附注", LEFT, head=True)
    note = "\n".join(line for line in report.written.get(f"notes.{table}", ()) if line.strip())
    cell = put(sheet, f"B{row}", note, TOP)
    cell.number_format = "@"
    unlock(cell)
    sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=len(spec.widths))
    _around(sheet, table, plan, report)
    _print(sheet, table, plan)


def _print(sheet: Worksheet, table: str, plan: Plan) -> None:
    """Print a table on a page of its own, lying where it is wider than high; freeze its heads."""
    width, last = len(plan.edition.tables[table].widths), plan.last_row(table)
    if width > last - TABLE_ROW + 1:
        sheet.page_setup.orientation = "landscape"
    sheet.row_breaks.append(Break(id=plan.note_row(table) - 1))
    figures = [placed for placed in plan.tables[table] if placed.cell.kind == "value"]
    first = min(placed.row for placed in figures)
    heads = [placed for placed in plan.tables[table] if placed.cell.kind in ("block", "column", "corner")]
    # Of a table in several blocks only the title stays: each block has heads of its own.
    one_head = all(placed.row < first for placed in heads)
    sheet.freeze_panes = f"A{first if one_head else TABLE_ROW}"


def _around(sheet: Worksheet, table: str, plan: Plan, report: Report) -> None:
    """Draw the rows for the prose before and after a table, a paragraph a row."""
    row = plan.prose_row(table)
    for group, name in plan.around.items():
        put(sheet, f"A{row}", name, LEFT, head=True)
        lines = filled_lines(report.written.get(f"{group}.{table}", ()))
        room = max(MAX_AROUND_TABLE, len(lines))
        named = sheet.row_dimensions[row]
        for line in [*lines, *[""] * (room - len(lines))]:
            put(sheet, f"B{row}", None, TOP)
            cell = put_line(sheet, row, (2, len(report.edition.tables[table].widths)), line)
            cell.number_format = "@"
            unlock(cell)
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
        put_formula(sheet, placed.name, formula, CENTRE).protection = Protection(locked=False)
        return
    cell = put(sheet, placed.name, None, CENTRE)
    fill(cell, given)
    unlock(cell)


def _comes_to(path: str, report: Report) -> bool:
    """Say whether a given total is what the form's formula would show."""
    parts = [report.cells[part].value for term in report.edition.totals[path].right for part in term]
    return None not in parts and sum(Decimal(part or 0) for part in parts) == report.cells[path].value


def _validated(sheet: Worksheet, placed: Placed, kind: CellType) -> None:
    told = _RULES[kind]
    known = next((one for one in sheet.data_validations.dataValidation if one.prompt == told), None)
    if known is None:
        known = _validation(kind, told)
        sheet.add_data_validation(known)
    known.add(placed.name)


def _validation(kind: CellType, told: str) -> DataValidation:
    """Return what Excel accepts in a figure's cell and says beside it; a sum of money is text."""
    if kind is CellType.MONEY:
        made = DataValidation(allow_blank=True)
    else:
        made = DataValidation("decimal" if kind is CellType.AMOUNT else "whole", operator="between",
                              formula1=str(-_LARGEST) if kind is CellType.SIGNED else "0",
                              formula2=str(_LARGEST), allow_blank=True)
        made.error, made.errorTitle, made.showErrorMessage = told, "填写有误", True
    made.prompt, made.showInputMessage = told, True
    return made


_LARGEST = 10**12
_RULES = {CellType.COUNT: "请填 0 或正整数", CellType.AMOUNT: "请填 0 或正数，可带小数",
          CellType.SIGNED: "请填整数，减少的填负数", CellType.MONEY: "请连单位填写，如 12.5万元、3000元"}


def filled_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines of prose that are not blank, without white space around them."""
    return [line for text in lines if (line := text.strip(" \t\r\u3000"))]
