"""Break a title by meaning into balanced lines (GB/T 9704-2012, 7.3.1: a trapezoid or a lozenge)."""

from __future__ import annotations

import re
from itertools import accumulate, combinations, pairwise
from math import ceil, fsum, inf

from reportgen.standard import layout
from reportgen.standard.meaning import TORN, end_costs

_NOT_FIRST = frozenset("》）”、，。：；和与及")
# What three lines cost of which the second is the shortest: neither a trapezoid nor a lozenge.
_WAISTED = 60.0


def title_lines(title: str, width: float = layout.TYPE_WIDTH / layout.MM_PER_POINT / layout.TITLE_SIZE,
                name: str = "") -> list[str]:
    """Return the lines of a title: as it is broken by hand, and each further where it does not fit the 版心.

    `width` is that of the 版心 in characters of the title, `name` the agency's.
    """
    return [line for part in title.split("\n") for line in balanced(part, width, name)]


def signature_lines(name: str, date: str, characters: int = layout.CHARACTERS, *,
                    seal: bool = False) -> list[tuple[str, float]]:
    """Return the lines of a signature, each with its distance from the left edge in characters of its style.

    `characters` fill a line. A name that does not fit one is broken by meaning; the date stands below its
    last line (7.3.5.2), or below its middle where a seal comes upon them (7.3.5.1).
    """
    edge = characters - layout.SIGNATURE_INSET
    *above, last = balanced(name, edge, name)
    indents = layout.sealed_indents if seal else layout.signature_indents
    name_indent, date_indent = indents(last, date, characters)
    lines = [(line, max(0.0, edge - layout.text_width(line))) for line in above]
    return [*lines, (last, name_indent), *([(date, date_indent)] if date else [])]


def balanced(text: str, width: float, name: str = "") -> list[str]:
    """Return a text in as few lines of at most `width` characters as fit, as even as its meaning allows.

    `name` is the agency's, which may stand in it.
    """
    if layout.text_width(text) <= width:
        return [text]
    fewest = ceil(layout.text_width(text) / width)
    title = _Title(text, width, end_costs(text, name))
    ways = [ends for lines in range(fewest, fewest + 3) if (ends := title.best_ends(lines))]
    # A line more is better than one that ends within a word; where all do, the fewest are taken.
    ends = min(ways, key=title.torn, default=(len(text),))
    return [text[start:end] for start, end in pairwise((0, *ends))]


class _Title:
    """Find where the lines of a title end; `ends` is what it costs to end one at each place."""

    def __init__(self, text: str, width: float, ends: list[float]) -> None:
        self.starts = [0, *_points(text, width)]
        self.length, self.width, self.ends = len(text), width, ends
        self.offsets = [0.0, *accumulate(layout.text_width(character) for character in text)]

    def best_ends(self, lines: int) -> tuple[int, ...]:
        """Return where the lines end when the title is set on so many at the least cost.

        Nothing where it does not fit. Of two ways at the same cost the one with the shorter first line is
        taken.
        """
        ideal = self.offsets[-1] / lines
        least, ends = self._three(ideal) if lines == 3 else self._any(lines, ideal)
        return ends if least < inf else ()

    def torn(self, ends: tuple[int, ...]) -> float:
        """Return what the worst of the lines costs that end where the meaning does not allow it."""
        return max((cost for end in ends if (cost := self.ends[end]) >= TORN), default=0.0)

    def _cost(self, start: int, end: int, ideal: float) -> float:
        size = self.offsets[end] - self.offsets[start]
        return inf if size > self.width else (size - ideal) ** 2 + self.ends[end]

    def _three(self, ideal: float) -> tuple[float, tuple[int, ...]]:
        ways = []
        for one, two in combinations(self.starts[1:], 2):
            at = (0, one, two, self.length)
            first, second, third = (self.offsets[end] - self.offsets[start] for start, end in pairwise(at))
            waisted = _WAISTED if second < min(first, third) else 0.0
            cost = fsum(self._cost(start, end, ideal) for start, end in pairwise(at))
            ways.append((cost + waisted, at[1:]))
        return min(ways, default=(inf, ()))

    def _any(self, lines: int, ideal: float) -> tuple[float, tuple[int, ...]]:
        # The least cost of what follows a start, with the ends of its lines: on one line, on two, and so on.
        rest: dict[int, tuple[float, tuple[int, ...]]] = {
            start: (self._cost(start, self.length, ideal), (self.length,)) for start in self.starts}
        for _ in range(lines - 1):
            longer = {}
            for start in self.starts:
                ways = [(self._cost(start, end, ideal) + rest[end][0], (end, *rest[end][1]))
                        for end in self.starts if end > start]
                longer[start] = min(ways, default=(inf, ()))
            rest = longer
        return rest[0]


def _points(text: str, width: float) -> list[int]:
    """Return every place where a line may end.

    Never so that one character is alone, nor within a number or a Latin word. But one that takes all of
    `width`, with a mark on either side, may be torn anywhere.
    """
    torn = {at for word in re.finditer("[!-~]+", text) if layout.text_width(word[0]) > width - 2
            for at in range(word.start() + 1, word.end())}
    return [at for at in range(2, len(text) - 1) if at in torn or (
        text[at] not in _NOT_FIRST and text[at] != " "
        and not (text[at - 1].isascii() and text[at].isascii() and text[at - 1] != " ")
        and not (text[at - 1].isdigit() and text[at] == "年") and text[at - 1] not in "《（“")]
