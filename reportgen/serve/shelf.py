"""The folder that the page works in: what may be named there, and the data files that are open."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from reportgen import api
from reportgen.files.folders import DATA_SUFFIXES
from reportgen.files.place import safe_folder, safe_name
from reportgen.findings import InputError, Origin, refuse
from reportgen.serve.book import Book

THERE = "这一年的数据文件已经有了，请在列表里打开它，或先把它移走"
RELEASES, DRAFTS = "发布", "送审"


class Shelf:
    """The data files of one folder, each opened once; nothing outside of it is read or written."""

    def __init__(self, folder: Path, only: Path | None = None) -> None:
        self.folder = folder.resolve()
        self.only = only.resolve() if only else None
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

    def called(self, path: Path) -> str:
        """Return how to tell of a place in the folder, be its name none that a page can send."""
        parts = path.relative_to(self.folder).parts or (self.folder.name,)
        return "/".join(map(safe_folder, parts))

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
        """Return the name of a new file, by its year where that is free; raises InputError.

        A name by which checks would take another agency's report for last year's is none for it.
        """
        stems = (str(year), f"{safe_name(agency)}-{year}")
        # Where its other years have a name of a kind, it gets one of that kind.
        for stem in sorted(stems, key=lambda stem: not self._years_beside(stem, year)):
            path = self.folder / f"{stem}.yaml"
            if not _files_of(path.with_suffix("")) and all(
                    _agency_of(other) == agency for other in self._years_beside(stem, year)):
                return path
        raise refuse(Origin(f"{stems[1]}.yaml"), THERE)

    def _years_beside(self, stem: str, year: int) -> list[Path]:
        """Return the files that are named as this one, of the year before and the one after."""
        return [path for other in (year - 1, year + 1)
                for path in _files_of(self.folder / stem.replace(str(year), str(other)))]


def _files_of(path: Path) -> list[Path]:
    """Return the data files and forms of a name."""
    named = [path.with_name(f"{path.name}{suffix}") for suffix in DATA_SUFFIXES]
    return [one for one in named if one.exists()]


def _agency_of(path: Path) -> str:
    """Return whose a data file or a form is; nobody's where it cannot be read."""
    try:
        return api.read_content(api.read_bytes(path, str(path)), str(path)).agency.name
    except InputError:
        return ""


def read_here(path: str) -> api.Report:
    """Read a data file or form, without last year's where that cannot be used; raises InputError."""
    try:
        return api.read_data_file(path)
    except InputError:
        with suppress(InputError):
            report = api.read_content(api.read_bytes(Path(path), path), path)
            if not report.published:
                return report
        raise
