"""Read the styles of a Word file as Word resolves them: defaults, inherited ones, its own."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Styles based on each other in a circle end somewhere.
_DEEPEST = 20


class WordStyles:
    """The styles of a Word file; `sheet` is the root of its styles.xml."""

    def __init__(self, sheet: Any) -> None:
        self._by_id = {style.get(f"{W}styleId"): style for style in sheet.iterfind(f"{W}style")}
        # LibreOffice writes Heading 2 where Word writes heading 2.
        self._by_name = {style.find(f"{W}name").get(f"{W}val", "").lower(): style
                         for style in self._by_id.values() if style.find(f"{W}name") is not None}
        self._defaults = sheet.find(f"{W}docDefaults")

    def properties(self, name: str) -> dict[str, dict[str, str]] | None:
        """Return what a style says, by tag and attribute; None where there is no such style.

        w:spacing of paragraphs and of characters are called p.spacing and r.spacing. A character style has
        only what it says itself.
        """
        style = self._by_name.get(name.lower())
        if style is None:
            return None
        chain: list[Any] = []
        one = style
        while one is not None and len(chain) < _DEEPEST:
            chain.append(one)
            based = one.find(f"{W}basedOn")
            one = None if based is None else self._by_id.get(based.get(f"{W}val"))
        found: dict[str, dict[str, str]] = {}
        if style.get(f"{W}type") == "character":
            _add(found, style)
            return found
        if self._defaults is not None:
            for part in self._defaults:
                _add(found, part)
        for one in reversed(chain):
            _add(found, one)
        return found


def measure(text: str | None, otherwise: float = 0) -> float:
    """Return a number of an attribute; `otherwise` where there is none, or none that a page could have."""
    return float(text) if text and re.fullmatch(r"[+-]?[0-9]{1,6}(\.[0-9]{1,6})?", text) else otherwise


def _add(found: dict[str, dict[str, str]], owner: Any) -> None:
    for kind in ("pPr", "rPr"):
        properties = owner.find(f"{W}{kind}")
        for element in () if properties is None else properties.iterchildren(etree.Element):
            tag = etree.QName(element).localname
            name = f"{kind[0]}.spacing" if tag == "spacing" else tag
            values = {etree.QName(key).localname: value for key, value in element.attrib.items()}
            # Of w:ind, w:spacing and w:rFonts each attribute is inherited by itself.
            found[name] = {**found.get(name, {}), **values} if name in _BY_ATTRIBUTE else values


_BY_ATTRIBUTE = frozenset(("ind", "p.spacing", "rFonts"))
