"""Serve the page on this machine alone, and open it in the browser."""

from __future__ import annotations

import asyncio
import gc
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from reportgen.files import limits
from reportgen.files.folders import find_files
from reportgen.findings import Origin, refuse
from reportgen.serve.guard import Guard

HOST = "127.0.0.1"


class Protocol(H11Protocol):
    """A connection that has to send the head of each request in time."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, and close it where nothing whole comes."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Take what comes; uvicorn's own time for a next request ends with the first byte of it."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._expect_nothing()
        elif self._late is None and (before is None or before.response_complete):
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let a connection go."""
        self._expect_nothing()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._late = asyncio.get_running_loop().call_later(limits.REQUEST_SECONDS, self._close_late)

    def _expect_nothing(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _close_late(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


def serve(target: Path, say: Callable[[str], None], port: int = 0, browse: bool = True) -> None:
    """Serve the page of a folder, or of one data file, until it is interrupted.

    `say` is told the address. Raises InputError where there is no such file or folder, the file is a document
    that is none, or the port is taken.
    """
    # The command line does without it, being short.
    gc.enable()
    if not target.exists():
        raise refuse(Origin(str(target)), "找不到这个文件或文件夹，请检查路径")
    if target.is_file():
        # Refuses a document that is no data file, with what to do.
        find_files([target])
    folder = target if target.is_dir() else target.parent
    token = secrets.token_urlsafe(32)
    # With the protocol named, asyncio sends what is written at once (TCP_NODELAY); the body of every answer
    # would wait 40 ms for the head to be acknowledged.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.bind((HOST, port))
        # From here on the browser's first request waits for the answer.
        listener.listen()
    except OSError as error:
        listener.close()
        raise refuse(Origin("--port"), f"端口 {port} 用不了，请换一个或不写") from error
    number = listener.getsockname()[1]
    _say_where(f"http://{HOST}:{number}/?token={token}", folder.resolve(), say, browse)
    # Loaded while the browser starts.
    from reportgen.serve.routes import application
    from reportgen.serve.shelf import Shelf

    app = application(Shelf(folder, None if target.is_dir() else target))
    config = uvicorn.Config(
        Guard(app, token, number), log_level="critical", access_log=False, server_header=False,
        date_header=False, timeout_keep_alive=limits.CONNECTION_SECONDS, timeout_graceful_shutdown=2,
        limit_concurrency=limits.CONNECTIONS, h11_max_incomplete_event_size=limits.HEAD_BYTES, http=Protocol,
        loop="asyncio", ws="none")
    try:
        uvicorn.Server(config).run([listener])
    finally:
        listener.close()


def _say_where(address: str, folder: Path, say: Callable[[str], None], browse: bool) -> None:
    """Say what is open where, and open the browser there."""
    say(f"请在浏览器里打开：{address}")
    if browse:
        say("浏览器没有自己打开的，请把上面从 http 起的地址复制到浏览器的地址栏里"
            "（Chromium 90、Firefox 91 及以后）")
    say(f"打开的文件夹：{folder}")
    say("用的时候不要关这个窗口；不用了，关掉它，或按 Ctrl-C")
    if browse:
        # One without windows runs in this terminal, and is waited for.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
