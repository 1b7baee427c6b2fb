"""Steps back and on again on the page, typing while it prints, and what it tells beside a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import handed
import season
from hand import Hand
from playwright.sync_api import Playwright, Route

NEW, GRANTED = "applications.new.natural", "applications.granted.natural"
PROBLEMS = '[data-passage="problems"]'
TYPED, FIGURE = "解读不够深入，", "{{ 申请办理.上年结转.总计 }}"
HALF, FULL = "今年,将加强培训。", "今年，将加强培训。"
DIGITS = "123456789"
# Whether what is told of the cell that one is at can be seen: nothing stays in sight above it.
IN_SIGHT = """(() => {
  const box = document.querySelector("#section-applications .where").getBoundingClientRect();
  const hit = document.elementFromPoint(box.left + 20, box.top + 2);
  return Boolean(hit && hit.closest("#section-applications .where"));
})()"""


def check(playwright: Playwright) -> list[str]:
    """Return what is wrong with steps back and on, with typing while pages are made, with what is told."""
    with season.opened(playwright) as (hand, data, _):
        return [*prose(hand), *cells(hand), *hasty(hand), *unread(hand), *heads(hand), *compared(hand),
                *blanks(hand), *taken(hand, data), *hand.wrong]


def _stepped(hand: Hand, selector: str, key: str, wanted: str) -> str:
    """Press a key until a field holds what is wanted, and say what it holds if it never does."""
    for _ in range(30):
        if hand.value(selector) == wanted:
            return ""
        hand.keys(key)
        hand.saved()
    return f"{key} never leads to “{wanted}” in {selector}, which has “{hand.value(selector)}”"


def prose(hand: Hand) -> Iterator[str]:
    """Type, insert a figure, number a paragraph, have punctuation mended; take all back, do it again."""
    hand.click(PROBLEMS)
    hand.keys(TYPED)
    hand.saved()
    hand.write("#section-problems .tools input", FIGURE[3:-3])
    hand.click("#section-problems .tools button", "插入表中的数")
    hand.saved()
    hand.keys("Enter")
    hand.keys(HALF)
    hand.click("#section-problems .levels button", "（一）")
    hand.saved()
    hand.click("#section-problems .found button", "改正标点")
    hand.until(f"document.querySelector('{PROBLEMS}').value.includes('今年，')")
    hand.saved()
    steps = [f"{TYPED}{FIGURE}\n（一）{HALF}", f"{TYPED}{FIGURE}\n{HALF}", f"{TYPED}{FIGURE}", TYPED, ""]
    for wanted in steps:
        if wrong := _stepped(hand, PROBLEMS, "Control+z", wanted):
            yield wrong
    for wanted in (TYPED, f"{TYPED}{FIGURE}", f"{TYPED}{FIGURE}\n（一）{FULL}"):
        if wrong := _stepped(hand, PROBLEMS, "Control+y", wanted):
            yield wrong


def cells(hand: Hand) -> Iterator[str]:
    """Type into two cells and paste into a third, go back by key and button, and on again."""
    def now() -> list[str]:
        return [hand.value(season.cell_of(path)) for path in (NEW, GRANTED, "remedies.review.total")]

    hand.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    season.enter(hand, NEW, "11")
    season.enter(hand, GRANTED, "12")
    handed.paste(hand, "remedies.review.total", "3")
    handed.paste(hand, NEW, "4\t5")
    hand.saved()
    hand.keys("Control+z")
    hand.saved()
    if "粘贴了" in str(hand.page.evaluate(handed.NOTE.format(season.APPLICATIONS))):
        yield "what was pasted and taken back is still told to have been pasted"
    hand.click("#undo")
    hand.keys("Control+z")
    hand.saved()
    if now() != ["11", "", ""]:
        yield f"after steps back cells have {now()}"
    hand.click("#redo")
    hand.keys("Control+y")
    hand.page.keyboard.press("Control+Shift+z")
    hand.saved()
    if now() != ["4", "12", "3"]:
        yield f"after steps on again cells have {now()}"
    if not hand.page.evaluate("document.getElementById('redo').disabled"):
        yield "there is a step on after the last"


def hasty(hand: Hand) -> Iterator[str]:
    """Type on while the pages do not come: all is saved, one request waits, then the newest is shown."""
    hand.click("#tab-pages")
    hand.until("document.querySelector('.sheet img').naturalWidth > 0")
    held: list[Route] = []
    hand.page.route("**/api/pages?*", lambda route: held.append(route))
    hand.click(season.cell_of(NEW))
    for digit in DIGITS:
        hand.select()
        hand.keys(digit)
        # Each is saved on its own, so that each could ask for pages.
        hand.page.wait_for_timeout(10)
        hand.saved()
        while not held:
            hand.page.wait_for_timeout(20)
    if len(held) != 1:
        yield f"while pages are made {len(held)} requests for them wait"
    for route in held:
        route.continue_()
    hand.page.unroute("**/api/pages?*")
    version = str(hand.page.evaluate("document.getElementById('saved').dataset.version"))
    hand.until(f"document.querySelector('.sheet img').getAttribute('src').includes('{version}')")
    hand.until("document.querySelector('.sheet img').complete")
    hand.until("!document.querySelector('.said').textContent")


def unread(hand: Hand) -> Iterator[str]:
    """Type what is no figure there: it is marked, told at the table, and the table is not called sound."""
    note = handed.NOTE.format(season.APPLICATIONS)
    for typed, told in (("1.5", "带小数"), ("-3", "是负数"), ("1" * 20, "有 20 位")):
        season.enter(hand, NEW, typed)
        hand.saved()
        said = str(hand.page.evaluate(note))
        if told not in said or "相符" in said:
            yield f"of {typed} the table says “{said}”"
        if hand.page.get_attribute(season.cell_of(NEW), "aria-invalid") != "true":
            yield f"{typed} is not marked"
    season.enter(hand, NEW, "4")
    hand.saved()


def heads(hand: Hand) -> Iterator[str]:
    """Go down a table in windows of three widths: what is told of the cell at hand stays in sight."""
    before: Any = hand.page.viewport_size
    for width in (1440, 1180, 1024):
        hand.page.set_viewport_size({"width": width, "height": 900})
        hand.click(season.cell_of("applications.carried_out.natural"))
        if not hand.page.evaluate(IN_SIGHT):
            yield f"in a window of {width} px the name of the cell at hand is covered"
    hand.page.set_viewport_size(before)


def compared(hand: Hand) -> Iterator[str]:
    """Change a figure while it stands beside last year's, and go to a field that a finding names."""
    hand.click("#tab-compare")
    hand.until("document.querySelector('#pane-compare h2')")
    season.enter(hand, NEW, "4321")
    hand.until("document.querySelector('#pane-compare').textContent.includes('4321')")
    hand.click("#section-fields summary", "发布")
    hand.click("#section-fields label", "发布日期")
    hand.keys("20250120")
    hand.saved()
    hand.click("#section-fields summary", "发布")
    hand.click("#tab-findings")
    hand.click("#pane-findings li.error button", "去看")
    label = str(hand.page.evaluate("document.activeElement.closest('label, section').textContent"))
    if not label.startswith("发布日期"):
        yield f"of a wrong date one is led to “{label[:20]}”"
    hand.select()
    hand.keys("Delete")
    hand.saved()


