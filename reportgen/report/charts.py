"""The charts that a report asks for: what each shows, in figures of the tables and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reportgen.format import ChartSpec
from reportgen.report.model import Report

# How many years a chart over years shows at most; earlier files are not read.
YEARS = 5
MISSING = "未填"


@dataclass(frozen=True)
class Bar:
    """One bar: its label, and its value, None where a cell is blank."""

    label: str
    value: Decimal | None

    @property
    def text(self) -> str:
        """Return the value as printed."""
        return MISSING if self.value is None else f"{self.value:f}"


@dataclass(frozen=True)
class Chart:
    """One chart; `upright` bars stand side by side, others lie one below the other."""

    id: str
    title: str
    unit: str
    bars: tuple[Bar, ...]
    upright: bool

    @property
    def alt(self) -> str:
        """Return what the chart shows, for those who do not see it."""
        figures = "，".join(f"{bar.label}{bar.text}{self.unit if bar.value is not None else ''}"
                           for bar in self.bars)
        return f"柱状图，{self.title}：{figures}。"

    def caption(self, number: int) -> str:
        """Return the caption of the chart that stands as the `number`th in its report."""
        return f"图{number}　{self.title}（单位：{self.unit}）"


def wanted(report: Report) -> tuple[ChartSpec, ...]:
    """Return the charts that a report asks for, in the order in which they are printed."""
    return tuple(spec for spec in report.edition.charts if report.texts.get(f"charts.{spec.id}") == "yes")


def charts(report: Report) -> tuple[Chart, ...]:
    """Return the charts that a report asks for and has figures for."""
    return tuple(chart for chart in (_chart(spec, report) for spec in wanted(report)) if drawable(chart))


def missing(report: Report) -> tuple[ChartSpec, ...]:
    """Return the charts that a report asks for and has no figures for: none at all, or of one year alone."""
    return tuple(spec for spec in wanted(report) if not drawable(_chart(spec, report)))


def drawable(chart: Chart) -> bool:
    """Say whether there is something to be seen in a chart."""
    return sum(bar.value is not None for bar in chart.bars) >= (2 if chart.upright else 1)


def _chart(spec: ChartSpec, report: Report) -> Chart:
    years = _years(report) if spec.years else [report]
    bars = []
    for one in years:
        # An earlier year's figures are where its own edition has them.
        own = next((other for other in one.edition.charts if other.id == spec.id), None)
        bars += [Bar(label.format(year=one.year), _sum(one, term))
                 for label, term in (own.bars.items() if own else ())]
    return Chart(spec.id, spec.title.format(first=years[0].year, last=report.year), spec.unit, tuple(bars),
                 spec.years)


def _years(report: Report) -> list[Report]:
    """Return a report and those of the years before it, as far as they were read, oldest first."""
    found = [report]
    while found[0].previous is not None and len(found) < YEARS:
        found.insert(0, found[0].previous)
    return found


def _sum(report: Report, term: str) -> Decimal | None:
    values = [report.cells[path].value for path in report.edition.term(term)]
    return None if None in values else sum((Decimal(value) for value in values if value is not None),
                                           Decimal(0))
