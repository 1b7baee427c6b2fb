"""Official punctuation: find what is written otherwise, and what it ought to be.

GB/T 15834-2011 (punctuation), GB/T 15835-2011 (digits), GB/T 9704-2012, 7.2.5 (document numbers). Expressions
`{{ … }}`, web addresses, e-mail addresses, times and numbers keep their half-width characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reportgen.standard.numerals import HALF_WIDTH

_HANZI = "\u3400-\u4dbf\u4e00-\u9fff"
_CHINESE = re.compile(f"[{_HANZI}“”‘’《》〈〉〔〕【】、。，；：！？（）…—·％\U00020000-\U0002ffff]")
# Web and e-mail addresses, as part of a pattern; a long word is looked through once.
ADDRESS = r"(?:https?://|www\.)[!-~]+|(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+"
# Characters that nobody sees, as part of a class.
UNSEEN = "\u200b-\u200f\u2060\u00ad\ufeff\u202a-\u202e"
_KEPT = re.compile(rf"\{{\{{(?:(?!\{{\{{).)*?\}}\}}|{ADDRESS}|\d+(?::\d\d)+|\d+,(?=\d{{3}})"
                   r"|\(0?\d{2,3}\)(?=[ ]?\d)")
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_HEAD = re.compile(f"[{_HANZI}“《（\n]")
_CHINESE_NUMBER = re.compile("(?:^|[。；：\\s])[一二三四五六七八九十]{1,3}$")
_NUMBERED = re.compile(f"(?<=[{_HANZI}])(?P<open>[\\[（(【［<〈])(?P<year>(?:19|20)\\d\\d)"
                       r"(?P<close>[\]）)】］>〉])(?=[ ]?\d{1,5}[ ]?号)")
_ANY_HALF = re.compile(r'[,;:?!()."]|--')
_WIDE_DIGITS = re.compile("[０-９]+")
_LONG = ((re.compile(f"(?<=[{_HANZI}”》）])\\.{{3,}}"), "……"),
         (re.compile(f"(?<=[{_HANZI}”》）])-{{2,}}(?=[{_HANZI}“《（])"), "——"))


@dataclass(frozen=True)
class Change:
    """What stands from `start` to `end` and ought to be `new`."""

    start: int
    end: int
    new: str


def wide_digits(text: str) -> Iterator[Change]:
    """Yield the full-width digits of a text."""
    for found in _WIDE_DIGITS.finditer(text):
        yield Change(found.start(), found.end(), found[0].translate(HALF_WIDTH))


def document_numbers(text: str) -> Iterator[Change]:
    """Yield the brackets around the year of a document number that are not 〔〕."""
    for found in _NUMBERED.finditer(text):
        yield Change(found.start(), found.end(), f"〔{found['year']}〕")


def half_width(text: str) -> Iterator[Change]:
    """Yield the half-width punctuation that stands in Chinese."""
    if not _ANY_HALF.search(text):
        return
    kept = [found.span() for found in _KEPT.finditer(text)]
    kept += [(change.start, change.end) for change in document_numbers(text)]
    free = [True] * len(text)
    for start, end in kept:
        free[start:end] = [False] * (end - start)
    changes = [*_marks(text, free), *_brackets(text, free), *_quotes(text, free)]
    for pattern, new in _LONG:
        changes += [Change(found.start(), found.end(), new) for found in pattern.finditer(text)
                    if free[found.start()]]
    yield from sorted(changes, key=lambda change: change.start)


def _marks(text: str, free: list[bool]) -> Iterator[Change]:
    for index, character in enumerate(text):
        if not free[index] or character not in ",;:?!.":
            continue
        end = index + 1
        while end < len(text) and text[end] == " ":
            end += 1
        before, after = text[index - 1:index], text[end:end + 1]
        if character == ".":
            # 一.加强 is a heading's number, with a mark of its own.
            if re.match(f"[{_HANZI}”》）]", before) and (end == len(text) or _HEAD.match(text[end:])) \
                    and not _CHINESE_NUMBER.search(text, 0, index):
                yield Change(index, end, "。")
        elif _chinese(before) or _chinese(after):
            yield Change(index, end if end < len(text) else index + 1, _FULL[character])


def _brackets(text: str, free: list[bool]) -> Iterator[Change]:
    open_: list[int] = []
    for index, character in enumerate(text):
        if not free[index]:
            continue
        if character == "(":
            open_.append(index)
        elif character == ")" and open_:
            start = open_.pop()
            if _CHINESE.search(text[max(0, start - 1):index + 2]):
                yield Change(start, start + 1, "（")
                yield Change(index, index + 1, "）")


def _quotes(text: str, free: list[bool]) -> Iterator[Change]:
    places = [index for index, character in enumerate(text) if character == '"' and free[index]]
    if len(places) % 2:
        return
    for start, end in zip(places[::2], places[1::2], strict=True):
        if _CHINESE.search(text[max(0, start - 1):end + 2]):
            yield Change(start, start + 1, "“")
            yield Change(end, end + 1, "”")


def _chinese(character: str) -> bool:
    return bool(character) and bool(_CHINESE.match(character))


FAULTS: dict[str, Callable[[str], Iterator[Change]]] = {
    "WZ10": wide_digits, "WZ06": document_numbers, "WZ04": half_width}


def mended(text: str) -> str:
    """Return a text with every fault mended; mending it again changes nothing."""
    while True:
        before = text
        for find in FAULTS.values():
            for change in reversed(list(find(text))):
                text = text[:change.start] + change.new + text[change.end:]
        if text == before:
            return text
