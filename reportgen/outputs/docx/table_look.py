"""Say what a user changed in a Word template's tables beside styles, which only the DOCX can have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reportgen.format import Edition, Table
from reportgen.outputs.docx.heights import own_heights
from reportgen.outputs.docx.styles import W, measure
from reportgen.standard import layout

# How far widths and heights may differ by rounding, in twips.
_ROUNDING = 25
_TWIPS = 20 / layout.MM_PER_POINT
_LOOKS = {"sz": "字号", "color": "颜色", "b": "加粗", "rFonts": "字体"}


def table_changes(body: Any, edition: Edition) -> Iterator[str]:
    """Yield what differs in the statutory tables; `body` is the root of document.xml."""
    # A template that lacks a table is told of as one that lost fields.
    for table, element in zip(edition.tables.values(), body.iter(f"{W}tbl"), strict=False):
        found = [name for name, differs in (("列宽", _widths), ("行高", _heights), ("底纹", _fills),
                                            ("边框", _borders),
                                            ("文字上直接设置的格式", _formats)) if differs(element, table)]
        if found:
            yield f"{table.short}的{'、'.join(found)}（请同时改 report.css）"


def _values(element: Any, tag: str, name: str) -> Iterator[str]:
    for one in element.iter(f"{W}{tag}"):
        value = one.get(f"{W}{name}")
        if value is not None:
            yield value


def _widths(element: Any, table: Table) -> bool:
    # LibreOffice leaves columns of a twip behind where spans are rounded apart.
    found = [width for grid in element.iterfind(f"{W}tblGrid") for value in _values(grid, "gridCol", "w")
             if (width := measure(value)) > _ROUNDING]
    expected = [round(width * _TWIPS) for width in table.widths]
    return len(found) != len(expected) or any(
        abs(one - other) > _ROUNDING for one, other in zip(found, expected, strict=True))


def _heights(element: Any, table: Table) -> bool:
    return own_heights([measure(height.get(f"{W}val")) for row in element.iter(f"{W}tr") if not _tag_row(row)
                        for height in row.iter(f"{W}trHeight")], table)


def _tag_row(row: Any) -> bool:
    return "{%tr" in "".join(text.text or "" for text in row.iter(f"{W}t"))


def _fills(element: Any, table: Table) -> bool:
    fills = {value.upper() for value in _values(element, "shd", "fill")} - {"AUTO", "FFFFFF"}
    return fills != ({layout.BLOCK_FILL} if any(block.title for block in table.blocks) else set())


def _borders(element: Any, table: Table) -> bool:
    size = str(round(layout.RULE_WIDTH * 8))
    for borders in (*element.iter(f"{W}tblBorders"), *element.iter(f"{W}tcBorders")):
        for side in borders:
            value = side.get(f"{W}val")
            if value in ("nil", "none") and borders.tag == f"{W}tcBorders":
                continue
            if value != "single" or side.get(f"{W}sz", size) != size or \
                    side.get(f"{W}color", "auto") not in ("auto", "000000"):
                return True
    return False


def _formats(element: Any, table: Table) -> bool:
    for run in element.iter(f"{W}r"):
        text = "".join(one.text or "" for one in run.iter(f"{W}t"))
        properties = run.find(f"{W}rPr")
        # The rest of a field's tag is blue and small on purpose; it takes the look of its first brace.
        if properties is None or not text.strip() or (text.startswith("{") and text != "{") or "}}" in text:
            continue
        if any(_says_something(element) for tag in _LOOKS for element in properties.iterfind(f"{W}{tag}")):
            return True
    return False


def _says_something(element: Any) -> bool:
    """Say whether a property changes how a text looks; a hint for the choice of the face does not."""
    return set(element.attrib) != {f"{W}hint"}
