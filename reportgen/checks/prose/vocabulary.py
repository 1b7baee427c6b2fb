"""Turn the words of a clause into cells, by the edition's words and those that no edition changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from msgspec import Struct, field
from msgspec.structs import fields

from reportgen.checks.prose.subjects import hidden
from reportgen.files.typed_yaml import load_typed
from reportgen.format import Edition, Heading
from reportgen.format.spelling import spelled
from reportgen.report.model import Agency, Report
from reportgen.standard.punctuation import ADDRESS
from reportgen.standard.punctuation import UNSEEN as NOT_SEEN

# Stands for a character of a word that would otherwise part clauses.
JOINED = "\x01"
# Stands for what names the agency itself, and for quotation marks.
MASKED = "\x00"
# Stands for what holds no figure of a report: web addresses, mail addresses, numbers of documents.
FOREIGN = "\x02"
# Stands for a character that nobody sees, which may stand within a number.
UNSEEN = "\x03"
_FOREIGN = re.compile(rf"{ADDRESS}|[〔\[［【](?:19|20)\d\d[〕\]］】]第?\d+号")
_UNSEEN = re.compile(f"[{NOT_SEEN}]")
_BLANK = re.compile("[“”‘’\"\\s]")
# These kinds of words do not make up clauses.
_APART = ("scope", "medium", "narrow", "channels", "reasons", "published", "turn")
# A shorter label, such as 其他 or 总计, means too many things to be taken for a cell.
MIN_DERIVED = 3

Options = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Token:
    """One word of a clause.

    `kind` is a key of words.yaml, or "part" or "column" with the `table` and the `options`, each option a
    tuple of middle or last parts of paths that are added up. `verb` marks a part that only says that cases
    came in, of whatever table; `loose` a column that may count otherwise than the table. Beside the parts
    `beside` a token says nothing.
    """

    kind: str
    table: str = ""
    options: Options = ()
    verb: bool = False
    loose: bool = False
    beside: frozenset[str] = frozenset()
    text: str = ""


class CommonWords(Struct, frozen=True, forbid_unknown_fields=True):
    """The words that no edition changes, by kind; their comments stand in words.yaml."""

    filler: tuple[str, ...]
    and_: tuple[str, ...] = field(name="and")
    not_: tuple[str, ...] = field(name="not")
    all: tuple[str, ...]
    share: tuple[str, ...]
    compare: tuple[str, ...]
    up: tuple[str, ...]
    down: tuple[str, ...]
    flat: tuple[str, ...]
    total: tuple[str, ...]
    this_year: tuple[str, ...]
    last_year: tuple[str, ...]
    in_time: tuple[str, ...]
    already: tuple[str, ...]
    every: tuple[str, ...]
    include: tuple[str, ...]
    scope: tuple[str, ...]
    medium: tuple[str, ...]
    narrow: tuple[str, ...]
    channels: tuple[str, ...]
    reasons: tuple[str, ...]
    published: tuple[str, ...]
    turn: tuple[str, ...]
    other: tuple[str, ...]

    def by_kind(self) -> dict[str, tuple[str, ...]]:
        """Return the words by the kind that the file names them by."""
        return {one.encode_name: spelled(getattr(self, one.name)) for one in fields(self)}


@dataclass(frozen=True)
class Vocabulary:
    """The words of one edition and year.

    `lengths` are, by first character, how long words are, longest first. `scope`, `medium`, `claims`,
    `narrow` and `turn` find clauses that need a closer look; `said_apart` are words that say nothing of
    cells.
    """

    tokens: dict[str, Token]
    lengths: dict[str, tuple[int, ...]]
    scope: re.Pattern[str]
    medium: re.Pattern[str]
    claims: re.Pattern[str]
    narrow: re.Pattern[str]
    turn: re.Pattern[str]
    said_apart: re.Pattern[str]
    joined: tuple[str, ...]

    def tokenise(self, text: str) -> list[Token] | None:
        """Return the tokens of a clause, or None where something is left over."""
        found, position = [], 0
        while position < len(text):
            if text[position] in (MASKED, UNSEEN):
                position += 1
                continue
            token, length = self._longest(text, position)
            if token is None or token.kind == "other":
                return None
            if token.kind != "filler":
                found.append(token)
            position += length
        return found

    def parts(self, text: str) -> Iterator[Token]:
        """Yield the tokens that name parts of a table, wherever they stand in a text."""
        position = 0
        while position < len(text):
            token, length = self._longest(text, position)
            if token is not None and token.kind == "part":
                yield token
            position += length

    def left_over(self, text: str) -> str:
        """Return the first stretch of a clause that is not understood."""
        position = 0
        while position < len(text) and (text[position] in (MASKED, UNSEEN) or self._known(text, position)):
            position += 1 if text[position] in (MASKED, UNSEEN) else self._longest(text, position)[1]
        start = position
        while position < len(text) and not self._known(text, position):
            position += self._longest(text, position)[1]
        return text[start:position].strip(MASKED + UNSEEN).replace(JOINED, "、")

    def mask(self, text: str, agency: Agency) -> str:
        """Return a text as long, in which names, quotation marks and joined words end no clause."""
        text = _FOREIGN.sub(lambda found: FOREIGN * len(found[0]), text)
        text = _UNSEEN.sub(UNSEEN, _BLANK.sub(lambda found: found[0] if found[0] == "\n" else MASKED, text))
        text = hidden(text, agency, MASKED)
        text = self.said_apart.sub(lambda found: MASKED * len(found[0]), text)
        for word in self.joined if "、" in text else ():
            if word in text:
                text = text.replace(word, word.replace("、", JOINED))
        return text

    def _known(self, text: str, position: int) -> bool:
        token, _ = self._longest(text, position)
        return token is not None and token.kind != "other"

    def _longest(self, text: str, position: int) -> tuple[Token | None, int]:
        for length in self.lengths.get(text[position], ()):
            token = self.tokens.get(text[position:position + length])
            if token is not None:
                return token, length
        return None, 1


def vocabulary(report: Report) -> Vocabulary:
    """Return the words for a report's edition and year."""
    key = (report.edition.id, report.single_rows, report.year)
    if key not in _KNOWN:
        _KNOWN[key] = _build(report.edition, report.year)
    return _KNOWN[key]


