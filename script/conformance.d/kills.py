"""The season with its server, its browser or both killed at random moments: what the page had shown as saved
is in the data file after a restart, and on the page that is opened again; then the season goes on.

The data file is read with PyYAML, a release is held against what the API makes of the same data.
"""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import season
import yaml
from hand import CHROMIUM, Hand, KilledError, Process, browser, kill, server
from playwright.sync_api import Error, Playwright

import reportgen

VICTIMS = ("server", "browser", "both")
PROSE = {"overview": "总体情况", "problems": "问题与改进", "other": "其他事项"}
FIELD = "field 发布日期"
# As the page lists what a release made.
MADE = (".html", ".docx", ".pdf", ".xlsx", ".json", ".txt")


@dataclass
class Killed:
    """One kill: in which step, after how much of its time, what; and what was found after the restart."""

    step: str
    after: float
    victim: str
    saved: int = 0
    in_file: int = 0
    on_page: int = 0
    lost: list[str] = field(default_factory=list)


@dataclass
class Season:
    """A season that was gone through: how long each step took, what a new file showed, what was left."""

    seconds: dict[str, float]
    fresh: dict[str, Any]
    final: dict[str, str]
    kills: list[Killed]
    wrong: list[str]


class Desk:
    """A folder with its server and its browser, each of which can be killed and started again."""

    def __init__(self, playwright: Playwright, folder: Path, program: str) -> None:
        self._playwright, self._folder, self._program = playwright, folder, program
        self._server, self._browser = ExitStack(), ExitStack()
        self.start("both")

    def start(self, what: str) -> None:
        """Start the server, the browser or both anew, with a new window on the list of files."""
        if what != "browser":
            self._server.close()
            self._address, self.serving = self._server.enter_context(server(self._folder))
        if what != "server":
            self._browser.close()
            started = browser(self._playwright, self._program)
            self._window, self.browsing = self._browser.enter_context(started)
        self.hand = Hand(self._window, self._address, self._program == CHROMIUM)

    def processes(self, victim: str) -> list[Process]:
        """Return the processes that a victim stands for."""
        both = {"server": [self.serving], "browser": [self.browsing]}
        return both.get(victim) or [self.serving, self.browsing]

    def close(self) -> None:
        """End both."""
        self._browser.close()
        self._server.close()


@contextmanager
def desk(playwright: Playwright, folder: Path, program: str) -> Iterator[Desk]:
    """Give a desk over a folder."""
    made = Desk(playwright, folder, program)
    try:
        yield made
    finally:
        made.close()


def go_through(playwright: Playwright, program: str, planned: dict[str, tuple[float, str]],
               fresh: dict[str, Any]) -> Season:
    """Go through the season; `planned` says in which steps after how many seconds what is killed."""
    found = Season({}, fresh, {}, [], [])
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        data = season.begin(folder)
        with desk(playwright, folder, program) as own:
            for step in season.STEPS:
                name = step.__name__
                begun = time.monotonic()
                if name in planned:
                    found.kills.append(interrupted(own, step, data, planned[name], fresh))
                step(own.hand)
                found.seconds[name] = time.monotonic() - begun
                found.fresh = found.fresh or own.hand.shown
                found.wrong += [f"{name}: {text}" for text in own.hand.wrong]
                own.hand.wrong.clear()
            found.final = said(data)
        found.wrong += [f"{one.step}: {text}" for one in found.kills for text in one.lost]
        found.wrong += left(folder)
    return found


def interrupted(own: Desk, step: Callable[[Hand], None], data: Path, plan: tuple[float, str],
                fresh: dict[str, Any]) -> Killed:
    """Take a step in which something is killed, start that again and compare what is there."""
    after, victim = plan
    killed, hand = Killed(step.__name__, after, victim), own.hand
    processes = own.processes(victim)

    def strike() -> None:
        hand.gone.set()
        for process in processes:
            kill(process)

    timer = threading.Timer(after, strike)
    timer.start()
    try:
        step(hand)
    except (Error, KilledError, TimeoutError, AssertionError):
        if not hand.gone.is_set():
            timer.cancel()
            raise
    timer.join()
    # What the window still has to tell.
    with suppress(Error):
        hand.page.evaluate("0")
    killed.lost += hand.wrong
    own.start(victim)
    if data.exists():
        season.new_year(own.hand)
    compare(killed, hand, data, own.hand, fresh)
    return killed


