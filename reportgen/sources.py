"""Read data files into reports, and reports as they were published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.datafile.given import Given, take_given
from reportgen.datafile.read import make_report, read_report
from reportgen.datafile.tree import decode, parse_tree, read_bytes, read_tree
from reportgen.files import limits
from reportgen.findings import InputError, Origin, Places, refuse
from reportgen.form.read import NO_FORM, NOT_READ, NoFormError, workbook_tree
from reportgen.imports.kinds import Kind, kind_of_content, kind_of_file, why_refused
from reportgen.report.charts import YEARS, wanted
from reportgen.report.model import Agency, Report

if TYPE_CHECKING:
    from reportgen.imports.read import Imported

__all__ = ["previous_candidates", "previous_path", "read", "read_content", "read_data_file", "read_text",
           "require_data_file"]


def read(path: str | Path, previous: str | Path | None = None) -> Report:
    """Read one data file, YAML or form, or a report as it was published, with last year's beside it or given.

    What a file is, its content says. Without `previous`, the file of the same name with the year replaced is
    taken (2024.yaml beside 2025.yaml or 2025.xlsx) where there is one; a report that shows a chart over years
    takes those of earlier years as well. What is not sure of a published report is in its `doubts`. Raises
    InputError for input that cannot be used, last year's file included, and for a `previous` of another year
    or agency; of a published report, last year's that nobody named is left out and doubted instead.
    """
    source = _opened(Path(path))
    if previous is None and source.published:
        return _beside_published(Path(path), source)
    return _read(Path(path), source, previous)


def read_data_file(path: str | Path, previous: str | Path | None = None) -> Report:
    """Read one data file, YAML or form, as `read` does.

    Raises InputError for a published report, too: what was read of one is to be looked over before anything
    is made of it.
    """
    path = Path(path)
    require_data_file(path)
    return _read(path, _data_file(path), previous)


def read_content(content: bytes | str, name: str = "数据文件.yaml", previous: Report | None = None) -> Report:
    """Read the content of a data file, form or published report; `name` is what messages call it.

    Its suffix tells apart kinds of text. `previous` is last year's report. Raises as `read` does.
    """
    data = content.encode() if isinstance(content, str) else content
    kind = kind_of_content(data, Path(name).suffix.lower())
    most = limits.PUBLISHED_BYTES if kind in _PUBLISHED else limits.DATA_BYTES
    if len(data) > most:
        raise refuse(Origin(name), f"内容超过 {most // 1024 // 1024} MB，不像是一份年度报告的文件")
    if kind in _PUBLISHED:
        source = _published_content(data, name)
    elif kind is Kind.WORKBOOK:
        source = _form_or_published(data, name)
    else:
        source = _given_source(take_given(parse_tree(decode(data, name), name), Places(name)))
    if previous is not None:
        _require_before(previous, source.year, source.agency)
    return source.make(previous)


def require_data_file(path: Path) -> None:
    """Refuse a file that may be a report as it was published; raises InputError."""
    kind = kind_of_file(path)
    if kind is Kind.REFUSED:
        raise refuse(Origin(str(path)), why_refused(path))
    if kind in _PUBLISHED:
        form = "填报表存成了 .xls 的，请在 Excel 或 WPS 里另存为 .xlsx；" if kind is Kind.OLD_WORKBOOK else ""
        raise refuse(Origin(str(path)),
                     f"不是数据文件；{form}已发布的报告请先用 reportgen import 读成数据文件，核对后再用")


@dataclass(frozen=True)
class _Source:
    """A file that was opened: whose report of which year it is, and what makes a report of it."""

    year: int
    agency: Agency
    make: Callable[[Report | None], Report]
    published: bool = False


_PUBLISHED = frozenset(Kind) - {Kind.DATA, Kind.WORKBOOK}


def _opened(path: Path) -> _Source:
    if kind_of_file(path) in _PUBLISHED:
        return _published(path)
    try:
        return _data_file(path)
    except NoFormError:
        return _published(path, f"{NO_FORM}；当作已发布的报告读取也不行：")


def _data_file(path: Path) -> _Source:
    name = str(path)
    if kind_of_file(path) is Kind.WORKBOOK:
        return _given_source(_given_form(read_bytes(path, name), name))
    return _given_source(take_given(read_tree(path, name), Places(name)))


def _form_or_published(content: bytes, name: str) -> _Source:
    try:
        return _given_source(_given_form(content, name))
    except NoFormError:
        return _published_content(content, name)


def _published_content(content: bytes, name: str) -> _Source:
    from reportgen.imports.read import read_published_content

    return _as_published(read_published_content(content, name))


def _given_source(given: Given) -> _Source:
    return _Source(given.year, given.agency, partial(make_report, given))


def _given_form(content: bytes, name: str) -> Given:
    tree, places, where, told = workbook_tree(content, name)
    given = take_given(tree, places)
    for origin, message in told:
        given.problems.wrong(NOT_READ, origin, message)
    # A cell of a form has its place also where nothing stands in it.
    given.where = {**where, **given.where}
    return given


def _published(path: Path, before: str = "") -> _Source:
    # Imported where it is used: it takes long, and most files are data files.
    from reportgen.imports.read import read_published

    try:
        found = read_published(path)
    except InputError as error:
        raise InputError((origin, f"{before}{message}") for origin, message in error.problems) from error
    return _as_published(found)


def _as_published(found: Imported) -> _Source:
    # What is wrong in it was told as a doubt when it was read.
    report = replace(found.report, published=True, doubts=found.unsure, problems=())
    return _Source(report.year, report.agency, lambda previous: replace(report, previous=previous), True)


def _read(path: Path, source: _Source, previous: str | Path | None = None) -> Report:
    found = Path(previous) if previous is not None else previous_path(path, source.year)
    return _with_previous(source, _previous(found, source.year, source.agency) if found else None)


def _beside_published(path: Path, source: _Source) -> Report:
    """Return a published report with that of the year before, where one that fits lies beside it."""
    try:
        return _read(path, source)
    except InputError as error:
        report = source.make(None)
        told = (f"旁边上年的报告没有用上（{origin}：{message}）" for origin, message in error.problems)
        return replace(report, doubts=(*report.doubts, *told))


def _with_previous(source: _Source, before: Report | None) -> Report:
    report = source.make(before)
    if before is None:
        return report
    doubts = tuple(f"上年的 {before.path}：{doubt}" for doubt in before.doubts)
    if any(spec.years for spec in wanted(report)):
        before = _with_earlier(before, YEARS - 2)
    return replace(report, previous=before, doubts=(*report.doubts, *doubts))


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
    before = _opened(path).make(None)
    _require_before(before, year, agency)
    return before


def _require_before(before: Report, year: int, agency: Agency) -> None:
    """Refuse a report that is not that of an agency and of the year before."""
    if before.year != year - 1:
        raise refuse(before.origin("year"), f"上年数据文件应是{year - 1}年度的，这份是{before.year}年度的；"
                                            "请用 --previous 指定正确的文件")
    if not _alike(before.agency.name, agency.name):
        raise refuse(before.origin("agency.name"),
                     f"上年数据文件是“{before.agency.name}”的，本报告是“{agency.name}”的；"
                     "机关更名的，请把上年文件的机关名称改为现名")


def _alike(one: str, two: str) -> bool:
    """Say whether two names may be one agency's: the same, or one with its region or an addition."""
    return any(long.startswith(short) or long.endswith(short) for long, short in ((one, two), (two, one)))


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
        first, *others = (_said(_opened(path).make(None)) for path in paths)
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
