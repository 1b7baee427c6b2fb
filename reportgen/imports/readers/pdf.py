"""Read a published PDF with text into blocks: lines joined to paragraphs, tables by their rules."""

from __future__ import annotations

import base64
import io
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from reportgen.findings import InputError, Origin, refuse
from reportgen.imports.blocks import DOUBT, Blocks, Grid, Text
from reportgen.imports.readers.pdf_faults import Faults

MAX_PAGES = 300
MAX_UNPACKED = 200 * 1024 * 1024
# A page with fewer characters than this on the average is a picture of one.
FEWEST_CHARACTERS = 20
_PAGE_NUMBER = re.compile(r"[—–\-－ 第]*\d{1,3}[—–\-－ 页]*")


@dataclass(frozen=True)
class _Line:
    text: str
    left: float
    right: float
    top: float
    size: float
    page: int


_OLD_PACKING = frozenset(("LZWDecode", "LZW", "RunLengthDecode", "RL"))


def read_pdf(content: bytes, name: str) -> Blocks:
    """Return the blocks of a PDF; what is damaged in one that can be read is said, not logged.

    Raises InputError for one that is damaged, encrypted, too long, or scanned.
    """
    from reportgen.files.pdf_library import pdfplumber

    _refuse_bomb(content, name)
    faults = Faults()
    try:
        with faults.heard(), pdfplumber().open(io.BytesIO(content)) as document:
            faults.look(document.doc)
            _refuse_other_packing(document.doc, name)
            if len(document.pages) > MAX_PAGES:
                raise refuse(Origin(name), f"文件有 {len(document.pages)} 页，不像是一份年度报告")
            pages = [_page(page) for page in document.pages]
            characters = sum(len(page.chars) for page in document.pages)
    except InputError:
        raise
    except Exception as error:  # The parser raises whatever it stumbles on.
        if "Password" in repr(error) or "Password" in repr(error.__cause__) or b"/Encrypt" in content:
            raise refuse(Origin(name), "PDF 加了密码，请先去掉密码") from error
        raise refuse(Origin(name), "PDF 已损坏，读不出来；请重新取得一份") from error
    if characters < FEWEST_CHARACTERS * max(len(pages), 1):
        raise refuse(Origin(name), "PDF 里没有文字，是扫描的图片；"
                                   "请用原来的 Word 文件，或先用文字识别软件转成带文字的 PDF")
    blocks = _joined(pages)
    blocks.said += faults.told()
    return blocks


def _refuse_bomb(content: bytes, name: str) -> None:
    """Refuse a PDF whose streams unpack to far more than a report holds; the parser itself knows no limit."""
    left, whole = MAX_UNPACKED, memoryview(content)
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


def _page(page: Any) -> list[_Line | Grid]:
    """Return the lines and tables of a page, from top to bottom."""
    tables = page.find_tables()
    boxes = [table.bbox for table in tables]

    def outside(thing: dict[str, Any]) -> bool:
        if thing["object_type"] != "char":
            return True
        middle = (thing["top"] + thing["bottom"]) / 2
        return not any(x0 - 1 <= thing["x0"] and thing["x1"] <= x1 + 1 and y0 - 1 <= middle <= y1 + 1
                       for x0, y0, x1, y1 in boxes)

    found: list[tuple[float, _Line | Grid]] = []
    for line in page.filter(outside).extract_text_lines(return_chars=True, strip=False):
        text = "".join(char["text"] for char in line["chars"])
        size = Counter(round(char["size"], 1) for char in line["chars"]).most_common(1)[0][0]
        found.append((line["top"], _Line(text, line["x0"], line["x1"], line["top"], size, page.page_number)))
    for table in tables:
        rows = tuple(tuple(None if cell is None else _cell(page, cell) for cell in row.cells)
                     for row in table.rows)
        found.append((table.bbox[1], Grid(rows, f"第{page.page_number}页的表", table.bbox[0])))
    items = [item for _, item in sorted(found, key=lambda pair: pair[0])]
    while items and isinstance(items[-1], _Line) and _PAGE_NUMBER.fullmatch(items[-1].text.strip()):
        items.pop()
    return items


def _cell(page: Any, box: tuple[float, float, float, float]) -> str:
    inside = [char for char in page.chars if box[0] <= (char["x0"] + char["x1"]) / 2 <= box[2]
              and box[1] <= (char["top"] + char["bottom"]) / 2 <= box[3]]
    inside.sort(key=lambda char: (round(char["top"]), char["x0"]))
    text = "".join(char["text"] for char in inside)
    return text + DOUBT if _crosses(page, inside, box) else text


def _crosses(page: Any, inside: list[dict[str, Any]], box: tuple[float, float, float, float]) -> bool:
    """Say whether a number reaches over a side of its cell, so that nobody knows whose it is."""
    digits = [char for char in inside if char["text"].isdigit()]
    if any(char["x0"] < box[0] - 0.3 or char["x1"] > box[2] + 0.3 for char in digits):
        return True
    beyond = [char for char in page.chars if char["text"].isdigit()
              and box[1] <= (char["top"] + char["bottom"]) / 2 <= box[3]
              and not box[0] <= (char["x0"] + char["x1"]) / 2 <= box[2]]
    # The digits of one number follow each other without a gap.
    return any(abs(one["top"] - two["top"]) < 0.3 * one["size"]
               and min(abs(one["x0"] - two["x1"]), abs(two["x0"] - one["x1"])) < 0.08 * one["size"]
               for one in digits for two in beyond)


def _joined(pages: list[list[_Line | Grid]]) -> Blocks:
    """Join lines to paragraphs: a line that is indented, centred, or after a short one begins a new one."""
    pages = _without_heads(pages)
    lines = [item for page in pages for item in page if isinstance(item, _Line)]
    left = _margin(pages, lines)
    right = max((line.right for line in lines), default=0.0)
    blocks = Blocks()
    open_: list[_Line] = []

    def close() -> None:
        if open_:
            text = "".join(line.text for line in open_)
            blocks.items.append(Text(text, f"第{open_[0].page}页", str(open_[0].size)))
            open_.clear()

    for item in (item for page in pages for item in page):
        if isinstance(item, Grid):
            close()
            blocks.items.append(item)
            continue
        flush = item.left < left + 0.8 * item.size
        full = bool(open_) and open_[-1].right > right - 3 * item.size
        if not (open_ and flush and full and abs(open_[-1].size - item.size) < 0.5):
            close()
        open_.append(item)
    close()
    return blocks


def _margin(pages: list[list[_Line | Grid]], lines: list[_Line]) -> float:
    """Return where lines that continue a paragraph begin, from the left.

    Two characters left of most lines, if most are first lines.
    """
    if not lines:
        return 0
    often = Counter(round(line.left) for line in lines).most_common(1)[0][0]
    size = Counter(line.size for line in lines).most_common(1)[0][0]
    edges = [item.left for page in pages for item in page]
    return next((edge for edge in sorted(edges) if 1.6 * size <= often - edge <= 2.4 * size), often)


def _without_heads(pages: list[list[_Line | Grid]]) -> list[list[_Line | Grid]]:
    """Leave out the line that stands at the top of page after page: a running head, 送审稿."""
    heads = Counter(page[0].text.strip() for page in pages if page and isinstance(page[0], _Line))
    return [page[1:] if page and isinstance(page[0], _Line) and heads[page[0].text.strip()] > 2 else page
            for page in pages]
