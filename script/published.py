"""Hold the import and the checks against real reports: every figure, every character of prose, every finding.

Figures were read by eye (truth/*.yaml), findings were judged by hand (tests/published_findings.yaml). What is
printed in a file is read here with other means than the importer's.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lxml.html
import pypdfium2
import yaml

from reportgen.checks import check
from reportgen.findings import Finding, InputError, Severity
from reportgen.imports.blocks import Grid
from reportgen.imports.read import Imported, read_published
from reportgen.report.align import squeezed
from reportgen.report.model import Report

ROOT = Path(__file__).parent.parent
VERDICTS = ROOT / "tests" / "published_findings.yaml"
DOCS = ROOT / "docs" / "published.md"
BEGIN, END = "<!-- table: script/published --write -->", "<!-- end -->"
COLUMNS = {"applications": ("natural", "enterprise", "research", "public_interest", "legal_service", "other",
                            "total"),
           "remedies": ("upheld", "corrected", "other", "pending", "total")}
JUDGED = (Severity.ERROR, Severity.WARNING)
_HEADER = ("report", "figures right", "silently wrong", "prose kept or told", "published", "doubts",
           "errors: false of all", "warnings: false of all")
_LEAVES = ("p", "div", "li", "h1", "h2", "h3", "h4", "td", "th")


@dataclass
class Measured:
    """What was measured of one file."""

    file: str
    refused: str = ""
    cells: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)
    untold: int = 0
    printed: int = 0
    lost: list[str] = field(default_factory=list)
    date: str = ""
    doubts: int = 0
    left_out: int = 0
    findings: list[tuple[Finding, str]] = field(default_factory=list)


def main() -> int:
    """Measure every report of the folder; return 1 where something is wrong, lost or not judged."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "published")
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    if not given.folder.is_dir():
        print(f"{given.folder} is absent: nothing measured")
        return 0
    verdicts = yaml.safe_load(VERDICTS.read_text(encoding="utf-8")) or []
    known = {(one["file"], one["code"], one["at"]): one["verdict"] for one in verdicts}
    measured = [measure(path, given.folder, known) for path in sorted(given.folder.iterdir())
                if path.suffix in (".pdf", ".html", ".txt", ".docx")]
    table = "\n".join(shown(measured))
    print(table)
    gone = tell(measured, known)
    if given.write:
        write(table, measured, verdicts)
    bad = any(one.refused or one.wrong or one.untold or one.lost or
              any(verdict != "true" for _, verdict in one.findings) for one in measured)
    return int(bad or gone)


def measure(path: Path, folder: Path, known: dict[tuple[str, str, str], str]) -> Measured:
    """Measure the import and the findings of one report."""
    one = Measured(path.name)
    try:
        found = read_published(path)
    except InputError as error:
        one.refused = str(error)
        return one
    one.doubts, one.left_out = len(found.unsure), len(found.left_out)
    one.date = found.report.publication.published
    truth = folder / "truth" / f"{path.stem}.yaml"
    if truth.exists():
        hold_figures(one, found, yaml.safe_load(truth.read_text(encoding="utf-8")))
    hold_prose(one, path, found)
    one.findings = [(finding, known.get((path.name, finding.code, place(finding)), "not judged"))
                    for finding in check(found.report) if finding.severity in JUDGED]
    return one


def hold_figures(one: Measured, found: Imported, truth: dict[str, Any]) -> None:
    """Compare every figure with what was read by eye; a wrong one that nothing was said of is the worst."""
    for path, value in figures(truth):
        cell = found.report.cells.get(path)
        got = None if cell is None or cell.blank else cell.text
        one.cells += 1
        if got == (None if value is None else str(value)):
            one.right += 1
        else:
            one.wrong.append(f"{path}: {value} read as {got}")
            one.untold += got is not None and path not in found.doubtful


