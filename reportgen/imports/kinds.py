"""Tell what kind of file a published report is, by its content first; name those that cannot be read."""

from __future__ import annotations

from reportgen.findings import Origin, refuse
from reportgen.form.read import guard
from reportgen.imports.blocks import Blocks

_OLE = b"\xd0\xcf\x11\xe0"
READ = (".docx", ".pdf", ".html", ".htm", ".xhtml", ".shtml", ".txt", ".xlsx", ".xlsm", ".xls")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
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
    ".zip": "是压缩包；请先解压",
    ".rar": "是压缩包；请先解压",
    ".7z": "是压缩包；请先解压",
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp"), _PICTURE),
}


def read_blocks(content: bytes, suffix: str, name: str) -> Blocks:
    """Return the blocks of a file by what it is; its suffix only tells Word from Excel.

    Raises InputError for a kind that is not read, with what to do.
    """
    # Each reader is imported where it is used: together they take a second.
    if content.lstrip()[:5] == b"%PDF-":
        from reportgen.imports.readers.pdf import read_pdf

        return read_pdf(content, name)
    if kind := _unreadable(content, suffix):
        raise refuse(Origin(name), REFUSED[kind])
    if content.startswith((_OLE, b"PK")):
        return _office(content, suffix, name)
    if suffix in (".html", ".htm", ".xhtml", ".shtml") or b"<html" in content[:4096].lower():
        from reportgen.imports.readers.html import read_html

        return read_html(content, name)
    if suffix == ".txt" and (content.startswith(UTF_16) or b"\x00" not in content):
        from reportgen.imports.readers.text import read_text

        return read_text(content)
    raise refuse(Origin(name), "认不出这种文件；可以读取 .docx、.pdf、.html、.txt、.xlsx、.xls")


def _unreadable(content: bytes, suffix: str) -> str:
    """Return the kind, as a key of REFUSED, of a file that is not read; empty for others."""
    if content.startswith(b"{\\rtf"):
        return ".rtf"
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return ".jpg"
    if content.startswith(b"PK"):
        if b"mimetypeapplication/vnd.oasis.opendocument.text" in content[:200]:
            return ".odt"
        if b"OFD.xml" in content and b"word/document.xml" not in content:
            return ".ofd"
        return suffix if suffix == ".zip" else ""
    if content.startswith(_OLE):
        # Old Word and WPS name their stream; an encrypted .docx is packed in the same way.
        words = "WordDocument".encode("utf-16-le") in content
        return (".wps" if suffix == ".wps" else ".doc") if words else ""
    return suffix if suffix in REFUSED else ""


def _office(content: bytes, suffix: str, name: str) -> Blocks:
    if content.startswith(_OLE) and suffix == ".xls":
        from reportgen.imports.readers.excel import read_excel

        return read_excel(content, name)
    guard(content, name)
    if suffix in (".xlsx", ".xlsm"):
        from reportgen.imports.readers.excel import read_excel

        return read_excel(content, name)
    from reportgen.imports.readers.docx import read_docx

    return read_docx(content, name)
