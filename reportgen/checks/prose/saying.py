"""How findings about prose show figures, cells and sentences."""

from __future__ import annotations

from decimal import Decimal

from reportgen.checks.prose.cells import FigureReading
from reportgen.checks.prose.numbers import Number
from reportgen.checks.prose.statements import Statement
from reportgen.findings import Excerpt
from reportgen.report.figures import format_decimal, rounded


def named(reading: FigureReading, last_year: bool) -> tuple[str, ...]:
    """Return the cells of a reading as findings name them."""
    return tuple(f"previous.{cell}" for cell in reading.cells) if last_year else reading.cells


def grew(number: Number, direction: int, new: Decimal, old: Decimal) -> bool:
    """Say whether a growth from one year to the next is as a figure has it."""
    if number.unit != "percent":
        return number.agrees(abs(new - old)) and same_way(new - old, direction)
    return bool(old) and number.agrees(abs(new - old) * 100 / old) and same_way(new - old, direction)


def same_way(change: Decimal, direction: int) -> bool:
    """Say whether a change goes in a direction; no change goes in either."""
    return not change or (change > 0) == (direction > 0)


def shown_value(value: Decimal, number: Number) -> str:
    """Return a value in the unit of a figure."""
    return f"{format_decimal(value / 10_000, 4)}万元" if number.unit == "money" else format_decimal(value, 4)


def percent(value: Decimal, number: Number) -> str:
    """Return a value with as many decimals as a figure."""
    decimals = max(0, -int(number.step.as_tuple().exponent))
    return f"{rounded(value, decimals):f}"


def excerpt(text: str, statement: Statement) -> Excerpt:
    """Return the sentence of a statement with its words marked."""
    start, end = statement.words
    return Excerpt(text[statement.start:statement.end], start - statement.start, end - statement.start)
