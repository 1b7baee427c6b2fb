"""The season of a clerk on the page, step by step; each step can be taken again from where a kill left it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hand import Hand, Process, browser, server
from playwright.sync_api import Playwright

import reportgen

LAST_YEAR = """# 上年
year: 2023
agency: {name: 某县统计局, kind: department, level: county}
blanks: 0
overview: 主动公开、依申请公开、政府信息管理、平台建设和监督保障都有进展。
applications:
  new: {natural: 6}
  granted: {natural: 4}
  carried_out: {natural: 2}
problems: 解读不够深入，将加强培训。
other: 本年没有收取信息处理费。
"""
OVERVIEW = ("主动公开、政府信息管理、平台建设和监督保障都有进展。",
            "（一）依申请公开。本年新收政府信息公开申请")
INSERTED = "申请办理.本年新收.总计"
REASON, BY = "已与台账核对", "张三"
APPLICATIONS = "#section-applications"


def cell_of(path: str) -> str:
    """Return the selector of a cell's field."""
    return f'[data-cell="{path}"]'


def enter(hand: Hand, path: str, *keys: str) -> None:
    """Press keys in a cell, or type a text, in the place of what it holds."""
    hand.click(cell_of(path))
    hand.select()
    hand.keys(*keys)


def new_year(hand: Hand) -> None:
    """Make this year's file from last year's, or open it where it is there."""
    hand.open()
    if not hand.there("#files td", "2024.yaml"):
        hand.until("document.querySelector('#before option[value=\"2023.yaml\"]')")
        hand.page.evaluate("""() => {
          document.getElementById("before").value = "2023.yaml";
          document.getElementById("before").dispatchEvent(new Event("change"));
        }""")
        hand.click("#new button")
    else:
        hand.click('a.button[href*="2024.yaml"]')
    hand.until("document.querySelector('.statutory')")
    hand.until(f"document.querySelector('{cell_of('applications.carried_in.natural')}').value === '2'")


def block(hand: Hand) -> None:
    """Paste a block of a spreadsheet and say of its dash that nothing happened."""
    hand.copy("1,204\t3\t\t-\t0\t0\n")
    hand.click(cell_of("applications.new.natural"))
    hand.keys("Control+v")
    hand.click(f"{APPLICATIONS} .gaps button", "没有发生，填 0")
    hand.saved()


def typed(hand: Hand) -> None:
    """Type figures, going on by keys."""
    enter(hand, "applications.granted.natural", "1200", "Enter", "5", "ArrowRight", "3")
    hand.saved()


def row_and_column(hand: Hand) -> None:
    """Fill a row and a column with 0."""
    hand.click(cell_of("applications.refused.state_secret.natural"))
    hand.keys("Control+Enter")
    hand.click(cell_of("applications.refused.forbidden_by_law.other"))
    hand.click(f"{APPLICATIONS} .tools button", "本列没填的填 0")
    hand.saved()


def zeros(hand: Hand) -> None:
    """Fill what is left of each table with 0."""
    for section in ("disclosure", "applications", "remedies"):
        hand.click(f"#section-{section} .tools button", "全表没填的填 0")
    hand.saved()


def identity(hand: Hand) -> None:
    """Break an identity of the applications and mend it."""
    enter(hand, "applications.partial.natural", "5")
    enter(hand, "applications.carried_out.natural", "2")
    hand.until(f"document.querySelector('{APPLICATIONS} .gaps').textContent.includes('差 1。')")
    hand.saved()
    enter(hand, "applications.partial.natural", "4")
    hand.until(f"document.querySelector('{APPLICATIONS} .gaps').textContent.includes('都相符')")
    hand.saved()


def review(hand: Hand) -> None:
    """Type a total that is not the sum, and take it out again."""
    enter(hand, "remedies.review.total", "2")
    hand.until("document.querySelector('#section-remedies .gaps').textContent.includes('差 2。')")
    hand.saved()
    enter(hand, "remedies.review.total", "Delete")
    hand.until("document.querySelector('#section-remedies .gaps').textContent.includes('都相符')")
    hand.saved()


def overview(hand: Hand) -> None:
    """Write the first part, with a figure of a table in it."""
    area = '[data-passage="overview"]'
    hand.write(area, "\n".join(OVERVIEW))
    hand.write("#section-overview .tools input", INSERTED)
    hand.click("#section-overview .tools button", "插入表中的数")
    hand.page.keyboard.insert_text("件,按规定办理。")
    hand.until("document.querySelector('#section-overview .values').textContent.includes('1207')")
    hand.saved()


def punctuation(hand: Hand) -> None:
    """Have the punctuation of the first part mended."""
    area = '[data-passage="overview"]'
    if "," in hand.value(area):
        hand.asked["prose overview"] = hand.value(area).replace(",", "，")
        hand.click("#section-overview button", "改正标点")
    hand.until(f"!document.querySelector('{area}').value.includes(',')")
    hand.asked.clear()


