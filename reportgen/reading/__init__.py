"""Read data files into reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from reportgen.charts import YEARS
from reportgen.findings import Origin, Places, os_reason, refuse
from reportgen.reading.datafile import read_data_file, read_report
from reportgen.reading.yamltree import parse_tree
from reportgen.report import Agency, Report

__all__ = ["data_files", "previous_candidates", "previous_path", "read", "read_text"]


def read(path: str | Path, previous: str | Path | None = None) -> Report:
    """Read one data file, with last year's beside it or the one given.

    Without `previous`, the file of the same name with the year replaced is taken (2024.yaml beside 2025.yaml or
    2025.xlsx) where there is one; a report that shows a chart over years takes those of earlier years as well. Raises
    InputError for input that cannot be used, last year's file included, and for a `previous` of another year or agency.
    """
    path = Path(path)

    def find(year: int, agency: Agency) -> Report | None:
        found = Path(previous) if previous is not None else previous_path(path, year)
        return _previous(found, year, agency) if found else None

    report = read_data_file(path, find)
    if report.previous is None or report.texts.get("charts.history") != "yes":
        return report
    return replace(report, previous=_with_earlier(report.previous, YEARS - 2))


def _with_earlier(report: Report, years: int) -> Report:
    """Return a report with those of the years before it, which stand beside it, as far as there are any."""
    path = previous_path(Path(report.path), report.year) if years else None
    if path is None:
        return report
    return replace(report, previous=_with_earlier(_previous(path, report.year, report.agency), years - 1))


def read_text(text: str, name: str) -> Report:
    """Read the text of a YAML data file, called `name` in messages, without last year's."""
    return read_report(parse_tree(text, name), Places(name), lambda year, agency: None)


def _previous(path: Path, year: int, agency: Agency) -> Report:
    before = read_data_file(path, lambda year, agency: None)
    if before.year != year - 1:
        raise refuse(before.origin("year"), f"上年数据文件应是{year - 1}年度的，这份是{before.year}年度的；"
                                            "请用 --previous 指定正确的文件")
    if before.agency.name != agency.name:
        raise refuse(before.origin("agency.name"),
                     f"上年数据文件是“{before.agency.name}”的，本报告是“{agency.name}”的；"
                     "机关更名的，请把上年文件的机关名称改为现名")
    return before


def previous_path(path: Path, year: int) -> Path | None:
    """Return last year's file beside `path`, or None where there is none or the name has no year."""
    return next((candidate for candidate in previous_candidates(path, year) if candidate.is_file()), None)


def previous_candidates(path: Path, year: int) -> list[Path]:
    """Return where last year's file may be, the first that is there counts; none where the name has no year."""
    stem, dot, suffix = path.name.rpartition(".")
    if str(year) not in stem:
        return []
    head, _, tail = stem.rpartition(str(year))
    # Last year's may still be a YAML file where this year's is a workbook.
    kinds = dict.fromkeys((suffix, "yaml", "yml", "xlsx"))
    return [path.with_name(f"{head}{year - 1}{tail}{dot}{kind}") for kind in kinds]


def data_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files named, and the data files in the folders named, each once, a folder's in order of name.

    Raises InputError for a folder without data files or one that cannot be read.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            found[path] = None
            continue
        try:
            inside = sorted(entry for entry in path.rglob("*") if entry.suffix.lower() in (".yaml", ".yml", ".xlsx")
                            and not any(part.startswith((".", "~$")) for part in entry.relative_to(path).parts))
        except OSError as error:
            raise refuse(Origin(str(path)), f"文件夹读不出来（{os_reason(error)}）") from error
        if not inside:
            raise refuse(Origin(str(path)), "文件夹里没有数据文件（.yaml 或 .xlsx）")
        found.update(dict.fromkeys(inside))
    return list(found)
