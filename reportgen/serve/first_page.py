"""What the first page asks: the list of files, a new year, a report to be read, a form to be converted."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reportgen import api
from reportgen.serve import asked
from reportgen.serve.listing import Listing
from reportgen.serve.replies import Answer, body_of
from reportgen.serve.running import Running
from reportgen.serve.shelf import Shelf, read_here
from reportgen.serve.year_files import converted, imported_report, new_file, uploaded

# Seconds that one answer takes at most for looking at files; the page shows how far it is in between.
LOOKING = 0.3


class FirstPage:
    """Answer what the list of a folder's files asks."""

    def __init__(self, shelf: Shelf, running: Running, listed: Callable[[], None]) -> None:
        """Answer for a folder; `listed` is called when the whole list was given."""
        self.shelf, self.running, self.listing, self._listed = shelf, running, Listing(shelf), listed
        self.get: dict[str, Answer] = {"/api/files": self.files}
        self.post: dict[str, Answer] = {"/api/new": self.new, "/api/import": self.take_in,
                                        "/api/convert": self.convert}

    async def files(self, request: Request) -> Response:
        """Return the data files and forms of the folder; `first` does so at once, however far they are."""
        seconds = 0.0 if request.query_params.get("first") else LOOKING
        found = await run_in_threadpool(self.listing.rows, seconds)
        return JSONResponse(found, background=None if found["waiting"] else BackgroundTask(self._listed))

    async def new(self, request: Request) -> Response:
        """Write a new data file, with last year's 结转 where there is one.

        Where last year's is another agency's, ask what is meant: 409 with `other`.
        """
        wanted = await body_of(request, asked.New)
        try:
            path = await run_in_threadpool(new_file, self.shelf, wanted)
        except api.OtherAgencyError:
            return JSONResponse({"other": True, "message": "上年的数据文件是另一个名称的机关的。"}, 409)
        return JSONResponse({"file": self.shelf.name_of(path)})

    async def take_in(self, request: Request) -> Response:
        """Read a published report into a new data file; can be cancelled by the name of the report."""
        name = unquote(request.headers.get("x-file-name", ""))
        with uploaded(name, await request.body()) as path:
            found = await self.running.outcome(name, api.import_, path)
        return JSONResponse(await run_in_threadpool(imported_report, self.shelf, name, found))

    async def convert(self, request: Request) -> Response:
        """Write a form as a data file beside it, which is then the one that is changed; can be cancelled."""
        wanted = await body_of(request, asked.OneFile)
        path = self.shelf.inside(wanted.file)
        report = await self.running.outcome(wanted.file, read_here, str(path))
        return JSONResponse({"file": self.shelf.name_of(await run_in_threadpool(converted, path, report))})
