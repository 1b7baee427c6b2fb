"""Write runs of text as WordprocessingML has them."""

from __future__ import annotations

import re
from math import floor
from xml.sax.saxutils import escape, quoteattr

# What Word takes from the Latin face unless a run says otherwise: “ ” ‘ ’ — … · ° ± × ① ℃ ‰ and the like
# ([MS-OI29500], 2.1.88).
_AMBIGUOUS = re.compile("[\u00a1-\u00ff\u2000-\u2e7f]")
_HINT = '<w:rFonts w:hint="eastAsia"/>'


def typed(text: str) -> str:
    """Return text as a w:t holds it, with breaks and tabs in Word's own elements."""
    return escape(text).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">').replace(
        "\t", '</w:t><w:tab/><w:t xml:space="preserve">')


def run(text: str, style: str = "", properties: str = "", hinted: bool = False) -> str:
    """Return a w:r; `style` is the id of a character style, `properties` follow w:rFonts.

    `hinted` says that the text may become one with such characters.
    """
    styled = f"<w:rStyle w:val={quoteattr(style)}/>" if style else ""
    look = f"{styled}{_HINT if hinted or _AMBIGUOUS.search(text) else ''}{properties}"
    return (f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}"
            f'<w:t xml:space="preserve">{typed(text)}</w:t></w:r>')


def spaced(text: str, style: str, spacing: float, narrower: dict[int, float]) -> str:
    """Return the w:r's of a text with narrower marks.

    `spacing` is that of its style in points, `narrower` by how much a mark at a place is. Word is not asked
    to compress punctuation (w:characterSpacingControl): how it does is known of no version.
    """
    written, start = "", 0
    for place in sorted(narrower):
        if start < place:
            written += run(text[start:place], style)
        # Never wider than what the lines are reckoned with.
        behind = floor((spacing - narrower[place]) * 20 + 1e-6)
        written += run(text[place], style, f'<w:spacing w:val="{behind}"/>')
        start = place + 1
    return written + (run(text[start:], style) if start < len(text) else "")
