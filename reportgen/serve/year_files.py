"""Years: a new one from the last, one read from a published report, and two side by side."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reportgen import api
from reportgen.findings import Origin, refuse
from reportgen.serve.asked import New
from reportgen.serve.shelf import Shelf

# Of a name that somebody else gave, as much as says the kind.
_ENDING = re.compile(r"\.[0-9A-Za-z]{1,5}$")


def new_file(shelf: Shelf, wanted: New) -> Path:
    """Write a new data file and return its path; raises InputError."""
    last = api.read_data_file(shelf.inside(wanted.before)) if wanted.before else None
    text = api.new(wanted.year, wanted.agency or (last.agency.name if last else ""), last,
                   same=wanted.same)
    agency = api.read_content(text).agency.name
    beside = shelf.inside(wanted.before) if wanted.before else None
    if beside is not None and str(wanted.year - 1) in beside.stem:
        # Beside last year's and named alike, so that checks find last year's.
        path = beside.with_name(f"{beside.stem.replace(str(wanted.year - 1), str(wanted.year))}.yaml")
    else:
        path = shelf.fresh(agency, wanted.year)
    return api.save(path, text)


def converted(path: Path, report: api.Report) -> Path:
    """Write what a form says as a data file beside it and return its path; raises InputError."""
    return api.save_report(path.with_suffix(".yaml"), report, f"由 {path.name} 转换")


@contextmanager
def uploaded(name: str, content: bytes) -> Iterator[str]:
    """Give the path of a file that was sent, of whose name the ending counts; raises InputError without name.

    It lies in a folder of this process, which goes with it whatever becomes of who reads it.
    """
    if not name:
        raise refuse(Origin("读取"), "没有文件名，请重新选择文件")
    # Windows keeps a file that a process which is just being ended has open.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        ending = _ENDING.search(name)
        path = Path(folder) / f"report{ending[0].lower() if ending else ''}"
        path.write_bytes(content)
        yield str(path)


def imported_report(shelf: Shelf, name: str, found: api.Imported) -> dict[str, Any]:
    """Write a published report as a new data file; return its name and what is not sure of it."""
    report = found.report
    target = api.save_report(shelf.fresh(report.agency.name, report.year), report,
                             api.import_comment(Path(name).name, found))
    return {"file": shelf.name_of(target), "unsure": list(found.unsure), "left_out": list(found.left_out)}


def compared(report: api.Report) -> dict[str, Any]:
    """Return the comparison of a report with last year's; raises InputError where there is none."""
    if report.previous is None:
        raise refuse(Origin("对比"), "旁边没有上年的数据文件；请把它放在同一文件夹，文件名只差年份")
    found = api.only_changes(api.compare([report.previous, report]))
    return {
        "title": found.title, "years": list(found.years),
        "tables": [{"heading": table.heading, "rows": [
            {"label": row.label, "lines": [_line(line) for line in row.lines]} for row in rows]}
            for table, rows in found.tables],
        "ties": [{"title": tie.title, "label": tie.label, "expected": tie.expected, "given": tie.given,
                  "agrees": tie.agrees, "cell": tie.cell} for tie in found.ties],
        "passages": [{"heading": one.heading, "similarity": one.similarity,
                      "paragraphs": [[{"kind": piece.kind, "text": piece.text} for piece in paragraph]
                                     for paragraph in one.paragraphs]} for one in found.passages]}


def _line(line: Any) -> dict[str, Any]:
    return {"column": line.column, "texts": list(line.texts), "change": line.change, "growth": line.growth,
            "cell": line.cell}
