"""Give the rows of the tables of a filled-in Word template the heights that a report's page has for them.

Heights are those of the template where it does not have them from us: a user's own heights stay. Rows are
also told whether they stay with what is below them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from reportgen.format import Table
from reportgen.outputs.document import PrintedSection
from reportgen.report.row_heights import first_heights

# How far heights may differ by rounding, in twips.
_ROUNDING = 25
_TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)
_ROW = re.compile(r"<w:tr[ >].*?</w:tr>", re.DOTALL)
# What stands before w:keepNext in a paragraph's properties.
_STYLED = re.compile(r"(<w:pPr><w:pStyle [^>]*/>)")
_HEIGHT = re.compile(r'(<w:trHeight\b[^>]*?\bw:val=")(\d+)')


def own_heights(found: Sequence[float], table: Table) -> bool:
    """Say whether heights of rows in twips are others than those that our template gives a table's."""
    ours = {round(height * 20) for height in first_heights(table)}
    return any(all(abs(one - our) > _ROUNDING for our in ours) for one in found)


def kept_rows(section: PrintedSection) -> tuple[bool | None, ...]:
    """Return for each row of a table whether it stays with what is below; None where the template says it."""
    rows: list[bool | None] = [None] * len(section.rows)
    if section.joined:
        rows = [True] * len(section.rows)
    elif section.cut:
        rows = [*section.held]
    rows[-1] = bool(section.notes)
    return tuple(rows)


def with_kept_rows(text: str, wanted: Mapping[str, tuple[bool | None, ...]]) -> str:
    """Return the XML of a text whose tables' rows stay with what is below them or not, by the table's id.

    A row with None is left as it is. A table is known as by `with_heights`.
    """
    def row(found: str, keeps: bool | None) -> str:
        if keeps is None:
            return found
        free = found.replace("<w:keepNext/>", "")
        return _STYLED.sub(r"\1<w:keepNext/>", free) if keeps else free

    def table(found: re.Match[str]) -> str:
        ident = next((one for one in wanted if f"\ue000{one}." in found[0]), "")
        if len(_ROW.findall(found[0])) != len(wanted.get(ident, ())):
            return found[0]
        keeps = iter(wanted[ident])
        return _ROW.sub(lambda one: row(one[0], next(keeps)), found[0])

    return _TABLE.sub(table, text) if wanted else text


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
