"""Read the statutory tables of a data file into cells, and compute the totals that it leaves out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import replace
from decimal import Decimal

from reportgen.datafile.fields import Problems, take
from reportgen.datafile.prose import clean
from reportgen.datafile.tree import Mapping, Node, Scalar
from reportgen.datafile.values import MONEY_UNITS, ValueRefusedError, format_count, parse_money, parse_number
from reportgen.findings import Origin
from reportgen.format import CellSpec, CellType, Edition, Key
from reportgen.report.model import Cell

WRONG_CELL = "DR01"
_CELL_NAMES = {"value": "数值", "remark": "备注", "unit": "单位"}


class TableReader:
    """Read the tables of one data file.

    `cells` are the cells given, `refused` those whose value is none, `single_rows` the groups given as one
    row, `where` the place of every key.
    """

    def __init__(self, edition: Edition, problems: Problems) -> None:
        self.edition = edition
        self.problems = problems
        self.cells: dict[str, Cell] = {}
        self.refused: set[str] = set()
        self.single_rows: set[str] = set()
        self.where: dict[str, Origin] = {}

    def read(self, key: Key, line: int, node: Node) -> None:
        """Read what stands under one key: a table, a row, or a cell."""
        self.where[key.path] = self.problems.places.at(line)
        if key.cell is not None:
            self._cell(key.cell, line, node)
        elif isinstance(node, Mapping):
            children = key.children
            if key.single_row and self._is_single_row(key, node):
                children = key.single_row
                self.single_rows.add(key.path)
            names = {ident: child.name for ident, child in children.items()}
            for ident, (name, value) in take(node, names, self.problems, key.name).items():
                self.read(children[ident], name.line, value)
        elif not (isinstance(node, Scalar) and node.is_null):
            listed = "、".join(child.name for child in key.children.values())
            self.problems.add(line, f"“{key.name}”下面应当分项填写：{listed}")

    @staticmethod
    def _is_single_row(key: Key, node: Mapping) -> bool:
        """Say whether a group of rows is given as one row, by the keys that only one of the two can have."""
        known = {name for child in key.children.values() for name in (child.id, child.name)}
        columns = {name for child in key.single_row.values() for name in (child.id, child.name)}
        given = {name.value for name, _ in node.items}
        if given & (columns - known):
            return True
        return not given & (known - columns) and any(
            _is_figure(value) for _, value in node.items)

    def _cell(self, spec: CellSpec, line: int, node: Node) -> None:
        origin = self.problems.places.at(line)
        parts: dict[str, str] = {}
        if isinstance(node, Scalar):
            parts["value"] = "" if node.is_null else node.value.strip()
        elif isinstance(node, Mapping):
            for ident, (name, value) in take(node, _CELL_NAMES, self.problems).items():
                if not isinstance(value, Scalar):
                    self.problems.add(name.line, f"“{name.value}”应当是一个数或一句话")
                elif not value.is_null:
                    parts[ident] = value.value.strip()
        else:
            self._wrong(spec, origin, "一格只能有一个数，不能是列表")
        remark, removed = clean(parts.get("remark", ""))
        if removed:
            self._wrong(spec, origin, f"备注里有不可见字符 {'、'.join(removed)}，请重新输入")
        cell = Cell(spec.type, remark=remark.strip(), origin=origin)
        try:
            self.cells[spec.path] = _with_value(cell, parts)
        except ValueRefusedError as error:
            self.cells[spec.path] = replace(cell, typed=parts.get("value", ""))
            self.refused.add(spec.path)
            self._wrong(spec, origin, str(error))

    def _wrong(self, spec: CellSpec, origin: Origin, message: str) -> None:
        label = self.edition.cell_label(spec.path) if spec.path in self.edition.cells else spec.path
        self.problems.wrong(WRONG_CELL, origin, f"{label}：{message}", (spec.path,))


def _is_figure(node: Node) -> bool:
    """Say whether a node is a cell's: a number, or a number with its remark."""
    if isinstance(node, Mapping):
        return any(name.value in (ident, label) for name, _ in node.items
                   for ident, label in _CELL_NAMES.items())
    return isinstance(node, Scalar) and not node.is_null


def _with_value(cell: Cell, parts: dict[str, str]) -> Cell:
    text, unit = parts.get("value", ""), parts.get("unit", "")
    if cell.type is CellType.MONEY:
        text, own_unit = parse_money(text)
        if unit and own_unit and unit != own_unit:
            raise ValueRefusedError(f"单位前后不一致：“{own_unit}”与“{unit}”")
        unit = unit or own_unit
        if unit and unit not in MONEY_UNITS:
            raise ValueRefusedError(f"不认识单位“{unit}”，请填{'或'.join(MONEY_UNITS)}")
    elif unit:
        raise ValueRefusedError("这一格的单位由格式规定，不能另写单位")
    if not text:
        return cell
    value, number = parse_number(text, cell.type)
    if cell.type is CellType.MONEY and value and not unit:
        raise ValueRefusedError(f"没有写明金额单位，请写成“{number}万元”或“{number}元”")
    return Cell(cell.type, value, number, cell.remark, unit, cell.origin)


def complete(given: dict[str, Cell], edition: Edition, blanks_are_zero: bool, refused: Set[str] = frozenset(),
             ) -> dict[str, Cell]:
    """Return every cell of the edition: as given, or computed, or 0 where the file says so, or blank.

    A total is computed where no value stands; `refused` are the cells whose value could not be read, which
    stay blank, as the totals of them do.
    """
    cells = {path: given.get(path, Cell(spec.type)) for path, spec in edition.cells.items()}
    for path, cell in cells.items():
        if path in refused:
            cells[path] = replace(cell, unread=True)
        elif blanks_are_zero and cell.blank and path not in edition.totals:
            cells[path] = replace(cell, value=0, number="0", computed=True)
    _repeat(_compute, cells, edition)
    _repeat(_mark, cells, edition)
    return cells


def _repeat(step: Callable[[str, dict[str, Cell], Edition], bool], cells: dict[str, Cell], edition: Edition,
            ) -> None:
    """Do a step for every total that stands blank, until none changes any more: totals add up totals."""
    pending = True
    while pending:
        pending = False
        for path in edition.totals:
            if cells[path].blank and not cells[path].unread and step(path, cells, edition):
                pending = True


def _compute(path: str, cells: dict[str, Cell], edition: Edition) -> bool:
    """Fill in one total by the first of its identities whose parts are all filled in."""
    for parts in _parts(path, cells, edition):
        values = [part.value for part in parts]
        if None not in values:
            value = sum((part for part in values if part is not None), Decimal(0))
            value = int(value) if value == int(value) else value
            cells[path] = replace(cells[path], value=value, computed=True,
                                  number=format_count(value, cells[path].type))
            return True
    return False


def _mark(path: str, cells: dict[str, Cell], edition: Edition) -> bool:
    """Mark one total of which a part could not be read."""
    unread = any(part.unread for parts in _parts(path, cells, edition) for part in parts)
    cells[path] = replace(cells[path], unread=unread)
    return unread


def _parts(path: str, cells: dict[str, Cell], edition: Edition) -> Iterator[list[Cell]]:
    """Yield what each identity of a total adds up."""
    for equation in edition.equations:
        if equation.identity.total and equation.left == ((path,),):
            yield [cells[part] for term in equation.right for part in term]
