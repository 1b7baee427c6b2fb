"""Let LibreOffice recalculate the Excel form: its checks must turn where reportgen's do, and nowhere else."""

from __future__ import annotations

import subprocess
from itertools import groupby
from pathlib import Path

import openpyxl

import reportgen
from reportgen.form.overview import sheets_to_fill_in
from reportgen.form.plan import OVERVIEW_SHEET, Plan
from reportgen.form.write import write_workbook

# One cell at a time is changed by this.
OFF = 7


def check(data: Path, work: Path, every: bool = False) -> str:
    """Return how the form of a data file departs from reportgen's checks, or an empty string.

    `every` changes each cell in turn, which takes minutes; otherwise one of every row, all columns among
    them.
    """
    work.mkdir(parents=True, exist_ok=True)
    report = reportgen.read(data)
    plan = Plan(report.edition)
    content = write_workbook(report)
    counted = [path for path, cell in report.cells.items() if isinstance(cell.value, int)]
    if not every:
        rows = [list(group) for _, group in groupby(counted, key=lambda path: report.edition.cells[path].row)]
        counted = [row[index % len(row)] for index, row in enumerate(rows)]
        counted += [path for path in report.cells if path.startswith("remedies.") and path not in counted]
    changed, files = ["", *counted], []
    for index, path in enumerate(changed):
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
                   capture_output=True, timeout=1200)
    for path, file in zip(changed, files, strict=True):
        turned = _turned(calculated / file.name, plan)
        if counted := _miscounted(calculated / file.name, plan, len(turned)):
            return f"{path or 'unchanged'}: {counted}"
        expected = {(finding.code, finding.cells[0]) for finding in reportgen.check(reportgen.read(file))
                    if finding.code.startswith("GJ0") and finding.severity.value == "error"}
        # A total that is a formula follows its parts, so a part of 表四 breaks nothing; what no identity has
        # neither.
        alone = path in plan.totals or path.startswith("applications.")
        if turned != expected or bool(expected) is not (bool(path) and alone):
            more, fewer = sorted(turned - expected), sorted(expected - turned)
            return f"{path or 'unchanged'}: LibreOffice {more}, reportgen {fewer}"
        again = reportgen.read(calculated / file.name)
        if {path: cell.value for path, cell in again.cells.items()} != {
                path: cell.value for path, cell in reportgen.read(file).cells.items()}:
            return f"{path}: LibreOffice saved other figures"
    return ""


def _miscounted(file: Path, plan: Plan, off: int) -> str:
    """Say how the first sheet departs from what there is: nothing is missing, `off` identities are broken."""
    first = openpyxl.load_workbook(file, data_only=True)[OVERVIEW_SHEET]
    rows = [[cell.value for cell in row] for row in first.iter_rows(min_row=7, max_row=13, max_col=5)]
    names, counts = [row[0] for row in rows], [sum(row[column] for row in rows) for column in (1, 2, 3)]
    if names != sheets_to_fill_in(plan) or counts != [0, 0, off]:
        return f"the first sheet counts {counts}, {off} identities are broken"
    listed = [first[f"B{row}"].value for row in range(17, 17 + off)]
    return "" if listed == ["不相符"] * off else f"the first sheet lists {listed}"


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
