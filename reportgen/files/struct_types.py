"""Types that msgspec reads into, taken apart by one thread alone."""

from __future__ import annotations

import threading
from typing import TypeVar

import msgspec

T = TypeVar("T")
_lock = threading.Lock()
_known: set[object] = set()


def known_type(kind: type[T]) -> type[T]:
    """Return a type, once msgspec knows all that is in it.

    What it finds of a structure it keeps with the class before it is complete (msgspec 0.22, StructInfo), and
    a second thread that meets the class then crashes the process.
    """
    if kind not in _known:
        with _lock:
            msgspec.msgpack.Decoder(kind)
            _known.add(kind)
    return kind
