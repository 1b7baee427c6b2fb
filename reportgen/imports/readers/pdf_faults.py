"""What is wrong in a PDF that is read all the same, from the libraries' logs and its streams.

pdfminer logs what it cannot make sense of and goes on; of a stream that breaks off, or whose middle is
damaged, it takes what there is, or nothing, and says no word.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_LIBRARIES = ("pdfminer", "pdfplumber")
# What of a page these are about no text and no rule of a table depends on: colours, boxes of fonts and pages,
# tags.
_HARMLESS = re.compile(
    "color|gray level|line width|FontBBox|CropBox|marked-content|page label|[Mm]etadata|attribute class")
# An old cross-reference table stays in a file that was saved anew.
_UNREAD = frozenset(("EmbeddedFile", "Metadata", "Image", "XRef"))
_PIECE, _PIECES = 1 << 20, 256


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count what is said of text or rules. The message without its values tells that."""
        self.heard += not _HARMLESS.search(str(record.msg))


class Faults:
    """Collect the faults of one PDF."""

    def __init__(self) -> None:
        self._ear = _Ear()
        self._streams = 0

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Take what the libraries log meanwhile, so that none of it is shown."""
        loggers = [logging.getLogger(name) for name in _LIBRARIES]
        before = [(logger.level, logger.propagate) for logger in loggers]
        for logger in loggers:
            logger.addHandler(self._ear)
            logger.setLevel(logging.WARNING)
            logger.propagate = False
        try:
            yield
        finally:
            for logger, (level, propagate) in zip(loggers, before, strict=True):
                logger.removeHandler(self._ear)
                logger.setLevel(level)
                logger.propagate = propagate

    def look(self, document: Any) -> None:
        """Look for streams that break off or fail their checksum, among those that are read.

        To be called before the streams are unpacked: pdfminer keeps no packed ones afterwards.
        """
        from pdfminer.pdftypes import PDFStream
        from pdfminer.psparser import literal_name

        for ident in _plain_objects(document):
            found = document.getobj(ident)
            packed = found.get_rawdata() if isinstance(found, PDFStream) else None
            if packed is not None:
                names = {literal_name(found.get(key, "")) for key in ("Type", "Subtype")}
                packing = [literal_name(kind) for kind, _ in found.get_filters()][:1]
                self._streams += not names & _UNREAD and packing in (["FlateDecode"], ["Fl"]) and \
                    not _is_whole(packed)

    def told(self) -> list[str]:
        """Return what is to be said of them, in one line or none."""
        return ["PDF 有损坏或不合规范的地方，文字和数可能读错或没有读全；请重新取得一份，或与原件逐项核对"] \
            if self._streams or self._ear.heard else []


def _plain_objects(document: Any) -> list[int]:
    """Return the numbers of the objects that are not packed into another; only these may be streams."""
    from pdfminer.pdftypes import PDFObjectNotFound

    found = set()
    for xref in document.xrefs:
        for ident in xref.get_objids():
            with suppress(KeyError, PDFObjectNotFound):
                if xref.get_pos(ident)[0] is None:
                    document.getobj(ident)
                    found.add(ident)
    return sorted(found)


def _is_whole(packed: bytes) -> bool:
    """Say whether a zlib stream ends and agrees with its checksum; an endless one is not followed."""
    unpacker = zlib.decompressobj()
    try:
        for _ in range(_PIECES):
            unpacker.decompress(packed, _PIECE)
            packed = unpacker.unconsumed_tail
            if unpacker.eof or not packed:
                break
    except zlib.error:
        return False
    return unpacker.eof
