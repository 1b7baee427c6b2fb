"""Take what our own web page says of its figures: the cells of tables, and those behind prose.

A mark is believed only where it agrees with what is shown, so that a page edited by hand gives no wrong
figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from reportgen.datafile.values import parse_money, parse_number
from reportgen.files import limits
from reportgen.format import CellSpec, CellType, Edition
from reportgen.imports.blocks import Blocks, FigureMark, Text
from reportgen.imports.cell_figures import figure
from reportgen.imports.tables import FoundTables
from reportgen.report.align import squeezed
from reportgen.report.figures import MAX_DECIMALS, Figure, share, thousands

MAX_ADDED = 4       # how many cells an expression of our making adds up


def take_marks(blocks: Blocks, edition: Edition, found: FoundTables) -> None:
    """Take the marked cells of tables into `found`; one that contradicts its text, row or column is told."""
    rows = {path.rpartition(".")[0] for path in blocks.cells}
    found.single_rows |= {group for group in rows & set(edition.groups) if edition.may_be_single(group)}
    edition = edition.with_single_rows(frozenset(found.single_rows))
    for path, text in blocks.cells.items():
        if path not in edition.cells:
            continue
        shown = squeezed(text.text)
        found.tables.setdefault(edition.cells[path].table, text.place)
        why = ""
        if squeezed(found.cells.get(path, shown)) != shown:
            why = "网页标注的格与它所在的行列不是同一格"
        elif not _agrees(text.marks[0], text.text, edition.cells[path]):
            why = f"印的是“{shown[:20]}”，网页标注的是“{text.marks[0].value[:20]}”"
        if why:
            found.unsure.append(f"{edition.cell_label(path)}：{why}，待填")
            found.doubted.add(path)
        found.cells[path] = "" if why else text.text


def _agrees(mark: FigureMark, shown: str, spec: CellSpec) -> bool:
    number, _ = figure(shown, spec)
    if not number:
        return not mark.value
    plain, unit = parse_money(number) if spec.type is CellType.MONEY else (number, "")
    try:
        return unit == mark.unit and Decimal(mark.value) == parse_number(plain, spec.type)[0]
    except InvalidOperation:
        return False


class Expressions:
    """Write the figures of prose as expressions again, where one gives just what is shown.

    `cells` has the figures of the tables as (number, remark) by path.
    """

    def __init__(self, edition: Edition, cells: Mapping[str, tuple[str, str]]) -> None:
        self.edition, self.cells = edition, cells
        self.groups = {tuple(rows): group for group, rows in edition.groups.items()}

    def line(self, text: Text) -> str:
        """Return a paragraph as a data file has it; braces that are text are kept apart."""
        pieces, at = [], 0
        for mark in text.marks:
            pieces.append(_escaped(text.text[at:mark.start]))
            shown = text.text[mark.start:mark.end]
            source = next((source for source, figure in self._candidates(mark.cells) if str(figure) == shown),
                          "")
            fits = source and len(source) <= limits.EXPRESSION_CHARACTERS
            pieces.append(f"{{{{ {source} }}}}" if fits else _escaped(shown))
            at = mark.end
        return "".join(pieces) + _escaped(text.text[at:])

    def _candidates(self, paths: tuple[str, ...]) -> Iterator[tuple[str, Figure]]:
        """Yield expressions over the cells with what they give, the plainest first."""
        parts = [self._figure(path) for path in paths]
        known = [part for part in parts if part is not None]
        if not known or len(known) < len(parts):
            return
        names = [self._name(path) for path in paths]
        total = Figure(sum((part.value for part in known), Decimal(0)))
        if len(known) == 1:
            yield names[0], known[0]
            yield f"{names[0]} | thousands", thousands(known[0])
        elif group := self.groups.get(tuple(path.rpartition(".")[0] for path in paths)):
            column = self.edition.cells[paths[0]].column_labels[-1]
            yield f"{self._name(group)}.合计.{column}", total
        elif len(known) <= MAX_ADDED:
            yield " + ".join(names), total
        if len(known) == 2:
            yield " - ".join(names), Figure(known[0].value - known[1].value)
            for digits in range(MAX_DECIMALS + 1) if known[1].value else ():
                wanted = "" if digits == 2 else f", {digits}"
                yield f"{names[0]} | share({names[1]}{wanted})", share(known[0], known[1], digits)

    def _figure(self, path: str) -> Figure | None:
        spec = self.edition.cells.get(path)
        if spec is None or path not in self.cells or spec.type is CellType.MONEY:
            return None
        value, number = parse_number(self.cells[path][0], spec.type)
        return Figure(Decimal(value), (), number)

    def _name(self, path: str) -> str:
        """Return a path in the Chinese names of the data file."""
        table, *steps = path.split(".")
        key = self.edition.keys[table]
        names = [key.name]
        for step in steps:
            key = key.children[step]
            names.append(key.name if re.fullmatch(r"\w+", key.name) else key.id)
        return ".".join(names)


def _escaped(text: str) -> str:
    """Return text in which nothing reads as an expression."""
    return re.sub(r"\{(?=[{%#])", "{ ", text)