_KNOWN: dict[tuple[str, frozenset[str], int], Vocabulary] = {}


@cache
def words() -> dict[str, tuple[str, ...]]:
    """Return the words that no edition changes, by kind."""
    text = (resources.files("reportgen.checks.prose") / "words.yaml").read_text(encoding="utf-8")
    return load_typed(text, "words.yaml", CommonWords).by_kind()


def _build(edition: Edition, year: int) -> Vocabulary:
    tokens: dict[str, Token] = {}
    for word, token in (*_common(), *_of_tables(edition), *_of_readings(edition)):
        _add(tokens, word.format(year=year, last=year - 1, next=year + 1), token)
    _weaken(tokens, edition)
    lengths: dict[str, set[int]] = {}
    for word in tokens:
        lengths.setdefault(word[0], set()).add(len(word))
    joined = sorted((word.replace(JOINED, "、") for word in tokens if JOINED in word), key=len, reverse=True)
    kinds = words()
    rows = {word for word, token in tokens.items()
            if token.kind == "part" and not token.verb and not token.beside}
    loose = [word for word, token in tokens.items() if token.loose]
    apart = [*map(_with_gap, kinds["channels"]), _before(kinds["reasons"], rows)]
    if loose:
        apart.append(_before(kinds["published"], loose))
    return Vocabulary(
        tokens, {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()},
        scope=re.compile(_any(kinds["scope"]) + rf"|(?!{year}|{year - 1})20\d\d年"),
        medium=re.compile(_any(kinds["medium"])),
        # Only these words make a claim without a figure.
        claims=re.compile(_any((*kinds["not"], *kinds["all"], *kinds["flat"]))),
        narrow=re.compile(rf"[^0-9，。；]{{0,6}}[，,（(：:]?(?:{_any(kinds['narrow'])})"),
        turn=re.compile(_any(kinds["turn"])),
        said_apart=re.compile("|".join(apart)), joined=tuple(joined))


