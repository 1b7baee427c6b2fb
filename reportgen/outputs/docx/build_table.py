"""Build the statutory tables of the Word template, drawn in full with a placeholder in every cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from reportgen.format import GridCell, Heading, Table, grid, held
from reportgen.outputs.docx.runs import run
from reportgen.report.row_heights import cell_styles, first_heights, indents
from reportgen.standard import layout

TWIPS_PER_MM = 20 / layout.MM_PER_POINT
# What the program fills in.
FIELD_COLOUR = "1F5FBF"
# Names in cells are as large as one line allows between these, in points; Word knows none smaller, only
# narrower.
NAME_SIZES = (1.0, 4.0)
# The rows that only hold a tag, in twips.
TAG_ROW_HEIGHT = 30


def table_xml(table: Table) -> Any:
    """Return the w:tbl of a table."""
    rows = grid(table)
    heights = first_heights(table)
    groups = _single_row_groups(table)
    body = OxmlElement("w:tbl")
    widths = [round(width * TWIPS_PER_MM) for width in table.widths]
    edge = f'w:val="single" w:sz="{round(layout.RULE_WIDTH * 8)}" w:space="0" w:color="000000"'
    padding = round(layout.CELL_PADDING * TWIPS_PER_MM)
    body.append(parse_xml(
        f'<w:tblPr {nsdecls("w")}><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        "<w:tblBorders>"
        + "".join(f"<w:{side} {edge}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
        + '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        + "".join(f'<w:{side} w:w="{padding if side in ("left", "right") else 0}" w:type="dxa"/>'
                  for side in ("top", "left", "bottom", "right"))
        + f'</w:tblCellMar><w:tblCaption w:val="{table.caption}"/>'
          f'<w:tblDescription w:val="{table.short}：{table.caption}"/></w:tblPr>'))
    body.append(parse_xml(f'<w:tblGrid {nsdecls("w")}>'
                          + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths) + "</w:tblGrid>"))
    starts = {rows_[0]: (group, rows_) for group, rows_ in groups.items()}
    open_cells: dict[int, tuple[GridCell, int]] = {}
    # A table that fits a page stays whole; the long one begins a page, and may be cut between its groups.
    keeps = held(rows) if table.text == "small" else [True] * (len(rows) - 1) + [False]
    for index, cells in enumerate(rows):
        path = next((cell.path.rpartition(".")[0] for cell in cells if cell.path), "")
        group = next((group for first, (group, _) in starts.items() if first == path), "")
        if group:
            single = _single_row(table, group, cells)
            body.append(_tag_row(table, f'{{%tr if "{group}" in single_rows %}}', widths, open_cells))
            body.append(_row(table, single, widths, dict(open_cells), heights[index], keep=False))
            body.append(_tag_row(table, "{%tr else %}", widths, open_cells))
        body.append(_row(table, cells, widths, open_cells, heights[index], keep=keeps[index]))
        if any(path == rows_[-1] for rows_ in groups.values()):
            body.append(_tag_row(table, "{%tr endif %}", widths, open_cells))
    return body


def _single_row_groups(table: Table) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}

    def look(heading: Heading, path: str) -> None:
        own = f"{path}.{heading.id}" if heading.id else path
        if heading.single_row:
            found[own] = table.groups[own]
        for child in heading.children:
            look(child, own)

    for block in table.blocks:
        for top in block.rows:
            look(top, table.id)
    return found


def _single_row(table: Table, group: str, cells: Sequence[GridCell]) -> list[GridCell]:
    """Return the row that stands for a whole group: its label over the columns of group and row labels."""
    labels = [cell for cell in cells if cell.kind == "row"]
    values = [cell for cell in cells if cell.kind == "value"]
    first = table.groups[group][0]
    label = GridCell("row", labels[-2].text, colspan=labels[-2].colspan + labels[-1].colspan,
                     column=labels[-2].column)
    return [label, *(GridCell("value", path=f"{group}{cell.path.removeprefix(first)}", column=cell.column,
                              colspan=cell.colspan) for cell in values)]


def _tag_row(table: Table, tag: str, widths: list[int], open_cells: dict[int, tuple[GridCell, int]]) -> Any:
    """Build a row that only holds a tag, as low as Word allows; the labels that reach down go on in it."""
    row = OxmlElement("w:tr")
    row.append(parse_xml(
        f'<w:trPr {nsdecls("w")}><w:trHeight w:val="{TAG_ROW_HEIGHT}" w:hRule="exact"/></w:trPr>'))
    start = 0
    while start in open_cells:
        cell, _ = open_cells[start]
        row.append(_cell(table, cell, widths[start:start + cell.colspan], "continue", keep=False))
        start += cell.colspan
    row.append(parse_xml(
        f'<w:tc {nsdecls("w")}><w:tcPr><w:tcW w:w="{sum(widths[start:])}" w:type="dxa"/>'
        f'<w:gridSpan w:val="{len(widths) - start}"/></w:tcPr><w:p><w:pPr><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:line="{TAG_ROW_HEIGHT}" w:lineRule="exact"/></w:pPr>'
        f"{_run(tag, _blue(1))}</w:p></w:tc>"))
    return row


def _row(table: Table, cells: Sequence[GridCell], widths: list[int],
         open_cells: dict[int, tuple[GridCell, int]],
         height: float, keep: bool) -> Any:
    """Build one w:tr of a height in points, kept with the next or not.

    `open_cells` are the cells that reach down from above, by grid column, and is updated.
    """
    row = OxmlElement("w:tr")
    header = "<w:tblHeader/>" if cells and cells[-1].header else ""
    row.append(parse_xml(f'<w:trPr {nsdecls("w")}><w:cantSplit/>'
                         f'<w:trHeight w:val="{round(height * 20)}" w:hRule="atLeast"/>{header}</w:trPr>'))
    pending, column = list(cells), 0
    while column < len(widths):
        if column in open_cells:
            cell, left = open_cells[column]
            row.append(_cell(table, cell, widths[column:column + cell.colspan], "continue", keep))
            if left > 1:
                open_cells[column] = (cell, left - 1)
            else:
                del open_cells[column]
        else:
            cell = pending.pop(0)
            merge = "restart" if cell.rowspan > 1 else ""
            row.append(_cell(table, cell, widths[column:column + cell.colspan], merge, keep))
            if cell.rowspan > 1:
                open_cells[column] = (cell, cell.rowspan - 1)
        column += cell.colspan
    return row


def _cell(table: Table, cell: GridCell, widths: list[int], merge: str, keep: bool) -> Any:
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merged = {"": "", "restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}[merge]
    fill = (f'<w:shd w:val="clear" w:color="auto" w:fill="{layout.BLOCK_FILL}"/>' if cell.kind == "block"
            else "")
    content = "" if merge == "continue" or not cell.text else run(cell.text)
    if cell.kind == "value":
        content = run("{", hinted=True) + _run(f"{{{cell.path}}}}}", _name_look(table, cell, sum(widths)))
    next_ = "<w:keepNext/>" if keep else ""
    style = _style_id(cell_styles(cell)[table.text])
    indent = indents(table, ((cell,),)).get(cell.id, 0.0)
    first = f'<w:ind w:firstLine="{round(indent * 20)}"/>' if indent else ""
    centre = '<w:jc w:val="center"/>' if cell.vertical else ""
    direction = '<w:textDirection w:val="tbRlV"/>' if cell.vertical else ""
    paragraph = f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{next_}{first}{centre}</w:pPr>{content}</w:p>'
    return parse_xml(f'<w:tc {nsdecls("w")}><w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/>'
                     f'{span}{merged}{fill}{direction}<w:vAlign w:val="center"/></w:tcPr>{paragraph}</w:tc>')


def _run(text: str, look: str) -> str:
    """Return a run with the properties `look`."""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def _blue(size: float, scale: int = 100) -> str:
    """Return the properties of what the program fills in; size in points, scale of the width in per cent."""
    narrow = f'<w:w w:val="{scale}"/>' if scale < 100 else ""
    return f'<w:rPr><w:color w:val="{FIELD_COLOUR}"/>{narrow}<w:sz w:val="{round(size * 2)}"/></w:rPr>'


def _name_look(table: Table, cell: GridCell, width: int) -> str:
    """Return the properties that fit a cell's name into one line behind its first brace.

    `width` is in twips.
    """
    smallest, largest = NAME_SIZES
    room = width / 20 - 2 * layout.CELL_PADDING / layout.MM_PER_POINT - layout.TABLE_SIZE[table.text] / 2 - 1
    fitting = room / layout.text_width(f"{{{cell.path}}}}}")
    size = max(smallest, min(largest, int(fitting * 2) / 2))
    return _blue(size, min(100, int(fitting / size * 100)))


def _style_id(name: str) -> str:
    """Return the id that python-docx gives a style of this name."""
    return name.replace(" ", "")
