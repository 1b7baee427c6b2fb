"""What goes out from the page, draft, files, release and form, and edited reports that come back."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from reportgen import api
from reportgen.files import limits
from reportgen.files.viewer import open_file
from reportgen.findings import Origin, refuse
from reportgen.serve import asked, outgoing, returned
from reportgen.serve.book import Opened, OutOfDateError
from reportgen.serve.desk import changed
from reportgen.serve.replies import Answer, body_of
from reportgen.serve.running import Running
from reportgen.serve.shelf import Shelf


class Handing:
    """Answer what is asked about files that are made, and about edited ones."""

    def __init__(self, shelf: Shelf, running: Running) -> None:
        self.shelf, self.running = shelf, running
        self._uploads: dict[str, list[dict[str, Any]]] = {}
        self.get: dict[str, Answer] = {"/made": self.made}
        self.post: dict[str, Answer] = {
            "/api/make": self.make, "/api/cancel": self.cancel, "/api/open": self.open,
            "/api/edited": self.edited, "/api/take": self.take}

    async def make(self, request: Request) -> Response:
        """Make files of a version: what takes long goes on in another process and can be cancelled."""
        wanted = await body_of(request, asked.Make)
        now = await run_in_threadpool(lambda: self.shelf.book(wanted.file).now())
        if now.version != wanted.version:
            raise OutOfDateError(now)
        if wanted.kind == "form":
            made = [str(await run_in_threadpool(outgoing.form_file, self.shelf, now))]
        else:
            folder = await run_in_threadpool(outgoing.folder_for, self.shelf, now, wanted.kind)
            outputs = folder.parent if wanted.kind == "release" else folder
            with outgoing.no_trace(outputs, self.running):
                made = await self._made(wanted, now, str(folder))
        return JSONResponse({"files": [self.shelf.name_of(Path(path)) for path in made],
                             "folder": str(Path(made[0]).parent)})

    async def _made(self, wanted: asked.Make, now: Opened, folder: str) -> list[str]:
        made: list[str]
        of = (str(now.path), now.version, folder)
        if wanted.kind == "release":
            made = await self.running.outcome(wanted.file, outgoing.released_files, *of)
            return made
        kinds = api.KINDS if wanted.kind == "draft" else (wanted.kind,)
        draft = wanted.kind == "draft"
        made = await self.running.outcome(wanted.file, outgoing.made_files, *of, draft, kinds)
        return made

    async def made(self, request: Request) -> Response:
        """Return a file that was made, to be saved: what it holds must not run as a page of this address."""
        path = await run_in_threadpool(self.shelf.made, request.query_params.get("file", ""))
        return FileResponse(path, filename=path.name, content_disposition_type="attachment")

    async def open(self, request: Request) -> Response:
        """Open a file that was made in the program that this machine has for it."""
        wanted = await body_of(request, asked.OneFile)
        path = await run_in_threadpool(self.shelf.made, wanted.file)
        if reason := await run_in_threadpool(open_file, path):
            raise refuse(Origin(path.name), reason)
        return JSONResponse({"opened": self.shelf.name_of(path)})

    async def cancel(self, request: Request) -> Response:
        """End what is being made of a file, or how it is read or converted."""
        wanted = await body_of(request, asked.OneFile)
        return JSONResponse({"cancelled": self.running.end(wanted.file)})

    async def edited(self, request: Request) -> Response:
        """Return what an edited report says otherwise than the data file; nothing is written."""
        file = request.query_params.get("file", "")
        now = await run_in_threadpool(lambda: self.shelf.book(file).now())
        name = unquote(request.headers.get("x-file-name", ""))
        found = await run_in_threadpool(returned.edited_changes, now, name, await request.body())
        upload = secrets.token_hex(8)
        self._uploads[upload] = found["changes"]
        for old in list(self._uploads)[:-limits.KEPT_UPLOADS]:
            del self._uploads[old]
        return JSONResponse({"upload": upload, "version": now.version, **found})

    async def take(self, request: Request) -> Response:
        """Take the chosen changes of an edited report over."""
        wanted = await body_of(request, asked.Take)
        found = {change["number"]: change for change in self._uploads.get(wanted.upload, [])}
        if set(wanted.numbers) - set(found):
            raise refuse(Origin(wanted.file), "读过的那份改过的文件已经不在了，没有采用；请再选一次那份文件")
        chosen = [found[number] for number in wanted.numbers]
        return await run_in_threadpool(
            changed, self.shelf, wanted.file,
            lambda book: book.change(wanted.version, returned.chosen_values(book.now(), chosen)))
