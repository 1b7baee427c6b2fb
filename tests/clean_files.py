"""Whole reports of our own, in which nothing is to be found, and what a test changes in them."""

from pathlib import Path

CLEAN = Path(__file__).parent / "clean"


def changed(year, changes=()):
    """Return the text of the clean report of a year with (old, new) replaced."""
    text = (CLEAN / f"{year}.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text
