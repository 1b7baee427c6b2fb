"""Write the PDF: the HTML template and the stylesheet through WeasyPrint.

WeasyPrint is imported only here and only when a PDF is written; it takes half a second, and Pango has to be
on the machine.
"""

from __future__ import annotations

import atexit
import contextlib
import datetime
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from reportgen.checks.texts import passages
from reportgen.files.damage import damage
from reportgen.files.package import timestamp
from reportgen.files.resources import edited, template
from reportgen.findings import InputError, Origin, refuse
from reportgen.outputs.css import print_rules
from reportgen.outputs.document import Document
from reportgen.outputs.pdf.engine import recordings
from reportgen.outputs.pdf.engine.finish import finish
from reportgen.outputs.pdf.engine.inspect import page_faults
from reportgen.outputs.pdf.engine.library import engine, font_configuration, font_fetcher, output_profile
from reportgen.outputs.pdf.engine.page_texts import pages_words
from reportgen.outputs.pdf.engine.pages import lonely_signature, moved_tables, overlaps
from reportgen.outputs.pdf.engine.patches import Tier, patched, tiers
from reportgen.outputs.pdf.engine.stencil import Stencil
from reportgen.outputs.pdf.engine.stencilling import Picture, page_of, replace_tables, root_of
from reportgen.outputs.report_json import report_json
from reportgen.outputs.template.context import common_context
from reportgen.outputs.template.markup import HTML, read_template, render
from reportgen.outputs.words import Words
from reportgen.standard import layout
from reportgen.standard.coverage import needs_hanzi
from reportgen.standard.fonts import FontSet, own_fonts, package_fonts, with_hanzi
from reportgen.standard.look import STANDARD, Look

# For archives; `finish` makes the same file PDF/UA-1, for screen readers.
VARIANT = "pdf/a-3a"
_INTENT = "output"
DATA_DESCRIPTION = "本报告所列数据"
# The templates of the page and of its stylesheet.
_TEXTS = ("report.html", "report.css")


def render_html(document: Document, templates: Path | None = None, fonts: Path | None = None) -> str:
    """Return the HTML that is printed.

    Raises InputError for a template with a broken or unknown tag, or one that leaves out the charts, and for
    charts that cannot be drawn.
    """
    path = template("report.html", templates)
    charts = list(_charts(document, fonts))
    html = render(path, common_context(document, HTML) | {
        "document": document, "layout": layout.numbers(), "signature_lines": document.signature_lines,
        "charts": charts,
        "timestamp": timestamp(document.date)})
    if any(picture not in html for picture, _ in charts):
        raise refuse(Origin(str(path)), "模板里没有印图表（charts）的地方；请从原模板复制这一段，"
                                        "或在数据文件的“图表”下面改写“否”")
    return html


def _charts(document: Document, fonts: Path | None) -> Iterator[tuple[Markup, str]]:
    """Yield the charts as svg elements that say what they show, each with its caption."""
    if document.charts:
        from reportgen.outputs.plot import svg

        for number, chart in enumerate(document.charts, 1):
            head, rest = svg(chart, fonts).split(">", 1)
            yield Markup(f"{head}><title>{escape(chart.alt)}</title>{rest}"), chart.caption(number)


def render_css(fonts: FontSet, templates: Path | None = None, look: Look = STANDARD) -> str:
    """Return the stylesheet with the layout's numbers, fonts and the Word template's changes filled in.

    Raises InputError for a stylesheet with a broken tag, or one that has no place for those changes.
    """
    path = template("report.css", templates)
    number, rules = layout.PAGE_NUMBER_SIZE * layout.MM_PER_POINT, print_rules(look, fonts)
    sheet = render(path, {
        "layout": layout.numbers(), "faces": fonts.families(), "font_faces": fonts.font_faces(),
        "word_styles": rules,
        "page_number_top": round(look.page.number_drop - number / 2, 3)}, autoescape=False)
    if rules not in sheet:
        raise refuse(Origin(str(path)), "Word 模板的样式改过，这里没有印样式（word_styles）的地方；"
                                        "请从原模板复制最后一行 {{ word_styles }}")
    return sheet


