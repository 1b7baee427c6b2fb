"""The season's main way by the keyboard alone: every step can be reached, and where one is stays in sight."""

from __future__ import annotations

import tempfile
from pathlib import Path

import season
from hand import Hand, browser, server
from playwright.sync_api import Playwright

CELL = "applications.{}.natural"
# More stops than there are from one place to the next that one goes to by Tab.
STOPS = 60
HERE = """([selector, text]) => {
  const one = document.activeElement;
  const said = one.tagName === "INPUT" ? "" : one.textContent.trim();
  return one.matches(selector) && said.startsWith(text);
}"""
# What is wrong with where the keyboard is: it is nowhere, out of sight, or nothing shows it.
UNSEEN = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return "on nothing";
  const shown = one.matches(".unseen") ? one.closest("label") : one;
  const style = getComputedStyle(shown);
  if (style.outlineStyle === "none" || !parseFloat(style.outlineWidth)) return "without a ring";
  const box = shown.getBoundingClientRect();
  const middle = (from, to, end) => (Math.max(from, 0) + Math.min(to, end)) / 2;
  const [x, y] = [middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight)];
  const hit = document.elementFromPoint(x, y);
  return hit && shown.contains(hit) ? "" : `covered by ${hit && hit.outerHTML.slice(0, 60)}`;
}"""
# Notes what the page says of saving from now on.
HEED = """() => {
  const saved = document.getElementById("saved");
  window.told = [];
  new MutationObserver(() => window.told.push(saved.textContent)).observe(saved, {childList: true});
}"""
NOWHERE = "on nothing"
WHO = "document.activeElement.outerHTML.slice(0, 120)"


class Keyboard:
    """Go by keys, and note wherever the focus is lost or out of sight."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.wrong = hand, list[str]()

    def press(self, *keys: str) -> None:
        """Press keys or type texts, and see where that leads."""
        for key in keys:
            self.hand.keys(key)
            self.seen(key)

    def seen(self, after: str) -> None:
        """Note where the keyboard is, if that cannot be seen."""
        said = self.hand.page.evaluate(UNSEEN)
        # Behind the last stop of the page comes the browser itself.
        if said and not (said == NOWHERE and after.endswith("Tab")):
            self.wrong.append(f"keyboard: after {after} {said}: {self.hand.page.evaluate(WHO)}")

    def to(self, selector: str, text: str = "", key: str = "Tab") -> None:
        """Press a key until the focus is on an element; raises AssertionError where it never is."""
        for _ in range(STOPS):
            self.press(key)
            if self.on(selector, text):
                return
        raise AssertionError(f"{STOPS} times {key} do not lead to {selector} {text} but to "
                             f"{self.hand.page.evaluate(WHO)}; {self.wrong}")

    def on(self, selector: str, text: str = "") -> bool:
        """Say whether the focus is on an element."""
        return bool(self.hand.page.evaluate(HERE, [selector, text]))

    def stays(self, what: str, selector: str, text: str = "") -> None:
        """Note where the focus is not where it should be, after the page was drawn anew."""
        self.seen(what)
        if not self.on(selector, text):
            self.wrong.append(f"keyboard: after {what} not on {selector} {text} but on "
                              f"{self.hand.page.evaluate(WHO)}")

    def tells(self, what: str) -> None:
        """Note where the page did not say that something is being saved, and then that it is."""
        told = self.hand.page.evaluate("window.told")
        if told[:1] != ["正在保存……"] or not told[-1].startswith("已保存"):
            self.wrong.append(f"keyboard: while {what} the page says {told}")

    def section(self, name: str) -> None:
        """Go to a part of the report from the row of parts at the top."""
        if not self.on("#sections a"):
            self.hand.page.reload()
            self.hand.until("document.querySelector('.statutory')")
        self.to("#sections a", name)
        self.press("Enter")


def check(playwright: Playwright) -> list[str]:
    """Go through the season and return what is wrong."""
    with tempfile.TemporaryDirectory() as place, browser(playwright) as (window, _):
        folder = Path(place)
        season.begin(folder)
        with server(folder) as (address, _):
            hand = Hand(window, address)
            keyboard = Keyboard(hand)
            for step in (opened, named, figures, zeros, prose, findings, pages, made):
                step(keyboard)
            wrong = season.release_differs(folder)
            return [*keyboard.wrong, *hand.wrong, *([wrong] if wrong else [])]


