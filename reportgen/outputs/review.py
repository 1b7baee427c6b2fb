"""Write the findings of a check as one self-contained web page, the cells marked in the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import jinja2

from reportgen.findings import SEVERITY_NAMES, Finding, Origin, Severity
from reportgen.format import GridCell, grid
from reportgen.report.model import Report
from reportgen.rules import all_rules

# What only whoever runs the program can do.
_FOR_OPERATORS = re.compile(r"reportgen |\s?--[a-z]|\{\{|文件名")
_FOLDERS = re.compile(r"[^\s：、，；“”]*[/\\](?=[^/\\\s：、，；“”]+\.(?:ya?ml|xlsx?|docx|pdf|html?)\b)")
LONGEST_TYPED = 20

Refused = tuple[tuple[Origin, str], ...]


@dataclass(frozen=True)
class ShownCell:
    """One cell of a drawn table with the numbers of the findings about it, the worst of them first."""

    grid: GridCell
    text: str = ""
    severity: str = ""
    numbers: tuple[int, ...] = ()
    wrong: bool = False


@dataclass(frozen=True)
class ShownFinding:
    """A finding with its number on the page, and message and place as an agency can use them."""

    number: int
    finding: Finding
    severity: str
    title: str
    message: str
    place: str


@dataclass(frozen=True)
class ShownSection:
    """One section: its findings, and the table where it has one."""

    heading: str
    findings: tuple[ShownFinding, ...]
    rows: tuple[tuple[ShownCell, ...], ...] = ()


def review(checked: Iterable[tuple[str, Report | None, list[Finding], Refused]]) -> str:
    """Return the page for checked files, each (file, report, findings, refusals).

    It needs nothing from elsewhere: no script, no font, no picture.
    """
    shown = []
    start = 1
    for file, report, findings, refused in checked:
        sections, accepted = (), ()  # type: tuple[ShownSection, ...], tuple[ShownFinding, ...]
        counts = {SEVERITY_NAMES[severity]: sum(finding.severity is severity and not finding.accepted
                                                for finding in findings) for severity in Severity}
        if report:
            numbered = [ShownFinding(number, finding, finding.severity.value, all_rules()[finding.code].title,
                                     for_agencies(finding.message), _place(finding.origin))
                        for number, finding in enumerate(_by_place(report, findings), start)]
            start += len(numbered)
            sections = tuple(_sections(report, [entry for entry in numbered if not entry.finding.accepted]))
            accepted = tuple(entry for entry in numbered if entry.finding.accepted)
        shown.append({"file": Path(file).name, "report": report, "sections": sections, "accepted": accepted,
                      "counts": counts,
                      "refused": [(_place(origin), for_agencies(message)) for origin, message in refused],
                      "blocked": any(finding.blocks for finding in findings)})
    return _template().render(reports=shown, names=SEVERITY_NAMES)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
                                     lstrip_blocks=True)
    source = (resources.files("reportgen.outputs") / "review.html").read_text(encoding="utf-8")
    return environment.from_string(source)


def _by_place(report: Report, findings: list[Finding]) -> list[Finding]:
    """Return findings as they stand on the page: by section, the accepted ones last."""
    places = list(report.headings)
    return sorted(findings, key=lambda one: (one.accepted is not None,
                                             places.index(one.section) if one.section in places else 0))


def _sections(report: Report, findings: list[ShownFinding]) -> Iterable[ShownSection]:
    headings = report.headings
    for ident, heading in headings.items():
        own = tuple(entry for entry in findings
                    if (entry.finding.section if entry.finding.section in headings else "") == ident)
        rows = _rows(report, ident, findings) if ident in report.edition.tables else ()
        if own or rows:
            yield ShownSection(heading, own, rows)


def _rows(report: Report, table: str, findings: list[ShownFinding]) -> tuple[tuple[ShownCell, ...], ...]:
    about: dict[str, list[ShownFinding]] = {}
    for entry in findings:
        for path in entry.finding.cells:
            about.setdefault(path, []).append(entry)
    rows = []
    for row in grid(report.edition.tables[table]):
        cells = []
        for cell in row:
            entries = about.get(cell.path, []) if cell.path else []
            text, wrong = _text(report, cell)
            severity = _worst(cell.path, entries)
            cells.append(ShownCell(cell, text, severity, tuple(entry.number for entry in entries), wrong))
        rows.append(tuple(cells))
    return tuple(rows)


def _text(report: Report, cell: GridCell) -> tuple[str, bool]:
    """Return what to show in a cell: its figure, or what was typed where that is no number."""
    if not cell.path:
        return cell.text, False
    figure = report.cells[cell.path]
    return (figure.typed[:LONGEST_TYPED], True) if figure.blank and figure.typed else (figure.text, False)


def for_agencies(message: str) -> str:
    """Return a message without the parts that name commands and options, and without folders."""
    kept = []
    message = _FOLDERS.sub("", message)
    for part in message.split("；"):
        pieces = [piece for piece in part.split("，") if not _FOR_OPERATORS.search(piece)]
        if pieces:
            kept.append("，".join(pieces))
    return "；".join(kept) or _FOR_OPERATORS.split(message)[0].rstrip("，； ")


def _place(origin: Origin) -> str:
    """Return where in a file something stands, the file's folders left out."""
    place = origin.cell or (f"第 {origin.line} 行" if origin.line else "")
    return f"{Path(origin.file).name} {place}".strip()


def _worst(path: str, entries: list[ShownFinding]) -> str:
    """Return how to mark a cell: as the likeliest wrong one, or by the worst finding about it."""
    if any(entry.finding.likely == path for entry in entries):
        return "likely"
    order = [severity.value for severity in Severity]
    return min((entry.severity for entry in entries), key=order.index, default="")
