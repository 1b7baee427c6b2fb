"""Read the text of a Word paragraph as it is printed once all changes are accepted.

What is left out, and what may print otherwise, is noted by its kind, so that it can be told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from reportgen.imports.readers.word_styles import Styles, is_on

# Stands for a symbol that only its font knows; printers have always set it for a sort that is missing.
MISSING = "〓"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VML = "{urn:schemas-microsoft-com:vml}"
_GONE = {qn(tag) for tag in ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sdtPr", "w:sdtEndPr", "w:smartTagPr",
                             "w:customXmlPr", "w:rt", "w:rubyPr", "w:instrText", "w:delText", "w:pict",
                             "w:drawing", "w:object", "w:tbl")}
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:ptab"): "\t",
           qn("w:noBreakHyphen"): "-"}
_NOTES = {qn("w:footnoteReference"): "脚注", qn("w:endnoteReference"): "尾注",
          qn("w:commentReference"): "批注"}
_PICTURES = (qn("w:drawing"), qn("w:pict"), qn("w:object"))
MATH, SYMBOL = "公式", "认不出的符号"
_HIDDEN, _STRUCK = "隐藏的文字", "划了删除线的文字"
# Wingdings and its like, by the last two digits: what Chinese offices tick, box and number with.
_WINGDINGS = {0xFC: "√", 0xFB: "×", 0xFE: "☑", 0xFD: "☒", 0xA8: "□", 0x6F: "□", 0x6E: "■", 0x6C: "●",
              0x9F: "•", 0x75: "◆", 0xD8: "➢", 0x22: "✂", 0x28: "☎", 0x2A: "✉",
              **{0x80 + digit: "⓪①②③④⑤⑥⑦⑧⑨⑩"[digit] for digit in range(11)},
              **{0x8B + digit: "⓿❶❷❸❹❺❻❼❽❾❿"[digit] for digit in range(11)}}
_WINGDINGS_2 = {0x50: "√", 0x4F: "×", 0x52: "☑", 0x54: "☒", 0xA3: "□", 0x2A: "□", 0x2B: "☒"}


@dataclass
class Seen:
    """What a paragraph has besides the text that was read: `left` are texts left out, by kind.

    `notes` are (kind, id) of footnotes and the like, `drawings` the elements of pictures and text boxes.
    """

    left: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    notes: list[tuple[str, str]] = field(default_factory=list)
    drawings: list[Any] = field(default_factory=list)


class RunReader:
    """Read the runs of paragraphs; `fields` says whether the results of fields count as text."""

    def __init__(self, styles: Styles, fields: bool = True) -> None:
        self.styles, self.fields = styles, fields
        self._inside = 0

    def text(self, paragraph: Any, seen: Seen) -> str:
        """Return the text of a paragraph and note in `seen` what else it has."""
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        self._inside = 0
        return "".join(self._pieces(paragraph, style.get(qn("w:val"), "") if style is not None else "", seen))

    def _pieces(self, parent: Any, style: str, seen: Seen) -> list[str]:
        pieces: list[str] = []
        for element in parent:
            if element.tag == qn("w:r"):
                pieces.append(self._run(element, style, seen))
            else:
                pieces += self._piece(element, style, seen)
        return pieces

    def _run(self, run: Any, style: str, seen: Seen) -> str:
        text = "".join(self._pieces(run, style, seen))
        if self._inside and not self.fields:
            return ""
        why = next((kind for kind, tags in ((_HIDDEN, ("w:vanish",)), (_STRUCK, ("w:strike", "w:dstrike")))
                    if any(self._switched(run, style, tag) for tag in tags)), "")
        if why and text.strip():
            seen.left[why].append(text.strip())
        return "" if why else text

    def _switched(self, run: Any, style: str, tag: str) -> bool:
        """Say whether a run has a property: of its own, of its character style, or of its paragraph's."""
        own = run.find(f"{qn('w:rPr')}/{qn(tag)}")
        if own is not None:
            return is_on(own)
        named = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
        path = f"{qn('w:rPr')}/{qn(tag)}"
        found = self.styles.first(named.get(qn("w:val"), ""), path) if named is not None else None
        return is_on(found if found is not None else self.styles.first(style, path))

    def _piece(self, element: Any, style: str, seen: Seen) -> list[str]:
        tag = element.tag
        if tag == qn("w:t") or tag == f"{_MATH}t":
            if tag != qn("w:t"):
                seen.left[MATH].append(element.text or "")
            return [element.text or ""]
        if tag in _BREAKS:
            return [_BREAKS[tag]]
        if tag == qn("w:sym"):
            return [self._symbol(element, seen)]
        if tag == qn("w:fldChar"):
            self._inside += {"begin": 1, "end": -1}.get(element.get(qn("w:fldCharType"), ""), 0)
        elif tag in _NOTES:
            seen.notes.append((_NOTES[tag], element.get(qn("w:id"), "")))
        elif tag in _PICTURES:
            seen.drawings.append(element)
        elif tag == f"{_MC}AlternateContent":
            # Both say the same; the first is for what knows it.
            choice = element.find(f"{_MC}Choice")
            shown = choice if choice is not None else element.find(f"{_MC}Fallback")
            return self._pieces(shown, style, seen) if shown is not None else []
        elif tag == qn("w:ruby"):
            above = "".join(one.text or "" for one in element.iterfind(f"{qn('w:rt')}//{qn('w:t')}"))
            seen.left["注音"].append(above)
            return self._pieces(element, style, seen)
        elif isinstance(tag, str) and tag not in _GONE and (self.fields or tag != qn("w:fldSimple")):
            return self._pieces(element, style, seen)
        return []

    def _symbol(self, element: Any, seen: Seen) -> str:
        """Return the character of a w:sym (17.3.3.30), whose font may give it another meaning."""
        font, code = element.get(qn("w:font"), ""), element.get(qn("w:char"), "")
        number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else 0
        # Symbol fonts have their characters moved to F000.
        low = number - 0xF000 if 0xF000 <= number <= 0xF0FF else number
        known = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}.get(font.lower())
        if known is not None:
            character = known.get(low, "")
        elif low == number:
            character = chr(number) if number >= 0x20 and not 0xD800 <= number <= 0xF8FF else ""
        else:
            character = chr(low) if chr(low).isdigit() or chr(low) in " .,%()+-/" else ""
        if not character:
            seen.left[SYMBOL].append(f"{font} {code}")
        return character or MISSING


def boxed(drawing: Any) -> list[Any]:
    """Return the contents of the text boxes of a drawing."""
    return list(drawing.iter(qn("w:txbxContent")))


def described(drawing: Any) -> str:
    """Return what a picture is called in the file, or an empty string where a drawing holds none."""
    if not any(element.tag.rpartition("}")[2] in ("blip", "imagedata", "chart", "OLEObject", "relIds")
               for element in drawing.iter() if isinstance(element.tag, str)):
        return ""
    known = next((one for one in drawing.iter() if isinstance(one.tag, str)
                  and one.tag.rpartition("}")[2] == "docPr"), None)
    if known is None:
        known = next(drawing.iter(f"{_VML}shape"), None)
        return (known.get("alt") or "未说明的图") if known is not None else "未说明的图"
    return known.get("descr") or known.get("name") or "未说明的图"
