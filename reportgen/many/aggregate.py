"""Add up the tables of many agencies into the data file of their government.

A blank is never taken for 0: a cell that any agency left blank stays blank in the sum, and is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from reportgen.checks import check
from reportgen.datafile.blank import scaffold
from reportgen.datafile.edit import Editor, cell_steps
from reportgen.datafile.text import comments, plain, require_same
from reportgen.datafile.tree import parse_tree
from reportgen.datafile.values import format_count
from reportgen.datafile.write import cell_value
from reportgen.findings import InputError, Origin, refuse
from reportgen.format import CellType, Edition, get_edition
from reportgen.many.roster import Roster, agency_key
from reportgen.report.model import INTERIM_MARK, Cell, Report

_WAN = 10_000       # yuan in 万元
MAX_NAMED = 5       # how many agencies a line names


@dataclass
class Aggregate:
    """The sum over agencies: the text of a data file, the sums by path, and messages.

    `edition` has the groups collapsed that any agency gave as one row; `reports` are in order of file.
    `complete` says that all of the roster is there, and nothing was left out.
    """

    text: str
    edition: Edition
    reports: Sequence[Report]
    sums: Mapping[str, Cell]
    told: list[str] = field(default_factory=list)
    complete: bool = True


def aggregate(reports: Sequence[Report], year: int, agency: str, roster: Roster | None = None,
              interim: Sequence[tuple[Origin, str]] | None = None) -> Aggregate:
    """Return the sum of the reports of a year for a government.

    `roster` are the agencies that should be there. With `interim`, which is what could not be read and why,
    reports that cannot be counted are left out and told, and the title says that the sum is not the last one.
    Raises InputError for no report, and
    without `interim` for all that `unsound` finds.
    """
    problems = unsound(reports, year, roster)
    if problems and interim is None:
        raise InputError(one for found in problems.values() for one in found)
    given, reports = reports, [report for report in reports if report.path not in problems]
    if not reports:
        raise refuse(Origin("汇总"), f"没有可以汇总的{year}年度数据文件；请检查文件夹和年度")
    single = frozenset[str]().union(*(report.single_rows for report in reports))
    edition = get_edition(reports[0].edition.id).with_single_rows(single)
    columns = {path: [_figure(report, path, edition) for report in reports] for path in edition.cells}
    sums = {path: _sum(cells, edition.cells[path].type) for path, cells in columns.items()}
    left_out = [*(interim or ()), *(one for found in problems.values() for one in found)]
    attendance, complete = _attendance(given, year, roster)
    told = [*(f"没有计入 {origin}：{message}" for origin, message in left_out),
            *attendance, *_doubts(reports), *_blanks(reports, columns, edition)]
    if remarks := sum(bool(cell.remark) for report in reports for cell in report.cells.values()):
        told.append(f"各机关共有 {remarks} 处备注，没有带入合计，请酌情说明")
    editor = Editor(scaffold(year, agency), agency)
    if interim is not None:
        title = edition.report_title.format(agency=agency, year=year)
        editor.put([("title", "标题")], f"{title}{INTERIM_MARK}")
    _put_sums(editor, edition, sums, single)
    said = [f"由 {len(reports)} 份数据文件{'' if interim is None else '阶段'}汇总：",
            *(f"  {report.agency.name}  {report.path}" for report in reports),
            *(f"请核对：{line}" for line in told)]
    body = editor.text()
    text = "\n".join([*comments(said), body])
    require_same(text, plain(parse_tree(body, agency)), agency)
    return Aggregate(text, edition, reports, sums, told, complete and not left_out)


def unsound(reports: Sequence[Report], year: int,
            roster: Roster | None = None) -> dict[str, list[tuple[Origin, str]]]:
    """Return all that keeps reports from being added up, by file: twice, another year, errors.

    An agency that came under its name of now and its former one, as `roster` has them, is there twice.
    """
    wrong: dict[str, list[tuple[Origin, str]]] = {}
    files: dict[str, list[str]] = {}
    now = roster.names_of_now() if roster else {}
    keys = {report.path: agency_key(report.agency.name) for report in reports}
    keys = {path: now.get(key, key) for path, key in keys.items()}
    for report in reports:
        if report.year == year:
            files.setdefault(keys[report.path], []).append(report.path)
    for report in reports:
        name, same = report.agency.name, files.get(keys[report.path], [])
        errors = [finding for finding in check(report) if finding.blocks] if report.year == year else []
        if report.year != year:
            found = [(report.origin("year"), f"这份是{report.year}年度的，不是{year}年度的")]
        elif len(same) > 1:
            found = [(Origin(report.path),
                      f"“{name}”有 {len(same)} 份：{'、'.join(same)}；一个机关只能有一份")]
        else:
            found = [(one.origin, f"“{name}”有错误，先改正才能汇总：{one.message}") for one in errors]
        if found:
            wrong[report.path] = found
    return wrong


def _put_sums(editor: Editor, edition: Edition, sums: Mapping[str, Cell], single: frozenset[str]) -> None:
    """Write the sums into the blank file of a government."""
    totals = {equation.left[0][0]: [path for term in equation.right for path in term]
              for equation in edition.equations
              if equation.identity.total}
    # A total whose parts are all there is left to the program, as in any data file.
    typed = {path: cell for path, cell in sums.items() if not cell.blank
             and not (path in totals and all(not sums[part].blank for part in totals[path]))}
    for path, cell in typed.items():
        if path.rpartition(".")[0] not in single:
            editor.put(cell_steps(edition, path), cell_value(cell))
    for group in single:
        # In place of the group's rows, which the blank file has.
        row = {edition.cells[path].column_labels[-1]: cell_value(cell)
               for path, cell in typed.items() if path.rpartition(".")[0] == group}
        editor.put(cell_steps(edition, group), row)


def _attendance(reports: Iterable[Report], year: int, roster: Roster | None) -> tuple[list[str], bool]:
    if roster is None:
        return [], True
    found = roster.attendance((report.agency.name, report.path) for report in reports if report.year == year)
    return [*roster.told, *found.lines()], found.complete


def _figure(report: Report, path: str, edition: Edition) -> Cell:
    """Return an agency's figure; of a group that others give as one row, the sum of its rows."""
    if path in report.cells:
        return report.cells[path]
    group, _, column = path.rpartition(".")
    parts = [report.cells[f"{row}.{column}"] for row in report.edition.groups[group]]
    return _sum(parts, edition.cells[path].type)


