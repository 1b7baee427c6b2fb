"""Read a published workbook, .xls or .xlsx, into blocks: a sheet is a grid, a row of one cell a paragraph."""

from __future__ import annotations

import io

from reportgen.files import limits
from reportgen.files.damage import damage, is_panic
from reportgen.findings import InputError, Origin, refuse
from reportgen.form.plan import FIELD_SHEET, OLD_GUIDE_SHEET, OVERVIEW_SHEET
from reportgen.imports.blocks import Blocks, Grid, Text

_OLE = b"\xd0\xcf\x11\xe0"


def read_excel(content: bytes, name: str) -> Blocks:
    """Return the blocks of a workbook.

    Raises InputError for a file that is none.
    """
    from python_calamine import CalamineWorkbook

    blocks = Blocks()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = set(book.sheet_names)
        if content.startswith(_OLE) and FIELD_SHEET in names and names & {OLD_GUIDE_SHEET, OVERVIEW_SHEET}:
            raise refuse(Origin(name), "是另存成旧版 .xls 的填报表，公式和格式不全；"
                                       "请在 Excel 或 WPS 里打开，另存为 .xlsx 再用")
        for sheet in book.sheet_names:
            cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            rows = [tuple(_text(value) for value in row[:limits.SHEET_COLUMNS])
                    for row in cells[:limits.SHEET_ROWS]]
            filled = [sum(bool(text.strip()) for text in row) for row in rows]
            table = next((number for number, count in enumerate(filled) if count > 1), len(rows))
            texts = [(number, Text(line, f"{sheet}!A{number + 1}")) for number, row in enumerate(rows)
                     if filled[number] == 1 and row[0].strip() for line in row[0].split("\n")]
            blocks.items += [text for number, text in texts if number < table]
            if table < len(rows):
                blocks.items.append(Grid(tuple(rows), sheet))
            blocks.items += [text for number, text in texts if number > table]
    except damage("calamine") as error:
        raise _broken(name) from error
    except BaseException as error:
        if is_panic(error):
            raise _broken(name) from error
        raise
    return blocks


def _broken(name: str) -> InputError:
    return refuse(Origin(name), "Excel 文件打不开，可能已损坏或加了密码；请在 Excel 或 WPS 里打开后重新保存")


def _text(value: object) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return "" if value is None else str(value)
