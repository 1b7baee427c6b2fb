"""Read data files into reports."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reportgen.datafile.given import Given, take_given
from reportgen.datafile.read import make_report, read_report
from reportgen.datafile.tree import parse_tree, read_tree
from reportgen.files.folders import data_files
from reportgen.findings import InputError, Origin, Places, refuse
from reportgen.form.plan import WORKBOOKS
from reportgen.report.charts import YEARS, wanted
from reportgen.report.model import Agency, Report

__all__ = ["data_files", "previous_candidates", "previous_path", "read", "read_text"]


def read(path: str | Path, previous: str | Path | None = None) -> Report:
    """Read one data file, YAML or form, with last year's beside it or the one given.

    Without `previous`, the file of the same name with the year replaced is taken (2024.yaml beside 2025.yaml
    or 2025.xlsx) where there is one; a report that shows a chart over years takes those of earlier years as
    well. Raises InputError for input that cannot be used, last year's file included, and for a `previous` of
    another year or agency.
    """
    path = Path(path)
    given = _given(path)
    found = previous_path(path, given.year) if previous is None else Path(previous)
    before = _previous(found, given.year, given.agency) if found else None
    report = make_report(given, before)
    if before is None or not any(spec.years for spec in wanted(report)):
        return report
    return replace(report, previous=_with_earlier(before, YEARS - 2))


def _given(path: Path) -> Given:
    name = str(path)
    if path.suffix.lower() not in WORKBOOKS:
        return take_given(read_tree(path, name), Places(name))
    # Imported here because it takes long and most data files are YAML.
    from reportgen.form.read import read_workbook

    tree, places, where = read_workbook(path, name)
    given = take_given(tree, places)
    # A cell of a form has its place also where nothing stands in it.
    given.where = {**where, **given.where}
    return given


def _with_earlier(report: Report, years: int) -> Report:
    """Return a report with those of the years before it, which stand beside it, as far as there are any."""
    path = previous_path(Path(report.path), report.year) if years else None
    if path is None:
        return report
    return replace(report, previous=_with_earlier(_previous(path, report.year, report.agency), years - 1))


def read_text(text: str, name: str) -> Report:
    """Read the text of a YAML data file, called `name` in messages, without last year's."""
    return read_report(parse_tree(text, name), Places(name))


def _previous(path: Path, year: int, agency: Agency) -> Report:
    before = make_report(_given(path), None)
    if before.year != year - 1:
        raise refuse(before.origin("year"), f"上年数据文件应是{year - 1}年度的，这份是{before.year}年度的；"
                                            "请用 --previous 指定正确的文件")
    if before.agency.name != agency.name:
        raise refuse(before.origin("agency.name"),
                     f"上年数据文件是“{before.agency.name}”的，本报告是“{agency.name}”的；"
                     "机关更名的，请把上年文件的机关名称改为现名")
    return before


def previous_path(path: Path, year: int) -> Path | None:
    """Return last year's file beside `path`, or None where there is none or the name has no year.

    Raises InputError where there are several, as 2023.yaml and 2023.xlsx, that do not say the same.
    """
    there = list({candidate.resolve(): candidate for candidate in reversed(previous_candidates(path, year))
                  if candidate.is_file()}.values())[::-1]
    if len(there) > 1:
        _require_same(there)
    return there[0] if there else None


def _require_same(paths: list[Path]) -> None:
    names = "、".join(path.name for path in paths)
    said = f"上年的数据文件有 {len(paths)} 份（{names}）"
    try:
        first, *others = (_said(make_report(_given(path), None)) for path in paths)
    except InputError as error:
        raise InputError([*error.problems,
                          (Origin(str(paths[0].parent)), f"{said}；请只留要用的那份")]) from error
    if any(other != first for other in others):
        raise refuse(Origin(str(paths[0].parent)), f"{said}，内容不一样，不知道用哪一份；请只留一份，"
                                                   "或用 --previous 指定")


def _said(report: Report) -> tuple[object, ...]:
    """Return all that a report says, as against how its file says it."""
    # What stands for cells, and what has a default that one file may write out and the other leave away.
    apart = ("blanks", "edition", "title", "signature.name", "signature.date")
    texts = {ident: text for ident, text in report.texts.items() if text and ident not in apart}
    prose = {ident: [paragraph.text for paragraph in paragraphs]
             for ident, paragraphs in report.passages.items()}
    return (report.year, report.agency, report.plain_title, report.signature, report.single_rows, texts,
            prose,
            {path: (cell.value, cell.text) for path, cell in report.cells.items()})


def previous_candidates(path: Path, year: int) -> list[Path]:
    """Return where last year's file may be; none where the name has no year."""
    stem, dot, suffix = path.name.rpartition(".")
    if str(year) not in stem:
        return []
    head, _, tail = stem.rpartition(str(year))
    # Last year's may still be a YAML file where this year's is a workbook.
    kinds = dict.fromkeys((suffix, "yaml", "yml", "xlsx"))
    return [path.with_name(f"{head}{year - 1}{tail}{dot}{kind}") for kind in kinds]
