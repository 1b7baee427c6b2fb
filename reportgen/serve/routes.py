"""The addresses of the page, and what answers at each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources

import jinja2
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from reportgen.files.resources import fonts_folder
from reportgen.serve.desk import Desk
from reportgen.serve.first_page import FirstPage
from reportgen.serve.handing import Handing
from reportgen.serve.listing import Listing
from reportgen.serve.preview import PageMaker
from reportgen.serve.printed_views import PrintedViews
from reportgen.serve.replies import Answer, answering, broken_off, said_no
from reportgen.serve.running import Running
from reportgen.serve.shelf import Shelf

# Seconds in which files are looked at before anybody asks.
AHEAD = 2.0
_PAGES = ("base.html", "start.html", "book.html")
_MEDIA = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
_FACES = ("fangsong", "heiti", "kaiti", "songti", "xiaobiaosong", "latin")


class Shell:
    """Answer with the pages themselves, which ask for everything else, and their faces."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        folder = resources.files("reportgen.serve") / "pages"
        pages = {name: (folder / name).read_text(encoding="utf-8") for name in _PAGES}
        self._pages = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined,
                                         loader=jinja2.DictLoader(pages))
        # Few and small; read once, no thread has to be waited for while the browser loads the page.
        static = resources.files("reportgen.serve") / "static"
        self._static = {path.name: path.read_bytes() for path in static.iterdir()}
        self.get: dict[str, Answer] = {"/": self.start, "/book": self.book, "/faces/{name}": self.face,
                                       "/static/{name}": self.static}

    async def start(self, request: Request) -> Response:
        """Show the list of files."""
        # Whatever encoding its name is in.
        return self._page("start.html", folder=str(self.shelf.folder).encode(errors="replace").decode())

    async def book(self, request: Request) -> Response:
        """Show the page of one file."""
        return self._page("book.html", file=request.query_params.get("file", ""))

    def _page(self, name: str, **said: str) -> Response:
        return HTMLResponse(self._pages.get_template(name).render(**said))

    async def static(self, request: Request) -> Response:
        """Return a script, the stylesheet or the icon."""
        name = request.path_params["name"]
        if name not in self._static:
            return said_no(["没有这个文件"], 404)
        return Response(self._static[name], media_type=_MEDIA[name.rpartition(".")[2]])

    async def face(self, request: Request) -> Response:
        """Return one of the faces that the package carries."""
        name = request.path_params["name"].removesuffix(".ttf")
        if name not in _FACES:
            return said_no(["没有这种字体"], 404)
        content = await run_in_threadpool((fonts_folder() / f"{name}.ttf").read_bytes)
        return Response(content, media_type="font/ttf", headers={"Cache-Control": "private, max-age=86400"})


async def _look_ahead(listing: Listing) -> None:
    """Look at files before anybody asks, but for no more than a moment at a time."""
    end = time.monotonic() + AHEAD
    while time.monotonic() < end and (await run_in_threadpool(listing.rows, 0.1))["waiting"]:
        pass


def application(shelf: Shelf) -> Starlette:
    """Return the application for a folder, which prints in a process of its own while it runs."""
    maker = PageMaker()
    running = Running(maker)
    # Printing loads what the browser would wait for while it loads the page.
    first, desk, handing = FirstPage(shelf, running, maker.warm), Desk(shelf, maker), Handing(shelf, running)
    get = {**Shell(shelf).get, **first.get, **desk.get, **PrintedViews(shelf, maker).get, **handing.get}
    post = {**first.post, **desk.post, **handing.post}

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # While the browser starts.
        ahead = asyncio.create_task(_look_ahead(first.listing))
        try:
            yield
        finally:
            ahead.cancel()
            await asyncio.wait([ahead])
            if not ahead.cancelled():
                # Taken note of; it is told when the page asks for the list.
                ahead.exception()
            maker.close()

    return Starlette(routes=[*(Route(path, answering(answer)) for path, answer in get.items()),
                             *(Route(path, answering(answer), methods=["POST"])
                               for path, answer in post.items())],
                     lifespan=lifespan, exception_handlers={500: broken_off})
