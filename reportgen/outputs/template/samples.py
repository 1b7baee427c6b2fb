"""Sample reports of an edition: what templates are tried with before a real report is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import yaml

from reportgen.datafile.fields import common_fields
from reportgen.format import CellType, Edition, get_edition
from reportgen.report.model import Report
from reportgen.sources import read_text

_AGENCY = "某市人民政府"
_PROSE = ("某年情况。\n（一）主动公开。全年公开政府信息。\n1.重点领域。集中发布。\n"
          "（1）目录。\n（二）监督保障。")


@cache
def samples(edition_id: str) -> tuple[tuple[Report, bool], ...]:
    """Return a report with everything in it, one issued as an attachment, and a draft with the tables alone.

    Each comes with whether it is a draft. Every cell is filled in, so that conditions of templates can be
    tried.
    """
    edition = get_edition(edition_id)
    whole = _report(edition, _without(_whole(edition), "attachment"))
    attached = _report(edition, _without(_whole(edition), "letterhead", "preamble", "before_table"))
    tables = {table: _whole(edition)[table] for table in edition.tables}
    bare = _report(edition, {"year": edition.first_year, "agency": {"name": _AGENCY},
                             **_with_single_rows(edition, tables)})
    return tuple((replace(report, previous=whole), draft)
                 for report, draft in ((whole, False), (attached, False), (bare, True)))


def _without(values: dict[str, Any], *left_out: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in left_out}


def _report(edition: Edition, values: dict[str, Any]) -> Report:
    return read_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), edition.id)


def _whole(edition: Edition) -> dict[str, Any]:
    """Return a data file with every field, cell and passage."""
    values: dict[str, Any] = {}
    for entry in common_fields():
        if entry.kind == "group" and entry.id != "charts":
            values[entry.id] = {field.id: _value(field.id, field.kind, field.choices)
                                for field in entry.fields}
    values |= {"year": edition.first_year, "preamble": "引言。", "attachment": "1",
               "notes": {table: f"注：{table}的说明。" for table in edition.tables},
               "before_table": dict.fromkeys(edition.tables, _PROSE),
               "after_table": dict.fromkeys(edition.tables, _PROSE)}
    values["agency"]["name"] = _AGENCY
    values |= {section.id: _PROSE for section in edition.prose_sections}
    for path, spec in edition.cells.items():
        *steps, column = path.split(".")
        node = values
        for step in steps:
            node = node.setdefault(step, {})
        node[column] = {CellType.MONEY: "12.5万元", CellType.AMOUNT: "12.5"}.get(spec.type, 7)
    return values


def _value(ident: str, kind: str, choices: dict[str, str]) -> str:
    if kind == "date":
        return "2026-01-20"
    return next(iter(choices), "") if kind == "choice" else f"某{ident}"


def _with_single_rows(edition: Edition, tables: dict[str, Any]) -> dict[str, Any]:
    """Return the tables with the groups that may be given as one row so given."""
    for group in (group for group in edition.groups if edition.may_be_single(group)):
        single = edition.with_single_rows(frozenset((group,)))
        *above, last = group.split(".")
        node = tables
        for step in above:
            node = node[step]
        node[last] = {path.removeprefix(f"{group}."): 7 for path in single.cells
                      if path.startswith(f"{group}.")}
    return tables
