"""Let LibreOffice recalculate the Excel form: its checks must turn where reportgen's do, and nowhere else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import openpyxl

import reportgen
from reportgen.workbook import Plan
from reportgen.writing.workbook import write_workbook

# One cell a time is changed by this.
OFF = 7
CHANGED = ("applications.new.natural", "applications.granted.enterprise", "applications.carried_out.other",
           "applications.total_handled.natural", "applications.granted.total", "remedies.review.upheld",
           "remedies.litigation_direct.total", "applications.refused.third_party.research", "")


def check(data: Path, work: Path) -> str:
    """Return how the form of a data file departs from reportgen's checks, or an empty string."""
    work.mkdir(parents=True, exist_ok=True)
    report = reportgen.read(data)
    plan = Plan(report.edition)
    content = write_workbook(report)
    files = []
    for index, path in enumerate(CHANGED):
        file = work / f"{index}.xlsx"
        file.write_bytes(content)
        book = openpyxl.load_workbook(file)
        if path:
            sheet = book[plan.sheets[path.partition(".")[0]]]
            sheet[plan.cells[path].name].value = int(report.cells[path].value or 0) + OFF
        book.save(file)
        files.append(file)
    calculated = work / "calculated"
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation={(work / 'profile').resolve().as_uri()}",
                    "--convert-to", "xlsx", "--outdir", str(calculated), *map(str, files)], check=True,
                   capture_output=True, timeout=600)
    for path, file in zip(CHANGED, files, strict=True):
        turned = _turned(calculated / file.name, plan)
        expected = {(finding.code, finding.cells[0]) for finding in reportgen.check(reportgen.read(file))
                    if finding.code.startswith("GJ0") and finding.severity.value == "error"}
        # A total that is a formula follows its parts, so a part of 表四 breaks nothing; an unchanged form neither.
        quiet = not path or path == "remedies.review.upheld"
        if turned != expected or bool(expected) is quiet:
            more, fewer = sorted(turned - expected), sorted(expected - turned)
            return f"{path or 'unchanged'}: LibreOffice {more}, reportgen {fewer}"
        again = reportgen.read(calculated / file.name)
        if {path: cell.value for path, cell in again.cells.items()} != {
                path: cell.value for path, cell in reportgen.read(file).cells.items()}:
            return f"{path}: LibreOffice saved other figures"
    return ""


def _turned(file: Path, plan: Plan) -> set[tuple[str, str]]:
    book = openpyxl.load_workbook(file, data_only=True)
    found = set()
    for table in plan.edition.tables:
        for one in plan.checks(table):
            shown = book[plan.sheets[table]][one.name].value
            if shown not in ("√", "", None) and str(shown).startswith("差"):
                found.add((one.equation.identity.code, one.equation.left[0][0]))
            elif shown != "√":
                found.add((one.name, f"shows {shown}"))
    return found
