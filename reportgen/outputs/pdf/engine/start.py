"""Spare WeasyPrint what it does in vain, and what differs from one system to the next."""

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


def font_sum(before: Any, description: bytes, **named: Any) -> Any:
    """Return the sum that a font is called by, from what every version of Pango says of it.

    Since 1.52 it names the features of a font as well, and kerning is one that all text has.
    """
    return before(description.removesuffix(b" #kern 1"), **named)


def few_names(before: Callable[..., Any]) -> Callable[..., Any]:
    """Return what parses C as cffi does, with the declared names that are in it.

    cffi declares all of them again before every type, which takes most of the time that it parses.
    """
    def parse(parser: Any, source: str) -> Any:
        words = set(re.findall(r"\w+", source))
        declared = parser._declarations
        parser._declarations = {name: one for name, one in declared.items()
                                if name.removeprefix("typedef ") in words}
        try:
            return before(parser, source)
        finally:
            parser._declarations = declared

    return parse
