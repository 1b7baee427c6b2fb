"""Render the numbers that Word puts before the paragraphs of its lists (ISO/IEC 29500-1, 17.9)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from reportgen.files import limits
from reportgen.imports.readers.word_styles import Styles, is_on
from reportgen.standard.numerals import FULL_WIDTH, LEGAL, format_chinese, format_chinese_digits

LEVELS = 9
_BULLET = "bullet"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def _legal(number: int) -> str:
    text = format_chinese(number).translate(LEGAL)
    return f"壹{text}" if 10 <= number < 20 else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _letters(number: int) -> str:
    """Return a to z, then aa, bb as Word has it."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number else ""


def _wide(number: int) -> str:
    return str(number).translate(FULL_WIDTH)


def _row(first: str, count: int) -> Callable[[int], str]:
    """Return what draws numbers from characters that follow each other, beyond them in digits."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= count else str(number)


def _cycle(characters: str) -> Callable[[int], str]:
    return lambda number: characters[(number - 1) % len(characters)] if number else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str, "decimalHalfWidth": str, "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": _wide, "decimalFullWidth2": _wide, "numberInDash": lambda number: f"-{number}-",
    "decimalEnclosedCircle": _row("①", 20), "decimalEnclosedCircleChinese": _row("①", 20),
    "decimalEnclosedParen": _row("⑴", 20), "decimalEnclosedFullstop": _row("⒈", 20),
    "ideographEnclosedCircle": _row("㊀", 10),
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "taiwaneseCounting",
                     "taiwaneseCountingThousand", "japaneseCounting"), format_chinese),
    **dict.fromkeys(("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"),
                    format_chinese_digits),
    "chineseLegalSimplified": _legal,
    "ideographTraditional": _cycle(_STEMS), "ideographZodiac": _cycle(_BRANCHES),
    "lowerLetter": _letters, "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman, "upperRoman": lambda number: _roman(number).upper(), "none": lambda number: "",
}


@dataclass(frozen=True)
class _Level:
    """One level of a list: where it starts, how its number is written, and after which level it restarts."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    legal: bool = False
    restart: int = LEVELS
    spaced: bool = False
    shown: bool = True
    style: str = ""


@dataclass
class _List:
    """A w:num: the list that it is an instance of, its own levels, and where it starts anew."""

    abstract: str
    levels: dict[int, _Level]
    starts: dict[int, int] = field(default_factory=dict)