class _Typesetter:
    """What all documents of a process share: fonts, the parsed stylesheet, the stencils of tables.

    `stencils` are those that are known already, for these fonts, this stylesheet and this page; None where
    tables must be left to WeasyPrint, because a user's own page or stylesheet may draw one differently from
    one report to the next.
    """

    def __init__(self, fonts: FontSet, css: str, stencils: dict[str, Stencil] | None) -> None:
        weasyprint = engine()
        self.fetch = font_fetcher(fonts.allowed())
        self.configuration = font_configuration()
        self.profile = output_profile()
        self.stylesheet = weasyprint.CSS(string=css, font_config=self.configuration, url_fetcher=self.fetch,
                                         base_url=None)
        self.fixed = stencils is not None
        self.stencils: dict[str, Stencil | None] = {**(stencils or {})}
        # The page that was laid out last, by its HTML: who looks at it first is mostly who then writes it.
        self._last: tuple[str | None, Any] = None, None

    def page(self, html: str) -> tuple[Any, dict[str, Picture]]:
        """Return a weasyprint.HTML, and the pictures that stand in it for tables, by their addresses."""
        root = root_of(html) if Tier.SPEED in tiers() else None
        if root is None:
            return engine().HTML(string=html, url_fetcher=self.fetch, base_url=None), {}
        pictures = replace_tables(root, self.stencils, self._recorded) if self.fixed else {}
        return page_of(root, self.fetch), pictures

    def _recorded(self, root: Any) -> Any:
        """Return the page of a root element laid out."""
        with patched(*tiers()):
            return self._render(page_of(root, self.fetch), {})

    def _render(self, page: Any, pictures: dict[str, Picture], **options: Any) -> Any:
        return page.render(stylesheets=[self.stylesheet], font_config=self.configuration, cache={**pictures},
                           **options)

    def laid_out(self, html: str) -> Any:
        """Return a page laid out."""
        last = self._last
        if last[0] != html:
            page, pictures = self.page(html)
            with patched(*tiers()):
                last = html, self._render(page, pictures, pdf_variant=VARIANT, output_intent=_INTENT,
                                          color_profiles={_INTENT: self.profile})
            self._last = last
        return last[1]

    def typeset(self, document: Document, html: str) -> Typeset:
        """Return the PDF of a document with its words; `html` is its page."""
        pages = self.laid_out(html)
        # Writing changes what was laid out.
        self._last = None, None
        if faults := page_faults(pages):
            raise InputError((Origin(document.report.path), fault.message) for fault in faults)
        identifier = _identifier(html)
        moment = datetime.datetime.fromisoformat(timestamp(document.date))
        data = engine().Attachment(string=report_json(document), name="report.json", relationship="Data",
                                   description=DATA_DESCRIPTION, created=moment, modified=moment)
        with patched(*tiers()):
            content: bytes = pages.write_pdf(finisher=finish, pdf_identifier=identifier, pdf_variant=VARIANT,
                                             attachments=[data], output_intent=_INTENT)
        return Typeset(content, pages_words(pages))


@dataclass(frozen=True)
class Typeset:
    """A PDF and the words on its pages."""

    content: bytes
    words: Words


@lru_cache(maxsize=4)
def _typesetter(css: str, texts: tuple[str, str], folder: Path | None, wanted: frozenset[str],
                hanzi: bool) -> _Typesetter:
    """Return the typesetter for a stylesheet; `texts` are the templates of the page and of the stylesheet."""
    fonts = _fonts(folder, wanted, hanzi)
    own = any(edited(name, text.encode()) for name, text in zip(_TEXTS, texts, strict=True))
    return _Typesetter(fonts, css, None if own else recordings.known(recordings.base(css, texts[0], fonts)))


def _fonts(folder: Path | None, wanted: frozenset[str], hanzi: bool) -> FontSet:
    fonts = package_fonts() if folder is None else own_fonts(folder, wanted)
    return with_hanzi(fonts) if hanzi else fonts


