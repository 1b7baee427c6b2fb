"""Look over laid-out pages before they are written: nothing leaves its place, no text stands on other text.

A character is taken for a square of its size that reaches 0.12 of it below the baseline, as our fonts have
it. What lies behind the page (a negative z-index, such as a watermark), is hidden or clipped away is left
out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from reportgen.outputs.pdf.engine.pages import page_box, real
from reportgen.outputs.pdf.engine.stencilling import is_stencil
from reportgen.standard.mark_space import CLOSING, OPENING

_DESCENT = 0.12
# In CSS pixels, half a millimetre: the width of a rule, and the letter-spacing behind the last character.
_TOLERANCE = 0.5 / 25.4 * 96
# In parts of the smaller size: how far one text may reach into another before it is taken for a fault.
_OVERLAP = 0.1
# Marks with nothing in their right half.
_HALF_EMPTY = frozenset(f"{CLOSING}！？")
_SHOWN = 20     # characters of a text in a message


@dataclass(frozen=True)
class PageFault:
    """A fault: the page, from 1, what is wrong, in Chinese, and the text concerned, possibly empty."""

    page: int
    what: str
    text: str

    @property
    def message(self) -> str:
        """Return what to tell people: the page, what is wrong, the text's first characters, what to do."""
        text = f"：“{self.text[:_SHOWN]}”" if self.text else ""
        return f"第{self.page}页有{self.what}{text}；请把这处文字改短或分行，用了自己的模板的，请核对模板"


