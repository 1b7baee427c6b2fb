"""Go through a paragraph clause by clause and say what its figures claim of the tables.

A clause counts only where every word of it is understood. What a clause leaves unsaid (which row, which
group) is taken from the clauses before it; a clause that is not understood ends what was said before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from reportgen.checks.prose.cells import Cells, FigureReading
from reportgen.checks.prose.numbers import Number, find_numbers
from reportgen.checks.prose.vocabulary import MASKED, Options, Token, Vocabulary

_BOUNDARY = re.compile(r"[，,；;：:、（）()《》〈〉【】〔〕\n…！!？?]|——")
_SENTENCE = re.compile(r"[^。！？\n]*[。！？\n]?")


@dataclass(frozen=True)
class Statement:
    """One thing that a sentence says of the tables.

    `kind` is "count", "sum", "share", "growth", "points", "zero", "all_handled" or "all_upheld". `start` and
    `end` are where the sentence stands in its paragraph, `number` or else `words` where the claim does.
    `about` is the statement that a share, a growth or a claim is about; `also` are the other figures of a
    sum.
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


@dataclass(frozen=True)
class _Piece:
    """A clause up to its figure, or what follows the last figure; `joint` is the mark before it."""

    start: int
    end: int
    number: Number | None
    joint: str
    tail: bool = False


@dataclass
class _Said:
    """Remember what the clauses before have said."""

    parts: dict[str, Options] = field(default_factory=dict)
    columns: dict[str, Options] = field(default_factory=dict)
    here: set[str] = field(default_factory=set)
    pending: list[Token] = field(default_factory=list)
    last: Statement | None = None
    share: Statement | None = None
    counts: list[Statement] = field(default_factory=list)
    received: bool = False
    restricted: bool = False
    last_year: bool = False
    sentence: tuple[int, int] = (0, 0)

    def statement(self, kind: str, words: tuple[int, int], **fields: Any) -> Statement:
        """Build a statement of the sentence at hand."""
        return Statement(kind, *self.sentence, words, **fields)

    def figure(self, kind: str, number: Number, **fields: Any) -> Statement:
        """Build a statement that a figure of the sentence at hand makes."""
        return self.statement(kind, (number.start, number.end), number=number, **fields)


