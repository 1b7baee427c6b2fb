"""Take out of what was read from a published file the characters that its reader does not see as text.

An unseen line end begins a new paragraph, and text that would end a value of the data file never gets there;
other unprintable characters go, and what only looks like a hanzi becomes one. All before anything is
recognised, so that nothing shows up in what is left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from reportgen.datafile.prose import clean
from reportgen.imports.blocks import Blocks, Grid, Text

_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_BOM = "\ufeff"                  # prints nothing where it does not begin a file
_SEEN = ("\n", "\r", "\r\n")     # an ordinary line end is not worth a word
_SOFT_HYPHEN = 0xAD
# Where NFKC gives the character that is meant: Kangxi radicals, compatibility ideographs, Latin ligatures.
_COMPATIBLE = (range(0x2F00, 0x2FD6), range(0xF900, 0xFB00), range(0xFB00, 0xFB07), range(0x2F800, 0x2FA1E))
# Radicals for which Unicode names no equivalent, though a PDF has them where a hanzi is printed.
_RADICALS = ("⺟母⺠民⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟"
             "⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟")


@cache
def _meant() -> dict[int, str | None]:
    """Return what stands for characters that look like another which is meant."""
    compatible = {code: unicodedata.normalize("NFKC", chr(code)) for codes in _COMPATIBLE for code in codes}
    radicals = {ord(_RADICALS[at]): _RADICALS[at + 1] for at in range(0, len(_RADICALS), 2)}
    return compatible | radicals | {_SOFT_HYPHEN: None}


class _Said:
    """Count which characters went, and the first place of each kind."""

    def __init__(self) -> None:
        self.places: dict[str, list[str]] = {}

    def add(self, what: str, place: str) -> None:
        self.places.setdefault(what, []).append(place)

    def lines(self) -> Iterator[str]:
        for what, places in self.places.items():
            more = f"等 {len(places)} 处" if len(places) > 1 else ""
            yield f"{places[0]}{more}有{what}，请核对"


def printable(blocks: Blocks) -> Blocks:
    """Return blocks whose paragraphs are printable; what was changed is added to what is said of the file.

    What is unprintable stays in tables: a figure with something like that in it is none.
    """
    said = _Said()
    items: list[Text | Grid] = []
    for item in blocks.items:
        items += [_meant_grid(item)] if isinstance(item, Grid) else _paragraphs(item, said)
    return replace(blocks, items=items, said=[*blocks.said, *said.lines()])


def _meant_grid(grid: Grid) -> Grid:
    def meant(row: tuple[str | None, ...]) -> tuple[str | None, ...]:
        return tuple(None if cell is None else cell.translate(_meant()) for cell in row)

    return replace(grid, rows=tuple(map(meant, grid.rows)))


def _paragraphs(block: Text, said: _Said) -> Iterator[Text]:
    """Yield the lines of a text as texts of their own, each with its marks."""
    text, start = block.text, 0
    for found in [*_LINE_END.finditer(text), None]:
        end = found.start() if found else len(text)
        yield _printable(block, start, end, said)
        if found:
            if found[0] not in _SEEN:
                said.add(f"看不见的换行符 U+{ord(found[0]):04X}，按另起一段读取", block.place)
            start = found.end()


def _printable(block: Text, start: int, end: int, said: _Said) -> Text:
    """Return a stretch of a text without unprintable characters or marks that reach out of it."""
    def place(index: int) -> int:
        return len(_kept(block.text[start:index]))

    text = block.text[start:end]
    for code in clean(text.translate(_meant()))[1] + (["U+FEFF"] if _BOM in text else []):
        said.add(f"不可见字符 {code}，没有读取", block.place)
    marks = tuple(replace(mark, start=place(mark.start), end=place(mark.end))
                  for mark in block.marks if start <= mark.start and mark.end <= end)
    return replace(block, text=_kept(text), marks=marks)


def _kept(text: str) -> str:
    return clean(text.translate(_meant()))[0].replace(_BOM, "")
