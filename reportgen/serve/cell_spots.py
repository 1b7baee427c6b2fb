"""Where the cells of the tables stand on the pages of a printed PDF, read from its structure tree."""

from __future__ import annotations

import ctypes
import threading
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from reportgen import api

# PDFium may be called by one thread at a time; whoever opens a document holds this.
PDFIUM = threading.Lock()
# Left, top, width and height in parts of the page's width and height.
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Spot:
    """Where a cell stands on a page."""

    page: int
    cell: str
    box: Box


@dataclass(frozen=True)
class CellSpots:
    """Where the cells of a PDF stand, and which part of each page its tables take: (page, box)."""

    cells: list[Spot]
    tables: list[tuple[int, Box]]


def cell_spots(content: bytes, report: api.Report) -> CellSpots:
    """Return where cells stand in a PDF: those of its tables come in the order of the edition's.

    A document with another number of them, as that of an own template may have, has none.
    """
    with PDFIUM, pypdfium2.PdfDocument(content) as document:
        pages = [_Page(page) for page in document]
        boxes = [(number, box) for number, page in enumerate(pages) for box in page.boxes("TD")]
        tables = [(number, box) for number, page in enumerate(pages) for box in page.boxes("Table")]
    cells = [cell.path for table in report.edition.tables.values() for row in api.grid(table)
             for cell in row if cell.path]
    if len(boxes) != len(cells):
        return CellSpots([], tables)
    return CellSpots([Spot(page, cell, box) for (page, box), cell in zip(boxes, cells, strict=True)], tables)


class _Page:
    """A page's structure: the boxes of what its elements of a kind hold."""

    def __init__(self, page: Any) -> None:
        self.width, self.height = page.get_size()
        self.objects: dict[int, list[Box]] = {}
        for one in page.get_objects(max_depth=1):
            mark = pdfium.FPDFPageObj_GetMarkedContentID(one.raw)
            if mark >= 0:
                self.objects.setdefault(mark, []).append(one.get_bounds())
        self.marks: dict[str, list[list[int]]] = {"TD": [], "Table": []}
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        try:
            for index in range(pdfium.FPDF_StructTree_CountChildren(tree)):
                self._take(pdfium.FPDF_StructTree_GetChildAtIndex(tree, index))
        finally:
            pdfium.FPDF_StructTree_Close(tree)

    def _take(self, element: Any) -> None:
        """Take in the marks of content below each element of a kind, in order."""
        if not element:
            return
        kind = _type(element)
        if kind in self.marks:
            self.marks[kind].append(_marks(element))
        if kind != "TD":
            for index in range(pdfium.FPDF_StructElement_CountChildren(element)):
                self._take(pdfium.FPDF_StructElement_GetChildAtIndex(element, index))

    def boxes(self, kind: str) -> list[Box]:
        """Return the box of what each element of a kind holds on this page."""
        found = []
        for marks in self.marks[kind]:
            boxes = [box for mark in marks for box in self.objects.get(mark, [])]
            if boxes:
                left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
                right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
                found.append((left / self.width, 1 - top / self.height, (right - left) / self.width,
                              (top - bottom) / self.height))
        return found


def _marks(element: Any) -> list[int]:
    if not element:
        return []
    count = pdfium.FPDF_StructElement_GetMarkedContentIdCount(element)
    own = [pdfium.FPDF_StructElement_GetMarkedContentIdAtIndex(element, index)
           for index in range(max(count, 0))]
    below = [mark for index in range(max(pdfium.FPDF_StructElement_CountChildren(element), 0))
             for mark in _marks(pdfium.FPDF_StructElement_GetChildAtIndex(element, index))]
    return [mark for mark in own if mark >= 0] + below


def _type(element: Any) -> str:
    size = pdfium.FPDF_StructElement_GetType(element, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_StructElement_GetType(element, buffer, size)
    return buffer.raw.decode("utf-16-le").rstrip("\0")
