"""Write the DOCX: what the Word template of the edition is filled in with."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from reportgen.datafile.names import FieldNames, chinese_names
from reportgen.files.resources import template
from reportgen.findings import Origin, refuse
from reportgen.outputs.document import Document, PrintedLetterhead
from reportgen.outputs.docx.charts import charts_xml, pictures
from reportgen.outputs.docx.heights import kept_rows, with_heights, with_kept_rows
from reportgen.outputs.docx.imprint import imprint_xml, unnumbered
from reportgen.outputs.docx.runs import run, spaced, typed
from reportgen.outputs.docx.template import compiled, open_template, section_xml, style_ids
from reportgen.outputs.sandbox import PrintedBlock
from reportgen.outputs.template.context import Markup, common_context
from reportgen.outputs.template.known import LINE_BELOW
from reportgen.report.model import Paragraph
from reportgen.standard import layout, styles
from reportgen.standard.set_lines import Setting, narrowed, setting_of


class XmlText(str):
    """A text that prints itself as a w:t has it, also in docxtpl's environment, which escapes nothing."""

    def __html__(self) -> str:
        return typed(str.__str__(self))

    def __str__(self) -> str:
        return typed(str.__str__(self))


def write_docx(document: Document, templates: Path | None = None, fonts: Path | None = None) -> bytes:
    """Return the DOCX of a document.

    `templates` and `fonts` are the user's folders, the fonts those of charts. Raises InputError for a
    template that cannot be read, lacks a style or has a broken or unknown tag, and for charts that cannot
    be drawn.
    """
    return fill_in(word_template(document, templates), document, fonts)


def fill_in(path: Path, document: Document, fonts: Path | None = None) -> bytes:
    """Return the DOCX that a Word template makes of a document; raises as `write_docx` does."""
    word = compiled(path, document.report.edition.id)
    context = _context(document, _style_ids(word.styles, path), word.section, charts=True)
    cells = {cell: _cell_xml(document, cell, text) for cell, text in document.cells.items()}
    properties = (document.date, document.plain_title, document.report.agency.name)
    bare = document.imprint is not None and document.imprint.place == "skip"
    kept = {section.id: kept_rows(section) for section in document.sections if section.table}
    heights = {section.id: section.heights for section in document.sections if section.table}
    tables = document.report.edition.tables
    return word.render(context, cells, properties, pictures(document, fonts), unnumbered if bare else str,
                       lambda text: with_kept_rows(with_heights(text, heights, tables), kept))


def word_template(document: Document, templates: Path | None) -> Path:
    """Return the Word template of a document's edition, the user's where there is one."""
    return template(f"{document.report.edition.id}/report.docx", templates)


def word_context(document: Document, templates: Path | None = None) -> dict[str, Any]:
    """Return what docxtpl fills the Word template in with, as `write_docx` does; charts are left out.

    Raises InputError for a template without a style.
    """
    path = word_template(document, templates)
    word = open_template(path)
    return _context(document, _style_ids(style_ids(word), path), section_xml(word), charts=False)


def _style_ids(ids: dict[str, str], path: Path) -> dict[str, str]:
    """Return the id of every style that the writer uses, by the name that Word knows it by."""
    missing = missing_styles(ids)
    if missing:
        raise refuse(Origin(str(path)), f"模板缺少样式：{'、'.join(missing)}；请从原模板复制这些样式")
    return {name: ids[name.lower()] for name in styles.WRITTEN_STYLES}


def missing_styles(ids: dict[str, str]) -> list[str]:
    """Return the styles that the writer uses and a template lacks.

    `ids` are those that it has, in small letters.
    """
    return [name for name in styles.WRITTEN_STYLES if name.lower() not in ids]


