"""What the printed page asks: how many pages, their pictures, what stands where."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reportgen.serve.book import Opened
from reportgen.serve.cell_spots import CellSpots
from reportgen.serve.page_prose import prose_at, prose_box
from reportgen.serve.preview import PageMaker, page_count, picture
from reportgen.serve.replies import Answer
from reportgen.serve.shelf import Shelf

Made = TypeVar("Made")


class PrintedViews:
    """Answer with the printed pages of a data file as it is now."""

    def __init__(self, shelf: Shelf, maker: PageMaker) -> None:
        self.shelf, self.maker = shelf, maker
        self.get: dict[str, Answer] = {"/api/pages": self.pages, "/api/page": self.page, "/api/at": self.at,
                                       "/api/where": self.where}

    async def _newest(self, request: Request,
                      made: Callable[[Opened], Awaitable[Made]]) -> tuple[Opened, Made]:
        """Return a data file and what is made of it; where it is changed meanwhile, as it is then."""
        book = self.shelf.book(request.query_params.get("file", ""))
        while True:
            now = await run_in_threadpool(book.now)
            try:
                return now, await made(now)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                later = await run_in_threadpool(book.now)
                if (task and task.cancelling()) or later.version == now.version:
                    raise

    async def _content(self, now: Opened) -> bytes:
        return await asyncio.wrap_future(self.maker.pages(str(now.path), now.version, now.report))

    async def _with_spots(self, now: Opened) -> tuple[bytes, CellSpots]:
        content = await self._content(now)
        spots = self.maker.spots(str(now.path), now.version, content, now.report)
        return content, await asyncio.wrap_future(spots)

    async def pages(self, request: Request) -> Response:
        """Return how many pages there are and where cells stand on them."""
        now, (content, spots) = await self._newest(request, self._with_spots)
        return JSONResponse({"version": now.version, "count": await run_in_threadpool(page_count, content),
                             "spots": [[spot.page, spot.cell, *spot.box] for spot in spots.cells],
                             "tables": [[page, *box] for page, box in spots.tables]})

    async def page(self, request: Request) -> Response:
        """Return the picture of one page, of the last where there are fewer by now."""
        number = _number(request.query_params, "number")
        _, content = await self._newest(request, self._content)
        return Response(await run_in_threadpool(picture, content, number), media_type="image/png")

    async def at(self, request: Request) -> Response:
        """Return the prose that stands at a place of a page, empty where there is none."""
        asked = request.query_params
        now, content = await self._newest(request, self._content)
        found = await run_in_threadpool(prose_at, content, now.report, _number(asked, "number"),
                                        _part(asked, "x"), _part(asked, "y"))
        return JSONResponse({"version": now.version, **(found or {})})

    async def where(self, request: Request) -> Response:
        """Return the page and the box of a paragraph, empty where it is not found."""
        asked = request.query_params
        now, content = await self._newest(request, self._content)
        found = await run_in_threadpool(prose_box, content, now.report, asked.get("passage", ""),
                                        _number(asked, "paragraph"))
        place = {"page": found[0], "box": found[1]} if found else {}
        return JSONResponse({"version": now.version, **place})


def _number(asked: QueryParams, name: str) -> int:
    given = asked.get(name, "0")
    return int(given) if given.isdecimal() and len(given) < 6 else 0


def _part(asked: QueryParams, name: str) -> float:
    """Return a part of a page's width or height; what is none is its edge."""
    try:
        given = float(asked.get(name, "0"))
    except ValueError:
        return 0.0
    return given if 0 <= given <= 1 else 0.0
