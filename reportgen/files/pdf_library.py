"""Import pdfplumber, which reads PDF files, without what it draws with, and take encryption off files."""

from __future__ import annotations

import importlib
import io
import sys
import types
from functools import cache
from typing import Any

# Names that pdfplumber and pdfminer import, and use for encrypted files only, which they are not given. To
# import them takes as long as to read a short file, and the folders of script/bundle come without.
_LATE = {"cryptography.hazmat.backends": ("default_backend",),
         "cryptography.hazmat.primitives.ciphers": ("Cipher", "algorithms", "modes")}
# What draws pages as pictures, which nothing here asks pdfplumber for.
_UNUSED = "pypdfium2"


class _Late:
    """Something in a module that is imported when it is first used."""

    def __init__(self, module: str, name: str) -> None:
        self._place = module, name

    def _found(self) -> Any:
        module, name = self._place
        return getattr(importlib.import_module(module), name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._found(), name)

    def __call__(self, *values: Any, **named: Any) -> Any:
        return self._found()(*values, **named)


@cache
def pdfplumber() -> Any:
    """Return the module pdfplumber."""
    stand_ins = {name: types.ModuleType(name) for name in (*_LATE, _UNUSED) if name not in sys.modules}
    for module, names in _LATE.items():
        for name in names if module in stand_ins else ():
            setattr(stand_ins[module], name, _Late(module, name))
    # A package is looked for before what is in it.
    above = {"cryptography", "cryptography.hazmat", "cryptography.hazmat.primitives"} - set(sys.modules)
    sys.modules.update(stand_ins | {name: types.ModuleType(name) for name in above})
    try:
        return importlib.import_module("pdfplumber")
    finally:
        for name in (*stand_ins, *above):
            del sys.modules[name]


def unlocked(content: bytes) -> bytes:
    """Return a PDF without its encryption (ISO 32000-1, 7.6), as it is where a password is needed to open it.

    What is published is often protected against changes, by a password that reading does not need.
    """
    if b"/Encrypt" not in content:
        return content
    import pypdfium2
    from pypdfium2.raw import FPDF_REMOVE_SECURITY

    stream = io.BytesIO()
    try:
        with pypdfium2.PdfDocument(content) as document:
            document.save(stream, flags=FPDF_REMOVE_SECURITY)
    except pypdfium2.PdfiumError:
        return content
    return stream.getvalue()
