"""Join the pages of a PDF: lines to paragraphs, and the parts of a table that a page cuts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from reportgen.imports.blocks import DOUBT, Blocks, Grid, Text
from reportgen.imports.readers.pdf_page import SAME_COLUMN, Page, PrintedLine

_PAGE_NUMBER = re.compile(r"[—–\-－\s第]*\d{1,3}[—–\-－\s页]*(?:[/／,，]?\s*共?\s*\d{1,3}\s*页?)?")
_GOES_ON = re.compile(r"[（(]?续表?[一二三四\d]*[)）]?")
# A running head stands on this many pages at least.
_FEWEST_HEADS = 3
Items = list[PrintedLine | Grid]
Row = tuple[str | None, ...]


def join(pages: Sequence[Page]) -> Blocks:
    """Return the blocks of all pages; what is left out is listed, and every character accounted for."""
    blocks = Blocks()
    flow = _joined_tables([_without_numbers(page.items, blocks) for page in _without_heads(pages, blocks)])
    lines = [item for item in flow if isinstance(item, PrintedLine)]
    left, right = _margin(flow, lines), _right_margin(lines)
    open_: list[PrintedLine] = []

    def close() -> None:
        if open_:
            text = "".join(line.text for line in open_)
            blocks.items.append(Text(text, f"第{open_[0].page}页", str(open_[0].size)))
            open_.clear()

    for item in flow:
        if isinstance(item, Grid):
            close()
            blocks.items.append(item)
            continue
        flush = item.left < left + 0.8 * item.size
        full = bool(open_) and open_[-1].right + max(item.lead, 3 * item.size) > right
        if not (open_ and flush and full and abs(open_[-1].size - item.size) < 0.5):
            close()
        open_.append(item)
    close()
    _account(pages, blocks)
    return blocks


def _account(pages: Sequence[Page], blocks: Blocks) -> None:
    """Say so where more or fewer characters were read than are printed on the pages."""
    printed = sum(page.characters for page in pages)
    read = sum(_count(text) for item in blocks.items for text in item.texts())
    read += sum(map(_count, blocks.left_out))
    if printed != read:
        blocks.said.append(f"各页印有 {printed} 个字符，读到 {read} 个，文字可能没有读全，请与原件逐段核对")


def _count(text: str) -> int:
    return len("".join(text.split()).removesuffix(DOUBT))


def _without_numbers(items: Items, blocks: Blocks) -> Items:
    """Leave out page numbers, which stand first or last on a page."""
    kept = list(items)
    for at in (-1, 0):
        while kept and _is_line(kept[at], _PAGE_NUMBER):
            blocks.left_out += kept.pop(at).texts()
    return kept


def _is_line(item: PrintedLine | Grid, pattern: re.Pattern[str]) -> bool:
    return isinstance(item, PrintedLine) and bool(pattern.fullmatch(item.text.strip()))


def _without_heads(pages: Sequence[Page], blocks: Blocks) -> list[Page]:
    """Leave out the line that stands at the top of page after page: a running head, 送审稿."""
    heads = Counter(head for page in pages if (head := _head(page)))
    kept = []
    for page in pages:
        if heads[head := _head(page)] >= _FEWEST_HEADS:
            blocks.left_out.append(head)
            page = Page(page.items[1:], page.characters)
        kept.append(page)
    return kept


def _head(page: Page) -> str:
    first = page.items[0] if page.items else None
    return first.text.strip() if isinstance(first, PrintedLine) else ""


def _joined_tables(pages: list[Items]) -> Items:
    """Return the items of all pages in a row, with the parts of a table that a page cuts as one table."""
    flow: Items = []
    for items in pages:
        first = next((at for at, item in enumerate(items) if isinstance(item, Grid)), None)
        before = items[:first] if first is not None else items
        follows = all(_is_line(item, _GOES_ON) for item in before)
        if first is not None and follows and flow and isinstance(flow[-1], Grid):
            joined = _joined(flow[-1], items[first])
            if joined:
                flow[-1:] = [*before, joined]
                items = items[first + 1:]
        flow += items
    return flow


def _joined(upper: Grid, lower: PrintedLine | Grid) -> Grid | None:
    """Return two parts as one table, each column at its place on the page; None where they do not fit."""
    if not isinstance(lower, Grid) or not upper.edges or not lower.edges:
        return None
    wide, other = upper.edges[-1] - upper.edges[0], lower.edges[-1] - lower.edges[0]
    if abs(wide - other) > 4 * SAME_COLUMN:
        return None
    moved = [upper.edges[0] + (edge - lower.edges[0]) * wide / other for edge in lower.edges]
    edges = list(upper.edges)
    places = []
    for edge in moved:
        near = min(edges, key=lambda known: abs(known - edge))
        if abs(near - edge) > SAME_COLUMN:
            edges.append(edge)
            near = edge
        places.append(near)
    if len(set(places)) < len(places):
        return None
    edges.sort()
    above, below = _spread(upper, upper.edges, edges), _spread(lower, places, edges)
    if whole := _whole_row(above[-1], below[0]):
        above[-1:], below = [whole], below[1:]
    return Grid((*above, *below), upper.place, edges[0], tuple(edges))


def _whole_row(above: Row, below: Row) -> Row | None:
    """Return the row that a page cuts in two, or None for two rows.

    What is cut off has a cell in every column of the row, and either no figure at all, only more of the
    label, or no label, only figures that the upper part lacks.
    """
    if any(one is not None and two is None for one, two in zip(above, below, strict=True)):
        return None
    pairs = [(one or "", two or "") for one, two in zip(above, below, strict=True)]
    more = [(one, two) for one, two in pairs if two.strip()]
    label_goes_on = all(one.strip() and not _has_digit(two) for one, two in more)
    figures_go_on = all(not one.strip() or one.count("（") > one.count("）") for one, _ in more)
    if not more or not (label_goes_on or figures_go_on):
        return None
    return tuple(None if one is None and not two else (one or "") + (two or "")
                 for one, two in zip(above, below, strict=True))


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _spread(grid: Grid, own: Sequence[float], edges: Sequence[float]) -> list[Row]:
    """Return the rows of a grid with its columns at their places among more."""
    at = {edge: index for index, edge in enumerate(own[:-1])}
    return [tuple(row[at[edge]] if edge in at else None for edge in edges[:-1]) for row in grid.rows]


def _margin(flow: Items, lines: list[PrintedLine]) -> float:
    """Return where lines that continue a paragraph begin, from the left.

    Two characters left of most lines, if most are first lines.
    """
    if not lines:
        return 0
    often = Counter(round(line.left) for line in lines).most_common(1)[0][0]
    size = Counter(line.size for line in lines).most_common(1)[0][0]
    edges = sorted(item.left for item in flow)
    return next((edge for edge in edges if 1.6 * size <= often - edge <= 2.4 * size), often)


def _right_margin(lines: list[PrintedLine]) -> float:
    """Return where full lines end: the furthest place that several reach, not one overlong line."""
    rights = sorted((line.right for line in lines), reverse=True)
    size = Counter(line.size for line in lines).most_common(1)[0][0] if lines else 0
    fewest = 3 if len(lines) > 8 else 1
    reached = (right for right in rights if sum(right - size <= other <= right for other in rights) >= fewest)
    return next(reached, max(rights, default=0.0))
