"""跨年: this year's figures and prose against last year's report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from reportgen.findings import Finding
from reportgen.format import CellType, Tie
from reportgen.report.model import Report
from reportgen.rules import finding

LEAP, ALIKE, OTHER_NAME, NO_PREVIOUS, UNCHECKED = "KN04", "KN05", "KN06", "KN08", "KN09"
# A change is told of when it is more than this many times and this many pieces.
LEAP_TIMES, LEAP_PIECES = 5, 20
# Prose of at least this many characters that is this much alike, in per cent, is told of.
ALIKE_CHARACTERS, ALIKE_PERCENT = 100, 85
# A shorter section is told of where every word of it is last year's; a statement about the fee may well be.
COPIED_CHARACTERS = 40


def no_previous(report: Report) -> Iterator[Finding]:
    """Tell that nothing across years was checked, because last year's file is not there."""
    if report.previous is None and report.edition.ties:
        yield finding(NO_PREVIOUS, f"没有找到{report.year - 1}年度的数据文件，结转等跨年关系没有核对；"
                                   "请把它放在旁边（文件名只差年份），或用 --previous 指定",
                      report.origin("year"))


def other_name(report: Report) -> Iterator[Finding]:
    """Ask where last year's file is under a longer or a shorter name."""
    before = report.previous
    if before is not None and before.agency.name != report.agency.name:
        yield finding(OTHER_NAME, f"上年数据文件的机关是“{before.agency.name}”，"
                                  f"本报告是“{report.agency.name}”；是同一机关的，请统一写成全称",
                      report.origin("agency.name"))


def ties(report: Report) -> Iterator[Finding]:
    """Find every tie to last year's figures that does not hold; tell which have a blank in them."""
    before = report.previous
    if before is None:
        return
    for tie in report.edition.ties:
        open_: list[str] = []
        for subject in report.edition.expand(tie.each):
            cell = tie.cell.replace("{}", subject)
            if cell not in report.cells:
                continue
            expected = _expected(report, before, tie, subject)
            value = report.cells[cell].value
            if expected is None or value is None:
                told = value is None and report.cells[cell].unread
                if not told and (expected is not None or _in_edition(before, tie, subject)):
                    open_.append(cell)
            elif expected != value:
                yield _broken(report, tie, cell, expected)
        if open_ and not report.without_table_data:
            yield finding(UNCHECKED, f"“{tie.title}”有{len(open_)}处跨年关系因为有没填的格而没有核对，"
                                     f"如{report.edition.cell_label(open_[0])}；填好后请再检查一次",
                          report.origin(open_[0]), tuple(open_), source=tie.source)


def _broken(report: Report, tie: Tie, cell: str, expected: Decimal) -> Finding:
    value = Decimal(report.cells[cell].value or 0)
    ask = "请核对并改正" if tie.certain else "请核对；确有原因的，请在“已核实”中说明"
    return finding(tie.code,
                   f"{report.edition.cell_label(cell)}：填的是{value}，按上年报告{_how(tie)}应为{expected}，"
                             f"相差{abs(value - expected)}；{ask}",
                   report.origin(cell), (cell,), source=tie.source, likely=cell)


def _how(tie: Tie) -> str:
    return "和本年增减" if tie.current.add or tie.current.subtract else ""


def _expected(report: Report, before: Report, tie: Tie, subject: str) -> Decimal | None:
    """Return what a tie makes of last year's figures, and this year's.

    None where one is blank or there is none.
    """
    total = Decimal(0)
    for terms, cells, sign in ((tie.previous, before.cells, 1), (tie.current.add, report.cells, 1),
                               (tie.current.subtract, report.cells, -1)):
        for term in terms:
            cell = cells.get(term.replace("{}", subject))
            if cell is None or cell.value is None:
                return None
            total += sign * Decimal(cell.value)
    return total


def _in_edition(before: Report, tie: Tie, subject: str) -> bool:
    """Say whether last year's edition has the figures at all; from 2020 to 2021 some did not exist."""
    return all(term.replace("{}", subject) in before.cells for term in tie.previous)


def leaps(report: Report) -> Iterator[Finding]:
    """Tell of totals and of figures without a total that changed very much since last year."""
    before = report.previous
    if before is None:
        return
    parts = {cell for equation in report.edition.equations if equation.identity.left[0].startswith("{}.")
             for term in equation.right for cell in term}
    for path, cell in report.cells.items():
        old = before.cells.get(path)
        if (path in parts or old is None or cell.value is None or old.value is None
            or cell.type is CellType.SIGNED):
            continue
        new_value, old_value = Decimal(cell.value), Decimal(old.value)
        low, high = sorted((new_value, old_value))
        if high - low > LEAP_PIECES and high > LEAP_TIMES * low:
            yield finding(LEAP,
                          f"{report.edition.cell_label(path)}：上年为{old.number}，本年为{cell.number}，"
                                "相差很大；请再看一眼，无误的不用处理", report.origin(path), (path,))


def alike(report: Report) -> Iterator[Finding]:
    """Find sections whose prose is nearly last year's."""
    if report.previous is None:
        return
    for section in report.edition.sections:
        new = _text(report, section.id)
        old = _text(report.previous, section.id)
        same = new == old and len(new) >= COPIED_CHARACTERS and section != report.edition.fee_section
        if min(len(new), len(old)) < ALIKE_CHARACTERS and not same:
            continue
        # Whatever their order: rapidfuzz takes long to load, and most prose is far from it.
        common = (Counter(new) & Counter(old)).total()
        if 200 * common < ALIKE_PERCENT * (len(new) + len(old)):
            continue
        percent = similarity(new, old)
        if percent >= ALIKE_PERCENT:
            yield finding(ALIKE, f"“{section.heading}”的文字与上年报告有{percent}%相同，属于内容雷同；"
                                 "请按本年的工作重写", report.origin(section.id), section=section.id)


def similarity(one: str, two: str) -> int:
    """Return how much of two texts is the same, in whole per cent rounded down.

    That is twice the length of their common subsequence over the length of both.
    """
    from rapidfuzz.distance import Indel

    return int(Indel.normalized_similarity(one, two) * 100)


def _text(report: Report, section: str) -> str:
    """Return a section's prose without figures and white space, which differ from year to year anyway."""
    text = "".join(paragraph.text for paragraph in report.section_prose.get(section, ()))
    return re.sub(r"[\s\d,.%]+", "", text)


RULES = (no_previous, other_name, ties, leaps, alike)
