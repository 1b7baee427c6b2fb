"""Turn the text of a cell into its figure, or say in Chinese why it is none."""

from __future__ import annotations

import re
from decimal import Decimal

from reportgen.files import limits
from reportgen.format import CellType
from reportgen.standard.numerals import HALF_WIDTH

_ASCII = HALF_WIDTH | str.maketrans("＋－−．，", "+--.,")
# Not \d, which takes the digits of every script.
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_MONEY = re.compile(r"(.*?)\s*(万元|元)?", re.DOTALL)
MONEY_UNITS = ("万元", "元")


class ValueRefusedError(ValueError):
    """A text is not a figure of its type; the message says why, in Chinese."""


def parse_number(text: str, kind: CellType) -> tuple[int | Decimal, str]:
    """Return the value of a cell's text and how it is printed.

    Full-width digits and thousands separators are normalised; an amount keeps its decimals as written.
    Raises ValueRefusedError for anything else than a number that the type allows.
    """
    plain = text.strip().translate(_ASCII)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _NUMBER.fullmatch(plain):
        raise ValueRefusedError(_why_not(text.strip(), plain, kind))
    digits = len(plain) - plain.count(".") - plain.startswith(("+", "-"))
    if digits > limits.FIGURE_DIGITS:
        raise ValueRefusedError(f"“{text.strip()}”有 {digits} 位，不像是一个统计数")
    if kind is CellType.SIGNED:
        return _signed(plain, text)
    if plain.startswith("-") and Decimal(plain):
        raise ValueRefusedError(f"“{text.strip()}”是负数，这里应填 0 或正数")
    plain = plain.lstrip("+-")
    if kind is CellType.COUNT:
        if "." in plain:
            raise ValueRefusedError(f"“{text.strip()}”带小数，这里应填整数")
        return int(plain), str(int(plain))
    whole, dot, decimals = plain.partition(".")
    return Decimal(plain), f"{int(whole)}{dot}{decimals}"


def parse_money(text: str) -> tuple[str, str]:
    """Split a sum of money into number and unit: "12.5 万元" gives ("12.5", "万元")."""
    found = _MONEY.fullmatch(text.strip())
    return (found[1] or "", found[2] or "") if found else (text, "")


def format_count(value: int | Decimal, kind: CellType) -> str:
    """Return how a computed count is printed; signed ones carry their sign."""
    return f"{value:+d}" if kind is CellType.SIGNED and value else str(value)


def _signed(plain: str, text: str) -> tuple[int, str]:
    if "." in plain:
        raise ValueRefusedError(f"“{text.strip()}”带小数，这里应填整数")
    value = int(plain)
    return value, format_count(value, CellType.SIGNED)


def _why_not(text: str, plain: str, kind: CellType) -> str:
    wanted = ("整数，如 +12 或 -3" if kind is CellType.SIGNED else "数字" if kind is not CellType.COUNT
              else "0 或正整数")
    if plain.startswith("="):
        return f"“{text}”是公式，请填算好的数"
    if re.fullmatch(r"[0-9]{4}[-/年][0-9]{1,2}[-/月][0-9]{1,2}日?", plain):
        return f"“{text}”是日期，这里应填{wanted}"
    if plain in ("/", "-", "--", "—", "——", "无", "没有"):
        return f"“{text}”不是数；没有发生的填 0，还不知道的留空"
    if re.fullmatch(r"[+-]?[0-9,]+(\.[0-9]+)?", plain):
        return f"“{text}”的千分位逗号位置不对，请改为不带逗号的数"
    if re.match(r"[+-]?[0-9]", plain):
        return f"“{text}”数字后面有其他文字，备注请另写，见说明里的“备注”"
    return f"“{text}”不是数，这里应填{wanted}"
