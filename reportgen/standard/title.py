"""Break a title by meaning into balanced lines (GB/T 9704-2012, 7.3.1: a trapezoid or a lozenge)."""

from __future__ import annotations

import re
from itertools import accumulate, pairwise
from math import ceil, inf

from reportgen.standard import layout

# Where the meaning of a title allows a line to end: after regions and offices, the year, and the parts of its
# name.
_ENDS = re.compile(r"特别行政区|自治区|自治州|自治县|开发区|管理区|省|市|州|盟|县|区|旗|镇|乡|街道"
                   r"|人民政府|委员会|办公室|办事处|监督管理|和|与|、|兵团|师|院|中心|局|厅"
                   r"|\d{4}年(?:度)?|政府信息公开|工作|》|）|”")
_NOT_FIRST = frozenset("》）”、，。：；和与")
# What it costs to end a line where the meaning does not, against lines of uneven length (characters squared).
_TORN_COST = 60.0


def title_lines(title: str,
                width: float = layout.TYPE_WIDTH / layout.MM_PER_POINT / layout.TITLE_SIZE) -> list[str]:
    """Return the lines of a title: as it is broken by hand, and each further where it does not fit the 版心.

    `width` is that of the 版心 in characters of the title.
    """
    return [line for part in title.split("\n") for line in balanced(part, width)]


def signature_lines(name: str, date: str, characters: int = layout.CHARACTERS, *,
                    seal: bool = False) -> list[tuple[str, float]]:
    """Return the lines of a signature, each with its distance from the left edge in characters of its style.

    `characters` fill a line. A name that does not fit one is broken by meaning; the date stands below its
    last line (7.3.5.2), or below its middle where a seal comes upon them (7.3.5.1).
    """
    edge = characters - layout.SIGNATURE_INSET
    *above, last = balanced(name, edge)
    indents = layout.sealed_indents if seal else layout.signature_indents
    name_indent, date_indent = indents(last, date, characters)
    lines = [(line, max(0.0, edge - layout.text_width(line))) for line in above]
    return [*lines, (last, name_indent), *([(date, date_indent)] if date else [])]


def balanced(text: str, width: float) -> list[str]:
    """Return a text in as few lines of at most `width` characters as fit, as even as its meaning allows."""
    if layout.text_width(text) <= width:
        return [text]
    fewest = ceil(layout.text_width(text) / width)
    for lines in range(fewest, fewest + 3):
        ends = _best_ends(text, lines, width)
        if ends:
            return [text[start:end] for start, end in pairwise((0, *ends))]
    return [text]


def _best_ends(text: str, lines: int, width: float) -> tuple[int, ...]:
    """Return where the lines end when a text is set on so many at the least cost.

    Nothing where it does not fit. Of two ways at the same cost the one with the shorter first line is
    taken.
    """
    starts = [0, *_points(text, width)]
    meant = {len(text), *(found.end() for found in _ENDS.finditer(text))}
    offsets = [0.0, *accumulate(layout.text_width(character) for character in text)]
    ideal = offsets[-1] / lines

    def cost(start: int, end: int) -> float:
        size = offsets[end] - offsets[start]
        if size > width:
            return inf
        return (size - ideal) ** 2 + (0 if end in meant else _TORN_COST)

    # The least cost of what follows a start, with the ends of its lines: on one line, on two, and so on.
    rest: dict[int, tuple[float, tuple[int, ...]]] = {
        start: (cost(start, len(text)), (len(text),)) for start in starts}
    for _ in range(lines - 1):
        longer = {}
        for start in starts:
            ways = [(cost(start, end) + rest[end][0], (end, *rest[end][1])) for end in starts if end > start]
            longer[start] = min(ways, default=(inf, ()))
        rest = longer
    least, ends = rest[0]
    return ends if least < inf else ()


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
