"""Open the page of a system's folder as a double click does, ask it as a browser does, and close its window.

Run by systems.py beside the program: a page is reached from its own machine alone.
"""

from __future__ import annotations

import argparse
import fcntl
import io
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import sys
import termios
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import yaml
from PIL import Image

# Emulated processors take their time.
SECONDS = 300.0
CELL = "applications.new.natural"
# What a terminal is told beside the words: colours, places, titles.
_STEERING = re.compile(r"\x1b\][^\x07]*\x07|\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")


def main() -> int:
    """Do it, and print what was seen, or what is wrong; return 1 for that."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path, help="a data file in the folder that is opened, as it is here")
    parser.add_argument("shown", help="that folder, as the window has to name it")
    parser.add_argument("words", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with window(options.words) as (process, screen):
        said = read_until(screen, "Ctrl-C")
        if f"打开的文件夹：{options.shown}\n" not in said or "地址栏" not in said:
            raise SystemExit(f"the window says: {said}")
        found = re.search(r"http://\S+", said)
        if not found:
            raise SystemExit(f"no address: {said}")
        print(asked(found[0], options.file))
        os.close(screen)
        print(ended(process, urlsplit(found[0]).port or 0))
    return 0


@contextmanager
def window(words: list[str]) -> Iterator[tuple[int, int]]:
    """Run a program in a terminal; give its process and the terminal's other end."""
    process, screen = pty.fork()
    if not process:
        # Wide enough for an address in one line.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 400, 0, 0))
        os.execvp(words[0], words)
    try:
        yield process, screen
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)


def read_until(screen: int, last: str) -> str:
    """Return what a terminal shows up to the line that `last` stands in."""
    end, shown = time.monotonic() + SECONDS, b""
    while time.monotonic() < end:
        text = _STEERING.sub("", shown.decode("utf-8", "replace"))
        if last in text:
            return text
        if select.select([screen], [], [], 1)[0]:
            try:
                shown += os.read(screen, 65536)
            except OSError:
                break
    raise SystemExit(f"nothing about {last}: {shown.decode('utf-8', 'replace')[-400:]}")


def asked(address: str, path: Path) -> str:
    """Ask for the list and a report, change a cell, and see it in the file and on the printed page."""
    browser = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
    )
    top, file = address.partition("/?")[0], quote(path.name)

    def answer(where: str, said: dict[str, Any] | None = None) -> bytes:
        body = None if said is None else json.dumps(said).encode()
        headers = {"Origin": top, "Content-Type": "application/json"} if body else {}
        with browser.open(urllib.request.Request(top + where, body, headers), timeout=SECONDS) as response:
            content: bytes = response.read()
        return content

    def picture() -> Image.Image:
        page = next(page for page, cell, *_ in pages()["spots"] if cell == CELL)
        return Image.open(io.BytesIO(answer(f"/api/page?file={file}&number={page}"))).convert("L")

    def pages() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(answer(f"/api/pages?file={file}"))
        return found

    if "<html" not in answer(f"/?{urlsplit(address).query}").decode():
        raise SystemExit("the first address is no page")
    # Windows of a browser that was open before ask for everything at once.
    with ThreadPoolExecutor(4) as windows:
        list(windows.map(answer, ["/api/files", f"/api/book?file={file}"] * 2))
    listed = [one["file"] for one in json.loads(answer("/api/files"))["files"]]
    if path.name not in listed:
        raise SystemExit(f"{path.name} is not in the list: {listed}")
    opened = json.loads(answer(f"/api/book?file={file}"))
    before, old = picture(), opened["cells"][CELL]["raw"]
    new = str(int(old) + 1)
    changed = {"file": path.name, "version": opened["version"], "cells": {CELL: {"number": new}}}
    if json.loads(answer("/api/edit", changed))["cells"][CELL]["raw"] != new:
        raise SystemExit("the answer has not the figure that was typed")
    written: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key in CELL.split("."):
        written = written[key]
    if str(written) != new:
        raise SystemExit(f"the data file has {written}, not {new}")
    after = picture()
    if after.size != before.size or min(after.size) < 800 or after.tobytes() == before.tobytes():
        raise SystemExit(f"pictures of {before.size} and {after.size}, and the figure is not on the second")
    return f"{len(listed)} files, {CELL} {old} is {new} in {path.name} and on the page, {after.size} pixels"


def ended(process: int, port: int) -> str:
    """Wait until nothing listens any more; with all processes gone, where they are this one's to wait for."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with socket.socket() as connection:
            listening = connection.connect_ex(("127.0.0.1", port)) == 0
        try:
            # The first process of a system has every other one's end told.
            while os.waitpid(-1 if os.getpid() == 1 else process, os.WNOHANG)[0]:
                pass
            left = True
        except ChildProcessError:
            left = False
        if not listening and not left:
            return "closing the window ended it"
        time.sleep(0.5)
    raise SystemExit("it goes on after its window was closed")


if __name__ == "__main__":
    sys.exit(main())
