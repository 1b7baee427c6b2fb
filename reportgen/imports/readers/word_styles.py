"""The styles of a Word file that is read: what a style says, or those that it is based on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

_DEEPEST = 20       # styles based on each other in a circle end somewhere
_OFF = frozenset(("0", "false", "off", "none"))


def is_on(element: Any) -> bool:
    """Say whether a switch such as w:vanish is on."""
    return element is not None and element.get(qn("w:val"), "1") not in _OFF


class Styles:
    """The styles of a Word file; `sheet` is the root of its styles.xml, or None."""

    def __init__(self, sheet: Any) -> None:
        found = sheet.iterfind(qn("w:style")) if sheet is not None else ()
        self._by_id = {style.get(qn("w:styleId"), ""): style for style in found}
        self._found: dict[tuple[str, str], Any] = {}

    def chain(self, ident: str) -> Iterator[Any]:
        """Yield a style and those that it is based on."""
        for _ in range(_DEEPEST):
            style = self._by_id.get(ident)
            if style is None:
                return
            yield style
            based = style.find(qn("w:basedOn"))
            ident = based.get(qn("w:val"), "") if based is not None else ""

    def name(self, ident: str) -> str:
        """Return what Word calls a style."""
        named = next((style.find(qn("w:name")) for style in self.chain(ident)), None)
        return named.get(qn("w:val"), "") if named is not None else ""

    def first(self, ident: str, path: str) -> Any:
        """Return the nearest element of a path in a style or those that it is based on, or None."""
        if (ident, path) not in self._found:
            found = (style.find(path) for style in self.chain(ident))
            self._found[ident, path] = next((one for one in found if one is not None), None)
        return self._found[ident, path]
