"""发布: dates, title and catalogue card of a report that is to be released."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from reportgen.datafile.fields import common_fields
from reportgen.findings import Finding
from reportgen.report.charts import missing
from reportgen.report.figure_sizes import figure_sizes
from reportgen.report.model import INTERIM_MARK, Report, written_date
from reportgen.rules import finding
from reportgen.standard import layout

LATE, EARLY, TITLE_FORM, CARD = "FB01", "FB02", "FB03", "FB04"
TITLE_YEAR, TOO_WIDE, NO_CHART, INTERIM = "FB05", "FB06", "FB07", "FB08"

# 《中华人民共和国政府信息公开条例》第四十九条: month and day of the year after the report's.
DEADLINES = {"department": (1, 31), "government": (3, 31)}
_DATES = {"publication.published": "发布日期", "publication.issued": "发文日期", "signature.date": "落款日期"}
_CARD = {"index_number": "索引号", "document_number": "文号", "topic": "主题分类", "issuer": "发文单位",
         "published": "发布日期", "validity": "有效性", "issued": "发文日期"}
_TITLE = re.compile(r"(.+?)(\d{4})年政府信息公开工作年度报告")


def kind_of(report: Report) -> str:
    """Return "department" or "government", or "" where it is not known.

    As the file says, or government where the name says so.
    """
    return report.agency.kind or ("government" if report.agency.name.endswith("人民政府") else "")


def deadline(report: Report) -> datetime.date | None:
    """Return the statutory last day for publishing.

    None where the 条例 sets none or the kind is not known.
    """
    name, level = report.agency.name, report.agency.level
    township = level == "township" or (not level
                                       and bool(re.search("(?:镇|乡|街道)(?:人民政府|办事处)$|街道$", name)))
    day = DEADLINES.get(kind_of(report))
    return None if day is None or township else datetime.date(report.year + 1, *day)


def untimely_dates(report: Report) -> Iterator[Finding]:
    """Find dates after the deadline and dates before the period ends."""
    last = deadline(report)
    for path, name in _DATES.items():
        text = report.texts.get(path, "")
        date = datetime.date.fromisoformat(text) if text else None
        if date is None:
            continue
        if date < datetime.date(report.year, 12, 31):
            yield finding(EARLY,
                          f"{name}是{written_date(text)}，早于统计期末{report.year}年12月31日；请改成本次的日期",
                          report.origin(path))
        elif last and date > last:
            yield finding(LATE,
                          f"{name}是{written_date(text)}，晚于法定期限{written_date(last.isoformat())}；请核对",
                          report.origin(path))


def title(report: Report) -> Iterator[Finding]:
    """Find titles that are not in the national form, those of another year, and that of an interim sum."""
    text = re.sub(r"\s", "", report.plain_title)
    if text.endswith(INTERIM_MARK):
        yield finding(INTERIM, f"标题带有“{INTERIM_MARK}”，还有机关没有计入，不能作为正式报告；"
                               "报齐后请重新汇总，只供内部传阅的用 --draft 生成",
                      report.origin("title"))
        text = text.removesuffix(INTERIM_MARK)
    found = _TITLE.fullmatch(text)
    if not found:
        expected = report.edition.report_title.format(agency=report.agency.name, year=report.year)
        yield finding(TITLE_FORM, f"标题“{text}”不合格式，应为“{expected}”", report.origin("title"))
        found = re.match(r"(.+?)(\d{4})年", text)
    if found and int(found[2]) != report.year:
        yield finding(TITLE_YEAR, f"标题写的是{found[2]}年，本报告是{report.year}年度的；请改正",
                      report.origin("title"))


def card(report: Report) -> Iterator[Finding]:
    """Tell what the catalogue card lacks, where the file has one."""
    if "publication" not in report.where:
        return
    missing = [name for ident, name in _CARD.items() if not getattr(report.publication, ident)]
    if missing:
        yield finding(CARD, f"目录信息还缺{'、'.join(missing)}；发布前请补齐", report.origin("publication"))


def wide_figures(report: Report) -> Iterator[Finding]:
    """Find figures that could only be printed too small to read."""
    for path, size in figure_sizes(report).items():
        if size < layout.SMALLEST_FIGURE:
            yield finding(TOO_WIDE, f"{report.edition.cell_label(path)}的数“{report.cells[path].text}”太长，"
                                    "格子里印不下；请核对",
                          report.origin(path), (path,))


def empty_charts(report: Report) -> Iterator[Finding]:
    """Find charts that there are no figures for."""
    names = {field.id: field.name for entry in common_fields() if entry.id == "charts"
             for field in entry.fields}
    for spec in missing(report):
        why = "至少要有两年的数；请把往年的数据文件放在同一文件夹" if spec.years else "表中还没有填数"
        yield finding(NO_CHART, f"图表“{names[spec.id]}”画不出来，{why}", report.origin(f"charts.{spec.id}"))


RULES = (untimely_dates, title, card, wide_figures, empty_charts)
