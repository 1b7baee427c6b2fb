"""What the page of a data file asks: all of it, changes, acceptances, explanations, last year."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reportgen import api
from reportgen.findings import UNSEEN, Origin, refuse
from reportgen.serve import asked, returned
from reportgen.serve.book import Book, Opened, OutOfDateError
from reportgen.serve.preview import PageMaker
from reportgen.serve.replies import Answer, body_of, said_no
from reportgen.serve.saying_here import said_here
from reportgen.serve.shelf import Shelf
from reportgen.serve.shown import acceptance_line, acceptance_said, layout, state
from reportgen.serve.year_files import compared


def changed(shelf: Shelf, file: str, change: Callable[[Book], Opened]) -> Response:
    """Return what a data file says after a change; with its layout where the tables are others by it."""
    book = shelf.book(file)
    before = book.now().report.single_rows
    now = change(book)
    # Rows that are given as one change the table itself.
    drawn = {"layout": layout(now)} if now.report.single_rows != before else {}
    return JSONResponse({**state(now), **drawn})


class Desk:
    """Answer what the page of one data file asks."""

    def __init__(self, shelf: Shelf, maker: PageMaker) -> None:
        self.shelf, self.maker = shelf, maker
        self.get: dict[str, Answer] = {"/api/book": self.opened, "/api/explain": self.explain,
                                       "/api/compare": self.compare}
        self.post: dict[str, Answer] = {"/api/edit": self.edit, "/api/accept": self.accept,
                                        "/api/withdraw": self.withdraw, "/api/mend": self.mend}

    async def opened(self, request: Request) -> Response:
        """Return all of a data file."""
        return await run_in_threadpool(self._opened, request.query_params.get("file", ""),
                                       request.query_params.get("version", ""))

    def _opened(self, file: str, version: str) -> Response:
        now = self.shelf.book(file).now()
        if version == now.version:
            return JSONResponse({"unchanged": True})
        return JSONResponse({"layout": layout(now), **state(now)}, background=BackgroundTask(self.maker.warm))

    async def edit(self, request: Request) -> Response:
        """Write what was typed and return what the file says then; its pages are begun at once if shown."""
        wanted = await body_of(request, asked.Edit)
        values: dict[str, api.NewValue] = {
            path: api.Typed(cell.number, cell.remark) for path, cell in wanted.cells.items()}
        values |= {ident: list(lines) for ident, lines in wanted.prose.items()}
        values |= {ident: text.strip() or None for ident, text in wanted.fields.items()}
        return await run_in_threadpool(changed, self.shelf, wanted.file, lambda book: book.change(
            wanted.version, values, partial(self.maker.pages, str(book.path)) if wanted.pages else None))

    async def accept(self, request: Request) -> Response:
        """Write down that a finding stands."""
        wanted = await body_of(request, asked.Accept)
        for name, text in (("理由", wanted.reason), ("核实人", wanted.by)):
            if not UNSEEN.sub("", text).strip():
                raise refuse(Origin("已核实"), f"没有写{name}，没有写进数据文件；请写上{name}，再做一次")
        said = acceptance_said(await self._finding(wanted), wanted.reason, wanted.by)
        return await run_in_threadpool(changed, self.shelf, wanted.file,
                                       lambda book: book.accept(wanted.version, said))

    async def withdraw(self, request: Request) -> Response:
        """Take out what was written down of a finding."""
        wanted = await body_of(request, asked.Withdraw)
        line = acceptance_line(await self._finding(wanted))
        return await run_in_threadpool(changed, self.shelf, wanted.file,
                                       lambda book: book.withdraw(wanted.version, line))

    async def _finding(self, wanted: asked.Accept | asked.Withdraw) -> api.Finding:
        now = await run_in_threadpool(lambda: self.shelf.book(wanted.file).now())
        if now.version != wanted.version:
            raise OutOfDateError(now)
        if wanted.number >= len(now.findings):
            raise refuse(Origin(wanted.file), "没有这条检查结果；请刷新页面再试")
        return now.findings[wanted.number]

    async def mend(self, request: Request) -> Response:
        """Mend the punctuation of a passage."""
        wanted = await body_of(request, asked.Mend)

        def mended(book: Book) -> Opened:
            lines = [api.mended(line) for line in returned.typed_lines(book.now().report, wanted.passage)]
            return book.change(wanted.version, {wanted.passage: lines})
        return await run_in_threadpool(changed, self.shelf, wanted.file, mended)

    async def explain(self, request: Request) -> Response:
        """Return what a rule says."""
        rule = api.all_rules().get(request.query_params.get("code", ""))
        if rule is None:
            return said_no(["没有这个编号"], 404)
        return JSONResponse({"text": said_here(api.explained(rule))})

    async def compare(self, request: Request) -> Response:
        """Return the comparison with last year."""
        file = request.query_params.get("file", "")
        return JSONResponse(await run_in_threadpool(lambda: compared(self.shelf.book(file).now().report)))
