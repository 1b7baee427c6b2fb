"""What the page has not saved yet: nothing of it goes without a word, and no finding is taken for another."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import season
from filed import accepted_codes, said
from hand import Hand, Process
from playwright.sync_api import Playwright

NAME = "#section-fields label"
NEW, CARRIED = "applications.new.natural", "applications.carried_out.natural"
STATUS = "document.getElementById('saved').textContent"


def check(playwright: Playwright) -> list[str]:
    """Return what is wrong with how the page treats what is refused and what changed meanwhile."""
    with season.opened(playwright) as (hand, data, process):
        return [*refused(hand, data, process), *renumbered(hand, data)]


def refused(hand: Hand, data: Path, process: Process) -> Iterator[str]:
    """Type a figure while the file refuses an empty name; say what is lost of either."""
    # A server that stands still, so that the figure is typed while the name is under way.
    os.kill(process.pid, signal.SIGSTOP)
    with hand.page.expect_request("**/api/edit"):
        hand.click(NAME, "名称")
        hand.select()
        hand.keys("Delete")
    season.enter(hand, NEW, "7")
    os.kill(process.pid, signal.SIGCONT)
    hand.until(f"{STATUS}.startsWith('没有保存')")
    season.enter(hand, CARRIED, "8")
    hand.until(f"{STATUS} && !{STATUS}.startsWith('正在')")
    hand.until(f"!{STATUS}.startsWith('正在')")
    figures = [said(data)[f"cell {path}"] for path in (NEW, CARRIED)]
    if figures != ["7", "8"]:
        yield f"beside a refused name 7 and 8 were typed, the file has {figures}"
    status = str(hand.page.evaluate(STATUS))
    if not status.startswith("没有保存"):
        yield f"a name that was refused is not in the file, and the page says “{status}”"
    name = hand.page.evaluate("""[...document.querySelectorAll("#section-fields label")]
      .find((one) => one.textContent.startsWith("名称")).querySelector("input").value""")
    if name:
        yield f"a name that was taken out and refused is back as “{name}” without a word"
    hand.click(NAME, "名称")
    hand.select()
    hand.page.keyboard.insert_text("某县统计局")
    hand.until(f"{STATUS}.startsWith('已保存')")
    hand.wrong.clear()


def renumbered(hand: Hand, data: Path) -> Iterator[str]:
    """Accept a finding while another program adds others before it; say which was accepted in its place."""
    hand.click("#tab-findings")
    hand.click("#pane-findings button", "已核实")
    wanted = hand.page.evaluate("""[...document.querySelectorAll("#pane-findings li")]
      .find((one) => one.querySelector("form")).querySelector(".code").textContent""")
    hand.write("#pane-findings form label:nth-of-type(1) input", season.REASON)
    hand.write("#pane-findings form label:nth-of-type(2) input", season.BY)
    text = data.read_text(encoding="utf-8")
    data.write_text(text.replace("  层级: 县", "  层级: 没有这一级", 1), encoding="utf-8")
    hand.until(f"{STATUS}.startsWith('文件在别处改过')")
    hand.click("#pane-findings form button")
    hand.until("document.querySelector('#pane-findings li.accepted, #conflict:not([hidden])')")
    code = accepted_codes(data)
    if code != [wanted]:
        yield f"{wanted} was accepted while the file changed, the file has {code}"
