"""A clerk's hand on the page in the browser: a browser that can be killed, what is clicked and typed, and
what the page showed as saved.

Elements are sought by a script and then clicked with the mouse at their place, which browsers as old as
Chromium 90 can do too; Playwright's own clicks ask for what came later.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Playwright

Process = subprocess.Popen[str]
CHROMIUM = "/usr/bin/chromium"
SECONDS = 30.0
SIZE = {"width": 1440, "height": 900}
# What a browser writes when a server that was killed does not answer.
CUT_OFF = "net::ERR_"
_TOLD = "seen "
_SEEN = Path(__file__).with_name("seen.js")
_FOUND = """
  const [selector, text] = asked;
  const begins = (one) => !text || one.textContent.trim().startsWith(text);
  const one = [...document.querySelectorAll(selector)].find(begins);
"""
# Where the middle of an element is, if it can be clicked there.
_PLACE = """(asked) => {""" + _FOUND + """
  if (!one || one.disabled) return null;
  one.scrollIntoView({block: "center"});
  const box = one.getBoundingClientRect();
  if (!box.width || !box.height) return null;
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const hit = document.elementFromPoint(x, y);
  return hit && (one.contains(hit) || hit.contains(one)) ? [x, y] : null;
}"""
# Notes whether a click comes to the element: a font that arrives late moves it away.
_HEED = """([selector, text]) => {
  window.missed = true;
  document.addEventListener("click", (event) => {
    const begins = (one) => !text || one.textContent.trim().startsWith(text);
    const meant = (one) => begins(one) && one.contains(event.target);
    if ([...document.querySelectorAll(selector)].some(meant)) window.missed = false;
  }, {capture: true, once: true});
}"""
_FOCUS = """(asked) => {""" + _FOUND + """
  const field = one && (one.tagName === "LABEL" ? one.querySelector("input") : one);
  if (!field || !["INPUT", "TEXTAREA"].includes(field.tagName)) return false;
  field.focus();
  return true;
}"""


class _LeavingError(Exception):
    """Say that one page went and the next is not there yet."""


class KilledError(Exception):
    """Say that the server or the browser is gone, as was meant."""


@contextlib.contextmanager
def server(folder: Path) -> Iterator[tuple[str, Process]]:
    """Run the command in a folder and give its address and process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "reportgen", "serve", str(folder), "--no-browser"], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert process.stdout is not None
    try:
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "the server gave no address"
        yield found[0], process
    finally:
        kill(process)


def kill(process: Process) -> None:
    """Kill a process with all that it started, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def browser(playwright: Playwright, program: str = CHROMIUM) -> Iterator[tuple[Browser, Process]]:
    """Start a Chromium of its own and give it and its process."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        said = Path(place) / "said"
        with said.open("w", encoding="utf-8") as stream:
            process = subprocess.Popen(
                [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--no-first-run", "--remote-debugging-port=0", f"--user-data-dir={place}/profile",
                 "about:blank"],
                stdout=stream, stderr=stream, text=True, start_new_session=True)
        try:
            end = time.monotonic() + SECONDS
            while not (found := re.search(rb"DevTools listening on (ws://\S+)", said.read_bytes())):
                assert process.poll() is None, said.read_bytes()
                assert time.monotonic() < end, said.read_bytes()
                time.sleep(0.02)
            yield playwright.chromium.connect_over_cdp(found[1].decode()), process
        finally:
            kill(process)