def _for(document: Document, templates: Path | None, folder: Path | None) -> _Typesetter:
    """Return the typesetter of a document with the user's templates and fonts."""
    wanted = document.look.fonts if folder is not None else frozenset()
    texts = _texts(templates)
    # They are large, and few documents need them.
    hanzi = needs_hanzi("".join((*texts, *(passage.text for passage in passages(document.report)))))
    css = render_css(_fonts(folder, wanted, hanzi), templates, document.look)
    return _typesetter(css, texts, folder, wanted, hanzi)


def _texts(templates: Path | None) -> tuple[str, str]:
    page, sheet = (read_template(template(name, templates)) for name in _TEXTS)
    return page, sheet


def record_tables(documents: Iterable[Document]) -> None:
    """Record the stencils of documents' tables in the package's fonts and templates, for `recordings`."""
    fonts = package_fonts()
    css, texts = render_css(fonts), _texts(None)
    typesetter = _Typesetter(fonts, css, {})
    for document in documents:
        typesetter.page(render_html(document))
    stencils = {key: stencil for key, stencil in typesetter.stencils.items() if stencil is not None}
    recordings.write(recordings.base(css, texts[0], fonts), stencils)


# Typesetters must go before WeasyPrint's own modules do, or their fonts cannot be released.
atexit.register(_typesetter.cache_clear)


def page_pdf(make: Callable[[str, Mapping[str, str]], str]) -> bytes:
    """Return a page as PDF; `make` gets rules and families of the reports' fonts and returns its HTML.

    Raises EngineMissingError where Pango is missing.
    """
    fonts = package_fonts()
    # Without the rules, which say where the fonts lie on this machine.
    plain = make("", fonts.families())
    if needs_hanzi(plain):
        fonts = with_hanzi(fonts)
        plain = make("", fonts.families())
    page = engine().HTML(string=make(fonts.font_faces(), fonts.families()),
                         url_fetcher=font_fetcher(fonts.allowed()), base_url=None)
    with patched(Tier.LOOK):
        content: bytes = page.write_pdf(font_config=font_configuration(), pdf_identifier=_identifier(plain))
    return content


def _identifier(html: str) -> bytes:
    """Return what a PDF made of a page is called by (ISO 32000-1, 14.4), the same on every machine."""
    return hashlib.sha256(f"{metadata.version('weasyprint')}\n{html}".encode()).digest()[:16]


class Pages:
    """The pages of a document as they were laid out; what is asked of them is looked up when it is asked."""

    def __init__(self, found: Any) -> None:
        self._found = found

    @property
    def count(self) -> int:
        """Return how many there are."""
        return len(self._found.pages)

    @property
    def lonely(self) -> bool:
        """Say whether the signature stands on the last with a line of text at most."""
        return lonely_signature(self._found.pages[-1])

    @property
    def overlaps(self) -> bool:
        """Say whether the 版记 at the foot of the last stands on its text."""
        return overlaps(self._found.pages[-1])

    @property
    def moved(self) -> set[str]:
        """Return the sections whose tables left a page half empty."""
        return moved_tables(self._found)


def pages_of(document: Document, templates: Path | None = None, fonts: Path | None = None) -> Pages:
    """Return the pages of a document; raises as `typeset` does, but for faults on pages."""
    html = render_html(document, templates, fonts)
    with _refusing(templates):
        return Pages(_for(document, templates, fonts).laid_out(html))


def typeset(document: Document, templates: Path | None = None, fonts: Path | None = None) -> Typeset:
    """Return the PDF of a document with its words; `templates` and `fonts` are the user's folders.

    Raises InputError for templates or fonts that cannot be used and for text that leaves its place on the
    page or stands on other text, EngineMissingError where Pango is missing.
    """
    html = render_html(document, templates, fonts)
    with _refusing(templates):
        return _for(document, templates, fonts).typeset(document, html)


@contextlib.contextmanager
def _refusing(templates: Path | None) -> Iterator[None]:
    """Refuse a user's templates that WeasyPrint cannot print; raises InputError."""
    try:
        yield
    except damage("weasyprint") as error:
        if templates is None:
            raise
        raise refuse(Origin(str(templates)),
                     f"排版引擎排不出这里的 report.html 和 report.css（{type(error).__name__}）；"
                     "请撤去最近改的样式或标记，再试") from error
