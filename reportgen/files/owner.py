"""Keep files of another agency from being overwritten: what was built names its agency as author."""

from __future__ import annotations

import html
import io
import re
import zipfile
from pathlib import Path

from reportgen.files.damage import damage
from reportgen.findings import Origin, refuse


def require_own(folder: Path, name: str, agency: str) -> None:
    """Refuse to overwrite the files of another agency.

    Raises InputError where a DOCX or, without one, a PDF called `name` (without suffix) is there and not an
    agency's. A file that does not say whose it is, or cannot be read, is nobody's.
    """
    for path, author in ((folder / f"{name}.docx", _docx_author), (folder / f"{name}.pdf", _pdf_author)):
        if not path.is_file():
            continue
        found = author(path)
        if found and found != agency:
            raise refuse(Origin(str(path)), f"已经有这个文件，作者是“{found}”，不是“{agency}”，没有覆盖；"
                                            "请用 -o 换一个文件夹，或先移走这个文件")
        return


def _docx_author(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            core = package.read("docProps/core.xml").decode()
    except damage("zipfile"):
        return ""
    found = re.search(r"<dc:creator>([^<]*)</dc:creator>", core)
    return html.unescape(found[1]).strip() if found else ""


def _pdf_author(path: Path) -> str:
    # Imported here because it takes long, and a PDF that is to be written again mostly has its DOCX beside
    # it.
    from reportgen.files.pdf_library import pdfplumber, unlocked

    try:
        with pdfplumber().open(io.BytesIO(unlocked(path.read_bytes()))) as document:
            return str(document.metadata.get("Author") or "").strip()
    except damage("pdfminer"):
        return ""
