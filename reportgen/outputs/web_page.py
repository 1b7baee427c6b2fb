"""Write the web page of a report: one file with everything in it, in which every figure names its cell.

What a figure is said of, and its value, stand beside it in the markup (`data-cell`, `value`), as inline XBRL
does for company reports; docs/web-page.md describes it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from reportgen.files.resources import template
from reportgen.outputs.css import web_rules
from reportgen.outputs.document import Document
from reportgen.outputs.sandbox import readable
from reportgen.outputs.template.context import common_context
from reportgen.outputs.template.markup import HTML, render
from reportgen.outputs.words import require_prose, spaceless
from reportgen.report.model import Cell, Paragraph, written_date
from reportgen.version import __version__

# What the card of a public page lists, in its order （《政府网站发展指引》，国办发〔2017〕47号）, the title
# among it.
_CARD = (("index_number", "索引号"), ("document_number", "文号"), ("topic", "主题分类"),
         ("issuer", "发文单位"),
         ("title", "名称"), ("published", "发布日期"), ("validity", "有效性"), ("issued", "发文日期"))
# The column of a government site that these reports stand in （国办公开办函〔2019〕61号）.
_COLUMN = "政府信息公开年报"


@readable("name", "kind", "address", "readable_size")
@dataclass(frozen=True)
class Download:
    """One file that the page links to: its name beside the page, what it is, its size in bytes."""

    name: str
    kind: str
    size: int

    @property
    def address(self) -> str:
        """Return the name as a relative address."""
        return quote(self.name)

    @property
    def readable_size(self) -> str:
        """Return the size as people read it."""
        return f"{max(1, round(self.size / 1024))} KB"


@readable("text", "lead", "cells", "value")
@dataclass(frozen=True)
class Piece:
    """A piece of a paragraph: its text, its cells and value, and whether it is of the run-in heading."""

    text: str
    lead: bool = False
    cells: str = ""
    value: str = ""


@readable("level", "pieces")
@dataclass(frozen=True)
class PagePassage:
    """A paragraph as pieces; `level` is that of its heading in HTML, 0 for text."""

    level: int
    pieces: tuple[Piece, ...]


@readable("number", "unit", "remark", "mark", "value")
@dataclass(frozen=True)
class PageFigure:
    """The figure of a cell: as printed, its unit and remark, and its value in plain digits.

    `mark` points to the note below the table that the remark is, if it is one.
    """

    number: str
    unit: str
    remark: str
    mark: str
    value: str


def write_page(document: Document, downloads: Sequence[Download] = (), templates: Path
               | None = None) -> bytes:
    """Return the web page of a document; nothing in it is fetched and nothing runs.

    `downloads` lie beside it. Raises InputError for a template with a broken or unknown tag.
    """
    passages = {"preamble": _passages(document.preamble)}
    for section in document.sections:
        passages[section.id] = _passages(section.notes if section.table else section.paragraphs)
        passages |= {f"before_table.{section.id}": _passages(section.before),
                     f"after_table.{section.id}": _passages(section.after)}
    figures = {path: PageFigure(cell.number, cell.unit, cell.remark,
                                document.marks[path].mark if path in document.marks else "",
                                plain_value(cell))
               for path, cell in document.report.cells.items()}
    path = template("web.html", templates)
    html = render(path, common_context(document, HTML) | {
        "document": document, "downloads": tuple(downloads), "phrases": _phrases(document.plain_title),
        "card": _card(document), "tags": _tags(document), "passages": passages, "figures": figures,
        "charts": list(_charts(document)), "generator": f"reportgen {__version__}",
        # Names, numbers and colours of known form, as the rules of a stylesheet.
        "word_styles": Markup(web_rules(document.look))})
    require_prose(spaceless(unescape(re.sub("<[^>]*>", "", html))), document, path)
    return html.encode()


def _passages(paragraphs: Sequence[Paragraph]) -> tuple[PagePassage, ...]:
    levels = heading_levels(paragraphs)
    return tuple(PagePassage(level, tuple(pieces(paragraph)))
                 for level, paragraph in zip(levels, paragraphs, strict=True))


def _charts(document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield the address of each chart, which holds the picture itself, what it shows, and its caption."""
    if document.charts:
        # Imported here because it takes long and few reports have charts.
        from reportgen.outputs.plot import svg

        for number, chart in enumerate(document.charts, 1):
            picture = base64.b64encode(svg(chart).encode()).decode("ascii")
            yield f"data:image/svg+xml;base64,{picture}", chart.alt, chart.caption(number)


def _phrases(title: str) -> list[str]:
    """Return the pieces of a title between which a narrow screen may break it."""
    return [phrase for phrase in re.split(r"(?<=\d年)|(?<=政府信息公开)", title) if phrase]


def _card(document: Document) -> list[tuple[str, str, str]]:
    """Return the filled-in entries of the catalogue card as (id, name, text)."""
    texts = {"title": document.plain_title, **vars(document.report.publication)}
    texts |= {ident: written_date(texts[ident]) for ident in ("published", "issued") if texts[ident]}
    return [(ident, name, texts[ident]) for ident, name in _CARD if texts[ident]]


def _tags(document: Document) -> list[tuple[str, str]]:
    """Return the page's tags as (name, content), those of 《政府网站发展指引》 that the data file gives."""
    site, publication = document.report.site, document.report.publication
    agency = document.report.agency.name
    tags = (("SiteName", site.name), ("SiteDomain", site.domain), ("SiteIDCode", site.id_code),
            ("ColumnName", site.column or _COLUMN), ("ColumnType", site.column_type),
            ("ArticleTitle", document.plain_title), ("PubDate", publication.published),
            ("ContentSource", publication.issuer or agency), ("Keywords", "政府信息公开；年度报告"),
            ("Author", agency), ("Description", document.plain_title), ("Url", site.url))
    return [(name, content) for name, content in tags if content]


def plain_value(cell: Cell) -> str:
    """Return a cell's value in plain digits, empty where it is blank."""
    return "" if cell.value is None else f"{Decimal(cell.value):f}"


def pieces(paragraph: Paragraph) -> Iterator[Piece]:
    """Yield the pieces of a paragraph; the run-in heading ends between two of them."""
    start = 0
    for run in paragraph.runs:
        cells, end = " ".join(run.cells), start + len(run.text)
        # A figure is never cut in two, so one that the heading ends in belongs to it whole.
        cut = len(run.text) if cells and start < paragraph.lead else max(0,
                                                                         min(paragraph.lead - start,
                                                                             len(run.text)))
        for text, lead in ((run.text[:cut], True), (run.text[cut:], False)):
            if text:
                yield Piece(text, lead, cells, run.value)
        start = end


def heading_levels(paragraphs: Sequence[Paragraph]) -> list[int]:
    """Return the HTML level of each paragraph that is a heading, 0 for the others; none skips a level.

    The page's title is level 1, the six sections are level 2.
    """
    found, above = [], 2
    for paragraph in paragraphs:
        level = min(paragraph.level + 1, above + 1) if paragraph.is_heading else 0
        above = level or above
        found.append(level)
    return found
