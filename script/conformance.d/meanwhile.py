"""What others do with a file that is open on the page: told, never undone, and no fault of the clerk."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import season
from hand import Hand, Process
from playwright.sync_api import Playwright

import reportgen

NEW = "applications.new.natural"
STATUS = "document.getElementById('saved').textContent"
# Longer than the page waits before it asks again, several times, in milliseconds.
WHILE = 7000
# How long the program stands still, in milliseconds, and what the page says meanwhile, each once.
STILL = 5000
HEARD = """() => {
  window.heard = [];
  const said = document.getElementById("saved");
  new MutationObserver(() => window.heard.push(said.textContent)).observe(said, {childList: true});
}"""


def check(playwright: Playwright) -> list[str]:
    """Return what is wrong with how the page takes what happens to the file and the program meanwhile."""
    with season.opened(playwright) as (hand, data, process):
        return [*overwritten(hand, data), *gone(hand, data), *hasty(hand, process),
                *still(hand, data, process), *shut(hand, process)]


def overwritten(hand: Hand, data: Path) -> Iterator[str]:
    """Type, have another program write the same place, and undo; say what became of the other's text."""
    hand.write('[data-passage="other"]', "甲写的。")
    hand.saved()
    data.write_text(data.read_text(encoding="utf-8").replace("甲写的。", "乙写的。"), encoding="utf-8")
    hand.until(f"{STATUS}.startsWith('文件在别处改过')")
    if not hand.page.evaluate("document.getElementById('undo').disabled"):
        hand.click("#undo")
        hand.saved()
    if "乙写的。" not in data.read_text(encoding="utf-8"):
        yield "undo took away what another program wrote"


def gone(hand: Hand, data: Path) -> Iterator[str]:
    """Move the file away and back; say whether the page tells of either."""
    away = data.with_name("moved")
    data.rename(away)
    try:
        hand.until(f"{STATUS}.startsWith('没有读到文件：2024.yaml：找不到')")
    except TimeoutError:
        yield "a file that was moved away is not told of"
    away.rename(data)
    try:
        hand.until(f"{STATUS}.startsWith('又读到文件了')")
    except TimeoutError:
        yield "a file that is back is not told of"


def hasty(hand: Hand, process: Process) -> Iterator[str]:
    """Type while an acceptance is under way; say whether the clerk's own change is taken for another's."""
    hand.click("#tab-findings")
    hand.click("#pane-findings button", "已核实")
    hand.write("#pane-findings form label:nth-of-type(1) input", season.REASON)
    hand.write("#pane-findings form label:nth-of-type(2) input", season.BY)
    os.kill(process.pid, signal.SIGSTOP)
    with hand.page.expect_request("**/api/accept"):
        hand.click("#pane-findings form button")
    season.enter(hand, NEW, "5")
    hand.page.wait_for_timeout(300)
    os.kill(process.pid, signal.SIGCONT)
    # Both answers are there by then.
    hand.page.wait_for_timeout(2000)
    hand.until(f"/^(已保存|没有)/.test({STATUS})")
    if hand.page.evaluate("!document.getElementById('conflict').hidden"):
        yield "what was typed while an acceptance was written is taken for a change elsewhere"
        hand.click("#conflict button")


def still(hand: Hand, data: Path, process: Process) -> Iterator[str]:
    """Type on while the program stands still and after; say what is lost, and what is said that is not so."""
    typed = "丙接着写，"
    hand.page.evaluate(HEARD)
    season.enter(hand, NEW, "1")
    os.kill(process.pid, signal.SIGSTOP)
    hand.keys("2", "3", "Enter", "7")
    hand.click('[data-passage="other"]')
    for _ in range(STILL // 250):
        hand.page.keyboard.insert_text(typed)
        hand.page.wait_for_timeout(250)
    os.kill(process.pid, signal.SIGCONT)
    hand.keys("8")
    hand.until(f"{STATUS}.startsWith('已保存')")
    false = [one for one in hand.page.evaluate("window.heard") if not one.startswith(("正在保存", "已保存"))]
    if false or hand.page.evaluate("!document.getElementById('conflict').hidden"):
        yield f"of a program that stands still the page says {false or 'that another one wrote'}"
    report = reportgen.read(data)
    written = "".join(report.written["other"])
    if typed * (STILL // 250) not in written or "8" not in written or report.cells[NEW].text != "123":
        yield ("what was typed while the program stood still is not in the file: "
               f"“{report.cells[NEW].text}” {written}")


def shut(hand: Hand, process: Process) -> Iterator[str]:
    """Type on after the program ended; say whether requests pile up, and in what language it is told."""
    process.terminate()
    process.wait()
    asked: list[Any] = []
    hand.page.on("request", lambda request: asked.append(request.url))
    season.enter(hand, NEW, "1")
    for figure in "234567890123":
        # Slower than what goes together into one request.
        hand.page.wait_for_timeout(80)
        hand.keys(figure)
    hand.until(f"{STATUS}.startsWith('没有保存：和程序断开了')")
    hand.page.wait_for_timeout(500)
    asked.clear()
    hand.page.wait_for_timeout(WHILE)
    if len(asked) > WHILE // 1000:
        yield f"a program that has ended is asked {len(asked)} times in {WHILE // 1000} seconds"
    hand.click("#tab-compare")
    hand.until("document.querySelector('#pane-compare p.told')")
    told = hand.page.evaluate("document.querySelector('#pane-compare p.told').textContent")
    if not told.startswith("和程序断开了"):
        yield f"a program that has ended is told as “{told}”"
    hand.wrong.clear()
