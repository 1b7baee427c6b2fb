"""Tell what a file is, by its content first: a data file, a workbook, a published report of some kind.

Those that cannot be read are named, with what to do.
"""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import Path

from reportgen.files import limits
from reportgen.files.damage import damage
from reportgen.findings import Origin, refuse
from reportgen.form.read import guard
from reportgen.imports.blocks import Blocks

_OLE = b"\xd0\xcf\x11\xe0"
READ = (".docx", ".pdf", ".html", ".htm", ".xhtml", ".shtml", ".txt", ".xlsx", ".xlsm", ".xls")
_HEAD = 4096
_DATA, _WORKBOOKS = (".yaml", ".yml"), (".xlsx", ".xlsm")
# A data file says its year, in a key of its own.
_YEAR = re.compile(r"^[\"']?(?:year|年度)[\"']?[ \t]*:".encode(), re.MULTILINE)
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CALLED = {".docx": "Word 文件", ".pdf": "PDF", **dict.fromkeys((*_WORKBOOKS, ".xls"), "Excel 文件")}
# How files begin that are refused whatever they are called.
_STARTS = {b"{\\rtf": ".rtf", b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".jpg", b"Rar!\x1a\x07": ".rar",
           b"7z\xbc\xaf\x27\x1c": ".7z", b"\x1f\x8b": ".gz"}
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."
_SAVE = "请用 Word 或 WPS 打开，另存为 .docx 或 PDF 再读取"
_PICTURE = "是图片；请用原来的 Word 文件，或先用文字识别软件转成带文字的 PDF"
# What is refused by name, and what to do with it.
REFUSED = {
    ".doc": f"是旧版 Word 文档（.doc）；{_SAVE}",
    ".wps": f"是 WPS 文字文档（.wps）；{_SAVE}",
    ".odt": f"是 OpenDocument 文档（.odt）；{_SAVE}",
    ".rtf": f"是 RTF 文档；{_SAVE}",
    ".ofd": "是 OFD 版式文件；请用 OFD 阅读器转成带文字的 PDF，或用原来的 Word 文件",
    ".ceb": "是 CEB 版式文件；请转成带文字的 PDF，或用原来的 Word 文件",
    ".mht": "是单文件网页（.mht）；请用浏览器打开，另存为 .html 再读取",
    ".mhtml": "是单文件网页（.mhtml）；请用浏览器打开，另存为 .html 再读取",
    ".et": "是 WPS 表格（.et）；请用 WPS 打开，另存为 .xlsx 再读取",
    ".ods": "是 OpenDocument 表格（.ods）；请用 Excel 或 WPS 打开，另存为 .xlsx 再读取",
    ".uof": f"是 UOF 文档（.uof）；{_SAVE}",
    **dict.fromkeys((".zip", ".rar", ".7z", ".gz"), "是压缩包；请先解压，再读取里面的文件"),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp"), _PICTURE),
}


class Kind(StrEnum):
    """What a file is. A workbook may be a form, which only its sheets say; REFUSED is what is not read."""

    DATA = "data file"
    WORKBOOK = "workbook"
    OLD_WORKBOOK = "old workbook"
    WORD = "word"
    PDF = "pdf"
    PAGE = "page"
    TEXT = "text"
    REFUSED = "refused"


def kind_of_file(path: Path) -> Kind:
    """Return the kind of a file; one that cannot be opened counts as a data file, whose reader says why."""
    try:
        return kind_of_content(_content(path), path.suffix.lower())
    except OSError:
        return Kind.DATA


def why_refused(path: Path) -> str:
    """Return what a file of the kind REFUSED is, and what to do with it."""
    return REFUSED[_unreadable(_content(path), path.suffix.lower())]


def _content(path: Path) -> bytes:
    """Return as much of a file as tells its kind."""
    with path.open("rb") as stream:
        content = stream.read(_HEAD)
        return content + stream.read(limits.PUBLISHED_BYTES) if content.startswith((_OLE, b"PK")) else content


