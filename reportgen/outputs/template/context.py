"""What every template may name: all that prose knows, and the passages of the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from reportgen.datafile.names import (
    FieldNames,
    Medium,
    MissingPrevious,
    Source,
    Subject,
    chinese_names,
    names_of_subject,
    previous_names,
)
from reportgen.outputs.document import Document
from reportgen.outputs.sandbox import PrintedBlock
from reportgen.report.figures import Blank, Figure
from reportgen.report.model import BLANK_MARK, Paragraph, Report


@dataclass(frozen=True)
class PrintedFigure(Figure):
    """The figure of one cell, which prints as in its table, with unit and remark, in markup."""

    markup: str = ""

    def __html__(self) -> str:
        return self.markup

    def __str__(self) -> str:
        return self.markup


@dataclass(frozen=True)
class Markup:
    """How a kind of template writes what it prints.

    `text` returns a text that prints itself, `cell` the markup of a cell's text with its path, `passage` that
    of paragraphs, with the name of their style.
    """

    text: Callable[[str], Any]
    cell: Callable[[str, str], str]
    passage: Callable[[tuple[Paragraph, ...], str], str]


class TemplateMedium(Medium):
    """What names give to templates; a blank can be asked about, and is a mark in a draft."""

    def __init__(self, markup: Markup, draft: bool) -> None:
        self._markup, self._draft = markup, draft

    def figure(self, source: Source, path: str) -> Any:
        """Return the figure of one cell, or what stands for a blank one."""
        cell = source.cells[path]
        if cell.value is None:
            return Blank(source.missing(path), BLANK_MARK, self._draft, cell=True)
        printed = self._markup.cell("" if source.prefix else path, cell.text)
        return PrintedFigure(Decimal(cell.value), (source.prefix + path,), markup=printed)

    def text(self, path: str, text: str) -> Any:
        """Return the text of one field, or what stands for a blank one."""
        return self._markup.text(text) if text else Blank(f"{path} 未填", BLANK_MARK, self._draft)


def common_context(document: Document, markup: Markup) -> dict[str, Any]:
    """Return what all templates may name, by id and by Chinese name."""
    report, draft = document.report, bool(document.draft_mark)
    medium = TemplateMedium(markup, draft)
    names = names_of_subject(_subject(report, ""), medium)
    names["title"] = markup.text(names["title"])
    names["previous"] = MissingPrevious(draft) if report.previous is None else previous_names(
        _subject(report.previous, "previous."), medium)
    names |= {section.id: PrintedBlock(markup.passage(section.paragraphs, "body"))
              for section in document.sections if section.table is None}
    names["preamble"] = PrintedBlock(markup.passage(document.preamble, "body"))
    tables = [section for section in document.sections if section.table]
    for group, kind, of in (("before_table", "body", attrgetter("before")),
                            ("notes", "note", attrgetter("notes")),
                            ("after_table", "body", attrgetter("after"))):
        names[group] = FieldNames({section.id: PrintedBlock(markup.passage(of(section), kind))
                                   for section in tables}, f"{group}.", medium=medium)
    names |= {"sections": document.sections, "single_rows": tuple(sorted(report.single_rows)),
              "draft_mark": document.draft_mark}
    return names | {chinese: names[ident] for chinese, ident in chinese_names(report.edition).items()
                    if ident in names}


def _subject(report: Report, prefix: str) -> Subject:
    return Subject(report.texts, report.year, report.title, Source(report.edition, report.cells, prefix))
