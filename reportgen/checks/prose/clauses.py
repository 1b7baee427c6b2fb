"""Part a sentence into clauses, each with its figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reportgen.checks.prose.numbers import Number, find_numbers
from reportgen.checks.prose.vocabulary import MASKED, UNSEEN

_BOUNDARY = re.compile(r"[，,；;：:、（）()《》〈〉【】〔〕\n…！!？?]|——")
BLANKS = MASKED + UNSEEN


@dataclass(frozen=True)
class FigureClause:
    """A clause up to its figure, or what follows the last figure; `joint` is the mark before it.

    `after` is where the words behind the figure end (1件结转下年度, 收到70件申请).
    """

    start: int
    end: int
    number: Number | None
    joint: str
    tail: bool = False
    after: int = 0


def figure_clauses(sentence: str, offset: int) -> Iterator[FigureClause]:
    """Part a sentence into clauses, each up to its figure; places are counted from the paragraph's start."""
    found = list(find_numbers(sentence))
    covered = {place for number in found for place in range(number.start, number.end)}
    end = len(sentence.rstrip("。！？\n"))
    stops = [(cut.start(), cut.end(), cut[0]) for cut in _BOUNDARY.finditer(sentence, 0, end)
             if cut.start() not in covered]
    start, joint = 0, ""
    for stop, after, mark in [*stops, (end, end, "")]:
        within = [replace(number, start=number.start + offset, end=number.end + offset)
                  for number in found if start <= number.start < stop]
        yield from _clause(sentence, offset, (start + offset, stop + offset), joint, within)
        start, joint = after, mark


def _clause(sentence: str, offset: int, place: tuple[int, int], joint: str,
            within: list[Number]) -> Iterator[FigureClause]:
    left, stop = place
    for number in within:
        if number is within[-1] and not sentence[left - offset:number.start - offset].strip(BLANKS):
            # 1431件予以公开: the words stand behind the figure.
            yield FigureClause(number.end, stop, number, joint)
            return
        last = number is within[-1] and sentence[number.end - offset:stop - offset].strip(BLANKS)
        yield FigureClause(left, number.start, number, joint, after=stop if last else 0)
        left, joint = number.end, ""
    if left < stop:
        yield FigureClause(left, stop, None, joint, tail=bool(within))