def rest_of_prose(hand: Hand) -> None:
    """Write the other parts."""
    hand.write('[data-passage="problems"]', "解读不够深入，将加强培训。")
    hand.write('[data-passage="other"]', "本年没有收取信息处理费。")
    hand.saved()


def remark(hand: Hand) -> None:
    """Write a remark to a cell."""
    hand.click(cell_of("applications.granted.natural"))
    hand.write(f"{APPLICATIONS} .remark input", "含补正后公开")
    hand.saved()


def field(hand: Hand) -> None:
    """Fill in a plain field."""
    if not hand.page.evaluate("[...document.querySelectorAll('#section-fields details')][2].open"):
        hand.click("#section-fields summary", "发布")
    hand.click("#section-fields label", "发布日期")
    hand.select()
    hand.page.keyboard.insert_text("2025-01-20")
    hand.saved()


def finding(hand: Hand) -> None:
    """Accept a finding, withdraw that and accept it again."""
    hand.click("#tab-findings")
    given = "#pane-findings li.accepted > p.hint"
    if not hand.there(given):
        accept(hand)
    hand.asked["accepted"] = ""
    hand.click("#pane-findings button", "撤回已核实")
    hand.until(f"!document.querySelector('{given}')")
    hand.asked.clear()
    accept(hand)


def accept(hand: Hand) -> None:
    """Accept the first finding that can be."""
    hand.click("#pane-findings button", "已核实")
    hand.write("#pane-findings form label:nth-of-type(1) input", REASON)
    hand.write("#pane-findings form label:nth-of-type(2) input", BY)
    hand.asked["accepted"] = f"理由：{REASON}（{BY}）"
    hand.click("#pane-findings form button")
    hand.until("document.querySelector('#pane-findings li.accepted > p.hint')")
    hand.asked.clear()


def undo(hand: Hand) -> None:
    """Change a figure and take that back."""
    new = "applications.new.natural"
    path = cell_of(new)
    if hand.value(path) != "1204":
        enter(hand, new, "1204")
        hand.saved()
        # What is typed on in one place within three seconds is one step.
        hand.page.reload()
        hand.until("document.querySelector('.statutory')")
    enter(hand, new, "1205")
    hand.saved()
    hand.click("#undo")
    hand.until(f"document.querySelector('{path}').value === '1204'")
    hand.saved()


def printed(hand: Hand) -> None:
    """See the printed page with the place of a cell."""
    hand.click("#tab-pages")
    hand.until("document.querySelector('.sheet img').naturalWidth > 0")
    hand.click(cell_of("applications.granted.natural"))
    hand.until("!document.querySelector('.spot').hidden")


def released(hand: Hand) -> None:
    """Release, unless that is done."""
    hand.click("#tab-out")
    hand.until("document.querySelector('#pane-out .good')")
    hand.click("#pane-out button.main")
    said = hand.until("""[...document.querySelectorAll("#pane-out [role=status]")]
      .map((one) => one.textContent)
      .find((text) => text && !text.startsWith("正在生成"))""")
    if "已经发布过" in said or "已经有这个文件夹" in said:
        # The browser was killed, the server went on; of its refusal a browser writes a line.
        hand.wrong = [text for text in hand.wrong if "422" not in text]
    elif "已生成" not in said:
        raise AssertionError(said)


STEPS: tuple[Callable[[Hand], None], ...] = (
    new_year, block, typed, row_and_column, zeros, identity, review, overview, punctuation, rest_of_prose,
    remark, field, finding, undo, printed, released)


def begin(folder: Path) -> Path:
    """Put last year's file into a folder and return the path of this year's."""
    (folder / "2023.yaml").write_text(LAST_YEAR, encoding="utf-8")
    return folder / "2024.yaml"


@contextmanager
def opened(playwright: Playwright) -> Iterator[tuple[Hand, Path, Process]]:
    """Give a hand at this year's file, just made from last year's, with its path and the server's process."""
    with tempfile.TemporaryDirectory() as place, browser(playwright) as (window, _):
        data = begin(Path(place))
        with server(data.parent) as (address, process):
            hand = Hand(window, address)
            new_year(hand)
            yield hand, data, process


def release_differs(folder: Path) -> str:
    """Say where the bytes of a release differ from those of the API."""
    made = sorted((folder / "发布").glob("*/*"))
    same = sorted(reportgen.release(reportgen.read(folder / "2024.yaml"), folder / "again"))
    if [one.name for one in made] != [one.name for one in same]:
        return f"release has {[one.name for one in made]}"
    differ = [one.name for one, other in zip(made, same, strict=True)
              if one.read_bytes() != other.read_bytes()]
    return f"release differs: {differ}" if differ else ""