def _add(tokens: dict[str, Token], word: str, token: Token) -> None:
    word = word.replace("、", JOINED) if len(word) > 1 else word
    if token.kind == "filler":
        tokens[word] = token
        return
    known = tokens.get(word)
    if known is not None and (known.kind, known.table) == (token.kind, token.table):
        token = replace(token, options=tuple(dict.fromkeys((*known.options, *token.options))))
    tokens[word] = replace(token, text=word)


def _common() -> Iterator[tuple[str, Token]]:
    for kind, entries in words().items():
        token = Token(kind)
        if kind not in _APART:
            yield from ((word, token) for word in entries)


def _of_tables(edition: Edition) -> Iterator[tuple[str, Token]]:
    for table in edition.tables.values():
        for block in table.blocks:
            for top in block.rows:
                for heading, path in _with_paths(top, ""):
                    below = tuple(".".join(filter(None, (path, *(step.id for step in line[1:]))))
                                  for line in heading.lines())
                    yield from ((word, Token("part", table.id, (below,))) for word in _named(heading))
            for top in block.columns:
                for heading, path in _with_paths(top, ""):
                    token = Token("part", table.id, ((path,),)) if heading.children and heading.id else \
                        Token("column", table.id, (tuple(line[-1].id or "" for line in heading.lines()),))
                    yield from ((word, token) for word in _named(heading))


def _of_readings(edition: Edition) -> Iterator[tuple[str, Token]]:
    for reading in edition.language.readings:
        options = reading.of if reading.columns else tuple(
            _rows(edition, reading.table, option) for option in reading.of)
        token = Token("column" if reading.columns else "part", reading.table, options, verb=reading.shared,
                      loose=reading.loose)
        yield from ((word, token) for word in reading.words)


def _weaken(tokens: dict[str, Token], edition: Edition) -> None:
    """Mark the words that say nothing beside rows that say more."""
    for beside in edition.language.beside:
        rows = frozenset(_rows(edition, beside.table, beside.rows))
        for word in beside.words:
            if word in tokens:
                tokens[word] = replace(tokens[word], beside=rows)


def _rows(edition: Edition, table: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return rows of a table, groups of them written out."""
    return tuple(row[len(table) + 1:] for name in names
                 for row in edition.groups.get(f"{table}.{name}", (f"{table}.{name}",)))


def _any(found: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(found, key=lambda word: (-len(word), word))))


def _before(reasons: Iterable[str], said: Iterable[str]) -> str:
    """Return a pattern of words with gaps before others."""
    return f"(?:{'|'.join(map(_with_gap, reasons))})的?(?={_any(said)})"


def _with_gap(word: str) -> str:
    """Return a pattern in which … stands for a few words of one clause, without a figure."""
    return re.escape(word).replace("…", r"[^，。；：0-9]{1,40}?")


def _with_paths(heading: Heading, prefix: str) -> Iterator[tuple[Heading, str]]:
    """Yield a heading and those below it, each with its path within the table."""
    path = ".".join(filter(None, (prefix, heading.id)))
    yield heading, path
    for child in heading.children:
        yield from _with_paths(child, path)


def _named(heading: Heading) -> Iterator[str]:
    yield from heading.phrases
    if heading.id:
        for text in (heading.label, heading.name):
            core = re.sub(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+\.)|（.*?）$|[“”]",
                          "", text)
            if len(core) >= MIN_DERIVED:
                yield core
