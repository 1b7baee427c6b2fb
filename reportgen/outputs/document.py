"""What is printed of a report, in order: the one thing that every writer draws.

Deciding here what stands where keeps the DOCX and the PDF the same document.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace

from reportgen.findings import Finding
from reportgen.format import GridCell, Section, Table, grid, held
from reportgen.outputs.sandbox import readable
from reportgen.outputs.table_heights import table_heights
from reportgen.report.charts import Chart, charts
from reportgen.report.figure_sizes import figure_sizes
from reportgen.report.model import DRAFT_MARK, Paragraph, Report, Signature, written_date
from reportgen.report.remarks import PrintedMark, Remarks, remarks
from reportgen.report.row_heights import FILLS_PAGE, indents
from reportgen.standard import layout, styles
from reportgen.standard.look import STANDARD, Look
from reportgen.standard.title import signature_lines, title_lines


@readable("id", "heading", "tall", "paragraphs", "before", "table", "rows", "heights",
          "indents", "held", "cut", "joined", "notes", "notes_space", "space", "after")
@dataclass(frozen=True)
class PrintedSection:
    """One section: its heading, then prose, or a table with its notes; `held` rows stay with the next.

    `before` and `after` are the prose that stands before the table and after its notes.
    `cut` says that pages may cut the table behind rows that are not held, `joined` that one which takes a
    page shares it with its heading and the prose before it; `joined_heights` are those of its rows then,
    none where they do not fit.
    `heights` are those of the rows, `indents` those of labels that break behind their numbers, by cell id;
    `notes_space` fills the lines that the notes take, `space` stands below the table and them: in points.
    """

    id: str
    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    table: Table | None = None
    rows: tuple[tuple[GridCell, ...], ...] = ()
    heights: tuple[float, ...] = ()
    indents: Mapping[str, float] = field(default_factory=dict)
    held: tuple[bool, ...] = ()
    cut: bool = False
    joined: bool = False
    joined_heights: tuple[float, ...] = ()
    notes: tuple[Paragraph, ...] = ()
    notes_space: float = 0.0
    space: float = 0.0
    before: tuple[Paragraph, ...] = ()
    after: tuple[Paragraph, ...] = ()

    @property
    def begins_page(self) -> bool:
        """Say whether the table takes a page of its own."""
        return self.table is not None and self.table.text == FILLS_PAGE

    @property
    def tall(self) -> bool:
        """Say whether no page holds the table: its vertical label then stands where it begins."""
        # Below prose the table has a page to itself, else its heading stands there too.
        lines = layout.LINES - (0 if self.before else 1)
        return sum(self.heights) > lines * layout.LINE_PITCH


@readable("mark", "mark_size", "document_number", "signers", "signers_width", "space")
@dataclass(frozen=True)
class PrintedLetterhead:
    """The 版头: 发文机关标志 with its size in points, 发文字号, and 签发人 in lines.

    A line of `signers` is what stands before the names and the names; the last is that of 发文字号. `space`
    below it, in points, fills the last of its lines.
    """

    mark: str
    mark_size: float
    document_number: str
    signers: tuple[tuple[str, str], ...] = ()
    space: float = 0.0

    @property
    def signers_width(self) -> int:
        """Return how many characters the longest line of 签发人 takes."""
        return max((len(label) + len(names) for label, names in self.signers), default=0)


@readable("copies", "printed_by", "printed", "place")
@dataclass(frozen=True)
class Imprint:
    """The 版记: 抄送, 印发机关 and 印发日期 as printed, any of them possibly empty.

    `place` is "same" where it stands at the foot of the page on which the text ends, "next" or "skip" where
    it takes the next page or the next but one, because it belongs on an even page (GB/T 9704-2012, 7.4).
    """

    copies: str
    printed_by: str
    printed: str
    place: str = "same"


@readable("title", "plain_title", "letterhead", "addressee", "imprint", "preamble", "sections", "cells",
          "sizes", "marks",
          "signature", "remark", "attachment", "draft_mark")
@dataclass(frozen=True, kw_only=True)
class Document:
    """A report as printed; `cells` are the printed texts of the statutory cells by path.

    `sizes` has those that are set smaller to fit their cell, with the size in points, `marks` those whose
    remark is a note below their table. `charts` follow the first section, `remark` （附注） the signature;
    `said` is what people are told of how the pages were settled.
    """

    report: Report
    title: tuple[str, ...]
    letterhead: PrintedLetterhead | None
    addressee: str
    imprint: Imprint | None
    preamble: tuple[Paragraph, ...]
    sections: tuple[PrintedSection, ...]
    cells: dict[str, str]
    sizes: dict[str, float]
    marks: dict[str, PrintedMark]
    signature: Signature | None
    remark: str
    attachment: str
    draft_mark: str
    charts: tuple[Chart, ...] = ()
    look: Look = STANDARD
    said: tuple[Finding, ...] = ()

    @property
    def signature_lines(self) -> list[tuple[str, float]]:
        """Return the lines of the signature, each with its distance from the left of the 版心 in points."""
        if self.signature is None:
            return []
        lines = signature_lines(self.signature.name, self.signature.date,
                                int(self.look.characters(styles.SIGNATURE)), seal=self.signature.seal)
        return [(text, round(indent * self.look.character(styles.SIGNATURE), 3)) for text, indent in lines
                if text]

    @property
    def plain_title(self) -> str:
        """Return the title on one line, as document properties want it."""
        return "".join(self.title)

    @property
    def date(self) -> str:
        """Return the ISO date of the files: 发布日期, or 31 December of the report's year."""
        return self.report.date


