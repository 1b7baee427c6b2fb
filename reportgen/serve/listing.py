"""The list of a folder's files: how far each is, and what else lies there and is none of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from reportgen import api
from reportgen.files import limits
from reportgen.files.folders import FoundFiles, found_in
from reportgen.findings import InputError
from reportgen.serve.book import Stamp, read_with, stamp_of
from reportgen.serve.returned import content_sum
from reportgen.serve.saying_here import problems_here, said_here
from reportgen.serve.shelf import DRAFTS, RELEASES, Shelf, read_here

STATES = {"waiting": "正在检查", "unusable": "不能读取", "empty": "还没有填", "unfinished": "没有填完",
          "errors": "有错误", "ready": "可以发布", "released": "已发布", "changed": "发布后改过"}


@dataclass(frozen=True)
class Listed:
    """One file of the list: whose report of which year it is, how far it is.

    `why` says why it cannot be read, or what else is the same report; `into` is the data file that a form was
    sent out from.
    """

    file: str
    agency: str = ""
    year: int = 0
    state: str = "waiting"
    state_name: str = STATES["waiting"]
    form: bool = False
    errors: int = 0
    warnings: int = 0
    blank: int = 0
    why: str = ""
    into: str = ""


@dataclass(frozen=True)
class _Known:
    """What a file was when it was looked at; `released` is the JSON that its release has or would have.

    `content` is a sum over what its report says.
    """

    stamp: Stamp
    listed: Listed
    released: Path | None = None
    title: str = ""
    content: str = ""


class Listing:
    """Look at each file of a folder once, and again when something that its state depends on has changed."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._known: dict[Path, _Known] = {}
        self._looking = threading.Lock()

    def rows(self, seconds: float) -> dict[str, object]:
        """Return every data file and form, and lines about what else lies there.

        Files are looked at for so many seconds, and at least one is where that is more than none; `waiting`
        says how many are left for the next time. While some are, they stand in order of their names, then by
        agency, the latest year first.
        """
        only, folder = self.shelf.only, self.shelf.folder
        found = FoundFiles([only]) if only else found_in(folder, most=limits.PAGE_FILES)
        end, rows = time.monotonic() + seconds, []
        for path in found.files:
            known = self._fresh(path)
            if known is None and seconds > 0:
                known = self._look_at(path)
                seconds = max(0.0, end - time.monotonic())
            rows.append(known.listed if known else Listed(self._name(path)[0], form=_is_form(path)))
        waiting = sum(row.state == "waiting" for row in rows)
        if not waiting:
            rows.sort(key=lambda one: (one.agency, -one.year, one.file))
            rows = _with_others(_without_sent_out(rows, {self._name(path)[0]: known.content
                                                         for path, known in self._known.items()}))
        return {"files": [asdict(one) for one in rows], "waiting": waiting,
                "said": [] if waiting else self._said(found)}

    def _fresh(self, path: Path) -> _Known | None:
        """Return what is known of a file, if nothing that it depends on has changed."""
        known = self._known.get(path)
        return known if known and known.stamp == _stamp(path, known.released) else None

    def _look_at(self, path: Path) -> _Known:
        # Another thread may be doing so.
        with self._looking:
            known = self._fresh(path)
            if known is None:
                known = self._known[path] = self._looked_at(path)
            return known

    def _looked_at(self, path: Path) -> _Known:
        name, why = self._name(path)
        if why:
            return _Known(_stamp(path), Listed(name, state="unusable", state_name=STATES["unusable"],
                                               form=_is_form(path), why=why))
        try:
            if _is_form(path):
                report = read_here(str(path))
                findings = api.check(report)
            else:
                now = self.shelf.book(name).now()
                report, findings = now.report, list(now.findings)
        except InputError as error:
            # The name stands beside it.
            why = "；".join(f"第 {origin.line} 行：{message}"
                           if origin.line and not origin.cell and origin.file == str(path) else
                           problems_here(InputError([(origin, message)])).removeprefix(f"{path.name}：")
                           for origin, message in error.problems)
            return _Known(_stamp(path), Listed(name, state="unusable", state_name=STATES["unusable"],
                                               form=_is_form(path), why=said_here(why)))
        released = self.shelf.release_folder(report)
        released /= f"{released.name}.json"
        # Before the state: what is released meanwhile is looked at again.
        stamp = _stamp(path, released)
        state = _state(report, findings, released)
        count = api.Result(name, report, findings).count
        return _Known(stamp, Listed(name, report.agency.name, report.year, state, STATES[state],
                                    _is_form(path), count(api.Severity.ERROR), count(api.Severity.WARNING),
                                    sum(cell.blank for cell in report.cells.values())),
                      released, report.plain_title, content_sum(report))

    def _name(self, path: Path) -> tuple[str, str]:
        """Return what a file is called, and why it cannot be asked for by that, empty where it can."""
        name = self.shelf.name_of(path)
        try:
            name.encode()
        except UnicodeEncodeError:
            return self.shelf.called(path), "文件名或文件夹名的编码不对（多半是 GBK），请改名"
        return name, ""

    def _said(self, found: FoundFiles) -> list[str]:
        """Return lines about what lies in the folder and is not in the list."""
        names = {api.file_name(known.title, known.listed.year, draft)
                 for known in self._known.values() if known.title for draft in (False, True)}
        others = [Path(self.shelf.called(path)) for path in found.others]
        made = [path for path in others if path.parts[0] in (RELEASES, DRAFTS)]
        lines = FoundFiles(others=[path for path in others if path not in made]).unread(names)
        lines += [f"{self.shelf.called(Path(origin.file))}：{message}" for origin, message in found.closed]
        return [said_here(line) for line in lines]


