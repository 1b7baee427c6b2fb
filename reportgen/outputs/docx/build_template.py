"""Build the Word template of an edition from the edition's tables and the layout's numbers.

The template is a Word file like any other: six headings, three tables drawn in full with a placeholder in
every cell, real styles. `{{ … }}` prints a field, `{{p … }}` gives way to paragraphs. What the program fills
in is blue.

A field takes the look of its first run, so the brace that opens it looks as the report will, and the rest may
be blue, and so small and narrow in the tables that the template as it stands looks like the report.
"""

from __future__ import annotations

import io
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor, Twips
from docx.text.paragraph import Paragraph

from reportgen.format import Edition
from reportgen.outputs.docx.build_table import (
    FIELD_COLOUR,
    NAME_SIZES,
    TAG_ROW_HEIGHT,
    TWIPS_PER_MM,
    table_xml,
)
from reportgen.outputs.docx.runs import run
from reportgen.outputs.docx.word_base import empty_word
from reportgen.outputs.template.known import LINE_BELOW
from reportgen.standard import layout, styles
from reportgen.standard.styles import ParagraphStyle

# The size in points of what says that the program fills it in, in paragraphs that give way.
FIELD_SIZE = 10.5
# How far apart lines of those are, in points.
FIELD_PITCH = 14.0
# What stands behind w:link in a style (CT_Style).
_AFTER_LINK = tuple(f"w:{tag}" for tag in (
    "autoRedefine", "hidden", "uiPriority", "semiHidden", "unhideWhenUsed", "qFormat", "locked", "personal",
    "rsid", "pPr", "rPr", "tblPr", "trPr", "tcPr", "tblStylePr"))
_WITH_PROSE = "表前有文字的，标题和文字接着印，表格另起一页"
_WITHOUT_PROSE = "没有的，标题和表格另起一页"
_GUIDE = ("说明（本段不会印出）：蓝色的和花括号里的内容由程序填写，请不要改动；"
          "样式、页边距、标题和表中的文字可以改。"
          "可用的字段见 docs/templates.md，改好后请运行 reportgen template check")


def build_template(edition: Edition) -> bytes:
    """Return the DOCX template of an edition; the same edition and layout give the same content."""
    word = empty_word()
    _normal(word)
    for style in styles.PARAGRAPH_STYLES:
        _paragraph_style(word, style)
    for name, face in styles.CHARACTER_STYLES.items():
        _fonts(word.styles.add_style(name, WD_STYLE_TYPE.CHARACTER).element.get_or_add_rPr(), face)
    _follow(word)
    _page(word)
    _body(word, edition)
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _normal(word: WordDocument) -> None:
    normal = word.styles["Normal"]
    normal.font.size = Pt(layout.BODY_SIZE)
    _fonts(normal.element.get_or_add_rPr(), "fangsong")


def _follow(word: WordDocument) -> None:
    """Say which style the paragraph after one has, and link the run-in headings to the headings.

    With the link Word lists a run-in heading in a table of contents, and a change of one changes the other.
    """
    for style in styles.PARAGRAPH_STYLES:
        following = styles.BODY if style.name in styles.FOLLOWED_BY_BODY else style.name
        word.styles[style.name].next_paragraph_style = word.styles[following]
    for level, name in styles.LEADS.items():
        ends = [word.styles[ident].element for ident in (styles.HEADINGS[level], name)]
        for one, other in (ends, ends[::-1]):
            link = OxmlElement("w:link")
            link.set(qn("w:val"), other.get(qn("w:styleId")))
            one.insert_element_before(link, *_AFTER_LINK)


def _fonts(properties: Any, face: str, own_latin: bool = False) -> None:
    latin = layout.FACES["latin"].official
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    # Or Word takes “ ” … — from the Latin face, where they are narrow (ISO/IEC 29500-1, 17.3.2.26).
    fonts.set(qn("w:hint"), "eastAsia")
    own = own_latin or face in layout.OWN_LATIN
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), layout.FACES[face].official if own else latin)
    fonts.set(qn("w:eastAsia"), layout.FACES[face].official)


