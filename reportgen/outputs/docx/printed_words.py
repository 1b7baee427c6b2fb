"""Read back the words of a DOCX, in their order, to hold them against its PDF."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from reportgen.outputs.docx.tags import W, parsed
from reportgen.outputs.words import Words, margin_text, spaceless

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


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
                margins[side] += margin_text(_text(parsed(package.read(f"word/{targets[references[side]]}"))))
        both = settings.find(f"{W}evenAndOddHeaders")
        differ = both is not None and both.get(f"{W}val") not in ("0", "false")
        return Words(_text(body), margins["default"], margins["even" if differ else "default"])


def _text(root: Any) -> str:
    """Return the text of a part; of what stands twice, for old readers too, the first."""
    twice = {text for fallback in root.iter(f"{_COMPATIBILITY}Fallback") for text in fallback.iter(f"{W}t")}
    found = (element for element in root.iter(f"{W}t", f"{W}noBreakHyphen") if element not in twice)
    return spaceless("".join((element.text or "") if element.tag == f"{W}t" else "-" for element in found))