def _sum(cells: Sequence[Cell], kind: CellType) -> Cell:
    """Return the sum of some cells, blank where any is; money in 万元 where it is given in both units."""
    if any(cell.value is None for cell in cells):
        return Cell(kind)
    units = {cell.unit for cell in cells if cell.unit}
    unit = units.pop() if len(units) == 1 else "万元" if units else ""
    value = sum((Decimal(cell.value or 0) / (_WAN if (cell.unit, unit) == ("元", "万元") else 1)
                 for cell in cells),
                Decimal(0))
    if kind in (CellType.COUNT, CellType.SIGNED):
        return Cell(kind, int(value), format_count(int(value), kind))
    return Cell(kind, value, f"{value:f}", unit=unit)


def _doubts(reports: Sequence[Report]) -> list[str]:
    return [f"“{report.agency.name}”的取自已发布的报告 {report.path}，读取时有 {len(report.doubts)} 处"
            f"拿不准，如：{report.doubts[0]}" for report in reports if report.doubts]


def _blanks(reports: Sequence[Report], columns: Mapping[str, Sequence[Cell]], edition: Edition) -> list[str]:
    """Return a line for the cells that the same agencies left blank."""
    blank: dict[tuple[str, ...], list[str]] = {}
    for path, cells in columns.items():
        names = tuple(report.agency.name for report, cell in zip(reports, cells, strict=True) if cell.blank)
        if names:
            blank.setdefault(names, []).append(edition.cell_label(path))
    told = []
    for names, labels in blank.items():
        who = "、".join(names[:MAX_NAMED]) + (f"等 {len(names)} 个机关" if len(names) > MAX_NAMED else "")
        where = "、".join(labels[:MAX_NAMED]) + (f"等 {len(labels)} 格" if len(labels) > MAX_NAMED else "")
        told.append(f"{where}：{who}没有填，合计留空")
    return told
