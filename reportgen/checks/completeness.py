"""填报: what is not filled in, and forms that depart from the national format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from reportgen.checks.publication import kind_of
from reportgen.findings import Finding
from reportgen.report.model import Report
from reportgen.rules import finding

BLANK_CELLS, SINGLE_ROW, BLANK_SECTION = "TB01", "TB02", "TB03"
ONE_WORD, ASPECTS, RESULTS, FEE, RULE_MAKER = "TB05", "TB06", "TB07", "TB08", "TB09"
NO_FIGURES, WITHOUT_TABLES, CONTRADICTED = "TB10", "TB11", "TB12"

# A table with more blank rows than this is told of in one finding.
MAX_ROWS_TOLD = 5
# A section of no more characters than this, punctuation aside, is one word: 无, 没有, 暂无.
ONE_WORD_CHARACTERS = 4
_SAY_SO = "确实没有表格数据的，写“表格数据”为“无”，并在“表格数据说明”里写明原因"


def table_data(report: Report) -> Iterator[Finding]:
    """Find a report without any figure in its tables, and one that says so and has some."""
    given = tuple(path for path, cell in report.cells.items() if not cell.blank)
    reason = report.texts.get("table_data_reason", "")
    if not report.without_table_data:
        if not given:
            yield finding(NO_FIGURES, f"各表都没有填，只能生成送审稿；请填表。{_SAY_SO}",
                          report.origin("table_data"))
    elif given:
        yield finding(CONTRADICTED, "写了“表格数据：无”，"
                                    f"{report.edition.cell_label(given[0])}等{len(given)}格却有数；请删去“表格数据”一项，或删去这些数",
                      report.origin("table_data"), given)
    elif reason:
        yield finding(WITHOUT_TABLES, f"按“表格数据：无”（{reason}）印空白表格，表内勾稽和跨年关系"
                                      "都没有核对；请确认本机关确实没有表格数据",
                      report.origin("table_data"))
    else:
        yield finding(NO_FIGURES, "写了“表格数据：无”，没有写原因；请在“表格数据说明”里写明",
                      report.origin("table_data"))


def blank_cells(report: Report) -> Iterator[Finding]:
    """Find the cells not filled in, one finding a row, or a table where many rows are blank."""
    edition = report.edition
    if report.without_table_data:
        return
    # A cell that could not be read is told of as such, and a total is asked for by its parts.
    asked = [path for path in edition.cells if path not in edition.totals]
    for table in edition.tables.values():
        wanted = [path for path in asked if edition.cells[path].table == table.id]
        blank = [path for path in wanted if report.cells[path].blank and not report.cells[path].unread]
        rows = [tuple(group) for _, group in groupby(blank, key=lambda path: (
            edition.cells[path].row_label or path.rpartition(".")[0], edition.cells[path].row))]
        if blank and len(blank) == len(wanted):
            yield finding(BLANK_CELLS, f"{table.short}（{table.name}）整张表没有填；没有发生的请填 0",
                          report.origin(table.id), tuple(blank))
        elif len(rows) > MAX_ROWS_TOLD:
            yield finding(BLANK_CELLS, f"{table.short}（{table.name}）有{len(rows)}行、{len(blank)}格没有填，"
                                       f"如{_place(report, rows[0])}；没有发生的请填 0",
                          report.origin(table.id), tuple(blank))
        else:
            for cells in rows:
                yield finding(BLANK_CELLS, f"{_place(report, cells)}没有填；没有发生的请填 0",
                              report.origin(cells[0]), cells)


def _place(report: Report, cells: tuple[str, ...]) -> str:
    edition = report.edition
    if len(cells) == 1:
        return edition.cell_label(cells[0])
    spec = edition.cells[cells[0]]
    row = f"“{spec.row_label}”行" if spec.row_label else f"“{spec.column_labels[0]}”"
    return f"{edition.tables[spec.table].short}{row}有{len(cells)}格"


def single_rows(report: Report) -> Iterator[Finding]:
    """Find groups of rows that the file gives as one row."""
    for path in sorted(report.single_rows):
        label = next(spec.row_label for spec in report.edition.cells.values() if spec.row == path)
        yield finding(SINGLE_ROW,
                      f"“{label}”只填了一行，{report.edition.id} 版格式要求分项填写；已按一行印出",
                      report.origin(path), tuple(cell for cell, spec in report.edition.cells.items()
                                                 if spec.row == path), source=report.edition.issued_as)


def sections(report: Report) -> Iterator[Finding]:
    """Find prose sections in which nothing, or no more than a word, is written."""
    for section in report.edition.prose_sections:
        text = re.sub(r"[\W_]", "", _text(report, section.id))
        if not text:
            yield finding(BLANK_SECTION, f"“{section.heading}”没有内容，请补写", report.origin(section.id),
                          section=section.id)
        elif len(text) <= ONE_WORD_CHARACTERS:
            yield finding(ONE_WORD, f"“{section.heading}”只写了“{text}”；请写成完整的句子",
                          report.origin(section.id),
                          section=section.id)


def aspects(report: Report) -> Iterator[Finding]:
    """Find the aspects that the overview does not cover, and the results that a government does not give."""
    language = report.edition.language
    overview = report.edition.overview
    text = _text(report, overview.id)
    if not text:
        return
    missing = [topic.name for topic in language.aspects if not topic.covered_by(text)]
    if missing:
        yield finding(ASPECTS, f"“{overview.heading}”没有写到{'、'.join(missing)}；请补写",
                      report.origin(overview.id),
                      source=language.aspects_source, section=overview.id)
    missing = [topic.name for topic in language.government_results if not topic.covered_by(text)]
    if missing and kind_of(report) == "government":
        yield finding(RESULTS, f"政府的报告还要写{'、'.join(missing)}，“{overview.heading}”里没有；请补写",
                      report.origin(overview.id), section=overview.id)


def fee(report: Report) -> Iterator[Finding]:
    """Find a report that does not say what it charged for information, where the edition asks."""
    wanted, section = report.edition.language.fee, report.edition.fee_section
    if wanted is None or section is None:
        return
    # The title of the rules on the fee is no statement about it.
    text = re.sub("《[^》]*》", "", _text(report, section.id))
    if text and not any(word in text for word in wanted.words):
        yield finding(FEE, f"“{section.heading}”没有写收取{wanted.words[0]}的情况，"
                           "没有收取的也要写明；请补写",
                      report.origin(section.id), source=wanted.source, section=section.id)


def rule_makers(report: Report) -> Iterator[Finding]:
    """Find 规章 claimed by an agency that cannot make them, where its kind and level are given."""
    makers, agency = report.edition.language.rule_makers, report.agency
    if not agency.kind or not agency.level or (agency.kind, agency.level) in makers.allowed:
        return
    claimed = tuple(path for path in makers.cells if report.cells[path].value)
    if claimed:
        yield finding(RULE_MAKER,
                      f"{report.edition.cell_label(claimed[0])}填了{report.cells[claimed[0]].number}，"
                                  f"但{agency.name}不能制定规章；请核对是否应填在规范性文件一行",
                      report.origin(claimed[0]), claimed)


def _text(report: Report, section: str) -> str:
    return "\n".join(paragraph.text for paragraph in report.section_prose[section])


RULES = (table_data, blank_cells, single_rows, sections, aspects, fee, rule_makers)