def _context(document: Document, ids: dict[str, str], section: str, *, charts: bool) -> dict[str, Any]:
    signed = document.signature is not None
    above_pages = [section.before for section in document.sections
                   if section.before and section.begins_page and not section.joined]
    whole = [section.before for section in document.sections if section.before and section.joined]
    # Those of a table that fills a page go on over its end.
    with_table = [section.notes for section in document.sections if section.notes and not section.begins_page]

    def kept(paragraphs: tuple[Paragraph, ...], body: str) -> range:
        """Return the places of the paragraphs that stay with what is below them."""
        if any(paragraphs is one for one in whole):
            return range(len(paragraphs))
        if any(paragraphs is one for one in with_table):
            return range(len(paragraphs) - 1)
        last = signed and paragraphs is document.sections[-1].paragraphs
        return range(len(paragraphs) - 1, len(paragraphs)) if last else range(0)

    def passage(paragraphs: tuple[Paragraph, ...], body: str) -> str:
        style = styles.NOTE if body == "note" else styles.BODY
        space = next((section.notes_space for section in document.sections
                      if body == "note" and paragraphs and section.notes is paragraphs), 0.0)
        prose = _prose(paragraphs, ids, style, _Lines.of(document, style), kept(paragraphs, body), space)
        if any(paragraphs is one for one in above_pages):
            # A table cannot begin a page itself: what stands above it ends one.
            prose = prose.removesuffix("</w:p>") + '<w:r><w:br w:type="page"/></w:r></w:p>'
        return prose

    markup = Markup(XmlText, lambda path, text: _cell_xml(document, path, text), passage)
    names = common_context(document, markup)
    # An empty line, as the next paragraph must not look like one more row.
    names[LINE_BELOW] = FieldNames({
        section.id: PrintedBlock(_xml([], ids[styles.BODY]) if section.space else "")
        for section in document.sections if section.table}, f"{LINE_BELOW}.")
    first = document.sections[0]
    if charts and document.charts:
        names[first.id] = PrintedBlock(f"{names[first.id]}{charts_xml(document, ids[styles.NOTE])}")
    names |= {
        "title": XmlText("\n".join(document.title)),
        "attachment": PrintedBlock(_attachment(document, ids)),
        "letterhead": PrintedBlock(_letterhead(document, ids), names["letterhead"]),
        "addressee": PrintedBlock(_plain(document.addressee, ids[styles.ADDRESSEE],
                                         _Lines.of(document, styles.ADDRESSEE))),
        "imprint": PrintedBlock(
            imprint_xml(document.imprint, ids[styles.IMPRINT], section) if document.imprint else ""),
        "signature": PrintedBlock(_signed(document, ids), names["signature"]),
    }
    chinese = chinese_names(document.report.edition)
    return names | {name: names[ident] for name, ident in chinese.items() if ident in names}


def _cell_xml(document: Document, path: str, text: str) -> str:
    """Return a cell's text, in a run of its own size where it has one, and so the mark of its note.

    It is put between the halves of the template's run.
    """
    mark, size = document.marks.get(path), document.sizes.get(path, 0)
    figure = mark.figure if mark else text
    printed = _sized(figure, size) if size else typed(figure)
    if mark is None:
        return printed
    return printed + _sized("\n" * mark.below + mark.mark, mark.size)


def _sized(text: str, size: float) -> str:
    points = round(size * 2)
    sized = run(text, properties=f'<w:sz w:val="{points}"/><w:szCs w:val="{points}"/>')
    return f'</w:t></w:r>{sized}<w:r><w:t xml:space="preserve">'


class _Lines(NamedTuple):
    """How the lines of a style are set, and how far the first one of a paragraph is indented, in points."""

    setting: Setting
    indent: float

    @classmethod
    def of(cls, document: Document, name: str) -> _Lines:
        """Return those of a style of the document's template."""
        return cls(*setting_of(document.look, name))

    def runs(self, texts: list[tuple[str, str]]) -> str:
        """Return the w:r's of a paragraph; `texts` are (text, character style id)."""
        room = self.setting.width - self.indent
        written = ""
        for place, (text, style) in enumerate(texts):
            if place:
                room = max(room - self.setting.length(texts[place - 1][0]), self.setting.size)
            written += spaced(text, style, self.setting.spacing, narrowed(text, room, self.setting))
        return written


def _prose(paragraphs: tuple[Paragraph, ...], ids: dict[str, str], body: str, lines: _Lines,
           kept: range = range(0), space: float = 0.0) -> str:
    """Return the paragraphs' XML, with a space in points below the last.

    `kept` are the places of those that are tied to what follows.
    """
    def written(place: int, paragraph: Paragraph) -> str:
        runs, style = _runs(paragraph, ids, body)
        properties = "<w:keepNext/>" if place in kept else ""
        if space and place == len(paragraphs) - 1:
            properties += f'<w:spacing w:after="{round(space * 20)}"/>'
        return _xml(runs, style, properties, lines)

    return "".join(map(written, range(len(paragraphs)), paragraphs))


def _runs(paragraph: Paragraph, ids: dict[str, str], body: str) -> tuple[list[tuple[str, str]], str]:
    """Return the texts of a paragraph with their character styles, and its own style."""
    if paragraph.is_heading and body == styles.BODY:
        return [(paragraph.text, "")], ids[styles.HEADINGS[paragraph.level]]
    text, lead = paragraph.text, paragraph.lead if body == styles.BODY else 0
    runs = [(text[:lead], ids[styles.LEADS[paragraph.level]])] if lead else []
    return [*runs, (text[lead:], "")], ids[body]


def _xml(runs: list[tuple[str, str]], style: str, properties: str = "",
         lines: _Lines | None = None) -> str:
    """Return a w:p; `runs` are (text, character style id), `lines` how it is set, where that counts."""
    runs = [(text, run_style) for text, run_style in runs if text]
    written = lines.runs(runs) if lines else "".join(run(text, run_style) for text, run_style in runs)
    return f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{properties}</w:pPr>{written}</w:p>"


