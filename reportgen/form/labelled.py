"""Read what stands in a form beside a label: the plain fields, and remarks beside the names of cells."""

from __future__ import annotations

from reportgen.form.entries import FormCells
from reportgen.form.plan import (
    FIELD_ROW,
    LIST_ROW,
    OVERVIEW_SHEET,
    REMARK_SHEET,
    SWITCH,
    SWITCH_NAME,
    Plan,
    field_columns,
    field_labels,
    field_sheets,
)

_SHOWN = 20     # characters of a text in a message


def read_plain_fields(cells: FormCells, version: str) -> dict[str, tuple[str, str]]:
    """Return the place and the text of every plain field that is filled in, found by its label.

    What stands beside another label, or beside the same one twice, is told of.
    """
    known, columns = field_labels(), field_columns(version)
    found: dict[str, tuple[str, str]] = {}
    for sheet in field_sheets(version):
        for row in range(FIELD_ROW, cells.last_row(sheet) + 1):
            group, name, text = (cells.text(sheet, f"{letter}{row}") for letter in columns)
            if not text.strip():
                continue
            label, place = f"{group.strip()}{name.strip()}", f"{sheet}!{columns[2]}{row}"
            ident = known.get((group.strip(), name.strip()))
            if ident is None:
                cells.tell(place, f"左边的“{label}”不是要填的项目，“{text[:_SHOWN]}”没有读；"
                                  "名称改动了的请改回，不要的请删去")
            elif ident in found:
                cells.tell(place, f"“{label}”在 {found[ident][0]} 已经填了，这里的“{text[:_SHOWN]}”没有读；"
                                  "请删去一处")
            else:
                found[ident] = (place, text)
    return found


def blanks_are_zero(cells: FormCells) -> bool:
    """Say whether all cells that are not filled in are 0, which the data file calls 空白."""
    text = cells.text(OVERVIEW_SHEET, SWITCH).strip()
    if text not in ("是", "否", ""):
        cells.tell(f"{OVERVIEW_SHEET}!{SWITCH}",
                   f"“{SWITCH_NAME}”只能选“是”或“否”，“{text[:_SHOWN]}”当作“否”；请重选")
    return text == "是"


def read_remarks(cells: FormCells, plan: Plan) -> dict[str, str]:
    """Return the remarks by the paths of their cells; one without a cell of its own is told of."""
    found: dict[str, str] = {}
    for row in range(LIST_ROW, cells.last_row(REMARK_SHEET) + 1):
        place, text = (cells.text(REMARK_SHEET, f"{column}{row}").strip() for column in "AB")
        if not place and not text:
            continue
        path = plan.paths.get(place.replace("！", "!").replace("$", "").upper().replace(" ", ""))
        if path is None:
            example = plan.full_name(plan.edition.examples.part)
            cells.tell(f"{REMARK_SHEET}!A{row}", f"“{place[:_SHOWN]}”不是表中填数的格，备注“{text[:_SHOWN]}”"
                                                 f"没有读；请写成 {example} 这样")
        elif not text:
            cells.tell(f"{REMARK_SHEET}!B{row}", f"{place} 的备注没有写；请补上，或删去这一行")
        elif path in found:
            cells.tell(f"{REMARK_SHEET}!A{row}", f"{place} 前面已经有备注，“{text[:_SHOWN]}”没有读；"
                                                 "请合成一条")
        else:
            found[path] = text
    return found
