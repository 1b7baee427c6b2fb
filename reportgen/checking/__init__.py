"""Check a report: every rule of every family, in a fixed order.

A rule is a function from a report to findings, listed in its family's module; a family is a module listed here.
"""

from __future__ import annotations

from reportgen.checking import arithmetic, completeness, wording
from reportgen.findings import Finding, Severity
from reportgen.report import Report

FAMILIES = (arithmetic, completeness, wording)


def check(report: Report) -> list[Finding]:
    """Return everything found in a report, errors of reading included, errors first and in file order."""
    findings = list(report.problems)
    for family in FAMILIES:
        for rule in family.RULES:
            findings.extend(rule(report))
    order = list(Severity)
    return sorted(findings, key=lambda finding: (order.index(finding.severity), finding.origin.line, finding.code))
