"""Lay out the outlines of a cut-down font the same way, whichever version of HarfBuzz cut it.

HarfBuzz put the widths that glyphs leave out (the Private dict, Adobe TN 5176, 15) behind the outlines up to
version 6, and puts them before the outlines since. Nothing else differs.
"""

from __future__ import annotations

import re
import sys
from array import array
from typing import Any

_SHORT, _LONG, _CHAR_STRINGS, _PRIVATE = b"\x1c", b"\x1d", b"\x11", b"\x12"      # TN 5176, 4 and 9


def subset(before: Any, font: Any, to_unicode: Any, hinting: Any) -> None:
    """Cut a font down, and put its Private dict before the outlines."""
    before(font, to_unicode, hinting)
    font.file_content = private_first(font.file_content)


def private_first(font: bytes) -> bytes:
    """Return an OpenType font with its only Private dict before the outlines; another font as it is."""
    tables = {font[at:at + 4]: at for at in range(12, 12 + 16 * int.from_bytes(font[4:6]), 16)}
    if font[:4] != b"OTTO" or not {b"CFF ", b"head"} <= set(tables):
        return font
    at, size = _number(font, tables[b"CFF "] + 8), _number(font, tables[b"CFF "] + 12)
    moved = _moved(font[at:at + size])
    if not moved:
        return font
    new = bytearray(font)
    new[at:at + size] = moved
    entry, head = tables[b"CFF "], _number(font, tables[b"head"] + 8)
    new[entry + 4:entry + 8] = _sum(moved).to_bytes(4)
    new[head + 8:head + 12] = bytes(4)
    new[head + 8:head + 12] = (0xB1B0AFBA - _sum(bytes(new)) & 0xFFFFFFFF).to_bytes(4)
    return bytes(new)


def _moved(cff: bytes) -> bytes:
    """Return a CFF table with the Private dict moved from its end; empty where it is not there alone."""
    # HarfBuzz writes the size in three bytes and each offset in five; the dictionaries come first.
    found = re.search(_SHORT + b"(..)" + _LONG + b"(....)" + _PRIVATE, cff[:1024], re.DOTALL)
    if not found:
        return b""
    private, size, start = found.end() - 1, int.from_bytes(found[1]), int.from_bytes(found[2])
    offsets = re.finditer(_LONG + b"(....)" + _CHAR_STRINGS, cff[:private], re.DOTALL)
    outlines = next((one.end() - 1 for one in offsets
                     if private < int.from_bytes(one[1]) < start), 0)
    if not outlines or start + size != len(cff):
        return b""
    first = _number(cff, outlines - 4)
    new = bytearray(cff[:first] + cff[start:] + cff[first:start])
    new[outlines - 4:outlines] = (first + size).to_bytes(4)
    new[private - 4:private] = first.to_bytes(4)
    return bytes(new)


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at:at + 4])


def _sum(data: bytes) -> int:
    """Return the checksum of a table (OpenType, otff)."""
    words = array("I", data + bytes(-len(data) % 4))
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF
