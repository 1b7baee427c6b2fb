"""Read back the words of what was written, in their order, to hold a DOCX against its PDF."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from reportgen.outputs.docx.tags import W, parsed
from reportgen.outputs.pdf.page_texts import PageTexts

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
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


def docx_words(content: bytes) -> Words:
    """Return the words of a DOCX, as its last section shows them."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        body = parsed(package.read("word/document.xml"))
        targets = {relation.get("Id"): relation.get("Target")
                   for relation in parsed(package.read("word/_rels/document.xml.rels"))}
        settings = parsed(package.read("word/settings.xml"))
        margins = {"default": "", "even": ""}
        for kind in ("headerReference", "footerReference"):
            # A section without its own has those of the one before it.
            references = {reference.get(f"{W}type"): reference.get(_RELATION)
                          for reference in body.iter(f"{W}{kind}")}
            for side in margins.keys() & references.keys():
                margins[side] += _marginal(_text(parsed(package.read(f"word/{targets[references[side]]}"))))
        both = settings.find(f"{W}evenAndOddHeaders")
        differ = both is not None and both.get(f"{W}val") not in ("0", "false")
        return Words(_text(body), margins["default"], margins["even" if differ else "default"])


def _text(root: Any) -> str:
    """Return the text of a part; of what stands twice, for old readers too, the first."""
    twice = {text for fallback in root.iter(f"{_COMPATIBILITY}Fallback") for text in fallback.iter(f"{W}t")}
    found = (element for element in root.iter(f"{W}t", f"{W}noBreakHyphen") if element not in twice)
    return _squeezed("".join((element.text or "") if element.tag == f"{W}t" else "-" for element in found))


def pages_words(document: Any, repeated: frozenset[str] = frozenset()) -> Words:
    """Return the words of a document as WeasyPrint laid it out.

    `repeated` are the identifiers of labels that are there once more because a page cuts their table.
    """
    reader = PageTexts(repeated)
    body = _squeezed("".join(text for page in document.pages for text in reader.body(page)))
    margins = [_marginal("".join(reader.margins(page))) for page in document.pages[:2]]
    return Words(body, margins[0], margins[1] if len(margins) > 1 else None)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def _marginal(text: str) -> str:
    return re.sub(r"[0-9]", "", _squeezed(text))