def _without_sent_out(rows: list[Listed], contents: dict[str, str]) -> list[Listed]:
    """Return the list without forms that were made of its data files and still say what those say.

    One that says something else came back filled in, or its data file has gone on.
    """
    of, left = _by_report(one for one in rows if not one.form), []
    for one in rows:
        books = of.get((one.agency, one.year), []) if one.form and one.file.startswith(f"{DRAFTS}/") else []
        if not books:
            left.append(one)
        elif not contents[one.file] or contents[one.file] not in [contents[book] for book in books]:
            why = (f"和 {books[0]} 里的不一样。填好送回来的：打开 {books[0]}，在“输出”一栏选这份填报表，"
                   "逐处采用；用不着的请移走")
            left.append(replace(one, why=why, into=books[0]))
    return left


def _with_others(rows: list[Listed]) -> list[Listed]:
    """Return the list with those of one agency and year naming each other: one alone is to be used."""
    reports, named = _by_report(one for one in rows if not one.into), []
    for one in rows:
        others = "、".join(file for file in reports.get((one.agency, one.year), ()) if file != one.file)
        named.append(replace(one, why=f"同一机关同一年度还有：{others}；请认准要用的一份")
                     if others and not one.into else one)
    return named


def _by_report(rows: Iterable[Listed]) -> dict[tuple[str, int], list[str]]:
    """Return the files of each agency and year, those left out that could not be read."""
    found: dict[tuple[str, int], list[str]] = {}
    for one in rows:
        if one.year:
            found.setdefault((one.agency, one.year), []).append(one.file)
    return found


def _is_form(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx"


def _stamp(path: Path, released: Path | None = None) -> Stamp:
    """Return what a file's state depends on as it is now."""
    return stamp_of([path, *read_with(path), *([released] if released else [])])


def _state(report: api.Report, findings: list[api.Finding], released: Path) -> str:
    filled = sum(not cell.blank and not cell.computed for cell in report.cells.values())
    blank = any(cell.blank for cell in report.cells.values()) and not report.without_table_data
    if not filled and not any(report.prose.values()):
        return "empty"
    if any(finding.blocks for finding in findings):
        return "errors"
    if blank:
        return "unfinished"
    if not released.parent.is_dir():
        return "ready"
    try:
        same = released.read_bytes() == api.json(report)
    except (OSError, api.BuildRefusedError):
        same = False
    return "released" if same else "changed"
