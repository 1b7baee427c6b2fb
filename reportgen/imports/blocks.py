"""What a published report is made of, whatever kind of file it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

# Stands after the text of a cell that may be cut, or run into its neighbour: no figure is read there.
DOUBT = "\ufffd"
# Stands in a cell that a merged one with two figures reaches over: its own figure is in that one.
REACHED = "（与旁边的格合并了）"


@dataclass(frozen=True)
class FigureMark:
    """What our own web page says of a figure: its place in the text, its cells, value and unit."""

    start: int
    end: int
    cells: tuple[str, ...]
    value: str
    unit: str = ""


@dataclass(frozen=True)
class Text:
    """One paragraph; `place` is how a message names it, `look` is alike for the lines of one title.

    `path` leads to the element of a web page that holds it, `at` numbers the paragraph of a Word file, -1 for
    none. `note` says that its style is that of notes to tables.
    """

    text: str
    place: str = ""
    look: str = ""
    marks: tuple[FigureMark, ...] = ()
    path: tuple[int, ...] = ()
    note: bool = False
    at: int = field(default=-1, compare=False)

    def texts(self) -> Iterator[str]:
        """Yield the text."""
        yield self.text


@dataclass(frozen=True)
class Aside:
    """What stands beside the text: a footnote, a text box, a picture, a header, with what it says."""

    kind: str
    place: str
    text: str

    def __str__(self) -> str:
        """Return it as a message names it."""
        return f"{self.place}{'的' if self.place else ''}{self.kind}“{self.text[:40]}”"


@dataclass(frozen=True)
class Grid:
    """One table: a text for every cell, at the top left of a merged one.

    None where another cell reaches. `left` is where it begins on its page, `edges` where its columns begin
    and the last one ends, in points. `at` numbers the first paragraph of each cell of a Word file.
    """

    rows: tuple[tuple[str | None, ...], ...]
    place: str = ""
    left: float = 0
    edges: tuple[float, ...] = ()
    path: tuple[int, ...] = ()
    at: tuple[tuple[int, ...], ...] = field(default=(), compare=False)

    @property
    def width(self) -> int:
        """Return how many columns the table has."""
        return max(map(len, self.rows), default=0)

    def texts(self) -> Iterator[str]:
        """Yield the texts of all cells."""
        yield from (cell for row in self.rows for cell in row if cell)


@dataclass
class Blocks:
    """A file's texts and tables in reading order, and what is to be said of how it was read.

    `left_out` is what is no part of a report: page numbers, running heads; `beside` is what stands beside the
    text and is not read. `cells` are the texts of the table cells that our own web page marks, `fields` its
    marked fields, by dotted id. `titles` are what a web page calls itself, `tags` its tags by name.
    """

    items: list[Text | Grid] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    cells: dict[str, Text] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    beside: list[Aside] = field(default_factory=list)
