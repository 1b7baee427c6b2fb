"""Turn the words of a clause into cells, by the edition's words and those that no edition changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from msgspec import Struct, field
from msgspec.structs import fields

from reportgen.files.typed_yaml import load_typed
from reportgen.format import Edition, Heading
from reportgen.report.model import Report

# Stands for a character of a word that would otherwise part clauses.
JOINED = "\x01"
# Stands for what names the agency itself, and for quotation marks.
MASKED = "\x00"
# A shorter label, such as 其他 or 总计, means too many things to be taken for a cell.
MIN_DERIVED = 3

Options = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Token:
    """One word of a clause.

    `kind` is a key of words.yaml, or "part" or "column" with the `table` and the `options`, each option a
    tuple of middle or last parts of paths that are added up. `verb` marks a part that only says that cases
    came in, of whatever table.
    """

    kind: str
    table: str = ""
    options: Options = ()
    verb: bool = False
    text: str = ""


class CommonWords(Struct, frozen=True, forbid_unknown_fields=True):
    """Hold the words that no edition changes, by kind; their comments stand in words.yaml."""

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
    scope: tuple[str, ...]

    def by_kind(self) -> dict[str, tuple[str, ...]]:
        """Return the words by the kind that the file names them by."""
        return {one.encode_name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True)
class Vocabulary:
    """The words of one edition and year; `scope` and `claims` find clauses that need a closer look."""

    pattern: re.Pattern[str]
    tokens: dict[str, Token]
    scope: re.Pattern[str]
    claims: re.Pattern[str]
    joined: tuple[str, ...]

    def tokenise(self, text: str) -> list[Token] | None:
        """Return the tokens of a clause, or None where something is left over."""
        found, position = [], 0
        while position < len(text):
            match = self.pattern.match(text, position)
            if match is None:
                return None
            token = self.tokens.get(match[0])
            if token is not None and token.kind != "filler":
                found.append(token)
            position = match.end()
        return found

    def parts(self, text: str) -> Iterator[Token]:
        """Yield the tokens that name parts of a table, wherever they stand in a text."""
        for match in self.pattern.finditer(text):
            token = self.tokens.get(match[0])
            if token is not None and token.kind == "part":
                yield token

    def mask(self, text: str, names: tuple[str, ...]) -> str:
        """Return a text as long, in which names, quotation marks and joined words end no clause."""
        for word in (*names, "“", "”", "‘", "’", " ", "\u3000"):
            if word in text:
                text = text.replace(word, MASKED * len(word))
        for word in self.joined:
            if word in text:
                text = text.replace(word, word.replace("、", JOINED))
        return text


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

    def add(word: str, token: Token) -> None:
        word = word.format(year=year, last=year - 1, next=year + 1).replace("、", JOINED if len(word) > 1
                                                                            else "、")
        known = tokens.get(word)
        if known is not None and (known.kind, known.table) == (token.kind, token.table):
            token = replace(token, options=tuple(dict.fromkeys((*known.options, *token.options))))
        tokens[word] = replace(token, text=word)

    for kind, entries in words().items():
        for word in entries if kind != "scope" else ():
            add(word, Token(kind))
    for table in edition.tables.values():
        for block in table.blocks:
            for top in block.rows:
                for heading, path in _with_paths(top, ""):
                    below = tuple(".".join(filter(None, (path, *(step.id for step in line[1:]))))
                                  for line in heading.lines())
                    for word in _named(heading):
                        add(word, Token("part", table.id, (below,)))
            for top in block.columns:
                for heading, path in _with_paths(top, ""):
                    token = Token("part", table.id, ((path,),)) if heading.children and heading.id else \
                        Token("column", table.id, (tuple(line[-1].id or "" for line in heading.lines()),))
                    for word in _named(heading):
                        add(word, token)
    for reading in edition.language.readings:
        for word in reading.words:
            add(word, Token("part", reading.table, reading.of, verb=reading.shared))
    pattern = re.compile("|".join([MASKED,
                                   *map(re.escape, sorted(tokens, key=lambda word: (-len(word), word)))]))
    joined = tuple(word.replace(JOINED, "、") for word in tokens if JOINED in word)
    scope = re.compile("|".join(map(re.escape, words()["scope"])) + rf"|(?!{year}|{year - 1})20\d\d年")
    # Only these words make a claim without a figure.
    claims = re.compile("|".join(map(re.escape, (*words()["not"], *words()["all"], *words()["flat"]))))
    return Vocabulary(pattern, tokens, scope, claims, joined)


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
