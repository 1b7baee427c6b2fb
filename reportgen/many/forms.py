"""Write a blank form for every agency of a roster, with what its report of last year carries forward."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reportgen.datafile.blank import scaffold
from reportgen.files.folders import find_files
from reportgen.files.place import safe_name, write_file
from reportgen.findings import InputError
from reportgen.form.write import write_workbook
from reportgen.many.head import read_head
from reportgen.many.roster import Roster, RosterEntry, agency_key
from reportgen.report.model import Report
from reportgen.sources import read, read_text


@dataclass(frozen=True)
class FormMade:
    """What became of one agency of the roster: its form, last year's file, how many figures it carried in.

    `target` is empty where no form was written; `told` is what is to be looked at.
    """

    agency: str
    group: str
    target: str = ""
    source: str = ""
    carried: int = 0
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class LastYear:
    """The reports of last year in a folder, by agency, and which files could not be read there."""

    files: Mapping[str, tuple[Path, ...]]
    folder: Path | None = None
    unread: tuple[str, ...] = ()

    def of(self, entry: RosterEntry) -> tuple[Path, ...]:
        """Return the files of an agency: what the roster names, or those under either of its names."""
        if entry.file and self.folder:
            return (self.folder / entry.file,)
        named = (self.files.get(agency_key(name), ()) for name in (entry.name, entry.former))
        return next(filter(None, named), ())


def last_year_in(folder: Path, year: int) -> LastYear:
    """Return the reports of the year before `year` in a folder and below, published ones, too.

    Raises InputError for a folder without any report.
    """
    found = find_files([folder], published=True)
    files: dict[str, list[Path]] = defaultdict(list)
    unread = [f"{origin}：{message}" for origin, message in found.closed]
    for path in (*found.files, *found.documents()):
        try:
            name, of_year = _whose(path)
        except InputError as error:
            unread += [f"{origin}：{message}" for origin, message in error.problems]
            continue
        if of_year == year - 1:
            files[agency_key(name)].append(path)
    known = set(found.documents())
    unread += replace(found, others=[path for path in found.others if path not in known]).unread()
    return LastYear({key: tuple(paths) for key, paths in files.items()}, folder, tuple(unread))


def _whose(path: Path) -> tuple[str, int]:
    """Return agency and year of a data file, or else of a published report."""
    try:
        head = read_head(path)
    except InputError:
        report = read(path)
        return report.agency.name, report.year
    return head.agency, head.year


def make_forms(roster: Roster, year: int, last_year: LastYear, out: Path,
               tell: Callable[[FormMade], None] = lambda made: None) -> list[FormMade]:
    """Write a form for every agency, each into a folder of its name; no file that is there is touched.

    `tell` is called with each as it is done. Raises InputError for a year that no edition covers.
    """
    scaffold(year, "某机关")
    done = []
    for entry in roster.entries:
        done.append(_make_form(entry, year, last_year, out))
        tell(done[-1])
    return done


def _make_form(entry: RosterEntry, year: int, last_year: LastYear, out: Path) -> FormMade:
    target = out / safe_name(entry.name) / f"{year}.xlsx"
    made = FormMade(entry.name, entry.group)
    if target.exists():
        return replace(made, told=(f"{target} 已经存在，没有改动；要重做的先移走它",))
    source, told = _source(entry, last_year.of(entry), year)
    try:
        text = scaffold(year, entry.name, source)
    except InputError as error:
        return replace(made, told=tuple(message for _, message in error.problems))
    blank = read_text(text, str(target))
    write_file(target, write_workbook(blank))
    carried = sum(not cell.blank and not cell.computed for cell in blank.cells.values())
    return replace(made, target=str(target), source=source.path if source else "", carried=carried,
                   told=tuple(told))


def _source(entry: RosterEntry, files: tuple[Path, ...], year: int) -> tuple[Report | None, list[str]]:
    """Return last year's report of an agency under its name of now, and what is to be looked at."""
    if not files:
        return None, [f"没有找到{year - 1}年度的报告，结转数请按上年报告填写"]
    if len(files) > 1:
        names = "、".join(map(str, files))
        return None, [f"{year - 1}年度的报告有 {len(files)} 份（{names}），结转数没有带入；请留下一份再做"]
    try:
        report = read(files[0])
    except InputError as error:
        return None, [f"上年的报告没有用上，结转数没有带入：{origin}：{message}"
                      for origin, message in error.problems]
    if report.year != year - 1:
        return None, [f"{files[0]} 是{report.year}年度的，不是{year - 1}年度的，结转数没有带入"]
    told = [f"上年的报告读取时拿不准：{doubt}" for doubt in report.doubts]
    if agency_key(report.agency.name) != agency_key(entry.name):
        told.append(f"上年的报告是“{report.agency.name}”的，按名册当作同一机关")
    return replace(report, agency=replace(report.agency, name=entry.name)), told
