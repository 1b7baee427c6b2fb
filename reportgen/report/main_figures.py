"""The figures by which the reports of many agencies are looked over."""

from __future__ import annotations

from decimal import Decimal

from reportgen.report.model import Report


def main_figures(report: Report) -> dict[str, tuple[str, str]]:
    """Return the edition's main figures by head: each as printed, and its difference from last year's.

    A blank figure is empty, as is the difference where either is blank or there is no report of last year.
    """
    found = {}
    for head, path in report.edition.main_figures.items():
        cell = report.cells[path]
        before = report.previous.cells.get(path) if report.previous else None
        change = ""
        if before is not None and before.value is not None and cell.value is not None:
            difference = Decimal(cell.value) - Decimal(before.value)
            change = f"{difference:+f}" if difference else "持平"
        found[head] = (cell.text, change)
    return found
