"""A clerk's whole season on the page in the browser, in Chromium, its main way in Firefox, then with kills,
and how long the page takes; or nothing but the season in an old Chromium.

What is released has the bytes that the API makes of the same data. Every view is shown at each width, light
and dark, and looked through by axe-core. Run by sh script/conformance --page.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import handed
import keyboard
import kills
import meanwhile
import pace
import steps
import unsaved
from hand import CHROMIUM, server
from playwright.sync_api import Page, sync_playwright
from season import INSERTED, OVERVIEW, begin, release_differs

WIDTHS = (768, 1024, 1440)
SCHEMES = ("light", "dark")
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Views:
    """Pictures of every view and what axe-core finds in them; `axe` is its script."""

    def __init__(self, axe: str, shots: Path) -> None:
        self.axe, self.shots, self.wrong = axe, shots, list[str]()
        shots.mkdir(parents=True, exist_ok=True)

    def look(self, page: Page, name: str) -> None:
        """Look at a view at every width and in every scheme."""
        before = page.viewport_size
        for scheme in SCHEMES:
            for width in WIDTHS:
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 900})
                page.evaluate(DRAWN)
                view = f"{name}-{width}-{scheme}"
                page.screenshot(path=self.shots / f"{view}.png")
                wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
                if wide > 0:
                    self.wrong.append(f"{view}: scrolls sideways by {wide} px")
            page.evaluate(self.axe)
            for found in page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]:
                self.wrong.append(f"{name}-{scheme}: {found['id']} at {found['nodes'][0]['target']}")
        page.emulate_media(color_scheme=SCHEMES[0])
        page.set_viewport_size(before or {"width": 1440, "height": 900})


def until(page: Page, expression: str, seconds: float = 15) -> None:
    """Wait until an expression is true; the page's policy forbids to wait inside. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        if time.monotonic() > end:
            raise TimeoutError(expression)
        page.wait_for_timeout(20)


def saved(page: Page) -> None:
    """Wait until all that was typed is in the file."""
    until(page, "document.getElementById('saved').textContent.startsWith('已保存')")


def cell(page: Page, path: str) -> Any:
    """Return the field of a cell."""
    return page.locator(f'[data-cell="{path}"]')


def paste(page: Page, path: str, text: str) -> None:
    """Paste a text into a cell as a spreadsheet gives it."""
    cell(page, path).focus()
    page.evaluate("""([path, text]) => {
      const data = new DataTransfer();
      data.setData("text/plain", text);
      document.querySelector(`[data-cell="${path}"]`).dispatchEvent(
        new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
    }""", [path, text])


def new_year(page: Page, address: str, views: Views) -> None:
    """Make this year's file from last year's."""
    page.goto(address)
    page.wait_for_selector("table.list")
    views.look(page, "start")
    page.select_option("#before", "2023.yaml")
    assert page.input_value("#year") == "2024"
    page.click("#new button")
    page.wait_for_selector(".statutory")
    until(page, "document.querySelector('[data-cell=\"applications.carried_in.natural\"]').value === '2'")


def tables(page: Page, views: Views) -> None:
    """Fill in the tables: a block from a spreadsheet, the rest with 0, two identities mended."""
    paste(page, "applications.new.natural", "1,204\t3\t\t-\t0\t0\n")
    assert "有 1 格是“-”" in page.inner_text("#section-applications .gaps")
    page.click("text=没有发生，填 0")
    cell(page, "applications.granted.natural").click()
    page.keyboard.type("1200")
    page.keyboard.press("Enter")
    page.keyboard.type("5")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("3")
    saved(page)
    fill_row_and_column(page)
    for button in page.locator("text=全表没填的填 0").all():
        button.click()
    saved(page)
    cell(page, "applications.carried_out.natural").click()
    page.keyboard.type("2")
    page.wait_for_selector("#section-applications .gaps >> text=差 1。")
    saved(page)
    cell(page, "applications.partial.natural").click()
    views.look(page, "identity")
    page.keyboard.type("4")
    page.wait_for_selector("#section-applications .gaps >> text=差 ", state="detached")
    cell(page, "remedies.review.total").click()
    page.keyboard.type("2")
    page.wait_for_selector("#section-remedies .gaps >> text=差 2。")
    saved(page)
    cell(page, "remedies.review.total").click()
    page.keyboard.press("Delete")
    page.wait_for_selector("#section-remedies .gaps >> text=差 ", state="detached")
    saved(page)


def fill_row_and_column(page: Page) -> None:
    """Fill a row with 0 by the keyboard and a column by its button; no other cell changes."""
    def filled(path: str) -> list[str]:
        fields = page.locator(f"[data-cell^='applications.refused.{path}.']")
        return [field.input_value() for field in fields.all()]

    cell(page, "applications.refused.state_secret.natural").click()
    page.keyboard.press("Control+Enter")
    assert filled("state_secret") == ["0"] * 6 + [""], filled("state_secret")
    assert not any(filled("forbidden_by_law"))
    cell(page, "applications.refused.forbidden_by_law.other").click()
    page.locator("#section-applications >> text=本列没填的填 0").click()
    assert filled("forbidden_by_law") == [""] * 5 + ["0", ""]


