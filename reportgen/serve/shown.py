"""An open data file as JSON: `layout`, which the year decides, and `state`, which every change renews."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from reportgen import api
from reportgen.serve.book import Opened
from reportgen.serve.passages import failed_lines, passage
from reportgen.serve.saying_here import said_here

# An acceptance that matches no finding.
STALE = "HS01"
AROUND = (("before_table", "表前文字"), ("notes", "附注"), ("after_table", "表后文字"))


def layout(now: Opened) -> dict[str, Any]:
    """Return what a page draws once: sections, grids, fields, and the equations that sums follow."""
    report, edition = now.report, now.report.edition
    sections: list[dict[str, Any]] = [_prose_section("preamble", "引言")]
    for section in edition.sections:
        if section.kind == "prose":
            sections.append(_prose_section(section.id, section.heading))
        else:
            table = edition.tables[section.id]
            sections.append({
                "id": section.id, "heading": section.heading, "kind": "table", "short": table.short,
                "caption": table.caption, "widths": list(table.widths), "size": table.text,
                "rows": [[_grid_cell(cell, edition) for cell in row] for row in api.grid(table)],
                "passages": [{"id": f"{group}.{section.id}", "name": name} for group, name in AROUND]})
    return {
        "edition": {"id": edition.id, "title": edition.title, "issued_as": edition.issued_as},
        "sections": sections, "fields": _fields(),
        "equations": [{"code": one.identity.code, "total": one.identity.total, "subject": one.subject,
                       "left": [list(term) for term in one.left], "right": [list(term) for term in one.right]}
                      for one in edition.equations],
        "cell_names": {path: {"label": edition.cell_label(path), "name": edition.chinese_name(path)}
                       for path in edition.cells},
        "aspects": [one.name for one in edition.language.aspects],
        "overview": edition.overview.id,
        "previous_year": report.previous.year if report.previous else 0}


def _prose_section(ident: str, heading: str) -> dict[str, Any]:
    return {"id": ident, "heading": heading, "kind": "prose", "passages": [{"id": ident, "name": ""}]}


def _grid_cell(cell: api.GridCell, edition: api.Edition) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": cell.kind, "text": cell.text, "path": cell.path, "id": cell.id,
                             "headers": " ".join(cell.headers), "colspan": cell.colspan,
                             "rowspan": cell.rowspan, "vertical": cell.vertical, "column": cell.column}
    if cell.path:
        spec = edition.cells[cell.path]
        found |= {"row": spec.row, "type": spec.type.value}
    return found


def _fields() -> list[dict[str, Any]]:
    return [{"id": ident, "group": group, "name": field.name, "kind": field.kind, "about": field.about,
             "choices": dict(field.choices), "required": field.required}
            for ident, group, field in api.plain_fields()]


def state(now: Opened) -> dict[str, Any]:
    """Return what a page shows of a data file as it is now."""
    report = now.report
    sections = failed_lines(report)
    findings = [_finding(number, one, report, sections) for number, one in enumerate(now.findings)]
    numbered = list(enumerate(now.findings))
    counts = api.Result("", report, list(now.findings)).count
    return {
        "version": now.version, "year": report.year, "agency": report.agency.name,
        "title": report.plain_title, "said": [said_here(text) for text in now.said],
        "single_rows": sorted(report.single_rows),
        "cells": {path: _cell(cell) for path, cell in report.cells.items()},
        "fields": {**report.texts, **report.unread}, "findings": findings,
        "prose": {ident: passage(report, ident, numbered) for ident in report.passages},
        "lengths": api.length_limits(report), "covered": _covered(report), "previous": _past(report),
        "counts": {**{severity.value: counts(severity) for severity in api.Severity},
                   "blank": sum(cell.blank for cell in report.cells.values())}}


def _cell(cell: Any) -> dict[str, Any]:
    """Return a cell: as typed, which is empty for a computed one, as printed, and its remark."""
    raw = "" if cell.computed else cell.typed or f"{cell.number}{cell.unit}"
    found = {"raw": raw, "shown": f"{cell.number}{cell.unit}" if cell.number else raw}
    if cell.computed:
        found["computed"] = True
    if cell.remark:
        found["remark"] = cell.remark
    return found


def _finding(number: int, one: api.Finding, report: api.Report,
             failed: dict[int, str]) -> dict[str, Any]:
    rule, excerpt = api.all_rules()[one.code], one.excerpt
    found: dict[str, Any] = {
        "number": number, "code": one.code, "title": rule.title, "severity": one.severity.value,
        "message": said_here(one.message), "section": one.section or failed.get(one.origin.line, ""),
        "cells": list(one.cells),
        "line": one.origin.line, "likely": one.likely, "source": one.source,
        "acceptable": rule.acceptable, "mends": _mends(one),
        "excerpt": {"text": excerpt.text, "start": excerpt.start, "end": excerpt.end} if excerpt else None}
    found["withdraws"] = bool(acceptance_line(one))
    if one.likely:
        found["proposed"] = _proposed(one, report)
    if one.accepted:
        found["accepted"] = {"reason": one.accepted.reason, "by": one.accepted.by}
    return found


def acceptance_line(one: api.Finding) -> int:
    """Return on which line the acceptance of a finding, or one that matches none, begins; 0 without one."""
    if one.accepted:
        return one.accepted.origin.line
    return one.origin.line if one.code == STALE else 0


def acceptance_said(one: api.Finding, reason: str, by: str) -> dict[str, str]:
    """Return what a data file says of a finding that stands."""
    cell = one.likely or (one.cells[0] if one.cells else one.section)
    sentence = one.excerpt.text.strip("…") if one.excerpt and not one.cells else ""
    return {"code": one.code, "cell": cell.removeprefix("previous."), "sentence": sentence,
            "reason": reason, "by": by}


def _mends(one: api.Finding) -> bool:
    """Say whether mending punctuation changes the passage that a finding marks."""
    return one.excerpt is not None and not one.cells and api.mended(one.excerpt.text) != one.excerpt.text


def _proposed(one: api.Finding, report: api.Report) -> str:
    """Return what the likeliest cell has to be for the broken identity to hold, as text."""
    for equation in report.edition.equations:
        if equation.identity.code == one.code and equation.cells == one.cells:
            sides = [sum((Decimal(report.cells[cell].value or 0) for term in side for cell in term),
                         Decimal(0)) for side in (equation.left, equation.right)]
            sign = 1 if any(one.likely in term for term in equation.left) else -1
            return str(Decimal(report.cells[one.likely].value or 0) - (sides[0] - sides[1]) * sign)
    return ""


def _covered(report: api.Report) -> list[bool]:
    """Say of each aspect whether the overview has one of its words."""
    overview = report.edition.overview.id
    text = "".join(one.text for one in report.prose.get(overview, ()))
    return [any(word in text for word in aspect.words) for aspect in report.edition.language.aspects]


def _past(report: api.Report) -> dict[str, dict[str, str]]:
    """Return last year's figure of each cell that it has, and the change."""
    if report.previous is None:
        return {}
    found = {}
    for path, cell in report.cells.items():
        before = report.previous.cells.get(path)
        if before is None or before.blank:
            continue
        change = "" if cell.value is None or before.value is None else _change(
            Decimal(cell.value) - Decimal(before.value))
        found[path] = {"text": before.text, "change": change}
    return found


def _change(difference: Decimal) -> str:
    return "持平" if not difference else f"{difference:+f}"
