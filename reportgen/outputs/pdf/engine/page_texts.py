"""Read back the words of pages that WeasyPrint laid out, from its boxes, to hold them against a DOCX."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reportgen.outputs.pdf.engine.pages import page_box, real
from reportgen.outputs.words import Words, margin_text, spaceless


def pages_words(document: Any) -> Words:
    """Return the words of a document as WeasyPrint laid it out."""
    reader = _PageTexts()
    body = spaceless("".join(text for page in document.pages for text in reader.body(page)))
    margins = [margin_text("".join(reader.margins(page))) for page in document.pages[:2]]
    return Words(body, margins[0], margins[1] if len(margins) > 1 else None)


class _PageTexts:
    """Read the texts of pages in their order; of heads that repeat on a table's pages, the first alone."""

    def __init__(self) -> None:
        self._heads: set[Any] = set()

    def body(self, page: Any) -> Iterator[str]:
        """Yield the texts between the margins of a page."""
        return self._texts(page, False)

    def margins(self, page: Any) -> Iterator[str]:
        """Yield the texts in the margins of a page."""
        return self._texts(page, True)

    def _texts(self, page: Any, margins: bool) -> Iterator[str]:
        from weasyprint.formatting_structure import boxes

        for child in page_box(page).children:
            if isinstance(child, boxes.MarginBox) == margins:
                yield from self._below(child)

    def _below(self, box: Any) -> Iterator[str]:
        box = real(box)
        if hasattr(box, "text"):
            # What is set in no size is there for the running heads alone.
            if box.style["font_size"]:
                yield box.text
        elif hasattr(box, "replacement"):
            yield getattr(box.replacement, "words", "")
        elif not self._again(box):
            for child in getattr(box, "children", ()):
                yield from self._below(child)

    def _again(self, box: Any) -> bool:
        """Say whether a box repeats what stands on an earlier page."""
        if getattr(box, "is_header", False):
            again = box.element in self._heads
            self._heads.add(box.element)
            return again
        return False
