"""Say by its content what kind of file something is: a name may lie, and a suffix does not tell a form.

Which workbooks are forms only their sheets say, which is for the reader of forms.
"""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from pathlib import Path

_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0"
# A data file says its year, in a key of its own at the start of a line.
_YEAR = re.compile(rb"^(?:year|\xe5\xb9\xb4\xe5\xba\xa6|['\"]year['\"])[ \t]*:", re.MULTILINE)
_MEMBERS = (("word/", "WORD"), ("xl/", "WORKBOOK"), ("OFD.xml", "OTHER"), ("content.xml", "OTHER"))


class Kind(StrEnum):
    """What a file is; OTHER is for what this program cannot read."""

    DATA = "data"
    WORKBOOK = "workbook"
    OLD_WORKBOOK = "old workbook"
    WORD = "word"
    PDF = "pdf"
    PAGE = "page"
    TEXT = "text"
    OTHER = "other"


# What is read as a report as it was published; a workbook may be a form.
PUBLISHED = frozenset((Kind.WORD, Kind.PDF, Kind.PAGE, Kind.OLD_WORKBOOK, Kind.TEXT))


def kind_of(path: Path) -> Kind:
    """Return the kind of a file; one that cannot be opened is taken for a data file, whose reader says why."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return Kind.DATA
    suffix = path.suffix.lower()
    if head.lstrip().startswith(b"%PDF-"):
        return Kind.PDF
    if head.startswith(b"PK"):
        return _packed(path, suffix)
    if head.startswith(_OLE):
        return {".xls": Kind.OLD_WORKBOOK, ".xlsx": Kind.WORKBOOK, ".docx": Kind.WORD}.get(suffix, Kind.OTHER)
    return _text(head, suffix)


def _packed(path: Path, suffix: str) -> Kind:
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        # Broken: the reader of what it should be says so.
        return Kind.WORD if suffix in (".docx", ".docm") else Kind.WORKBOOK
    return next((Kind[kind] for start, kind in _MEMBERS if any(name.startswith(start) for name in names)),
                Kind.OTHER)


def _text(head: bytes, suffix: str) -> Kind:
    if suffix in (".yaml", ".yml"):
        return Kind.DATA
    if suffix in (".html", ".htm", ".xhtml", ".shtml") or b"<html" in head.lower():
        return Kind.PAGE
    if suffix == ".txt":
        return Kind.DATA if _YEAR.search(head) else Kind.TEXT
    return Kind.DATA
