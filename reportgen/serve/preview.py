"""The printed pages: a PDF made in another process, the latest first, and where its cells stand."""

from __future__ import annotations

import ctypes
import io
import multiprocessing
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from reportgen import api
from reportgen.findings import InputError

SECONDS = 120.0
KEPT = 3
SCALE = 1.6


class RefusedError(Exception):
    """Say why the other process made nothing."""


@dataclass(frozen=True)
class Spot:
    """Where a cell stands on a page, in parts of its width and height, from the upper left."""

    page: int
    cell: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class PrintedPages:
    """The printed pages of one version: the PDF, each page's size in points, and where cells stand."""

    content: bytes
    sizes: list[tuple[float, float]]
    spots: list[Spot]


class PageMaker:
    """Print data files in one other process; what is no longer wanted is not waited for."""

    def __init__(self) -> None:
        from pebble import ProcessPool

        context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
        if sys.platform != "win32":
            context.set_forkserver_preload(["reportgen.serve.preview", "reportgen.outputs.pdf.write",
                                            "reportgen.outputs.docx.write"])
        self._pool: Any = ProcessPool(max_workers=1, context=context)
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], Future[PrintedPages]] = {}

    def pages(self, path: str, version: str, content: bytes) -> Future[PrintedPages]:
        """Return the pages of a content, maybe still in the making; older ones of the file are dropped."""
        key = (path, version)
        with self._lock:
            found = self._made.pop(key, None)
            if found is None or (found.done() and (found.cancelled() or found.exception() is not None)):
                for (other, _), future in self._made.items():
                    # One that is half-done would be ended with its process, which takes long to start anew.
                    if other == path and not future.running():
                        future.cancel()
                found = self._pool.schedule(tried, args=(printed_pages, path, content), timeout=SECONDS)
            self._made[key] = found
            for old in list(self._made)[:-KEPT]:
                del self._made[old]
            return found

    def run(self, function: Any, *args: Any) -> Future[Any]:
        """Run something long in the other process; cancelling its future ends it."""
        future: Future[Any] = self._pool.schedule(tried, args=(function, *args), timeout=SECONDS)
        return future

    def warm(self) -> None:
        """Have the other process load what takes long."""
        self._pool.schedule(load)

    def close(self) -> None:
        """End the other process."""
        self._pool.stop()
        self._pool.join()


def tried(function: Callable[..., Any], *args: Any) -> Any:
    """Return what a function returns; raises RefusedError for what it refuses.

    The refusals of the API have more to them than can go from one process to another.
    """
    try:
        return function(*args)
    except (InputError, api.BuildRefusedError, api.ValuesLostError, api.EngineMissingError) as error:
        raise RefusedError(str(error)) from None


def load() -> None:
    """Load what printing needs, in the process that prints."""
    report = api.read_content("year: 2024\nagency: {name: 某县统计局}\nblanks: 0\n")
    api.pdf(report, api.Options(draft=True))


def printed_pages(path: str, content: bytes) -> PrintedPages:
    """Return the pages of a data file's content as a draft, with last year's file beside `path`.

    Raises InputError as reading does, EngineMissingError where nothing can be printed.
    """
    report = _report(path, content)
    made = api.pdf(report, api.Options(draft=True))
    document = pypdfium2.PdfDocument(made)
    try:
        sizes = [page.get_size() for page in document]
        return PrintedPages(made, sizes, _spots(document, report))
    finally:
        document.close()


def _report(path: str, content: bytes) -> api.Report:
    try:
        previous = api.read_data_file(path).previous
    except InputError:
        previous = None
    return api.read_content(content, path, previous)


def picture(pages: PrintedPages, number: int) -> bytes:
    """Return one page, counted from 0, as a PNG."""
    document = pypdfium2.PdfDocument(pages.content)
    try:
        stream = io.BytesIO()
        document[number].render(scale=SCALE).to_pil().save(stream, "PNG", compress_level=1)
        return stream.getvalue()
    finally:
        document.close()


def _spots(document: Any, report: api.Report) -> list[Spot]:
    """Return where cells stand: tagged cells of the tables come in printing order, as those of the edition.

    A document with another number of them, as that of an own template may have, has none.
    """
    boxes = [(number, box) for number, page in enumerate(document) for box in _table_cells(page)]
    cells = [cell.path for table in report.edition.tables.values() for row in api.grid(table)
             for cell in row if cell.path]
    if len(boxes) != len(cells):
        return []
    return [Spot(page, cell, box) for (page, box), cell in zip(boxes, cells, strict=True)]


def _table_cells(page: Any) -> list[tuple[float, float, float, float]]:
    """Return the box of what each TD of a page holds, in the order of the page's structure."""
    width, height = page.get_size()
    objects: dict[int, list[tuple[float, float, float, float]]] = {}
    for one in page.get_objects(max_depth=1):
        mark = pdfium.FPDFPageObj_GetMarkedContentID(one.raw)
        if mark >= 0:
            objects.setdefault(mark, []).append(one.get_bounds())
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    found = []
    try:
        for index in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            for marks in _marks_of_cells(pdfium.FPDF_StructTree_GetChildAtIndex(tree, index)):
                boxes = [box for mark in marks for box in objects.get(mark, [])]
                if not boxes:
                    continue
                left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
                right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
                found.append((left / width, 1 - top / height, (right - left) / width,
                              (top - bottom) / height))
    finally:
        pdfium.FPDF_StructTree_Close(tree)
    return found


def _marks_of_cells(element: Any) -> list[list[int]]:
    """Return the marks of content below each TD of a structure element, in order."""
    if not element:
        return []
    if _type(element) == "TD":
        return [_marks(element)]
    return [marks for index in range(pdfium.FPDF_StructElement_CountChildren(element))
            for marks in _marks_of_cells(pdfium.FPDF_StructElement_GetChildAtIndex(element, index))]


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
