"""The reports that files and folders hold, each agency and year once; what is not read is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportgen.files.folders import FoundFiles, find_files, unread_lines
from reportgen.findings import InputError, Origin
from reportgen.report.align import squeezed
from reportgen.report.model import Report
from reportgen.sources import read


@dataclass
class Gathered:
    """Reports, lines about what was not read, is there twice or is not sure, and why files cannot be used."""

    reports: list[Report] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    refused: list[tuple[Origin, str]] = field(default_factory=list)


def read_all(paths: Iterable[str | Path]) -> Gathered:
    """Read the data files and published reports that were named or lie in folders.

    Raises InputError where one, or a folder, cannot be read.
    """
    gathered = gather(paths)
    if gathered.refused:
        raise InputError(gathered.refused)
    return gathered


def gather(paths: Iterable[str | Path]) -> Gathered:
    """Read what can be read of the files that were named or lie in folders.

    `refused` says why each of the others, or a folder, cannot be. Raises InputError for a folder without any.
    """
    found = find_files(map(Path, paths), published=True)
    gathered = Gathered(refused=list(found.closed))
    for path in found.files:
        try:
            gathered.reports.append(read(path))
        except InputError as error:
            gathered.refused += error.problems
    documents = read_documents(found, gathered.reports)
    gathered.reports += documents.reports
    gathered.told += documents.told
    for report in gathered.reports:
        gathered.told += doubts_told(report)
    return gathered


def doubts_told(report: Report) -> list[str]:
    """Return lines about what is not sure of a published report that was read; none for a data file."""
    if not report.doubts:
        return []
    return [f"{report.path} 是已发布的报告，读取时有 {len(report.doubts)} 处拿不准，请核对：",
            *(f"    {number}. {doubt}" for number, doubt in enumerate(report.doubts, 1))]


def unread(found: FoundFiles, reports: Iterable[tuple[str, int]], written: Path | None = None) -> list[str]:
    """Return lines about the documents beside the data files that were not read.

    `reports` are titles and years of those that were; `written` is where findings go, perhaps into the same
    folder.
    """
    others = [path for path in found.others if written is None or path.resolve() != written.resolve()]
    return replace(found, others=others).unread(_output_names(reports)) if others else []


def read_documents(found: FoundFiles, reports: Iterable[Report], written: Path | None = None) -> Gathered:
    """Read the published reports in folders that were named; tell of each document that is not among them.

    `reports` are those of the files, whose documents of the same name are their output; `written` as for
    `unread`.
    """
    gathered = Gathered()
    known = {(report.agency.name, report.year): report for report in reports}
    titles = [(report.plain_title, report.year) for report in known.values()]
    mine = written.resolve() if written else None
    refused: list[tuple[Path, str]] = []
    for path in found.documents(_output_names(titles) if found.others else ()):
        if path.resolve() == mine:
            continue
        try:
            report = read(path)
        except InputError as error:
            refused.append((path, error.problems[0][1]))
            continue
        other = known.setdefault((report.agency.name, report.year), report)
        if other is report or (other.published and not _same(other, report)):
            gathered.told += _alike(report, known.values())
            gathered.reports.append(report)
        else:
            said = "内容相同" if _same(other, report) else "内容不同，请核对"
            gathered.told.append(f"{path}：“{report.agency.name}”{report.year}年度的已有 {other.path}，"
                                 f"{said}；这一份没有用")
    rest = replace(found, others=[path for path in found.others if path not in set(found.documents())])
    gathered.told += [*unread_lines(refused), *unread(rest, titles, written)]
    return gathered


def _output_names(reports: Iterable[tuple[str, int]]) -> set[str]:
    # Checking files that are named needs nothing of what is printed.
    from reportgen.outputs.build import file_name

    return {file_name(title, year, draft) for title, year in reports for draft in (False, True)}


def _same(one: Report, other: Report) -> bool:
    """Say whether two files say the same in tables and prose, white space aside."""
    return _said(one) == _said(other)


def _said(report: Report) -> tuple[dict[str, str], dict[str, list[str]]]:
    return ({path: cell.text for path, cell in report.cells.items()},
            {ident: [squeezed(line.text) for line in lines] for ident, lines in report.passages.items()})


def _alike(report: Report, others: Iterable[Report]) -> list[str]:
    """Ask about a report with the very figures of one under another name: it may be the same agency."""
    figures = [cell.text for cell in report.cells.values()]
    if not any(cell.value for cell in report.cells.values()):
        return []
    return [f"{report.path}：“{report.agency.name}”的表格与“{other.agency.name}”（{other.path}）完全相同，"
            "请核对是不是同一个机关"
            for other in others if other.year == report.year and other.agency.name != report.agency.name
            and figures == [cell.text for cell in other.cells.values()]]
