"""Spare WeasyPrint work that changes nothing in print: a slow HTML parser, objects packed twice, the last per cent.

Both reach into its insides, of the version that `linefill.require_known` asks for.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import importlib
import re
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
def importing() -> Iterator[None]:
    """Spare what importing WeasyPrint does in vain.

    It tries several names of each library, and looks every inexact one up with a compiler and a linker, in
    processes of their own; the exact ones (libpango-1.0.so.0) are among its names and need no looking up on
    Linux. And it imports what cuts fonts down where HarfBuzz cannot: a tenth of the time.
    """
    find = ctypes.util.find_library
    late = {name: _Late(name) for name in _FONT_CUTTERS if name not in sys.modules}
    sys.modules.update(late)
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = find
        for name, module in late.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


_FONT_CUTTERS = ("fontTools.subset", "fontTools.varLib.instancer")


class _Late(types.ModuleType):
    """A module that is imported when one of its functions or classes is called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *values, **named: getattr(importlib.import_module(self.__name__), name)(*values,
                                                                                              **named)


class _Lengths:
    """WeasyPrint's way to C with types that do not depend on the length of an array.

    Every new type is parsed, which takes milliseconds, and it asks for arrays of as many types as there are
    lengths.
    """

    def __init__(self, ffi: Any) -> None:
        self._ffi = ffi

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ffi, name)

    def new(self, kind: str, value: Any = None) -> Any:
        array = re.fullmatch(r"(\w+)\[[0-9]+\]", kind)
        if array is None or not isinstance(value, list | tuple):
            return self._ffi.new(kind, value)
        return self._ffi.new(f"{array[1]}[]", value)


def root_of(html: str) -> Any:
    """Return the root element of a page that is well-formed XML, and None for any other."""
    text = html.removeprefix(_DOCTYPE)
    if "<!" not in text.replace("<!--", ""):
        with contextlib.suppress(ET.ParseError):
            return ET.fromstring(text)
    return None


def page_of(root: Any, fetcher: Any) -> Any:
    """Return a weasyprint.HTML of the root element of a page."""
    import weasyprint
    from cssselect2 import ElementWrapper

    page = weasyprint.HTML(string="", url_fetcher=fetcher, base_url=None)
    page.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
    page.etree_element = page.wrapper_element.etree_element
    return page


@contextlib.contextmanager
def plain_margins() -> Iterator[None]:
    """Spare the boxes of a page's margins that nothing is printed in; WeasyPrint works out the sizes of all sixteen.

    What an empty one measures depends on the page's alone.
    """
    from weasyprint.formatting_structure.boxes import MarginBox
    from weasyprint.layout import page

    known: dict[Any, dict[str, Any]] = {}

    def resolve(box: Any, containing_block: Any) -> None:
        if not isinstance(box, MarginBox) or box.is_generated:
            plainly(box, containing_block)
        elif containing_block in known:
            box.__dict__.update(known[containing_block])
        else:
            before = set(box.__dict__)
            plainly(box, containing_block)
            known[containing_block] = {name: value for name, value in box.__dict__.items()
                                       if name not in before}

    with _LOCK:
        plainly = page.resolve_percentages
        page.resolve_percentages = resolve
        try:
            yield
        finally:
            page.resolve_percentages = plainly


@contextlib.contextmanager
def packing() -> Iterator[None]:
    """Pack the streams of every PDF written inside at a quicker level, and its fonts without parsing types of C."""
    import pydyf
    from weasyprint.pdf import fonts

    quicker = types.SimpleNamespace(compressobj=lambda level: zlib.compressobj(_LEVEL),
                                    compress=zlib.compress)
    with _LOCK:
        before = pydyf.zlib, fonts.ffi
        pydyf.zlib, fonts.ffi = quicker, _Lengths(fonts.ffi)
        try:
            yield
        finally:
            pydyf.zlib, fonts.ffi = before


class _Written:
    """An object of a PDF as the bytes that it becomes."""

    def __init__(self, found: Any) -> None:
        self.number, self.generation, self.free = found.number, found.generation, found.free
        self.compressible, self.data, self.offset = found.compressible, found.data, 0

    @property
    def indirect(self) -> bytes:
        return b"%d %d obj\n%b\nendobj" % (self.number, self.generation, self.data)


def seal(pdf: Any) -> None:
    """Turn the objects of a PDF into bytes for good: pydyf makes them to write them, and again to hash them."""
    pdf.objects[1:] = [_Written(found) for found in pdf.objects[1:]]
