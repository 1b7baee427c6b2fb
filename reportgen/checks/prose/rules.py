"""Compare what the prose says with the tables."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reportgen.checks.prose.cells import Cells, FigureReading
from reportgen.checks.prose.numbers import Number
from reportgen.checks.prose.saying import excerpt, grew, named, percent, same_way, shown_value
from reportgen.checks.prose.statements import Left, Statement
from reportgen.checks.prose.sums import disagreements
from reportgen.checks.prose.vocabulary import vocabulary
from reportgen.checks.prose.walk import Walker
from reportgen.checks.texts import Passage
from reportgen.findings import Finding
from reportgen.report.figures import format_decimal, rounded
from reportgen.report.model import Paragraph, Report
from reportgen.rules import finding

FIGURE, SHARE, GROWTH, ALL_DONE, NONE, ROUGHLY, LOOSE = "WB01", "WB02", "WB03", "WB04", "WB05", "WB06", "WB07"
PARTS = "WB08"
PREAMBLE = "preamble"
# A year that is said to equal the last one may differ by this much, in per cent.
EVEN = 5
# A figure smaller than this equals some cell by chance.
TELLING = 3

# Code, message and cells of what is told.
Told = tuple[str, str, tuple[str, ...]]


def prose_against_tables(report: Report) -> Iterator[Finding]:
    """Find what the prose of the sections says otherwise than the tables."""
    judge = Judge(report)
    for section, paragraphs in report.section_prose.items():
        for paragraph in paragraphs if section != PREAMBLE else ():
            yield from judge.paragraph(paragraph, section)


class Judge:
    """Judge the statements of one report.

    After each paragraph `numbers` are the figures of which it says something, and `left` those that could
    not be judged.
    """

    def __init__(self, report: Report) -> None:
        self.report = report
        self.cells = Cells(report)
        self.agreed: dict[int, list[FigureReading]] = {}
        self.numbers: list[Number] = []
        self.left: list[Left] = []
        self._walker = Walker(vocabulary(report), self.cells, report.agency)

    def paragraph(self, paragraph: Paragraph, section: str) -> Iterator[Finding]:
        """Yield what a paragraph says otherwise than the tables."""
        text = paragraph.text
        statements = self.statements(text)
        self.agreed = {}
        self.numbers = [statement.number for statement in statements if statement.number is not None]
        self.left = list(self._walker.left)
        for statement in statements:
            told = getattr(self, f"_{statement.kind}")(statement)
            if told is not None:
                code, message, cells = told
                start, end = statement.words
                yield finding(code, f"“{text[start:end]}”{message}", paragraph.origin, cells, section=section,
                              excerpt=excerpt(text, statement))
        for one in disagreements(text, {number.start for number in self.numbers}):
            start, end = one.whole.start, one.whole.end
            yield finding(PARTS, f"“{text[start:end]}”与其中{one.parts}项之和不一致：各项相加为{one.sum}，"
                                 f"相差{abs(one.sum - one.whole.value)}；请核对", paragraph.origin,
                          section=section,
                          excerpt=Passage(text, paragraph.origin, section).excerpt(start, end))

    def statements(self, text: str) -> list[Statement]:
        """Return what a text says of the tables."""
        return list(self._walker.statements(text))

    def _known(self, statement: Statement) -> list[tuple[FigureReading, Decimal]]:
        """Return the readings whose cells are given, with their values."""
        return [(reading, value) for reading in statement.readings
                if (value := self.cells.value(reading, statement.last_year)) is not None]

    def _count(self, statement: Statement) -> Told | None:
        known, number = self._known(statement), statement.number
        if number is None:
            self.agreed[id(statement)] = [reading for reading, _ in known]
            return None
        agreed = [reading for reading, value in known if self._fits(number, reading, value, statement)]
        self.agreed[id(statement)] = agreed
        blank = [reading for reading in statement.readings if all(reading != other for other, _ in known)]
        if agreed:
            return None
        if (statement.last_year and blank) or any(
                self.cells.least(reading.cells) <= number.value for reading in blank):
            return self._open(statement, "previous" if statement.last_year else "blank")
        if not known:
            known = [(reading, self.cells.least(reading.cells)) for reading in blank]
        reading, value = known[0]
        others = "；".join(f"{other.label}为{shown_value(sum_, number)}" for other, sum_ in known[1:3])
        year = "上年" if statement.last_year else ""
        message = (f"与表不一致：{year}{reading.label}为{shown_value(value, number)}"
                   f"{f'（{others}）' if others else ''}，"
                   f"相差{shown_value(abs(value - number.value), number)}"
                   f"{self._same_as(reading, number)}；请核对文字和表格")
        code = ROUGHLY if number.about else LOOSE if statement.loose else FIGURE
        return code, message, named(reading, statement.last_year)

    def _open(self, statement: Statement, why: str) -> Told | None:
        """Note that a figure could not be judged, and why; nothing is told."""
        if statement.number is not None:
            self.left.append(Left(statement.number, why))
        return None

    def _fits(self, number: Number, reading: FigureReading, value: Decimal, statement: Statement) -> bool:
        if number.agrees(value):
            return True
        return not statement.last_year and any(number.agrees(one)
                                               for one in self.cells.otherwise(reading.cells))

    def _sum(self, statement: Statement) -> Told | None:
        number = statement.number
        first, second = statement.also
        if number is None or first.number is None or second.number is None or self._agrees(number, statement):
            return None
        total = first.number.value + second.number.value
        cells = tuple(cell for one in statement.also for reading in self._best(one) for cell in reading.cells)
        return FIGURE, (f"与前面两个数之和不一致：{shown_value(first.number.value, number)}＋"
                        f"{shown_value(second.number.value, number)}＝"
                        f"{shown_value(total, number)}；请核对"), cells

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

    def _share(self, statement: Statement) -> Told | None:
        about, number = statement.about, statement.number
        if about is None or number is None:
            return None
        if about.number is None:
            self._count(about)
        shares = list(self._shares(statement, about, about.last_year))
        if not shares:
            return self._open(statement, "blank")
        if any(number.agrees(share) for _, _, share in shares):
            return None
        part, whole, share = shares[0]
        message = (f"与表中的数不符：{part.label}占{whole.label}的"
                   f"{percent(share, number)}%，请核对文字和表格")
        return (ROUGHLY if number.about else SHARE, message,
                (*named(part, about.last_year), *named(whole, about.last_year)))

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

    def _growth(self, statement: Statement) -> Told | None:
        about, number = statement.about, statement.number
        if about is None or self.report.previous is None:
            return self._open(statement, "previous")
        if about.number is None:
            self._count(about)
        candidates = self._both_years(about)
        if not candidates:
            return self._open(statement, "previous")
        if number is None:
            if any(new == old or (old and abs(new - old) * 100 / old <= EVEN) for _, new, old in candidates):
                return None
        elif any(grew(number, statement.direction, new, old) for _, new, old in candidates):
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
                (*reading.cells, *named(reading, True)))

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

    def _points(self, statement: Statement) -> Told | None:
        share, number = statement.about, statement.number
        if share is None or share.about is None or number is None or self.report.previous is None:
            return self._open(statement, "previous")
        before = {(part.cells, whole.cells): value
                  for part, whole, value in self._shares(share, share.about, True)}
        changes = [(part, whole, value - before[part.cells, whole.cells])
                   for part, whole, value in self._shares(share, share.about, False)
                   if (part.cells, whole.cells) in before
                   and (share.number is None or share.number.agrees(value))]
        if not changes:
            return self._open(statement, "previous")
        if any(number.agrees(abs(change)) and same_way(change, statement.direction)
               for _, _, change in changes):
            return None
        part, whole, change = changes[0]
        word = "提高" if change > 0 else "降低"
        size = format_decimal(rounded(abs(change), 2), 2)
        return (GROWTH, f"与两年的表不符：{part.label}占{whole.label}的比重比上年{word}{size}个百分点；"
                        "请核对文字和表格", (*part.cells, *whole.cells))

    def _zero(self, statement: Statement) -> Told | None:
        least = [self.cells.least(reading.cells) for reading in statement.readings]
        if not all(least):
            return None
        reading = statement.readings[0]
        message = f"与表不一致：{reading.label}为{format_decimal(least[0], 4)}；请核对文字和表格"
        return NONE, message, reading.cells

    def _all_handled(self, statement: Statement) -> Told | None:
        cells = self.report.edition.language.claims.all_handled.zero
        value = self.cells.least(cells)
        if not value:
            return None
        label = self.report.edition.cell_label(cells[0])
        return ALL_DONE, f"与表不一致：{label}为{value}，并未全部办结；请核对文字和表格", cells

    def _all_upheld(self, statement: Statement) -> Told | None:
        columns = self.report.edition.language.claims.all_upheld.zero
        left: list[tuple[tuple[str, ...], Decimal]] = []
        for reading in statement.readings:
            zero = tuple(f"{middle}.{column}" for middle in dict.fromkeys(
                cell.rpartition(".")[0] for cell in reading.cells) for column in columns)
            value = self.cells.least(zero)
            if not value:
                return None
            left.append((zero, value))
        if not left:
            return None
        wrong = tuple(cell for cell in left[0][0] if self.report.cells[cell].value)
        label, cells = self.report.edition.cell_label, self.report.cells
        shown_cells = "，".join(f"{label(cell)}为{cells[cell].value}" for cell in wrong[:3])
        return ALL_DONE, f"与表不一致：{shown_cells}，并非全部维持；请核对文字和表格", wrong

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


RULES = (prose_against_tables,)
