"""What prose says of the tables, and what a walk through a paragraph remembers of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reportgen.checks.prose.cells import FigureReading
from reportgen.checks.prose.numbers import Number
from reportgen.checks.prose.vocabulary import Options, Token


@dataclass(frozen=True)
class Statement:
    """One thing that a sentence says of the tables.

    `kind` is "count", "sum", "share", "growth", "points", "zero", "all_handled" or "all_upheld". `start` and
    `end` are where the sentence stands in its paragraph, `number` or else `words` where the claim does.
    `about` is the statement that a share, a growth or a claim is about; `also` are the other figures of a
    sum. A `loose` figure may count otherwise than the table.
    """

    kind: str
    start: int
    end: int
    words: tuple[int, int]
    number: Number | None = None
    readings: tuple[FigureReading, ...] = ()
    last_year: bool = False
    about: Statement | None = None
    also: tuple[Statement, ...] = ()
    direction: int = 0
    loose: bool = False

    def may_be_of(self, rows: tuple[str, ...]) -> bool:
        """Say whether a figure may be of some rows."""
        return any(cell.rpartition(".")[0] in rows for one in (self, *self.also)
                   for reading in one.readings for cell in reading.cells)


@dataclass(frozen=True)
class Left:
    """A figure of which nothing can be said: why, and the words that were not understood.

    `why` is "words", "scope" (a part of the agency or of the year), "visits" (counted otherwise), "bare"
    (which cell is not said), "blank" or "previous" (a cell, or last year's report, is not given), or "other"
    (its clause names nothing of the tables).
    """

    number: Number
    why: str
    words: str = ""


@dataclass
class Said:
    """Remember what the clauses before have said."""

    parts: dict[str, Options] = field(default_factory=dict)
    columns: dict[str, Options] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    here: set[str] = field(default_factory=set)
    pending: list[Token] = field(default_factory=list)
    outer: list[Token] = field(default_factory=list)
    last: Statement | None = None
    share: Statement | None = None
    counts: list[Statement] = field(default_factory=list)
    received: bool = False
    restricted: bool = False
    lost: bool = False
    last_year: bool = False
    sentence: tuple[int, int] = (0, 0)

    def begin(self, start: int, end: int, forgotten: set[str]) -> None:
        """Begin a sentence; of the tables that are forgotten its clauses name the rows anew."""
        self.pending, self.outer, self.last, self.share, self.counts = [], [], None, None, []
        self.columns, self.here, self.loose = {}, set(), set()
        self.received, self.restricted, self.lost, self.last_year = False, False, False, False
        for table in self.parts.keys() & forgotten:
            del self.parts[table]
        self.sentence = (start, end)

    def lose(self) -> None:
        """Forget what was said, as a clause was not understood."""
        self.last = self.share = None
        self.counts = []
        self.parts, self.columns = {}, {}

    def statement(self, kind: str, words: tuple[int, int], **fields: Any) -> Statement:
        """Build a statement of the sentence at hand."""
        return Statement(kind, *self.sentence, words, **fields)

    def figure(self, kind: str, number: Number, **fields: Any) -> Statement:
        """Build a statement that a figure of the sentence at hand makes."""
        return self.statement(kind, (number.start, number.end), number=number, **fields)
