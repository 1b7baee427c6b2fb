"""The folder that the page works in: which data files lie there, how far each is, and what may be named."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reportgen import api
from reportgen.files.folders import DATA_SUFFIXES, MAX_LISTED, FoundFiles, find_files
from reportgen.files.place import safe_folder, safe_name
from reportgen.findings import InputError, Origin, refuse
from reportgen.serve.book import Book
from reportgen.serve.saying_here import said_here

RELEASES, DRAFTS = "发布", "送审"
STATES = {"unusable": "不能读取", "empty": "还没有填", "unfinished": "没有填完", "errors": "有错误",
          "ready": "可以发布", "released": "已发布", "changed": "发布后改过"}


@dataclass(frozen=True)
class Listed:
    """One file of the list: whose report of which year it is, how far it is, and why it cannot be read."""

    file: str
    agency: str = ""
    year: int = 0
    state: str = "unusable"
    state_name: str = STATES["unusable"]
    form: bool = False
    errors: int = 0
    warnings: int = 0
    blank: int = 0
    why: str = ""


class Shelf:
    """The data files of one folder, each opened once; nothing outside of it is read or written."""

    def __init__(self, folder: Path, only: Path | None = None) -> None:
        self.folder = folder.resolve()
        self._only = only.resolve() if only else None
        self._books: dict[Path, Book] = {}

    def inside(self, name: str) -> Path:
        """Return the path that a name in the folder stands for, links followed; raises InputError."""
        if not name or "\x00" in name or Path(name).is_absolute():
            raise refuse(Origin(name[:80]), "文件名不对")
        try:
            path = (self.folder / name).resolve()
        except (OSError, RuntimeError):
            raise refuse(Origin(name[:80]), "文件名不对") from None
        if not path.is_relative_to(self.folder) or path == self.folder:
            raise refuse(Origin(name[:80]), "不在打开的文件夹里，不能用")
        return path

    def made(self, name: str) -> Path:
        """Return the path of a file that was made here, below the folders of outputs; raises InputError."""
        path = self.inside(name)
        if path.relative_to(self.folder).parts[0] not in (RELEASES, DRAFTS) or not path.is_file():
            raise refuse(Origin(name[:80]), "没有生成过这个文件")
        return path

    def book(self, name: str) -> Book:
        """Return an open data file by its name in the folder; raises InputError."""
        path = self.inside(name)
        if path.suffix.lower() not in (".yaml", ".yml"):
            raise refuse(Origin(name), "只能打开 YAML 数据文件；填报表请先转换")
        # Requests are answered side by side, and two books of one file would not wait for each other.
        return self._books.setdefault(path, Book(path))

    def name_of(self, path: Path) -> str:
        """Return what a file of the folder is called here."""
        return path.resolve().relative_to(self.folder).as_posix()

    def listed(self) -> dict[str, list[Any]]:
        """Return every data file and form, the latest year first, and what is not listed and why."""
        found = FoundFiles(files=[self._only]) if self._only else self._found()
        files = [path for path in found.files if path.suffix.lower() in DATA_SUFFIXES]
        inside = [path for path in files if path.resolve().is_relative_to(self.folder)]
        told = [f"{self._called(Path(origin.file))}：{message}" for origin, message in found.closed]
        if outside := [self._called(path) for path in files if path not in inside]:
            told.append(f"{'、'.join(outside[:MAX_LISTED])}{'等' if len(outside) > MAX_LISTED else ''}"
                        f"（{len(outside)} 个）是通向文件夹外面的链接，没有列出；要用的请把文件本身复制进来")
        listed = sorted(map(self._one, inside), key=lambda one: (one.agency, -one.year, one.file))
        return {"files": [asdict(one) for one in listed], "told": told}

    def _found(self) -> FoundFiles:
        if not self.folder.is_dir():
            return FoundFiles(closed=[(Origin(str(self.folder)),
                                       "找不到这个文件夹；请看看它是不是移走了、改了名，或者盘断开了")])
        try:
            return find_files([self.folder])
        except InputError as error:
            # The last says that there is no data file, for which the page has words of its own.
            return FoundFiles(closed=list(error.problems[:-1]))

    def _called(self, path: Path) -> str:
        """Return what to call a place of the folder where it need not be found by it."""
        parts = path.relative_to(self.folder).parts or (self.folder.name,)
        return "/".join(map(safe_folder, parts))

    def _one(self, path: Path) -> Listed:
        name, form = self.name_of(path), path.suffix.lower() == ".xlsx"
        try:
            name.encode()
        except UnicodeEncodeError:
            # No page can name it.
            return Listed(self._called(path), form=form,
                          why="文件名或文件夹名的编码不对（多半是 GBK），请改名")
        try:
            if form:
                report = api.read_data_file(path)
                findings = api.check(report)
            else:
                now = self.book(name).now()
                report, findings = now.report, list(now.findings)
        except InputError as error:
            why = "；".join(f"第 {origin.line} 行：{message}" if origin.line else message
                           for origin, message in error.problems)
            return Listed(name, form=form, why=said_here(why))
        state = self._state(report, findings)
        count = api.Result(name, report, findings).count
        return Listed(name, report.agency.name, report.year, state, STATES[state], form,
                      count(api.Severity.ERROR), count(api.Severity.WARNING),
                      sum(cell.blank for cell in report.cells.values()))

    def _state(self, report: api.Report, findings: list[api.Finding]) -> str:
        filled = sum(not cell.blank and not cell.computed for cell in report.cells.values())
        blank = any(cell.blank for cell in report.cells.values()) and not report.without_table_data
        if not filled and not any(report.prose.values()):
            return "empty"
        if any(finding.blocks for finding in findings):
            return "errors"
        if blank:
            return "unfinished"
        released = self.release_folder(report)
        if not released.is_dir():
            return "ready"
        name = f"{api.file_name(report.plain_title, report.year)}.json"
        try:
            same = (released / name).read_bytes() == api.json(report)
        except (OSError, api.BuildRefusedError):
            same = False
        return "released" if same else "changed"

    def output(self, name: str) -> Path:
        """Return one of the folders of outputs; raises InputError where a link leads out of the folder."""
        path = self.folder / name
        if not path.resolve().is_relative_to(self.folder):
            raise refuse(Origin(name), "这是通向文件夹外面的链接，没有写；请移走它，再做一次")
        return path

    def release_folder(self, report: api.Report) -> Path:
        """Return the folder that a report is released into."""
        return self.folder / RELEASES / api.file_name(report.plain_title, report.year)

    def fresh(self, agency: str, year: int) -> Path:
        """Return the name of a new file, by its year where that is free; raises InputError."""
        names = (f"{year}.yaml", f"{safe_name(agency)}-{year}.yaml")
        for name in names:
            if not (self.folder / name).exists():
                return self.folder / name
        raise refuse(Origin(names[1]), "文件已经存在，请先移走它")
