"""Set text in the cells of tables: how many lines it takes, where a numbered label breaks, how high rows are.

Lengths are in points.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import fsum

from reportgen.standard import layout
from reportgen.standard.layout import CELL_AIR, CELL_PADDING, MM_PER_POINT, RULE_WIDTH
from reportgen.standard.line_breaks import line_end

_NUMBERED = re.compile(r"(（[^（）]{1,3}）)([^（）]+)")


def room(width: float) -> float:
    """Return the room for text in a cell whose columns are so many millimetres wide."""
    return (width - 2 * CELL_PADDING) / MM_PER_POINT - RULE_WIDTH


def text_lines(text: str, width: float, size: float, indent: float = 0.0) -> int:
    """Return how many lines a text takes in a cell with so much room; at least one."""
    if "\n" in text:
        return sum(text_lines(part, width, size) for part in text.split("\n"))
    count, rest = 0, text
    while rest:
        advances = [layout.text_width(character) * size for character in rest]
        end = line_end(rest, advances, advances, width - (0.0 if count else indent))
        rest = rest[end:].lstrip(" ")
        count += 1
    return max(count, 1)


def label_indent(text: str, width: float, size: float) -> float:
    """Return the indent of a label's first line at which it breaks behind its number, and 0 for any other.

    （三）不予公开 gets two lines where its cell is too narrow for one, its number above the middle.
    """
    found = _NUMBERED.fullmatch(text)
    if not found or layout.text_width(text) * size <= width:
        return 0.0
    number, words = (layout.text_width(part) * size for part in found.groups())
    indent = (words - number) / 2
    breaks = indent + number + size > width >= words
    return round(indent, 2) if indent > 0 and breaks else 0.0


def text_height(lines: int, pitch: float, air: float = CELL_AIR) -> float:
    """Return how high a row is for so many lines, with air in millimetres above and below them."""
    return lines * pitch + RULE_WIDTH + 2 * air / MM_PER_POINT


def fill_up(needs: Sequence[float], total: float) -> tuple[float, ...]:
    """Return heights of rows that make up a total: all alike, but for those that need more.

    In Word's twentieths of a point. Where the needs are more than the total, they are returned.
    """
    if fsum(needs) >= total:
        return tuple(round(need * 20) / 20 for need in needs)
    level, higher = 0.0, set[int]()
    while True:
        rest = [need for index, need in enumerate(needs) if index not in higher]
        level = (total - fsum(needs[index] for index in higher)) / len(rest)
        found = {index for index, need in enumerate(needs) if need > level}
        if found <= higher:
            break
        higher |= found
    exact = [max(need, level) for need in needs]
    # What rounding takes from one row goes to the next, so that the rows end where the lines do.
    ends = [round(fsum(exact[:index + 1]) * 20) for index in range(len(exact))]
    return tuple((end - start) / 20 for start, end in zip([0, *ends], ends, strict=False))
