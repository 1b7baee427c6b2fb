"""Read what charts show from what is drawn of them: bars, and words by the outlines of their characters."""

import ctypes
import re
from dataclasses import dataclass, field
from functools import cache
from xml.etree import ElementTree

import pypdfium2.raw as pdfium
import pytest
from conftest import ROOT
from fontTools.pens.basePen import decomposeQuadraticSegment
from fontTools.pens.recordingPen import DecomposingRecordingPen, RecordingPen
from fontTools.svgLib.path import parse_path
from fontTools.ttLib import TTFont

SVG = "{http://www.w3.org/2000/svg}"
# All characters that charts may have, and some that they should not.
KNOWN = {"latin": "0123456789+-.,", "fangsong": "年未填予以公开部分不无法提供处理其他自然人商业企科研机构社会益组织律服务行政许可罚强制规章"}


@dataclass
class Drawn:
    """A chart's bars and its ground as (left, top, right, bottom), its characters each with its box, in points from its top left."""

    bars: list = field(default_factory=list)
    grounds: list = field(default_factory=list)
    characters: list = field(default_factory=list)

    def shown(self):
        """Return the label, the value and the length of every bar as they stand beside each other, in the order in which they are read.

        A bar belongs to the label that it stands at, a value to the bar at the end of which it stands; what belongs nowhere is an error.
        """
        (left, top, right, bottom), = self.grounds
        upright = bottom - top < right - left
        turned = Drawn([_turned(box) for box in self.bars], [_turned(self.grounds[0])],
                       [(text, _turned(box)) for text, box in self.characters]) if upright else self
        return turned._rows(upright)

    def _rows(self, upright):
        """Read bars that lie: labels left of the ground, one below the other. Upright ones are turned so that they lie."""
        ground, bars, rows = self.grounds[0][0], list(self.bars), []
        labels = _lines([one for one in self.characters if _middle(one[1], 0) < ground], upright)
        values = _lines([one for one in self.characters if _middle(one[1], 0) > ground], upright)
        assert len(labels) == len(values)
        for (label, place), (value, at) in zip(labels, values, strict=True):
            bar = next((one for one in bars if one[1] < _middle(place, 1) < one[3]), (ground, place[1], ground, place[3]))
            if bar in bars:
                bars.remove(bar)
            assert bar[0] == ground
            assert abs(_middle(at, 1) - _middle(place, 1)) < 3
            assert 0 < at[0] - bar[2] < 6
            rows.append((label, value, bar[2] - bar[0]))
        assert not bars
        return rows


def _turned(box):
    """Return a box with what points upwards pointing right, and what points right pointing down."""
    left, top, right, bottom = box
    return (-bottom, left, -top, right)


def _middle(box, axis):
    return (box[axis] + box[axis + 2]) / 2


def _lines(characters, upright):
    """Return the words, one below the other, each with the box around it."""
    lines = []
    for one in sorted(characters, key=lambda one: _middle(one[1], 1)):
        # Beside each other characters stand close, lines have air between them.
        if lines and one[1][1] - max(box[3] for _, box in lines[-1]) < (4 if upright else 0):
            lines[-1].append(one)
        else:
            lines.append([one])
    read = []
    for line in lines:
        line.sort(key=lambda one: one[1][1 if upright else 0])
        boxes = [box for _, box in line]
        read.append(("".join(text for text, _ in line), (*map(min, list(zip(*boxes, strict=True))[:2]), *map(max, list(zip(*boxes, strict=True))[2:]))))
    return read


def _ends(recorded):
    """Return where the strokes of a recorded outline end."""
    found = []
    for kind, points in recorded.value:
        if kind == "qCurveTo":
            found += [end for _, end in decomposeQuadraticSegment(points)]
        elif points:
            found.append(points[-1])
    return found


def _shape(ends):
    """Return an outline without place and size: where its strokes end, in parts of its larger side, and its box."""
    left, right = min(x for x, _ in ends), max(x for x, _ in ends)
    top, bottom = min(y for _, y in ends), max(y for _, y in ends)
    size = max(right - left, bottom - top)
    plain = [((x - left) / size, (bottom - y) / size) for x, y in ends]
    # Whether the last stroke is drawn back to its beginning, programs do differently.
    return {(round(x, 2), round(y, 2)) for x, y in plain}, (left, top, right, bottom)


