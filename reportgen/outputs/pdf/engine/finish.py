"""Finish a PDF whose objects WeasyPrint made and has not yet written: tags, tables, packing."""

from __future__ import annotations

import zlib
from typing import Any

from reportgen.outputs.pdf.engine.greys import grey
from reportgen.outputs.pdf.engine.stencilling import place_tables
from reportgen.outputs.pdf.engine.tagged import complete_tags

# Level 9, which pydyf takes, needs twice the time and saves half a per cent.
_LEVEL = 6


def finish(document: Any, pdf: Any) -> None:
    """Finish a PDF; `document` and `pdf` are WeasyPrint's and pydyf's."""
    complete_tags(document, pdf)
    place_tables(pdf)
    _as_printed(pdf)
    _pack(pdf)


def _as_printed(pdf: Any) -> None:
    """Ask for both sides of the paper and no scaling (GB/T 9704-2012, 6.2; ISO 32000-1, 12.2)."""
    import pydyf

    preferences = pdf.catalog.setdefault("ViewerPreferences", pydyf.Dictionary())
    preferences |= {"Duplex": "/DuplexFlipLongEdge", "PrintScaling": "/None"}


def _pack(pdf: Any) -> None:
    """Pack the streams of a PDF once; pydyf does it to write them, and again to hash them."""
    import pydyf

    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and stream.compress:
            packed = zlib.compress(b"\n".join(_bytes(item) for item in stream.stream), _LEVEL)
            stream.stream, stream.compress, stream.extra["Filter"] = [packed], False, "/FlateDecode"


def _bytes(item: Any) -> bytes:
    """Return a part of a stream as it is written, greys as such."""
    if isinstance(item, bytes):
        return grey(item)
    return item.encode("ascii") if isinstance(item, str) else bytes(item.data)
