"""The Word templates in LibreOffice: as they stand they look like the report, and saved they serve."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pdfplumber
import rendering

import reportgen
from reportgen.files.resources import templates_folder
from reportgen.findings import InputError
from reportgen.format import all_editions
from reportgen.outputs.build import Options

# A page of prose that gives way, and the tables.
MOST_PAGES = 4


def check(examples: list[Path], work: Path) -> str:
    """Return what is wrong with the templates of the editions, or an empty string.

    `examples` are data files.
    """
    work.mkdir(parents=True, exist_ok=True)
    copies = {}
    for edition in all_editions():
        copies[edition.id] = work / f"template-{edition.id}.docx"
        copies[edition.id].write_bytes((templates_folder() / edition.id / "report.docx").read_bytes())
    shown = rendering.libreoffice(list(copies.values()), work / "shown")
    wrong = [f"{edition}: {found}" for edition, path in copies.items()
             if (found := _as_it_stands(shown[path]))]
    return "; ".join(wrong) or _saved(copies, examples, work / "saved")


def _as_it_stands(path: Path) -> str:
    with pdfplumber.open(path) as pdf:
        texts = [re.sub(r"\s", "", page.extract_text()) for page in pdf.pages]
    if len(texts) > MOST_PAGES:
        return f"{len(texts)} pages"
    # The third table with its heading, first row and last row.
    whole = [text for text in texts if all(words in text for words in (
        "三、收到和处理政府信息公开申请情况", "一、本年新收政府信息公开申请数量", "四、结转下年度继续办理"))]
    return "" if len(whole) == 1 else "the third table is not on one page"


def _saved(copies: dict[str, Path], examples: list[Path], work: Path) -> str:
    profile = f"-env:UserInstallation={(work / 'profile').resolve().as_uri()}"
    for edition, path in copies.items():
        folder = work / "templates" / edition
        folder.mkdir(parents=True)
        subprocess.run(["soffice", "--headless", profile, "--convert-to", "docx:MS Word 2007 XML", "--outdir",
                        str(folder), str(path)], check=True, capture_output=True, timeout=600)
        (folder / path.name).rename(folder / "report.docx")
    for example in examples:
        try:
            reportgen.build(reportgen.read(example), work / "out",
                            options=Options(templates=work / "templates"))
        except InputError as error:
            return f"saved by LibreOffice: {error}"
    return ""
