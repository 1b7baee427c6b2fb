"""Spare WeasyPrint work that changes nothing in print: a slow HTML parser, and the last per cent of packing.

Both reach into its insides, of the version that `linefill.require_known` asks for.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import sys
import threading
import types
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator
from typing import Any

_DOCTYPE = "<!DOCTYPE html>"
# Level 9, which pydyf asks for, takes twice as long and gives half a per cent.
_LEVEL = 6
_LOCK = threading.RLock()


@contextlib.contextmanager
def exact_library_names() -> Iterator[None]:
    """Let libraries be loaded by their exact names only while WeasyPrint is imported, on Linux.

    It tries several names of each, and looks every inexact one up with a compiler and a linker, in processes of their
    own; the exact ones (libpango-1.0.so.0) are among its names and need no looking up.
    """
    if sys.platform != "linux":
        yield
        return
    before = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = before


def parsed(html: str, fetcher: Any) -> Any:
    """Return a weasyprint.HTML; what is well-formed XML is parsed as such, anything else as HTML."""
    import weasyprint

    text = html.removeprefix(_DOCTYPE)
    if "<!" not in text.replace("<!--", ""):
        with contextlib.suppress(ET.ParseError):
            root = ET.fromstring(text)
            from cssselect2 import ElementWrapper

            page = weasyprint.HTML(string="", url_fetcher=fetcher, base_url=None)
            page.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
            page.etree_element = page.wrapper_element.etree_element
            return page
    return weasyprint.HTML(string=html, url_fetcher=fetcher, base_url=None)


@contextlib.contextmanager
def packing() -> Iterator[None]:
    """Pack the streams of every PDF written inside at a quicker level."""
    import pydyf

    quicker = types.SimpleNamespace(compressobj=lambda level: zlib.compressobj(_LEVEL), compress=zlib.compress)
    with _LOCK:
        before = pydyf.zlib
        pydyf.zlib = quicker
        try:
            yield
        finally:
            pydyf.zlib = before
