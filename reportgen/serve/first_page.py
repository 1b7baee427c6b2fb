"""What the first page asks: the list of files, a new year, a report to be read, a form to be converted."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reportgen import api
from reportgen.serve import asked
from reportgen.serve.replies import Answer, body_of
from reportgen.serve.shelf import Shelf
from reportgen.serve.year_files import converted, imported_report, new_file


class FirstPage:
    """Answer what the list of a folder's files asks."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.get: dict[str, Answer] = {"/api/files": self.files}
        self.post: dict[str, Answer] = {"/api/new": self.new, "/api/import": self.take_in,
                                        "/api/convert": self.convert}

    async def files(self, request: Request) -> Response:
        """Return the data files and forms of the folder."""
        return JSONResponse({"files": await run_in_threadpool(self.shelf.listed)})

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
        """Read a published report into a new data file."""
        name = unquote(request.headers.get("x-file-name", ""))
        content = await request.body()
        return JSONResponse(await run_in_threadpool(imported_report, self.shelf, name, content))

    async def convert(self, request: Request) -> Response:
        """Write a form as a data file beside it, which is then the one that is changed."""
        wanted = await body_of(request, asked.OneFile)
        path = await run_in_threadpool(converted, self.shelf, wanted.file)
        return JSONResponse({"file": self.shelf.name_of(path)})
