"""Check a report: every rule of every family, in a fixed order.

A rule is a function from a report to findings, listed in its family's module; a family is a module listed
here. What the rules say stands in the catalogue, `reportgen.rules`.
"""

from __future__ import annotations

from dataclasses import replace

from reportgen.checks import (
    acceptance,
    arithmetic,
    completeness,
    continuity,
    identity,
    local_rules,
    numbering,
    privacy,
    prose,
    publication,
    wording,
)
from reportgen.findings import Finding, Severity
from reportgen.report.model import Report
from reportgen.rules import all_rules

FAMILIES = (arithmetic, completeness, continuity, prose, wording, numbering, identity, privacy, publication)


def check(report: Report, strict: bool = False, rules: local_rules.PlaceRules | None = None) -> list[Finding]:
    """Return everything found in a report, errors of reading included, errors first and in file order.

    `strict` makes blanks errors. `rules` are those of the agency's place, by default what stands in a file
    beside its data file. What the data file has as 已核实 is marked as accepted. Raises InputError for a file
    of rules that cannot be used.
    """
    findings = list(report.problems)
    for family in FAMILIES:
        for rule in family.RULES:
            findings.extend(rule(report))
    rules = rules or local_rules.rules_for(report)
    if rules is not None:
        findings = local_rules.with_severities([*findings, *local_rules.place_findings(report, rules)], rules)
    findings = [_placed(report, finding) for finding in findings]
    if strict:
        findings = [replace(finding, severity=Severity.ERROR) if all_rules()[finding.code].strict else finding
                    for finding in findings]
    findings = acceptance.accept(report, findings)
    order = list(Severity)
    return sorted(findings,
                  key=lambda finding: (order.index(finding.severity), finding.origin.line, finding.code))


def _placed(report: Report, finding: Finding) -> Finding:
    """Return a finding with the section that its cells belong to."""
    if finding.section or not finding.cells:
        return finding
    table = finding.cells[0].removeprefix("previous.").partition(".")[0]
    return replace(finding, section=table) if table in report.edition.tables else finding
