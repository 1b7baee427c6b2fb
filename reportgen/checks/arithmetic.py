"""勾稽: the identities that the edition declares."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reportgen.findings import Excerpt, Finding
from reportgen.format import CellType, Equation
from reportgen.report.model import Report
from reportgen.rules import finding

UNCHECKED = "GJ09"
# A side of more terms than this is named by its count, so that the message stays one line.
MAX_NAMED_TERMS = 4

Broken = tuple[Equation, Decimal]


def identities(report: Report) -> Iterator[Finding]:
    """Find every identity whose sides differ; one with a blank in it is skipped here."""
    broken: list[Broken] = []
    sound: list[Equation] = []
    for equation in report.edition.equations:
        left, right = _sides(report, equation)
        if left is None or right is None:
            continue
        if left == right:
            sound.append(equation)
        else:
            broken.append((equation, left - right))
    likely = _likely(report, broken, sound)
    for equation, difference in broken:
        hint = likely.get(id(equation))
        named = "" if hint is None else (
            f"；如果只错一格，最可能是{report.edition.cell_label(hint[0])}：填的是{report.cells[hint[0]].number}，"
            f"改为{hint[1]}就全部相符")
        yield finding(
            equation.identity.code,
            f"{equation.subject}：{_written(report, equation, equation.left)}，"
            f"{_written(report, equation, equation.right)}，"
            f"相差{abs(difference)}；请核对并改正{named}",
            report.origin(equation.left[0][0]), equation.cells, source=equation.identity.source,
            excerpt=_excerpt(report, equation, hint[0] if hint else equation.left[0][0]),
            likely=hint[0] if hint else "")


def limits(report: Report) -> Iterator[Finding]:
    """Find every part that is larger than its whole."""
    for limit in report.edition.limits:
        for subject in report.edition.expand(limit.each):
            cells = (limit.part.replace("{}", subject), limit.whole.replace("{}", subject))
            part, whole = (report.cells[cell] for cell in cells)
            if part.value is not None and whole.value is not None and part.value > whole.value:
                yield finding(limit.code, f"{report.edition.cell_label(cells[0])}填的是{part.number}，大于"
                                          f"{report.edition.cell_label(cells[1])}的{whole.number}；请核对并改正",
                              report.origin(cells[0]), cells, source=limit.source)


def unchecked(report: Report) -> Iterator[Finding]:
    """Tell which identities could not be checked, because a cell is blank; TB11 tells it of all at once."""
    if report.without_table_data:
        return
    open_: dict[str, list[Equation]] = {}
    for equation in report.edition.equations:
        # A cell that could not be read is told of as such.
        if any(report.cells[cell].blank and not report.cells[cell].unread for cell in equation.cells):
            open_.setdefault(equation.identity.code, []).append(equation)
    for equations in open_.values():
        identity = equations[0].identity
        cells = tuple(dict.fromkeys(cell for equation in equations for cell in equation.cells
                                    if report.cells[cell].blank and not report.cells[cell].unread))
        yield finding(
            UNCHECKED,
            f"“{identity.title}”有{len(equations)}处勾稽关系因为有没填的格而没有核对，"
            f"如{equations[0].subject}；填好后请再检查一次",
            report.origin(cells[0]), cells, source=identity.source)


def _sides(report: Report, equation: Equation) -> tuple[Decimal | None, Decimal | None]:
    sums: list[Decimal | None] = []
    for side in (equation.left, equation.right):
        values = [report.cells[cell].value for term in side for cell in term]
        sums.append(None if None in values else sum((Decimal(value or 0) for value in values), Decimal(0)))
    return sums[0], sums[1]


def _likely(report: Report, broken: list[Broken], sound: list[Equation]) -> dict[int, tuple[str, Decimal]]:
    """Return, by id of a broken identity, the cell that mends it and all broken ones connected to it.

    Identities are connected where they share a cell. The change may break no sound identity, and the new
    value must be one that the cell may hold. Where several cells would do, none is named.
    """
    in_sound = {cell for equation in sound for cell in equation.cells}
    found: dict[int, tuple[str, Decimal]] = {}
    for group in _connected(broken):
        candidates = []
        for cell in dict.fromkeys(cell for equation, _ in group for cell in equation.cells):
            if cell in in_sound or not all(cell in equation.cells for equation, _ in group):
                continue
            changes = {-difference / _sign(equation, cell) for equation, difference in group}
            value = Decimal(report.cells[cell].value or 0) + min(changes)
            if len(changes) == 1 and (value >= 0 or report.cells[cell].type is CellType.SIGNED):
                candidates.append((cell, value))
        if len(candidates) == 1:
            found.update({id(equation): candidates[0] for equation, _ in group})
    return found


def _connected(broken: list[Broken]) -> list[list[Broken]]:
    groups: list[tuple[set[str], list[Broken]]] = []
    for entry in broken:
        cells = set(entry[0].cells)
        touching = [group for group in groups if group[0] & cells]
        joined = (cells.union(*(group[0] for group in touching)),
                  [*(one for group in touching for one in group[1]), entry])
        groups = [group for group in groups if group not in touching] + [joined]
    return [group for _, group in groups]


def _sign(equation: Equation, cell: str) -> int:
    return 1 if any(cell in term for term in equation.left) else -1


def _written(report: Report, equation: Equation, side: tuple[tuple[str, ...], ...]) -> str:
    """Write one side of an identity with its figures: 本年新收3525＋上年结转121＝3646."""
    total = sum((Decimal(report.cells[cell].value or 0) for term in side for cell in term), Decimal(0))
    if len(side) > MAX_NAMED_TERMS:
        return f"各项之和为{total}"
    across = _across_rows(report, (*equation.left, *equation.right))
    terms = []
    for term in side:
        spec = report.edition.cells[term[0]]
        name = spec.row_label if across else spec.column_labels[-1]
        value = sum((Decimal(report.cells[cell].value or 0) for cell in term), Decimal(0))
        terms.append(f"“{name}”{value}")
    return "＋".join(terms) + (f"＝{total}" if len(terms) > 1 else "")


def _across_rows(report: Report, side: tuple[tuple[str, ...], ...]) -> bool:
    rows = {report.edition.cells[cell].row for term in side for cell in term}
    return len(rows) > 1


def _excerpt(report: Report, equation: Equation, marked: str) -> Excerpt:
    """Return the figures of an identity in a row, the suspected one marked; a group of rows is one figure."""
    text, start, end = "", 0, 0
    terms = [*equation.left, *equation.right]
    across = _across_rows(report, tuple(terms))
    for index, term in enumerate(terms):
        spec = report.edition.cells[term[0]]
        group = next((path for path, rows in report.edition.groups.items()
                      if len(term) > 1 and path == spec.row.rpartition(".")[0] and len(rows) == len(term)),
                     "")
        name = (report.edition.keys_along(group or spec.row)[-1].name if across
                else spec.column_labels[-1])
        value = sum((Decimal(report.cells[cell].value or 0) for cell in term), Decimal(0))
        text += ("" if not index else " ＝ " if index == len(equation.left) else " ＋ ") + name
        if marked in term:
            start, end = len(text), len(text) + len(str(value))
        text += str(value)
    return Excerpt(text, start, end)


RULES = (identities, limits, unchecked)
