"""Read a web page saved from a site into blocks; nothing that it points to is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import lxml.html

from reportgen.findings import Origin, refuse
from reportgen.published.blocks import Blocks, Grid, Text

_BLOCKS = frozenset((
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "section", "article", "header", "footer", "main",
    "td", "th", "tr", "table", "tbody", "thead", "dd", "dt", "dl", "center", "blockquote", "pre", "figure", "caption",
    "form", "body"))
_IGNORED = frozenset((
    "script", "style", "noscript", "template", "head", "nav", "iframe", "object", "svg", "select", "button",
    "textarea"))
MAX_SPAN = 100


def read_html(content: bytes, name: str) -> Blocks:
    """Return the blocks of a web page, in UTF-8 or GBK.

    Raises InputError for a file that is no web page.
    """
    text = _decoded(content)
    try:
        root = lxml.html.document_fromstring(text, parser=lxml.html.HTMLParser(no_network=True, huge_tree=False))
    except (lxml.etree.ParserError, ValueError) as error:
        raise refuse(Origin(name), "网页是空的，或不是网页文件") from error
    blocks = Blocks()
    pieces: list[str] = []

    def close() -> None:
        line = "".join(pieces).strip()
        pieces.clear()
        if line:
            blocks.items.append(Text(line, f"“{line[:10]}”"))

    number = 0
    for kind, value in _walk(root):
        if kind == "text":
            pieces.append(re.sub(r"[ \t\r\n\f]+", " ", value))
        else:
            close()
            if kind == "table":
                number += 1
                blocks.items.append(Grid(_grid(value), f"第{number}张表"))
    close()
    return blocks


def _decoded(content: bytes) -> str:
    head = content[:4096].lower()
    for encoding in ("utf-8-sig", "gb18030"):
        if encoding == "utf-8-sig" and re.search(rb"charset=[\"']?gb", head):
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # lxml refuses text that names an encoding of its own.
        return re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    return content.decode("utf-8", "replace")


def _walk(element: Any) -> Iterator[tuple[str, Any]]:
    """Yield ("text", str), ("break", None) and ("table", element) in reading order."""
    if not isinstance(element.tag, str) or element.tag in _IGNORED or "display:none" in (
            element.get("style") or "").replace(" ", "").lower():
        return
    if element.tag == "table" and element.find(".//td//table") is None and element.find(".//td") is not None:
        yield "table", element
        return
    block = element.tag in _BLOCKS or element.tag == "br"
    if block:
        yield "break", None
    if element.text:
        yield "text", element.text
    for child in element:
        yield from _walk(child)
        if child.tail:
            yield "text", child.tail
    if block:
        yield "break", None


def _grid(table: Any) -> tuple[tuple[str | None, ...], ...]:
    """Return a table's cells at their places; None where a span reaches."""
    rows: list[dict[int, str | None]] = []
    for index, row in enumerate(table.iter("tr")):
        while len(rows) <= index:
            rows.append({})
        column = 0
        for cell in row.iterchildren("td", "th"):
            while column in rows[index]:
                column += 1
            width, height = (_span(cell.get(name)) for name in ("colspan", "rowspan"))
            for down in range(height):
                while len(rows) <= index + down:
                    rows.append({})
                for right in range(width):
                    rows[index + down].setdefault(column + right, None)
            rows[index][column] = "".join(cell.itertext())
            column += width
    count = len(list(table.iter("tr")))
    width = max((max(row, default=-1) + 1 for row in rows[:count]), default=0)
    return tuple(tuple(row.get(column) for column in range(width)) for row in rows[:count])


def _span(text: str | None) -> int:
    return min(int(text), MAX_SPAN) if text and text.isascii() and text.isdigit() and len(text) < 9 and int(text) else 1
