"""Name what the libraries that read files raise for a damaged one: one table, each with what raises it.

Only these are taken for damage of the file; anything else is a fault of the program.
"""

from __future__ import annotations

import importlib
from functools import cache

# By library: an exception (module and name), and what in a file raises it.
_RAISED: dict[str, dict[str, str]] = {
    "zipfile": {
        "zipfile:BadZipFile": "no directory, or a member that does not agree with its checksum",
        "zlib:error": "a member that does not unpack",
        "builtins:EOFError": "a member that breaks off",
        "builtins:KeyError": "no member of this name",
        "builtins:NotImplementedError": "a member packed in another way or for a later version",
        "builtins:RuntimeError": "an encrypted member",
        "builtins:OSError": "a member that begins before the file",
        "builtins:ValueError": "a name or a date that is none",
    },
    "lxml": {
        "lxml.etree:LxmlError": "a part that is no XML, or no page",
        "builtins:ValueError": "a character that XML does not have",
    },
    "python-docx": {
        "docx.exceptions:PythonDocxError": "no main part, or one of another kind",
        "builtins:KeyError": "a relationship to a part that is not there, or of no known kind",
        "builtins:AttributeError": "a part of another kind than asked for, a relationship without a target",
        "builtins:TypeError": "an attribute that is not there where a number has to be",
        "builtins:IndexError": "a part without a folder",
    },
    "docxtpl": {
        "builtins:ZeroDivisionError": "a table that has rows and no columns",
        "builtins:TypeError": "a column without a width",
        "builtins:AttributeError": "a table without properties or a grid",
        "builtins:IndexError": "a row with more cells than the grid has columns",
    },
    "openpyxl": {
        "openpyxl.utils.exceptions:InvalidFileException": "no workbook",
        "builtins:SyntaxError": "a part that is no XML: ParseError is one",
        "builtins:LookupError": "a sheet, a style or a shared text that is not there",
        "builtins:AttributeError": "a part of another kind than its place asks for",
        "builtins:TypeError": "an attribute that is not there, or not known",
        "builtins:ArithmeticError": "a date or a number beyond all bounds",
    },
    "calamine": {
        "python_calamine:CalamineError": "no workbook, or one with a password",
        "builtins:OSError": "a part that cannot be read",
        "builtins:ValueError": "no sheet of this name",
    },
    "pdfminer": {
        "pdfminer.psexceptions:PSException": "no PDF, or one with a password",
        "pdfplumber.utils.exceptions:PdfminerException": "the same, as pdfplumber has it",
        "builtins:ArithmeticError": "a font or a matrix of no size",
        "builtins:AssertionError": "an object of another kind than asked for",
        "builtins:AttributeError": "a reference to nothing",
        "builtins:LookupError": "a dictionary without an entry, an operator without an operand",
        "builtins:TypeError": "a name or a list where a number has to be",
        "builtins:ValueError": "a number that is none, a glyph of no known code",
        "builtins:RecursionError": "objects that hold themselves",
        "builtins:EOFError": "a stream that breaks off",
        "builtins:OSError": "an offset before the start",
        "builtins:NotImplementedError": "a kind of font or image that the library does not know",
        "struct:error": "a font that breaks off",
        "zlib:error": "a stream that does not unpack",
    },
    # For pages and stylesheets that a user changed; with those of the package each is a fault of the program.
    "weasyprint": {
        "builtins:ArithmeticError": "a size of nothing, or beyond all bounds",
        "builtins:AssertionError": "text of no size, a box that fits no page",
        "builtins:AttributeError": "a box of another kind than its place asks for",
        "builtins:LookupError": "text that is tagged and not drawn",
        "builtins:NotImplementedError": "a property that the engine only reads",
        "builtins:RecursionError": "boxes too deep in each other",
        "builtins:TypeError": "a length where the engine wants a number",
        "builtins:ValueError": "a number that no PDF has",
    },
}
# What the class of a panic in a library written in Rust is called; no module can be imported that has it.
_PANIC = ("pyo3_runtime", "PanicException")


@cache
def damage(*libraries: str) -> tuple[type[Exception], ...]:
    """Return what some libraries raise for a damaged file, for an except clause; they are imported."""
    found = (name.split(":") for library in libraries for name in _RAISED[library])
    return tuple(dict.fromkeys(getattr(importlib.import_module(module), name) for module, name in found))


def is_panic(error: BaseException) -> bool:
    """Say whether an exception is a panic of a library written in Rust, which is no Exception."""
    return (type(error).__module__, type(error).__name__) == _PANIC
