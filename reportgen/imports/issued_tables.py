"""Read the table of an edited file as it was issued: columns that were added left out, labels put back.

What was typed into the cells stays; a table with a column more, or a label that reads otherwise, would not be
known for what it is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

from reportgen.imports.blocks import Grid
from reportgen.report.align import pairs, squeezed

# More columns than this, and the table is another one.
MOST_ADDED = 2
# What part of its cells a table has to keep to be known for the same.
KEPT = 0.6
_FIGURE = re.compile(r"(?:[+＋\-－]?[\d,，.．]+(?:万元|元)?(?:（.*）)?)?")
_Row = tuple[str | None, ...]


def table_as_issued(now: Grid | None, was: Grid) -> tuple[Grid, list[str]]:
    """Return an edited table with the columns and labels that it was issued with, and what was changed.

    One that was deleted is as it was issued: what the format prints is not for an edit to take away.
    """
    if now is None:
        label = next((text for row in was.rows if (text := squeezed(row[0] or ""))), "")
        return was, [f"原来的{was.place}“{label[:20]}”在改过的文件里没有了；"
                     "表格由格式规定，数据文件里的数保留不变"]
    rows, said = _without_added(now, was)
    found: list[_Row] = []
    for a, b in pairs([[_text(row)] for row in was.rows], [_text(row) for row in rows]):
        if b is None:
            continue
        row, told = _labelled(rows[b], was.rows[a] if a is not None else ())
        said += [f"{now.place}第{b + 1}行的{one}；表头和行名由格式规定，没有改" for one in told]
        found.append(row)
    return replace(now, rows=tuple(found)), said


def _labelled(row: _Row, was: _Row) -> tuple[_Row, list[str]]:
    """Return a row with the labels that it was issued with, and what they had become.

    Cells are told by their order: which of a grid's columns they reach over, each program saves otherwise.
    """
    labels = iter(_cells(was))
    said: list[str] = []
    line: list[str | None] = []
    if len(_cells(row)) != len(_cells(was)):
        return row, said
    for cell in row:
        label = squeezed(next(labels)) if cell is not None else ""
        if cell is not None and not _FIGURE.fullmatch(label) and squeezed(cell) != label:
            said.append(f"“{label}”改成了“{squeezed(cell)}”")
            cell = label
        line.append(cell)
    return tuple(line), said


def _cells(row: _Row) -> list[str]:
    return [cell for cell in row if cell is not None]


def _without_added(now: Grid, was: Grid) -> tuple[list[_Row], list[str]]:
    """Return the rows without the columns whose leaving out makes the table most like the one issued."""
    wide, narrow = (max(map(len, grid.rows), default=0) for grid in (now, was))
    most, least = (max((len(_cells(row)) for row in grid.rows), default=0) for grid in (now, was))
    rows = list(now.rows)
    if not narrow < wide <= narrow + MOST_ADDED or most == least:
        return rows, []
    found = pairs([[_text(row)] for row in was.rows], list(map(_text, rows)))
    matched = [(was.rows[a], rows[b]) for a, b in found if a is not None and b is not None]
    score, columns = max((_alike(matched, columns), columns)
                         for columns in combinations(range(wide), wide - narrow))
    if score < KEPT * sum(map(len, was.rows)):
        return rows, []
    said = []
    for column in columns:
        texts = [text for row in rows if column < len(row) and (text := squeezed(row[column] or ""))]
        said.append(f"{now.place}多了第{column + 1}列“{'、'.join(texts)}”，没有写进数据文件，"
                    "要保留的请手工填写")
    return [_left(row, columns) for row in rows], said


def _left(row: _Row, columns: tuple[int, ...]) -> _Row:
    return tuple(cell for index, cell in enumerate(row) if index not in columns)


def _alike(matched: list[tuple[_Row, _Row]], columns: tuple[int, ...]) -> int:
    """Return how many cells are as they were issued, once some columns are left out."""
    return sum(one == other for old, row in matched
               for one, other in zip(_left(row, columns), old, strict=False))


def _text(row: _Row) -> str:
    return "│".join(squeezed(text or "") for text in row)
