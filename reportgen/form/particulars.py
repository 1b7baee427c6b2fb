"""Draw the plain fields of a form: those that every agency has, and those that few need, on two sheets."""

from __future__ import annotations

import math
from typing import Any

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from reportgen.datafile.fields import Field
from reportgen.form.plan import EXTRA_SHEET, FIELD_ROW, fields_on
from reportgen.form.sheets import CENTRE, LEFT, list_of, put, put_title, unlock
from reportgen.report.model import Report

_REQUIRED, _OPTIONAL = "必填", "选填"
_HEADS = {"": 6, "类": 10, "项目": 14, "填写": 34, "说明和例子": 40}
# What a prompt of Excel may hold.
_MAX_PROMPT, _MAX_PROMPT_TITLE = 255, 32


def draw_particulars(sheet: Worksheet, report: Report) -> None:
    """Draw one of the two sheets, filled in with what a report says: a field a row, its example beside it."""
    extra = sheet.title == EXTRA_SHEET
    hint = ("一般的年报不用填这一页；要印版头、放进网站目录、加图表的，填有关的几行" if extra
            else "标“必填”的要填，其他可以留空；日期写成 2026-01-18")
    put_title(sheet, sheet.title, hint, len(_HEADS))
    for letter, (head, width) in zip("ABCDE", _HEADS.items(), strict=True):
        sheet.column_dimensions[letter].width = width
        put(sheet, f"{letter}{FIELD_ROW - 1}", head, CENTRE, head=True)
    for row, (ident, group, field, required) in enumerate(fields_on(sheet.title), FIELD_ROW):
        put(sheet, f"A{row}", _REQUIRED if required else _OPTIONAL, CENTRE, head=True)
        put(sheet, f"B{row}", group, LEFT, head=True)
        put(sheet, f"C{row}", field.name, LEFT, head=True)
        cell = put(sheet, f"D{row}", _text(ident, field, report), LEFT)
        cell.number_format = "@"
        unlock(cell, required)
        told = _help(field)
        put(sheet, f"E{row}", told, LEFT)
        sheet.row_dimensions[row].height = 18.0 * math.ceil(2 * len(told) / (_HEADS["说明和例子"] - 2) or 1)
        _prompt(sheet, cell, f"{group}{field.name}", field, required)


def _text(ident: str, field: Field, report: Report) -> str:
    if ident == "year":
        return str(report.year)
    if ident == "signature.name" and report.signature:
        return report.signature.name
    text = report.texts.get(ident, "")
    return field.choices.get(text, text)


def _help(field: Field) -> str:
    """Return what to fill in and an example, as it stands beside a field and in its prompt."""
    choices = f"选{'、'.join(field.choices.values())}" if field.choices else ""
    told = [field.about or choices, f"例：{field.example}" if field.example else ""]
    return "；".join(text for text in told if text)


def _prompt(sheet: Worksheet, cell: Any, name: str, field: Field, required: bool) -> None:
    """Give a cell the prompt that Excel shows beside it, and its choices as a list."""
    choice = (list_of(tuple(field.choices.values())) if field.choices
              else DataValidation(allow_blank=True, showInputMessage=True))
    choice.promptTitle = f"{name}（{_REQUIRED if required else _OPTIONAL}）"[:_MAX_PROMPT_TITLE]
    choice.prompt = _help(field)[:_MAX_PROMPT] or "照实填写，没有的留空"
    sheet.add_data_validation(choice)
    choice.add(cell)
