"""Read widths and outlines of characters from font files."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any


class Outlines:
    """The characters of one font file."""

    def __init__(self, path: Path) -> None:
        from fontTools.ttLib import TTFont

        # Read whole, so that no file stays open.
        font = TTFont(io.BytesIO(path.read_bytes()), lazy=True)
        self.em: int = font["head"].unitsPerEm
        self._names: dict[int, str] = font.getBestCmap()
        self._glyphs: Any = font.getGlyphSet()

    def has(self, character: str) -> bool:
        """Say whether the font has a character."""
        return ord(character) in self._names

    def advance(self, character: str) -> float:
        """Return the width of a character, in em."""
        return float(self._glyph(character).width / self.em)

    def outline(self, character: str) -> str:
        """Return the outline of a character as the data of an SVG path: units of the font, y upwards."""
        from fontTools.pens.svgPathPen import SVGPathPen

        pen = SVGPathPen(self._glyphs, lambda number: f"{round(number, 2):g}")
        self._glyph(character).draw(pen)
        return str(pen.getCommands())

    def _glyph(self, character: str) -> Any:
        return self._glyphs[self._names.get(ord(character), ".notdef")]


@lru_cache(maxsize=8)
def outlines(path: Path) -> Outlines:
    """Return the characters of a font file, which is read once."""
    return Outlines(path)
