"""Compare the reports of one agency over the years: every cell, the ties between years, the prose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from reportgen.datafile.fields import common_fields
from reportgen.findings import Origin, refuse
from reportgen.format import CellType, Table
from reportgen.imports.labels import groups_of
from reportgen.report.align import opcodes, pairs, squeezed, tokens
from reportgen.report.model import NOTES, Cell, Paragraph, Report

# A stretch of no more characters than this between two changes is taken as changed too: it says nothing by
# itself.
SHORT = 2


@dataclass(frozen=True)
class Line:
    """One cell over the years: its column, its texts oldest first, what changed in the last year, its path.

    `change` is the difference with its sign, "持平", or empty where a figure is missing; `growth` is it in
    per cent.
    """

    column: str
    texts: tuple[str, ...]
    change: str
    growth: str
    cell: str


@dataclass(frozen=True)
class ComparedRow:
    """One row of a table: its label and its cells."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class TieLine:
    """A tie of this year's figure to last year's: its name, both figures, whether they agree, its cell."""

    title: str
    label: str
    expected: str
    given: str
    cell: str

    @property
    def agrees(self) -> bool:
        """Say whether the figure is what last year's report asks for."""
        return self.expected == self.given


@dataclass(frozen=True)
class DiffPiece:
    """A piece of prose: `kind` is "same", "gone" or "new"."""

    kind: str
    text: str


