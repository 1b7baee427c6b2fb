"""勾稽: the identities that the edition declares."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reportgen.editions import Equation
from reportgen.findings import Finding, Severity
from reportgen.report import Report

UNCHECKED = "GJ09"
# A side of more terms than this is named by its count, so that the message stays one line.
MAX_NAMED_TERMS = 4


def identities(report: Report) -> Iterator[Finding]:
    """Find every identity whose sides differ; one with a blank in it is skipped here."""
    for equation in report.edition.equations:
        left, right = _sides(report, equation)
        if left is None or right is None or left == right:
            continue
        yield Finding(
            equation.identity.code, Severity.ERROR,
            f"{equation.subject}：{_written(report, equation.left, left)}，{_written(report, equation.right, right)}，"
            f"相差{abs(left - right)}；请核对并改正",
            report.origin(equation.left[0][0]), equation.cells, equation.identity.source)


def unchecked(report: Report) -> Iterator[Finding]:
    """Tell which identities could not be checked, because a cell is blank."""
    open_: dict[str, list[Equation]] = {}
    for equation in report.edition.equations:
        if None in _sides(report, equation):
            open_.setdefault(equation.identity.code, []).append(equation)
    for equations in open_.values():
        identity = equations[0].identity
        cells = tuple(dict.fromkeys(
            cell for equation in equations for cell in equation.cells if report.cells[cell].blank))
        yield Finding(
            UNCHECKED, Severity.INFO,
            f"“{identity.title}”有{len(equations)}处勾稽关系因为有空格而没有核对，"
            f"如{equations[0].subject}；填好后请再检查一次",
            report.origin(cells[0]), cells, identity.source)


def _sides(report: Report, equation: Equation) -> tuple[Decimal | None, Decimal | None]:
    sums: list[Decimal | None] = []
    for side in (equation.left, equation.right):
        values = [report.cells[cell].value for term in side for cell in term]
        sums.append(None if None in values else sum((Decimal(value or 0) for value in values), Decimal(0)))
    return sums[0], sums[1]


def _written(report: Report, side: tuple[tuple[str, ...], ...], total: Decimal) -> str:
    """Write one side of an identity with its figures: 本年新收3525＋上年结转121＝3646."""
    if len(side) > MAX_NAMED_TERMS:
        return f"各项之和为{total}"
    terms = []
    for term in side:
        spec = report.edition.cells[term[0]]
        name = spec.row_label if spec.row_label and len(side) <= 2 and _across_rows(report, side) else \
            spec.column_label.rpartition("“")[2].rstrip("”")
        value = sum((Decimal(report.cells[cell].value or 0) for cell in term), Decimal(0))
        terms.append(f"“{name}”{value}")
    return "＋".join(terms) + (f"＝{total}" if len(terms) > 1 else "")


def _across_rows(report: Report, side: tuple[tuple[str, ...], ...]) -> bool:
    rows = {report.edition.cells[cell].row for term in side for cell in term}
    return len(rows) > 1


RULES = (identities, unchecked)
