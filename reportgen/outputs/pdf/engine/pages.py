"""Look at the pages that WeasyPrint laid out: their boxes, where they cut tables, what stands on the 版记."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reportgen.standard import layout


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


def fragments(document: Any) -> dict[Any, list[Any]]:
    """Return the tables of `tables` by their HTML element."""
    found: dict[Any, list[Any]] = {}
    for table in tables(document):
        found.setdefault(table.element, []).append(table)
    return found


def rows(table: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the rows of a table, and whether each stands in its head or foot."""
    for group in table.children:
        yield from ((row, bool(group.is_header or group.is_footer)) for row in group.children)


def overlaps(page: Any) -> bool:
    """Say whether the 版记 at the foot of a page stands on its text."""
    from weasyprint.formatting_structure import boxes

    text = [box for body in bodies(page) for box in boxes_below(body)]
    foot = next((box for box in text if isinstance(box, boxes.BlockBox) and box.element is not None
                 and box.element.get("class") == "foot"), None)
    if foot is None:
        return False
    own = set(boxes_below(foot))
    return any(box.position_y + box.height > foot.position_y for box in text
               if isinstance(box, boxes.LineBox | boxes.TableBox | boxes.ReplacedBox) and box not in own)


def page_starts(document: Any) -> dict[str, list[int]]:
    """Return by a table's id its rows that begin a page after the first, counted from 0."""
    found = {}
    for element, parts in fragments(document).items():
        listed = list(element.iter("tr"))
        found[element.get("id", "")] = [listed.index(next(_body_rows(part)).element) for part in parts[1:]
                                        if any(_body_rows(part))]
    return found


def cramped_labels(document: Any) -> dict[str, int]:
    """Return by a table's id its row, from 0, whose vertical label has too little room on the first page."""
    found = {}
    for element, parts in fragments(document).items():
        body = list(_body_rows(parts[0]))
        for number, row in enumerate(body[1:], 1):
            room = body[-1].position_y + body[-1].height - row.position_y
            reaching = (cell for cell in row.children if cell.rowspan > len(body) - number)
            if len(parts) > 1 and any(room < _label_height(cell) for cell in reaching):
                found[element.get("id", "")] = list(element.iter("tr")).index(row.element)
    return found


def _label_height(cell: Any) -> float:
    """Return what a vertical label takes, half a character above and below it, and 0 for any other cell."""
    if "vertical" not in cell.element.get("class", "").split():
        return 0.0
    length = len("".join(cell.element.itertext()).strip())
    return float((length + 1) * layout.VERTICAL_LEADING * cell.style["font_size"])


def _body_rows(fragment: Any) -> Iterator[Any]:
    return (row for row, outside in rows(fragment) if not outside)
