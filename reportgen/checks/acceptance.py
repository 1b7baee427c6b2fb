"""核实: match findings with what the agency has looked into and lets stand."""

from __future__ import annotations

from dataclasses import replace

from reportgen.findings import Acceptance, Finding
from reportgen.report.model import Report
from reportgen.rules import finding

STALE = "HS01"


def accept(report: Report, findings: list[Finding]) -> list[Finding]:
    """Mark the findings that are accepted, and add one for every acceptance that matches none."""
    used: set[Acceptance] = set()
    marked = []
    for one in findings:
        match = next((entry for entry in report.accepted if _matches(entry, one)), None)
        if match is not None:
            used.add(match)
            one = replace(one, accepted=match)
        marked.append(one)
    for entry in report.accepted:
        if entry not in used:
            what = entry.sentence or entry.cell
            place = f"（{what}）" if what else ""
            marked.append(finding(STALE, f"“已核实”的 {entry.code}{place}没有对应的检查结果；"
                                         "请删去，或检查写法", entry.origin))
    return marked


def _matches(entry: Acceptance, finding: Finding) -> bool:
    """Say whether an acceptance is for a finding.

    By code and cell or sentence; by code alone if it has neither.
    """
    if entry.code != finding.code:
        return False
    if entry.cell and entry.cell not in finding.cells and entry.cell != finding.section:
        return False
    if entry.sentence:
        excerpt = finding.excerpt.text.strip("…") if finding.excerpt else ""
        return bool(excerpt) and (entry.sentence in excerpt or excerpt in entry.sentence)
    return bool(entry.cell) or not (finding.cells or finding.excerpt)
