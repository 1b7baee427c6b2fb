"""What a worker does for one agency: read, check, build, and remember what it built from what.

Before the files of a report are put in place, a note says what they will be and what they come from. Killed
at any moment, the next run finds either files that are what the note says, and leaves them, or builds them
anew.
"""

from __future__ import annotations

import gc
import hashlib
import itertools
import json
import time
import traceback
from collections.abc import Iterable
from dataclasses import KW_ONLY, asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from reportgen.checks import check
from reportgen.checks.local_rules import candidates
from reportgen.files.owner import require_own
from reportgen.files.place import write_files
from reportgen.findings import Excerpt, Finding, InputError, Severity, os_reason
from reportgen.outputs.build import Options, file_name, laid_out, written
from reportgen.outputs.pdf.engine.library import EngineMissingError
from reportgen.processes.pool import Processes
from reportgen.report.main_figures import main_figures
from reportgen.report.model import Report
from reportgen.sources import previous_candidates, read_data_file

# Reports leave few cycles behind, so looking for them after every one costs more than it gives.
REPORTS_A_COLLECTION = 20
_done = itertools.count(1)
# What a note keeps of an outcome.
_REMEMBERED = ("file", "status", "agency", "year", "title", "rows", "message", "figures")


class Status(StrEnum):
    """The outcome of one data file."""

    BUILT = "built"
    UNCHANGED = "unchanged"      # built by an earlier run from the same input
    REFUSED = "refused"          # errors stand
    UNUSABLE = "unusable"        # cannot be read, or there are two for the same agency and year
    FAILED = "failed"            # the machine or the program failed
    OTHER_YEAR = "other_year"    # not of the year asked for


@dataclass(frozen=True, kw_only=True)
class Task:
    """The work on one data file; `stamp` stands for program, templates, fonts and options."""

    file: str
    folder: str
    note: str
    kinds: tuple[str, ...]
    options: Options
    stamp: str


@dataclass(frozen=True)
class FindingRow:
    """One finding, or one reason why a file cannot be used, as tables and JSON have it."""

    code: str
    severity: str
    place: str
    message: str
    _: KW_ONLY
    cells: tuple[str, ...] = ()
    excerpt: Excerpt | None = None


@dataclass
class Outcome:
    """What became of one data file; `files` are the paths built, `seconds` the wall clock.

    `left` are files that were built of it earlier and are not what it says now, such as under another name;
    `figures` are its main figures with their change from last year, `trace` is the traceback of an error of
    the program.
    """

    file: str
    status: Status
    _: KW_ONLY
    agency: str = ""
    year: int = 0
    title: str = ""
    rows: tuple[FindingRow, ...] = ()
    files: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    message: str = ""
    seconds: float = 0
    trace: str = ""
    figures: dict[str, tuple[str, str]] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """Return how many findings of a severity stand."""
        return sum(row.severity == severity.value for row in self.rows)


@dataclass
class _Note:
    """What a run remembers of one data file: the sums of its input ("" where absent) and of its output.

    `earlier` is output of runs before that which has other names.
    """

    stamp: str
    inputs: dict[str, str]
    outputs: dict[str, str] = field(default_factory=dict)
    outcome: dict[str, Any] = field(default_factory=dict)
    earlier: dict[str, str] = field(default_factory=dict)


def run_task(task: Task) -> Outcome:
    """Do one task and return what became of it; nothing that one file does raises."""
    begun = time.perf_counter()
    try:
        outcome = unchanged(task) or _fresh(task)
    except InputError as error:
        outcome = Outcome(task.file, Status.FAILED, message=str(error))
    except OSError as error:
        where = f"{error.filename}：" if error.filename else ""
        outcome = Outcome(task.file, Status.FAILED,
                          message=f"{where}系统出错（{os_reason(error)}），没有生成；"
                                  "请检查磁盘空间和权限，再运行一次")
    except Exception as error:  # noqa: BLE001 - one agency's failure never stops the others
        outcome = Outcome(task.file, Status.FAILED, message=f"程序出错：{type(error).__name__}（{error}）",
                          trace=traceback.format_exc())
    outcome.seconds = time.perf_counter() - begun
    if next(_done) % REPORTS_A_COLLECTION == 0:
        gc.collect()
    return outcome


def warm() -> None:
    """Make a worker ready: what every report needs is loaded, and left alone by the garbage collector."""
    import reportgen.outputs.docx.write
    import reportgen.outputs.pdf.write  # noqa: F401 - loaded for the reports that follow

    gc.disable()
    gc.freeze()


def workers(jobs: int, seconds: float) -> Processes:
    """Return warm processes that build reports, each within so many seconds."""
    return Processes(jobs, seconds, warm, ("reportgen.many.work", "reportgen.outputs.docx.write",
                                           "reportgen.outputs.pdf.write"))


