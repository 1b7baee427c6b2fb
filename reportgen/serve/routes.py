"""What the page asks and is answered: JSON in, JSON out, pictures of pages; every refusal in Chinese."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import jinja2
import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from reportgen import api
from reportgen.files import limits
from reportgen.files.resources import fonts_folder
from reportgen.findings import InputError
from reportgen.serve import asked, outgoing
from reportgen.serve.book import Opened, OutOfDateError
from reportgen.serve.preview import PageMaker, RefusedError, picture
from reportgen.serve.shelf import Shelf
from reportgen.serve.shown import acceptance_line, acceptance_said, layout, state
from reportgen.serve.year_files import compared, converted, imported_report, new_file

Asked = TypeVar("Asked")
_PAGES = ("base.html", "start.html", "book.html")
_FACES = ("fangsong", "heiti", "kaiti", "songti", "xiaobiaosong", "latin")


class Answers:
    """Answer the requests of one folder's page."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.maker = PageMaker()
        self._uploads: dict[str, list[dict[str, Any]]] = {}
        self._running: dict[str, Any] = {}
        folder = resources.files("reportgen.serve") / "pages"
        pages = {name: (folder / name).read_text(encoding="utf-8") for name in _PAGES}
        self._pages = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined,
                                         loader=jinja2.DictLoader(pages))

    def routes(self) -> list[Route | Mount]:
        """Return every address."""
        get: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "/": self.start, "/book": self.book, "/api/files": self.files, "/api/book": self.opened,
            "/api/pages": self.pages, "/api/page": self.page, "/api/explain": self.explain,
            "/api/compare": self.compare, "/made": self.made, "/faces/{name}": self.face}
        post = {"/api/edit": self.edit, "/api/accept": self.accept, "/api/withdraw": self.withdraw,
                "/api/mend": self.mend, "/api/new": self.new, "/api/import": self.take_in,
                "/api/convert": self.convert, "/api/make": self.make, "/api/cancel": self.cancel,
                "/api/edited": self.edited, "/api/take": self.take}
        static = StaticFiles(directory=str(resources.files("reportgen.serve") / "static"))
        return [*(Route(path, answering(answer)) for path, answer in get.items()),
                *(Route(path, answering(answer), methods=["POST"]) for path, answer in post.items()),
                Mount("/static", static)]

    async def start(self, request: Request) -> Response:
        """Show the list of files."""
        return self._page("start.html", folder=str(self.shelf.folder))

    async def book(self, request: Request) -> Response:
        """Show the page of one file."""
        return self._page("book.html", file=request.query_params.get("file", ""))

    def _page(self, name: str, **said: str) -> Response:
        return HTMLResponse(self._pages.get_template(name).render(**said))

    async def face(self, request: Request) -> Response:
        """Return one of the faces that the package carries."""
        name = request.path_params["name"].removesuffix(".ttf")
        if name not in _FACES:
            return JSONResponse({"message": "没有这种字体"}, 404)
        content = await run_in_threadpool((fonts_folder() / f"{name}.ttf").read_bytes)
        return Response(content, media_type="font/ttf", headers={"Cache-Control": "private, max-age=86400"})

    async def files(self, request: Request) -> Response:
        """Return the data files and forms of the folder."""
        return JSONResponse({"files": await run_in_threadpool(self.shelf.listed)})

    async def opened(self, request: Request) -> Response:
        """Return all of a data file."""
        book = self.shelf.book(request.query_params.get("file", ""))
        fresh = not request.query_params.get("version")
        now = await run_in_threadpool(partial(book.now, afresh=fresh))
        if request.query_params.get("version") == now.version:
            return JSONResponse({"unchanged": True})
        return JSONResponse({"layout": layout(now), **state(now)})

    async def edit(self, request: Request) -> Response:
        """Write what was typed and return what the file says then."""
        wanted = await _asked(request, asked.Edit)
        values: dict[str, api.NewValue] = {
            path: api.Typed(cell.number, cell.remark) for path, cell in wanted.cells.items()}
        values |= {ident: list(lines) for ident, lines in wanted.prose.items()}
        values |= {ident: text.strip() or None for ident, text in wanted.fields.items()}
        return await self._changed(wanted.file, lambda book: book.change(wanted.version, values))

    async def _changed(self, file: str, change: Callable[[Any], Opened]) -> Response:
        book = self.shelf.book(file)
        before = book.now().report.single_rows
        now = await run_in_threadpool(change, book)
        # Rows that are given as one change the table itself.
        drawn = {"layout": layout(now)} if now.report.single_rows != before else {}
        return JSONResponse({**state(now), **drawn})

    async def accept(self, request: Request) -> Response:
        """Write down that a finding stands."""
        wanted = await _asked(request, asked.Accept)
        finding = await self._finding(wanted)
        said = acceptance_said(finding, wanted.reason, wanted.by)
        return await self._changed(wanted.file, lambda book: book.accept(wanted.version, said))

    async def withdraw(self, request: Request) -> Response:
        """Take out what was written down of a finding."""
        wanted = await _asked(request, asked.Withdraw)
        line = acceptance_line(await self._finding(wanted))
        return await self._changed(wanted.file, lambda book: book.withdraw(wanted.version, line))

    async def _finding(self, wanted: asked.Accept | asked.Withdraw) -> api.Finding:
        now = await run_in_threadpool(self.shelf.book(wanted.file).now)
        if now.version != wanted.version:
            raise OutOfDateError(now)
        return now.findings[wanted.number]

    async def mend(self, request: Request) -> Response:
        """Mend the punctuation of a passage."""
        wanted = await _asked(request, asked.Mend)
        now = await run_in_threadpool(self.shelf.book(wanted.file).now)
        lines = [api.mended(line) for line in outgoing.typed_lines(now.report, wanted.passage)]
        return await self._changed(wanted.file,
                                   lambda book: book.change(wanted.version, {wanted.passage: lines}))

    async def pages(self, request: Request) -> Response:
        """Return how many pages a version has and where its cells stand on them."""
        now = await self._now(request)
        made = await asyncio.wrap_future(self.maker.pages(str(now.path), now.version, now.content))
        return JSONResponse({"version": now.version, "sizes": made.sizes,
                             "spots": [[spot.page, spot.cell, *spot.box] for spot in made.spots]})

    async def page(self, request: Request) -> Response:
        """Return the picture of one page."""
        now = await self._now(request)
        number = request.query_params.get("number", "0")
        made = await asyncio.wrap_future(self.maker.pages(str(now.path), now.version, now.content))
        if not number.isdigit() or int(number) >= len(made.sizes):
            return JSONResponse({"message": "没有这一页"}, 404)
        content = await run_in_threadpool(picture, made, int(number))
        return Response(content, media_type="image/png")

    async def _now(self, request: Request) -> Opened:
        book = self.shelf.book(request.query_params.get("file", ""))
        return await run_in_threadpool(book.now)

    async def explain(self, request: Request) -> Response:
        """Return what a rule says."""
        rule = api.all_rules().get(request.query_params.get("code", ""))
        if rule is None:
            return JSONResponse({"message": "没有这个编号"}, 404)
        return JSONResponse({"text": api.explained(rule)})

    async def compare(self, request: Request) -> Response:
        """Return the comparison with last year as a page."""
        now = await self._now(request)
        return JSONResponse(await run_in_threadpool(compared, now.report))

    async def new(self, request: Request) -> Response:
        """Write a new data file, with last year's 结转 where there is one."""
        path = await run_in_threadpool(new_file, self.shelf, await _asked(request, asked.New))
        return JSONResponse({"file": self.shelf.name_of(path)})

    async def take_in(self, request: Request) -> Response:
        """Read a published report into a new data file."""
        name = unquote(request.headers.get("x-file-name", ""))
        content = await request.body()
        return JSONResponse(await run_in_threadpool(imported_report, self.shelf, name, content))

    async def convert(self, request: Request) -> Response:
        """Write a form as a data file beside it, which is then the one that is changed."""
        wanted = await _asked(request, asked.OneFile)
        path = await run_in_threadpool(converted, self.shelf, wanted.file)
        return JSONResponse({"file": self.shelf.name_of(path)})

    async def make(self, request: Request) -> Response:
        """Make files of a version: what takes long goes on in another process and can be cancelled."""
        wanted = await _asked(request, asked.Make)
        now = await run_in_threadpool(self.shelf.book(wanted.file).now)
        if now.version != wanted.version:
            raise OutOfDateError(now)
        if wanted.kind == "form":
            made = [str(await run_in_threadpool(outgoing.form_file, self.shelf, now))]
        else:
            folder = str(outgoing.folder_for(self.shelf, now, wanted.kind))
            if wanted.kind == "release":
                future = self.maker.run(outgoing.released_files, str(now.path), folder)
            else:
                kinds = api.KINDS if wanted.kind == "draft" else (wanted.kind,)
                future = self.maker.run(outgoing.made_files, str(now.path), folder, wanted.kind == "draft",
                                        kinds)
            self._running[wanted.file] = future
            try:
                made = await asyncio.wrap_future(future)
            except asyncio.CancelledError:
                if not future.cancelled():
                    raise
                return JSONResponse({"cancelled": True})
            finally:
                self._running.pop(wanted.file, None)
        return JSONResponse({"files": [self.shelf.name_of(Path(path)) for path in made],
                             "folder": str(Path(made[0]).parent)})

    async def made(self, request: Request) -> Response:
        """Return a file that was made, to be saved: what it holds must not run as a page of this address."""
        path = await run_in_threadpool(self.shelf.made, request.query_params.get("file", ""))
        return FileResponse(path, filename=path.name, content_disposition_type="attachment")

    async def cancel(self, request: Request) -> Response:
        """End what is being made of a file."""
        wanted = await _asked(request, asked.OneFile)
        future = self._running.get(wanted.file)
        return JSONResponse({"cancelled": bool(future and future.cancel())})

    async def edited(self, request: Request) -> Response:
        """Return what an edited report says otherwise than the data file; nothing is written."""
        now = await self._now(request)
        name = unquote(request.headers.get("x-file-name", ""))
        found = await run_in_threadpool(outgoing.edited_changes, now, name, await request.body())
        upload = secrets.token_hex(8)
        self._uploads[upload] = found["changes"]
        for old in list(self._uploads)[:-limits.KEPT_UPLOADS]:
            del self._uploads[old]
        return JSONResponse({"upload": upload, "version": now.version, **found})

    async def take(self, request: Request) -> Response:
        """Take the chosen changes of an edited report over."""
        wanted = await _asked(request, asked.Take)
        found = {change["number"]: change for change in self._uploads.get(wanted.upload, [])}
        chosen = [found[number] for number in wanted.numbers if number in found]
        return await self._changed(
            wanted.file, lambda book: book.change(wanted.version, outgoing.chosen_values(book.now(), chosen)))


