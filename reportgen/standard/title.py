"""Break a title by meaning into balanced lines (GB/T 9704-2012, 7.3.1: a trapezoid or a lozenge)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from reportgen.standard import layout

# Where the meaning of a title allows a line to end: after regions and offices, the year, and the parts of its
# name.
_ENDS = re.compile(r"特别行政区|自治区|自治州|自治县|开发区|管理区|省|市|州|盟|县|区|旗|镇|乡|街道|人民政府|委员会"
                   r"|办公室|办事处|监督管理|和|与|、|兵团|师|院|中心|局|厅|\d{4}年(?:度)?|政府信息公开|工作|》|）|”")
_NOT_FIRST = frozenset("》）”、，。：；和与")
# What it costs to end a line where the meaning does not, against lines of uneven length (characters squared).
_TORN_COST = 60.0


def title_lines(title: str,
                width: float = layout.TYPE_WIDTH / layout.MM_PER_POINT / layout.TITLE_SIZE) -> list[str]:
    """Return the lines of a title: as it is broken by hand, and each further where it does not fit the 版心.

    `width` is that of the 版心 in characters of the title.
    """
    return [line for part in title.split("\n") for line in balanced(part, width)]


def signature_lines(name: str, date: str, characters: int = layout.CHARACTERS) -> list[tuple[str, float]]:
    """Return the lines of a signature, each with its distance from the left edge in characters of its style.

    `characters` fill a line. A name that does not fit one is broken by meaning; the date stands below its
    last line (7.3.5.2).
    """
    edge = characters - layout.SIGNATURE_INSET
    *above, last = balanced(name, edge)
    name_indent, date_indent = layout.signature_indents(last, date, characters)
    lines = [(line, max(0.0, edge - layout.text_width(line))) for line in above]
    return [*lines, (last, name_indent), *([(date, date_indent)] if date else [])]


def balanced(text: str, width: float) -> list[str]:
    """Return a text in as few lines of at most `width` characters as there can be, as even as its meaning allows."""
    if layout.text_width(text) <= width:
        return [text]
    points = [0, *_points(text, width), len(text)]

    @cache
    def best(start: int, lines: int) -> tuple[float, tuple[int, ...]]:
        """Return cost and ends of setting what follows `start` on so many lines."""
        rest = text[points[start]:]
        if lines == 1:
            size = layout.text_width(rest)
            return (_unevenness(size, ideal), (len(points) - 1,)) if size <= width else (float("inf"), ())
        found: tuple[float, tuple[int, ...]] = (float("inf"), ())
        for end in range(start + 1, len(points) - 1):
            size = layout.text_width(text[points[start]:points[end]])
            if size > width:
                break
            cost, ends = best(end, lines - 1)
            cost += _unevenness(size, ideal) + (0 if points[end] in meant else _TORN_COST)
            if cost < found[0]:
                found = (cost, (end, *ends))
        return found

    meant = set(_meant(text))
    total = layout.text_width(text)
    fewest = int(-(-total // width))
    for lines in range(fewest, fewest + 3):
        ideal = total / lines
        best.cache_clear()
        cost, ends = best(0, lines)
        if cost < float("inf"):
            return _cut(text, [points[end] for end in ends])
    return [text]


def _unevenness(size: float, ideal: float) -> float:
    return (size - ideal) ** 2


def _meant(text: str) -> list[int]:
    return [found.end() for found in _ENDS.finditer(text)]


def _points(text: str, width: float) -> list[int]:
    """Return every place where a line may end: never so that one character is alone, nor within a number or Latin word.

    But one that takes all of `width`, with a mark on either side, may be torn anywhere.
    """
    torn = {at for word in re.finditer("[!-~]+", text) if layout.text_width(word[0]) > width - 2
            for at in range(word.start() + 1, word.end())}
    return [at for at in range(2, len(text) - 1) if at in torn or (
        text[at] not in _NOT_FIRST and text[at] != " "
        and not (text[at - 1].isascii() and text[at].isascii() and text[at - 1] != " ")
        and not (text[at - 1].isdigit() and text[at] == "年") and text[at - 1] not in "《（“")]


def _cut(text: str, ends: Sequence[int]) -> list[str]:
    lines, start = [], 0
    for end in ends:
        lines.append(text[start:end])
        start = end
    return lines