@dataclass
class Numbering:
    """The lists of a Word file and how far each has counted; `part` is the root of numbering.xml, or None.

    `unknown` are formats that were written as digits, for want of knowing them.
    """

    part: Any
    styles: Styles
    unknown: set[str] = field(default_factory=set)
    _lists: dict[str, _List] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Read the lists."""
        if self.part is None:
            return
        abstract = {one.get(qn("w:abstractNumId"), ""): one
                    for one in self.part.iterfind(qn("w:abstractNum"))}
        for num in self.part.iterfind(qn("w:num")):
            named = self._linked(_value(num, "w:abstractNumId"), abstract)
            if named not in abstract:
                continue
            found = _List(named, _levels(abstract[named]))
            for override in num.iterfind(qn("w:lvlOverride")):
                level = _number(override.get(qn("w:ilvl")), 0)
                found.levels |= _levels(override)
                if (start := _value(override, "w:startOverride")):
                    found.starts[level] = _number(start, 1)
            self._lists[num.get(qn("w:numId"), "")] = found

    def _linked(self, ident: str, abstract: dict[str, Any]) -> str:
        """Return the list that a list takes its levels from by way of a numbering style, or itself."""
        link = _value(abstract[ident], "w:numStyleLink") if ident in abstract else ""
        if not link:
            return ident
        num = self.styles.first(link, f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
        wanted = num.get(qn("w:val")) if num is not None else ""
        nums = (one for one in self.part.iterfind(qn("w:num")) if one.get(qn("w:numId")) == wanted)
        found = next(nums, None)
        return _value(found, "w:abstractNumId") if found is not None else ident

    def label(self, properties: Any) -> tuple[str, bool]:
        """Return the number before a paragraph, and whether a bullet stands there in its place.

        `properties` is its w:pPr or None. Counts on, so each paragraph is asked for once, in order.
        """
        ident, depth = self._of(properties)
        one = self._lists.get(ident)
        level = one.levels.get(depth) if one else None
        if one is None or level is None:
            return "", False
        counts = self._counts.setdefault(one.abstract, {})
        if depth in one.starts and (ident, depth) not in self._begun:
            counts[depth] = one.starts[depth]
        else:
            counts[depth] = counts.get(depth, level.start - 1) + 1
        self._begun.add((ident, depth))
        for deeper in [other for other in counts if other > depth]:
            restart = one.levels.get(deeper, _Level()).restart
            if restart and depth < restart:
                del counts[deeper]
        if level.format == _BULLET:
            return "", level.shown
        return self._drawn(one, level, counts) if level.shown else "", False

    def _of(self, properties: Any) -> tuple[str, int]:
        """Return the list and the level of a paragraph; ("", 0) for one that is in none."""
        if properties is None:
            return "", 0
        style = _value(properties, "w:pStyle")
        own = properties.find(qn("w:numPr"))
        given = self.styles.first(style, f"{qn('w:pPr')}/{qn('w:numPr')}")
        ident = (_value(own, "w:numId") if own is not None else "") or \
            (_value(given, "w:numId") if given is not None else "")
        depth = _value(own, "w:ilvl") if own is not None else ""
        if not depth and ident in self._lists:
            named = [one.get(qn("w:styleId")) for one in self.styles.chain(style)]
            linked = next((at for at, level in self._lists[ident].levels.items()
                           if level.style and level.style in named), None)
            if linked is not None:
                depth = str(linked)
            elif given is not None:
                depth = _value(given, "w:ilvl")
        return ident, min(_number(depth, 0), LEVELS - 1)

    def _drawn(self, one: _List, level: _Level, counts: dict[int, int]) -> str:
        def number(found: re.Match[str]) -> str:
            depth = int(found[1]) - 1
            other = one.levels.get(depth, _Level())
            value = min(max(counts.get(depth, other.start), 0), limits.WORD_NUMBER)
            return self._number(value, "decimal" if level.legal else other.format)

        text = re.sub(r"%([1-9])", number, level.text)
        return f"{text} " if level.spaced and text[-1:].isalnum() else text

    def _number(self, value: int, kind: str) -> str:
        if kind not in _FORMATS:
            self.unknown.add(kind)
        return _FORMATS.get(kind, str)(value)


def _levels(parent: Any) -> dict[int, _Level]:
    return {_number(level.get(qn("w:ilvl")), 0): _level(level) for level in parent.iterfind(qn("w:lvl"))}


def _level(level: Any) -> _Level:
    kind = level.find(f".//{qn('w:numFmt')}")
    return _Level(
        start=_number(_value(level, "w:start"), 0 if level.find(qn("w:start")) is None else 1),
        format=kind.get(qn("w:val"), "decimal") if kind is not None else "decimal",
        text=_value(level, "w:lvlText"), legal=is_on(level.find(qn("w:isLgl"))),
        restart=_number(_value(level, "w:lvlRestart"), LEVELS),
        spaced=_value(level, "w:suff") != "nothing",
        shown=not is_on(level.find(f"{qn('w:rPr')}/{qn('w:vanish')}")), style=_value(level, "w:pStyle"))


def _value(parent: Any, tag: str) -> str:
    """Return what a child element says, or an empty string."""
    child = parent.find(qn(tag))
    return child.get(qn("w:val"), "") if child is not None else ""


def _number(text: str | None, otherwise: int) -> int:
    return min(int(text), limits.WORD_NUMBER) if text and text.isascii() and text.isdigit() else otherwise