def _paragraph_style(word: WordDocument, style: ParagraphStyle) -> None:
    builtin = style.name.isascii()
    made = word.styles.add_style(style.name, WD_STYLE_TYPE.PARAGRAPH, builtin=builtin)
    made.base_style = word.styles["Normal"]
    made.hidden, made.quick_style = False, True
    element = made.element
    character = style.size + style.spacing
    indent = (f'<w:ind w:firstLineChars="{int(style.indent * 100)}" '
              f'w:firstLine="{round(style.indent * character * 20)}"/>' if style.indent else "")
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    keep = "<w:keepNext/>" if style.keep_next else ""
    # Only lines of the body's pitch stand on the grid; smaller ones would be stretched to it.
    snap = "" if style.pitch == layout.LINE_PITCH else '<w:snapToGrid w:val="0"/>'
    element.append(parse_xml(
        f'<w:pPr {nsdecls("w")}>{keep}<w:widowControl w:val="0"/><w:overflowPunct w:val="0"/>'
        f'<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>{snap}'
        f'<w:spacing w:before="0" w:after="0" w:line="{round(style.pitch * 20)}" w:lineRule="exact"/>'
        f'{indent}<w:jc w:val="{style.align}"/>{outline}</w:pPr>'))
    run = made.element.get_or_add_rPr()
    _fonts(run, style.face, style.own_latin)
    made.font.size = Pt(style.size)
    if style.spacing:
        spacing = parse_xml(f'<w:spacing {nsdecls("w")} w:val="{round(style.spacing * 20)}"/>')
        run.find(qn("w:sz")).addprevious(spacing)
    # The size of complex scripts follows, as Word itself writes it.
    run.find(qn("w:sz")).addnext(parse_xml(f'<w:szCs {nsdecls("w")} w:val="{round(style.size * 2)}"/>'))


