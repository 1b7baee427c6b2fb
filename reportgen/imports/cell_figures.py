"""Read the figure in a cell of a published table."""

from __future__ import annotations

import re

from reportgen.datafile.values import ValueRefusedError, parse_money, parse_number
from reportgen.format import CellSpec, CellType
from reportgen.imports.blocks import DOUBT

_NOTHING = frozenset(("/", "／", "-", "－", "—", "--", "——", "无", "\\", "·"))
FIGURE = re.compile(r"([+＋\-－]?[\d０-９,，.．]+(?:万元|元)?)(?:[（(](.+)[）)])?")


def why_none(text: str) -> str:
    """Return why a cell's text is no figure, for a message."""
    if text in _NOTHING:
        return "没有当作 0"
    return "写到了格子外面，可能不全" if DOUBT in text else "不是一个数"


def figure(text: str, spec: CellSpec) -> tuple[str, str]:
    """Return the number as typed and the remark of a cell's text; empty where it is no figure."""
    matched = FIGURE.fullmatch(text)
    if not matched:
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
