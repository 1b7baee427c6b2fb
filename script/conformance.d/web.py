"""Open the web page in Chromium: how it fits screens, what axe-core finds, what it prints, what it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from playwright.sync_api import sync_playwright

WIDTHS = (360, 768, 1280)
SCHEMES = ("light", "dark")
CHROMIUM = "/usr/bin/chromium"


def check(pages: dict[str, Path], headings: dict[str, list[str]], axe: Path, shots: Path) -> dict[str, str]:
    """Return what is wrong with each page, by name; `shots` gets a picture of each at each width.

    `headings` are those that the printed page must have, `axe` is axe-core's script.
    """
    shots.mkdir(parents=True, exist_ok=True)
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, path in pages.items():
            found[name] = "; ".join(_wrong(browser, path, headings[name], axe, shots / name))
        browser.close()
    return found


def _wrong(browser: Any, path: Path, headings: list[str], axe: Path, shot: Path) -> Iterator[str]:
    for scheme in SCHEMES:
        # The page forbids scripts of its own; the tester's is let in around that.
        context = browser.new_context(color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path.as_uri())
            wide = page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                yield f"{width} px: the page scrolls sideways by {wide} px"
            page.screenshot(path=f"{shot}-{scheme}-{width}.png", full_page=True)
            page.add_script_tag(content=axe.read_text(encoding="utf-8"))
            results = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            for violation in results["violations"]:
                yield f"{width} px, {scheme}: {violation['id']} at {violation['nodes'][0]['target']}"
        if others := {url for url in asked if url != path.as_uri()}:
            yield f"asks for {sorted(others)}"
        if scheme == "dark":
            yield from _printed(page, headings, shot)
        context.close()


def _printed(page: Any, headings: list[str], shot: Path) -> Iterator[str]:
    """Print the page, shown dark, and look for every heading in order, black on white."""
    content = page.pdf(prefer_css_page_size=True)
    shot.with_name(f"{shot.name}-printed.pdf").write_bytes(content)
    text, shades = "", [0] * 256
    document = pypdfium2.PdfDocument(content)
    for sheet in document:
        text += "".join(sheet.get_textpage().get_text_range().split())
        histogram = sheet.render(scale=1, grayscale=True).to_pil().histogram()
        shades = [one + other for one, other in zip(shades, histogram, strict=True)]
    at = -1
    for heading in headings:
        at = text.find("".join(heading.split()), at + 1)
        if at < 0:
            yield f"printed: no “{heading}” at its place"
            break
    if sum(shades[:96]) < sum(shades) / 200 or sum(shades[224:]) < sum(shades) / 2:
        yield "printed: not black on white"
