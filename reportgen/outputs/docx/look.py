"""Read what a user changed in the styles and the page of a Word template, for PDF and web page.

What stands in the template is held against `styles` and `layout`, so a template that nobody changed changes
nothing. What cannot be taken over is listed in `Look.untaken`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from reportgen.files import limits
from reportgen.files.damage import damage
from reportgen.findings import Origin, refuse
from reportgen.format import get_edition
from reportgen.outputs.docx.styles import W, WordStyles, measure
from reportgen.outputs.docx.table_look import table_changes
from reportgen.standard import layout, styles
from reportgen.standard.fonts import role_of
from reportgen.standard.look import Look, PageLook, StyleLook
from reportgen.standard.styles import STANDARD_STYLES, ParagraphStyle

# How far lengths may differ by rounding in Word's own units, in points.
_ROUNDING = 0.051
_ALIGNMENTS = {"both": "justify", "distribute": "justify", "left": "left", "start": "left", "right": "right",
               "end": "right", "center": "center"}
_UNTAKEN = {"b": "加粗", "i": "倾斜", "u": "下划线", "strike": "删除线", "dstrike": "双删除线",
            "caps": "全部大写",
            "smallCaps": "小型大写", "shd": "底纹", "highlight": "突出显示", "bdr": "字符边框",
            "pBdr": "段落边框",
            "emboss": "阳文", "imprint": "阴文", "outline": "空心", "shadow": "阴影", "vanish": "隐藏",
            "w": "字符缩放",
            "position": "位置", "vertAlign": "上下标", "em": "着重号", "effect": "动态效果",
            "framePr": "图文框",
            "pageBreakBefore": "段前分页", "numPr": "自动编号"}
_OFF = frozenset(("0", "false", "none", "nil", "baseline", "100", "off", "clear"))
# What may be set on a text itself, where the style does not see it.
_DIRECT = {"sz": "字号", "color": "颜色", "b": "加粗", "i": "倾斜", "u": "下划线", "highlight": "突出显示",
           "shd": "底纹"}
# What the writer of the DOCX sets itself, whatever the style says.
_SET_BY_WRITER = {styles.MARK: frozenset(("size", "pitch", "colour")),
                  styles.PAGE_NUMBER["odd"]: frozenset(("indent",)),
                  styles.PAGE_NUMBER["even"]: frozenset(("indent",))}


def look(path: Path, edition: str) -> Look:
    """Return how the Word template of an edition looks, the same one as long as the file is the same.

    Raises InputError for a file that is no DOCX.
    """
    try:
        stat = path.stat()
        return _look(path, edition, (stat.st_mtime_ns, stat.st_size))
    except FileNotFoundError:
        raise refuse(Origin(str(path)), f"找不到 {edition} 版的 Word 模板；"
                     "请用 reportgen template copy 复制一套，"
                                        "再用 --templates 给出它的文件夹") from None
    except damage("zipfile", "lxml") as error:
        raise refuse(Origin(str(path)),
                     "模板不是有效的 Word（.docx）文件，请用 Word 或 WPS 另存为 .docx") from error


@lru_cache(maxsize=8)
def _look(path: Path, edition: str, version: tuple[int, int]) -> Look:
    with zipfile.ZipFile(path) as package:
        if sum(info.file_size for info in package.infolist()) > limits.TEMPLATE_UNPACKED_BYTES:
            raise refuse(Origin(str(path)), "模板太大，不像是年度报告的 Word 模板")
        names = ("word/styles.xml", "word/document.xml")
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        sheet, body = (etree.fromstring(package.read(name), parser) for name in names)
    found, untaken = {}, []
    word = WordStyles(sheet)
    for name, standard in STANDARD_STYLES.items():
        properties = word.properties(name)
        if properties is None:
            continue
        one = _style(properties, standard)
        if one.changed:
            found[name] = one
        untaken += [f"样式“{_shown(name)}”的{what}" for what in _untaken(properties, standard, one)]
    for name in styles.LEADS.values():
        properties = word.properties(name)
        base = STANDARD_STYLES[styles.BODY]
        standard = ParagraphStyle(name, styles.CHARACTER_STYLES[name], base.size, spacing=base.spacing)
        if properties is not None:
            lead = _lead(properties, standard)
            if lead.changed:
                found[name] = lead
            untaken += [f"样式“{_shown(name)}”的{what}" for what in _untaken(properties, standard, lead)]
    page, odd = _page(body)
    return Look(page, found, (*untaken, *odd, *_direct(body), *table_changes(body, get_edition(edition))))


def _shown(name: str) -> str:
    """Return how Word's Chinese versions call a built-in style."""
    builtin = {styles.BODY: "正文文本", styles.TITLE: "标题"}
    builtin |= {name: f"标题 {level}" for level, name in styles.HEADINGS.items()}
    return builtin.get(name, name)


def _style(properties: Mapping[str, Mapping[str, str]], standard: ParagraphStyle) -> StyleLook:
    official = layout.FACES[standard.face].official
    own = standard.own_latin or standard.face in layout.OWN_LATIN
    fonts, line, indents = (properties.get(tag, {}) for tag in ("rFonts", "p.spacing", "ind"))
    font, latin = fonts.get("eastAsia", official), fonts.get("ascii", "")
    size, spacing = (_number(properties, "sz", "val", 0) / 2 or standard.size,
                     _number(properties, "r.spacing", "val", 0) / 20)
    colour = properties.get("color", {}).get("val", "auto")

    def length(*names: str) -> float:
        return next(filter(None, (_length(indents, name, size + spacing) for name in names)), 0.0)

    one = StyleLook(
        font=font, own_digits=latin == font or (own and latin == official), size=size, spacing=spacing,
        colour="000000" if colour == "auto" else colour.upper(),
        pitch=(measure(line.get("line")) / 20 if line.get("lineRule") == "exact" else 0) or standard.pitch,
        align=_ALIGNMENTS.get(properties.get("jc", {}).get("val", "left"), "left"),
        indent=length("firstLine") - length("hanging"), left=length("left", "start"),
        right=length("right", "end"),
        before=_number(properties, "p.spacing", "before", 0) / 20,
        after=_number(properties, "p.spacing", "after", 0) / 20)
    expected = StyleLook(
        font=official, own_digits=own, size=standard.size, spacing=standard.spacing, colour="000000",
        pitch=standard.pitch, align=_ALIGNMENTS[standard.align],
        indent=standard.indent * (standard.size + standard.spacing), left=0, right=0, before=0, after=0)
    return _compared(one, expected, _SET_BY_WRITER.get(standard.name, frozenset()))


