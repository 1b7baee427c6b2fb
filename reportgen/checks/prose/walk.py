"""Go through a paragraph clause by clause and say what its figures claim of the tables.

A clause counts only where every word of it is understood. What a clause leaves unsaid (which row, which
group) is taken from the clauses before it; a clause that is not understood ends what was said before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reportgen.checks.prose.cells import Cells, FigureReading
from reportgen.checks.prose.clauses import BLANKS, FigureClause, figure_clauses
from reportgen.checks.prose.numbers import MAY_HOLD, Number
from reportgen.checks.prose.statements import Left, Said, Statement
from reportgen.checks.prose.tokens import combined, continued, idle, names_cells, telling
from reportgen.checks.prose.vocabulary import Options, Token, Vocabulary
from reportgen.report.model import Agency

_SENTENCE = re.compile(r"[^。！？\n]*[。！？\n]?")
_OPENING, _CLOSING = ("（", "("), ("）", ")")
_KEPT = ("part", "column", "and", "not", "last_year", "include")


class Walker:
    """Walk through the paragraphs of one report; `left` are the figures of the last one that say nothing."""

    def __init__(self, vocabulary: Vocabulary, cells: Cells, agency: Agency) -> None:
        self._vocabulary = vocabulary
        self._cells = cells
        self._agency = agency
        self._tables = cells.edition.tables
        self._forgotten = {table.id for table in self._tables.values() if table.reach == "sentence"}
        self.left: list[Left] = []

    def statements(self, text: str) -> Iterator[Statement]:
        """Yield what a paragraph says of the tables."""
        self.left = []
        if not (MAY_HOLD.search(text) or self._vocabulary.claims.search(text)):
            return
        masked = self._vocabulary.mask(text, self._agency)
        said = Said()
        for sentence in _SENTENCE.finditer(masked):
            said.begin(sentence.start(), sentence.end(), self._forgotten)
            for piece in figure_clauses(sentence[0], sentence.start()):
                yield from self._piece(masked, piece, said)

    def _piece(self, text: str, piece: FigureClause, said: Said) -> Iterator[Statement]:
        words = text[piece.start:piece.end]
        if not words.strip(BLANKS) and piece.number is None:
            if piece.joint not in _CLOSING:
                said.pending = []
            return
        tokens = self._vocabulary.tokenise(words)
        if tokens is None or said.restricted:
            self._not_understood(text, piece, said)
            return
        if piece.number is not None and piece.after and not telling(tokens):
            tokens = [*tokens, *(self._vocabulary.tokenise(text[piece.number.end:piece.after]) or ())]
        tokens = self._joined(piece, tokens, said)
        said.pending = []
        self._year({token.kind for token in tokens}, said)
        if piece.number is None:
            yield from self._claim(text[slice(*said.sentence)], piece, tokens, said)
            said.pending = [token for token in tokens if token.kind in _KEPT]
            return
        clause = text[piece.start:max(piece.end, piece.after)]
        doubtful = self._narrowed(text, piece) or (said.lost and idle(tokens) and not self._named(clause))
        found = None if doubtful else self._figure(piece, tokens, said)
        if found is None:
            unnamed = "bare" if any(token.kind == "part" for token in tokens) else "other"
            self.left.append(Left(piece.number, "visits" if piece.number.unit == "visits" else unnamed))
            said.lose()
        else:
            yield found

    @staticmethod
    def _joined(piece: FigureClause, tokens: list[Token], said: Said) -> list[Token]:
        """Return the tokens of a clause with those of the clause before, where a mark joins them."""
        including = next((at for at, token in enumerate(tokens) if token.kind == "include"), None)
        if piece.number is not None and including is not None and names_cells(tokens[including:]):
            # 收到申请（含上年结转18件）: the figure is of what is included, and says nothing of the rest.
            if piece.joint in _OPENING:
                said.outer = [*said.pending, *tokens[including:]]
            return tokens[including + 1:]
        if piece.joint in _CLOSING and said.outer:
            tokens, said.outer = [*said.outer, *tokens], []
            return tokens
        if piece.joint in ("、", *_OPENING, *_CLOSING) or including == 0:
            return continued(said.pending, tokens, piece.joint)
        return tokens

    def _narrowed(self, text: str, piece: FigureClause) -> bool:
        """Say whether a figure of all cases is narrowed down to the tables' (…，其中政府信息公开类2件)."""
        return piece.number is not None and bool(self._vocabulary.narrow.match(text, piece.number.end))

    def _named(self, clause: str) -> bool:
        """Say whether a clause has a word that a table needs (申请)."""
        return any(word in clause for table in self._tables.values() for word in table.none_needs)

    @staticmethod
    def _year(kinds: set[str], said: Said) -> None:
        if "last_year" in kinds or "this_year" in kinds:
            said.last_year = "last_year" in kinds

    def _not_understood(self, text: str, piece: FigureClause, said: Said) -> None:
        words = text[piece.start:piece.end]
        said.pending = []
        if self._vocabulary.scope.search(words) or (
                piece.number is None and self._vocabulary.medium.search(words)):
            said.restricted = True
        if piece.number is not None:
            said.lost = True
            self.left.append(self._reason(text, piece, said))
        if piece.number is not None or piece.tail:
            said.lose()
            return
        named = {(token.table, token.options) for token in self._vocabulary.parts(words) if not token.verb}
        if len(named) == 1:
            table, options = named.pop()
            if self._tables[table].reach != "guess":
                said.parts[table] = options
        elif not named and self._vocabulary.turn.search(words):
            said.lose()

    def _reason(self, text: str, piece: FigureClause, said: Said) -> Left:
        number = piece.number
        assert number is not None
        words = text[piece.start:piece.end] or text[number.end:piece.after]
        if not any(self._vocabulary.parts(words)):
            return Left(number, "other")
        scope = self._vocabulary.scope.search(words)
        return Left(number, "scope" if said.restricted else "words",
                    scope[0] if scope else self._vocabulary.left_over(words))

    def _figure(self, piece: FigureClause, tokens: list[Token], said: Said) -> Statement | None:
        number = piece.number
        kinds = {token.kind for token in tokens}
        if number is None or "not" in kinds or ("all" in kinds and number.value):
            return None
        if number.unit == "percent" and not kinds and piece.joint in _OPENING:
            return self._share(number, [Token("share")], said)
        if "share" in kinds and number.unit != "points":
            return self._share(number, tokens, said)
        if kinds & {"up", "down", "flat"}:
            return self._growth(number, tokens, said)
        if "compare" in kinds or number.unit in ("percent", "points", "times", "visits"):
            return None
        if not names_cells(tokens):
            return self._sum(number, said) if "total" in kinds else None
        return self._count(number, tokens, said)

    def _count(self, number: Number, tokens: list[Token], said: Said) -> Statement | None:
        readings = self._readings(tokens, said, number.unit)
        if not readings:
            return None
        loose = readings[0].cells[0].partition(".")[0] in said.loose
        found = said.figure("count", number, readings=readings, last_year=said.last_year, loose=loose)
        said.last, said.share = found, None
        said.counts.append(found)
        return found

    def _sum(self, number: Number, said: Said) -> Statement | None:
        if len(said.counts) < 2:
            return None
        two = tuple(said.counts[-2:])
        found = said.figure("sum", number, also=two, last_year=two[0].last_year)
        said.counts.append(found)
        said.last = found
        return found

    def _share(self, number: Number, tokens: list[Token], said: Said) -> Statement | None:
        if number.unit != "percent":
            return None
        at = next(index for index, token in enumerate(tokens) if token.kind == "share")
        base = tokens[at + 1:]
        # 自然人申请占新收申请的97.59%: the whole says which row the part is of.
        whole = self._readings(base, said, "count") if names_cells(base) else ()
        about = self._subject(tokens[:at], (number.start, number.end), number.unit, said)
        if about is None or about.kind != "count" or (names_cells(base) and not whole):
            return None
        found = said.figure("share", number, readings=whole, about=about, last_year=about.last_year,
                            also=tuple(count for count in said.counts
                                       if count is not about and count.kind == "count"))
        said.share = found
        return found

    def _growth(self, number: Number, tokens: list[Token], said: Said) -> Statement | None:
        kinds = [token.kind for token in tokens]
        if "compare" not in kinds:
            return None
        direction = 1 if "up" in kinds else -1 if "down" in kinds else 0
        if number.unit == "points":
            if said.share is None or said.share.last_year:
                return None
            return said.figure("points", number, about=said.share, direction=direction)
        if number.unit in ("times", "visits") or not direction:
            return None
        about = self._subject(tokens, (number.start, number.end), number.unit, said)
        if about is None or about.last_year or about.loose:
            return None
        return said.figure("growth", number, about=about, direction=direction)

    def _subject(self, tokens: list[Token], place: tuple[int, int], unit: str, said: Said,
                 ) -> Statement | None:
        """Return what a share or a growth is about: what its own clause names, or the figure before it."""
        if not names_cells(tokens):
            return said.last
        readings = self._readings(tokens, said, "money" if unit == "money" else "count")
        if not readings:
            return None
        return said.statement("count", place, readings=readings, last_year=said.last_year)

    def _claim(self, text: str, piece: FigureClause, tokens: list[Token], said: Said) -> Iterator[Statement]:
        """Read a clause without a figure: a claim, or what the figures after it are about."""
        kinds = {token.kind for token in tokens}
        place = (piece.start, piece.end)
        if "all" in kinds and "not" not in kinds:
            yield from self._all(place, tokens, said)
        elif "not" in kinds and names_cells(tokens):
            yield from self._none(text, place, tokens, said)
        elif "flat" in kinds and "compare" in kinds:
            about = self._subject(tokens, place, "count", said)
            if about is not None and about.kind == "count" and not about.last_year:
                yield said.statement("growth", place, about=about)
        elif names_cells(tokens) and not kinds & {"compare", "up", "down", "share", "not", "all"}:
            self._readings(tokens, said, "count")

    def _all(self, place: tuple[int, int], tokens: list[Token], said: Said) -> Iterator[Statement]:
        """Read 均已办结, said of all that came in, and 均获维持, said of cases that were named."""
        claims = self._cells.edition.language.claims
        words, kinds = {token.text for token in tokens}, {token.kind for token in tokens}
        if said.last_year:
            return
        if words & set(claims.all_handled.words):
            in_time = "in_time" in kinds and not any("已" in word for word in words)
            of_all = said.received and (not said.counts
                                        or said.counts[-1].may_be_of(claims.all_handled.after))
            if not in_time and (of_all or "every" in kinds):
                yield said.statement("all_handled", place)
        elif words & set(claims.all_upheld.words) and any(said.parts.get(table)
                                                          for table in claims.all_upheld.after):
            readings = self._readings(tokens, said, "count")
            if readings:
                yield said.statement("all_upheld", place, readings=readings)

    def _none(self, text: str, place: tuple[int, int], tokens: list[Token], said: Said,
              ) -> Iterator[Statement]:
        readings = self._readings(tokens, said, "count")
        needs = [self._tables[reading.cells[0].partition(".")[0]].none_needs for reading in readings]
        if readings and not said.last_year and all(
                not words or any(word in text for word in words) for words in needs):
            yield said.statement("zero", place, readings=readings)

    def _readings(self, tokens: list[Token], said: Said, unit: str) -> tuple[FigureReading, ...]:
        """Return the ways to take the cells that a clause names, and remember them for later clauses."""
        named = [token for token in tokens if token.kind in ("part", "column", "and", "include")]
        tables = {token.table for token in named if token.table}
        if len(tables) > 1:
            # 收到行政复议申请: the verb belongs to every table.
            named = [token for token in named if not token.verb]
            tables = {token.table for token in named if token.table}
        if len(tables) != 1:
            return ()
        table = tables.pop()
        parts = combined([token for token in named if token.kind != "column"])
        columns = combined([token for token in named if token.kind != "part"])
        if parts == () or columns == ():
            return ()
        loose = columns is not None and all(token.loose for token in named if token.kind == "column")
        if loose and parts is None and table not in said.here:
            # 发布133条: of whatever was spoken of before.
            return ()
        part_options = parts if parts is not None else self._unsaid_parts(table, said)
        column_options = columns
        if column_options is None:
            column_options = (*self._cells.defaults(table), *said.columns.get(table, ()))
        if parts is not None:
            said.parts[table] = parts
            said.here.add(table)
            received = self._cells.edition.language.claims.all_handled.after[0]
            said.received |= any(f"{table}.{part}" == received for option in parts for part in option)
        if columns is not None:
            said.columns[table] = columns
            said.loose = said.loose | {table} if loose else said.loose - {table}
        # 公开行政许可9条 is not of the sole cell of its row.
        sole = not (loose or (columns is None and table in said.loose))
        return self._cells.readings(table, part_options, column_options, unit, sole)

    def _unsaid_parts(self, table: str, said: Said) -> Options:
        known = said.parts.get(table)
        if known is None:
            return ()
        if table in said.here or self._tables[table].reach != "guess":
            return known
        # What an earlier sentence spoke of is a guess, so the table's wholes may be meant as well.
        return tuple(dict.fromkeys((*known, *self._cells.edition.language.wholes.get(table, ()))))