def opened(keyboard: Keyboard) -> None:
    """Make this year's file, go back to the list and open it there."""
    keyboard.hand.open()
    keyboard.hand.until("document.querySelector('#before option[value=\"2023.yaml\"]')")
    keyboard.to("#before")
    keyboard.press("ArrowDown")
    keyboard.to("#new button")
    keyboard.hand.keys("Enter")
    keyboard.hand.until("document.querySelector('.statutory')")
    keyboard.to("a.back")
    keyboard.hand.keys("Enter")
    keyboard.hand.until("document.querySelector('#files table')")
    keyboard.to("a.button[href*='2024.yaml']")
    keyboard.hand.keys("Enter")
    keyboard.hand.until("document.querySelector('.statutory')")


def named(keyboard: Keyboard) -> None:
    """Change the agency's name, of which much is drawn anew, and take that back by the button."""
    hand = keyboard.hand
    keyboard.to("#sections a", "基本信息")
    keyboard.press("Enter")
    keyboard.stays("the link of a part", "#section-fields input")
    keyboard.to("#section-fields label:first-child input")
    keyboard.press("End", "甲")
    hand.saved()
    hand.until("document.title.includes('局甲')")
    keyboard.stays("changing the name", "#section-fields input")
    keyboard.press("乙")
    hand.until("document.title.includes('局甲乙')")
    hand.saved()
    keyboard.to("#undo", key="Shift+Tab")
    while hand.page.evaluate("!document.getElementById('undo').disabled"):
        keyboard.press("Enter")
    hand.saved()
    keyboard.stays("undoing all", "#section-fields input")
    keyboard.hand.page.reload()
    hand.until("document.querySelector('.statutory')")


def figures(keyboard: Keyboard) -> None:
    """Type figures, go on by Enter, Tab and arrows, and take one back."""
    hand = keyboard.hand
    keyboard.to("#sections a", "三、")
    keyboard.press("Enter")
    keyboard.stays("the link of a part", season.cell_of(CELL.format("new")))
    keyboard.press("1204", "Tab", "3", "Shift+Tab", "Enter", "Enter")
    keyboard.stays("Enter", season.cell_of(CELL.format("granted")))
    keyboard.press("1200", "Enter", "4", "Tab", "3")
    hand.saved()
    at = str(hand.page.evaluate("document.activeElement.dataset.cell"))
    keyboard.press("Control+z")
    hand.until(f"document.querySelector('{season.cell_of(at)}').value === ''")
    keyboard.stays("undoing", season.cell_of(at))
    keyboard.press("3", "Control+Enter")
    hand.until(f"""[...document.querySelector('{season.cell_of(at)}').closest("tr").querySelectorAll("input")]
      .filter((one) => one.value === "0").length > 2""")
    hand.saved()
    keyboard.stays("filling a row with 0", season.cell_of(at))
    keyboard.press("Shift+Tab")
    keyboard.to(season.cell_of(CELL.format("carried_out")), key="ArrowDown")
    keyboard.press("2")
    hand.saved()


def zeros(keyboard: Keyboard) -> None:
    """Fill what is left of each table with 0."""
    for number in ("二、", "三、", "四、"):
        keyboard.section(number)
        keyboard.to("button", "全表没填的填 0", key="Shift+Tab")
        keyboard.press("Enter")
        keyboard.hand.saved()
        keyboard.stays("filling a table with 0", "button", "全表没填的填 0")


