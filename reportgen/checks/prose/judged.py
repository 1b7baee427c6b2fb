"""How many figures of the prose are held against the tables, and why the others are not."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.checks.prose.rules import PREAMBLE, Judge
from reportgen.findings import Origin
from reportgen.report.model import Report

# Why a figure that may be of the tables was left; figures of other things are only counted.
REASONS = {"words": "有看不懂的词", "scope": "只说一部分或别的期间", "bare": "没有说是表中哪一格",
           "blank": "表中的格没有填", "previous": "没有上年的数"}


@dataclass(frozen=True)
class LeftFigure:
    """A figure that was left: where it stands, the sentence's stretch around it, and why.

    `words` are the first that were not understood.
    """

    origin: Origin
    section: str
    figure: str
    clause: str
    why: str
    words: str

    @property
    def reason(self) -> str:
        """Say why, as people are told."""
        return REASONS[self.why]


@dataclass(frozen=True)
class Coverage:
    """What became of the figures of a report's prose; `others` speak of nothing in the tables."""

    judged: int
    left: tuple[LeftFigure, ...]
    others: int

    @property
    def percent(self) -> int | None:
        """Return how many of the figures that may be of the tables were judged, in per cent."""
        whole = self.judged + len(self.left)
        return self.judged * 100 // whole if whole else None


def prose_coverage(report: Report) -> Coverage:
    """Return what becomes of the figures of a report's prose."""
    judge = Judge(report)
    judged, others = 0, 0
    left = []
    for section, paragraphs in report.section_prose.items():
        for paragraph in paragraphs if section != PREAMBLE else ():
            for _ in judge.paragraph(paragraph, section):
                pass
            text = paragraph.text
            told = [one for one in judge.left if one.why in REASONS]
            left += [LeftFigure(paragraph.origin, section, text[one.number.start:one.number.end],
                                text[max(0, one.number.start - 20):one.number.end], one.why, one.words)
                     for one in told]
            others += len(judge.left) - len(told)
            open_ = {(one.number.start, one.number.end) for one in judge.left}
            judged += sum((number.start, number.end) not in open_ for number in judge.numbers)
    return Coverage(judged, tuple(left), others)