def prose(page: Page, views: Views) -> None:
    """Write the prose, with a figure of a table inserted, and mend punctuation."""
    area = page.locator('[data-passage="overview"]')
    area.click()
    page.keyboard.insert_text("\n".join(OVERVIEW))
    page.fill('[aria-label="一、总体情况：要插入的格"]', INSERTED)
    page.locator("#section-overview >> text=插入表中的数").click()
    page.keyboard.insert_text("件,按规定办理。")  # half-width, to be mended
    page.wait_for_selector("#section-overview .values >> text=1207")
    page.locator('[data-passage="problems"]').click()
    page.keyboard.insert_text("解读不够深入，将加强培训。")
    page.locator('[data-passage="other"]').click()
    page.keyboard.insert_text("本年没有收取信息处理费。")
    saved(page)
    page.wait_for_selector("#section-overview mark")
    views.look(page, "prose")
    page.locator("#section-overview button:text-is('改正标点') >> nth=0").click()
    page.wait_for_selector("#section-overview button:text-is('改正标点')", state="detached")


def findings(page: Page, views: Views) -> None:
    """Explain one finding, accept it with reason and name, withdraw that and accept it again."""
    page.click("#tab-findings")
    views.look(page, "findings")
    pane = page.locator("#pane-findings")
    pane.locator("text=解释 >> nth=0").click()
    pane.locator("pre").wait_for()
    for again in (True, False):
        pane.locator("button:text-is('已核实') >> nth=0").click()
        pane.locator("form input >> nth=0").fill("已与台账核对")
        pane.locator("form input >> nth=1").fill("张三")
        pane.locator("form button").click()
        pane.locator("text=理由：已与台账核对（张三）").wait_for()
        if again:
            pane.locator("text=撤回已核实").click()
            pane.locator("text=理由：已与台账核对（张三）").wait_for(state="detached")


def printed(page: Page, views: Views) -> None:
    """See the page change, and go from a figure on it to its cell."""
    page.click("#tab-pages")
    until(page, "document.querySelector('.sheet img').naturalWidth > 0", 60)
    cell(page, "applications.new.natural").click()
    page.wait_for_selector(".spot", state="visible")
    until(page, "document.querySelector('.sheet img').complete")
    views.look(page, "pages")
    address = page.get_attribute(".sheet img", "src")
    page.keyboard.type("1205")
    until(page, f"document.querySelector('.sheet img').getAttribute('src') !== '{address}'", 60)
    page.click("#undo")
    saved(page)
    cell(page, "disclosure.fees.amount_wan_yuan").click()
    page.wait_for_selector(".spot", state="visible")
    box = page.locator(".spot").bounding_box()
    assert box is not None
    cell(page, "disclosure.licensing.decisions").focus()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.evaluate("document.activeElement.dataset.cell") == "disclosure.fees.amount_wan_yuan"
    page.check("#past")
    views.look(page, "last-year")
    page.click("#tab-compare")
    page.wait_for_selector("#pane-compare h2")
    views.look(page, "compare")


def release(page: Page, views: Views, folder: Path) -> str:
    """Release, and say where the bytes differ from those of the API."""
    page.click("#tab-out")
    assert page.locator("#pane-out .good").count(), page.inner_text("#pane-out .found")
    views.look(page, "out")
    page.click("#pane-out button.main")
    page.locator("#pane-out >> text=取消").click()
    page.wait_for_selector("#pane-out >> text=已取消，没有生成。")
    left = [one.name for one in folder.rglob("*") if one.is_file() and one.suffix != ".yaml"]
    page.click("#pane-out button.main")
    page.wait_for_selector("#pane-out >> text=已生成", timeout=120_000)
    with page.expect_download() as download:
        page.locator("#pane-out a >> nth=0").click()
    wanted = folder / page.locator("#pane-out li a >> nth=0").inner_text()
    assert download.value.path().read_bytes() == wanted.read_bytes()
    return f"a cancelled release left {left}" if left else release_differs(folder)


def season(browser: Any, views: Views) -> list[str]:
    """Go through the season and return what is wrong."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        begin(folder)
        with server(folder) as (address, _):
            page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
            asked: list[str] = []
            said: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
            new_year(page, address, views)
            tables(page, views)
            prose(page, views)
            findings(page, views)
            printed(page, views)
            wrong = release(page, views, folder)
            own = address.partition("/?")[0]
            others = [url for url in asked if not url.startswith(f"{own}/")]
            return [*views.wrong, *([wrong] if wrong else []), *said, *(f"asks for {url}" for url in others)]


def firefox(script: Path) -> list[str]:
    """Go the main way of the season in Firefox, by a script of Node's, and return what is wrong."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        begin(folder)
        with server(folder) as (address, _):
            done = subprocess.run(["node", str(script), address], capture_output=True, text=True, timeout=300)
        if done.returncode:
            return [f"Firefox: {done.stdout}{done.stderr}"]
        wrong = release_differs(folder)
        return [f"Firefox: {wrong}"] if wrong else []


def main() -> int:
    """Run the season, the kills and the clock; print what is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--axe", type=Path)
    parser.add_argument("--shots", type=Path)
    parser.add_argument("--firefox", type=Path)
    parser.add_argument("--old", help="an old Chromium, in which nothing but the season is gone through")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with sync_playwright() as playwright:
        if options.old:
            wrong = kills.check(playwright, options.old, options.kills, options.seed)
        else:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            wrong = season(browser, Views(options.axe.read_text(encoding="utf-8"), options.shots))
            browser.close()
            wrong += firefox(options.firefox)
            for part in (unsaved, meanwhile, keyboard, handed, steps):
                wrong += part.check(playwright)
            wrong += kills.check(playwright, CHROMIUM, options.kills, options.seed)
            pace.measure(playwright)
    print("\n".join(wrong) or f"the season and {options.kills} kills: nothing wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