def answering(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Return an answer that tells of what was refused, as JSON with a message."""
    async def tried(request: Request) -> Response:
        try:
            return await answer(request)
        except OutOfDateError as error:
            return JSONResponse({"message": "文件在别处改过了，没有覆盖", "layout": layout(error.now),
                                 "now": state(error.now)}, 409)
        except InputError as error:
            return _said([f"{origin}：{message}" for origin, message in error.problems], 422)
        except (RefusedError, api.BuildRefusedError, api.ValuesLostError, api.EngineMissingError) as error:
            return _said([str(error)], 422)
        except (msgspec.DecodeError, UnicodeDecodeError, IndexError, json.JSONDecodeError):
            return _said(["请求的内容不对，请刷新页面再试"], 400)
        except asyncio.CancelledError:
            return _said(["已经取消，没有生成"], 409)
        except TimeoutError:
            return _said(["用了太久，没有生成"], 503)
    return tried


def _said(messages: list[str], status: int) -> Response:
    return JSONResponse({"message": "；".join(messages)}, status)


async def _failed(request: Request, error: Exception) -> Response:
    return _said(["程序出错了，没有完成；文件里是最后一次显示“已保存”时的内容，请刷新页面再试"], 500)


async def _asked(request: Request, shape: type[Asked]) -> Asked:
    return msgspec.json.decode(await request.body(), type=shape)


def application(shelf: Shelf) -> Starlette:
    """Return the application for a folder, which prints in a process of its own while it runs."""
    answers = Answers(shelf)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        answers.maker.warm()
        try:
            yield
        finally:
            answers.maker.close()

    return Starlette(routes=answers.routes(), lifespan=lifespan, exception_handlers={500: _failed})