def prose(keyboard: Keyboard) -> None:
    """Write the prose, with a figure of a table in it, and have its punctuation mended."""
    hand, area = keyboard.hand, '[data-passage="overview"]'
    keyboard.section("一、")
    keyboard.stays("the link of a part", area)
    keyboard.press(season.OVERVIEW[0], "Enter", season.OVERVIEW[1], "Tab", season.INSERTED, "Enter")
    keyboard.stays("inserting a figure", area)
    keyboard.press("件,按规定办理。")
    hand.until("document.querySelector('#section-overview .values').textContent.includes('1207')")
    hand.saved()
    hand.until("document.querySelector('#section-overview mark')")
    keyboard.to("#section-overview button", "改正标点")
    hand.page.evaluate(HEED)
    keyboard.press("Enter")
    hand.until(f"!document.querySelector('{area}').value.includes(',')")
    hand.saved()
    keyboard.tells("mending punctuation")
    keyboard.stays("mending punctuation", area)
    for number, ident, text in (("五、", "problems", "解读不够深入，将加强培训。"),
                                ("六、", "other", "本年没有收取信息处理费。")):
        keyboard.section(number)
        keyboard.stays("the link of a part", f'[data-passage="{ident}"]')
        keyboard.press(text)
        hand.saved()


def findings(keyboard: Keyboard) -> None:
    """Go to the place of a finding and back, accept one, withdraw that and accept it again."""
    hand = keyboard.hand
    keyboard.press("F6")
    keyboard.stays("F6", "#tab-findings")
    keyboard.press("F6")
    keyboard.stays("F6 again", '[data-passage="other"]')
    hand.page.reload()
    hand.until("document.querySelector('.statutory')")
    keyboard.to("#cross")
    keyboard.press("Enter")
    keyboard.stays("the way to the findings", "#tab-findings")
    keyboard.to("#pane-findings button", "去看")
    keyboard.press("Enter")
    keyboard.stays("going to a finding", "#main [data-cell], #main textarea, #main input")
    keyboard.press("F6")
    accepted = "document.querySelector('#pane-findings li.accepted > p.hint')"
    keyboard.to("#pane-findings button", "已核实")
    for again in (True, False):
        keyboard.press("Enter", season.REASON, "Tab", season.BY)
        hand.page.evaluate(HEED)
        hand.keys("Enter")
        hand.until(accepted)
        hand.saved()
        keyboard.tells("accepting")
        keyboard.stays("accepting", "#pane-findings li.accepted button")
        if again:
            keyboard.to("#pane-findings button", "撤回已核实")
            hand.keys("Enter")
            hand.until(f"!{accepted}")
            keyboard.stays("withdrawing", "#pane-findings li button")
            keyboard.to("#pane-findings button", "已核实")


def pages(keyboard: Keyboard) -> None:
    """Leaf through the printed pages, to the first, to the last and back to the tabs."""
    hand = keyboard.hand
    keyboard.to("#tab-findings", key="Shift+Tab")
    keyboard.press("ArrowRight")
    keyboard.stays("an arrow", "#tab-pages")
    hand.until("document.querySelector('.sheet img').naturalWidth > 0")
    hand.until("document.querySelector('#pane-pages .said').textContent === ''")
    ends = "document.querySelectorAll('#pane-pages button')[{}].disabled"
    names = ("上一页", "下一页")
    first = int(hand.page.evaluate(ends.format(0)))
    keyboard.to("#pane-pages button", names[first])
    for way in (first, 1 - first):
        while not hand.page.evaluate(ends.format(way)):
            keyboard.press("Enter")
        keyboard.stays("the first or last page", "#pane-pages button", names[1 - way])
    keyboard.to("#tab-pages", key="Shift+Tab")


def made(keyboard: Keyboard) -> None:
    """Go from a figure of the comparison to its cell, make a draft and release."""
    hand = keyboard.hand
    keyboard.press("ArrowRight")
    hand.until("document.querySelector('#pane-compare h2')")
    keyboard.to("#pane-compare button")
    keyboard.press("Enter")
    keyboard.stays("going to a figure that changed", "[data-cell]")
    keyboard.press("F6", "ArrowRight")
    keyboard.stays("an arrow", "#tab-out")
    for name in ("送审稿", "发布文件夹"):
        keyboard.to("#pane-out button", name)
        keyboard.press("Enter")
        hand.until("""[...document.querySelectorAll("#pane-out [role=status]")]
          .some((one) => one.textContent.startsWith("已生成"))""")
        keyboard.stays("making files", "#pane-out button", name)
