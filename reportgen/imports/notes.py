"""Tell the notes of a table from the prose that stands after it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from reportgen.imports.blocks import Text
from reportgen.report.align import squeezed
from reportgen.standard import styles

_OPENS = re.compile(r"(?:备注|注释?)[0-9一二三四五六七八九十]{0,2}[：:.．、]")
# How our own files name the look of a note: the style of a DOCX, the class of a web page.
_LOOKS = frozenset((styles.NOTE, "note"))
# In a PDF a look is a size in points; a note is set smaller than this part of the body.
_SMALL = 0.85


def is_note(block: Text, body: float) -> bool:
    """Say whether a line below a table is a note: by how it opens or how it looks; `body` as body_size."""
    return (block.note or bool(_OPENS.match(squeezed(block.text))) or block.look in _LOOKS
            or 0 < _size(block) < body * _SMALL)


def body_size(texts: Iterable[Text]) -> float:
    """Return the size that most of a text is set in, in points; 0 where the file does not say."""
    sizes: Counter[float] = Counter()
    for block in texts:
        sizes[_size(block)] += len(block.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _size(block: Text) -> float:
    return float(block.look) if re.fullmatch(r"\d+(?:\.\d+)?", block.look) else 0.0
