"""The printed pages: a PDF made in another process, the latest first, and pictures of its pages."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

import pypdfium2
from PIL import ImageChops

from reportgen import api
from reportgen.files import limits
from reportgen.findings import InputError
from reportgen.processes.pool import CannotStartError, Processes
from reportgen.serve.cell_spots import PDFIUM, CellSpots, cell_spots
from reportgen.serve.saying_here import lost_here, problems_here

KEPT = 3
SCALE = 1.6
_LOADED = ("reportgen.serve.preview", "reportgen.outputs.pdf.write", "reportgen.outputs.docx.write")
Key = tuple[str, str]
Made = TypeVar("Made")


class RefusedError(Exception):
    """Say why the other process made nothing."""


class PageMaker:
    """Print reports in one other process, begun when needed; what is no longer wanted is not waited for."""

    def __init__(self) -> None:
        self._lock, self._beginning = threading.Lock(), threading.Lock()
        self._pool: Processes | None = None
        self._pages: dict[Key, Future[bytes]] = {}
        self._spots: dict[Key, Future[CellSpots]] = {}

    def pages(self, path: str, version: str, report: api.Report) -> Future[bytes]:
        """Return the PDF of a version of a file, maybe still in the making; older ones are dropped."""
        with self._lock:
            found = _kept(self._pages, (path, version))
            if found is None:
                made: list[tuple[Key, Future[Any]]] = [*self._pages.items(), *self._spots.items()]
                for key, future in made:
                    # One that is half-done would be ended with its process, which takes long to start anew.
                    if key[0] == path and not future.running():
                        future.cancel()
                found = self.run(printed_pages, report)
            _keep(self._pages, (path, version), found)
            return found

    def spots(self, path: str, version: str, content: bytes, report: api.Report) -> Future[CellSpots]:
        """Return where the cells stand in the PDF of a version, which `content` is."""
        with self._lock:
            found = _kept(self._spots, (path, version))
            if found is None:
                found = self.run(cell_spots, content, report)
            _keep(self._spots, (path, version), found)
            return found

    def run(self, function: Any, *args: Any) -> Future[Any]:
        """Run something long in the other process; cancelling its future ends it.

        Raises RefusedError where no process can be started.
        """
        try:
            return self._begun().submit(tried, function, *args)
        except CannotStartError as error:
            raise RefusedError("这台电脑上启动不了打印页面的进程；请关闭其他程序，再试") from error

    def warm(self) -> None:
        """Have the other process load what takes long, unless it was begun before."""
        if self._pool is None:
            # Who prints is told of what is missing.
            with suppress(RefusedError, InputError):
                self.run(load)

    def _begun(self) -> Processes:
        with self._beginning:
            if self._pool is None:
                self._pool = Processes(1, limits.PAGE_WORK_SECONDS, int, _LOADED)
            return self._pool

    def close(self) -> None:
        """End the other process."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _kept(made: dict[Key, Future[Made]], key: Key) -> Future[Made] | None:
    """Take out what was made or is in the making; None for what was cancelled or failed."""
    found = made.pop(key, None)
    if found is not None and found.done() and (found.cancelled() or found.exception() is not None):
        return None
    return found


def _keep(made: dict[Key, Future[Made]], key: Key, future: Future[Made]) -> None:
    made[key] = future
    for old in list(made)[:-KEPT]:
        del made[old]


def tried(function: Callable[..., Any], *args: Any) -> Any:
    """Return what a function returns; raises RefusedError for what it refuses.

    The refusals of the API have more to them than can go from one process to another.
    """
    try:
        return function(*args)
    except InputError as error:
        raise RefusedError(problems_here(error)) from None
    except api.ValuesLostError as error:
        raise RefusedError(lost_here(error)) from None
    except (api.BuildRefusedError, api.EngineMissingError) as error:
        raise RefusedError(str(error)) from None


def load() -> None:
    """Load what printing needs, in the process that prints."""
    printed_pages(api.read_content("year: 2024\nagency: {name: 某县统计局}\nblanks: 0\n"))


def printed_pages(report: api.Report) -> bytes:
    """Return the PDF of a report as a draft.

    Raises InputError for a template that cannot be used, EngineMissingError where nothing can be printed.
    """
    return api.pdf(report, api.Options(draft=True))


def page_count(content: bytes) -> int:
    """Return how many pages a PDF has."""
    with PDFIUM, pypdfium2.PdfDocument(content) as document:
        return len(document)


def picture(content: bytes, number: int, scale: float = SCALE) -> bytes:
    """Return one page of a PDF, counted from 0, the last where it has fewer, as a PNG.

    A page without colours is written in greys, which takes half the time.
    """
    with PDFIUM, pypdfium2.PdfDocument(content) as document:
        drawn = document[min(number, len(document) - 1)].render(scale=scale).to_pil().convert("RGB")
    red, green, blue = drawn.split()
    coloured = any(ImageChops.difference(green, other).getbbox() for other in (red, blue))
    stream = io.BytesIO()
    (drawn if coloured else green).save(stream, "PNG", compress_level=1)
    return stream.getvalue()
