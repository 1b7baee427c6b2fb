"""Where lines of Chinese text break, and between which of their characters space may go.

Punctuation is kept off the places that GB/T 15834-2011 and clreq forbid and never hangs out of the 版心;
Latin words and numbers stay whole, unless one is longer than a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import fsum

from reportgen.standard.mark_space import HALF, giving

# GB/T 15834-2011, 5.1.1 and clreq 3.1.3: what may not begin a line, what may not end one.
NOT_FIRST = frozenset("，。、；：？！）》」』】〕〉”’…—·％‰℃!%),.:;?]}′″／～" "﹐﹒﹔﹕﹖﹗")
NOT_LAST = frozenset("（《「『【〔〈“‘([{￥＄$£±≥≤≈")
# A number keeps what it counts, a document's year its number: 3525件, 〔2021〕30号.
KEEPS_NEXT = frozenset("0123456789〕")
# What stays together with itself: —— and ……
PAIRED = frozenset("—…")
# After these an address or file name too long for a line is divided.
ADDRESS_MARKS = frozenset("/?&=.-_#")
# A part of an address, behind which a line may end: the / before the next part. km/h has no such part.
_ADDRESS_PART = re.compile(r"[!-~]{3}(?<=/)(?=[A-Za-z][!-~]{2})")
JOINER = "\u200d"
# A date from the digit before its 年 or 月, where a line may end, to its own end.
_DATE = re.compile(r"\d(?:年\d{1,2}月(?:\d{1,2}日)?|月\d{1,2}日)")
# In parts of the size: gaps wider than this are seen, and taken for spaces by what reads a PDF.
LOOSE = 0.1


@lru_cache(maxsize=8192)
def script(character: str) -> str:
    """Return "hanzi", "latin" (letters and digits), "space" or "mark"."""
    if character in " \u00a0":
        return "space"
    category = unicodedata.category(character)
    if category[0] in "LN":
        wide = unicodedata.east_asian_width(character) in "WF"
        return "hanzi" if wide else "latin"
    return "mark"


def breakable(text: str, at: int) -> bool:
    """Say whether a line may end before the character at `at`."""
    before, after = text[at - 1], text[at]
    if before == " " and text[:at].rstrip(" ")[-1:] in NOT_LAST:
        return False
    if after in NOT_FIRST or before in NOT_LAST or before in KEEPS_NEXT or after == " ":
        return False
    if before in PAIRED and after == before:
        return False
    if before == "/" and _ADDRESS_PART.match(text, max(at - 3, 0)):
        return True
    one, two = script(before), script(after)
    # Words, numbers and addresses stay whole, with the marks inside them.
    return not (before != " " and before.isascii() and after.isascii() and before != "-") or "space" in (one,
                                                                                                         two)


def line_end(text: str, advances: Sequence[float], widths: Sequence[float], width: float,
             whole: float | None = None) -> int:
    """Return how many characters of `text` go on a line of `width`; at least one.

    `advances` say where the next character begins, `widths` where the last one on a line ends. A word wider
    than a `whole` line is torn where it stands; another that begins the text and does not fit is returned
    nevertheless, for the line below. Without `whole`, this line is a whole one.
    """
    position, fitting = 0.0, 0
    for index, advance in enumerate(advances):
        if position + widths[index] > width + 1e-6 and text[index] != " ":
            break
        position += advance
        fitting = index + 1
    fitting = max(fitting, 1)
    if fitting == len(text):
        return fitting
    start = next((at for at in range(fitting, 0, -1) if breakable(text, at)), 0)
    if start == fitting:
        return start
    end = word_end(text, fitting)
    word = text[start:end].rstrip(" ")
    size = fsum(advances[start:start + len(word) - 1]) + widths[start + len(word) - 1]
    if size > (width if whole is None else whole) + 1e-6:
        return _torn(text, start, fitting)
    return start or end


def word_end(text: str, at: int) -> int:
    """Return where the word that reaches to `at` ends.

    That is where a line may end, but for the hyphens in an address.
    """
    return next((end for end in range(at, len(text)) if breakable(text, end) and text[end - 1] != "-"),
                len(text))


def tightened(text: str, advances: Sequence[float], widths: Sequence[float], width: float, end: int,
              size: float) -> tuple[int, dict[int, float]]:
    """Return where a line that `line_end` ends at `end` ends, and by how much its marks are narrower.

    A line of wide gaps takes the next word, and one that ends in a date the rest of it, where the blank
    halves of its marks have room for that. Greedy, like `line_end`; `size` is that of the characters.
    """
    if end == len(text):
        return end, {}
    line = text[:end].rstrip(" ")
    left = width - fsum(advances[:len(line) - 1]) - widths[len(line) - 1]
    if date := _DATE.match(text, max(end - 2, 0)):
        wanted = date.end()
    elif left >= size and left > LOOSE * size * sum(gaps(line)):
        wanted = end + 1
    else:
        return end, {}
    longer = next((at for at in range(wanted, len(text)) if breakable(text, at)), len(text))
    line = text[:longer].rstrip(" ")
    # With a narrower mark the first word might have fitted the line above.
    first = next(at for at in range(1, longer + 1) if at == longer or breakable(text, at))
    marks = [place for place in giving(line) if place >= first]
    # So much more that what rounds a little otherwise breaks here as well.
    needed = fsum(advances[:len(line) - 1]) + widths[len(line) - 1] - width + size / 32
    if needed > len(marks) * HALF * size:
        return end, {}
    return longer, dict.fromkeys(marks, needed / len(marks))


def _torn(text: str, start: int, fitting: int) -> int:
    """Return where a line ends in the word from `start` on, which is too long for any line.

    The line has `fitting` characters or fewer. An address ends its lines after one of its marks, where that
    does not leave half of the line empty.
    """
    places = [at for at in range(fitting, start, -1) if _tearable(text, at)]
    last = next((at for at in places if text[at - 1] in ADDRESS_MARKS), start)
    if last > fitting / 2:
        return last
    return places[0] if places else start or fitting


def _tearable(text: str, at: int) -> bool:
    """Say whether a word may be torn before the character at `at`: marks keep to their places even there."""
    before, after = text[at - 1], text[at]
    return not (after in NOT_FIRST or before in NOT_LAST or (before in PAIRED and after == before)
                or before == JOINER
                or (before in ADDRESS_MARKS and after in ADDRESS_MARKS)
                or unicodedata.category(after) in ("Mn", "Mc", "Me", "Cf"))


def gaps(text: str) -> list[bool]:
    """Say for each character whether the space after it may grow.

    Everywhere but inside a word, a number, —— and ……
    """
    return [not (script(one) == script(two) == "latin" or (one == two and one in PAIRED)
                 or (one.isascii() and two.isascii() and " " not in (one, two)))
            for one, two in pairwise(text)]
