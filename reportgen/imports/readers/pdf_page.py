"""Take a page of a PDF apart: lines of text, and tables by the rules that are drawn.

Every character goes either into one cell of a table or into one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from reportgen.imports.blocks import DOUBT, Grid

Thing = dict[str, Any]
Box = tuple[float, float, float, float]
# A filled rectangle that is thinner is a rule; a thicker one is a background.
THICKEST_RULE = 3.0
# Rules of one column may be drawn a little apart from row to row.
SAME_COLUMN = 5.0
# The digits of one number follow each other without a gap, of a part of their size.
SAME_NUMBER = 0.08
_FEWEST_ENDS = 3
_WHITE = 0.93


@dataclass(frozen=True)
class PrintedLine:
    """One line; `lead` is how wide the piece at its beginning is that cannot be broken."""

    text: str
    left: float
    right: float
    top: float
    size: float
    page: int
    lead: float = 0

    def texts(self) -> Iterator[str]:
        """Yield the text."""
        yield self.text.strip()


@dataclass
class Page:
    """The lines and tables of a page from top to bottom, and how many characters are printed on it."""

    items: list[PrintedLine | Grid]
    characters: int


def take_apart(page: Any) -> Page:
    """Return the lines and tables of a page."""
    page = page.dedupe_chars()
    tables = [_filled(cells, page.chars) for cells in _tables(page)]
    tables = [table for table in tables if not _is_frame(table)]
    inside = {id(char) for table in tables for chars in table.values() for char in chars}
    found: list[tuple[float, PrintedLine | Grid]] = [
        (min(box[1] for box in table), _grid(table, page.chars, page.page_number)) for table in tables]
    found += [(line.top, line) for line in _lines((char for char in page.chars if id(char) not in inside),
                                                  page.page_number)]
    printed = sum(len(char["text"].strip()) for char in page.chars)
    return Page([item for _, item in sorted(found, key=lambda pair: pair[0])], printed)


def _tables(page: Any) -> list[list[Box]]:
    """Return the cells of every table, bounded by strokes and thin rectangles only.

    WPS and Word draw filled rectangles behind lines of text and behind cells; they bound nothing.
    """
    ruled = page.filter(_is_rule)
    found = ruled.find_tables({"explicit_horizontal_lines": _closing(ruled.edges)})
    return [table.cells for table in found]


def _is_rule(thing: Thing) -> bool:
    """Say whether something drawn may bound a cell."""
    if thing["object_type"] not in ("rect", "line", "curve"):
        return False
    stroked = bool(thing.get("stroke")) and not _is_white(thing.get("stroking_color"))
    thin = min(thing["width"], thing["height"]) < THICKEST_RULE
    return stroked or (thin and bool(thing.get("fill")) and not _is_white(thing.get("non_stroking_color")))


def _is_white(colour: Any) -> bool:
    """Say whether a colour of one or three numbers is white: a background, never a rule."""
    parts = colour if isinstance(colour, (tuple, list)) else (colour,)
    numbers = [part for part in parts if isinstance(part, (int, float))]
    return len(numbers) in (1, 3) and min(numbers) > _WHITE


def _closing(edges: Sequence[Thing]) -> list[Thing]:
    """Return the rules that a page cuts off: across the upright ones that end highest and lowest."""
    upright = [edge for edge in edges
               if edge["orientation"] == "v" and edge["bottom"] - edge["top"] > SAME_COLUMN]
    made = []
    for side, outermost in (("top", min), ("bottom", max)):
        at = outermost((edge[side] for edge in upright), default=0.0)
        ends = {edge["x0"] for edge in upright if abs(edge[side] - at) < THICKEST_RULE}
        if len(ends) >= _FEWEST_ENDS:
            left, right = min(ends) - 1, max(ends) + 1
            made.append({"object_type": "line", "orientation": "h", "top": at, "bottom": at, "height": 0,
                         "x0": left, "x1": right, "width": right - left})
    return made


def _filled(cells: Iterable[Box], characters: list[Thing]) -> dict[Box, list[Thing]]:
    """Return the characters of every cell; one belongs where its middle lies."""
    boxes = sorted(set(cells), key=lambda box: (box[1], box[0]))
    filled: dict[Box, list[Thing]] = {box: [] for box in boxes}
    for char in characters:
        box = next((box for box in boxes if _holds(box, char)), None)
        if box:
            filled[box].append(char)
    return filled


def _holds(box: Box, char: Thing) -> bool:
    return bool(box[0] <= (char["x0"] + char["x1"]) / 2 <= box[2]
                and box[1] <= (char["top"] + char["bottom"]) / 2 <= box[3])


def _is_frame(table: dict[Box, list[Thing]]) -> bool:
    """Say whether a table is only a frame around prose, with paragraphs to be kept apart."""
    if len({round(box[0]) for box in table}) > 1:
        return False
    return any(len(list(_rows(chars))) > _FEWEST_ENDS for chars in table.values())


def _grid(table: dict[Box, list[Thing]], characters: list[Thing], page: int) -> Grid:
    """Return a table with a place for every column; cells that begin nearly alike share one."""
    lefts = _places([box[0] for box in table], SAME_COLUMN)
    if any(len({lefts[box[0]] for box in row}) < len(row) for row in _by_top(table)):
        lefts = _places([box[0] for box in table], 0)
    edges = sorted(set(lefts.values()))
    rows: list[tuple[str | None, ...]] = []
    for row in _by_top(table):
        texts = {lefts[box[0]]: _cell(table[box], characters, box) for box in row}
        rows.append(tuple(texts.get(edge) for edge in edges))
    right = max(box[2] for box in table)
    return Grid(tuple(rows), f"第{page}页的表", edges[0], (*edges, right))


def _by_top(table: Iterable[Box]) -> Iterator[list[Box]]:
    tops = _places([box[1] for box in table], THICKEST_RULE)
    ordered = sorted(table, key=lambda box: (tops[box[1]], box[0]))
    for _, row in groupby(ordered, key=lambda box: tops[box[1]]):
        yield list(row)


def _places(numbers: Iterable[float], apart: float) -> dict[float, float]:
    """Return a place for every number; those that follow each other closely have one in common."""
    found: dict[float, float] = {}
    place = None
    for number in sorted(set(numbers)):
        if place is None or number - place > apart:
            place = number
        found[number] = place
    return found


def _cell(inside: list[Thing], characters: list[Thing], box: Box) -> str:
    text = ""
    for row in _rows(inside):
        # Digits in two lines may be two figures, as may those with a gap between them.
        text += "\n" if text[-1:].isdigit() and row[0]["text"].isdigit() else ""
        text += row[0]["text"]
        for one, two in pairwise(row):
            apart = two["x0"] - one["x1"] > SAME_NUMBER * two["size"]
            text += " " if apart and one["text"].isdigit() and two["text"].isdigit() else ""
            text += two["text"]
    return text + DOUBT if _crosses(characters, inside, box) else text


def _crosses(characters: list[Thing], inside: list[Thing], box: Box) -> bool:
    """Say whether a number reaches over a side of its cell, so that nobody knows whose it is."""
    digits = [char for char in inside if char["text"].isdigit()]
    if any(char["x0"] < box[0] - 0.3 or char["x1"] > box[2] + 0.3 for char in digits):
        return True
    beyond = [char for char in characters if char["text"].isdigit()
              and box[1] <= (char["top"] + char["bottom"]) / 2 <= box[3]
              and not box[0] <= (char["x0"] + char["x1"]) / 2 <= box[2]]
    return any(abs(one["top"] - two["top"]) < 0.3 * one["size"]
               and min(abs(one["x0"] - two["x1"]), abs(two["x0"] - one["x1"])) < SAME_NUMBER * one["size"]
               for one in digits for two in beyond)


def _rows(chars: Iterable[Thing]) -> Iterator[list[Thing]]:
    """Yield the lines of characters from top to bottom, by their baselines: fonts differ in height."""
    row: list[Thing] = []
    for char in sorted(chars, key=lambda char: -_baseline(char)):
        if row and _baseline(row[0]) - _baseline(char) > 0.4 * max(row[0]["size"], char["size"]):
            yield sorted(row, key=lambda char: char["x0"])
            row = []
        row.append(char)
    if row:
        yield sorted(row, key=lambda char: char["x0"])


def _baseline(char: Thing) -> float:
    return float(char["matrix"][5])


def _lines(chars: Iterable[Thing], page: int) -> Iterator[PrintedLine]:
    for row in _rows(chars):
        text = "".join(char["text"] for char in row)
        printed = [char for char in row if char["text"].strip()]
        if printed:
            size = Counter(round(char["size"], 1) for char in printed).most_common(1)[0][0]
            top = min(char["top"] for char in printed)
            left, right = printed[0]["x0"], printed[-1]["x1"]
            yield PrintedLine(text.strip(" "), left, right, top, size, page, _lead(printed))


def _lead(printed: list[Thing]) -> float:
    """Return how wide the letters and digits at the beginning of a line are."""
    right = printed[0]["x1"]
    for before, char in pairwise(printed):
        unbroken = before["text"].isascii() and char["text"].isascii()
        if not unbroken or char["x0"] - before["x1"] > before["size"]:
            break
        right = char["x1"]
    return float(right - printed[0]["x0"])