@cache
def _shapes():
    """Return the outline of every known character, drawn from the font files."""
    found = []
    for role, text in KNOWN.items():
        font = TTFont(ROOT / "reportgen" / "fonts" / f"{role}.ttf")
        glyphs, names = font.getGlyphSet(), font.getBestCmap()
        for character in text:
            pen = DecomposingRecordingPen(glyphs)
            glyphs[names[ord(character)]].draw(pen)
            found.append((character, _shape([(x, -y) for x, y in _ends(pen)])[0]))
    return found


def _character(ends):
    """Return the character that an outline is, with its box; what is none that is known is □."""
    shape, box = _shape(ends)
    near = [text for text, other in _shapes() if _covers(shape, other) and _covers(other, shape)]
    return (near[0] if len(near) == 1 else "□"), box


def _covers(one, other):
    return all(any(abs(x - a) < 0.015 and abs(y - b) < 0.015 for a, b in other) for x, y in one)


def in_pdf(page, ident):
    """Return the chart that a page of a PDF has as its marked content `ident`, and nothing else of the page, with the left and the top of it."""
    paths = [one for one in page.get_objects([pdfium.FPDF_PAGEOBJ_PATH]) if pdfium.FPDFPageObj_GetMarkedContentID(one.raw) == ident]
    ground, *rest = paths
    left, bottom, right, top = ground.get_bounds()
    found = Drawn()
    for path in rest:
        ends = [(x - left, top - y) for x, y in _ends_of_path(path)]
        if _is_stroked(path):
            _add_box(found, ends)
        else:
            found.characters.append(_character(ends))
    return found, (left, page.get_height() - top, right, page.get_height() - bottom)


def _ends_of_path(path):
    matrix, ends, curve = path.get_matrix(), [], 0
    for number in range(pdfium.FPDFPath_CountSegments(path.raw)):
        segment = pdfium.FPDFPath_GetPathSegment(path.raw, number)
        # A curve comes as three points, of which the last is on it.
        curve = (curve + 1) % 3 if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_BEZIERTO else 0
        if curve == 0:
            x, y = ctypes.c_float(), ctypes.c_float()
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            ends.append(matrix.on_point(x.value, y.value))
    return ends


def _is_stroked(path):
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path.raw, fill, stroke)
    return bool(stroke.value)


def _add_box(found, ends):
    xs, ys = [round(x, 2) for x, _ in ends], [round(y, 2) for _, y in ends]
    box = (min(xs), min(ys), max(xs), max(ys))
    # The ground goes through; a bar of next to nothing is a line as well, and shorter.
    (found.grounds if len(ends) == 2 and max(box[2] - box[0], box[3] - box[1]) > 100 else found.bars).append(box)


def in_svg(content):
    """Return the chart that an SVG shows."""
    root = ElementTree.fromstring(content)
    outlines = {path.get("id"): path.get("d") for path in root.iter(f"{SVG}path") if "id" in path.attrib}
    found = Drawn()
    for path in root.iter(f"{SVG}path"):
        if "id" not in path.attrib:
            _add_box(found, _ends_of_data(path.get("d")))
    for use in root.iter(f"{SVG}use"):
        left, baseline, wide, high = map(float, re.findall(r"-?[\d.]+(?:e-?\d+)?", use.get("transform")))
        ends = _ends_of_data(outlines[use.get("{http://www.w3.org/1999/xlink}href").removeprefix("#")])
        found.characters.append(_character([(left + wide * x, baseline + high * y) for x, y in ends]))
    return found


def _ends_of_data(data):
    pen = RecordingPen()
    parse_path(data, pen)
    return _ends(pen)


def lengths_in_picture(picture, drawn, dots, grey):
    """Return how long the grey inside of each bar is in a picture, in points; of `drawn`, only the places of the bars are taken.

    `dots` is how many a point has. Counted is from the black of the ground on, as far as it is grey.
    """
    (left, top, right, bottom), = drawn.grounds
    found = []
    for bar in drawn.bars:
        if bottom - top < right - left:
            column = round(_middle(bar, 0) * dots)
            line = picture.crop((column, 0, column + 1, round(top * dots))).tobytes()[::-1]
        else:
            row = round(_middle(bar, 1) * dots)
            line = picture.crop((round(left * dots), row, picture.width, row + 1)).tobytes()
        inside = line.lstrip(b"\0")
        found.append((len(inside) - len(inside.lstrip(bytes([grey])))) / dots)
    return found


def require_shown(found, expected):
    """Hold the bars of a drawn chart, one by one, against what they should show: label, value, length as a share of the longest."""
    assert [row[:2] for row in found] == [row[:2] for row in expected]
    longest, most = max(row[2] for row in found), max(row[2] for row in expected)
    assert [row[2] / longest for row in found] == pytest.approx([row[2] / most for row in expected], abs=0.0005)
