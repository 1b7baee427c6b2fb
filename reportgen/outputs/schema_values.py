"""JSON Schemas of the values of a data file: figures, sums of money, dates and years, as it is read.

An editor has turned an unquoted number into a value before it looks at a schema, so of such a number only the
value is judged: 1e3 and, in a count, 3.0 are marked by `reportgen check` alone. Patterns mean the same in
JavaScript and in Python, but for what \\s makes of U+FEFF, U+0085 and U+001C to U+001F.
"""

from __future__ import annotations

import re
from typing import Any

from reportgen.datafile.values import MONEY_UNITS
from reportgen.files import limits
from reportgen.format import CellType
from reportgen.standard.numerals import FULL_WIDTH

Schema = dict[str, Any]

TEXT: Schema = {"type": ["string", "number", "boolean", "null"]}
_LARGEST = 10 ** limits.FIGURE_DIGITS - 1


def _both_widths(pattern: str) -> str:
    """Return a pattern that takes every digit of another full-width or not; counts in braces stay."""
    def widened(found: re.Match[str]) -> str:
        digits = found["inside"] or found["alone"]
        return f"[{digits}{digits.translate(FULL_WIDTH)}]" if digits else found[0]

    return re.sub(r"\[(?P<inside>[0-9-]+)\]|\{[0-9,]+\}|(?P<alone>[0-9])", widened, pattern)


_DIGIT, _MINUS, _PLUS, _COMMA, _POINT = _both_widths("[0-9]"), "[-－−]", "[+＋]", "[,，]", "[.．]"
_UNIT = f"({'|'.join(MONEY_UNITS)})"


def _number(digit: str, decimals: bool) -> str:
    """Return the pattern of a number without sign, of certain digits, its thousands set off or not."""
    return f"({digit}+|{digit}{{1,3}}({_COMMA}{digit}{{3}})+)" + (f"({_POINT}{digit}+)?" if decimals else "")


def _unsigned(decimals: bool) -> str:
    """Return the pattern of a number that is not negative; -0 is not."""
    return f"({_PLUS}?{_number(_DIGIT, decimals)}|{_MINUS}{_number('[0０]', decimals)})"


_AMOUNT = _unsigned(decimals=True)
_ZERO = f"({_PLUS}|{_MINUS})?{_number('[0０]', decimals=True)}"
_PATTERNS = {
    CellType.COUNT: _unsigned(decimals=False),
    CellType.SIGNED: f"({_PLUS}|{_MINUS})?{_number(_DIGIT, decimals=False)}",
    CellType.AMOUNT: _AMOUNT,
}
_NUMBERS: dict[CellType, Schema] = {
    CellType.COUNT: {"type": "integer", "minimum": 0, "maximum": _LARGEST},
    CellType.SIGNED: {"type": "integer", "minimum": -_LARGEST, "maximum": _LARGEST},
    CellType.AMOUNT: {"type": "number", "minimum": 0, "maximum": _LARGEST},
    CellType.MONEY: {"type": "number", "minimum": 0, "maximum": _LARGEST}}


def text(pattern: str, blank: bool = True) -> Schema:
    """Return the schema of a text of this pattern, white space around it; may it be `blank`, of none too."""
    return {"type": "string", "pattern": f"^\\s*({pattern}){'?' if blank else ''}\\s*$"}


def _figure(pattern: str, number: Schema) -> Schema:
    bounded = f"^(?!([^0-9０-９]*{_DIGIT}){{{limits.FIGURE_DIGITS + 1}}})\\s*({pattern})?\\s*$"
    return {"anyOf": [number, {"type": "string", "pattern": bounded}, {"type": "null"}]}


def figure_schema(kind: CellType) -> Schema:
    """Return the schema of a figure of a type other than money, or a blank."""
    return _figure(_PATTERNS[kind], _NUMBERS[kind])


def money_alone() -> Schema:
    """Return the schema of a sum of money that names its unit, or is 0, or blank."""
    return _figure(f"{_AMOUNT}\\s*{_UNIT}|{_ZERO}|{_UNIT}", {"const": 0})


def money_in(unit: str) -> Schema:
    """Return the schema of a sum of money whose unit stands beside it; it may name the same."""
    return _figure(f"{_AMOUNT}(\\s*{unit})?|{unit}", _NUMBERS[CellType.MONEY])


def date() -> Schema:
    """Return the schema of a date: 2025-01-18, 2025/1/18, 2025.1.18 or 2025年1月18日."""
    days = ("(0?[13578]|10|12){}(0?[1-9]|[12][0-9]|30|31)|(0?[469]|11){}(0?[1-9]|[12][0-9]|30)"
            "|0?2{}(0?[1-9]|1[0-9]|2[0-8])").replace("{}", "[-/.月]")
    leap = "([0-9][0-9](0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)[-/.年]0?2[-/.月]29"
    pattern = f"((?!0000)[0-9]{{4}}[-/.年]({days})|{leap})[日]?"
    return {**text(_both_widths(pattern)), "type": ["string", "null"]}


def year(first: int, last: int | None) -> Schema:
    """Return the schema of a year of four digits from `first` to `last`."""
    if last is not None:
        pattern = "|".join(str(value) for value in range(first, last + 1))
    else:
        digits = str(first)
        larger = [f"{digits[:at]}[{int(digit) + 1}-9]{'[0-9]' * (3 - at)}"
                  for at, digit in enumerate(digits) if digit != "9"]
        pattern = "|".join([digits, *larger])
    return {"anyOf": [{"type": "integer", "minimum": first, "maximum": 9999 if last is None else last},
                      {"type": "string", "pattern": f"^\\s*({_both_widths(pattern)})年?\\s*$"}]}
