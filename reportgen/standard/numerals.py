"""Digits in full width, and Chinese numerals: １２ is 12, 十二 is 12, 二〇二四 is 2024."""

from __future__ import annotations

# Tables of str.translate.
HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

_NAMES = "〇一二三四五六七八九"
_DIGITS = {name: value for value, name in enumerate(_NAMES)} | {"零": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
CHARACTERS = "".join([*_DIGITS, *_UNITS])
# How sums of money are written: 壹拾贰.
LEGAL = str.maketrans("".join([*_NAMES, *_UNITS]), "零壹贰叁肆伍陆柒捌玖拾佰仟")


def parse_chinese(text: str) -> int | None:
    """Return the value of a Chinese numeral below 10,000, or of digits read one by one.

    None where it is neither.
    """
    if not text or any(character not in CHARACTERS for character in text):
        return None
    if not any(character in _UNITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total, digit = 0, 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            # 十二 has no digit before its unit.
            total += (digit or 1) * _UNITS[character]
            digit = 0
    return total + digit


def format_chinese(value: int) -> str:
    """Return a number from 0 to 9,999 as headings count: 一, 十, 十二, 二十, 一百〇五."""
    text, skipped = "", False
    for unit, worth in (*reversed(_UNITS.items()), ("", 1)):
        digit = value // worth % 10
        if digit:
            text += ("〇" if skipped else "") + _NAMES[digit] + unit
        skipped = bool(text) and not digit
    return (text[1:] if 10 <= value < 20 else text) or _NAMES[0]


def format_chinese_digits(value: int) -> str:
    """Return a number digit by digit: 一〇."""
    return "".join(_NAMES[int(digit)] for digit in str(value))
