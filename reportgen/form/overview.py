"""Draw the first sheet of a form: what is still missing, what does not add up, and the switch for zeros.

The hidden sheet has a line for every item that is looked after, with a formula for its state; the first sheet
counts the states and leads to the first few. Its functions are those that Excel, WPS and LibreOffice share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.form.plan import (
    FIELD_SHEET,
    FORM_SHEET,
    MAX_PARAGRAPHS,
    NAMES_SHEET,
    OVERVIEW_SHEET,
    PROSE_ROW,
    SWITCH,
    SWITCH_NAME,
    Plan,
    field_cell,
    fields_on,
    reference,
)
from reportgen.form.sheets import (
    CENTRE,
    LEFT,
    WRONG,
    list_of,
    put,
    put_formula,
    put_title,
    unlock,
    write_text,
)
from reportgen.format import CellType
from reportgen.report.model import Report

BLANK, NO_NUMBER, OFF = "没有填", "不是数", "不相符"
_STATES = (BLANK, NO_NUMBER, OFF)
_ITEM_ROW, _ALLOWED = 6, f"'{FORM_SHEET}'!$H$5"
_HEADS = ("页", *_STATES, "结果")
_SUMMARY_ROW, _SHOWN = 6, 15
_FINE, _MISSING = PatternFill("solid", bgColor="C6E0B4"), PatternFill("solid", bgColor="FFE699")
_LINK = Font(name="宋体", size=11, color="0563C1", underline="single")
_GUIDE = (
    "一、只填浅黄色的格，橙色的必填；其他格已经锁定，请不要增删、移动行和列，也不要给各页改名。",
    "二、没有发生的填 0；空着表示没有填。总计由公式计算，一般不用填。",
    "三、表右边和下面的核对格显示“√”表示相符，显示“差”表示相差多少，变红的请核对。",
    "四、文字各页一行一段，（一）开头的是小标题；数可以写成 {{{{ {name} }}}}，由程序从表中取，"
    "写法见“{names}”页。",
    "五、表格前面、后面还有文字的，写在该表那一页下面的“表前文字”“表后文字”，一行一段。",
    "六、数旁边要加备注的，写在“备注”页，左边写格，例如 {cell}。",
    "七、灰色标签的几页一般不用填。",
    "八、填好后保存，用 reportgen check 检查，用 reportgen build 生成 Word 和 PDF。",
)


@dataclass(frozen=True)
class _Item:
    """Something that is looked after: its sheet, its cell, what it is, and the formula of its state."""

    sheet: str
    cell: str
    label: str
    formula: str


def sheets_to_fill_in(plan: Plan) -> list[str]:
    """Return the sheets that every report fills in, in the order of the form."""
    return [FIELD_SHEET, *(name for ident, name in plan.sheets.items() if ident != "preamble")]


def draw_overview(sheet: Worksheet, hidden: Worksheet, plan: Plan, report: Report, comment: str) -> None:
    """Draw the first sheet and, on the hidden one, what it counts; `comment` stands below, a line a row."""
    for letter, width in zip("ABCDEF", (14, 11, 11, 11, 11, 36), strict=True):
        sheet.column_dimensions[letter].width = width
    put_title(sheet, f"{report.agency.name}{report.year}年政府信息公开工作年度报告填报表",
              "填一格，下面的数跟着变；点页名、格名就到那里", 6)
    _switch(sheet, report)
    last = _items(hidden, plan)
    for letter, head in zip("ABCDE", _HEADS, strict=True):
        put(sheet, f"{letter}{_SUMMARY_ROW}", head, CENTRE, head=True)
    row = _SUMMARY_ROW
    for row, (name, (first, end)) in enumerate(last.items(), _SUMMARY_ROW + 1):
        link = put(sheet, f"A{row}", name, LEFT)
        link.hyperlink = Hyperlink(ref=f"A{row}", location=f"'{name}'!A1", display=name)
        link.font = _LINK
        _counts(sheet, row, f"'{FORM_SHEET}'!$H${first}:$H${end}")
    _to_do(sheet, row + 2, max(end for _, end in last.values()))
    _guide(sheet, row + 5 + _SHOWN, plan, comment)


def _switch(sheet: Worksheet, report: Report) -> None:
    row = SWITCH[1:]
    put(sheet, f"A{row}", SWITCH_NAME, LEFT, head=True)
    put(sheet, f"B{row}", None, LEFT, head=True)
    sheet.merge_cells(f"A{row}:B{row}")
    cell = put(sheet, SWITCH, "是" if report.texts.get("blanks") == "0" else "否", CENTRE)
    unlock(cell)
    choice = list_of(("是", "否"))
    choice.promptTitle = SWITCH_NAME
    choice.prompt = "选“是”：各表没有填的格都是 0，总计照样由公式计算。选“否”：空着就是还没有填。"
    sheet.add_data_validation(choice)
    choice.add(cell)
    told = write_text(sheet[f"D{row}"], "选“是”，各表空着的格都当作 0；选“否”，空着就是还没有填")
    told.font, told.alignment = Font(name="宋体", size=10, color="666666"), LEFT
    sheet.merge_cells(f"D{row}:F{row}")
    sheet.row_dimensions[int(row)].height = 28


def _counts(sheet: Worksheet, row: int, states: str) -> None:
    """Draw how many items of a sheet are in each state."""
    for letter, state in zip("BCD", _STATES, strict=True):
        put_formula(sheet, f"{letter}{row}", f'=COUNTIF({states},"{state}")', CENTRE)
    put_formula(sheet, f"E{row}", f'=IF(SUM(B{row}:D{row})=0,"√","还有"&SUM(B{row}:D{row})&"处")', CENTRE)
    colours = ((f'$E${row}="√"', _FINE), (f"SUM($C${row}:$D${row})>0", WRONG), (f"$B${row}>0", _MISSING))
    for formula, fill in colours:
        sheet.conditional_formatting.add(f"E{row}", Rule(
            type="expression", formula=[formula], dxf=DifferentialStyle(fill=fill), stopIfTrue=True))


def _to_do(sheet: Worksheet, row: int, last: int) -> None:
    """Draw the first items that are not in order, with links to their cells."""
    cells, labels, states, numbers = (f"'{FORM_SHEET}'!${letter}${_ITEM_ROW}:${letter}${last}"
                                      for letter in "FGHI")
    left = f'"还有"&COUNT({numbers})&"处要填、要改，先看这些（点左边的格就到那里）"'
    told = put_formula(sheet, f"A{row}", f'=IF(COUNT({numbers})=0,"都填好了，各表相符",{left})', LEFT)
    told.font = Font(name="黑体", size=11)
    sheet.merge_cells(f"A{row}:F{row}")
    for letter, head in zip("ABC", ("格", "问题", "是哪一项"), strict=True):
        put(sheet, f"{letter}{row + 1}", head, CENTRE, head=True)
    sheet.merge_cells(f"C{row + 1}:F{row + 1}")
    for index in range(1, _SHOWN + 1):
        line = row + 1 + index
        found = f"SMALL({numbers},{index})"
        target = f"INDEX({cells},{found})"
        for letter, shown in (("A", f'HYPERLINK("#"&{target},{target})'), ("B", f"INDEX({states},{found})"),
                              ("C", f"INDEX({labels},{found})")):
            put_formula(sheet, f"{letter}{line}", f'=IF(COUNT({numbers})<{index},"",{shown})',
                        LEFT if letter == "C" else CENTRE)
        sheet[f"A{line}"].font = _LINK
        sheet.merge_cells(f"C{line}:F{line}")
        sheet.row_dimensions[line].height = 18


def _guide(sheet: Worksheet, row: int, plan: Plan, comment: str) -> None:
    examples = plan.edition.examples
    name, cell = plan.edition.chinese_name(examples.total), plan.full_name(examples.part)
    guide = [line.format(name=name, cell=cell, names=NAMES_SHEET) for line in _GUIDE]
    for line, text in enumerate(("填表说明", *guide, *([""] if comment else []), *comment.splitlines()), row):
        written = write_text(sheet.cell(line, 1), text)
        written.font = Font(name="黑体" if text == "填表说明" else "宋体", size=11)
        written.alignment = LEFT
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=6)
        sheet.row_dimensions[line].height = 15.0 * (1 + 2 * len(text) // 92)


def _items(hidden: Worksheet, plan: Plan) -> dict[str, tuple[int, int]]:
    """Write the items on the hidden sheet; return the first and the last row of each sheet's."""
    no_tables = reference(field_cell("table_data"))
    write_text(hidden["G5"], "空着的格不用填")
    hidden["H5"].value = f"=IF(OR('{OVERVIEW_SHEET}'!{SWITCH}=\"是\",{no_tables}=\"无\"),1,0)"
    found, row = {}, _ITEM_ROW
    for name, group in groupby(_looked_after(plan), key=lambda item: item.sheet):
        first = row
        for item in group:
            write_text(hidden[f"F{row}"], f"{item.sheet}!{item.cell}")
            write_text(hidden[f"G{row}"], item.label)
            hidden[f"H{row}"].value = item.formula
            hidden[f"I{row}"].value = f'=IF(H{row}="","",ROW()-{_ITEM_ROW - 1})'
            row += 1
        found[name] = (first, row - 1)
    return found


