"""Show what a batch did on the page of findings, a row an agency."""

from __future__ import annotations

from collections.abc import Iterable

from reportgen.findings import Acceptance, Finding, Origin, Severity
from reportgen.many.work import FindingRow, Outcome
from reportgen.outputs.review import Checked, Refused

# An accepted finding of an outcome, which does not keep who accepted it and why.
_ACCEPTED = Acceptance(code="", cell="", sentence="", reason="", by="")


def outcomes_page(outcomes: Iterable[Outcome], names: dict[str, str]) -> list[Checked]:
    """Return outcomes for the page; `names` are the words for their status."""
    return [Checked(file=one.file, agency=one.agency, year=one.year, title=one.title,
                    verdict=names[one.status], wrong=one.status not in ("built", "unchanged"),
                    findings=[_finding(row) for row in one.rows if row.code],
                    refused=_refused(one), figures=one.figures) for one in outcomes]


def _finding(row: FindingRow) -> Finding:
    accepted = row.severity == "accepted"
    return Finding(code=row.code, severity=Severity.INFO if accepted else Severity(row.severity),
                   message=row.message, origin=Origin(row.place), cells=row.cells, excerpt=row.excerpt,
                   accepted=_ACCEPTED if accepted else None)


def _refused(one: Outcome) -> Refused:
    """Return why a file could not be used: what has no code, and what failed."""
    rows = [(Origin(row.place), row.message) for row in one.rows if not row.code]
    return (*rows, *([(Origin(one.file), one.message)] if one.message else []))
