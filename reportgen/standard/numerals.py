"""Chinese numerals: 十二 is 12, 二〇二四 is 2024."""

from __future__ import annotations

DIGITS = {character: value for value, characters in enumerate(
    ("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九")) for character in characters}
_UNITS = {"十": 10, "百": 100, "千": 1000}
CHARACTERS = "".join([*DIGITS, *_UNITS])


def parse_chinese(text: str) -> int | None:
    """Return the value of a Chinese numeral below 10,000, or of digits read one by one; None where it is neither."""
    if not text or any(character not in DIGITS and character not in _UNITS for character in text):
        return None
    if not any(character in _UNITS for character in text):
        return int("".join(str(DIGITS[character]) for character in text))
    total, digit = 0, 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        else:
            # 十二 has no digit before its unit.
            total += (digit or 1) * _UNITS[character]
            digit = 0
    return total + digit


def format_chinese(value: int) -> str:
    """Return a number from 0 to 99 as headings count: 一, 十, 十二, 二十."""
    names = "〇一二三四五六七八九"
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{names[tens]}十"
    return head + (names[ones] if ones or not tens else "")
