"""Draw the pictures of docs/zh/page.md from the page in the browser: .venv/bin/python script/page_pictures.py

Chromium, driven by Playwright, shows the example of 2024 with one figure changed, so that a column does not
add up; docs/pictures gets the table, the prose and the printed page.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "script" / "conformance.d"))
from clerk import cell, saved, until  # noqa: E402 - the folder is put on the path above
from hand import CHROMIUM, server  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
EXAMPLE = ROOT / "data" / "suqian"
SIZE = {"width": 1240, "height": 720}
WIDTH = 1000


def keep(page: Page, name: str) -> None:
    """Write what the window shows as a picture of few colours."""
    page.wait_for_timeout(500)
    with Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))) as picture:
        plain = picture.convert("RGB")
    height = plain.height * WIDTH // plain.width
    scaled = plain.resize((WIDTH, height), Image.Resampling.LANCZOS)
    scaled.quantize(96, dither=Image.Dither.NONE).save(PICTURES / name, optimize=True)


def draw(page: Page, address: str) -> None:
    """Go through the views and draw them."""
    page.goto(address)
    page.click("a.button[href*='2024.yaml']")
    page.wait_for_selector(".statutory")
    cell(page, "applications.granted.natural").click()
    page.keyboard.type("1480")
    page.wait_for_selector("#section-applications .gaps >> text=差 ")
    saved(page)
    page.locator("#section-applications h2").evaluate("head => head.scrollIntoView({block: 'start'})")
    keep(page, "page-table.png")
    page.click("#undo")
    page.wait_for_selector("#section-applications .gaps >> text=差 ", state="detached")
    saved(page)
    page.click("#tab-pages")
    until(page, "document.querySelector('.sheet img').naturalWidth > 0", 60)
    cell(page, "applications.new.natural").click()
    page.wait_for_selector(".spot", state="visible")
    keep(page, "page-printed.png")
    page.click("#tab-out")
    page.locator("#section-overview h2").evaluate("head => head.scrollIntoView({block: 'start'})")
    keep(page, "page-prose.png")


def main() -> None:
    """Draw all pictures."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        for year in (2023, 2024):
            shutil.copy(EXAMPLE / f"{year}.yaml", name)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with server(Path(name)) as (address, _):
            draw(browser.new_context(viewport=SIZE, locale="zh-CN").new_page(), address)
        browser.close()


if __name__ == "__main__":
    main()