@dataclass(frozen=True)
class PassageChange:
    """One piece of prose of both years: its paragraphs in pieces, and how alike they are in per cent.

    `hidden` is how many paragraphs did not change and are left out.
    """

    heading: str
    paragraphs: tuple[tuple[DiffPiece, ...], ...]
    similarity: str
    hidden: int = 0


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What changed; `years` are all years compared, oldest first; ties and prose are of the last two.

    `about` says what is left out and how the rest is ordered; it is empty where everything is there.
    """

    agency: str
    years: tuple[int, ...]
    tables: tuple[tuple[Table, tuple[ComparedRow, ...]], ...]
    ties: tuple[TieLine, ...]
    passages: tuple[PassageChange, ...]
    about: str = ""

    @property
    def title(self) -> str:
        """Return the title of the comparison."""
        return f"{self.agency}{self.years[0]}年至{self.years[-1]}年政府信息公开工作年度报告对比"


def compare(reports: Sequence[Report]) -> Comparison:
    """Compare two or more reports; they are put in order of year.

    Cells are those of the last report's edition; one that an older edition does not have is empty there.
    Raises InputError for fewer than two reports, two of one year, or another agency's.
    """
    reports = sorted(reports, key=lambda report: report.year)
    if len(reports) < 2:
        raise refuse(Origin("对比"), "要有两个年度的数据文件才能对比")
    for before, after in pairwise(reports):
        if before.year == after.year:
            raise refuse(Origin(after.path), f"{after.year}年度的数据文件有两份，另一份是 {before.path}")
        if before.agency.name != after.agency.name:
            raise refuse(Origin(after.path),
                         f"这份是“{after.agency.name}”的，{before.path} 是“{before.agency.name}”的")
    last = reports[-1]
    return Comparison(
        agency=last.agency.name, years=tuple(report.year for report in reports),
        tables=tuple((table, tuple(_rows(table, reports))) for table in last.edition.tables.values()),
        ties=tuple(_ties(reports[-2], last)) if reports[-2].year == last.year - 1 else (),
        passages=tuple(_passages(reports[-2], last)))


def _rows(table: Table, reports: Sequence[Report]) -> Iterator[ComparedRow]:
    groups_of_rows = dict(groups_of(table))
    rows: dict[str, list[str]] = {}
    for path, spec in table.cells.items():
        rows.setdefault(spec.row, []).append(path)
    for paths in rows.values():
        first = table.cells[paths[0]]
        if first.row_label:
            # 3.其他 stands in several groups.
            group = groups_of_rows.get(first.row.rpartition(".")[0])
            label = f"{group.label}　{first.row_label}" if group else first.row_label
            yield ComparedRow(label, tuple(_line(path, table, reports) for path in paths))
            continue
        # A table of one row has its groups among the columns.
        groups: dict[str, list[str]] = {}
        for path in paths:
            groups.setdefault(table.cells[path].column_labels[0], []).append(path)
        for label, own in groups.items():
            yield ComparedRow(label, tuple(_line(path, table, reports) for path in own))


def _line(path: str, table: Table, reports: Sequence[Report]) -> Line:
    spec = table.cells[path]
    cells = [report.cells.get(path, Cell(spec.type)) for report in reports]
    change, growth = _change(cells[-2], cells[-1])
    return Line(spec.column_labels[-1], tuple(cell.text for cell in cells), change, growth, path)


def _change(old: Cell, new: Cell) -> tuple[str, str]:
    if old.value is None or new.value is None or old.unit != new.unit:
        return "", ""
    before, after = Decimal(old.value), Decimal(new.value)
    if before == after:
        return "持平", ""
    growth = ((after - before) * 100 / before).quantize(Decimal("0.01"), ROUND_HALF_UP) if before else None
    signed = new.type is CellType.SIGNED
    return f"{after - before:+f}", "" if growth is None or signed else f"{growth:+f}%"


def _ties(old: Report, new: Report) -> Iterator[TieLine]:
    """Yield every tie of the edition for which both years have the figures."""
    edition = new.edition
    for tie in edition.ties:
        for subject in edition.expand(tie.each):
            path = tie.cell.replace("{}", subject)
            parts = [(1, old, term) for term in tie.previous] + [(1, new, term) for term in tie.current.add] \
                + [(-1, new, term) for term in tie.current.subtract]
            cells = [(sign, report.cells.get(term.replace("{}", subject))) for sign, report, term in parts]
            values = [sign * Decimal(cell.value) for sign, cell in cells if cell is not None
                      and cell.value is not None]
            given = new.cells.get(path)
            if len(values) == len(cells) and given is not None and given.value is not None:
                yield TieLine(tie.title, edition.cell_label(path), f"{sum(values, Decimal(0)):f}",
                              f"{Decimal(given.value):f}", path)


def _passages(old: Report, new: Report) -> Iterator[PassageChange]:
    from rapidfuzz import fuzz

    for ident, heading in _headings(new):
        before, after = old.passages.get(ident, ()), new.passages.get(ident, ())
        if not before and not after:
            continue
        whole = ["".join(squeezed(paragraph.text) for paragraph in side) for side in (before, after)]
        yield PassageChange(heading, tuple(_paragraphs(before, after)), f"{fuzz.ratio(*whole):.1f}%")


def _headings(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the id and the heading of every piece of prose, notes left out."""
    groups = {entry.id: f"（{entry.name}）" for entry in common_fields() if entry.id != NOTES} | {"": ""}
    for ident in report.passages:
        group, _, section = ident.rpartition(".")
        if group in groups:
            yield ident, f"{report.headings[section]}{groups[group]}"


def _paragraphs(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[tuple[DiffPiece, ...]]:
    for a, b in pairs([(paragraph.text,) for paragraph in old], [paragraph.text for paragraph in new]):
        if a is None and b is not None:
            yield (DiffPiece("new", new[b].text),)
        elif b is None and a is not None:
            yield (DiffPiece("gone", old[a].text),)
        elif a is not None and b is not None:
            yield tuple(text_pieces(old[a].text, new[b].text))


def text_pieces(old: str, new: str) -> Iterator[DiffPiece]:
    """Yield what stayed, went and came between two paragraphs; a number changes as a whole."""
    one, other = tokens(old), tokens(new)
    gone, come = "", ""
    for kind, a, b, c, d in opcodes(one, other):
        same = "".join(one[a:b])
        if kind == "equal" and (len(same) > SHORT or not (gone or come) or b == len(one)):
            yield from (DiffPiece(name, text) for name, text in (("gone", gone), ("new", come)) if text)
            gone = come = ""
            yield DiffPiece("same", same)
        else:
            gone, come = gone + same, come + "".join(other[c:d])
    yield from (DiffPiece(name, text) for name, text in (("gone", gone), ("new", come)) if text)
