"""Set greys as such: black that is all of red, green and blue is printed in four inks."""

from __future__ import annotations

from functools import lru_cache

_COLOURS = (b"rg", b"RG")


def grey(operator: bytes) -> bytes:
    """Return a graphics operator; one that sets a grey in RGB sets it as a grey (ISO 32000-1, 8.6.8)."""
    return _grey(operator) if operator[-2:] in _COLOURS else operator


@lru_cache(maxsize=64)
def _grey(operator: bytes) -> bytes:
    *parts, name = operator.split()
    if len(parts) == 3 and len(set(parts)) == 1:
        return parts[0] + (b" g" if name == b"rg" else b" G")
    return operator
