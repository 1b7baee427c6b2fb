"""Find the figures of a sentence: digits or Chinese numerals, with 万, 余 and the unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reportgen.standard.numerals import CHARACTERS, HALF_WIDTH, parse_chinese

_COUNT_UNITS = "件次|条次|人次|件|条|宗|份|起|例|个|项|部|封"
_NUMBER = re.compile(
    r"(?P<before>百分之)?"
    rf"(?![两三四五六七八九]项(?:合计|共计|之和|相加))(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|[{CHARACTERS}]+)"
    r"(?P<scale>[万亿])?(?P<more>[余多])?[ ]?"
    rf"(?P<unit>个?百分点|[%％]|倍|万元|亿元|元|{_COUNT_UNITS})?(?P<after>左右|以上)?")
_ASCII = HALF_WIDTH | str.maketrans("．", ".")
_SCALES = {"": 1, "万": 10_000, "亿": 100_000_000}
_ABOUT = ("约", "近", "大约", "接近", "将近", "超过", "超", "逾", "不到")
# More digits than these are no figure of a report.
MAX_DIGITS = 20
# How far an approximate figure may be off before it is wrong.
FAR = Decimal("0.1")


@dataclass(frozen=True, kw_only=True)
class Number:
    """One figure of a sentence.

    `start` and `end` are where it stands, unit included. `value` is in pieces, per cent, percentage points or
    元; `step` is one unit of its last digit; `unit` is "count", "percent", "points", "times" or "money".
    """

    start: int
    end: int
    value: Decimal
    step: Decimal
    unit: str
    about: bool

    def agrees(self, value: Decimal) -> bool:
        """Say whether the figure can stand for a value: exactly, rounded or cut as written, or roughly."""
        difference = value - self.value
        if self.about:
            return abs(difference) <= FAR * max(abs(self.value), abs(value))
        if self.unit == "count" and self.step == 1:
            return difference == 0
        return abs(difference) * 2 <= self.step or 0 <= difference < self.step


def find_numbers(text: str) -> Iterator[Number]:
    """Yield the figures that have a unit, in order; ordinals, dates and document numbers have none."""
    plain = text.translate(_ASCII)
    for found in _NUMBER.finditer(plain):
        if not (found["unit"] or found["before"]) or _part_of_a_word(plain, found.start()):
            continue
        value = _value(found["digits"])
        if value is None or len(found["digits"]) > MAX_DIGITS:
            continue
        start = found.start()
        about = bool(found["more"] or found["after"])
        for word in sorted(_ABOUT, key=len, reverse=True):
            if plain.endswith(word, 0, start):
                about, start = True, start - len(word)
                break
        unit, factor = _unit(found["unit"] or "%", found["scale"] or "")
        decimals = len(found["digits"].partition(".")[2])
        yield Number(start=start, end=found.end(), value=value * factor,
                     step=Decimal(1).scaleb(-decimals) * factor, unit=unit, about=about)


def _part_of_a_word(text: str, start: int) -> bool:
    return start > 0 and (text[start - 1] in "第〔.-/:"
                          or (text[start - 1].isascii() and text[start - 1].isalnum()))


def _value(digits: str) -> Decimal | None:
    if digits[0].isascii():
        return Decimal(digits.replace(",", ""))
    value = parse_chinese(digits)
    return None if value is None else Decimal(value)


def _unit(unit: str, scale: str) -> tuple[str, int]:
    factor = _SCALES[scale]
    if unit.endswith("元"):
        return "money", factor * _SCALES[unit[:-1]]
    names = {"%": "percent", "％": "percent", "倍": "times"}
    return "points" if unit.endswith("百分点") else names.get(unit, "count"), factor
