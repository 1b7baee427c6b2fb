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
from filed import made, said
from hand import CHROMIUM, Hand, KilledError, Process, browser, kill, server
from playwright.sync_api import Error, Playwright

VICTIMS = ("server", "browser", "both")


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
                try:
                    step(own.hand)
                except (Error, TimeoutError, AssertionError) as error:
                    error.add_note(f"in {name}, with {planned}; the page: {own.hand.text()}")
                    raise
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
        allowed = [value, *before.maybe.get(key, ()), before.asked.get(key, value)]
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
