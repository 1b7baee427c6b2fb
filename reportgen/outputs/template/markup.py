"""Render the HTML and CSS templates, which users may have edited, in the sandbox of templates."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import localcontext
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import escape

from reportgen.datafile.expressions import PRECISION
from reportgen.findings import Origin, refuse
from reportgen.outputs.sandbox import FAILURES, TemplateSandbox, line_of, reason
from reportgen.outputs.template.context import Markup
from reportgen.report.model import Paragraph


@lru_cache(maxsize=16)
def _compiled(text: str, autoescape: bool) -> jinja2.Template:
    return TemplateSandbox(autoescape).from_string(text)


def render(path: Path, context: Mapping[str, Any], autoescape: bool = True) -> str:
    """Return a template filled in.

    Raises InputError for one that cannot be read or has a broken or unknown tag, naming its line.
    """
    text = read_template(path)
    try:
        with localcontext(prec=PRECISION):
            return _compiled(text, autoescape).render(context)
    except FAILURES as error:
        raise refuse(Origin(str(path), line_of(error)), f"模板用不了：{reason(error)}") from error


def read_template(path: Path) -> str:
    """Return the text of a template.

    Raises InputError for one that cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(Origin(str(path)), f"模板读不出来（{error}）；请存成 UTF-8 编码") from error


def _passage(paragraphs: tuple[Paragraph, ...], body: str) -> str:
    """Return paragraphs as HTML, as the macro `prose` of report.html writes them."""
    pieces = []
    for paragraph in paragraphs:
        text, lead = paragraph.text, paragraph.lead
        if paragraph.is_heading and body == "body":
            pieces.append(f"<h{paragraph.level}>{escape(text)}</h{paragraph.level}>")
        elif lead and body == "body":
            pieces.append(f'<p class="body"><span class="lead{paragraph.level}">{escape(text[:lead])}</span>'
                          f"{escape(text[lead:])}</p>")
        else:
            pieces.append(f'<p class="{body}">{escape(text)}</p>')
    return "\n".join(pieces)


# How pages print what all templates may name.
HTML = Markup(text=str, cell=lambda path, text: str(escape(text)), passage=_passage)