def compare(killed: Killed, before: Hand, data: Path, after: Hand, fresh: dict[str, Any]) -> None:
    """Hold the data file and the page that was opened again against what the page had shown as saved.

    What was typed since may be there too. `fresh` is what a new file shows.
    """
    in_file, on_page = said(data), after.shown
    for key, value in before.shown.items():
        allowed = [value, *before.maybe.get(key, ())]
        # Nothing made yet is nothing that was promised.
        filed = in_file.get(key, value) in allowed or (key == "made" and not value)
        # What was made is not listed again.
        paged = key == "made" or on_page.get(key) in allowed
        if value != fresh.get(key):
            killed.saved += 1
            killed.in_file += filed
            killed.on_page += paged
        if not filed:
            killed.lost.append(f"{key} was shown as saved as “{value}”, the file has “{in_file[key]}”")
        if not paged:
            killed.lost.append(f"{key} was shown as saved as “{value}”, the page shows “{on_page.get(key)}”")


def said(data: Path) -> dict[str, str]:
    """Return what a data file says, by the keys by which the page is seen."""
    if not data.exists():
        return {}
    known = yaml.safe_load(data.read_text(encoding="utf-8"))
    edition = reportgen.read(data.with_name("2023.yaml")).edition
    found = {}
    for path in edition.cells:
        value: Any = known
        for key in edition.chinese_name(path).split("."):
            value = (value or {}).get(key)
        given = value if isinstance(value, dict) else {"数值": value}
        found[f"cell {path}"] = "" if given["数值"] is None else str(given["数值"])
        found[f"remark {path}"] = given.get("备注") or ""
    for ident, name in PROSE.items():
        lines = [line.strip() for line in (known.get(name) or "").split("\n")]
        found[f"prose {ident}"] = "\n".join(line for line in lines if line)
    found[FIELD] = str((known.get("发布") or {}).get("发布日期") or "")
    accepted = known.get("已核实") or ()
    found["accepted"] = "\n".join(f"理由：{one['理由']}（{one['核实人']}）" for one in accepted)
    found["made"] = "\n".join(made(data.parent))
    return found


def made(folder: Path) -> list[str]:
    """Return the files of a release in the order in which the page lists them."""
    whole = [path for suffix in MADE for path in sorted((folder / "发布").glob(f"*/*{suffix}"))]
    return [path.relative_to(folder).as_posix() for path in whole]


def left(folder: Path) -> list[str]:
    """Say what is wrong with what a season left in its folder."""
    meant = {"2023.yaml", "2024.yaml", *made(folder)}
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    other = sorted(names - meant)
    wrong = season.release_differs(folder)
    return [*([f"left {other}"] if other else []), *([wrong] if wrong else [])]


def plans(seconds: dict[str, float], kills: int, seed: int) -> list[dict[str, tuple[float, str]]]:
    """Return for each season in which steps, after how many seconds, what is killed."""
    chance = random.Random(seed)
    victims = [VICTIMS[number % len(VICTIMS)] for number in range(kills)]
    chance.shuffle(victims)
    seasons = []
    for first in range(0, kills, len(seconds)):
        steps = chance.sample(list(seconds), min(len(seconds), kills - first))
        seasons.append({step: (chance.uniform(0, seconds[step]), victims.pop()) for step in steps})
    return seasons


def check(playwright: Playwright, program: str, kills: int, seed: int) -> list[str]:
    """Go through the season undisturbed, then with kills; print them in a table and return what is wrong."""
    plain = go_through(playwright, program, {}, {})
    wrong = list(plain.wrong)
    rows = []
    for number, planned in enumerate(plans(plain.seconds, kills, seed), 1):
        found = go_through(playwright, program, planned, plain.fresh)
        wrong += [f"season {number}: {text}" for text in found.wrong]
        wrong += [f"season {number}: {key} ended as “{found.final.get(key)}”, undisturbed as “{value}”"
                  for key, value in plain.final.items() if found.final.get(key) != value]
        rows += [(number, one) for one in found.kills]
    table = [("season", "step", "after", "of", "killed", "saved", "in file", "on page")]
    table += [(str(number), one.step, f"{one.after:.2f} s", f"{plain.seconds[one.step]:.2f} s", one.victim,
               str(one.saved), str(one.in_file), str(one.on_page)) for number, one in rows]
    for line in table if rows else ():
        print("".join(f"  {text:14}" if at == 1 else f"{text:>9}" for at, text in enumerate(line)))
    return wrong
