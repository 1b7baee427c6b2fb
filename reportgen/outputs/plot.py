"""Draw charts in the report's fonts, so that they print in black and white.

A chart is laid out once, as rectangles and characters in points from the top left, and written as SVG and as
PNG. The words are outlines of the fonts, so that the picture looks the same wherever it is shown.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.report.charts import Chart
from reportgen.standard import layout
from reportgen.standard.fonts import CENTRE, LATIN_CODES, FontSet, own_fonts, package_fonts
from reportgen.standard.outlines import Outlines, outlines

if TYPE_CHECKING:
    from PIL import ImageDraw

WIDTH = layout.TYPE_WIDTH / layout.MM_PER_POINT         # points
HEIGHT = layout.CHART_LINES * layout.LINE_PITCH
# Shares of the width and of the height that stay free at the edges: of bars that stand, and of bars that lie.
_SIDE, _ENDS = 0.06, 0.12
_LEFT, _TOP, _VALUE = 0.05, 0.04, 0.12
_STANDING, _LYING = 0.45, 0.55                          # the share of its place that a bar takes
_LINE, _GAP = 0.6, 3.0                                  # points: lines, and beside a word
_BLACK, _GREY, _WHITE = 0x00, 0x99, 0xFF
_HANZI = ("fangsong", "rare", "heiti")                  # the first that has a character draws it
_DOTS = 600                                             # an inch, in Word files read by what knows no SVG
_SHADES = 16                                            # of the PNG, evenly from black to white


@dataclass(frozen=True)
class _Box:
    """A grey rectangle with black edges, or a black line where it has no width or no height; points."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class _Character:
    """A character in the face of a role, the left end of its baseline, and its size; points."""

    text: str
    role: str
    left: float
    baseline: float
    size: float


@lru_cache(maxsize=32)
def svg(chart: Chart, fonts: Path | None = None) -> str:
    """Return a chart as an svg element; `fonts` is the user's folder of fonts.

    Raises InputError for fonts that cannot be used.
    """
    drawing = _drawing(chart, fonts)
    shapes: dict[str, str] = {}
    words = []
    for one in drawing.characters:
        drawn = drawing.face(one.role)
        # Several charts stand in one page.
        name = f"{chart.id}-{one.role}-{ord(one.text):x}"
        shapes[name] = drawn.outline(one.text)
        scale = f"{one.size / drawn.em:.6g}"
        words.append(f'<use xlink:href="#{name}" transform="translate({_number(one.left)} '
                     f'{_number(one.baseline)}) scale({scale} -{scale})"/>')
    return "\n".join([
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
        f'width="{_number(WIDTH)}pt" height="{_number(HEIGHT)}pt" '
        f'viewBox="0 0 {_number(WIDTH)} {_number(HEIGHT)}">',
        "<defs>", *(f'<path id="{name}" d="{outline}"/>' for name, outline in shapes.items()), "</defs>",
        f'<rect width="{_number(WIDTH)}" height="{_number(HEIGHT)}" fill="#ffffff"/>',
        f'<g fill="{_colour(_GREY)}" stroke="{_colour(_BLACK)}" stroke-width="{_LINE}">',
        *map(_edges, drawing.boxes), "</g>", *words, "</svg>"])


def _edges(box: _Box) -> str:
    left, top, right, bottom = map(_number, (box.left, box.top, box.right, box.bottom))
    if left == right or top == bottom:
        return f'<path d="M{left} {top}L{right} {bottom}"/>'
    return f'<path d="M{left} {top}H{right}V{bottom}H{left}Z"/>'


def _colour(shade: int) -> str:
    return f"#{shade:02x}{shade:02x}{shade:02x}"


def _number(points: float) -> str:
    # Adding nothing takes the sign from nothing.
    return f"{round(points, 2) + 0.0:g}"


