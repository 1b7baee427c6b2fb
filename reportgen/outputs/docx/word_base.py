"""Make the empty Word file that templates are built in: nothing in it that a report does not need.

python-docx begins with a file of Word 2011 for Macintosh: its styles once more with effects, a theme, lists
of styles that are deleted, 10 pt after each paragraph. Of that only the page, Normal and the latent styles
stay.
"""

from __future__ import annotations

from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from reportgen.standard import layout
from reportgen.standard import line_breaks as linefill

_KEPT_STYLES = ("Normal", "Default Paragraph Font", "Normal Table", "No List")
_KEPT_PARTS = frozenset((RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.SETTINGS, RELATIONSHIP_TYPE.HEADER,
                         RELATIONSHIP_TYPE.FOOTER))
_WORD = "http://schemas.microsoft.com/office/word"
# Word 2013 and later; without it Word opens a file in compatibility mode ([MS-DOCX], 2.3.1).
_COMPATIBILITY = {"compatibilityMode": "15", "overrideTableStyleFontSizeAndJustification": "1",
                  "enableOpenTypeFeatures": "1", "doNotFlipMirrorIndents": "1",
                  "differentiateMultirowTableHeaders": "1", "useWord2013TrackBottomHyphenation": "0"}
_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>reportgen</Application><DocSecurity>0</DocSecurity></Properties>")


def empty_word() -> WordDocument:
    """Return a Word document without styles of its own, that breaks lines as the PDF does."""
    word = docx.Document()
    for style in list(word.styles):
        if style.name not in _KEPT_STYLES:
            style.delete()
    _only_needed_parts(word)
    _defaults(word.styles.element)
    _settings(word.settings.element)
    return word


def _only_needed_parts(word: WordDocument) -> None:
    part = word.part
    for relations, kept in ((part.rels, _KEPT_PARTS),
                            (part.package.rels, frozenset((RELATIONSHIP_TYPE.OFFICE_DOCUMENT,
                                                           RELATIONSHIP_TYPE.CORE_PROPERTIES)))):
        for ident, relation in list(relations.items()):
            if relation.reltype not in kept:
                del relations[ident]
    properties = Part(PackURI("/docProps/app.xml"), CONTENT_TYPE.OFC_EXTENDED_PROPERTIES,
                      _PROPERTIES.encode(), part.package)
    part.package.relate_to(properties, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)
    fonts = Part(PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE, _font_table().encode(),
                 part.package)
    part.relate_to(fonts, RELATIONSHIP_TYPE.FONT_TABLE)


def _font_table() -> str:
    """Return fontTable.xml: the official faces with their stand-ins (ISO/IEC 29500-1, 17.8.3.1)."""
    fonts = "".join(
        f'<w:font w:name="{face.official}">'
        + (f'<w:altName w:val="{",".join(face.others)}"/>' if face.others else "")
        + f'<w:charset w:val="{"00" if face.role == "latin" else "86"}"/><w:family w:val="{face.kind}"/>'
          f'<w:pitch w:val="variable"/></w:font>'
        for face in layout.FACES.values() if face.official)
    return ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<w:fonts {nsdecls("w")}>{fonts}</w:fonts>')


def _defaults(sheet: Any) -> None:
    """Set what holds where no style says otherwise: the body's faces, no space between paragraphs."""
    defaults = sheet.find(qn("w:docDefaults"))
    run = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    paragraph = defaults.find(qn("w:pPrDefault")).find(qn("w:pPr"))
    for owner in (run, paragraph):
        for child in list(owner):
            owner.remove(child)
    latin, body = layout.FACES["latin"].official, layout.FACES["fangsong"].official
    run.append(parse_xml(f'<w:rFonts {nsdecls("w")} w:hint="eastAsia" w:ascii="{latin}" w:hAnsi="{latin}" '
                         f'w:eastAsia="{body}" w:cs="{latin}"/>'))
    run.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'))


def _settings(settings: Any) -> None:
    """Write settings.xml anew, in the order of CT_Settings (ISO/IEC 29500-1, 17.15.1.78)."""
    for child in list(settings):
        settings.remove(child)
    after, before = ("".join(sorted(characters)) for characters in (
        linefill.NOT_LAST | linefill.KEEPS_NEXT, linefill.NOT_FIRST))
    compatibility = "".join(f'<w:compatSetting w:name="{name}" w:uri="{_WORD}" w:val="{value}"/>'
                            for name, value in _COMPATIBILITY.items())
    written = parse_xml(
        f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:evenAndOddHeaders/><w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:noLineBreaksAfter w:lang="zh-CN" w:val="{after}"/>'
        f'<w:noLineBreaksBefore w:lang="zh-CN" w:val="{before}"/>'
        # A line that ends in a break is not spread; East Asian rules of layout hold.
        f'<w:compat><w:doNotExpandShiftReturn/><w:useFELayout/>{compatibility}</w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>')
    settings.extend(list(written))
