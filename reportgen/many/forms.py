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

    `target` is empty where no form was written, `there` says that one was there before; `told` is what is to
    be looked at, `missed` says that last year's report ought to have been carried in, and was not.
    """

    agency: str
    group: str
    target: str = ""
    source: str = ""
    carried: int = 0
    told: tuple[str, ...] = ()
    there: bool = False
    missed: bool = False


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

    def left(self, roster: Roster) -> list[Path]:
        """Return the files that belong to no agency of a roster."""
        taken = {path for entry in roster.entries for path in self.of(entry)}
        return [path for paths in self.files.values() for path in paths if path not in taken]


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
        return replace(made, there=True, told=(f"{target} 已经存在，没有改动；要重做的先移走它",))
    source, told = _source(entry, last_year, year)
    try:
        text = scaffold(year, entry.name, source)
    except InputError as error:
        return replace(made, told=tuple(message for _, message in error.problems))
    blank = read_text(text, str(target))
    write_file(target, write_workbook(blank))
    carried = sum(not cell.blank and not cell.computed for cell in blank.cells.values())
    return replace(made, target=str(target), source=source.path if source else "", carried=carried,
                   told=tuple(told), missed=source is None and last_year.folder is not None)


def _source(entry: RosterEntry, last_year: LastYear, year: int) -> tuple[Report | None, list[str]]:
    """Return last year's report of an agency under its name of now, and what is to be looked at."""
    if last_year.folder is None:
        return None, []
    files = last_year.of(entry)
    if not files:
        return None, [f"没有找到{year - 1}年度的报告，结转数请按上年报告填写"]
    reports: list[Report] = []
    told: list[str] = []
    for path in files:
        try:
            report = read(path)
        except InputError as error:
            told += [f"上年的报告没有用上，结转数没有带入：{origin}：{message}"
                     for origin, message in error.problems]
            continue
        if report.year == year - 1:
            reports.append(report)
        else:
            told.append(f"{path} 是{report.year}年度的，不是{year - 1}年度的，结转数没有带入")
    # What one may be sure of goes before what was read of a document.
    best = [report for report in reports if not report.published] or reports
    if not best:
        return None, told
    if len(reports) > 1:
        figures = _carried(best[0], entry, year)
        same = [report for report in reports if _carried(report, entry, year) == figures]
        names = "、".join(report.path for report in reports)
        count = f"{year - 1}年度的报告有 {len(reports)} 份（{names}）"
        if any(report not in same for report in best):
            return None, [*told, f"{count}，结转数没有带入；请留下一份再做"]
        other = [report.path for report in reports if report not in same]
        told.append(f"{count}，用的是 {best[0].path}，"
                    + (f"与 {'、'.join(other)} 不同，请核对" if other else "带入的数相同"))
    told += [f"上年的报告读取时拿不准：{doubt}" for doubt in best[0].doubts]
    if agency_key(best[0].agency.name) != agency_key(entry.name):
        told.append(f"上年的报告是“{best[0].agency.name}”的，按名册当作同一机关")
    return _renamed(best[0], entry), told


def _renamed(report: Report, entry: RosterEntry) -> Report:
    return replace(report, agency=replace(report.agency, name=entry.name))


def _carried(report: Report, entry: RosterEntry, year: int) -> dict[str, str]:
    """Return the figures that a report gives to the form of an agency."""
    blank = read_text(scaffold(year, entry.name, _renamed(report, entry)), report.path)
    return {path: cell.text for path, cell in blank.cells.items()}
