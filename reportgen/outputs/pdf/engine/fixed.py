"""Read the fixed tables of the printed page (HTML): their keys, figures and structure."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from reportgen.outputs.pdf.engine.stencil import Node


def figures_of(table: Any) -> dict[int, str]:
    """Return the texts of the figures of a table (an element of HTML), by the numbers of their cells."""
    return {place: cell.text or "" for place, cell in enumerate(cells(table)) if cell.tag == "td"}


def fixed(table: Any) -> bool:
    """Say whether a table has nothing of its own but plain figures, and breaks over no page."""
    return "cut" not in table.get("class", "").split() and all(
        not len(cell) and "style" not in cell.attrib for cell in table.iter("td"))


def key(section: Any, table: Any) -> str:
    """Return what tells a table's stencil from others: a hash of all but the figures."""
    found = [(element.tag, sorted(element.attrib.items()), element.tag != "td"
              and (element.text, element.tail))
             for element in table.iter()]
    return hashlib.sha256(repr((sorted(section.attrib.items()), found)).encode()).hexdigest()


def blank(section: Any, table: Any, text: str) -> Any:
    """Return a section that holds the table alone, with one text for every figure."""
    alone = ET.Element(section.tag, section.attrib)
    copy = ET.fromstring(ET.tostring(table))
    copy.tail = None
    for cell in copy.iter("td"):
        cell.text = text
    alone.append(copy)
    return alone


def cells(table: Any) -> Iterator[Any]:
    """Yield the cells of a table in reading order."""
    for row in table.iter("tr"):
        yield from row


def _attributes(cell: Any) -> str:
    """Return the attributes of a cell's tag as in a PDF: scope, spans, headers and its identifier."""
    found = ["/O /Table"]
    for name, entry in (("rowspan", "RowSpan"), ("colspan", "ColSpan")):
        if int(cell.get(name, "1")) > 1:
            found.append(f"/{entry} {int(cell.get(name))}")
    if headers := cell.get("headers", "").split():
        found.append(f"/Headers [{' '.join(f'({header})' for header in headers)}]")
    if cell.tag == "th":
        found.append(f"/Scope /{'Row' if cell.get('scope', '').startswith('row') else 'Column'}")
    return f"/A <<{''.join(found)}>>" + (f"/ID ({cell.get('id', '')})" if cell.tag == "th" else "")


def structure(table: Any) -> Node:
    """Return the structure of a table: its groups, rows and cells."""
    numbers = {id(cell): place for place, cell in enumerate(cells(table))}
    groups = [group for group in table if group.tag in ("thead", "tbody")]
    return Node("Table", kids=tuple(
        Node("THead" if group.tag == "thead" else "TBody", kids=tuple(
            Node("TR", kids=tuple(Node(cell.tag.upper(), _attributes(cell), cell=numbers[id(cell)])
                                  for cell in row))
            for row in group)) for group in groups))
