"""Open the web page in Chromium: how it fits screens, what axe-core finds, prints and requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from playwright.sync_api import sync_playwright

WIDTHS = (360, 768, 1280)
SCHEMES = ("light", "dark")
CHROMIUM = "/usr/bin/chromium"


class Viewer:
    """Look at pages in Chromium.

    `axe` is axe-core's script, `shots` the folder that gets a picture of each view.
    """

    def __init__(self, axe: Path, shots: Path) -> None:
        self.axe, self.shots = axe.read_text(encoding="utf-8"), shots
        shots.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Viewer:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        self._playwright.stop()

    def wrong(self, path: Path, name: str, headings: list[str], every: bool) -> str:
        """Return what is wrong with a page, shown and printed.

        `every` takes all widths and schemes, not the first.
        """
        found: list[str] = []
        for scheme in SCHEMES if every else SCHEMES[:1]:
            # The page forbids scripts of its own; the tester's is let in around that.
            context = self._browser.new_context(color_scheme=scheme, bypass_csp=True)
            page = context.new_page()
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            for width in WIDTHS if every else WIDTHS[:1]:
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(path.as_uri())
                found += self._shown(page, f"{name}-{scheme}-{width}")
            if others := {url for url in asked if url != path.as_uri()}:
                found.append(f"asks for {sorted(others)}")
            if scheme == SCHEMES[-1] or not every:
                found += self._printed(page, headings, f"{name}-printed")
            context.close()
        return "; ".join(found)

    def _shown(self, page: Any, view: str) -> Iterator[str]:
        page.screenshot(path=self.shots / f"{view}.png", full_page=True)
        wide = page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            yield f"{view}: scrolls sideways by {wide} px"
        yield from self._violations(page, view)

    def _violations(self, page: Any, view: str) -> Iterator[str]:
        page.add_script_tag(content=self.axe)
        for violation in page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]:
            yield f"{view}: {violation['id']} at {violation['nodes'][0]['target']}"

    def _printed(self, page: Any, headings: list[str], view: str) -> Iterator[str]:
        """Print a page, also one shown dark.

        Every heading is there in order, and the ink is dark enough on white.
        """
        content = page.pdf(prefer_css_page_size=True)
        (self.shots / f"{view}.pdf").write_bytes(content)
        text = "".join("".join(sheet.get_textpage().get_text_range().split())
                       for sheet in pypdfium2.PdfDocument(content))
        at = -1
        for heading in headings:
            at = text.find("".join(heading.split()), at + 1)
            if at < 0:
                yield f"{view}: no “{heading}” at its place"
                break
        page.emulate_media(media="print")
        yield from self._violations(page, view)