def figures(truth: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every cell of a truth file with its figure."""
    for table in ("disclosure", *COLUMNS):
        for row, values in truth.get(table, {}).items():
            if isinstance(values, list):
                yield from ((f"{table}.{row}.{column}", value)
                            for column, value in zip(COLUMNS[table], values, strict=True))
            else:
                yield f"{table}.{row}", values


def hold_prose(one: Measured, path: Path, found: Imported) -> None:
    """Look for every line that another reader finds in the file among what was read and what was told."""
    read = "".join(texts(found.report))
    grids = [item for item in found.blocks.items if isinstance(item, Grid)]
    tables = {squeezed(cell) for grid in grids for cell in grid.texts()}
    inside = "".join(tables)
    told = squeezed("".join((*found.left_out, *found.unsure)))
    for line in lines(path):
        plain = squeezed(line)
        # A line of a table is made of what its cells hold.
        if not plain or plain in tables or all(piece in inside for piece in line.split()):
            continue
        one.printed += len(plain)
        if plain not in read and plain not in told:
            one.lost.append(plain)


def texts(report: Report) -> Iterator[str]:
    """Yield what a report says outside its tables, squeezed."""
    yield squeezed(report.title)
    for section in report.edition.sections:
        yield squeezed(section.heading)
    for paragraphs in report.passages.values():
        yield from (squeezed(paragraph.text) for paragraph in paragraphs)
    yield from (squeezed(text) for text in report.texts.values())
    if report.signature:
        yield squeezed(report.signature.name + report.signature.date)


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file, read without the importer."""
    if path.suffix == ".pdf":
        for page in pypdfium2.PdfDocument(path):
            yield from page.get_textpage().get_text_range().splitlines()
    elif path.suffix == ".html":
        parser = lxml.html.HTMLParser(encoding="utf-8")
        root = lxml.html.document_fromstring(path.read_bytes(), parser=parser)
        for element in root.body.iter(*_LEAVES):
            inner = [child for child in element.iterdescendants() if child.tag in _LEAVES]
            if not inner and not any(one.tag == "table" for one in element.iterancestors()):
                yield element.text_content()
    elif path.suffix == ".txt":
        yield from path.read_text(encoding="utf-8").splitlines()


def place(finding: Finding) -> str:
    """Return where a finding is, in a way that its wording does not change."""
    marked = finding.excerpt.marked[:40] if finding.excerpt else ""
    parts = (finding.cells[0] if finding.cells else finding.section, marked)
    return " ".join(part for part in parts if part) or finding.message[:20]


def shown(measured: list[Measured]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield f"| {' | '.join(_HEADER)} |"
    yield "| --- " * len(_HEADER) + "|"
    for one in measured:
        if one.refused:
            yield f"| {one.file} | refused: {one.refused} | | | | | | |"
            continue
        lost = sum(map(len, one.lost))
        yield (f"| {one.file} | {f'{one.right} of {one.cells}' if one.cells else '—'} | {one.untold} | "
               f"{one.printed - lost} of {one.printed} | {one.date or '—'} | {one.doubts} | "
               f"{' | '.join(counted(severity, one) for severity in JUDGED)} |")
    lost = sum(len(text) for one in measured for text in one.lost)
    printed = sum(one.printed for one in measured)
    yield (f"| **together** | {sum(one.right for one in measured)} of {sum(one.cells for one in measured)} | "
           f"{sum(one.untold for one in measured)} | {printed - lost} of {printed} | | "
           f"{sum(one.doubts for one in measured)} | "
           f"{' | '.join(counted(severity, *measured) for severity in JUDGED)} |")


def counted(severity: Severity, *measured: Measured) -> str:
    """Return how many findings of a severity were judged false, of how many."""
    findings = [pair for one in measured for pair in one.findings]
    verdicts = [verdict for finding, verdict in findings if finding.severity is severity]
    return f"{verdicts.count('false')} of {len(verdicts)}"


def tell(measured: list[Measured], known: dict[tuple[str, str, str], str]) -> bool:
    """Print what is wrong, lost or not judged, and true findings that are gone; return whether any is."""
    for one in measured:
        for text in one.wrong:
            print(f"WRONG {one.file} {text}")
        for text in one.lost:
            print(f"LOST {one.file} {text[:80]}")
        for finding, verdict in one.findings:
            if verdict != "true":
                print(f"{verdict.upper()} {one.file} {finding.code} {place(finding)}: {finding.message}")
    now = Counter((one.file, finding.code, place(finding)) for one in measured for finding, _ in one.findings)
    gone = [key for key, verdict in known.items() if verdict == "true" and key not in now]
    for key in gone:
        print(f"GONE {' '.join(key)}")
    return bool(gone)


def write(table: str, measured: list[Measured], verdicts: list[dict[str, str]]) -> None:
    """Write the table into the docs, and what is to be judged into the file of verdicts."""
    text = DOCS.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    DOCS.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    new = [{"file": one.file, "code": finding.code, "at": place(finding), "verdict": verdict,
            "why": finding.message[:60]}
           for one in measured for finding, verdict in one.findings if verdict == "not judged"]
    head = VERDICTS.read_text(encoding="utf-8").split("\n- ")[0].rstrip() + "\n"
    entries = "".join("- " + yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=1000,
                                            default_flow_style=True) for entry in [*verdicts, *new])
    VERDICTS.write_text(head + entries, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