def blanks(hand: Hand) -> Iterator[str]:
    """Let a finding stand with blanks for a reason and a name: told at both fields, not written."""
    form = "#pane-findings li form"
    hand.click("#tab-findings")
    hand.click("#pane-findings button", "已核实")
    for number, typed in ((1, "\u3000 "), (2, " ")):
        hand.click(f"{form} label:nth-of-type({number}) input")
        hand.page.keyboard.insert_text(typed)
    hand.click(f"{form} button", "写入数据文件")
    told = hand.page.evaluate(f"[...document.querySelectorAll('{form} .told')].map((one) => one.textContent)")
    if told != ["请写理由", "请写核实人"]:
        yield f"of a reason and a name of blanks the page says {told}"
    if not hand.page.evaluate(f"document.activeElement === document.querySelector('{form} input')"):
        yield "of a reason of blanks the keyboard is elsewhere"
    hand.write(f"{form} label:nth-of-type(1) input", season.REASON)
    if hand.page.evaluate(f"document.querySelector('{form} .told').textContent"):
        yield "a reason that was typed is still told to be missing"
    hand.write(f"{form} label:nth-of-type(2) input", season.BY)
    hand.click(f"{form} button", "写入数据文件")
    hand.until(f"document.querySelector('#pane-findings').textContent.includes('理由：{season.REASON}')")
    hand.saved()


def taken(hand: Hand, data: Path) -> Iterator[str]:
    """Take a change of a Word file over, and take that back."""
    before = hand.value(PROBLEMS)
    hand.click("#tab-out")
    hand.page.evaluate(handed.DROP, [".zone", "改过.docx", handed.edited(data)])
    handed.take_one(hand)
    hand.until(f"document.querySelector('{PROBLEMS}').value.includes('加强辅导')")
    hand.saved()
    hand.click("#undo")
    hand.saved()
    if hand.value(PROBLEMS) != before:
        yield f"a change that was taken over does not go back: “{hand.value(PROBLEMS)}”"
