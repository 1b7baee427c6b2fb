"""Write the DOCX: what the Word template of the edition is filled in with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import jinja2
from markupsafe import Markup

from reportgen.editions import get_edition
from reportgen.findings import InputError, Origin, refuse
from reportgen.report import Paragraph
from reportgen.resources import template
from reportgen.typesetting import layout, styles
from reportgen.typesetting.title import signature_lines
from reportgen.writing.document import Document
from reportgen.writing.docx_charts import charts_xml, pictures
from reportgen.writing.docx_imprint import imprint_xml
from reportgen.writing.word import WordTemplate, compiled, open_template


class _Cells:
    """Lead a template's dotted name to a printed cell.

    Not a dict, whose methods would hide a row or column of the same id, such as `items`.
    """

    def __init__(self, cells: Mapping[str, str], path: str) -> None:
        self.__cells, self.__path = cells, path

    def __getitem__(self, name: str) -> Any:
        path = f"{self.__path}.{name}"
        if path in self.__cells:
            return self.__cells[path]
        if any(known.startswith(f"{path}.") for known in self.__cells):
            return _Cells(self.__cells, path)
        raise KeyError(path)

    def __str__(self) -> str:
        raise jinja2.UndefinedError(f"'{self.__path}' is a group of cells, not a cell")


def write_docx(document: Document, templates: Path | None = None, fonts: Path | None = None) -> bytes:
    """Return the DOCX of a document; `templates` and `fonts` are the user's folders, the fonts those of charts.

    Raises InputError for a template that cannot be read, lacks a style or has a broken or unknown tag, and for charts
    that cannot be drawn.
    """
    path = template(f"{document.report.edition.id}/report.docx", templates)
    try:
        word = compiled(path, _fields(document.report.edition.id))
        ids = _style_ids(word, path)
        cells = {cell: _cell_xml(text, document.sizes.get(cell, 0)) for cell, text in document.cells.items()}
        properties = (document.date, document.plain_title, document.report.agency.name)
        return word.render(_context(document, ids), cells, properties, pictures(document, fonts))
    except jinja2.TemplateError as error:
        raise broken_template(path, error) from error


@cache
def _fields(edition: str) -> frozenset[str]:
    """Return every cell that a template of an edition may print, groups given as one row included."""
    plain = get_edition(edition)
    single = frozenset(group for group in plain.groups if plain.may_be_single(group))
    return frozenset((*plain.cells, *plain.with_single_rows(single).cells))


def _style_ids(word: WordTemplate, path: Path) -> dict[str, str]:
    """Return the id of every style that the writer uses, by the name that Word knows it by."""
    ids = word.styles
    missing = [name for name in styles.WRITTEN_STYLES if name not in ids]
    if missing:
        raise refuse(Origin(str(path)), f"模板缺少样式：{'、'.join(missing)}；请从原模板复制这些样式")
    return ids


def _context(document: Document, ids: dict[str, str]) -> dict[str, Any]:
    context: dict[str, Any] = {table.id: _Cells(document.cells, table.id)
                               for table in document.report.edition.tables.values()}
    for section in document.sections:
        if section.table is None:
            charts = charts_xml(document, ids[styles.NOTE]) if section is document.sections[0] else ""
            last = section is document.sections[-1] and document.signature is not None
            context[section.id] = _prose(section.paragraphs, ids, keep_last=last) + Markup(charts)
    notes = {section.id: _prose(section.notes, ids, styles.NOTE) for section in document.sections if section.table}
    return context | {
        "notes": notes,
        "preamble": _prose(document.preamble, ids),
        "title": Markup(_typed("\n".join(document.title))),
        "attachment": _attachment(document, ids),
        "letterhead": _letterhead(document, ids),
        "addressee": _plain(document.addressee, ids[styles.ADDRESSEE]),
        "imprint": Markup(imprint_xml(document.imprint, ids[styles.IMPRINT]) if document.imprint else ""),
        "signature": _signature(document, ids),
        "draft_mark": document.draft_mark,
        "single_rows": document.report.single_rows,
        "year": str(document.report.year),
        "agency": {"name": document.report.agency.name, "short": document.report.agency.short},
    }


def _cell_xml(text: str, size: float) -> str:
    """Return a cell's text, in a run of its own size where it has one, put between the halves of the template's run."""
    if not size:
        return _typed(text)
    points = round(size * 2)
    return (f'</w:t></w:r><w:r><w:rPr><w:sz w:val="{points}"/><w:szCs w:val="{points}"/></w:rPr>'
            f'<w:t xml:space="preserve">{_typed(text)}</w:t></w:r><w:r><w:t xml:space="preserve">')


def _typed(text: str) -> str:
    """Return text as a w:t holds it, with breaks and tabs in Word's own elements."""
    return escape(text).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">').replace(
        "\t", '</w:t><w:tab/><w:t xml:space="preserve">')


