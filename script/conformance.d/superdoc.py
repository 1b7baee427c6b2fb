"""Lay a DOCX out with SuperDoc in Chromium, a reader of its own kind: as many pages as the PDF has.

SuperDoc fetches its engine from an address of its publisher's. Here that address and everything else is
answered from the folder of the installed packages; nothing leaves the machine.
"""

from __future__ import annotations

import mimetypes
import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Route, sync_playwright

_ORIGIN = "https://cdn.jsdelivr.net"
_PACKAGE = re.compile(r"/npm/(@?[^@]+)@[^/]+/([^?]*)")
_PAGE = """<!doctype html><meta charset="utf-8"><div id="place" style="width: 900px"></div>
<link rel="stylesheet" href="/npm/superdoc@2/dist-cdn/style.layered.css">
<script src="/npm/superdoc@2/dist-cdn/superdoc.min.js"></script>
<script>
(async () => {
  const kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  const data = new File([await (await fetch("/report.docx")).blob()], "report.docx", {type: kind});
  new (SuperDoc.SuperDoc || SuperDoc)({selector: "#place", documents: [{id: "report", type: "docx", data}],
    documentMode: "viewing", pagination: true, telemetry: {enabled: false},
    onReady: () => { window.ready = true; }});
})();
</script>"""
# Its pages are laid out one after another; their number stands still when all are.
_SETTLED = """() => {
  const now = document.querySelectorAll(".superdoc-page").length, same = window.seen === now && now > 0;
  window.still = same ? (window.still || 0) + 1 : 0;
  window.seen = now;
  return window.ready && window.still > 8;
}"""


def pages(documents: list[Path], modules: Path, fonts: Path) -> dict[Path, int]:
    """Return how many pages SuperDoc makes of each DOCX.

    `modules` is the node_modules that it is installed in, `fonts` a configuration of fontconfig.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"],
                                             env={**os.environ, "FONTCONFIG_FILE": str(fonts)})
        found = {document: _pages(browser, document, modules) for document in documents}
        browser.close()
    return found


def _pages(browser: Any, document: Path, modules: Path) -> int:
    page = browser.new_page(viewport={"width": 1000, "height": 1400})
    page.route("**/*", lambda route: _answer(route, document, modules))
    page.goto(f"{_ORIGIN}/")
    page.wait_for_function(_SETTLED, timeout=60_000, polling=250)
    count = int(page.evaluate("document.querySelectorAll('.superdoc-page').length"))
    page.close()
    return count


def _answer(route: Route, document: Path, modules: Path) -> None:
    address = route.request.url.removeprefix(_ORIGIN)
    if address == "/":
        route.fulfill(body=_PAGE, content_type="text/html")
        return
    package = _PACKAGE.match(address)
    file = document if address == "/report.docx" else modules / package[1] / package[2] if package else None
    if file is None or not file.is_file():
        route.abort()
        return
    route.fulfill(body=file.read_bytes(),
                  content_type=mimetypes.guess_type(file.name)[0] or "application/octet-stream")
