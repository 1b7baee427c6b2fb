"""Hold what the prose says against the tables."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reportgen.checks.prose.cells import Cells, FigureReading
from reportgen.checks.prose.numbers import Number
from reportgen.checks.prose.vocabulary import vocabulary
from reportgen.checks.prose.walk import Statement, Walker
from reportgen.findings import Excerpt, Finding
from reportgen.report.figures import format_decimal, rounded
from reportgen.report.model import Paragraph, Report
from reportgen.rules import finding

FIGURE, SHARE, GROWTH, ALL_DONE, NONE, ROUGHLY = "WB01", "WB02", "WB03", "WB04", "WB05", "WB06"
# A year that is said to equal the last one may differ by this much, in per cent.
EVEN = 5
# A figure smaller than this equals some cell by chance.
TELLING = 3


def prose_against_tables(report: Report) -> Iterator[Finding]:
    """Find what the prose of the sections says otherwise than the tables."""
    judge = _Judge(report)
    names = tuple(sorted(filter(None, (report.agency.name, report.agency.short)), key=len, reverse=True))
    walker = Walker(vocabulary(report), judge.cells, names)
    for section in report.edition.sections:
        for paragraph in report.section_prose[section.id]:
            yield from judge.paragraph(paragraph, section.id, walker)


class _Judge:
    """Judge the statements of one report."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.cells = Cells(report)
        self.agreed: dict[int, list[FigureReading]] = {}

    def paragraph(self, paragraph: Paragraph, section: str, walker: Walker) -> Iterator[Finding]:
        text = paragraph.text
        statements = list(walker.statements(text))
        self.agreed = {}
        for statement in statements:
            told = getattr(self, f"_{statement.kind}")(statement)
            if told is not None:
                code, message, cells = told
                start, end = statement.words
                yield finding(code, f"“{text[start:end]}”{message}", paragraph.origin, cells, section=section,
                              excerpt=_excerpt(text, statement))

    def _values(self, statement: Statement) -> list[tuple[FigureReading, Decimal]] | None:
        """Return the readings with their values; None where one of them cannot be told."""
        found = []
        for reading in statement.readings:
            value = self.cells.value(reading, statement.last_year)
            if value is None:
                return None
            found.append((reading, value))
        return found

    def _count(self, statement: Statement) -> tuple[str, str, tuple[str, ...]] | None:
        values, number = self._values(statement), statement.number
        known = values or [(reading, value) for reading in statement.readings
                           if (value := self.cells.value(reading, statement.last_year)) is not None]
        if number is None:
            self.agreed[id(statement)] = [reading for reading, _ in known]
            return None
        agreed = [reading for reading, value in known if number.agrees(value)]
        self.agreed[id(statement)] = agreed
        if agreed or not values:
            return None
        reading, value = values[0]
        others = "；".join(f"{other.label}为{_shown(sum_, number)}" for other, sum_ in values[1:3])
        year = "上年" if statement.last_year else ""
        message = (f"与表不一致：{year}{reading.label}为{_shown(value, number)}"
                   f"{f'（{others}）' if others else ''}，相差{_shown(abs(value - number.value), number)}"
                   f"{self._same_as(reading, number)}；请核对文字和表格")
        return ROUGHLY if number.about else FIGURE, message, self._named(reading, statement.last_year)

    def _sum(self, statement: Statement) -> tuple[str, str, tuple[str, ...]] | None:
        number = statement.number
        first, second = statement.also
        if number is None or first.number is None or second.number is None or self._agrees(number, statement):
            return None
        total = first.number.value + second.number.value
        cells = tuple(cell for one in statement.also for reading in self._best(one) for cell in reading.cells)
        return FIGURE, (f"与前面两个数之和不一致：{_shown(first.number.value, number)}＋"
                        f"{_shown(second.number.value, number)}＝{_shown(total, number)}；请核对"), cells

    def _agrees(self, number: Number, statement: Statement) -> bool:
        sums = [self._amounts(one) for one in statement.also]
        return any(number.agrees(one + two) for one in sums[0] for two in sums[1])

    def _amounts(self, statement: Statement) -> list[Decimal]:
        """Return what a figure comes to: the values that it agrees with, or itself."""
        values = [value for reading in self.agreed.get(id(statement), ())
                  if (value := self.cells.value(reading, statement.last_year)) is not None]
        return values or ([statement.number.value] if statement.number else [])

    def _best(self, statement: Statement) -> list[FigureReading]:
        return self.agreed.get(id(statement), [])[:1] or list(statement.readings[:1])

    def _share(self, statement: Statement) -> tuple[str, str, tuple[str, ...]] | None:
        about, number = statement.about, statement.number
        if about is None or number is None:
            return None
        if about.number is None:
            self._count(about)
        shares = list(self._shares(statement, about, about.last_year))
        if not shares or any(number.agrees(share) for _, _, share in shares):
            return None
        part, whole, share = shares[0]
        message = (f"与表中的数不符：{part.label}占{whole.label}的"
                   f"{_percent(share, number)}%，请核对文字和表格")
        return (ROUGHLY if number.about else SHARE, message,
                (*self._named(part, about.last_year), *self._named(whole, about.last_year)))

    def _shares(self, statement: Statement, about: Statement, last_year: bool,
                ) -> Iterator[tuple[FigureReading, FigureReading, Decimal]]:
        """Yield (part, whole, share in per cent) for every way to take a share."""
        others = tuple(reading for one in statement.also for reading in self.agreed.get(id(one), ()))
        for part in self.agreed.get(id(about), ()) or about.readings:
            value = self.cells.value(part, last_year)
            for whole in statement.readings or (*self.cells.wholes(part), *others):
                total = self.cells.value(whole, last_year)
                if value is not None and total and value <= total and whole.cells != part.cells:
                    yield part, whole, value * 100 / total

    def _growth(self, statement: Statement) -> tuple[str, str, tuple[str, ...]] | None:
        about, number = statement.about, statement.number
        if about is None or self.report.previous is None:
            return None
        if about.number is None:
            self._count(about)
        candidates = self._both_years(about)
        if not candidates:
            return None
        if number is None:
            if any(new == old or (old and abs(new - old) * 100 / old <= EVEN) for _, new, old in candidates):
                return None
        elif any(_grew(number, statement.direction, new, old) for _, new, old in candidates):
            return None
        reading, new, old = candidates[0]
        if number is not None and number.unit == "percent" and not old:
            return None
        change = new - old
        word = "增长" if change > 0 else "下降" if change < 0 else "持平"
        size = "" if not change else f"{format_decimal(rounded(abs(change) * 100 / old, 2), 2)}%" if old and (
            number is None or number.unit == "percent") else format_decimal(abs(change), 4)
        message = (f"与两年的表不符：{reading.label}上年为{format_decimal(old, 4)}，"
                   f"本年为{format_decimal(new, 4)}，{word}{size}；请核对文字和表格")
        return (ROUGHLY if number is not None and number.about else GROWTH, message,
                (*reading.cells, *self._named(reading, True)))

    def _both_years(self, about: Statement) -> list[tuple[FigureReading, Decimal, Decimal]]:
        if about.kind == "sum":
            pairs = [self._best(one) for one in about.also]
            if not all(pairs):
                return []
            cells = tuple(cell for pair in pairs for cell in pair[0].cells)
            readings = [FigureReading(cells, "＋".join(pair[0].label for pair in pairs))]
        else:
            readings = self.agreed.get(id(about), [])
        found = []
        for reading in readings:
            new, old = self.cells.value(reading), self.cells.value(reading, last_year=True)
            if new is not None and old is not None:
                found.append((reading, new, old))
        return found

    def _points(self, statement: Statement) -> tuple[str, str, tuple[str, ...]] | None:
        share, number = statement.about, statement.number
        if share is None or share.about is None or number is None or self.report.previous is None:
            return None
        before = {(part.cells, whole.cells): value
                  for part, whole, value in self._shares(share, share.about, True)}
        changes = [(part, whole, value - before[part.cells, whole.cells])
                   for part, whole, value in self._shares(share, share.about, False)
                   if (part.cells, whole.cells) in before
                   and (share.number is None or share.number.agrees(value))]
        if not changes or any(number.agrees(abs(change)) and _same_way(change, statement.direction)
                              for _, _, change in changes):
            return None
        part, whole, change = changes[0]
        word = "提高" if change > 0 else "降低"
        size = format_decimal(rounded(abs(change), 2), 2)
        return (GROWTH, f"与两年的表不符：{part.label}占{whole.label}的比重比上年{word}{size}个百分点；"
                        "请核对文字和表格", (*part.cells, *whole.cells))

    def _zero(self, statement: Statement) -> tuple[str, str, tuple[str, ...]] | None:
        values = self._values(statement)
        if not values or any(not value for _, value in values):
            return None
        reading, value = values[0]
        message = f"与表不一致：{reading.label}为{format_decimal(value, 4)}；请核对文字和表格"
        return NONE, message, reading.cells

    def _all_handled(self, statement: Statement) -> tuple[str, str, tuple[str, ...]] | None:
        cells = self.report.edition.language.claims.all_handled.zero
        value = self.cells.total(cells)
        if not value:
            return None
        named = self.report.edition.cell_label(cells[0])
        return ALL_DONE, f"与表不一致：{named}为{value}，并未全部办结；请核对文字和表格", cells

    def _all_upheld(self, statement: Statement) -> tuple[str, str, tuple[str, ...]] | None:
        columns = self.report.edition.language.claims.all_upheld.zero
        left: list[tuple[tuple[str, ...], Decimal]] = []
        for reading in statement.readings:
            zero = tuple(f"{middle}.{column}" for middle in dict.fromkeys(
                cell.rpartition(".")[0] for cell in reading.cells) for column in columns)
            value = self.cells.total(zero)
            if not value:
                return None
            left.append((zero, value))
        if not left:
            return None
        wrong = tuple(cell for cell in left[0][0] if self.report.cells[cell].value)
        label, cells = self.report.edition.cell_label, self.report.cells
        named = "，".join(f"{label(cell)}为{cells[cell].value}" for cell in wrong[:3])
        return ALL_DONE, f"与表不一致：{named}，并非全部维持；请核对文字和表格", wrong

    def _same_as(self, reading: FigureReading, number: Number) -> str:
        """Say which other cell of the row or column has the figure: it was probably taken from there."""
        if len(reading.cells) != 1 or number.value < TELLING:
            return ""
        middle, _, last = reading.cells[0].rpartition(".")
        table = middle.partition(".")[0]
        same = [path for path, cell in self.report.cells.items()
                if cell.value is not None and cell.value == number.value and path.startswith(f"{table}.")
                and (path.rpartition(".")[0] == middle or path.rpartition(".")[2] == last)]
        return (f"（这个数与{self.report.edition.cell_label(same[0])}相同，可能取错了格）" if len(same) == 1
                else "")

    @staticmethod
    def _named(reading: FigureReading, last_year: bool) -> tuple[str, ...]:
        return tuple(f"previous.{cell}" for cell in reading.cells) if last_year else reading.cells


def _grew(number: Number, direction: int, new: Decimal, old: Decimal) -> bool:
    if number.unit != "percent":
        return number.agrees(abs(new - old)) and _same_way(new - old, direction)
    return bool(old) and number.agrees(abs(new - old) * 100 / old) and _same_way(new - old, direction)


def _same_way(change: Decimal, direction: int) -> bool:
    return not change or (change > 0) == (direction > 0)


def _shown(value: Decimal, number: Number) -> str:
    return f"{format_decimal(value / 10_000, 4)}万元" if number.unit == "money" else format_decimal(value, 4)


def _percent(value: Decimal, number: Number) -> str:
    decimals = max(0, -int(number.step.as_tuple().exponent))
    return f"{rounded(value, decimals):f}"


def _excerpt(text: str, statement: Statement) -> Excerpt:
    start, end = statement.words
    return Excerpt(text[statement.start:statement.end], start - statement.start, end - statement.start)


RULES = (prose_against_tables,)
