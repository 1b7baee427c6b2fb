"""Tell what stands in a form outside the cells that are read, and what is read though nobody sees it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from reportgen.form.entries import FormCells, without_space
from reportgen.form.plan import FIELD_ROW, FORM_SHEET, OLD_GUIDE_SHEET, VERSION, column_letter

MAX_TOLD = 10       # of one sheet, one by one
_SHOWN = 20         # characters of a text
_DRAWN = re.compile(r"xl/(drawings/drawing|charts/chart|embeddings/)[^/]*")


def tell_unread(cells: FormCells, version: str) -> None:
    """Tell of texts in other cells, of comments and pictures, and of what is hidden and was read."""
    fixed = _fixed(cells) if version == VERSION else set()
    for sheet in cells.book.worksheets:
        if sheet.title == FORM_SHEET:
            continue
        # The cells that there are; a sheet may claim to have millions.
        found = [cell for _, cell in sorted(sheet._cells.items())]
        strays = [cell for cell in found if not _known(cell, cells, fixed, version)]
        for cell in strays[:MAX_TOLD]:
            cells.tell(f"{sheet.title}!{cell.coordinate}",
                       f"这里的“{str(cell.value).strip()[:_SHOWN]}”不在要填的格里，没有读；"
                       "要印进报告的请移到浅黄色的格里，不要的请删去")
        if len(strays) > MAX_TOLD:
            cells.tell(sheet.title, f"这一页另有 {len(strays) - MAX_TOLD} 格也不在要填的格里，没有读")
        for cell in islice((cell for cell in found if cell.comment), MAX_TOLD):
            cells.tell(f"{sheet.title}!{cell.coordinate}",
                       f"批注“{cell.comment.text.strip()[:_SHOWN]}”没有读；要印进报告的请写进格里，不要的请删去")
        for place, what in _hidden(sheet, cells):
            cells.tell(place, f"{what}隐藏着，里面填的照样读取；请取消隐藏后核对")
    members = zipfile.ZipFile(io.BytesIO(cells.content)).namelist()
    if cells.book.chartsheets or any(map(_DRAWN.match, members)):
        cells.tell("", "填报表里有图片、图表、文本框或附件，没有读；要印进报告的文字请写进浅黄色的格里")


def _fixed(cells: FormCells) -> set[str]:
    """Return what the program itself wrote into locked cells: its texts and the cells of its formulas."""
    rows = cells.book[FORM_SHEET].iter_rows(min_col=3, max_col=4, values_only=True)
    return {name if text == "=" else f"{name.partition('!')[0]}!{without_space(text)}"
            for name, text in ((str(name), str(text)) for name, text in rows)}


def _known(cell: Any, cells: FormCells, fixed: set[str], version: str) -> bool:
    """Say whether a cell is blank, was read, or holds what the program wrote on its sheet."""
    text = "" if cell.value is None else str(cell.value).strip()
    if not text or (cell.parent.title, cell.coordinate) in cells.taken:
        return True
    if version != VERSION:
        # An old form has no list of them: its heads, its labels of checks, and its formulas.
        return (cell.parent.title == OLD_GUIDE_SHEET or cell.row < FIELD_ROW or cell.data_type == "f"
                or (cell.column == 1 and text.startswith("核对：")))
    if cell.data_type == "f":
        return f"{cell.parent.title}!{cell.coordinate}" in fixed
    # In another cell, too: a row may have been put in above.
    return f"{cell.parent.title}!{without_space(text)}" in fixed


def _hidden(sheet: Any, cells: FormCells) -> Iterator[tuple[str, str]]:
    """Yield the place and the name of hidden sheets, rows and columns in which something was filled in."""
    filled = [cell for cell in sheet._cells.values()
              if cell.value is not None and (sheet.title, cell.coordinate) in cells.taken]
    typed = [cell for cell in filled if not cell.protection.locked]
    if typed and sheet.sheet_state != "visible":
        yield sheet.title, "这一页"
        return
    rows = sorted({cell.row for cell in typed if sheet.row_dimensions[cell.row].hidden})
    hidden = {column for one in sheet.column_dimensions.values() if one.hidden
              for column in range(one.min or 0, (one.max or 0) + 1)}
    columns = sorted({cell.column for cell in typed if cell.column in hidden})
    if rows:
        more = "等" if len(rows) > MAX_TOLD else ""
        yield f"{sheet.title}!A{rows[0]}", f"第{'、'.join(map(str, rows[:MAX_TOLD]))}行{more}"
    if columns:
        letters = [column_letter(column) for column in columns]
        yield f"{sheet.title}!{letters[0]}1", f"{'、'.join(letters)}列"