class Walker:
    """Walk through the paragraphs of one report."""

    def __init__(self, vocabulary: Vocabulary, cells: Cells, names: tuple[str, ...]) -> None:
        self._vocabulary = vocabulary
        self._cells = cells
        self._names = names
        self._tables = cells.edition.tables
        self._forgotten = {table.id for table in self._tables.values() if table.reach == "sentence"}

    def statements(self, text: str) -> Iterator[Statement]:
        """Yield what a paragraph says of the tables."""
        if not (any(find_numbers(text)) or self._vocabulary.claims.search(text)):
            return
        masked = self._vocabulary.mask(text, self._names)
        said = _Said()
        for sentence in _SENTENCE.finditer(masked):
            if not sentence[0].strip():
                continue
            said.pending, said.last, said.share, said.counts = [], None, None, []
            said.columns, said.here = {}, set()
            said.received, said.restricted, said.last_year = False, False, False
            for table in said.parts.keys() & self._forgotten:
                del said.parts[table]
            said.sentence = (sentence.start(), sentence.end())
            for piece in _pieces(sentence[0], sentence.start()):
                yield from self._piece(masked, piece, said)

    def _piece(self, text: str, piece: _Piece, said: _Said) -> Iterator[Statement]:
        words = text[piece.start:piece.end]
        if not words.strip(MASKED) and piece.number is None:
            return
        tokens = self._vocabulary.tokenise(words)
        if tokens is None or said.restricted:
            self._not_understood(words, piece, said)
            return
        if piece.joint in ("、", "（", "）", "(", ")"):
            tokens = _continued(said.pending, tokens, piece.joint)
        said.pending = []
        self._year({token.kind for token in tokens}, said)
        if piece.number is None:
            yield from self._claim(text[slice(*said.sentence)], piece, tokens, said)
            said.pending = [token for token in tokens
                            if token.kind in ("part", "column", "and", "not", "last_year")]
        else:
            found = self._figure(piece.number, tokens, said)
            if found is None:
                self._lose(said)
            else:
                yield found

    @staticmethod
    def _year(kinds: set[str], said: _Said) -> None:
        if "last_year" in kinds or "this_year" in kinds:
            said.last_year = "last_year" in kinds

    def _not_understood(self, words: str, piece: _Piece, said: _Said) -> None:
        said.pending = []
        if self._vocabulary.scope.search(words):
            said.restricted = True
        if piece.number is not None or piece.tail:
            self._lose(said)
            return
        named = {(token.table, token.options) for token in self._vocabulary.parts(words) if not token.verb}
        if len(named) == 1:
            table, options = named.pop()
            if self._tables[table].reach != "guess":
                said.parts[table] = options

    @staticmethod
    def _lose(said: _Said) -> None:
        said.last = said.share = None
        said.counts = []
        said.parts, said.columns = {}, {}

    def _figure(self, number: Number, tokens: list[Token], said: _Said) -> Statement | None:
        kinds = {token.kind for token in tokens}
        if "not" in kinds or ("all" in kinds and number.value):
            return None
        if "share" in kinds and number.unit != "points":
            return self._share(number, tokens, said)
        if kinds & {"up", "down", "flat"}:
            return self._growth(number, tokens, said)
        if "compare" in kinds or number.unit in ("percent", "points", "times"):
            return None
        if "part" not in kinds and "column" not in kinds:
            return self._sum(number, said) if "total" in kinds else None
        readings = self._readings(tokens, said, number.unit)
        if not readings:
            return None
        found = said.figure("count", number, readings=readings, last_year=said.last_year)
        said.last, said.share = found, None
        said.counts.append(found)
        return found

    def _sum(self, number: Number, said: _Said) -> Statement | None:
        if len(said.counts) < 2:
            return None
        two = tuple(said.counts[-2:])
        found = said.figure("sum", number, also=two, last_year=two[0].last_year)
        said.counts.append(found)
        said.last = found
        return found

    def _share(self, number: Number, tokens: list[Token], said: _Said) -> Statement | None:
        if number.unit != "percent":
            return None
        at = next(index for index, token in enumerate(tokens) if token.kind == "share")
        base = tokens[at + 1:]
        # 自然人申请占新收申请的97.59%: the whole says which row the part is of.
        whole = self._readings(base, said, "count") if _names_cells(base) else ()
        about = self._subject(tokens[:at], (number.start, number.end), number.unit, said)
        if about is None or about.kind != "count" or (_names_cells(base) and not whole):
            return None
        found = said.figure("share", number, readings=whole, about=about, last_year=about.last_year,
                            also=tuple(count for count in said.counts
                                       if count is not about and count.kind == "count"))
        said.share = found
        return found

    def _growth(self, number: Number, tokens: list[Token], said: _Said) -> Statement | None:
        kinds = [token.kind for token in tokens]
        if "compare" not in kinds:
            return None
        direction = 1 if "up" in kinds else -1 if "down" in kinds else 0
        if number.unit == "points":
            if said.share is None or said.share.last_year:
                return None
            return said.figure("points", number, about=said.share, direction=direction)
        if number.unit == "times" or not direction:
            return None
        about = self._subject(tokens, (number.start, number.end), number.unit, said)
        if about is None or about.last_year:
            return None
        return said.figure("growth", number, about=about, direction=direction)

    def _subject(self, tokens: list[Token], place: tuple[int, int], unit: str, said: _Said,
                 ) -> Statement | None:
        """Return what a share or a growth is about: what its own clause names, or the figure before it."""
        if not _names_cells(tokens):
            return said.last
        readings = self._readings(tokens, said, "money" if unit == "money" else "count")
        if not readings:
            return None
        return said.statement("count", place, readings=readings, last_year=said.last_year)

    def _claim(self, text: str, piece: _Piece, tokens: list[Token], said: _Said) -> Iterator[Statement]:
        """Read a clause without a figure: a claim, or what the figures after it are about."""
        kinds = [token.kind for token in tokens]
        place = (piece.start, piece.end)
        words = {token.text for token in tokens}
        claims = self._cells.edition.language.claims
        if "all" in kinds and "not" not in kinds:
            if words & set(claims.all_handled.words) and said.received and not said.last_year:
                yield said.statement("all_handled", place)
            elif words & set(claims.all_upheld.words) and said.parts.get(claims.all_upheld.after):
                readings = self._readings(tokens, said, "count")
                if readings and not said.last_year:
                    yield said.statement("all_upheld", place, readings=readings)
            return
        if "not" in kinds and _names_cells(tokens):
            readings = self._readings(tokens, said, "count")
            needs = [self._tables[reading.cells[0].partition(".")[0]].none_needs for reading in readings]
            if readings and not said.last_year and all(
                    not words or any(word in text for word in words) for words in needs):
                yield said.statement("zero", place, readings=readings)
            return
        if "flat" in kinds and "compare" in kinds:
            about = self._subject(tokens, place, "count", said)
            if about is not None and about.kind == "count" and not about.last_year:
                yield said.statement("growth", place, about=about)
            return
        if _names_cells(tokens) and not set(kinds) & {"compare", "up", "down", "share", "not", "all"}:
            self._readings(tokens, said, "count")

    def _readings(self, tokens: list[Token], said: _Said, unit: str) -> tuple[FigureReading, ...]:
        """Return the ways to take the cells that a clause names, and remember them for later clauses."""
        named = [token for token in tokens if token.kind in ("part", "column", "and")]
        tables = {token.table for token in named if token.table}
        if len(tables) > 1:
            # 收到行政复议申请: the verb belongs to every table.
            named = [token for token in named if not token.verb]
            tables = {token.table for token in named if token.table}
        if len(tables) != 1:
            return ()
        table = tables.pop()
        parts = combined([token for token in named if token.kind in ("part", "and")])
        columns = combined([token for token in named if token.kind in ("column", "and")])
        if parts == () or columns == ():
            return ()
        part_options = parts if parts is not None else self._unsaid_parts(table, said)
        column_options = columns
        if column_options is None:
            column_options = (*self._cells.defaults(table), *said.columns.get(table, ()))
        if parts is not None:
            said.parts[table] = parts
            said.here.add(table)
            received = self._cells.edition.language.claims.all_handled.after
            said.received |= any(f"{table}.{part}" == received for option in parts for part in option)
        if columns is not None:
            said.columns[table] = columns
        return self._cells.readings(table, part_options, column_options, unit)

    def _unsaid_parts(self, table: str, said: _Said) -> Options:
        known = said.parts.get(table)
        if known is None:
            return ()
        if table in said.here or self._tables[table].reach != "guess":
            return known
        # What an earlier sentence spoke of is a guess, so the table's wholes may be meant as well.
        return tuple(dict.fromkeys((*known, *self._cells.edition.language.wholes.get(table, ()))))