def unchanged(task: Task) -> Outcome | None:
    """Return the outcome of an earlier run where input, program and files are still what it noted."""
    try:
        note = _noted(task)
        if note.stamp != task.stamp or any(_sum(Path(name)) != known for name, known in note.inputs.items()):
            return None
        if any(_sum(Path(task.folder, name)) != known for name, known in note.outputs.items()):
            return None
        saved = note.outcome
        outcome = Outcome(task.file, Status(saved["status"]),
                          agency=saved["agency"], year=saved["year"], title=saved["title"],
                          rows=tuple(_row(row) for row in saved["rows"]),
                          files=tuple(str(Path(task.folder, name)) for name in note.outputs),
                          left=_left(task, note, saved["title"], saved["year"]), message=saved["message"],
                          figures={head: (text, change) for head, (text, change) in saved["figures"].items()})
    except _NO_NOTE:
        return None
    if outcome.status is Status.BUILT:
        outcome.status = Status.UNCHANGED
    return outcome


_NO_NOTE = (OSError, ValueError, TypeError, KeyError)


def _noted(task: Task) -> _Note:
    """Return what an earlier run noted of a task.

    Raises any of _NO_NOTE where there is nothing to be believed.
    """
    return _Note(**json.loads(Path(task.note).read_text(encoding="utf-8")))


def _row(saved: dict[str, Any]) -> FindingRow:
    excerpt = Excerpt(**saved["excerpt"]) if saved["excerpt"] else None
    return FindingRow(**{**saved, "cells": tuple(saved["cells"]), "excerpt": excerpt})


def _fresh(task: Task) -> Outcome:
    path = Path(task.file)
    note = _Note(task.stamp, {task.file: _sum(path)})
    contents: dict[str, bytes] = {}
    try:
        report = read_data_file(path)
        one: Report | None = report
        while one is not None:
            note.inputs |= {str(other): _sum(other)
                            for other in previous_candidates(Path(one.path), one.year)}
            one = one.previous
        note.inputs |= {str(other): _sum(other) for other in candidates(path.absolute())}
        findings = check(report, task.options.strict)
        outcome = _outcome(task, report, findings)
        if outcome.status is Status.BUILT:
            contents = _contents(task, report, outcome)
    except InputError as error:
        # Without a note: what is wrong may stand in last year's file, which is not known before this one is
        # read.
        rows = tuple(FindingRow("", Severity.ERROR.value, str(origin), message)
                     for origin, message in error.problems)
        return Outcome(task.file, Status.UNUSABLE, rows=rows)
    name = file_name(report.plain_title, report.year, task.options.draft)
    if contents and not _wrote(task, name):
        require_own(Path(task.folder), name, report.agency.name)
    outcome.files = tuple(str(Path(task.folder, name)) for name in contents)
    note.outputs = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    note.earlier = _earlier(task, note)
    outcome.left = _left(task, note, report.plain_title, report.year)
    if outcome.status is Status.FAILED:
        # Without a note, so that the next run has another try.
        write_files(Path(task.folder), contents)
        return outcome
    note.outcome = {key: value for key, value in asdict(outcome).items() if key in _REMEMBERED}
    place = Path(task.note)
    write_files(place.parent, {place.name: json.dumps(asdict(note)).encode()})
    if contents:
        write_files(Path(task.folder), contents)
    return outcome


def _contents(task: Task, report: Report, outcome: Outcome) -> dict[str, bytes]:
    """Return the files of a report by name.

    Where no PDF can be made here, the others, and say so in the outcome.
    """
    printed = laid_out(report, task.options)
    outcome.rows += _rows(printed.said)
    name = file_name(report.plain_title, report.year, task.options.draft)
    try:
        made = written(printed, task.kinds, task.options)
    except EngineMissingError as error:
        outcome.status, outcome.message = Status.FAILED, str(error)
        made = written(printed, [kind for kind in task.kinds if kind != "pdf"], task.options)
    return {f"{name}.{kind}": content for kind, content in made.items()}


def _wrote(task: Task, name: str) -> bool:
    """Say whether an earlier run built files of that name from the same data file."""
    try:
        return any(Path(known).stem == name for known in _noted(task).outputs)
    except _NO_NOTE:
        return False


def _earlier(task: Task, note: _Note) -> dict[str, str]:
    """Return what earlier runs built of the data file under other names."""
    try:
        before = _noted(task)
    except _NO_NOTE:
        return {}
    return {name: known for name, known in {**before.earlier, **before.outputs}.items()
            if name not in note.outputs}


def _left(task: Task, note: _Note, title: str, year: int) -> tuple[str, ...]:
    """Return what is still there of `earlier`, but for the draft beside a report, and its other kinds."""
    names = {draft: file_name(title, year, draft) for draft in (False, True)}
    beside = {names[not task.options.draft], *(Path(name).stem for name in note.outputs)}
    there = {name: Path(task.folder, name) for name in note.earlier if Path(name).stem not in beside}
    return tuple(str(path) for name, path in there.items() if _sum(path) == note.earlier[name])


def _outcome(task: Task, report: Report, findings: list[Finding]) -> Outcome:
    blocked = not task.options.draft and any(finding.blocks for finding in findings)
    return Outcome(task.file, Status.REFUSED if blocked else Status.BUILT, agency=report.agency.name,
                   year=report.year, title=report.plain_title, rows=_rows(findings),
                   figures=main_figures(report))


def _rows(findings: Iterable[Finding]) -> tuple[FindingRow, ...]:
    return tuple(FindingRow(one.code, "accepted" if one.accepted else one.severity.value, str(one.origin),
                            one.message, cells=one.cells, excerpt=one.excerpt) for one in findings)


def _sum(path: Path) -> str:
    """Return the SHA-256 of a file, or an empty string where there is none."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