def _prose(paragraphs: tuple[Paragraph, ...], ids: dict[str, str], body: str = styles.BODY,
           keep_last: bool = False) -> Markup:
    """Return the paragraphs' XML; `keep_last` ties the last to what follows, as a signature may not stand alone."""
    return Markup("".join(
        _paragraph(paragraph, ids, body, "<w:keepNext/>" if keep_last and paragraph is paragraphs[-1] else "")
        for paragraph in paragraphs))


def _paragraph(paragraph: Paragraph, ids: dict[str, str], body: str, properties: str) -> str:
    if paragraph.is_heading and body == styles.BODY:
        return _xml([(paragraph.text, "")], ids[styles.HEADINGS[paragraph.level]], properties)
    text, lead = paragraph.text, paragraph.lead if body == styles.BODY else 0
    runs = [(text[:lead], ids[styles.LEADS[paragraph.level]])] if lead else []
    return _xml([*runs, (text[lead:], "")], ids[body], properties)


def _xml(runs: list[tuple[str, str]], style: str, properties: str = "") -> str:
    """Return a w:p; `runs` are (text, character style id)."""
    written = "".join(
        "<w:r>" + (f"<w:rPr><w:rStyle w:val={quoteattr(run_style)}/></w:rPr>" if run_style else "")
        + f'<w:t xml:space="preserve">{_typed(text)}</w:t></w:r>' for text, run_style in runs if text)
    return f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{properties}</w:pPr>{written}</w:p>"


def _plain(text: str, style: str) -> Markup:
    return Markup(_xml([(text, "")], style) if text else "")


def _attachment(document: Document, ids: dict[str, str]) -> Markup:
    if not document.attachment:
        return Markup("")
    return Markup(_xml([(document.attachment, "")], ids[styles.ATTACHMENT])
                  + _xml([], ids[styles.ADDRESSEE]) * layout.ATTACHMENT_LINES)


def _letterhead(document: Document, ids: dict[str, str]) -> Markup:
    """Return mark, empty lines, document number over the red line, empty lines (GB/T 9704-2012, 7.2)."""
    head = document.letterhead
    if head is None:
        return Markup("")
    empty = _xml([], ids[styles.ADDRESSEE]) * layout.LETTERHEAD_LINES
    drop = round(layout.MARK_DROP / layout.MM_PER_POINT * 20)
    size, pitch = round(head.mark_size * 2), round(head.mark_size * 20)
    mark = (f'<w:p><w:pPr><w:pStyle w:val={quoteattr(ids[styles.MARK])}/><w:spacing w:before="{drop}" w:line="{pitch}" '
            f'w:lineRule="exact"/></w:pPr><w:r><w:rPr><w:color w:val="{layout.RED}"/><w:sz w:val="{size}"/>'
            f'<w:szCs w:val="{size}"/></w:rPr><w:t xml:space="preserve">{_typed(head.mark)}</w:t></w:r></w:p>')
    gap = round(layout.RED_LINE_GAP / layout.MM_PER_POINT)
    rule = (f'<w:pBdr><w:bottom w:val="single" w:sz="{round(layout.RED_LINE_WIDTH * 8)}" w:space="{gap}" '
            f'w:color="{layout.RED}"/></w:pBdr>')
    return Markup(mark + empty + _xml([(head.document_number, "")], ids[styles.NUMBER], rule) + empty)


def _signature(document: Document, ids: dict[str, str]) -> Markup:
    signature = document.signature
    if signature is None:
        return Markup("")
    lines = signature_lines(signature.name, signature.date)
    keep, style = "<w:keepNext/>", ids[styles.SIGNATURE]
    return Markup(_xml([], style, keep) + "".join(
        _xml([(text, "")], style,
             f'{keep}<w:ind w:leftChars="{round(indent * 100)}" w:left="{round(indent * layout.CHARACTER * 20)}" '
             # Room to the right, so that a date set a little wider is not broken.
             f'w:right="-{round(layout.SIGNATURE_INSET * layout.CHARACTER * 20)}"/>')
        for text, indent in lines if text))


def broken_template(path: Path, error: jinja2.TemplateError) -> InputError:
    """Build the refusal of a template, naming the paragraph where Jinja stopped."""
    from reportgen.writing.template_check import broken_paragraphs

    found = list(broken_paragraphs(open_template(path)))
    if found:
        return InputError([(Origin(str(path)), f"模板“{part}”第{number}段“{text}”的标记写错了：{why}")
                           for part, number, text, why in found])
    unknown = re.search(r"'([\w.]+)'(?: is undefined)?$", error.message or "")
    why = f"没有“{unknown[1]}”这个字段" if unknown else error.message
    return refuse(Origin(str(path)), f"模板里的标记有误（{why}），请用 reportgen template check 查看")
