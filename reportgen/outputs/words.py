"""Compare the words of a DOCX with those of its PDF."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from reportgen.findings import Origin, refuse
from reportgen.outputs.document import Document

# How many characters are shown before a difference, and from there on.
_BEFORE, _SHOWN = 6, 20
_PLACES = {"body": "正文", "odd": "单页的页眉页脚", "even": "双页的页眉页脚"}


@dataclass(frozen=True)
class Words:
    """The words of a document without white space: of its body, and of the margins of odd and even pages.

    The number of the page is left out of the margins; `even` is None where there is no such page.
    """

    body: str
    odd: str
    even: str | None = None


@dataclass(frozen=True)
class Difference:
    """Where two documents first differ: the place, and what stands there in the DOCX and in the PDF."""

    place: str
    docx: str
    pdf: str

    def __str__(self) -> str:
        return f"{self.place}从这里起不同：Word 里是“{self.docx}”，PDF 里是“{self.pdf}”"


def first_difference(docx: Words, pdf: Words) -> Difference | None:
    """Return the first difference between the words of a DOCX and of its PDF, or None."""
    for name, place in _PLACES.items():
        one, other = getattr(docx, name), getattr(pdf, name)
        if one is None or other is None or one == other:
            continue
        at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                  min(len(one), len(other)))
        start = max(0, at - _BEFORE)
        return Difference(place,
                          *(f"{'…' if start else ''}{text[start:at + _SHOWN]}" for text in (one, other)))
    return None


def require_prose(said: str, document: Document, path: Path) -> None:
    """Refuse what a template made where it does not say the prose around a table; `said` is without space.

    Templates that were copied before there was such prose have no place for it. Raises InputError.
    """
    for section in document.sections:
        for paragraph in (*section.before, *section.after):
            if spaceless(paragraph.text) not in said:
                raise refuse(Origin(str(path)), f"“{section.heading}”表格前后的文字“{paragraph.text[:20]}”"
                                                "没有印出来，模板里没有它的地方；请从原模板复制，"
                                                "再用 reportgen template check 检查")


def spaceless(text: str) -> str:
    """Return a text without white space and what is not seen."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def margin_text(text: str) -> str:
    """Return the text of the margins of a page without the page's number."""
    return re.sub(r"[0-9]", "", spaceless(text))
