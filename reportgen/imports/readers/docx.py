"""Read a published DOCX into blocks; text that was inserted counts, text that was deleted does not."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.exceptions import PythonDocxError
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from reportgen.findings import Origin, refuse
from reportgen.imports.blocks import Blocks, Grid, Text

MAX_SPAN = 100


def read_docx(content: bytes, name: str) -> Blocks:
    """Return the blocks of a DOCX.

    Raises InputError for a file that is none.
    """
    try:
        body = Document(io.BytesIO(content)).element.body
    except (PythonDocxError, XMLSyntaxError, BadZipFile, zlib.error,
            KeyError, ValueError, OSError, AttributeError) as error:
        raise refuse(Origin(name),
                     "Word 文件打不开，可能已损坏；请在 Word 或 WPS 里打开后另存为 .docx") from error
    blocks = Blocks()
    if body.find(f".//{qn('w:ins')}") is not None or body.find(f".//{qn('w:del')}") is not None:
        blocks.said.append("文件带有修订，按接受全部修订后的内容读取")
    if body.find(f".//{qn('w:commentReference')}") is not None:
        blocks.said.append("文件带有批注，批注没有读取")
    number = {"p": 0, "tbl": 0}
    for element in _content(body):
        kind = "p" if element.tag == qn("w:p") else "tbl"
        number[kind] += 1
        if kind == "p":
            place = f"第{number[kind]}段"
            style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
            look = style.get(qn("w:val"), place) if style is not None else place
            blocks.items += [Text(line, place, look) for line in _text(element).split("\n")]
        else:
            blocks.items += _table(element, f"第{number[kind]}张表")
    blocks.items += [Text(line, "文本框") for line in dict.fromkeys(_boxed(body))]
    return blocks


def _boxed(body: Any) -> Iterator[str]:
    """Yield the paragraphs of text boxes in the text, where a 版记 is.

    A drawing may hold each twice.
    """
    for paragraph in body.iterfind(f".//{qn('w:txbxContent')}//{qn('w:p')}"):
        yield "".join(element.text or "" for element in paragraph.iter(qn("w:t")))


def _content(parent: Any) -> Any:
    """Yield paragraphs and tables in order, through content controls and accepted insertions."""
    for element in parent:
        if element.tag in (qn("w:p"), qn("w:tbl")):
            yield element
        elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"),
                             qn("w:smartTag")):
            yield from _content(element)


def _text(paragraph: Any) -> str:
    """Return a paragraph's text; text boxes, deleted text and field codes are left out."""
    pieces = []
    for element in paragraph.iter(qn("w:t"), qn("w:br"), qn("w:tab"), qn("w:cr")):
        ancestors = {ancestor.tag for ancestor in element.iterancestors()}
        if qn("w:del") in ancestors or qn("w:txbxContent") in ancestors or qn("w:moveFrom") in ancestors:
            continue
        pieces.append(element.text or "" if element.tag == qn("w:t") else "\t" if element.tag == qn("w:tab")
                      else "\n")
    return "".join(pieces)


def _table(table: Any, place: str) -> list[Text | Grid]:
    """Return a table as a grid; one that only lays a page out gives what is inside it."""
    if table.find(f".//{qn('w:tc')}//{qn('w:tbl')}") is not None:
        found: list[Text | Grid] = []
        for cell in table.iter(qn("w:tc")):
            for element in cell:
                if element.tag == qn("w:p"):
                    found += [Text(line, place) for line in _text(element).split("\n")]
                elif element.tag == qn("w:tbl"):
                    found += _table(element, place)
        return found
    rows = []
    for row in table.iter(qn("w:tr")):
        if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
            continue
        line: list[str | None] = [None] * _count(row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}"), 0)
        for cell in row.iter(qn("w:tc")):
            properties = cell.find(qn("w:tcPr"))
            span = merge = None
            if properties is not None:
                span, merge = properties.find(qn("w:gridSpan")), properties.find(qn("w:vMerge"))
            text = "".join(_text(paragraph) for paragraph in cell.iter(qn("w:p")))
            goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            line.append(None if goes_on else text)
            line += [None] * (_count(span, 1) - 1)
        rows.append(tuple(line))
    return [Grid(tuple(rows), place)]


def _count(element: Any, otherwise: int) -> int:
    """Return the bounded number that an element gives, or `otherwise`."""
    text = element.get(qn("w:val"), "") if element is not None else ""
    return min(int(text),
               MAX_SPAN) if text.isascii() and text.isdigit() and int(text) >= otherwise else otherwise
