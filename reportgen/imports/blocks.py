"""What a published report is made of, whatever kind of file it came from."""

from __future__ import annotations

from dataclasses import dataclass, field

# Stands after the text of a cell that may be cut, or run into its neighbour: no figure is read there.
DOUBT = "\ufffd"


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

    `note` says that its style is that of notes to tables.
    """

    text: str
    place: str = ""
    look: str = ""
    marks: tuple[FigureMark, ...] = ()
    note: bool = False


@dataclass(frozen=True)
class Beside:
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

    None where another cell reaches. `left` is where it begins on its page, in points.
    """

    rows: tuple[tuple[str | None, ...], ...]
    place: str = ""
    left: float = 0


@dataclass
class Blocks:
    """A file's texts and tables in reading order, and what is to be said of how it was read.

    `cells` are the texts of the table cells that our own web page marks, `fields` its marked fields, by
    dotted id; `beside` is what stands beside the text and is not read.
    """

    items: list[Text | Grid] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    cells: dict[str, Text] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    beside: list[Beside] = field(default_factory=list)