def _lead(properties: Mapping[str, Mapping[str, str]], standard: ParagraphStyle) -> StyleLook:
    """Return how a run-in heading looks; only what a character style says counts."""
    whole = _style(properties, standard)
    said = {"font": "rFonts", "own_digits": "rFonts", "size": "sz", "colour": "color", "spacing": "r.spacing"}
    changed = frozenset(name for name in whole.changed if said.get(name) in properties)
    return replace(whole, changed=changed)


def _compared(one: StyleLook, expected: StyleLook, aside: frozenset[str]) -> StyleLook:
    changed = {name for name, value in vars(expected).items()
               if not _same(vars(one)[name], value) and name not in aside}
    # 仿宋 and 仿宋_GB2312 are the same face by two names.
    if role_of(one.font) == role_of(expected.font) is not None:
        changed.discard("font")
    return replace(one, changed=frozenset(changed))


def _same(one: object, other: object) -> bool:
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) <= _ROUNDING
    return one == other


def _number(properties: Mapping[str, Mapping[str, str]], tag: str, name: str, default: float) -> float:
    return measure(properties.get(tag, {}).get(name), default)


def _length(indents: Mapping[str, str], name: str, character: float) -> float:
    """Return a length of w:ind in points; one in characters goes before one in twips."""
    chars = measure(indents.get(f"{name}Chars"))
    return chars / 100 * character if chars else measure(indents.get(name)) / 20


def _untaken(properties: Mapping[str, Mapping[str, str]], standard: ParagraphStyle,
             one: StyleLook) -> Iterator[str]:
    for tag, name in _UNTAKEN.items():
        values = properties.get(tag)
        if values is not None and values.get("val", "true") not in _OFF:
            yield name
    rule = properties.get("p.spacing", {}).get("lineRule", "auto")
    if rule != "exact" and standard.name in STANDARD_STYLES:
        yield f"行距（不是固定值，仍按 {standard.pitch:g} 磅）"
    latin = properties.get("rFonts", {}).get("ascii", layout.FACES["latin"].official)
    if latin != layout.FACES["latin"].official and not one.own_digits:
        yield f"西文字体“{latin}”"
    if any(properties.get("p.spacing", {}).get(name, "0") != "0" for name in ("beforeLines", "afterLines")):
        yield "按行计的段前段后距"


def _page(body: Any) -> tuple[PageLook, list[str]]:
    """Return the page of the last section, and what of the sections cannot be taken."""
    sections = list(body.iter(f"{W}sectPr"))
    if not sections:
        return PageLook(), []
    size, margins = sections[-1].find(f"{W}pgSz"), sections[-1].find(f"{W}pgMar")
    standard = PageLook()

    def length(element: Any, name: str, expected: float) -> float:
        unit = layout.MM_PER_POINT / 20
        found = expected if element is None else measure(element.get(f"{W}{name}"), expected / unit) * unit
        return expected if abs(found - expected) < _ROUNDING * layout.MM_PER_POINT * 2 else round(found, 3)

    bottom = length(margins, "bottom", standard.bottom)
    number = layout.PAGE_NUMBER_SIZE * layout.MM_PER_POINT / 2
    footer = length(margins, "footer", standard.bottom - standard.number_drop - number)
    drop = bottom - footer - number
    page = PageLook(length(size, "w", standard.width), length(size, "h", standard.height),
                    length(margins, "top", standard.top), length(margins, "right", standard.right), bottom,
                    length(margins, "left", standard.left),
                    standard.number_drop if abs(drop - standard.number_drop) < 0.1 else round(drop, 3))
    odd = ["分节（PDF 只按最后一节的纸张和页边距）"] if len(sections) > 1 else []
    columns = sections[-1].find(f"{W}cols")
    if columns is not None and columns.get(f"{W}num", "1") != "1":
        odd.append("分栏")
    grid = sections[-1].find(f"{W}docGrid")
    standard_pitch = layout.LINE_PITCH_TWIPS
    if grid is not None and abs(measure(grid.get(f"{W}linePitch"), standard_pitch) - standard_pitch) > 1:
        odd.append("文档网格的行数")
    return page, odd


def _direct(body: Any) -> Iterator[str]:
    """Yield the headings whose look is set on the text itself, where only a change of the style counts."""
    for paragraph in body.iterfind(f"{W}body/{W}p"):
        text = "".join(element.text or "" for element in paragraph.iter(f"{W}t"))
        # What gives way to other paragraphs takes its look with it.
        if not text.strip() or "{{p" in text or text.startswith(("{#", "{%p")):
            continue
        found = [element for run in paragraph.iter(f"{W}rPr") for element in run.iterchildren(etree.Element)
                 if etree.QName(element).localname in _DIRECT]
        if found:
            names = dict.fromkeys(_DIRECT[etree.QName(element).localname] for element in found)
            yield f"“{text.strip()[:16]}”上直接设置的{'、'.join(names)}（请改样式）"


