"""Texts in columns on a terminal, where a Chinese character takes two."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

# What must not begin a line, and what must not end one (GB/T 15834).
_NEVER_FIRST, _NEVER_LAST = "，。；：、！？）》”’〕…—,.;:)", "（《“‘〔("
_NARROWEST, _WIDEST = 40, 120


def terminal_width() -> int:
    """Return how many columns help may take."""
    return min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)


def columns_of(text: str) -> int:
    """Return how many columns a text takes; Chinese fonts set the ambiguous ones, such as “, wide."""
    return sum(map(character_width, text))


@lru_cache(maxsize=10_000)
def character_width(character: str) -> int:
    """Return how many columns a character takes."""
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of texts as lines with the columns aligned."""
    widths = [max(map(columns_of, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_filled(text, width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in rows]


def with_meanings(rows: Iterable[tuple[str, str]], width: int, most: int = 30) -> list[str]:
    """Return names with what they mean beside them, which is wrapped to `width` columns.

    A name wider than `most` stands on a line of its own.
    """
    rows = list(rows)
    left = max((columns_of(name) for name, _ in rows if columns_of(name) <= most), default=0)
    lines = []
    for name, about in rows:
        first, *others = wrapped(about, width - left - 4)
        if columns_of(name) > left:
            lines.append(f"  {name}")
            name = ""
        lines.append(f"  {_filled(name, left)}  {first}".rstrip())
        lines += [f"{' ' * (left + 4)}{other}" for other in others]
    return lines


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most `width` columns, words in Latin letters and paths whole."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and columns_of((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """Return what stays together: a wide character with its punctuation, a narrow word with its blanks."""
    pieces: list[str] = []
    for character in text:
        last = pieces[-1] if pieces else ""
        together = last and (character in _NEVER_FIRST or last[-1] in _NEVER_LAST or character == " "
                             or (last[-1] != " " and _narrow(last[-1]) and _narrow(character)))
        if together:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _narrow(character: str) -> bool:
    return character_width(character) == 1


def _filled(text: str, width: int) -> str:
    return text + " " * (width - columns_of(text))
