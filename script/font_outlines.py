"""Redraw the outlines of a font for the package: quadratic, with one optical centre, its dash a full em."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from typing import Any

from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.scaleUpem import scale_upem

# How far a quadratic outline may stray from a cubic one, in thousandths of an em, and the units of an em on
# which it is drawn. Both are below 0.006 mm at 3号 and save a fifth of what the traced outlines take in a
# PDF; a coarser grid would make stems uneven.
STRAY, GRID = 1.0, 500
DASH = ord("—")


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


def redraw(font: Any, rise: float, centre: float) -> None:
    """Move all outlines up by a part of an em, in place, and make them quadratic.

    The dash (U+2014) becomes a full em whose ink reaches both edges, so that two of them join, at `centre`.
    """
    em = font["head"].unitsPerEm
    dash = font.getBestCmap().get(DASH)
    box = ink(font, DASH)
    order, drawn, cubic = font.getGlyphOrder(), font.getGlyphSet(), "CFF " in font
    outlines = {}
    for name in order:
        matrix = (1, 0, 0, 1, 0, round(rise * em))
        if name == dash and box is not None:
            left, bottom, right, top = box
            stretch = 1 / (right - left)
            lift = round((centre - (bottom + top) / 2) * em)
            matrix = (stretch, 0, 0, 1, round(-left * stretch * em), lift)
        outlines[name] = _outline(drawn, name, matrix, STRAY * em / 1000 if cubic else 0)
    if cubic:
        _become_truetype(font)
    glyphs = font["glyf"]
    glyphs.glyphOrder, glyphs.glyphs = order, outlines
    for name, glyph in outlines.items():
        glyph.recalcBounds(glyphs)
        advance = em if name == dash else font["hmtx"].metrics[name][0]
        font["hmtx"].metrics[name] = (advance, getattr(glyph, "xMin", 0))
    if cubic:
        scale_upem(font, GRID)


def _outline(glyphs: Any, name: str, matrix: tuple[float, ...], stray: float) -> Any:
    recorded = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(recorded)
    pen = TTGlyphPen(None)
    moved = TransformPen(pen, matrix)
    # PostScript outlines run the other way round.
    recorded.replay(Cu2QuPen(moved, stray, reverse_direction=True) if stray else moved)
    return pen.glyph(round=round)


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
