"""What is printed of a report, in order: the one thing that every writer draws.

Deciding here what stands where keeps the DOCX and the PDF the same document.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.editions import GridCell, Table, grid
from reportgen.report import Paragraph, Report, Signature

DRAFT_MARK = "送审稿"


@dataclass(frozen=True)
class PrintedSection:
    """Hold one section: its heading, then prose, or a table with its notes."""

    id: str
    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    table: Table | None = None
    rows: tuple[tuple[GridCell, ...], ...] = ()
    notes: tuple[Paragraph, ...] = ()


@dataclass(frozen=True)
class Document:
    """Hold a report as printed; `cells` are the printed texts of the statutory cells by path."""

    report: Report
    title: str
    preamble: tuple[Paragraph, ...]
    sections: tuple[PrintedSection, ...]
    cells: dict[str, str]
    signature: Signature | None
    attachment: str
    draft_mark: str

    @property
    def plain_title(self) -> str:
        """Return the title on one line, as document properties want it."""
        return self.title.replace("\n", "")

    @property
    def date(self) -> str:
        """Return the ISO date of the files: 发布日期, or 31 December of the report's year."""
        return self.report.texts.get("publication.published") or f"{self.report.year}-12-31"


def document(report: Report, draft: bool = False) -> Document:
    """Lay out a report for printing."""
    sections = []
    for section in report.edition.sections:
        if section.kind == "table":
            table = report.edition.tables[section.id]
            sections.append(PrintedSection(section.id, section.heading, table=table,
                                           rows=tuple(tuple(row) for row in grid(table)),
                                           notes=report.notes[section.id]))
        else:
            sections.append(PrintedSection(section.id, section.heading, report.prose[section.id]))
    return Document(
        report=report,
        title=report.title,
        preamble=report.prose["preamble"],
        sections=tuple(sections),
        cells={path: cell.text for path, cell in report.cells.items()},
        signature=report.signature,
        attachment=attachment_heading(report.texts.get("attachment", "")),
        draft_mark=DRAFT_MARK if draft else "",
    )


def attachment_heading(text: str) -> str:
    """Return the heading of an attachment: 附件, or 附件 with its number (GB/T 9704-2012, 7.3.7)."""
    if not text:
        return ""
    return text if text.startswith("附件") else "附件" + ("" if text in ("是", "true", "yes") else text)
