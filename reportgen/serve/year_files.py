"""Years: a new one from the last, one read from a published report, and two side by side."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reportgen import api
from reportgen.files.place import safe_name
from reportgen.findings import Origin, refuse
from reportgen.serve.asked import New
from reportgen.serve.shelf import THERE, Shelf, read_here

# How a report that was read tells of a heading that was worded otherwise.
_REWORDED = "标题原文："

# Of a name that somebody else gave, as much as says the kind.
_ENDING = re.compile(r"\.[0-9A-Za-z]{1,5}$")


def new_file(shelf: Shelf, wanted: New) -> Path:
    """Write a new data file and return its path; raises InputError."""
    last = read_here(str(shelf.inside(wanted.before))) if wanted.before else None
    text = api.new(wanted.year, wanted.agency or (last.agency.name if last else ""), last,
                   same=wanted.same)
    agency = api.read_content(text).agency.name
    beside = shelf.inside(wanted.before) if wanted.before else None
    own = wanted.same is not api.SameAgency.OTHER
    if beside is not None and own and str(wanted.year - 1) in beside.stem:
        # Beside last year's and named alike, so that checks find last year's.
        path = beside.with_name(f"{beside.stem.replace(str(wanted.year - 1), str(wanted.year))}.yaml")
    else:
        path = shelf.fresh(agency, wanted.year)
    if path.exists():
        raise refuse(Origin(shelf.name_of(path)), THERE)
    return api.save(path, text)


def converted(path: Path, report: api.Report) -> Path:
    """Write what a form says as a data file beside it and return its path; raises InputError."""
    return api.save_report(path.with_suffix(".yaml"), report, f"由 {path.name} 转换")


@contextmanager
def uploaded(name: str, content: bytes) -> Iterator[str]:
    """Give the path of a file that was sent, by the name that it has; raises InputError without name.

    It lies in a folder of this process, which goes with it whatever becomes of who reads it.
    """
    if not name:
        raise refuse(Origin("读取"), "没有文件名，请重新选择文件")
    # Windows keeps a file that a process which is just being ended has open.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # What is wrong with it is told by this name.
        ending = _ENDING.search(name)
        stem = Path(name).name.removesuffix(ending[0] if ending else "")
        path = Path(folder) / safe_name(stem, ending[0].lower() if ending else "")
        path.write_bytes(content)
        yield str(path)


def imported_report(shelf: Shelf, name: str, found: api.Imported) -> dict[str, Any]:
    """Write a published report as a new data file; return its name and what is not sure of it."""
    report = found.report
    target = api.save_report(shelf.fresh(report.agency.name, report.year), report,
                             api.import_comment(Path(name).name, found))
    # A heading that was worded otherwise is left out, too, but taken for one.
    reworded = [text for text in found.left_out if text.startswith(_REWORDED)]
    return {"file": shelf.name_of(target), "unsure": [*found.unsure, *reworded],
            "left_out": [text for text in found.left_out if text not in reworded]}


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
