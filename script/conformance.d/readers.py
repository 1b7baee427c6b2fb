"""Read a DOCX with mammoth and pandoc: the same paragraphs, headings and merged cells in each."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from reportgen.outputs.document import Document


@dataclass(frozen=True)
class Seen:
    """What a reader shows: headings with their levels, paragraphs outside tables, cells with their spans."""

    headings: list[tuple[int, str]]
    paragraphs: list[str]
    tables: list[list[tuple[str, int, int]]]


def check(docx: Path, document: Document) -> str:
    """Say how what other readers show of a DOCX differs from the document, or nothing."""
    for name, read in (("mammoth", _mammoth), ("pandoc", _pandoc)):
        if wrong := _difference(_seen(read(docx)), _expected(document)):
            return f"{name}: {wrong}"
    if document.imprint and _plain(document.imprint.printed) not in _plain(_mammoth(docx)):
        return "mammoth: no 版记"
    return ""


def _mammoth(docx: Path) -> str:
    import mammoth

    with docx.open("rb") as file:
        return str(mammoth.convert_to_html(file).value)


def _pandoc(docx: Path) -> str:
    done = subprocess.run(["pandoc", "-f", "docx", "-t", "html", str(docx)], capture_output=True, text=True,
                          check=True)
    return done.stdout


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _seen(text: str) -> Seen:
    root = html.fromstring(f"<div>{text}</div>")
    headings = [(int(found.tag[1]), _plain(found.text_content()))
                for found in root.iter("h1", "h2", "h3", "h4")]
    paragraphs = [_plain(found.text_content()) for found in root.iter("p")
                  if not any(above.tag == "table" for above in found.iterancestors())]
    tables = [[(_plain(cell.text_content()), int(cell.get("rowspan", 1)), int(cell.get("colspan", 1)))
               for cell in table.iter("td", "th")] for table in root.iter("table")]
    return Seen(headings, [one for one in paragraphs if one], tables)


def _expected(document: Document) -> Seen:
    headings, paragraphs, tables = [], [], []
    for section in document.sections:
        headings.append((1, _plain(section.heading)))
        if section.table is not None:
            tables.append([(_plain(document.cells.get(cell.path, "") if cell.kind == "value" else cell.text),
                            cell.rowspan, cell.colspan) for row in section.rows for cell in row])
        for passage in (section.before, section.paragraphs, section.after):
            for paragraph in passage:
                if paragraph.is_heading:
                    headings.append((paragraph.level, _plain(paragraph.text)))
                else:
                    paragraphs.append(_plain(paragraph.text))
    return Seen(headings, paragraphs, tables)


def _difference(seen: Seen, expected: Seen) -> str:
    if seen.headings != expected.headings:
        pairs = zip(seen.headings, expected.headings, strict=False)
        wrong = next((pair for pair in pairs if pair[0] != pair[1]),
                     (seen.headings[-1:], expected.headings[-1:]))
        return f"heading {wrong[0]}, not {wrong[1]}"
    rest = iter(seen.paragraphs)
    lost = [text for text in expected.paragraphs if text not in rest]
    if lost:
        return f"no paragraph {lost[0][:20]}"
    for number, (one, other) in enumerate(zip(seen.tables, expected.tables, strict=False), 1):
        if one != other:
            cells = next((pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]),
                         (len(one), len(other)))
            return f"table {number}: {cells[0]}, not {cells[1]}"
    return "" if len(seen.tables) >= len(expected.tables) else f"{len(seen.tables)} tables"