def document(report: Report, draft: bool = False, look: Look = STANDARD, tight: int = 0) -> Document:
    """Lay out a report for printing; `look` is that of the Word template.

    `tight` says how the last pages are made to take less room: from 1 on the tables behind the last one that
    fills a page have their lowest rows, from 2 on no line below.
    """
    noted = {name: remarks(report, table, look) for name, table in report.edition.tables.items()}
    cells = {path: noted[path.partition(".")[0]].text(path, cell) for path, cell in report.cells.items()}
    tables = report.edition.tables
    last_page = max((index for index, section in enumerate(report.edition.sections)
                     if section.kind == "table" and tables[section.id].text == FILLS_PAGE), default=-1)
    sections = tuple(
        _table_section(section, report, noted[section.id], look, tight if index > last_page else 0)
        if section.kind == "table" else PrintedSection(section.id, section.heading, report.prose[section.id])
        for index, section in enumerate(report.edition.sections))
    sections = tuple(map(_without_space, sections, (*sections[1:], None)))
    return Document(
        report=report,
        title=tuple(title_lines(report.title, look.characters(styles.TITLE), report.agency.name)),
        letterhead=_letterhead(report, look),
        addressee=_addressee(report.letterhead.to),
        imprint=_imprint(report),
        preamble=report.prose["preamble"],
        sections=sections,
        cells=cells,
        sizes=figure_sizes(report, look),
        marks={path: mark for one in noted.values() for path, mark in one.marks.items()},
        signature=report.signature,
        remark=_remark(report.letterhead.remark),
        attachment=attachment_heading(report.attachment),
        draft_mark=DRAFT_MARK if draft else "",
        charts=charts(report),
        look=look,
    )


def _without_space(section: PrintedSection, following: PrintedSection | None) -> PrintedSection:
    """Return a section without the line below its table where a page ends: it might take one for itself."""
    ends = following is not None and following.begins_page and not section.after and (
        following.joined or not following.before)
    return replace(section, space=0.0) if ends else section


def with_joined(printed: Document, ids: Set[str]) -> Document:
    """Return a document with the tables of some sections on one page with the prose before them."""
    sections = [replace(one, joined=True, heights=one.joined_heights) if one.id in ids else one
                for one in printed.sections]
    return replace(printed, sections=tuple(map(_without_space, sections, [*sections[1:], None])))


def _table_section(section: Section, report: Report, noted: Remarks, look: Look,
                   tight: int) -> PrintedSection:
    """Return a section with a table, whose blocks take whole lines of the grid."""
    table = report.edition.tables[section.id]
    rows = grid(table)
    notes = report.notes[section.id] + noted.notes
    before = report.before_table.get(section.id, ())
    texts = {path: noted.lines(path, report.cells[path]) for path in table.cells}
    found = table_heights(table, rows, texts, look, notes=notes, before=before, tight=tight > 0)
    return PrintedSection(
        section.id, section.heading, table=table, rows=rows, held=tuple(held(rows)),
        heights=found.rows, indents=indents(table, rows, look), joined_heights=found.joined, cut=found.cut,
        notes=notes, notes_space=found.notes_space,
        space=0.0 if table.text == FILLS_PAGE or tight > 1 else layout.LINE_PITCH,
        before=before, after=report.after_table.get(section.id, ()))


def _letterhead(report: Report, look: Look) -> PrintedLetterhead | None:
    mark, number = report.letterhead.mark, report.letterhead.document_number
    signers = layout.signer_lines(report.letterhead.signers)
    if not (mark or number or signers):
        return None
    size = layout.mark_size(mark, look.page.type_width)
    return PrintedLetterhead(mark, size, number, signers, layout.letterhead_rest(size, len(signers)))


def _remark(text: str) -> str:
    """Return the 附注 of a document in brackets (GB/T 9704-2012, 7.3.6)."""
    return f"（{text.removeprefix('（').removesuffix('）')}）" if text else ""


def _addressee(text: str) -> str:
    """Return the 主送机关 as printed, ending in a full-width colon (GB/T 9704-2012, 7.3.2)."""
    return f"{text.rstrip(':：')}：" if text else ""


def _imprint(report: Report) -> Imprint | None:
    given = report.letterhead
    if not (given.copies or given.printed_by or given.printed):
        return None
    return Imprint(f"抄送：{given.copies.removeprefix('抄送：').rstrip('。')}。" if given.copies else "",
                   given.printed_by, f"{written_date(given.printed)}印发" if given.printed else "")


def attachment_heading(text: str) -> str:
    """Return the heading of an attachment: 附件, or 附件 with its number (GB/T 9704-2012, 7.3.7)."""
    if not text:
        return ""
    return text if text.startswith("附件") else "附件" + ("" if text in ("是", "true", "yes") else text)