def _looked_after(plan: Plan) -> Iterator[_Item]:
    for path, group, field, required in fields_on(FIELD_SHEET):
        if required:
            cell = field_cell(path)
            yield _Item(FIELD_SHEET, cell.partition("!")[2], f"{group}{field.name}",
                        f'=IF(LEN(TRIM({reference(cell)}))=0,"{BLANK}","")')
    for ident, name in plan.sheets.items():
        if ident in plan.edition.tables:
            yield from _of_table(ident, name, plan)
        elif ident != "preamble":
            lines = f"'{name}'!$A${PROSE_ROW}:$A${PROSE_ROW + MAX_PARAGRAPHS - 1}"
            heading = next(section.heading for section in plan.edition.sections if section.id == ident)
            yield _Item(name, f"A{PROSE_ROW}", heading, f'=IF(COUNTA({lines})=0,"{BLANK}","")')


def _of_table(table: str, sheet: str, plan: Plan) -> Iterator[_Item]:
    for path, placed in plan.cells.items():
        if path.startswith(f"{table}.") and path not in plan.totals:
            spec = plan.edition.cells[path]
            cell = f"'{sheet}'!{placed.name}"
            text = '""' if spec.type is CellType.MONEY else f'IF(ISERROR(VALUE({cell})),"{NO_NUMBER}","")'
            yield _Item(sheet, placed.name, _label(spec.row_label, spec.column_labels),
                        f'=IF(ISNUMBER({cell}),"",IF(LEN(TRIM({cell}))=0,IF({_ALLOWED}=1,"","{BLANK}"),{text}))')
    for check in plan.checks(table):
        yield _Item(sheet, check.name, f"{check.label}：{check.equation.subject.removeprefix(sheet)}",
                    f"=IF(LEFT('{sheet}'!{check.name},1)=\"差\",\"{OFF}\",\"\")")


def _label(row: str, columns: Sequence[str]) -> str:
    return "，".join(label for label in (row, *columns) if label)