def kind_of_content(content: bytes, suffix: str) -> Kind:
    """Return what a file is by its content; its suffix only tells kinds of text, and old workbooks."""
    head = content[:_HEAD]
    if head.lstrip().startswith(b"%PDF-"):
        return Kind.PDF
    if _unreadable(content, suffix):
        return Kind.REFUSED
    if content.startswith(b"PK"):
        workbook = b"xl/workbook" in content or (suffix in _WORKBOOKS and b"word/document" not in content)
        return Kind.WORKBOOK if workbook else Kind.WORD
    if content.startswith(_OLE):
        return Kind.OLD_WORKBOOK if suffix == ".xls" else Kind.WORKBOOK if suffix in _WORKBOOKS else Kind.WORD
    if suffix in _DATA:
        return Kind.DATA
    if suffix in (".html", ".htm", ".xhtml", ".shtml") or b"<html" in head.lower():
        return Kind.PAGE
    if suffix in _WORKBOOKS:
        return Kind.WORKBOOK
    if suffix == ".txt" and (content.startswith(UTF_16) or b"\x00" not in content):
        return Kind.DATA if _YEAR.search(head) else Kind.TEXT
    return Kind.WORD if suffix == ".docx" else Kind.PDF if suffix == ".pdf" else Kind.DATA


def read_blocks(content: bytes, suffix: str, name: str) -> Blocks:
    """Return the blocks of a file by what it is.

    Raises InputError for a kind that is not read, with what to do.
    """
    # Each reader is imported where it is used: together they take a second.
    kind = kind_of_content(content, suffix)
    if kind is Kind.REFUSED:
        raise refuse(Origin(name), REFUSED[_unreadable(content, suffix)])
    if kind is Kind.PDF and b"%PDF-" in content[:_HEAD]:
        from reportgen.imports.readers.pdf import read_pdf

        return read_pdf(content, name)
    if kind is Kind.PAGE:
        from reportgen.imports.readers.html import read_html

        return read_html(content, name)
    if kind is Kind.TEXT:
        from reportgen.imports.readers.plain_text import read_plain_text

        return read_plain_text(content)
    if content.startswith((_OLE, b"PK")):
        return _office(content, kind, name)
    # Of these the name alone says the kind: a download that broke off, or another file that was renamed.
    if called := _CALLED.get(suffix):
        raise refuse(Origin(name), f"文件已损坏，或不是 {called}；请双击打开看看：打得开的另存一份再读取，"
                                   "打不开的请重新取得一份")
    raise refuse(Origin(name), "认不出这种文件；可以读取 .docx、.pdf、.html、.txt、.xlsx、.xls")


def _unreadable(content: bytes, suffix: str) -> str:
    """Return the kind, as a key of REFUSED, of a file that is not read; empty for others."""
    for start, kind in _STARTS.items():
        if content.startswith(start):
            return kind
    if content.startswith(b"PK"):
        return _unreadable_package(content, suffix)
    if content.startswith(_OLE):
        # Old Word and WPS name their stream; an encrypted .docx is packed in the same way.
        words = "WordDocument".encode("utf-16-le") in content
        return (".wps" if suffix == ".wps" else ".doc") if words else ".et" if suffix == ".et" else ""
    return suffix if suffix in REFUSED else ""


def _unreadable_package(content: bytes, suffix: str) -> str:
    """Return what `_unreadable` does for a zip archive, which a Word file and a workbook are, too."""
    head = content[:200]
    if _OPEN_DOCUMENT in head:
        return ".ods" if _OPEN_DOCUMENT + b"spreadsheet" in head else ".odt"
    names = _names(content)
    office = any(name.startswith(("word/", "xl/")) for name in names)
    if not office and ("OFD.xml" in names or (not names and b"OFD.xml" in content)):
        return ".ofd"
    reports = any(name.lower().endswith(READ) for name in names)
    archive = bool(names) and not office and (reports or suffix not in READ)
    return ".zip" if suffix == ".zip" or archive else ""


def _names(content: bytes) -> list[str]:
    """Return what a zip archive holds; nothing where it is damaged, which its reader tells."""
    try:
        return zipfile.ZipFile(io.BytesIO(content)).namelist()
    except damage("zipfile"):
        return []


def _office(content: bytes, kind: Kind, name: str) -> Blocks:
    if kind is not Kind.OLD_WORKBOOK:
        guard(content, name)
    if kind is Kind.WORD:
        from reportgen.imports.readers.docx import read_docx

        return read_docx(content, name)
    from reportgen.imports.readers.excel import read_excel

    return read_excel(content, name)