class Hand:
    """One window: click, type and wait in it; `gone` is set once something was killed.

    `shown` is what the page showed as saved, by key, `maybe` what it showed since without saying so, `asked`
    what the server was asked to do and may have done before the page could show it. Without `by_mouse` fields
    are entered by focus: a Chromium 90 without a screen ends where a click selects what is in one
    (headless_clipboard.cc, IsSupportedClipboardBuffer).
    """

    def __init__(self, window: Browser, address: str, by_mouse: bool = True) -> None:
        self._by_mouse = by_mouse
        self.address, self.gone = address, threading.Event()
        self.shown, self.maybe, self.wrong = dict[str, Any](), dict[str, list[Any]](), list[str]()
        context = window.new_context(viewport=SIZE, locale="zh-CN")  # type: ignore[arg-type]
        context.add_init_script(path=_SEEN)
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", self._told)
        self._page_shows, self.asked = dict[str, Any](), dict[str, str]()

    def _told(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            if not (self.gone.is_set() and CUT_OFF in message.text):
                self.wrong.append(message.text)
        elif message.text.startswith(_TOLD):
            saved, changed = json.loads(message.text.removeprefix(_TOLD))
            self._page_shows |= changed
            if saved:
                self.shown, self.maybe = dict(self._page_shows), {}
            else:
                for key, value in changed.items():
                    self.maybe.setdefault(key, []).append(value)

    def open(self) -> None:
        """Open the list of files."""
        self.page.goto(self.address)
        self.until("document.querySelector('#files table, #files p')")

    def until(self, expression: str) -> Any:
        """Wait until an expression is something and return it; raises KilledError, TimeoutError.

        The page's policy forbids to wait inside.
        """
        return self._waited(expression, None)

    def _waited(self, script: str, given: Any) -> Any:
        end = time.monotonic() + SECONDS
        while True:
            if self.gone.is_set():
                raise KilledError
            with contextlib.suppress(_LeavingError):
                if found := self._evaluated(script, given):
                    return found
            if time.monotonic() > end:
                raise TimeoutError(f"{script} {given or ''}")
            self.page.wait_for_timeout(15)

    def _evaluated(self, script: str, given: Any) -> Any:
        try:
            return self.page.evaluate(script, given)
        except Error as error:
            if "navigation" in str(error):
                raise _LeavingError from error
            raise

    def saved(self) -> None:
        """Wait until the page says that everything is in the file, or says nothing as nothing is new."""
        self.until("/^(已保存|$)/.test(document.getElementById('saved').textContent)")

    def click(self, selector: str, text: str = "") -> None:
        """Click the first element of a selector whose text begins with `text`."""
        asked, missed = [selector, text], True
        end = time.monotonic() + SECONDS
        while missed:
            before = None
            # Where it stood still from one look to the next, it stands.
            while (place := self._waited(_PLACE, asked)) != before:
                before = place
                self.page.wait_for_timeout(20)
            if not self._by_mouse and self.page.evaluate(_FOCUS, asked):
                return
            if time.monotonic() > end:
                raise TimeoutError(f"{selector} {text} moves away")
            self.page.evaluate(_HEED, asked)
            self.page.mouse.click(*place)
            try:
                missed = self._evaluated("window.missed", None)
            except _LeavingError:
                missed = False

    def there(self, selector: str, text: str = "") -> bool:
        """Say whether there is an element of a selector whose text begins with `text`."""
        return bool(self.page.evaluate("""([selector, text]) => [...document.querySelectorAll(selector)]
          .some((one) => one.textContent.trim().startsWith(text))""", [selector, text]))

    def text(self) -> str:
        """Return what stands at the top of the page and beside the form."""
        return str(self.page.evaluate("""[...document.querySelectorAll("header, #conflict, #side, #told")]
          .map((one) => one.innerText).join("\\n")"""))

    def value(self, selector: str) -> str:
        """Return what a field holds."""
        return str(self.page.evaluate("selector => document.querySelector(selector).value", selector))

    def keys(self, *keys: str) -> None:
        """Press keys one after the other, or type texts."""
        for key in keys:
            if re.fullmatch(r"((Control|Shift)\+)?[A-Z][A-Za-z]*\d?|Control\+[a-z]", key):
                self.page.keyboard.press(key)
            else:
                self.page.keyboard.type(key)

    def write(self, selector: str, text: str) -> None:
        """Put a text in the place of what a field holds."""
        self.click(selector)
        self.select()
        self.page.keyboard.insert_text(text)

    def select(self) -> None:
        """Select all of the field that is written in."""
        self.page.evaluate("document.activeElement.select()")

    def copy(self, text: str) -> None:
        """Have a text in the clipboard."""
        self.page.evaluate("""text => {
          const area = document.createElement("textarea");
          Object.assign(area, {id: "copied", value: text});
          document.body.append(area);
          area.select();
        }""", text)
        self.keys("Control+c")
        self.page.evaluate("document.getElementById('copied').remove()")

    def close(self) -> None:
        """Close the window."""
        self.page.context.close()
