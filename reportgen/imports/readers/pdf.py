"""Read a published PDF with text into blocks: lines joined to paragraphs, tables by their rules."""

from __future__ import annotations

import base64
import io
import re
import zlib
from typing import Any

from reportgen.files import limits
from reportgen.files.damage import damage
from reportgen.findings import InputError, Origin, refuse
from reportgen.imports.blocks import Blocks
from reportgen.imports.readers.pdf_faults import Faults
from reportgen.imports.readers.pdf_flow import join
from reportgen.imports.readers.pdf_page import take_apart

# A page with fewer characters than this on the average is a picture of one.
FEWEST_CHARACTERS = 20
_OLD_PACKING = frozenset(("LZWDecode", "LZW", "RunLengthDecode", "RL"))


def read_pdf(content: bytes, name: str) -> Blocks:
    """Return the blocks of a PDF; what is damaged in one that can be read is said, not logged.

    Raises InputError for one that is damaged, needs a password, is too long, or scanned.
    """
    from reportgen.files.pdf_library import pdfplumber, unlocked

    # Before its streams are looked at, which nobody sees the size of while they are encrypted.
    content = unlocked(content)
    _refuse_bomb(content, name)
    faults = Faults()
    try:
        with faults.heard(), pdfplumber().open(io.BytesIO(content)) as document:
            faults.look(document.doc)
            _refuse_other_packing(document.doc, name)
            if len(document.pages) > limits.PDF_PAGES:
                raise refuse(Origin(name), f"文件有 {len(document.pages)} 页，不像是一份年度报告")
            pages = [take_apart(page) for page in document.pages]
            characters = sum(len(page.chars) for page in document.pages)
    except InputError:
        raise
    except damage("pdfminer") as error:
        if "Password" in repr(error) or "Password" in repr(error.__cause__) or b"/Encrypt" in content:
            raise refuse(Origin(name), "PDF 要密码才能打开；请输入密码打开，另存一份没有密码的") from error
        raise refuse(Origin(name), "PDF 已损坏，读不出来；请重新取得一份") from error
    if characters < FEWEST_CHARACTERS * max(len(pages), 1):
        raise refuse(Origin(name), "PDF 里没有文字，是扫描的图片；"
                                   "请用原来的 Word 文件，或先用文字识别软件转成带文字的 PDF")
    blocks = join(pages)
    blocks.said += faults.told()
    return blocks


def _refuse_bomb(content: bytes, name: str) -> None:
    """Refuse a PDF whose streams unpack to far more than a report holds; the parser itself knows no limit."""
    left, whole = limits.PDF_UNPACKED_BYTES, memoryview(content)
    for matched in re.finditer(rb"stream\r?\n", content):
        piece: bytes | memoryview = whole[matched.end():]
        # A stream may be packed several times over; what it is packed with is seen by its content.
        while unpacked := _unpacked(piece, left):
            piece = unpacked
            left -= len(piece)
            if left < 0:
                raise refuse(Origin(name), "PDF 解压后太大，不像是一份年度报告")


def _unpacked(piece: bytes | memoryview, limit: int) -> bytes:
    """Return a stream without its outermost packing; empty where it has none.

    At most a byte beyond the limit.
    """
    try:
        if bytes(piece[:1]) in (b"\x78", b"\x58", b"\x48", b"\x68"):
            return zlib.decompressobj().decompress(piece, limit + 1)
        if text := re.match(rb"\s*(?:<~)?([!-uz\s]{8,})~>", piece):
            return base64.a85decode(text[1])
        if text := re.match(rb"[0-9A-Fa-f\s]{8,}>", piece):
            digits = b"".join(text[0][:-1].split())
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    except (zlib.error, ValueError):
        pass
    return b""


def _refuse_other_packing(document: Any, name: str) -> None:
    """Refuse a PDF with streams packed in old ways that _refuse_bomb does not unpack.

    Pictures are never read.
    """
    from pdfminer.pdftypes import PDFObjectNotFound, PDFStream
    from pdfminer.psparser import literal_name

    for ident in sorted({ident for xref in document.xrefs for ident in xref.get_objids()}):
        try:
            found = document.getobj(ident)
        except PDFObjectNotFound:
            continue
        if isinstance(found, PDFStream) and literal_name(found.get("Subtype", "")) != "Image" and \
                {literal_name(kind) for kind, _ in found.get_filters()} & _OLD_PACKING:
            raise refuse(Origin(name),
                         "PDF 用了过时的压缩方法，没有读取；请用 Word、WPS 或浏览器重新输出一份 PDF")
