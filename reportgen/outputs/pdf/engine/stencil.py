"""The stencil of a fixed table: drawn and tagged once, with holes where the figures go.

The statutory tables of an edition are the same in every report but for their figures, and WeasyPrint spends
more than half of its time on them. `recording` takes a stencil from what WeasyPrint makes of a table,
`stencilling` puts the filled one in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum


@dataclass(frozen=True)
class Face:
    """A font of a stencil: its name in the PDF, its family, and the glyphs that the table uses.

    A glyph is its number, its text and its width in thousandths of the size.
    """

    name: str
    family: str
    glyphs: tuple[tuple[int, str, int], ...]

    @property
    def sign(self) -> str:
        """Return a character that the font is found by."""
        return next(text for _, text, _ in self.glyphs if len(text) == 1)


@dataclass(frozen=True)
class Figures:
    """Say how figures are set: name and size of the font, and of each character the code and the width.

    The code is its glyph's number in a PDF; the width is in CSS pixels.
    """

    face: str
    size: float
    signs: dict[str, tuple[str, float]]

    def width(self, text: str) -> float:
        """Return the width of a figure in CSS pixels."""
        return fsum(self.signs[sign][1] for sign in text)


@dataclass(frozen=True)
class Mark:
    """A marked text in the order of drawing: its cell, and where the figure is centred.

    `centre` is x of the middle and y of the baseline, in CSS pixels; None for a label.
    """

    cell: int
    centre: tuple[float, float] | None = None


@dataclass(frozen=True)
class Node:
    """An element of the table's structure: tag, attributes as in a PDF, elements below.

    A cell has a number, counted from 0 in reading order, and no elements below.
    """

    tag: str
    attributes: str = ""
    kids: tuple[Node, ...] = ()
    cell: int | None = None


@dataclass(frozen=True)
class Stencil:
    """A table drawn from its own corner; `content` has a hole, a NUL byte, for each mark.

    Width and height in CSS pixels; `room` is the width for the figure of each hole, by cell.
    """

    width: float
    height: float
    content: str
    marks: tuple[Mark, ...]
    structure: Node
    faces: tuple[Face, ...]
    figures: Figures
    room: dict[int, float]

    def takes(self, texts: dict[int, str]) -> bool:
        """Say whether the figures fit; `texts` are those of the cells, by their numbers."""
        return all(set(text) <= self.figures.signs.keys() and self.figures.width(text) <= self.room[cell]
                   for cell, text in texts.items())

    def filled(self, texts: dict[int, str], first: int) -> tuple[bytes, list[tuple[int, int]]]:
        """Return the content with figures filled in, and the cell and identifier (MCID) of each mark.

        `first` is the first identifier that is free on the page. An empty figure has no mark.
        """
        pieces = self.content.split("\0")
        out = [pieces[0]]
        marked: list[tuple[int, int]] = []
        for mark, rest in zip(self.marks, pieces[1:], strict=True):
            text = "" if mark.centre is None else texts.get(mark.cell, "")
            if mark.centre is None or text:
                number = first + len(marked)
                out.append(str(number) if mark.centre is None else self._figure(text, mark.centre, number))
                marked.append((mark.cell, number))
            out.append(rest)
        return "".join(out).encode("ascii"), marked

    def _figure(self, text: str, centre: tuple[float, float], number: int) -> str:
        x, y = centre
        codes = "".join(self.figures.signs[sign][0] for sign in text)
        start = number_text(x - self.figures.width(text) / 2)
        return (f"/Span\n<</MCID {number}>>\nBDC\nBT\n1 0 0 -1 {start} {number_text(y)} Tm\n"
                f"/{self.figures.face} {number_text(self.figures.size)} Tf\n[<{codes}>] TJ\nET\nEMC")


def number_text(number: float) -> str:
    """Return a number as it is written in a PDF: six places at most, none that say nothing."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def nodes(node: Node) -> Iterator[tuple[Node, int]]:
    """Yield a node and all below in reading order, each with the place of the one above (-1 at the top)."""
    stack: list[tuple[Node, int]] = [(node, -1)]
    place = 0
    while stack:
        one, above = stack.pop()
        yield one, above
        stack.extend((kid, place) for kid in reversed(one.kids))
        place += 1
