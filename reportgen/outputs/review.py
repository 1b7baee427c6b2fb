"""Write the findings of a check as one self-contained web page, the cells marked in the tables."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

import jinja2
from markupsafe import Markup

from reportgen.findings import SEVERITY_NAMES, Finding, Origin, Severity
from reportgen.format import GridCell, grid
from reportgen.report.model import Report
from reportgen.rules import all_rules

# What only whoever runs the program can do.
_FOR_OPERATORS = re.compile(r"reportgen |\s?--[a-z]|\{\{|文件名")
# What a message is about, as against what it says to write.
_EXPRESSION = re.compile(r"^\{\{[^{}]*\}\}(?=：)")
_FOLDERS = re.compile(r"[^\s：、，；“”]*[/\\](?=[^/\\\s：、，；“”]+\.(?:ya?ml|xlsx?|docx|pdf|html?)\b)")
LONGEST_TYPED = 20
# What keeps the page of two thousand agencies at some ten megabytes.
MOST_DRAWN = 20                             # files whose tables are drawn
MOST_FINDINGS, FEWEST_FINDINGS = 20_000, 10     # on the page, and for one file at least

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


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What became of one file, for the page: whose it is, findings, reasons why it could not be used.

    `verdict` is that in a word, `wrong` says that something is to be done; with a `report` its tables are
    drawn. `figures` are what `main_figures` gives.
    """

    file: str
    verdict: str
    wrong: bool
    agency: str = ""
    year: int = 0
    title: str = ""
    findings: Sequence[Finding] = ()
    refused: Refused = ()
    report: Report | None = None
    figures: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Shown:
    """One file on the page; `left` is how many findings it has that the page does not list."""

    one: Checked
    name: str
    ident: str
    counts: dict[str, int]
    accepted: tuple[ShownFinding, ...]
    sections: tuple[ShownSection, ...]
    refused: list[tuple[str, str]]
    left: int

    @property
    def right(self) -> bool:
        """Say whether nothing is to be done; the table begins with the others."""
        return not self.one.wrong

    @property
    def listed(self) -> bool:
        """Say whether there is anything to show below the table of all."""
        return bool(self.sections or self.refused or self.accepted)


def review(checked: Sequence[Checked], told: Sequence[str] = ()) -> str:
    """Return the page for checked files; `told` is what is to be said of all, such as who is missing.

    It needs nothing from elsewhere: no font, no picture, and no script but its own, which sorts the table.
    Of many files it lists the errors first, as many as fit, and draws no tables.
    """
    shown = []
    start = 1
    most = max(MOST_FINDINGS // max(1, len(checked)), FEWEST_FINDINGS)
    names = _names([one.file for one in checked])
    many = len(checked) > 1
    for number, (one, name) in enumerate(zip(checked, names, strict=True), 1):
        listed = list(one.findings[:most])
        # An office tells its files apart by their folders, an agency has one file.
        folders = (one.file.removesuffix(name) if one.file.endswith(name) else "") if many else None
        numbered = _numbered(one, listed, start, folders)
        start += len(numbered)
        standing = [entry for entry in numbered if not entry.finding.accepted]
        sections = _sections(one.report, standing, len(checked) <= MOST_DRAWN) if one.report else \
            ([ShownSection("检查结果", tuple(standing))] if standing else [])
        shown.append(_Shown(
            one, name, f"r{number}", _counts(one.findings),
            tuple(entry for entry in numbered if entry.finding.accepted), tuple(sections),
            [(_place(origin, folders), for_agencies(message, folders)) for origin, message in one.refused],
            len(one.findings) - len(listed)))
    heads = list(dict.fromkeys(head for one in checked for head in one.figures))
    return _template().render(reports=shown, names=SEVERITY_NAMES, heads=heads, told=told,
                              many=many, drawn=len(checked) <= MOST_DRAWN,
                              sorter=Markup(_sorter()), sorter_sum=_sorter_sum())


def _names(files: Sequence[str]) -> list[str]:
    """Return the names of files from the folder on that holds them all; of one file, its name alone."""
    paths = [Path(file).absolute() for file in files]
    root = next((folder for folder in paths[0].parents if all(folder in path.parents for path in paths)),
                None) if paths else None
    return [str(path.relative_to(root)) if root else path.name for path in paths]


def _numbered(one: Checked, findings: list[Finding], start: int, folders: str | None) -> list[ShownFinding]:
    order = _by_place(one.report, findings) if one.report else findings
    return [ShownFinding(number, finding, finding.severity.value,
                         all_rules()[finding.code].title if finding.code in all_rules() else "",
                         for_agencies(finding.message, folders), _place(finding.origin, folders))
            for number, finding in enumerate(order, start)]


def _counts(findings: Iterable[Finding]) -> dict[str, int]:
    counts = dict.fromkeys(SEVERITY_NAMES.values(), 0)
    for finding in findings:
        if not finding.accepted:
            counts[SEVERITY_NAMES[finding.severity]] += 1
    return counts


@cache
def _sorter() -> str:
    return (resources.files("reportgen.outputs") / "review.js").read_text(encoding="utf-8")


@cache
def _sorter_sum() -> str:
    """Return the hash by which the page's policy lets its own script run (CSP level 3, 2.3.1)."""
    return base64.b64encode(hashlib.sha256(_sorter().encode()).digest()).decode()


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


def _sections(report: Report, findings: list[ShownFinding], drawn: bool) -> Iterable[ShownSection]:
    headings = report.headings
    for ident, heading in headings.items():
        own = tuple(entry for entry in findings
                    if (entry.finding.section if entry.finding.section in headings else "") == ident)
        rows = _rows(report, ident, findings) if drawn and ident in report.edition.tables else ()
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


def for_agencies(message: str, folders: str | None = None) -> str:
    """Return a message without the parts that name commands and options.

    And without folders: all, or those that are given.
    """
    kept = []
    message = _EXPRESSION.sub("正文中的表达式", message)
    if folders is None:
        message = _FOLDERS.sub("", message)
    elif folders:
        message = message.replace(folders, "")
    for part in message.split("；"):
        pieces: list[str] = []
        left_out = False
        for piece in part.split("，"):
            if _FOR_OPERATORS.search(piece):
                left_out = True
                continue
            # What was the other way is the only one now.
            pieces.append(f"请{piece.removeprefix('或')}" if left_out and piece.startswith("或") else piece)
            left_out = False
        if pieces:
            kept.append("，".join(pieces))
    return "；".join(kept) or _FOR_OPERATORS.split(message)[0].rstrip("，； ")


def _place(origin: Origin, folders: str | None) -> str:
    """Return where in a file something stands, the file's folders left out: all, or those that are given."""
    place = origin.cell or (f"第 {origin.line} 行" if origin.line else "")
    name = Path(origin.file).name if folders is None else origin.file.removeprefix(folders)
    return f"{name} {place}".strip()


def _worst(path: str, entries: list[ShownFinding]) -> str:
    """Return how to mark a cell: as the likeliest wrong one, or by the worst finding about it."""
    if any(entry.finding.likely == path for entry in entries):
        return "likely"
    order = [severity.value for severity in Severity]
    return min((entry.severity for entry in entries), key=order.index, default="")
