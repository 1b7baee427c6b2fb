"""Read back the words of a DOCX, in their order, to hold them against its PDF."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from reportgen.findings import Origin, refuse
from reportgen.outputs.docx.tags import W, parsed
from reportgen.outputs.words import Words, margin_text, spaceless

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def docx_words(content: bytes) -> Words:
    """Return the words of a DOCX, as its last section shows them."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        body = _part(package, "document.xml")
        targets = {relation.get("Id"): relation.get("Target")
                   for relation in _part(package, "_rels/document.xml.rels")}
        settings = _part(package, "settings.xml")
        margins = {"default": "", "even": ""}
        for kind in ("headerReference", "footerReference"):
            # A section without its own has those of the one before it.
            references = {reference.get(f"{W}type"): reference.get(_RELATION)
                          for reference in body.iter(f"{W}{kind}")}
            for side in margins.keys() & references.keys():
                margins[side] += margin_text(_text(_part(package, str(targets.get(references[side])))))
        both = settings.find(f"{W}evenAndOddHeaders")
        differ = both is not None and both.get(f"{W}val") not in ("0", "false")
        return Words(_text(body), margins["default"], margins["even" if differ else "default"])


def _part(package: zipfile.ZipFile, name: str) -> Any:
    """Return a part by its name in the folder of the document; raises InputError where there is none."""
    try:
        return parsed(package.read(f"word/{name}"))
    except KeyError as error:
        raise refuse(Origin("report.docx"), f"Word 模板里缺少 word/{name}，可能已损坏；"
                                            "请用 reportgen template copy 再复制一份来改") from error


def _text(root: Any) -> str:
    """Return the text of a part; of what stands twice, for old readers too, the first."""
    twice = {text for fallback in root.iter(f"{_COMPATIBILITY}Fallback") for text in fallback.iter(f"{W}t")}
    found = (element for element in root.iter(f"{W}t", f"{W}noBreakHyphen") if element not in twice)
    return spaceless("".join((element.text or "") if element.tag == f"{W}t" else "-" for element in found))
