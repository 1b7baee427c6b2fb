"""Write a comparison of years as a web page, as PDF, or as a DOCX to edit."""

from __future__ import annotations

import io
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from reportgen.comparison.years import Comparison
from reportgen.files.package import reproducible

_RED, _GREEN = "A30014", "075E26"
_SHADE = "E2E0DA"       # the heads of tables, as on the page
# Millimetres: the page between its margins, and the first two columns of every table.
_WIDTH, _FIRST = 170, (46, 32)


def comparison_html(found: Comparison, font_faces: str = "", family: str = "") -> str:
    """Return the page; `font_faces` are rules of a stylesheet, `family` is the family that comes first."""
    # This page travels inside the package, and no user edits it.
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    source = (resources.files("reportgen.comparison") / "comparison.html").read_text(encoding="utf-8")
    page = environment.from_string(source)
    return page.render(found=found, font_faces=Markup(font_faces),
                       family=Markup(f"{family}, " if family else ""))


def comparison_pdf(found: Comparison) -> bytes:
    """Return the page as PDF, in the fonts of the reports.

    Raises EngineMissingError where Pango is missing.
    """
    from reportgen.outputs.pdf.write import page_pdf

    return page_pdf(lambda faces, families: comparison_html(found, faces, families["fangsong"]))


def comparison_docx(found: Comparison) -> bytes:
    """Return the comparison as a DOCX; what went is struck through, what came is underlined."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    word = docx.Document()
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋_GB2312")
    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(20)
    title = word.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.add_run(found.title).font.size = Pt(16)
    if found.about:
        word.add_paragraph(f"{found.about}。")
    if found.ties:
        _heading(word, "两年之间的关系")
        _table(word, ["项目", "关系", "按上年推算", "本年填报", "结果"], [
            [tie.label, tie.title, tie.expected, tie.given, "相符" if tie.agrees else "不符"]
            for tie in found.ties])
    for table, rows in found.tables:
        _heading(word, f"{table.short}　{table.caption}")
        if not rows:
            word.add_paragraph("没有变化。")
            continue
        _table(word, ["项目", "列", *(f"{year}年" for year in found.years), "增减", "增幅"], [
            [row.label, line.column, *line.texts, line.change, line.growth]
            for row in rows for line in row.lines])
    for passage in found.passages:
        _heading(word, f"{passage.heading}（相似度 {passage.similarity}）")
        for pieces in passage.paragraphs:
            paragraph = word.add_paragraph()
            for piece in pieces:
                run = paragraph.add_run(piece.text)
                run.font.strike = piece.kind == "gone" or None
                run.font.underline = piece.kind == "new" or None
                if piece.kind != "same":
                    run.font.color.rgb = RGBColor.from_string(_RED if piece.kind == "gone" else _GREEN)
        if passage.hidden:
            word.add_paragraph(f"另有 {passage.hidden} 段没有变化。")
    buffer = io.BytesIO()
    word.save(buffer)
    return reproducible(buffer.getvalue(), f"{found.years[-1]}-12-31", found.title, found.agency)


def _heading(word: Any, text: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    run = word.add_paragraph(style="Heading 2").add_run(text)
    run.font.name, run.font.color.rgb = "Times New Roman", RGBColor(0, 0, 0)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体")


def _table(word: Any, heads: list[str], rows: list[list[str]]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    table = word.add_table(rows=1 + len(rows), cols=len(heads), style="Table Grid")
    table.autofit = False
    rest = (_WIDTH - sum(_FIRST)) / (len(heads) - len(_FIRST))
    widths = [Mm(width) for width in (*_FIRST, *([rest] * (len(heads) - len(_FIRST))))]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for line, row in zip([heads, *rows], table.rows, strict=True):
        for number, (text, cell, width) in enumerate(zip(line, row.cells, widths, strict=True)):
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph.add_run(text).font.size = Pt(9)
            if number >= len(_FIRST):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for cell in table.rows[0].cells:
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