def _page(word: WordDocument) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(layout.PAGE_WIDTH), Mm(layout.PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Mm(layout.MARGIN_TOP), Mm(layout.MARGIN_BOTTOM)
    section.left_margin = Mm(layout.MARGIN_LEFT)
    # Word counts in twips: what rounding leaves over goes to the margin, so that the 版心 is no wider than it
    # should.
    page, left, width = round(layout.PAGE_WIDTH * TWIPS_PER_MM), section.left_margin.twips, int(
        layout.TYPE_WIDTH * TWIPS_PER_MM)
    section.right_margin = Twips(page - left - width)
    number = layout.PAGE_NUMBER_SIZE * layout.MM_PER_POINT
    section.footer_distance = Mm(layout.MARGIN_BOTTOM - layout.PAGE_NUMBER_DROP - number / 2)
    section.header_distance = Mm(layout.MARGIN_TOP - layout.DRAFT_MARK_RISE - number)
    grid_element = section._sectPr.find(qn("w:docGrid"))
    if grid_element is None:
        grid_element = OxmlElement("w:docGrid")
        section._sectPr.append(grid_element)
    grid_element.set(qn("w:type"), "lines")
    grid_element.set(qn("w:linePitch"), str(layout.LINE_PITCH_TWIPS))
    # The first page of a section is without a number where the section says so: the page of the 版记 behind a
    # blank one, and that one (7.5).
    for side, header, footer in (("odd", section.header, section.footer),
                                 ("even", section.even_page_header, section.even_page_footer),
                                 ("", section.first_page_header, section.first_page_footer)):
        for part in (header, footer):
            part.is_linked_to_previous = False
        _text(header.paragraphs[0], "{{ draft_mark }}", styles.DRAFT, word)
        if side:
            _page_number(footer.paragraphs[0], side, word)


def _page_number(paragraph: Paragraph, side: str, word: WordDocument) -> None:
    paragraph.style = word.styles[styles.PAGE_NUMBER[side]]
    # One character in from the outer edge (7.5).
    edge = "right" if side == "odd" else "left"
    indent = f'<w:ind {nsdecls("w")} w:{edge}="{round(layout.BODY_SIZE * 20)}"/>'
    paragraph._p.get_or_add_pPr().append(parse_xml(indent))
    _text(paragraph, "— ", styles.PAGE_NUMBER[side], word)
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "1"), ("end", "")):
        piece = paragraph.add_run(text if kind == "text" else "")
        if kind in ("begin", "separate", "end"):
            piece._r.append(parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'))
        elif not kind:
            piece._r.append(parse_xml(
                f'<w:instrText {nsdecls("w")} xml:space="preserve"> {text} </w:instrText>'))
    _text(paragraph, " —", styles.PAGE_NUMBER[side], word)


def _text(paragraph: Paragraph, text: str, style: str, word: WordDocument) -> Paragraph:
    paragraph.style = word.styles[style]
    if text:
        written = parse_xml(f"<w:p {nsdecls('w')}>{run(text, hinted=True)}</w:p>")
        paragraph._p.extend(list(written))
    return paragraph


def _body(word: WordDocument, edition: Edition) -> None:
    def add(text: str, style: str) -> Paragraph:
        return _text(word.add_paragraph(), text, style, word)

    def give_way(text: str, style: str, size: float = FIELD_SIZE, pitch: float = FIELD_PITCH) -> Paragraph:
        """Add a paragraph that is not printed, or gives way to others: small and blue."""
        paragraph = add(text, style)
        paragraph.paragraph_format.line_spacing = Pt(pitch)
        # Before w:spacing, which has just been set.
        paragraph._p.get_or_add_pPr()[-1].addprevious(parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>'))
        paragraph.runs[0].font.size = Pt(size)
        paragraph.runs[0].font.color.rgb = RGBColor.from_string(FIELD_COLOUR)
        return paragraph

    def passage(name: str, what: str, style: str) -> None:
        give_way(f"{{{{p {name} }}}}{{# {what}，由程序填写，没有的不印 #}}", style)

    give_way(f"{{#p {_GUIDE} #}}", styles.NOTE)
    passage("attachment", "附件标识", styles.ATTACHMENT)
    passage("letterhead", "版头", styles.ADDRESSEE)
    add("{{ title }}", styles.TITLE)
    add("", styles.BODY)
    passage("addressee", "主送机关", styles.ADDRESSEE)
    passage("preamble", "引言", styles.BODY)
    for section in edition.sections:
        heading = add(section.heading, styles.HEADINGS[1])
        if section.kind == "prose":
            passage(section.id, f"“{section.heading}”的正文", styles.BODY)
            continue
        table = edition.tables[section.id]
        before, what = f"before_table.{section.id}", "表前文字"
        if table.text != "small":
            passage(before, what, styles.BODY)
        else:
            # The table takes a page: its heading begins it, or stands above the prose on the page before.
            heading._p.addprevious(give_way(f"{{%p if {before} %}}{{# {_WITH_PROSE} #}}", styles.BODY)._p)
            passage(before, what, styles.BODY)
            give_way(f"{{%p else %}}{{# {_WITHOUT_PROSE} #}}", styles.BODY)
            add(section.heading, styles.HEADINGS[1]).paragraph_format.page_break_before = True
            # As low as a row that only holds a tag: heading and table fill the page.
            give_way("{%p endif %}", styles.BODY, NAME_SIZES[0], TAG_ROW_HEIGHT / 20)
        # python-docx has no call for a table of merged cells; the section's properties must stay last.
        word.element.body.insert(len(word.element.body) - 1, table_xml(table))
        passage(f"notes.{section.id}", "表格附注", styles.NOTE)
        passage(f"{LINE_BELOW}.{section.id}", "表下的空行", styles.BODY)
        passage(f"after_table.{section.id}", "表后文字", styles.BODY)
    passage("signature", "落款", styles.SIGNATURE)
    passage("imprint", "版记", styles.IMPRINT)
