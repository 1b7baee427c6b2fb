"""Read a web page saved from a site into blocks; nothing that it points to is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import lxml.html

from reportgen.files import limits
from reportgen.findings import Origin, refuse
from reportgen.imports.blocks import Blocks, FigureMark, Grid, Text

_BLOCKS = frozenset((
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "section", "article", "header",
    "footer", "main",
    "td", "th", "tr", "table", "tbody", "thead", "dd", "dt", "dl", "center", "blockquote", "pre", "figure",
    "caption",
    "form", "body"))
_IGNORED = frozenset((
    "script", "style", "noscript", "template", "head", "nav", "iframe", "object", "svg", "select", "button",
    "textarea"))
Path = tuple[int, ...]


def read_html(content: bytes, name: str) -> Blocks:
    """Return the blocks of a web page, in UTF-8 or GBK.

    Raises InputError for a file that is no web page.
    """
    text = _decoded(content)
    try:
        root = lxml.html.document_fromstring(text,
                                             parser=lxml.html.HTMLParser(no_network=True, huge_tree=False))
    except (lxml.etree.ParserError, ValueError) as error:
        raise refuse(Origin(name), "网页是空的，或不是网页文件") from error
    blocks = Blocks()
    _take_head(root, blocks)
    pieces: list[tuple[str, Any]] = []
    path: Path = ()
    look = ""

    def close() -> None:
        text = replace(_text(pieces), path=path, look=look)
        pieces.clear()
        if text.text:
            blocks.items.append(text)

    number = 0
    for kind, value, marked in _walk(root, ()):
        if kind == "text":
            pieces.append((value, marked))
            continue
        close()
        if kind == "break":
            path = value
            # The class of notes in our own page; other classes say nothing that all sites agree on.
            look = "note" if marked and "note" in marked.split() else ""
        else:
            number += 1
            blocks.items.append(Grid(_grid(value), f"第{number}张表", path=marked))
            blocks.cells |= _marked_cells(value)
    close()
    return blocks


def _take_head(root: Any, blocks: Blocks) -> None:
    """Take the tags of a page, its titles, and the fields that our own page marks."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if field := element.get("data-field"):
            blocks.fields[field] = "".join(str(piece) for piece in element.itertext()).strip()
        if element.tag == "meta" and (name := element.get("name")):
            blocks.tags.setdefault(name, (element.get("content") or "").strip())
    blocks.titles += [text for text in (blocks.tags.get("ArticleTitle", ""),
                                        *(title.text or "" for title in root.iter("title"))) if text]


def _text(pieces: list[tuple[str, Any]]) -> Text:
    """Join pieces into a paragraph, white space folded; a piece of a marked element keeps its mark."""
    line, marks = "", []
    for piece, element in pieces:
        start = len(line)
        line += re.sub(r"[ \t\r\n\f]+", " ", piece if line else piece.lstrip())
        if element is not None:
            cells = tuple((element.get("data-cell") or "").split())[:limits.MARKED_CELLS]
            value, unit = element.get("value") or "", element.get("data-unit") or ""
            marks.append(FigureMark(start, len(line), cells, value, unit))
    line = line.strip()
    return Text(line, f"“{line[:10]}”", marks=tuple(marks))


def _marked_cells(table: Any) -> dict[str, Text]:
    """Return the text of every cell that is marked with one path."""
    found = {}
    for cell in table.iter("td"):
        text = _text([(value, marked) for kind, value, marked in _inside(cell, ()) if kind == "text"])
        if len(text.marks) == 1 and len(text.marks[0].cells) == 1:
            found[text.marks[0].cells[0]] = text
    return found


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


def _walk(element: Any, path: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield the parts of an element in order.

    They are ("text", str, marked element or None), ("break", path of what follows, class of
    what begins) and ("table", element, its path).
    """
    if not isinstance(element.tag, str) or element.tag in _IGNORED or "display:none" in (
            element.get("style") or "").replace(" ", "").lower():
        return
    if element.tag == "table" and _holds_cells(element):
        yield "table", element, path
        return
    block = element.tag in _BLOCKS or element.tag == "br"
    if block:
        yield "break", path if element.tag != "br" else path[:-1], element.get("class")
    yield from _inside(element, path)
    if block:
        yield "break", path[:-1], None


def _holds_cells(table: Any) -> bool:
    """Say whether a table is one: not a frame around other tables, or around text in one column."""
    if table.find(".//td//table") is not None:
        return False
    return any(len(row.findall("td") + row.findall("th")) > 1 for row in table.iter("tr"))


def _inside(element: Any, path: Path) -> Iterator[tuple[str, Any, Any]]:
    marked = element if element.tag == "data" and element.get("data-cell") else None
    # An empty one marks a blank cell.
    if element.text or marked is not None:
        yield "text", element.text or "", marked
    for number, child in enumerate(element):
        yield from _walk(child, (*path, number))
        if child.tail:
            yield "text", child.tail, None


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
            rows[index][column] = _cell(cell)
            column += width
    count = len(list(table.iter("tr")))
    width = max((max(row, default=-1) + 1 for row in rows[:count]), default=0)
    return tuple(tuple(row.get(column) for column in range(width)) for row in rows[:count])


def _cell(cell: Any) -> str:
    """Return the text of a cell in lines, so that figures in two lines do not run into one."""
    pieces = []
    for kind, value, _ in _inside(cell, ()):
        pieces.append(value if kind == "text" else "\n" if kind == "break" else "".join(value.itertext()))
    return "".join(pieces)


def _span(text: str | None) -> int:
    number = text and text.isascii() and text.isdigit() and len(text) < 9
    return min(int(text), limits.SPAN) if text and number and int(text) else 1
