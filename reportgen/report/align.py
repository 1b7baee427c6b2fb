"""Find what became of the paragraphs of a report that was edited, and of the figures in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from reportgen.report.model import Run

# A paragraph that has less than this in common with another, in per cent, is not taken for it.
ALIKE = 40
# Beyond this many pairs only equal paragraphs are paired: nobody edits a report that long by hand.
MAX_PAIRS = 250_000
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

    close = len(old) * len(new) <= MAX_PAIRS

    def score(a: int, b: int) -> float:
        if new[b] in old[a]:
            return 200.0
        alike = max(fuzz.ratio(text, new[b]) for text in old[a]) if close else 0.0
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


def standing(runs: Sequence[Run], figures: Sequence[int], text: str) -> dict[int, tuple[int, int]]:
    """Return where in an edited paragraph the figures of some runs still stand, by the run's index.

    A number is compared whole: 5 does not stand in 15.
    """
    old = "".join(run.text for run in runs)
    ours, theirs = tokens(old), tokens(text)
    places: dict[int, int] = {}
    mine, other = _starts(ours), _starts(theirs)
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            shift = other[block.b + offset] - mine[block.a + offset]
            for at in range(mine[block.a + offset], mine[block.a + offset + 1]):
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
