"""Find the figures of a sentence: digits or Chinese numerals, with 万, 余 and the unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reportgen.standard.numerals import CHARACTERS, HALF_WIDTH, parse_chinese

_COUNT_UNITS = "件|条|宗|份|起|例|个|项|部|封"
# What is counted by these is no document and no case.
_OTHER_UNITS = "[件条人场批]次"
# Blanks and quotation marks, as masked, may stand between a figure and its unit (“99” 件).
_GAP = r"[ \u00a0\u3000\x00\x03“”‘’]{0,4}"
_NUMBER = re.compile(
    r"(?P<before>百分之)?(?![两三四五六七八九]项(?:合计|共计|之和|相加))"
    rf"(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d(?:\x03*\d)*(?:\.\d+)?|[{CHARACTERS}]+)"
    rf"{_GAP}(?P<scale>[万亿])?(?P<more>[余多])?{_GAP}"
    rf"(?P<unit>个?百分点|[%％]|倍|万元|亿元|元|{_OTHER_UNITS}|{_COUNT_UNITS})?(?P<after>左右|以上)?")
# A figure that ends its clause needs no unit (部分公开67，); no number of a list or a year ends one.
_CLAUSE_END = re.compile(r"[，,；;。、）)]|$")
_WORD_BEFORE = re.compile(r"[\u4e00-\u9fff][ \x00]?$")
_NO_COUNT = "第年月日号期批届表图"
_ASCII = HALF_WIDTH | str.maketrans("．", ".")
_SCALES = {"": 1, "万": 10_000, "亿": 100_000_000}
# The longest first.
_ABOUT = ("大约", "接近", "将近", "超过", "不到", "约", "近", "超", "逾")
# More digits than these are no figure of a report.
MAX_DIGITS = 20
# How far an approximate figure may be off before it is wrong.
FAR = Decimal("0.1")


# Whether a text can hold a figure at all; most paragraphs can be left alone.
MAY_HOLD = re.compile(
    rf"[0-9０-９]|百分之|[{CHARACTERS}][万亿余多个]{{0,2}}[{_COUNT_UNITS.replace('|', '')}元倍百]")


@dataclass(frozen=True, kw_only=True)
class Number:
    """One figure of a sentence.

    `start` and `end` are where it stands, unit included. `value` is in pieces, per cent, percentage points or
    元; `step` is one unit of its last digit; `unit` is "count", "visits", "percent", "points", "times"
    or "money".
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
    """Yield the figures that have a unit or end their clause, in order.

    Ordinals, dates and document numbers are none.
    """
    plain = text.translate(_ASCII)
    for found in _NUMBER.finditer(plain):
        if not (found["unit"] or found["before"] or _ends_a_clause(plain, found)) or _part_of_a_word(
                plain, found.start()):
            continue
        value = _value(found["digits"])
        if value is None or len(found["digits"]) > MAX_DIGITS:
            continue
        start = found.start()
        about = bool(found["more"] or found["after"])
        for word in _ABOUT:
            if plain.endswith(word, 0, start):
                about, start = True, start - len(word)
                break
        unit, factor = _unit(found["unit"] or ("%" if found["before"] else ""), found["scale"] or "")
        decimals = len(found["digits"].partition(".")[2])
        yield Number(start=start, end=found.end(), value=value * factor,
                     step=Decimal(1).scaleb(-decimals) * factor, unit=unit, about=about)


def _ends_a_clause(text: str, found: re.Match[str]) -> bool:
    start = found.start()
    return (found[0][0].isascii() and bool(_CLAUSE_END.match(text, found.end()))
            and bool(_WORD_BEFORE.search(text, max(0, start - 2), start))
            and text[:start].rstrip(" \x00")[-1] not in _NO_COUNT)


def _part_of_a_word(text: str, start: int) -> bool:
    return start > 0 and (text[start - 1] in "第〔.-/:"
                          or (text[start - 1].isascii() and text[start - 1].isalnum()))


def _value(digits: str) -> Decimal | None:
    if digits[0].isascii():
        return Decimal(re.sub("[,\x03]", "", digits))
    value = parse_chinese(digits)
    return None if value is None else Decimal(value)


def _unit(unit: str, scale: str) -> tuple[str, int]:
    factor = _SCALES[scale]
    if unit.endswith("元"):
        return "money", factor * _SCALES[unit[:-1]]
    names = {"%": "percent", "％": "percent", "倍": "times"}
    if unit.endswith("百分点"):
        return "points", factor
    return "visits" if unit.endswith("次") else names.get(unit, "count"), factor
