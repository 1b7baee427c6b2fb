"""Set a paragraph in lines without a layout engine, to tell Word which of its marks are narrower.

The PDF's lines are set from the glyphs that it embeds; the same come out here, as all hanzi are as wide as
their size and Word's Latin face has the widths of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum

from reportgen.standard import layout, styles
from reportgen.standard.line_breaks import line_end, tightened
from reportgen.standard.look import Look
from reportgen.standard.mark_space import HALF, advances, shared, sharing

# Times New Roman, by their widths in 2,048ths of the size.
_LATIN = {
    369: "'", 410: "|", 512: " ,.\u00a0", 569: "/:;\\ijlt", 682: "!()-I[]`fr", 797: "Js", 836: '"',
    909: "?acez", 961: "^", 983: "{}", 1024: "#$*0123456789_bdghknopquvxy", 1108: "~", 1139: "FPS",
    1155: "+<=>", 1251: "ELTZ", 1366: "BCR", 1479: "ADGHKNOQUVXYw", 1593: "&m", 1706: "%", 1821: "M",
    1886: "@", 1933: "W"}
LATIN_WIDTHS = {character: width / 2048 for width, characters in _LATIN.items() for character in characters}


@dataclass(frozen=True)
class Setting:
    """How lines are set, in points: the size of characters, what is between them, a whole line's width."""

    size: float
    spacing: float
    width: float

    def natural(self, text: str) -> list[float]:
        """Return the widths of the characters of a text."""
        return [LATIN_WIDTHS.get(character, 1.0) * self.size for character in text]

    def length(self, text: str) -> float:
        """Return how long a text is on one line."""
        return fsum(advances(text, self.natural(text), self.size, self.spacing))


def setting_of(look: Look, name: str) -> tuple[Setting, float]:
    """Return how the lines of a style are set, and how far a paragraph's first is indented, in points."""
    own = look.styles.get(name)
    size, character = look.size(name), look.character(name)
    width = look.page.type_width / layout.MM_PER_POINT
    indent = styles.STANDARD_STYLES[name].indent * character
    if own is not None:
        width, indent = width - own.left - own.right, own.indent
    return Setting(size, character - size, width), indent


def set_lines(text: str, first: float, setting: Setting) -> Iterator[tuple[int, dict[int, float]]]:
    """Yield where each line of a paragraph ends, and by how much its marks are narrower, by their places.

    The first line is `first` wide. Marks that share a blank half are narrower wherever they stand, and not
    among these.
    """
    natural = setting.natural(text)
    moves = advances(text, natural, setting.size, setting.spacing)
    widths = shared(text, natural, setting.size)
    # More characters than any line has.
    most = int(setting.width / setting.size * 4) + 60
    start, room = 0, first
    while start < len(text):
        line = slice(start, start + most)
        end = line_end(text[line], moves[line], widths[line], room, setting.width)
        end, narrower = tightened(text[line], moves[line], widths[line], room, end, setting.size)
        yield start + end, {start + place: less for place, less in narrower.items()}
        start, room = start + end, setting.width


def narrowed(text: str, first: float, setting: Setting) -> dict[int, float]:
    """Return by how much marks of a paragraph are narrower, by place; its first line is `first` wide."""
    found = dict.fromkeys(sharing(text), HALF * setting.size)
    for _, narrower in set_lines(text, first, setting):
        found |= narrower
    return found
