"""Charts in the DOCX: each a picture in its paragraph with what it shows as its description, and a caption.

The picture is an SVG with a PNG beside it for what knows no SVG ([MS-ODRAWXML] 2.3.5, svgBlip).
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from reportgen.outputs.document import Document
from reportgen.standard import layout

_EMU_PER_POINT = 12700
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"


def pictures(document: Document, fonts: Path | None) -> dict[str, bytes]:
    """Return the pictures of a document's charts by the ids of their relationships.

    `fonts` as in `plot.svg`, which says what is raised too.
    """
    if not document.charts:
        return {}
    # Imported here because it takes long and few reports have charts.
    from reportgen.outputs.plot import png, svg

    found = {}
    for number, chart in enumerate(document.charts, 1):
        found[f"chart{number}.png"] = png(chart, fonts)
        found[f"chart{number}.svg"] = b'<?xml version="1.0" encoding="UTF-8"?>\n' + svg(chart, fonts).encode()
    return found


def charts_xml(document: Document, style: str) -> str:
    """Return the paragraphs of a document's charts.

    `style` is the id of the style of what stands beside tables.
    """
    return "".join(_paragraphs(number, chart.alt, chart.caption(number), style)
                   for number, chart in enumerate(document.charts, 1))


def _paragraphs(number: int, alt: str, caption: str, style: str) -> str:
    # A point is left for the line that the picture stands on.
    wide, high = (round(points * _EMU_PER_POINT) for points in (
        layout.TYPE_WIDTH / layout.MM_PER_POINT, layout.CHART_LINES * layout.LINE_PITCH - 1))
    drawing = (
        f'<w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:docPr id="{number}" name="图{number}" descr={quoteattr(alt)}/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_PIC}"><pic:pic xmlns:pic="{_PIC}"><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="图{number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip xmlns:r="{_R}" r:embed="chart{number}.png"><a:extLst>'
        f'<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
        f'<asvg:svgBlip xmlns:asvg="{_SVG}" r:embed="chart{number}.svg"/></a:ext></a:extLst></a:blip>'
        f'<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>")
    head = f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>"
    pitch = round(layout.LINE_PITCH * 20)
    return (f'{head}<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="auto"/>'
            '<w:jc w:val="center"/><w:rPr><w:sz w:val="2"/></w:rPr></w:pPr>'
            f'<w:r><w:rPr><w:sz w:val="2"/></w:rPr>{drawing}</w:r></w:p>'
            f'{head}<w:spacing w:line="{pitch}" w:lineRule="exact"/><w:jc w:val="center"/></w:pPr>'
            f'<w:r><w:t xml:space="preserve">{escape(caption)}</w:t></w:r></w:p>')
