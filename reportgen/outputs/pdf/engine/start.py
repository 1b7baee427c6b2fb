"""Spare WeasyPrint what it does in vain when it is imported, and types of C that it needs once."""

from __future__ import annotations

import importlib
import re
import sys
import types
from collections.abc import Callable
from typing import Any

# What cuts fonts down where HarfBuzz cannot: half of the time that importing WeasyPrint takes.
_FONT_CUTTERS = {"fontTools.subset": ("Options", "Subsetter"),
                 "fontTools.varLib.instancer": ("instantiateVariableFont",)}


def import_late(name: str) -> Any:
    """Import a module without the font cutters, which are imported when they are first called."""
    late = [cutter for cutter in _FONT_CUTTERS if cutter not in sys.modules]
    for cutter in late:
        stand_in: Any = types.ModuleType(cutter)
        for function in _FONT_CUTTERS[cutter]:
            setattr(stand_in, function, _late(cutter, function))
        sys.modules[cutter] = stand_in
    try:
        return importlib.import_module(name)
    finally:
        for cutter in late:
            del sys.modules[cutter]


def _late(module: str, name: str) -> Callable[..., Any]:
    return lambda *values, **named: getattr(importlib.import_module(module), name)(*values, **named)


def no_library(before: Any) -> Any:
    """Return what finds no library by an inexact name, where the exact ones are among those that are tried.

    That is so on Linux. `before` looks each name up with a compiler and a linker.
    """
    return (lambda name: None) if sys.platform == "linux" else before


class UntypedArrays:
    """Stand in for WeasyPrint's way to C: arrays have one type, of whatever length they are.

    Every new type is parsed, which takes milliseconds, and it asks for two of new lengths for every font.
    """

    def __init__(self, before: Any) -> None:
        self._before = before

    def __getattr__(self, name: str) -> Any:
        return getattr(self._before, name)

    def new(self, kind: str, value: Any = None) -> Any:
        """Return what the type and the value ask for."""
        array = re.fullmatch(r"(\w+)\[[0-9]+\]", kind)
        if array is None or not isinstance(value, list | tuple):
            return self._before.new(kind, value)
        return self._before.new(f"{array[1]}[]", value)
