"""文字: what stands in the text of a report."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.findings import Finding, Origin, Severity
from reportgen.report import Report
from reportgen.typesetting.fonts import coverage

UNCOVERED = "WZ01"


def uncovered(report: Report) -> Iterator[Finding]:
    """Find characters that none of the fonts has, such as emoji; they would print as boxes or not at all."""
    covered = frozenset().union(*coverage().values())
    for origin, text in _texts(report):
        missing = sorted({character for character in text if ord(character) not in covered and character != "\n"})
        if missing:
            named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in missing[:5])
            yield Finding(UNCOVERED, Severity.WARNING, f"公文字体里没有{named}，打印出来会是空框；请改用其他字或删去",
                          origin, (), "PDF 内嵌字体的字符范围，见 reportgen/fonts/coverage.txt")


def _texts(report: Report) -> Iterator[tuple[Origin, str]]:
    yield report.origin("title"), report.title
    for paragraphs in (*report.prose.values(), *report.notes.values()):
        for paragraph in paragraphs:
            yield paragraph.origin, paragraph.text
    for path, cell in report.cells.items():
        if cell.remark:
            yield report.origin(path), cell.remark
    if report.signature:
        yield report.origin("signature"), report.signature.name


RULES = (uncovered,)
