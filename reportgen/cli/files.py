"""What a user names on the command line: years, data files, folders; and what lies there and is not read."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.cli.messages import say_error
from reportgen.files.folders import FoundFiles, unread_lines
from reportgen.files.journal import recover
from reportgen.findings import InputError, Origin, refuse
from reportgen.report.align import squeezed
from reportgen.report.model import Report
from reportgen.sources import read

if TYPE_CHECKING:
    from reportgen.many.roster import Roster


def years_and_paths(words: Sequence[str], default: Path) -> tuple[tuple[int, ...], list[Path]]:
    """Return the years and the paths among words, `default` where no path is; four digits are a year.

    Raises InputError for what is neither a year nor there.
    """
    years, paths = [], []
    for word in words:
        year = re.fullmatch(r"(\d{4})(?:年度?)?", word)
        if year:
            years.append(int(year[1]))
            if Path(word).exists():
                say_error(f"“{word}”按年度处理；要指这个文件或文件夹，请写成 ./{word}")
        else:
            paths.append(Path(word))
    wrong = [(Origin(str(path)), "没有这个文件或文件夹；年度写成四位数字，例如 2025；"
                                 "数据文件写出路径，例如 某局/2025.yaml") for path in paths
             if not path.exists()]
    if not paths and not default.exists():
        wrong = [(Origin(str(default)), "没有这个文件夹；请写出数据文件或放数据文件的文件夹")]
    if wrong:
        raise InputError(wrong)
    return tuple(dict.fromkeys(years)), paths or [default]


def say_unread(found: FoundFiles, reports: Iterable[tuple[str, int]], written: Path | None = None) -> None:
    """Tell of the documents beside the data files that were not read.

    `reports` are titles and years of those that were; `written` is where findings go, perhaps into the same
    folder.
    """
    others = [path for path in found.others if written is None or path.resolve() != written.resolve()]
    if not others:
        return
    for line in replace(found, others=others).unread(_output_names(reports)):
        say_error(line)


def read_documents(found: FoundFiles, reports: Iterable[Report], written: Path | None = None) -> list[Report]:
    """Return the published reports in folders that were named; tell of each document that is not among them.

    `reports` are those of the files, whose documents of the same name are their output; `written` as for
    `say_unread`.
    """
    known = {(report.agency.name, report.year): report for report in reports}
    titles = [(report.plain_title, report.year) for report in known.values()]
    mine = written.resolve() if written else None
    taken: list[Report] = []
    unread: list[tuple[Path, str]] = []
    for path in found.documents(_output_names(titles) if found.others else ()):
        if path.resolve() == mine:
            continue
        try:
            report = read(path)
        except InputError as error:
            unread.append((path, error.problems[0][1]))
            continue
        other = known.setdefault((report.agency.name, report.year), report)
        if other is report or (other.published and not _same(other, report)):
            _say_alike(report, known.values())
            taken.append(report)
        else:
            said = "内容相同" if _same(other, report) else "内容不同，请核对"
            say_error(f"{path}：“{report.agency.name}”{report.year}年度的已有 {other.path}，{said}；"
                      "这一份没有用")
    for line in unread_lines(unread):
        say_error(line)
    rest = replace(found, others=[path for path in found.others if path not in set(found.documents())])
    say_unread(rest, titles, written)
    return taken


def _output_names(reports: Iterable[tuple[str, int]]) -> set[str]:
    # Imported here because few folders hold anything else than data files.
    from reportgen.outputs.build import file_name

    return {file_name(title, year, draft) for title, year in reports for draft in (False, True)}


def _same(one: Report, other: Report) -> bool:
    """Say whether two files say the same in tables and prose, white space aside."""
    return _said(one) == _said(other)


def _say_alike(report: Report, others: Iterable[Report]) -> None:
    """Ask about a report with the very figures of one under another name: it may be the same agency."""
    figures = [cell.text for cell in report.cells.values()]
    for other in others:
        if other.year == report.year and other.agency.name != report.agency.name \
                and any(cell.value for cell in report.cells.values()) \
                and figures == [cell.text for cell in other.cells.values()]:
            say_error(f"{report.path}：“{report.agency.name}”的表格与“{other.agency.name}”（{other.path}）完全相同，"
                      "请核对是不是同一个机关")


def _said(report: Report) -> tuple[dict[str, str], dict[str, list[str]]]:
    return ({path: cell.text for path, cell in report.cells.items()},
            {ident: [squeezed(line.text) for line in lines] for ident, lines in report.passages.items()})


def say_doubts(reports: Iterable[Report]) -> None:
    """Tell what is not sure of published reports that were read."""
    for report in reports:
        if report.doubts:
            say_error(f"{report.path} 是已发布的报告，读取时有 {len(report.doubts)} 处拿不准，请核对：")
            for number, doubt in enumerate(report.doubts, 1):
                say_error(f"    {number}. {doubt}")


def require_page(path: Path | None) -> None:
    """Refuse a folder where a page is to be written; raises InputError."""
    if path and path.is_dir():
        raise refuse(Origin(str(path)), "这是一个文件夹，请写网页的文件名，例如 检查结果.html")


def roster_of_file(path: Path | None) -> Roster | None:
    """Read a roster, where one is named; raises InputError for what is none."""
    from reportgen.many.roster import read_roster

    return read_roster(path) if path else None


def attendance(roster: Roster | None, came: Iterable[tuple[str, int, str]],
               year: int) -> tuple[list[str], bool]:
    """Tell who of a roster is missing, extra or twice among (agency, year, file).

    It is the latest year that counts, where `year` is 0. Returns what was told, and whether everybody is
    there.
    """
    if roster is None:
        return [], True
    there = list(came)
    year = year or max((one for _, one, _ in there), default=0)
    found = roster.attendance((agency, file) for agency, one, file in there if one == year)
    lines = [*roster.told, *(f"{year}年度：{line}" if year else line for line in found.lines())]
    for line in lines:
        say_error(line)
    return lines, found.complete


def tidy(values: Iterable[object], batch: Path | None) -> None:
    """Undo what a killed command left half-done where this one reads or writes, and say so.

    `values` are what was typed, `batch` is the folder below which a batch writes.
    """
    named = [one for value in values for one in (value if isinstance(value, tuple) else [value])]
    paths = [one for one in named if isinstance(one, Path)]
    folders = dict.fromkeys(folder for path in paths
                            for folder in (path.parent, Path(os.path.realpath(path)).parent, path))
    for folder in folders:
        for line in recover(folder, folder == batch):
            say_error(line)


def shown(text: str) -> str:
    """Return a text with its paths from the current folder on, where they lie there."""
    return text.replace(f"{Path.cwd()}{os.sep}", "")


def command(*words: str) -> str:
    """Return a command of this program as the user can type it here."""
    started = Path(sys.argv[0])
    name = ("reportgen" if shutil.which("reportgen") or started.stem != "reportgen"
            else shown(str(started.resolve())))
    # The shell of Windows knows no single quotes.
    return (subprocess.list2cmdline if os.name == "nt" else shlex.join)((name, *words))
