"""Read the figure in a cell of a published table."""

from __future__ import annotations

import re

from reportgen.datafile.values import ValueRefusedError, parse_money, parse_number
from reportgen.format import CellSpec, CellType
from reportgen.imports.blocks import DOUBT
from reportgen.report.align import squeezed

_NOTHING = frozenset(("/", "／", "-", "－", "—", "--", "——", "无", "\\", "·"))
FIGURE = re.compile(r"([+＋\-－]?[\d０-９,，.．]+(?:万元|元)?)(?:[（(](.+)[）)])?")
# White space inside a number may as well stand between two of them: a cell that was merged, a line that was
# added. Of 1145 figures in the tables of ten published reports (script/published) none has any, and no PDF
# breaks one or sets its digits apart, so that nothing real is lost where such a cell is not read.
_PARTED = re.compile(r"[\d,，.．]\s+[\d,，.．]")
# The exception is the space between thousands of GB/T 15835-2011, half a digit wide, typed as a narrow one:
# nobody puts that, with three digits behind it, between two figures.
_THOUSANDS = re.compile(r"(?<![\d,，.．])\d{1,3}(?:[\u2005\u2006\u2009\u202f]\d{3})+(?![\d,，])")


def why_none(text: str) -> str:
    """Return why a cell's text is no figure, for a message."""
    if squeezed(text) in _NOTHING:
        return "没有当作 0"
    if _is_parted(text):
        return "数字之间有空白，不知道是不是一个数"
    return "写到了格子外面，可能不全" if DOUBT in text else "不是一个数"


def figure(text: str, spec: CellSpec) -> tuple[str, str]:
    """Return the number as typed and the remark of a cell's text; empty where it is no figure, or several."""
    matched = FIGURE.fullmatch(squeezed(text))
    if not matched or _is_parted(text):
        return "", ""
    number = matched[1]
    try:
        plain, unit = parse_money(number) if spec.type is CellType.MONEY else (number, "")
        value, _ = parse_number(plain, spec.type)
    except ValueRefusedError:
        return "", ""
    if spec.type is CellType.MONEY and value and not unit:
        return "", ""
    return number, matched[2] or ""


def _is_parted(text: str) -> bool:
    """Say whether white space stands inside the number of a cell, not in its remark."""
    number = re.split("[（(]", text, maxsplit=1)[0]
    return bool(_PARTED.search(_THOUSANDS.sub(lambda found: squeezed(found[0]), number)))
