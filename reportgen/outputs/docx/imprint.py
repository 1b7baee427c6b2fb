"""The 版记 of the DOCX: a table in a text box at the foot of its page, whatever is typed above it."""

from __future__ import annotations

import math
import re
from xml.sax.saxutils import quoteattr

from reportgen.outputs.document import Imprint
from reportgen.outputs.docx.runs import run
from reportgen.standard import layout

_EMU = 12700            # English metric units in a point
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_VML = "urn:schemas-microsoft-com:vml"
_SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
# A paragraph of a point's height, which stands wherever the text ends.
_HAIR = '<w:spacing w:before="0" w:line="20" w:lineRule="exact"/>'


def imprint_xml(imprint: Imprint, style: str, section: str) -> str:
    """Return the paragraphs of a 版记.

    `style` is the id of its paragraph style, `section` the w:sectPr of the text.
    The text box is anchored in an empty paragraph, which begins a page of its own where the 版记 does. It
    stands there once more as VML, for readers that do not know shapes of Word 2010 (ISO/IEC 29500-3, 10.2).
    Where a blank page comes before it, the text's section ends, and the blank page is a section without a
    number; the last section of the document is then to be without one, too (GB/T 9704-2012, 7.5).
    """
    width = layout.TYPE_WIDTH / layout.MM_PER_POINT
    lines = (layout.copies_lines(imprint.copies) if imprint.copies else 0) + _last_lines(imprint)
    height = lines * layout.IMPRINT_PITCH + 3
    content = f"<w:txbxContent>{_table(imprint, style)}{_paragraph(style, _HAIR)}</w:txbxContent>"
    box = (f'<mc:AlternateContent xmlns:mc="{_COMPATIBILITY}" xmlns:wps="{_SHAPE}"><mc:Choice Requires="wps">'
           f"{_drawing(imprint, content, width, height)}</mc:Choice>"
           f"<mc:Fallback>{_picture(imprint, content, width, height)}</mc:Fallback></mc:AlternateContent>")
    before = "".join(_paragraph(style, f"{_HAIR}{end}") for end in (section, unnumbered(section)))
    anchor = ("<w:pageBreakBefore/>" if imprint.place == "next" else "") + _HAIR
    return (before if imprint.place == "skip" else "") + _paragraph(style, anchor, f"<w:r>{box}</w:r>")


def unnumbered(section: str) -> str:
    """Return a w:sectPr whose first page has the header and footer for it: the mark of a draft, no number."""
    if "<w:titlePg" in section:
        return section
    # CT_SectPr, ISO/IEC 29500-1, 17.6.17.
    place = re.search("<w:(?:textDirection|bidi|rtlGutter|docGrid|printerSettings)|</w:sectPr>", section)
    at = place.start() if place else 0
    return f"{section[:at]}<w:titlePg/>{section[at:]}"


def _drawing(imprint: Imprint, content: str, width: float, height: float) -> str:
    extent = f'cx="{round(width * _EMU)}" cy="{round(height * _EMU)}"'
    return (
        f'<w:drawing><wp:anchor xmlns:wp="{_DRAWING}/wordprocessingDrawing" '
        'distT="0" distB="0" distL="0" distR="0" '
        'simplePos="0" relativeHeight="1" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="margin"><wp:align>left</wp:align></wp:positionH>'
        '<wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV>'
        f'<wp:extent {extent}/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapTopAndBottom/>'
        f'<wp:docPr id="1" name="版记" descr={quoteattr(_description(imprint))}/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_SHAPE}"><wps:wsp>'
        f'<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>'
        f'<wps:txbx>{content}</wps:txbx>'
        '<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="b"/></wps:wsp></a:graphicData></a:graphic>'
        "</wp:anchor></w:drawing>")


def _picture(imprint: Imprint, content: str, width: float, height: float) -> str:
    place = (f"position:absolute;margin-left:0;margin-top:0;width:{width:.1f}pt;height:{height:.1f}pt;"
             "mso-position-horizontal:left;mso-position-horizontal-relative:margin;"
             "mso-position-vertical:bottom;mso-position-vertical-relative:margin;v-text-anchor:bottom")
    return (f'<w:pict><v:shape xmlns:v="{_VML}" id="imprint" alt={quoteattr(_description(imprint))} '
            f'style="{place}" filled="f" stroked="f"><v:textbox inset="0,0,0,0">{content}</v:textbox>'
            '<w10:wrap xmlns:w10="urn:schemas-microsoft-com:office:word" type="topAndBottom"/>'
            "</v:shape></w:pict>")


def _last_lines(imprint: Imprint) -> int:
    """Return how many lines 印发机关 takes with 印发日期 behind it; rather one more than one too few."""
    width = layout.text_width(imprint.printed_by) + layout.text_width(imprint.printed)
    return math.ceil((width + 1) / (layout.TYPE_WIDTH / layout.MM_PER_POINT / layout.IMPRINT_SIZE
                                    - 2)) if width else 0


def _description(imprint: Imprint) -> str:
    return "，".join(filter(None, (imprint.copies.rstrip("。"), imprint.printed_by, imprint.printed)))


def _table(imprint: Imprint, style: str) -> str:
    width, inset = int(layout.TYPE_WIDTH / layout.MM_PER_POINT * 20), round(layout.IMPRINT_SIZE * 20)
    outer, inner = (round(rule / layout.MM_PER_POINT * 8) for rule in layout.IMPRINT_RULES)
    rows = []
    if imprint.copies:
        hanging = round(layout.COPIES_INDENT * layout.IMPRINT_SIZE * 20)
        rows.append(_paragraph(style, f'<w:ind w:left="{hanging}" w:hanging="{hanging}"/>',
                               run(imprint.copies)))
    if imprint.printed_by or imprint.printed:
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{width - 2 * inset}"/></w:tabs>'
        rows.append(_paragraph(style, tab,
                               f"{run(imprint.printed_by)}<w:r><w:tab/></w:r>{run(imprint.printed)}"))
    cells = "".join('<w:tr><w:trPr><w:cantSplit/></w:trPr>'
                    f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{row}</w:tc></w:tr>'
                    for row in rows)
    rule = '<w:{} w:val="single" w:sz="{}" w:space="0" w:color="000000"/>'
    return (f'<w:tbl><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>'
            f'{rule.format("top", outer)}{rule.format("bottom", outer)}{rule.format("insideH", inner)}'
            f'</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{inset}" w:type="dxa"/>'
            f'<w:right w:w="{inset}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
            f'<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>{cells}</w:tbl>')


def _paragraph(style: str, properties: str, runs: str = "") -> str:
    return f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{properties}</w:pPr>{runs}</w:p>"
