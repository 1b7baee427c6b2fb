"""Give the rows of the tables of a filled-in Word template the heights that a report's page has for them.

They are those of the template where it does not have them from us: a user's own heights stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from reportgen.format import Table
from reportgen.report.row_heights import first_heights

# How far heights may differ by rounding, in twips.
_ROUNDING = 25
_TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)
_ROW = re.compile(r"<w:tr[ >].*?</w:tr>", re.DOTALL)
_HEIGHT = re.compile(r'(<w:trHeight\b[^>]*?\bw:val=")(\d+)')


def own_heights(found: Sequence[float], table: Table) -> bool:
    """Say whether heights of rows in twips are others than those that our template gives a table's."""
    ours = {round(height * 20) for height in first_heights(table)}
    return any(all(abs(one - our) > _ROUNDING for our in ours) for one in found)


def cut_between(text: str, held: Mapping[str, tuple[bool, ...]]) -> str:
    """Return the XML of a text whose tables pages may cut behind rows that are not held, by the table's id.

    A table is known as by `with_heights`.
    """
    def table(found: re.Match[str]) -> str:
        ident = next((one for one in held if f"\ue000{one}." in found[0]), "")
        if len(_ROW.findall(found[0])) != len(held.get(ident, ())):
            return found[0]
        keeps = iter(held[ident])
        return _ROW.sub(lambda row: row[0] if next(keeps) else row[0].replace("<w:keepNext/>", ""), found[0])

    return _TABLE.sub(table, text) if held else text


def with_heights(text: str, heights: Mapping[str, tuple[float, ...]], tables: Mapping[str, Table]) -> str:
    """Return the XML of a text whose tables' rows have the heights wanted, in points, by the table's id.

    A table is known by the cells that wait in it, so their figures must not be put in before.
    """
    def table(found: re.Match[str]) -> str:
        ident = next((one for one in heights if f"\ue000{one}." in found[0]), "")
        rows = [_HEIGHT.search(row) for row in _ROW.findall(found[0])]
        values = [int(row[2]) for row in rows if row]
        wanted = heights.get(ident, ())
        if len(values) != len(wanted) or len(rows) != len(wanted) or own_heights(values, tables[ident]):
            return found[0]
        twips = iter([round(height * 20) for height in wanted])
        return _HEIGHT.sub(lambda height: f"{height[1]}{next(twips)}", found[0])

    return _TABLE.sub(table, text)
