"""Write runs of text as WordprocessingML has them."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from reportgen.standard.mark_space import sharing

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


def spaced(text: str, style: str, shared: float) -> str:
    """Return the w:r's of a text in which neighbouring marks share their blank halves.

    `shared` is the spacing in points behind such a mark; 0 leaves them as they are.
    """
    places = sharing(text) if shared else []
    written, start = "", 0
    for place in places:
        if start < place:
            written += run(text[start:place], style)
        written += run(text[place], style, f'<w:spacing w:val="{round(shared * 20)}"/>')
        start = place + 1
    return written + run(text[start:], style)