@lru_cache(maxsize=32)
def png(chart: Chart, fonts: Path | None = None) -> bytes:
    """Return a chart as a PNG in shades of grey, for what shows no SVG; raises as `svg` does."""
    from PIL import Image, ImageDraw, ImageFont

    drawing = _drawing(chart, fonts)
    picture = Image.new("L", (_dots(WIDTH), _dots(HEIGHT)), _WHITE)
    draw = ImageDraw.Draw(picture)
    # Everything stands on whole dots; all numbers after that are whole, so every processor gives the same.
    for box in drawing.boxes:
        _fill(draw, box, _LINE / 2, _BLACK)
        _fill(draw, box, -_LINE / 2, _GREY)
    loaded = {(one.role, one.size): ImageFont.truetype(
        drawing.fonts.files[one.role], one.size * _DOTS / 72, layout_engine=ImageFont.Layout.BASIC)
        for one in drawing.characters}
    for one in drawing.characters:
        draw.text((_dots(one.left), _dots(one.baseline)), one.text, _BLACK, loaded[one.role, one.size], "ls")
    step = 255 // (_SHADES - 1)
    shades = picture.point([(value + step // 2) // step for value in range(256)])
    return _packed(Image.frombytes("P", shades.size, shades.tobytes()).tobytes("raw", "P;4"), *shades.size)


def _fill(draw: ImageDraw.ImageDraw, box: _Box, more: float, shade: int) -> None:
    """Fill a rectangle that is larger by `more` points on each side; one that has no dots stays away."""
    left, top = _dots(box.left - more), _dots(box.top - more)
    right, bottom = _dots(box.right + more), _dots(box.bottom + more)
    if left < right and top < bottom:
        # Pillow draws the dots at the right and at the bottom too.
        draw.rectangle((left, top, right - 1, bottom - 1), shade)


def _dots(points: float) -> int:
    return round(points * _DOTS / 72)


def _packed(dots: bytes, width: int, height: int) -> bytes:
    """Return rows of dots, four bits each, as a PNG (ISO/IEC 15948).

    Pillow would pack them with a library that need not give the same bytes on every processor.
    """
    row = len(dots) // height
    lines = b"".join(b"\0" + dots[start:start + row] for start in range(0, len(dots), row))
    metre = round(_DOTS / 0.0254)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", struct.pack(">IIBBBBB", width, height, 4, 0, 0, 0, 0)),
                           (b"pHYs", struct.pack(">IIB", metre, metre, 1)),
                           (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")))


@lru_cache(maxsize=32)
def _drawing(chart: Chart, fonts: Path | None) -> _Drawing:
    drawing = _Drawing(own_fonts(fonts) if fonts else package_fonts())
    (_standing if chart.upright else _lying)(chart, drawing)
    return drawing


def _standing(chart: Chart, drawing: _Drawing) -> None:
    ground, top = (1 - _ENDS) * HEIGHT, _ENDS * HEIGHT
    place = (1 - 2 * _SIDE) * WIDTH / len(chart.bars)
    half, beside = _STANDING * place / 2, _GAP + layout.CHART_SIZE / 2
    widest = max(drawing.width(bar.text) for bar in chart.bars)
    size = layout.CHART_SIZE * min(1.0, (place - _GAP) / widest)
    for number, (bar, share) in enumerate(zip(chart.bars, _shares(chart), strict=True)):
        middle, end = _SIDE * WIDTH + (number + 0.5) * place, ground - share * (ground - top)
        if share:
            drawing.boxes.append(_Box(middle - half, end, middle + half, ground))
        drawing.word(bar.label, (middle - drawing.width(bar.label) / 2, ground + beside))
        drawing.word(bar.text, (middle - drawing.width(bar.text, size) / 2, end - beside), size)
    drawing.boxes.append(_Box(_SIDE * WIDTH, ground, (1 - _SIDE) * WIDTH, ground))


def _lying(chart: Chart, drawing: _Drawing) -> None:
    ground = _LEFT * WIDTH + max(drawing.width(bar.label) for bar in chart.bars)
    widest = max(drawing.width(bar.text) for bar in chart.bars)
    right = WIDTH - max(_VALUE * WIDTH, widest + 2 * _GAP)
    place = (1 - 2 * _TOP) * HEIGHT / len(chart.bars)
    half = _LYING * place / 2
    for number, (bar, share) in enumerate(zip(chart.bars, _shares(chart), strict=True)):
        middle, end = _TOP * HEIGHT + (number + 0.5) * place, ground + share * (right - ground)
        if share:
            drawing.boxes.append(_Box(ground, middle - half, end, middle + half))
        drawing.word(bar.label, (ground - _GAP - drawing.width(bar.label), middle))
        drawing.word(bar.text, (end + _GAP, middle))
    drawing.boxes.append(_Box(ground, _TOP * HEIGHT, ground, (1 - _TOP) * HEIGHT))


def _shares(chart: Chart) -> list[float]:
    """Return how long each bar is, as a share of the longest; blanks and zeros have none."""
    values = [bar.value or 0 for bar in chart.bars]
    return [float(value / max(1, *values)) for value in values]


class _Drawing:
    """What a chart is drawn of, in the order in which it is drawn."""

    def __init__(self, fonts: FontSet) -> None:
        self.fonts = fonts
        self.boxes: list[_Box] = []
        self.characters: list[_Character] = []

    def word(self, text: str, place: tuple[float, float], size: float = layout.CHART_SIZE) -> None:
        """Write a word; `place` is the left of it and the height of its middle."""
        left, middle = place
        for character, start in zip(text, self._starts(text, size), strict=False):
            self.characters.append(_Character(character, self._role(character), left + start,
                                              middle + CENTRE * size, size))

    def width(self, text: str, size: float = layout.CHART_SIZE) -> float:
        """Return the width of a word, in points."""
        return self._starts(text, size)[-1]

    def face(self, role: str) -> Outlines:
        """Return the face of a role."""
        return outlines(self.fonts.files[role])

    def _starts(self, text: str, size: float) -> list[float]:
        """Return where each character of a word starts, and where the last one ends."""
        advances = (self.face(self._role(character)).advance(character) for character in text)
        return list(accumulate((advance * size for advance in advances), initial=0.0))

    def _role(self, character: str) -> str:
        latin = any(low <= ord(character) <= high for low, high in LATIN_CODES)
        roles = ("latin", *_HANZI) if latin else _HANZI
        return next((role for role in roles if self.face(role).has(character)), _HANZI[0])
