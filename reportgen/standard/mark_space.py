"""The blank halves of full-width marks, and who shares one (clreq, 3.1.6; GB/T 15834-2011, 5.1.9)."""

from __future__ import annotations

import re

# Marks with nothing in their right half, and in their left one. ！ and ？ stand in the middle in some faces.
CLOSING = "，。、；：）》」』】〕〉”’"
OPENING = "（《「『【〔〈“‘"
# How much of its size a mark gives up: one half.
HALF = 0.5
_SHARING = re.compile(f"[{CLOSING}](?=[{CLOSING}{OPENING}])|[{OPENING}](?=[{OPENING}])")


def sharing(text: str) -> list[int]:
    """Return the places of the marks that take half their width, as the next one leaves the rest blank."""
    return [found.start() for found in _SHARING.finditer(text)]
