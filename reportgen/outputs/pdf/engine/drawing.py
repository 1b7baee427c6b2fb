"""Say the text of loose lines, and draw filled lines without Pango, from what is known of their glyphs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reportgen.outputs.pdf.engine.filled import Measure, is_filled, measure_of, steps


def draw_said(before: Callable[..., Any], stream: Any, textbox: Any, *values: Any, **named: Any) -> None:
    """Draw a line and say what is written on it where its wide gaps would be taken for spaces.

    Stands in for weasyprint.draw.draw_text, `before`. It is said by the mark that the text box has of its
    own: in a mark within a mark some readers lose the tag.
    """
    import pydyf

    layout = textbox.pango_layout
    if is_filled(layout) and layout.loose:
        for item in reversed(stream.stream):
            if isinstance(item, pydyf.Dictionary):
                item["ActualText"] = pydyf.String(layout.text)
            if isinstance(item, pydyf.Dictionary) or item == b"ET":
                break
    before(stream, textbox, *values, **named)


def draw_filled(before: Callable[..., Any], stream: Any, textbox: Any, text_overflow: Any,
                block_ellipsis: Any, matrix: Any) -> Any:
    """Draw a filled line without Pango; stands in for weasyprint.draw.text.draw_first_line, `before`."""
    layout = textbox.pango_layout
    if not is_filled(layout):
        return before(stream, textbox, text_overflow, block_ellipsis, matrix)
    glyphs = [layout.measure.glyphs[character] for character in layout.text]
    faces = [] if None in glyphs else list(dict.fromkeys(glyph.face for glyph in glyphs))
    fonts = _fonts(stream, layout.measure, faces, textbox.style)
    if None in glyphs or any(_pictures(font) for font, _ in fonts.values()):
        return before(stream, textbox, text_overflow, block_ellipsis, matrix)
    if layout.text.strip():
        stream.set_text_matrix(*matrix.values)
        _show(stream, layout, glyphs, fonts)
    return []


def _pictures(font: Any) -> bool:
    """Say whether a font has pictures for glyphs; the newer kinds are unknown to older versions."""
    return any(getattr(font, kind, False) for kind in ("bitmap", "png", "svg", "colr"))


def _fonts(stream: Any, measure: Measure, faces: list[int], style: Any) -> dict[int, tuple[Any, float]]:
    """Return the fonts of some faces of a measure, as the PDF has them, with their sizes.

    They come into the PDF in the order in which the line uses them, and no others: what the measure has met
    in other documents does not show. They are kept with the page.
    """
    kept: dict[int, dict[int, tuple[Any, float]]] = stream.__dict__.setdefault("reportgen_fonts", {})
    fonts = kept.setdefault(id(measure), {})
    for face in faces:
        if face not in fonts:
            fonts[face] = sized_font(stream, measure.faces[face], style)
    return {face: fonts[face] for face in faces}


def sized_font(stream: Any, face: Any, style: Any) -> tuple[Any, float]:
    """Return a Pango font as the PDF has it, with its size."""
    from weasyprint.text.ffi import pango

    font, size = stream.add_font(face)
    # As WeasyPrint does: https://gitlab.gnome.org/GNOME/pango/-/issues/530.
    return font, style["font_size"] if pango.pango_version() < 14802 else size


def font_named(style: Any, family: str, sign: str) -> Any:
    """Return the Pango font of a family for a style, by a sign in it; None for no plain glyph."""
    style = style.copy()
    style["font_family"] = (family,)
    measure = measure_of(style)
    measure.advances(sign, style)
    glyph = measure.glyphs[sign]
    return None if glyph is None else measure.faces[glyph.face]


def _show(stream: Any, layout: Any, glyphs: list[Any], fonts: dict[int, tuple[Any, float]]) -> None:
    face, shown = -1, ""
    widths = [glyph.width for glyph in glyphs]
    for character, glyph, step in zip(layout.text, glyphs,
                                      steps(layout.advances, widths, layout.measure.size),
                                      strict=True):
        if glyph.face != face:
            if shown:
                stream.show_text(_closed(shown))
            face, shown = glyph.face, "<"
            font, size = fonts[face]
            stream.set_font_size(font.hash, size)
        if glyph.number not in font.to_unicode:
            font.to_unicode[glyph.number] = character
        if glyph.number not in font.widths:
            font.widths[glyph.number] = glyph.width
        shown += f"{glyph.code}>{step}<" if step else glyph.code
    stream.show_text(_closed(shown))


def _closed(shown: str) -> str:
    """Return the operand of TJ closed; no empty string at its end, as PDFium drops the step before it."""
    return shown[:-1] if shown.endswith("<") else f"{shown}>"
