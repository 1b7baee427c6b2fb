"""Take the stencil of a table from what WeasyPrint makes of it.

Reaches into WeasyPrint's insides, of the version that `linefill.require_known` asks for.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator
from typing import Any

from reportgen.outputs.pdf.engine.fixed import blank, cells, structure
from reportgen.outputs.pdf.engine.stencil import Face, Figures, Mark, Stencil, number_text

# What a figure is made of; anything else in a cell is set by WeasyPrint.
ALPHABET = "0123456789.-"
# What a table may ask of the graphics state: to be opaque.
STATES = {"a1.0": {"ca": 1.0}, "A1.0": {"CA": 1.0}}


def record(root: Any, section: Any, table: Any, lay_out: Callable[[Any], Any]) -> Stencil | None:
    """Return the stencil of a table, or None for one that is not drawn in one piece or not in known fonts."""
    alone = root.makeelement(root.tag, root.attrib)
    alone.append(root.find("head"))
    body = root.makeelement("body", {})
    body.append(blank(section, table, ALPHABET[0]))
    alone.append(body)
    document = lay_out(alone)
    wrappers = [box for page in document.pages for box in _boxes(page._page_box) if box.is_table_wrapper]
    if len(wrappers) != 1:
        return None
    return _recorded(document, wrappers[0], body[0][0])


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(getattr(child, "_box", child))


def _stream(document: Any, resources: dict[str, dict[str, Any]]) -> Any:
    from weasyprint.pdf.stream import Stream

    return Stream(document.fonts, (0, 0, 0, 0), resources, {}, {}, {}, None)


def _recorded(document: Any, wrapper: Any, table: Any) -> Stencil | None:
    from weasyprint.draw import draw_stacking_context
    from weasyprint.formatting_structure import boxes
    from weasyprint.stacking import StackingContext
    from weasyprint.text.line_break import _font_style_cache_key

    stream = _stream(document, {"ExtGState": {}})
    draw_stacking_context(stream, StackingContext.from_box(wrapper, document.pages[0]._page_box))
    owners, room = {}, {}
    figures: dict[str, Figures | None] = {}
    numbers = {cell: place for place, cell in enumerate(cells(table))}
    for cell in (box for box in _boxes(wrapper) if isinstance(box, boxes.TableCellBox)):
        for text in (box for box in _boxes(cell) if isinstance(box, boxes.TextBox)):
            owners[text] = numbers[cell.element]
            if cell.element.tag == "td":
                style = _font_style_cache_key(text.style, include_size=True)
                if style not in figures:
                    figures[style] = _figures(document, text)
                room[numbers[cell.element]] = cell.width
    if len(figures) != 1 or not stream._resources["ExtGState"].keys() <= STATES.keys():
        return None
    faces, (how,) = _faces(document, wrapper.style), figures.values()
    if faces is None or how is None:
        return None
    corner = f"1 0 0 1 {number_text(-wrapper.position_x)} {number_text(-wrapper.position_y)} cm"
    content, marks = _holes(stream, owners, room)
    # WeasyPrint strokes every side of every cell by itself; those with one pen that follow each other are one
    # path.
    drawn = re.sub(_SIDES, lambda sides: _one_path(sides[0], sides[1]), "\n".join((corner, *content)))
    return Stencil(wrapper.margin_width(), wrapper.margin_height(), drawn, tuple(marks), structure(table),
                   faces, how,
                   room)


_SIDE = r"[^A-Z]+ l\nS\nQ\nQ\nEMC"
_SIDES = rf"(/Artifact\nBMC\nq\nq\n/A1\.0 gs\n0 0 0 RG\n[0-9.]+ w\n){_SIDE}(?:\n\1{_SIDE})+"


def _one_path(sides: str, pen: str) -> str:
    """Return strokes with the same pen as one; `pen` is what stands before each of them."""
    end = "\nS\nQ\nQ\nEMC"
    paths = sides.removeprefix(pen).removesuffix(end).split(f"{end}\n{pen}")
    return pen + "\n".join(paths) + end


def _holes(stream: Any, owners: dict[Any, int], room: dict[int, float]) -> tuple[list[str], list[Mark]]:
    """Return what was drawn with a hole for each mark; `owners` are the cells of the text boxes, `room` has figures."""
    import pydyf

    content: list[str] = []
    marks = []
    boxes = {tag["mcid"]: box for box, tag in stream._tags.items()}
    items = iter(stream.stream)
    for item in items:
        if not (isinstance(item, pydyf.Dictionary) and "MCID" in item):
            content.append(pydyf._to_bytes(item).decode("ascii"))
            continue
        box = boxes[item["MCID"]]
        cell = owners[box]
        if cell not in room:
            marks.append(Mark(cell))
            content.append("<</MCID \0>>")
            continue
        # The figure goes with all that draws it, but for the colour, which what comes after may count on.
        content.pop()
        for part in iter(lambda: next(items), b"EMC"):
            if isinstance(part, bytes) and part.split()[-1] in (b"gs", b"rg"):
                content.append(part.decode("ascii"))
        marks.append(Mark(cell, (box.position_x + box.width / 2, box.position_y + box.baseline)))
        content.append("\0")
    return content, marks


def _figures(document: Any, box: Any) -> Figures | None:
    """Return how the figures of a cell are set, after the text box in it."""
    from weasyprint.draw.text import draw_first_line
    from weasyprint.matrix import Matrix
    from weasyprint.text.line_break import split_first_line

    signs, face, size = {}, "", 0.0
    for sign in ALPHABET:
        layout, _, _, width, _, _ = split_first_line(sign, box.style, None, None, 0)
        stream = _stream(document, {"ExtGState": {}})
        layout.reactivate(box.style)
        stand_in = types.SimpleNamespace(text=sign, style=box.style, pango_layout=layout)
        draw_first_line(stream, stand_in, "clip", "none", Matrix())
        # The matrix, the font and the text; more than one font would write more.
        if len(stream.stream) != 3:
            return None
        _, chosen, shown = (item.decode("ascii") for item in stream.stream)
        # A number behind the glyph moves the next one.
        parts = re.fullmatch(r"\[<([0-9a-f]{4})>(-?[0-9]+)?\] TJ", shown)
        if parts is None or face not in ("", chosen.split()[0]):
            return None
        face, size = chosen.split()[0], float(chosen.split()[1])
        signs[sign] = (parts[1] if parts[2] is None else f"{parts[1]}>{parts[2]}<", width)
    return Figures(face.removeprefix("/"), size, signs)


def _faces(document: Any, style: Any) -> tuple[Face, ...] | None:
    """Return the fonts of a table, or None where one is not found again by its family; `style` is any in the table."""
    found = {}
    for font in document.fonts.values():
        glyphs = tuple((glyph, text, font.widths[glyph]) for glyph, text in sorted(font.to_unicode.items()))
        face = Face(font.hash, font.family, glyphs)
        if font.hash in found or face_font(style, face, _stream(document, {})).hash != font.hash:
            return None
        found[font.hash] = face
    return tuple(found.values())


def face_font(style: Any, face: Face, stream: Any) -> Any:
    """Return the font, as the PDF has it, of a face."""
    from weasyprint.text.line_break import Layout

    style = style.copy()
    style["font_family"] = (face.family,)
    layout = Layout(style)
    layout.set_text(face.glyphs[0][1])
    line, _ = layout.get_first_line()
    font, _ = stream.add_font(line.runs[0].data.item.analysis.font)
    return font
