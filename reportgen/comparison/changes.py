"""Leave of a comparison only what changed, the heaviest changes first.

A change weighs its absolute difference in the last year: what a reader has to explain first. What changed
only in an earlier year, or is blank in one of both years, has no weight and comes last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from reportgen.comparison.years import ComparedRow, Comparison, Line, PassageChange


def only_changes(found: Comparison) -> Comparison:
    """Return a comparison without what is the same in all years; `about` says how much that was."""
    tables = tuple((table, _changed(rows)) for table, rows in found.tables)
    ties = tuple(tie for tie in found.ties if not tie.agrees)
    passages = tuple(_changed_paragraphs(passage) for passage in found.passages if _differs(passage))
    same = [f"{_cells(found) - _cells(replace(found, tables=tables))} 格"]
    if agreeing := len(found.ties) - len(ties):
        same.append(f"相符的 {agreeing} 项关系")
    if alike := len(found.passages) - len(passages):
        same.append(f"文字没有改动的 {alike} 个部分")
    about = ("只列有变化的，每张表里按最近一年增减的绝对值从大到小排列，没有填数的排在最后；"
             f"没有变化而未列出的：{'、'.join(same)}")
    return replace(found, tables=tables, ties=ties, passages=passages, about=about)


def weight(line: Line) -> Decimal:
    """Return how much a cell changed in the last year, without sign; 0 where that cannot be told."""
    return abs(Decimal(line.change)) if line.change.startswith(("+", "-")) else Decimal(0)


def _changed(rows: Iterable[ComparedRow]) -> tuple[ComparedRow, ...]:
    found = []
    for row in rows:
        lines = sorted((line for line in row.lines if len(set(line.texts)) > 1), key=weight, reverse=True)
        if lines:
            found.append(ComparedRow(row.label, tuple(lines)))
    return tuple(sorted(found, key=lambda row: weight(row.lines[0]), reverse=True))


def _differs(passage: PassageChange) -> bool:
    return any(piece.kind != "same" for pieces in passage.paragraphs for piece in pieces)


def _changed_paragraphs(passage: PassageChange) -> PassageChange:
    kept = tuple(pieces for pieces in passage.paragraphs if any(piece.kind != "same" for piece in pieces))
    return replace(passage, paragraphs=kept, hidden=len(passage.paragraphs) - len(kept))


def _cells(found: Comparison) -> int:
    return sum(len(row.lines) for _, rows in found.tables for row in rows)
