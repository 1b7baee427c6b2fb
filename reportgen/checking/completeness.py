"""填报: what is not filled in, and forms that depart from the national format."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from reportgen.findings import Finding, Severity
from reportgen.report import Report

BLANK_CELLS = "TB01"
SINGLE_ROW = "TB02"
BLANK_SECTION = "TB03"
UNDRAWN = "TB04"

_REASON = "国办公开办函〔2021〕30号：没有发生的应填 0，空白不等于 0"


def blank_cells(report: Report) -> Iterator[Finding]:
    """Find the cells not filled in, one finding a row, or a table where it is wholly blank."""
    edition = report.edition
    for table in edition.tables.values():
        blank = [path for path in table.cells if report.cells[path].blank]
        if blank and len(blank) == len(table.cells):
            yield Finding(BLANK_CELLS, Severity.WARNING, f"{table.short}（{table.name}）整张表没有填；没有发生的请填 0",
                          report.origin(table.id), tuple(blank), _REASON)
            continue
        for _, group in groupby(blank, key=lambda path: (edition.cells[path].row_label or
                                                         path.rpartition(".")[0], edition.cells[path].row)):
            cells = tuple(group)
            yield Finding(BLANK_CELLS, Severity.WARNING, f"{_place(report, cells)}没有填；没有发生的请填 0",
                          report.origin(cells[0]), cells, _REASON)


def _place(report: Report, cells: tuple[str, ...]) -> str:
    edition = report.edition
    if len(cells) == 1:
        return edition.cell_label(cells[0])
    spec = edition.cells[cells[0]]
    row = f"“{spec.row_label}”行" if spec.row_label else spec.column_label.partition("”")[0] + "”"
    return f"{edition.tables[spec.table].short}{row}有{len(cells)}格"


def single_rows(report: Report) -> Iterator[Finding]:
    """Find groups of rows that the file gives as one row."""
    for path in sorted(report.single_rows):
        label = next(spec.row_label for spec in report.edition.cells.values() if spec.row == path)
        yield Finding(SINGLE_ROW, Severity.WARNING,
                      f"“{label}”只填了一行，{report.edition.id} 版格式要求分项填写；已按一行印出",
                      report.origin(path), tuple(cell for cell, spec in report.edition.cells.items()
                                                 if spec.row == path), report.edition.issued_as)


def blank_sections(report: Report) -> Iterator[Finding]:
    """Find prose sections in which nothing is written."""
    for section in report.edition.prose_sections:
        if not report.prose[section.id]:
            yield Finding(BLANK_SECTION, Severity.WARNING, f"“{section.heading}”没有内容，请补写",
                          report.origin(section.id), (), "《中华人民共和国政府信息公开条例》第五十条")


def undrawn(report: Report) -> Iterator[Finding]:
    """Tell that the letterhead, which a file may fill in, is not printed yet."""
    if any(text for key, text in report.texts.items() if key.startswith("letterhead.")):
        yield Finding(UNDRAWN, Severity.WARNING, "本版程序还不印出版头和版记，请在 Word 文件里自行添加",
                      report.origin("letterhead"), (), "GB/T 9704-2012，7.2、7.4")


RULES = (blank_cells, single_rows, blank_sections, undrawn)
