"""Say which characters the fonts have: the package's, and those of the optional package reportgen-hanzi."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportgen.files import resources


def coverage(folder: Path) -> dict[str, frozenset[int]]:
    """Return the code points that each font of a folder covers."""
    return {role: _codes(runs) for role, runs in _fonts(folder).items()}


@cache
def _fonts(folder: Path) -> dict[str, str]:
    lines = (folder / "coverage.txt").read_text(encoding="utf-8").splitlines()
    fonts = (line.partition(": ") for line in lines if not line.startswith("#"))
    return {role: runs for role, _, runs in fonts}


# Some fonts cover the same, and the lines are long.
@cache
def _codes(runs: str) -> frozenset[int]:
    codes: set[int] = set()
    for run in runs.split(","):
        first, _, last = run.partition("-")
        codes.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(codes)


def _beyond(codes: set[int], folder: Path) -> set[int]:
    """Return those of some code points that no font of a folder covers."""
    # The largest first, which leaves little or nothing to look for in the others.
    for runs in sorted(_fonts(folder).values(), key=len, reverse=True):
        if codes:
            codes = codes - _codes(runs)
    return codes


def _beyond_package(text: str) -> set[int]:
    """Return the code points of a text, line ends left out, that none of the package's fonts covers."""
    return _beyond(set(map(ord, set(text))) - {ord("\n")}, resources.fonts_folder())


def lacking(text: str) -> list[str]:
    """Return the characters of a text that no font has, in order; a line's end is none.

    The fonts of reportgen-hanzi count where it is there.
    """
    rest = _beyond_package(text)
    folder = resources.hanzi_folder() if rest else None
    return sorted(map(chr, rest if folder is None else _beyond(rest, folder)))


def needs_hanzi(text: str) -> bool:
    """Say whether a text has a character that only reportgen-hanzi has; False where that is not there."""
    rest = _beyond_package(text)
    folder = resources.hanzi_folder() if rest else None
    return folder is not None and _beyond(rest, folder) != rest
