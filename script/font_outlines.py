"""Redraw the outlines of a font for the package: quadratic, one optical centre, dash and ellipsis joining."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from font_fit import fitted
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen, RecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen, TTGlyphPointPen
from fontTools.ttLib import newTable
from fontTools.ttLib.scaleUpem import scale_upem

# How far a quadratic outline may stray from a cubic one, in em, and the units of an em that it is drawn on:
# 0.0085 mm at 3号, a fifth of a dot of a printer of 600 dots an inch. Traced outlines, which have four times
# the points of drawn ones, take half of what they took; a coarser grid would make stems uneven.
STRAY, GRID = 0.0015, 500
DASH, ELLIPSIS = ord("—"), ord("…")
# How far a dot of the ellipsis may stand from where it should, in em: more is seen where two of them join.
UNEVEN = 0.01


def ink(font: Any, code: int) -> tuple[float, float, float, float] | None:
    """Return the box of a character's ink in em, left, bottom, right, top; None for no ink."""
    name = font.getBestCmap().get(code)
    if name is None:
        return None
    glyphs = font.getGlyphSet()
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    em = font["head"].unitsPerEm
    return tuple(value / em for value in pen.bounds) if pen.bounds else None


def optical_centre(font: Any, codes: Iterable[int]) -> float:
    """Return the median height of the middle of some characters' ink above the baseline, in em."""
    boxes = (ink(font, code) for code in codes)
    return statistics.median((box[1] + box[3]) / 2 for box in boxes if box)


def dots(font: Any) -> list[tuple[float, list[Any]]]:
    """Return the dots of the ellipsis (U+2026) from the left: the middle of each in em, its drawing."""
    glyphs, recorded = font.getGlyphSet(), DecomposingRecordingPen(font.getGlyphSet())
    name = font.getBestCmap().get(ELLIPSIS)
    if name is None:
        return []
    glyphs[name].draw(recorded)
    starts = [place for place, (step, _) in enumerate(recorded.value) if step == "moveTo"]
    found = []
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        pen, drawing = BoundsPen(None), RecordingPen()
        drawing.value = recorded.value[start:end]
        drawing.replay(pen)
        found.append(((pen.bounds[0] + pen.bounds[2]) / 2 / font["head"].unitsPerEm, drawing.value))
    return sorted(found, key=itemgetter(0))


def uneven(font: Any) -> bool:
    """Say whether the dots of two ellipses, which is how Chinese has them, are unevenly spaced."""
    return any(abs(middle - (place + 0.5) / 3) > UNEVEN for place, (middle, _) in enumerate(dots(font)))


def _even_ellipsis(font: Any) -> RecordingPen:
    """Return an ellipsis of the font's middle dot, three times, a third of an em apart."""
    pen, (middle, drawing) = RecordingPen(), dots(font)[1]
    for place in range(3):
        moved = round(((place + 0.5) / 3 - middle) * font["head"].unitsPerEm)
        one = RecordingPen()
        one.value = drawing
        one.replay(TransformPen(pen, (1, 0, 0, 1, moved, 0)))
    return pen


def redraw(font: Any, rise: float, centre: float) -> None:
    """Move all outlines up by a part of an em, in place, and make them quadratic.

    The dash (U+2014) becomes a full em whose ink reaches both edges, so that two of them join, at `centre`;
    the dots of an uneven ellipsis (U+2026) stand a third of an em apart, so that those of two do.
    """
    em, cubic = font["head"].unitsPerEm, "CFF " in font
    draw = _fitted_outline if cubic else _outline
    dash = font.getBestCmap().get(DASH)
    box = ink(font, DASH)
    ellipsis = font.getBestCmap().get(ELLIPSIS) if uneven(font) else None
    order, drawn = font.getGlyphOrder(), font.getGlyphSet()
    outlines = {}
    for name in order:
        matrix = (1, 0, 0, 1, 0, round(rise * em))
        if name == dash and box is not None:
            left, bottom, right, top = box
            stretch = 1 / (right - left)
            lift = round((centre - (bottom + top) / 2) * em)
            matrix = (stretch, 0, 0, 1, round(-left * stretch * em), lift)
        recorded = DecomposingRecordingPen(drawn)
        if name == ellipsis:
            _even_ellipsis(font).replay(recorded)
        else:
            drawn[name].draw(recorded)
        outlines[name] = draw(recorded, matrix, em)
    if cubic:
        scale_upem(font, GRID)
        _become_truetype(font)
    glyphs = font["glyf"]
    glyphs.glyphOrder, glyphs.glyphs = order, outlines
    for name, glyph in outlines.items():
        glyph.recalcBounds(glyphs)
        advance = font["head"].unitsPerEm if name == dash else font["hmtx"].metrics[name][0]
        font["hmtx"].metrics[name] = (advance, getattr(glyph, "xMin", 0))


def _outline(recorded: Any, matrix: tuple[float, ...], em: int) -> Any:
    """Return the glyph of a quadratic drawing, moved."""
    pen = TTGlyphPen(None)
    recorded.replay(TransformPen(pen, matrix))
    return pen.glyph(round=round)


def _fitted_outline(recorded: Any, matrix: tuple[float, ...], em: int) -> Any:
    """Return the glyph of a cubic drawing, moved and drawn again on the grid."""
    moved, pen = RecordingPen(), TTGlyphPointPen(None)
    recorded.replay(TransformPen(moved, tuple(number * GRID / em for number in matrix)))
    for points in fitted(moved, STRAY * GRID):
        pen.beginPath()
        # PostScript outlines run the other way round.
        for point, on in reversed(points):
            pen.addPoint((int(point.real), int(point.imag)), "qcurve" if on else None)
        pen.endPath()
    return pen.glyph()


def _become_truetype(font: Any) -> None:
    """Exchange the tables of PostScript outlines for those of TrueType ones, in place."""
    order = font.getGlyphOrder()
    del font["CFF "]
    font["glyf"], font["loca"] = newTable("glyf"), newTable("loca")
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 3.0, [], {}
    font["post"].glyphOrder = order
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
                  "maxStackElements", "maxSizeOfInstructions", "maxComponentElements", "maxPoints",
                  "maxContours", "maxCompositePoints", "maxCompositeContours", "maxComponentDepth"):
        setattr(maxp, field, 1 if field == "maxZones" else 0)
    font["head"].glyphDataFormat = 0
    font.sfntVersion = "\x00\x01\x00\x00"
