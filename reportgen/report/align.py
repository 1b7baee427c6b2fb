"""Find what became of the paragraphs of a report that was edited, and of the figures in them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from reportgen.files import limits
from reportgen.report.model import Run

# A paragraph that has less than this in common with another, in per cent, is not taken for it.
ALIKE = 40
# Beyond this many pairs, of paragraphs or of their characters, only equal paragraphs are paired: nobody edits
# a report that long by hand.
# Two paragraphs whose pieces would be compared more often than this for each piece differ as a whole.
MAX_LOOKS = 50
_TOKEN = re.compile(r"\d[\d,.]*\d%?|\d%?|.", re.DOTALL)


def pairs(old: Sequence[Sequence[str]], new: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Return which old paragraph each new one was, in order; None for one that is new, or gone.

    An old paragraph is given in every wording that counts as unchanged.
    """
    start = 0
    while start < min(len(old), len(new)) and new[start] in old[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and new[-1 - end] in old[-1 - end]:
        end += 1
    middle = _paired(old[start:len(old) - end], new[start:len(new) - end])
    return [*((at, at) for at in range(start)),
            *((None if a is None else a + start, None if b is None else b + start) for a, b in middle),
            *((len(old) - at, len(new) - at) for at in range(end, 0, -1))]


def _paired(old: Sequence[Sequence[str]], new: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Pair paragraphs in order so that the pairs have most in common."""
    from rapidfuzz import fuzz

    characters = sum(len(text) for texts in old for text in texts) * sum(map(len, new))
    if len(old) * len(new) > limits.PARAGRAPH_PAIRS or characters > limits.CHARACTER_PAIRS:
        return _equal(old, new)

    def score(a: int, b: int) -> float:
        if new[b] in old[a]:
            return 200.0
        alike = max(fuzz.ratio(text, new[b]) for text in old[a])
        return alike if alike >= ALIKE else 0.0

    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    scores = [[score(a, b) for b in range(len(new))] for a in range(len(old))]
    for a in range(len(old) - 1, -1, -1):
        for b in range(len(new) - 1, -1, -1):
            paired = best[a + 1][b + 1] + scores[a][b] if scores[a][b] else 0.0
            best[a][b] = max(paired, best[a + 1][b], best[a][b + 1])
    found: list[tuple[int | None, int | None]] = []
    a = b = 0
    while a < len(old) or b < len(new):
        if a < len(old) and b < len(new) and scores[a][b] and best[a][b] == best[a + 1][b + 1] + scores[a][b]:
            found.append((a, b))
            a, b = a + 1, b + 1
        elif a < len(old) and (b == len(new) or best[a][b] == best[a + 1][b]):
            found.append((a, None))
            a += 1
        else:
            found.append((None, b))
            b += 1
    return found


def _equal(old: Sequence[Sequence[str]], new: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Pair equal paragraphs, the first with the first and so on, as many as keep their order."""
    there: dict[str, list[int]] = {}
    for b in range(len(new) - 1, -1, -1):
        there.setdefault(new[b], []).append(b)
    # The longest rising row of places, by the smallest end that a row of each length has.
    ends: list[int] = []
    chain: dict[int, tuple[int, int | None]] = {}
    for a, texts in enumerate(old):
        places = next((there[text] for text in texts if there.get(text)), None)
        if places is None:
            continue
        b = places.pop()
        length = bisect_left(ends, b)
        chain[b] = (a, ends[length - 1] if length else None)
        ends[length:length + 1] = [b]
    kept: list[tuple[int, int]] = []
    at = ends[-1] if ends else None
    while at is not None:
        a, before = chain[at]
        kept.append((a, at))
        at = before
    found: list[tuple[int | None, int | None]] = []
    next_a = next_b = 0
    for a, b in [*reversed(kept), (len(old), len(new))]:
        found += [(one, None) for one in range(next_a, a)]
        found += [(None, one) for one in range(next_b, b)]
        found.append((a, b))
        next_a, next_b = a + 1, b + 1
    return found[:-1]


def opcodes(one: Sequence[str], other: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """Return what difflib says of two rows of pieces.

    Where it would look at too many pairs, all between what is equal at both ends differs.
    """
    ours, theirs = Counter(one), Counter(other)
    looks = sum(count * theirs[piece] for piece, count in ours.items())
    if looks <= MAX_LOOKS * (len(one) + len(other)):
        return SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    shorter = min(len(one), len(other))
    head = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    tail = next((at for at in range(shorter - head) if one[-1 - at] != other[-1 - at]), shorter - head)
    a, b = len(one) - tail, len(other) - tail
    middle = "replace" if head < a and head < b else "delete" if head < a else "insert"
    made = [("equal", 0, head, 0, head), (middle, head, a, head, b), ("equal", a, len(one), b, len(other))]
    return [step for step in made if step[1] < step[2] or step[3] < step[4]]


def standing(runs: Sequence[Run], figures: Sequence[int], text: str) -> dict[int, tuple[int, int]]:
    """Return where in an edited paragraph the figures of some runs still stand, by the run's index.

    A number is compared whole: 5 does not stand in 15.
    """
    old = "".join(run.text for run in runs)
    ours, theirs = tokens(old), tokens(text)
    places: dict[int, int] = {}
    mine, other = _starts(ours), _starts(theirs)
    for kind, first, last, begin, _ in opcodes(ours, theirs):
        for offset in range(last - first if kind == "equal" else 0):
            shift = other[begin + offset] - mine[first + offset]
            for at in range(mine[first + offset], mine[first + offset + 1]):
                places[at] = at + shift
    found, start = {}, 0
    for index, run in enumerate(runs):
        end = start + len(run.text)
        if index in figures and run.text and all(at in places for at in range(start, end)) \
                and places[end - 1] - places[start] == end - 1 - start:
            found[index] = (places[start], places[start] + len(run.text))
        start = end
    return found


def tokens(text: str) -> list[str]:
    """Return a text in pieces that change as a whole: numbers, and characters."""
    return _TOKEN.findall(text)


def _starts(tokens: Sequence[str]) -> list[int]:
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph, each with the mark that ends it."""
    return [found for found in re.findall(r"[^。！？；]*[。！？；]?", text) if found]


def squeezed(text: str) -> str:
    """Return a text without white space, the kinds that web pages use included."""
    return "".join(character for character in text if not character.isspace()
                   and character not in "\u200b\ufeff\xad")