def _plain(text: str, style: str, lines: _Lines) -> str:
    return _xml([(text, "")], style, lines=lines) if text else ""


def _attachment(document: Document, ids: dict[str, str]) -> str:
    if not document.attachment:
        return ""
    empty = _xml([], ids[styles.ADDRESSEE]) * layout.ATTACHMENT_LINES
    return _xml([(document.attachment, "")], ids[styles.ATTACHMENT]) + empty


def _letterhead(document: Document, ids: dict[str, str]) -> str:
    """Return mark, empty lines, document number over the red line, empty lines (GB/T 9704-2012, 7.2)."""
    head = document.letterhead
    if head is None:
        return ""
    empty = _xml([], ids[styles.ADDRESSEE]) * layout.LETTERHEAD_LINES
    drop = round(layout.MARK_DROP / layout.MM_PER_POINT * 20)
    size, pitch = round(head.mark_size * 2), round(head.mark_size * 20)
    mark = (f'<w:p><w:pPr><w:pStyle w:val={quoteattr(ids[styles.MARK])}/>'
            f'<w:spacing w:before="{drop}" w:line="{pitch}" w:lineRule="exact"/></w:pPr>'
            + run(head.mark, properties=f'<w:color w:val="{layout.RED}"/><w:sz w:val="{size}"/>'
                                        f'<w:szCs w:val="{size}"/>') + "</w:p>")
    # Word counts it in whole points; what that takes away goes below.
    exact = layout.RED_LINE_PADDING / layout.MM_PER_POINT
    gap = round(exact)
    rule = (f'<w:pBdr><w:bottom w:val="single" w:sz="{round(layout.RED_LINE_WIDTH * 8)}" w:space="{gap}" '
            f'w:color="{layout.RED}"/></w:pBdr>')
    below = f'<w:spacing w:after="{round((head.space + exact - gap) * 20)}"/>'
    number = (_signers(head, ids[styles.ADDRESSEE], (rule, below)) if head.signers
              else _xml([(head.document_number, "")], ids[styles.NUMBER], rule + below))
    return mark + empty + number + empty


def _signers(head: PrintedLetterhead, style: str, under: tuple[str, str]) -> str:
    """Return the lines of 签发人 with 发文字号 before the last, the red line below it (7.2.5, 7.2.6).

    `under` are that rule and the space below it.
    """
    width = layout.TYPE_WIDTH / layout.MM_PER_POINT
    inset = layout.SIGNERS_INSET * layout.BODY_SIZE
    tab = width - inset - head.signers_width * layout.BODY_SIZE
    # Names without the body's letter spacing, so that the tab leaves exactly their room.
    loose = '<w:spacing w:val="0"/>'
    name = f'<w:rFonts w:hint="eastAsia" w:eastAsia="{layout.FACES["kaiti"].official}"/>{loose}'
    written = []
    for place, (label, names) in enumerate(head.signers, 1):
        last = place == len(head.signers)
        # No indent: the red line would begin there.
        tabs = "".join(f'<w:tab w:val="left" w:pos="{round(stop * 20)}"/>' for stop in (inset, tab))
        written.append(
            f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{under[0] if last else ''}"
            f"<w:tabs>{tabs}</w:tabs>{under[1] if last else ''}</w:pPr>"
            f"<w:r><w:tab/></w:r>{run(head.document_number) if last and head.document_number else ''}"
            f"<w:r><w:tab/></w:r>{run(label, properties=loose)}"
            f'<w:r><w:rPr>{name}</w:rPr><w:t xml:space="preserve">{typed(names)}</w:t></w:r></w:p>')
    return "".join(written)


def _signed(document: Document, ids: dict[str, str]) -> str:
    """Return signature and 附注 (GB/T 9704-2012, 7.3.5 and 7.3.6)."""
    lines = _Lines.of(document, styles.BODY)
    return _signature(document, ids) + _plain(document.remark, ids[styles.BODY], lines)


def _signature(document: Document, ids: dict[str, str]) -> str:
    if document.signature is None:
        return ""
    keep, style = "<w:keepNext/>", ids[styles.SIGNATURE]
    character = document.look.character(styles.SIGNATURE)
    above = layout.SEAL_LINES if document.signature.seal else 1
    return _xml([], style, keep) * above + "".join(
        _xml([(text, "")], style,
             f'{keep}<w:ind w:leftChars="{round(indent / character * 100)}" w:left="{round(indent * 20)}" '
             # Room to the right, so that a date set a little wider is not broken.
             f'w:right="-{round(layout.SIGNATURE_INSET * character * 20)}"/>')
        for text, indent in document.signature_lines)
