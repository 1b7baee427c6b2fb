"""How long the page takes: from the command to the list of files, from a key to the checked tables and to the
renewed picture of the printed page.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

import season
from hand import Hand, browser, server
from playwright.sync_api import Browser, Playwright

STARTS, KEYS, PICTURES = 5, 25, 20
PATH = "applications.new.natural"
# Milliseconds that are aimed at; a loaded machine takes longer, so nothing fails.
AIMS = {"command to the page": 1000, "request to the checked tables": 60, "key to the renewed picture": 600}
# How long the newest request for what was typed was under way.
_ANSWERED = """performance.getEntriesByType("resource").filter((one) => one.name.endsWith("/api/edit"))
  .map((one) => one.duration).pop()"""


def measure(playwright: Playwright) -> None:
    """Measure and print medians beside what is aimed at."""
    with tempfile.TemporaryDirectory() as place, browser(playwright) as (window, _):
        folder = Path(place)
        season.begin(folder)
        starts = [started(window, folder) for _ in range(STARTS)]
        names = ("command to the page", "command to the states of its files",
                 "processor time of the server until then")
        found = dict(zip(names, map(list, zip(*starts, strict=True)), strict=True))
        with server(folder) as (address, _):
            hand = Hand(window, address)
            season.new_year(hand)
            season.zeros(hand)
            found |= typing(hand)
            found["key to the renewed picture"] = pictures(hand)
    load, processors = os.getloadavg()[0], os.cpu_count()
    print(f"how long the page takes, medians, on {processors} processors with a load of {load:.1f}:")
    for name, times in found.items():
        aim = f", aim {AIMS[name]} ms" if name in AIMS else ""
        print(f"  {name}: {statistics.median(times):.0f} ms "
              f"({min(times):.0f} to {max(times):.0f}, {len(times)} times{aim})")


def started(window: Browser, folder: Path) -> tuple[float, float, float]:
    """Return after how many milliseconds from the command the list of files is there, which can be opened,
    after how many it says how far each is, and how many the server computed until then, which a loaded
    machine does not change. The browser is open, as it is in an office.
    """
    hand = Hand(window, "")
    begun = time.monotonic()
    with server(folder) as (hand.address, process):
        hand.open()
        taken = time.monotonic() - begun
        hand.until("!document.querySelector('.state.waiting')")
        told = time.monotonic() - begun
        used = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
        hand.close()
    return taken * 1000, told * 1000, sum(map(int, used)) / os.sysconf("SC_CLK_TCK") * 1000


def typing(hand: Hand) -> dict[str, list[float]]:
    """Return how long requests with a change took, and how long after a key the page says “已保存”."""
    answered, told = [], []
    for number in range(KEYS):
        season.enter(hand, PATH)
        told.append(after_key(hand, str(number % 9 + 1), "document.getElementById('saved')",
                              "element.textContent.startsWith('已保存')"))
        answered.append(float(hand.page.evaluate(_ANSWERED)))
        hand.page.evaluate("performance.clearResourceTimings()")
    return {"request to the checked tables": answered, "key to 已保存": told}


def pictures(hand: Hand) -> list[float]:
    """Return after how many milliseconds from a key the page shows the new picture."""
    season.printed(hand)
    found = []
    for number in range(PICTURES):
        season.enter(hand, PATH)
        hand.until("document.querySelector('.sheet img').complete")
        before = hand.page.get_attribute(".sheet img", "src")
        found.append(after_key(hand, str(number % 9 + 1), "document.querySelector('.sheet img')",
                               f"element.getAttribute('src') !== {before!r} && element.complete"))
    return found


def after_key(hand: Hand, key: str, element: str, shown: str) -> float:
    """Press a key and return after how many milliseconds an element is as wanted, by the page's own clock."""
    hand.page.evaluate(f"""() => {{
      const element = {element};
      window.taken = 0;
      document.activeElement.addEventListener("input", () => {{
        const begun = performance.now();
        const look = () => {{
          if ({shown}) window.taken = performance.now() - begun;
          else requestAnimationFrame(look);
        }};
        requestAnimationFrame(look);
      }}, {{once: true}});
    }}""")
    hand.keys(key)
    return float(hand.until("window.taken"))