def combined(tokens: list[Token]) -> Options | None:
    """Join the options of the tokens of a clause: those parted by 和 add up, others narrow each other down.

    None where no token has options, () where they contradict each other.
    """
    options: Options | None = None
    adding = False
    for token in tokens:
        if token.kind == "and":
            adding = options is not None
        elif options is None:
            options = token.options
        elif adding:
            options = tuple(dict.fromkeys((*one, *(part for part in two if part not in one))
                                          for one in options for two in token.options))
            adding = False
        else:
            options = tuple(option for option in options if option in token.options)
    return options


def _continued(before: list[Token], tokens: list[Token], joint: str) -> list[Token]:
    """Join a clause to the words before it.

    行政复议、行政诉讼 add up, 未发生行政复议、行政诉讼 is said of each.
    """
    if before and before[0].kind == "not":
        return [before[0], *tokens] if joint == "、" else tokens
    return [*before, *([Token("and")] if before and joint == "、" else []), *tokens]


def _names_cells(tokens: list[Token]) -> bool:
    return any(token.kind in ("part", "column") for token in tokens)


def _pieces(sentence: str, offset: int) -> Iterator[_Piece]:
    """Part a sentence into clauses, each up to its figure; places are counted from the paragraph's start."""
    found = list(find_numbers(sentence))
    covered = {place for number in found for place in range(number.start, number.end)}
    end = len(sentence.rstrip("。！？\n"))
    stops = [(cut.start(), cut.end(), cut[0]) for cut in _BOUNDARY.finditer(sentence, 0, end)
             if cut.start() not in covered]
    start, joint = 0, ""
    for stop, after, mark in [*stops, (end, end, "")]:
        within = [replace(number, start=number.start + offset, end=number.end + offset)
                  for number in found if start <= number.start < stop]
        yield from _clause(sentence, offset, (start + offset, stop + offset), joint, within)
        start, joint = after, mark


def _clause(sentence: str, offset: int, place: tuple[int, int], joint: str,
            within: list[Number]) -> Iterator[_Piece]:
    left, stop = place
    for number in within:
        if number is within[-1] and not sentence[left - offset:number.start - offset].strip(MASKED):
            # 1431件予以公开: the words stand behind the figure.
            yield _Piece(number.end, stop, number, joint)
            return
        yield _Piece(left, number.start, number, joint)
        left, joint = number.end, ""
    if left < stop:
        yield _Piece(left, stop, None, joint, tail=bool(within))
