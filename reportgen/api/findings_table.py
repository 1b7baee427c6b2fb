"""Findings as CSV that Excel opens as it is: UTF-8 with a byte order mark, nothing taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from reportgen.api.agencies import OUTCOME_NAMES
from reportgen.api.results import Result
from reportgen.findings import SEVERITY_NAMES, Severity
from reportgen.form.plan import FORMULA_STARTS
from reportgen.many.work import Outcome

_HEAD = ("文件", "机关", "年度", "结果", "编号", "程度", "位置", "说明")
_ACCEPTED = "已核实"
Row = tuple[object, ...]


def outcomes_csv(outcomes: Iterable[Outcome]) -> bytes:
    """Return every finding of every report of a batch."""
    names = {severity.value: name for severity, name in SEVERITY_NAMES.items()} | {"accepted": _ACCEPTED}
    table: list[Row] = []
    for one in outcomes:
        rows: list[Row] = [(row.code, names[row.severity], row.place, row.message) for row in one.rows]
        if one.message or not rows:
            rows.append(("", "", "", one.message))
        table += [(one.file, one.agency, one.year or "", OUTCOME_NAMES[one.status], *row) for row in rows]
    return as_csv(_HEAD, table)


def results_csv(results: Iterable[Result]) -> bytes:
    """Return every finding of every file that was checked."""
    table: list[Row] = []
    for one in results:
        rows: list[Row] = [("", SEVERITY_NAMES[Severity.ERROR], origin, message)
                           for origin, message in one.refused]
        rows += [(finding.code, _ACCEPTED if finding.accepted else SEVERITY_NAMES[finding.severity],
                  finding.origin, finding.message) for finding in one.findings]
        who = (one.file, one.report.agency.name if one.report else "", one.report.year if one.report else "",
               one.verdict)
        table += [(*who, *row) for row in rows or [("", "", "", "")]]
    return as_csv(_HEAD, table)


def as_csv(head: Row, rows: Iterable[Row]) -> bytes:
    """Return a table as CSV."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(head)
    writer.writerows([inert(str(cell)) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + stream.getvalue().encode(errors="backslashreplace")


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, be it in full width or behind blanks."""
    seen = text.lstrip(" \n\u3000\xa0\ufeff\u200b")
    return f"'{text}" if seen.startswith(("\t", "\r", *FORMULA_STARTS)) else text