class Area(NamedTuple):
    """A rectangle in CSS pixels, from the upper left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Area) -> bool:
        """Say whether the other lies inside, but for the tolerance."""
        return (other.left > self.left - _TOLERANCE and other.right < self.right + _TOLERANCE
                and other.top > self.top - _TOLERANCE and other.bottom < self.bottom + _TOLERANCE)

    def overlaps(self, other: Area, depth: float) -> bool:
        """Say whether the two share more than `depth` in both directions."""
        return (min(self.right, other.right) - max(self.left, other.left) > depth
                and min(self.bottom, other.bottom) - max(self.top, other.top) > depth)


class _Place(NamedTuple):
    """Say where a box stands: the area that it may not leave, and what leaving it is called.

    `line` is the line around it, `row_end` and `rows_end` where its row and its rows on a page end, `frames`
    the framed boxes around it, `clip` the area outside of which nothing shows, `matrix` what moves it, where
    something does.
    """

    area: Area
    outside: str
    in_margin: bool = False
    line: Any = None
    rows_end: float = 0.0
    row_end: float = 0.0
    frames: tuple[Any, ...] = ()
    clip: Area | None = None
    matrix: Any = None

    def seen(self, x: float, y: float, width: float, height: float) -> Area:
        """Return the area that a rectangle takes on the page."""
        if self.matrix is None:
            return Area(x, y, x + width, y + height)
        corners = [self.matrix.transform_point(a, b) for a in (x, x + width) for b in (y, y + height)]
        across, down = zip(*corners, strict=True)
        return Area(min(across), min(down), max(across), max(down))


class _Ink(NamedTuple):
    """A piece of a line, or a framed box that only its own text may stand in: a table, the 版记.

    `owner` is the line or the box, `frames` are the framed boxes around it.
    """

    area: Area
    size: float
    text: str
    owner: Any
    frames: tuple[Any, ...]


def page_faults(document: Any) -> list[PageFault]:
    """Return the faults of a document as HTML.render returned it, of each kind the first of a page."""
    return [fault for number, page in enumerate(document.pages, 1)
            for fault in _Page(page_box(page)).faults(number)]


class _Page:
    """Gather what is printed on a page, and what of it is in the wrong place."""

    def __init__(self, page: Any) -> None:
        from weasyprint.formatting_structure import boxes

        self.boxes = boxes
        self.inks: list[_Ink] = []
        # The first text by what is wrong with it.
        self.found: dict[str, str] = {}
        left, top = page.content_box_x(), page.content_box_y()
        self.type_area = Area(left, top, left + page.width, top + page.height)
        in_text = _Place(self.type_area, "超出版心")
        in_margin = _Place(Area(0, 0, page.margin_width(), page.margin_height()), "超出纸边", in_margin=True)
        for child in page.children:
            self._look(child, in_margin if isinstance(child, boxes.MarginBox) else in_text)

    def faults(self, number: int) -> list[PageFault]:
        for one, other in _collisions(self.inks):
            self.found.setdefault("文字压在其他文字或表格上", one.text or other.text)
        return [PageFault(number, what, text) for what, text in self.found.items()]

    def _look(self, box: Any, place: _Place) -> None:
        boxes = self.boxes
        box = real(box)
        if isinstance(box, boxes.TextBox):
            self._look_at_text(box, place)
        elif isinstance(box, boxes.LineBox):
            place = place._replace(line=box)
            for child in box.children:
                self._look(child, place)
        elif box.style["z_index"] == "auto" or box.style["z_index"] >= 0:
            self._look_at_box(box, place)

    def _look_at_text(self, box: Any, place: _Place) -> None:
        if not box.text.strip() or box.style["visibility"] != "visible":
            return
        size = box.style["font_size"]
        top = box.position_y + box.baseline - size * (1 - _DESCENT)
        before, behind = box.text[0] in OPENING, box.text[-1] in _HALF_EMPTY
        width = box.width - size / 2 * (before + behind)
        area = place.seen(box.position_x + size / 2 * before, top, width, size)
        if place.clip is not None and not place.clip.overlaps(area, 0):
            return
        self._hold(area, place, f"文字{place.outside}", box.text)
        self.inks.append(_Ink(area, size, box.text, place.line, place.frames))

    def _look_at_box(self, box: Any, place: _Place) -> None:
        boxes = self.boxes
        if box.transformation_matrix:
            matrix = box.transformation_matrix
            place = place._replace(matrix=matrix if place.matrix is None else matrix @ place.matrix)
        picture = isinstance(box, boxes.ReplacedBox)
        table = isinstance(box, boxes.TableBox) or (picture and is_stencil(box))
        ruled = not isinstance(box, boxes.InlineBox | boxes.TableCellBox) and _ruled(box)
        if picture or table or ruled:
            area = place.seen(*box.hit_area())
            self._hold(area, place, f"{'图' if picture and not table else '框线'}{place.outside}", _text(box))
            if table or (ruled and box.is_absolutely_positioned()):
                self.inks.append(_Ink(area, _TOLERANCE / _OVERLAP, "", box, place.frames))
                place = place._replace(frames=(*place.frames, box))
        if isinstance(box, boxes.TableRowGroupBox):
            place = place._replace(rows_end=box.position_y + box.height)
        elif isinstance(box, boxes.TableRowBox):
            place = place._replace(row_end=box.position_y + box.height)
        elif isinstance(box, boxes.TableCellBox):
            # A cell of several rows that goes on on the next page has no height to WeasyPrint.
            x, y, width, height = box.hit_area()
            end = place.row_end if height >= place.row_end - y or box.rowspan == 1 else place.rows_end
            area = place.seen(x, y, width, max(height, end - y))
            place = place._replace(area=area, outside="超出所在的格")
        elif box.style["overflow"] != "visible":
            place = place._replace(clip=place.seen(*box.rounded_padding_box()[:4]))
        for child in box.children:
            self._look(child, place)

    def _hold(self, area: Area, place: _Place, what: str, text: str) -> None:
        """Note what leaves its place, and what of a page's margin stands in the text."""
        if not place.area.holds(area):
            self.found.setdefault(what, text)
        if place.in_margin and self.type_area.overlaps(area, _TOLERANCE):
            self.found.setdefault("页边的文字印进版心", text)


def _ruled(box: Any) -> bool:
    return bool(box.border_top_width or box.border_right_width or box.border_bottom_width
                or box.border_left_width)


def _text(box: Any) -> str:
    """Return the first text in a box."""
    box = real(box)
    own = getattr(box, "text", "").strip()
    return own or next(filter(None, (_text(child) for child in box.children)), "")


def _collisions(inks: Iterable[_Ink]) -> Iterator[tuple[_Ink, _Ink]]:
    """Yield each pair of strangers of which one stands on the other, from the top down."""
    above: list[_Ink] = []
    for ink in sorted(inks, key=lambda ink: ink.area.top):
        above = [one for one in above if one.area.bottom > ink.area.top]
        for one in above:
            if (one.owner is not ink.owner and one.area.overlaps(ink.area, _OVERLAP * min(one.size, ink.size))
                    and not (_within(one, ink) or _within(ink, one))):
                yield one, ink
        above.append(ink)


def _within(ink: _Ink, frame: _Ink) -> bool:
    """Say whether one is inside the framed box that the other is."""
    return any(owner is frame.owner for owner in ink.frames)
