"""The blank halves of full-width marks, and who shares one (clreq, 3.1.6; GB/T 15834-2011, 5.1.9)."""

from __future__ import annotations

import re

# Marks with nothing in their right half, and in their left one. ！ and ？ stand in the middle in some faces.
CLOSING = "，。、；：）》」』】〕〉”’"
OPENING = "（《「『【〔〈“‘"
# How much of its size a mark gives up: one half.
HALF = 0.5
_SHARING = re.compile(f"[{CLOSING}](?=[{CLOSING}{OPENING}])|[{OPENING}](?=[{OPENING}])")
# The last character before one of the other script, spaces aside.
_RUN_ENDS = re.compile("[\\x00-\\x1f!-\\x7f](?=[^\\x00-\\x7f])|[^\\x00-\\x7f](?=[\\x00-\\x1f!-\\x7f])")


def sharing(text: str) -> list[int]:
    """Return the places of the marks that take half their width, as the next one leaves the rest blank."""
    return [found.start() for found in _SHARING.finditer(text)]


def giving(text: str) -> list[int]:
    """Return the places of the marks that have a blank half left to give."""
    halved = set(sharing(text))
    return [place for place, mark in enumerate(text) if mark in CLOSING and place not in halved]


def advances(text: str, widths: list[float], size: float, spacing: float) -> list[float]:
    """Return how far each character of a text moves on; `spacing` is put between them."""
    found = [width + spacing for width in widths]
    if spacing:
        # As word processors set it, the last character of a run of one script has none behind it.
        for last in _RUN_ENDS.finditer(text):
            found[last.start()] -= spacing
    return shared(text, found, size)


def shared(text: str, widths: list[float], size: float) -> list[float]:
    """Return widths, changed in place: a mark that shares its blank half takes half of its own."""
    for place in sharing(text):
        widths[place] -= HALF * size
    return widths
