"""Say which characters the fonts have: the package's, and those of the optional package reportgen-hanzi."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportgen.files import resources


@cache
def coverage(folder: Path) -> dict[str, frozenset[int]]:
    """Return the code points that each font of a folder covers."""
    found = {}
    for line in (folder / "coverage.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            role, _, text = line.partition(": ")
            codes: set[int] = set()
            for run in text.split(","):
                first, _, last = run.partition("-")
                codes.update(range(int(first, 16), int(last or first, 16) + 1))
            found[role] = frozenset(codes)
    return found


@cache
def _union(folder: Path) -> frozenset[int]:
    return frozenset().union(*coverage(folder).values())


def covered() -> frozenset[int]:
    """Return the code points that at least one of the package's fonts covers."""
    return _union(resources.fonts_folder())


def lacking(text: str) -> list[str]:
    """Return the characters of a text that no font has, in order; a line's end is none.

    The fonts of reportgen-hanzi count where it is there.
    """
    known = covered()
    rest = {character for character in set(text) if ord(character) not in known} - {"\n"}
    folder = resources.hanzi_folder() if rest else None
    if folder is not None:
        known = _union(folder)
        rest = {character for character in rest if ord(character) not in known}
    return sorted(rest)


def needs_hanzi(text: str) -> bool:
    """Say whether a text has a character that only reportgen-hanzi has; False where that is not there."""
    rest = set(map(ord, set(text))) - covered()
    folder = resources.hanzi_folder() if rest else None
    return folder is not None and not _union(folder).isdisjoint(rest)
