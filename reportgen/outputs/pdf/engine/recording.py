"""Take the stencil of a table from what WeasyPrint draws of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from reportgen.outputs.pdf.engine.drawing import font_named, sized_font
from reportgen.outputs.pdf.engine.filled import measure_of
from reportgen.outputs.pdf.engine.fixed import blank, cells, structure
from reportgen.outputs.pdf.engine.greys import grey
from reportgen.outputs.pdf.engine.pages import boxes_below, page_box
from reportgen.outputs.pdf.engine.stencil import Face, Figures, Mark, Stencil, number_text

# What a figure is made of; anything else in a cell is set by WeasyPrint.
ALPHABET = "0123456789.-"
# What a table may ask of the graphics state: to be opaque.
_STATES = {"a1.0", "A1.0"}
# How WeasyPrint ends the drawing of a side of a cell.
_SIDE_END = [b"S", b"Q", b"Q", b"EMC"]


def record(root: Any, section: Any, table: Any, lay_out: Callable[[Any], Any]) -> Stencil | None:
    """Return the stencil of a table, or None for one that is not drawn in one piece or not in known fonts."""
    alone = root.makeelement(root.tag, root.attrib)
    alone.append(root.find("head"))
    body = root.makeelement("body", {})
    body.append(blank(section, table, ALPHABET[0]))
    alone.append(body)
    document = lay_out(alone)
    wrappers = [box for page in document.pages for box in boxes_below(page_box(page)) if box.is_table_wrapper]
    if len(wrappers) != 1:
        return None
    return _recorded(document, wrappers[0], body[0][0])


def _recorded(document: Any, wrapper: Any, table: Any) -> Stencil | None:
    from weasyprint.draw import draw_stacking_context
    from weasyprint.formatting_structure import boxes
    from weasyprint.stacking import StackingContext

    numbers = {cell: place for place, cell in enumerate(cells(table))}
    found = [box for box in boxes_below(wrapper) if isinstance(box, boxes.TableCellBox)]
    figure_cells = [cell for cell in found if cell.element.tag == "td"]
    owners = {text: numbers[cell.element] for cell in found for text in boxes_below(cell)
              if isinstance(text, boxes.TextBox)}
    room = {numbers[cell.element]: cell.width for cell in figure_cells}
    stream = _recorder()(document.fonts, owners, room)
    draw_stacking_context(stream, StackingContext.from_box(wrapper, page_box(document.pages[0])))
    if not stream.states.keys() <= _STATES:
        return None
    figures = _figures(stream, [text for text in owners if owners[text] in room])
    faces = _faces(document, wrapper.style, stream)
    if figures is None or faces is None:
        return None
    corner = f"1 0 0 1 {number_text(-wrapper.position_x)} {number_text(-wrapper.position_y)} cm\n"
    return Stencil(wrapper.margin_width(), wrapper.margin_height(), corner + stream.content(),
                   tuple(stream.marks), structure(table), faces, figures, room)


@lru_cache(maxsize=1)
def _recorder() -> Any:
    """Return the class of streams that record; made late, with WeasyPrint."""
    from weasyprint.pdf.stream import Stream

    # WeasyPrint has no types, so to mypy its class is Any.
    class Recorder(Stream):  # type: ignore[misc]
        """What is drawn of a table, with a hole, a NUL byte, for each mark; `marks` say what goes there.

        `owners` are the cells of the boxes of text, `figures` the cells whose text is left out.
        """

        def __init__(self, fonts: Any, owners: dict[Any, int], figures: Any) -> None:
            self.states: dict[str, Any] = {}
            # Tags, an empty mapping, have what belongs to no cell marked as artifacts.
            super().__init__(fonts, (0, 0, 0, 0), {"ExtGState": self.states}, {}, {}, {}, None)
            self.owners, self.figures = owners, figures
            self.marks: list[Mark] = []
            self.pen: list[bytes] = []
            self.pen_end = -1

        @contextlib.contextmanager
        def marked(self, box: Any, tag: str) -> Iterator[None]:
            cell, start = self.owners[box], len(self.stream)
            if cell not in self.figures:
                self.marks.append(Mark(cell))
                self.stream += [f"/{tag}".encode(), b"<</MCID \0>>", b"BDC"]
                yield
                self.stream.append(b"EMC")
                return
            yield
            self.marks.append(Mark(cell, (box.position_x + box.width / 2, box.position_y + box.baseline)))
            # The figure goes, but for opacity and colour, which what comes after may count on.
            kept = [item for item in self.stream[start:] if item.endswith((b" gs", b" rg"))]
            self.stream[start:] = [*kept, b"\0"]

        @contextlib.contextmanager
        def artifact(self) -> Iterator[None]:
            start = len(self.stream)
            with super().artifact():
                yield
            self._join_side(start)

        def _join_side(self, start: int) -> None:
            """Make the side of a cell that begins here part of the path before it, where the pen is the same.

            WeasyPrint strokes each by itself.
            """
            side = [item.encode() if isinstance(item, str) else item for item in self.stream[start:]]
            widths = [place for place, item in enumerate(side) if item.endswith(b" w")]
            if not widths or side[-len(_SIDE_END):] != _SIDE_END:
                return
            pen, path = side[:widths[-1] + 1], side[widths[-1] + 1:]
            if pen == self.pen and start == self.pen_end:
                self.stream[start - len(_SIDE_END):] = path
            self.pen, self.pen_end = pen, len(self.stream)

        def content(self) -> str:
            items = (item if isinstance(item, str) else grey(item).decode("ascii") for item in self.stream)
            return "\n".join(items)

    return Recorder


def _figures(stream: Any, boxes: list[Any]) -> Figures | None:
    """Return how the figures of cells are set, by their drawn boxes; None where not all alike."""
    measures = {id(measure_of(box.style)) for box in boxes}
    if len(measures) != 1:
        return None
    style, measure = boxes[0].style, measure_of(boxes[0].style)
    measure.advances(ALPHABET, style)
    glyphs = {sign: glyph for sign in ALPHABET if (glyph := measure.glyphs[sign]) is not None}
    faces = {glyph.face for glyph in glyphs.values()}
    if measure.letter_spacing or len(glyphs) != len(ALPHABET) or len(faces) != 1:
        return None
    font, size = sized_font(stream, measure.faces[faces.pop()], style)
    for sign, glyph in glyphs.items():
        font.to_unicode.setdefault(glyph.number, sign)
        font.widths.setdefault(glyph.number, glyph.width)
    signs = {sign: (glyph.code, measure.widths[sign]) for sign, glyph in glyphs.items()}
    return Figures(font.hash, size, signs)


def _faces(document: Any, style: Any, stream: Any) -> tuple[Face, ...] | None:
    """Return the fonts of a table by any style in it, or None where a family does not lead to one again."""
    found = {}
    # Looking one up may add it.
    for font in list(document.fonts.values()):
        glyphs = tuple((glyph, text, font.widths[glyph]) for glyph, text in sorted(font.to_unicode.items()))
        face = Face(font.hash, font.family, glyphs)
        named = font_named(style, face.family, face.sign)
        if font.hash in found or named is None or stream.add_font(named)[0].hash != font.hash:
            return None
        found[font.hash] = face
    return tuple(found.values())
