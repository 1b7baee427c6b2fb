"""Look at the pages that WeasyPrint laid out: their boxes, what stands on the 版记."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from reportgen.standard import layout

# In CSS pixels: a heading and the first rows of a table.
_ROOM = 5 * layout.LINE_PITCH * 96 / 72


def page_box(page: Any) -> Any:
    """Return the box of a page: its children are its text and the boxes of its margins."""
    return page._page_box


def real(box: Any) -> Any:
    """Return a box itself: in the place of one that is absolutely placed stands another."""
    return getattr(box, "_box", box)


def boxes_below(box: Any) -> Iterator[Any]:
    """Yield a box and all in it, in the order of the page."""
    yield box
    for child in getattr(box, "children", ()):
        yield from boxes_below(real(child))


def bodies(page: Any) -> Iterator[Any]:
    """Yield the boxes on a page but for those of its margins."""
    from weasyprint.formatting_structure import boxes

    return (child for child in page_box(page).children if not isinstance(child, boxes.MarginBox))


def tables(document: Any) -> Iterator[Any]:
    """Yield the tables of a document, each once for every page that it is on, in the order of the pages."""
    from weasyprint.formatting_structure import boxes

    for page in document.pages:
        for body in bodies(page):
            yield from (box for box in boxes_below(body)
                        if isinstance(box, boxes.TableBox) and box.element is not None)


def rows(table: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the rows of a table, and whether each stands in its head or foot."""
    for group in table.children:
        yield from ((row, bool(group.is_header or group.is_footer)) for row in group.children)


def overlaps(page: Any) -> bool:
    """Say whether the 版记 at the foot of a page stands on its text."""
    feet, rest = _apart(page, "foot")
    return bool(feet) and any(box.position_y + box.height > feet[0].position_y for box in rest)


def _apart(page: Any, *names: str) -> tuple[list[Any], list[Any]]:
    """Return a page's blocks of some classes, and the lines, tables and pictures outside of them."""
    from weasyprint.formatting_structure import boxes

    text = [box for body in bodies(page) for box in boxes_below(body)]
    blocks = [box for box in text if isinstance(box, boxes.BlockBox) and box.element is not None
              and set(names) & set(box.element.get("class", "").split())]
    own = {inner for block in blocks for inner in boxes_below(block)}
    return blocks, [box for box in text if box not in own
                    and isinstance(box, boxes.LineBox | boxes.TableBox | boxes.ReplacedBox)]


def moved_tables(document: Any) -> set[str]:
    """Return the ids of the sections whose table begins a page as a whole, with room for its head before."""
    from weasyprint.formatting_structure import boxes

    found = set()
    for before, page in pairwise(document.pages):
        first = next((box for body in bodies(page) for box in boxes_below(body) if box.element is not None
                      and box.element.tag not in ("html", "body")), None)
        if first is None or "statutory" not in first.element.get("class", "").split():
            continue
        ends = [box.position_y + box.height for body in bodies(before) for box in boxes_below(body)
                if isinstance(box, boxes.LineBox | boxes.TableBox | boxes.ReplacedBox)]
        foot = page_box(before).content_box_y() + page_box(before).height
        if foot - max(ends, default=0.0) > _ROOM:
            found.add(first.element.get("id", "").removesuffix("-section"))
    return found


def lonely_signature(page: Any) -> bool:
    """Say whether the signature, with 附注, stands on a page with one line at most and nothing else."""
    from weasyprint.formatting_structure import boxes

    signed, _ = _apart(page, "signature")
    _, rest = _apart(page, "signature", "remark")
    return bool(signed) and len(rest) <= 1 and all(isinstance(box, boxes.LineBox) for box in rest)
