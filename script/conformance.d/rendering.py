"""Read what was built: lines with their places, LibreOffice's rendering of the DOCX, images."""

from __future__ import annotations

import html
import os
import re
import subprocess
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

import pdfplumber
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib import TTFont

from reportgen.files.resources import fonts_folder, hanzi_folder
from reportgen.standard import layout

_STAND_INS = {layout.FACES[role].official: layout.FACES[role].family
              for role in ("fangsong", "kaiti", "heiti", "xiaobiaosong", "songti", "latin")}

_CONDENSED = re.compile(r'fo:letter-spacing="-([0-9.]+)in"')


@dataclass(frozen=True)
class Line:
    """One line of text outside tables, without white space; places in points from the page's corner."""

    text: str
    page: int
    left: float
    right: float
    top: float
    size: float


@dataclass(frozen=True)
class Rendered:
    """A PDF as read: lines of the type area, what stands below it, and the pages that have tables."""

    pages: int
    lines: tuple[Line, ...]
    below: tuple[tuple[str, float, float, float], ...]
    tables: tuple[int, ...]


def rendered(path: Path) -> Rendered:
    """Read a PDF."""
    foot = (layout.PAGE_HEIGHT - layout.MARGIN_BOTTOM) / layout.MM_PER_POINT
    head = layout.MARGIN_TOP / layout.MM_PER_POINT
    lines, below, with_tables = [], [], []
    with pdfplumber.open(path) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            tables = [table.bbox for table in page.find_tables()]
            with_tables += [number] if tables else []
            text = page.filter(lambda thing, tables=tables:
                               thing["object_type"] != "char" or not _inside(thing, tables))
            for line in text.extract_text_lines(return_chars=True):
                plain = re.sub(r"\s", "", line["text"])
                if line["top"] >= foot:
                    below.append((plain, line["x0"], line["x1"], line["top"]))
                elif plain and line["bottom"] > head:
                    size = max(char["size"] for char in line["chars"])
                    lines.append(Line(plain, number, line["x0"], line["x1"], line["top"], round(size, 1)))
        return Rendered(len(pdf.pages), tuple(lines), tuple(below), tuple(with_tables))


def overprinted(path: Path) -> str:
    """Return the first two characters of a PDF that stand on each other in a line; "" for none."""
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            for one, two in pairwise(char for char in page.chars if char["text"].strip() and char["upright"]):
                # A mark that shares its blank half moves by half its size; letters are narrower than that.
                least = one["size"] * (0.1 if one["text"].isascii() else 0.4)
                if abs(one["top"] - two["top"]) < 1 and 0 <= two["x0"] - one["x0"] < least:
                    return f"page {page.page_number}: {two['text']} stands on {one['text']}"
    return ""


def _inside(char: dict[str, float], tables: list[tuple[float, float, float, float]]) -> bool:
    middle = (char["top"] + char["bottom"]) / 2
    return any(x0 - 1 <= char["x0"] and char["x1"] <= x1 + 1 and y0 <= middle <= y1
               for x0, y0, x1, y1 in tables)


def libreoffice(documents: list[Path], work: Path) -> dict[Path, Path]:
    """Return LibreOffice's PDF of each DOCX, set with the package's fonts in place of the official ones.

    LibreOffice 7.4 does not read three things that a DOCX says and Word heeds: that punctuation does not hang
    (w:overflowPunct), that no space is put beside digits (w:autoSpaceDE, w:autoSpaceDN), and which characters
    may not end or begin a line (w:noLineBreaksAfter, w:noLineBreaksBefore). So they are read from the DOCX
    here and told to LibreOffice in its own format, between reading and setting. A fourth it reads and does
    not do: it condenses by a sixth of the size at most, and not at all behind the last character of a run
    (w:spacing), so a mark that is to take half its width is told it as narrower letters.
    """
    work.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "FONTCONFIG_FILE": str(_font_configuration(work))}
    profile = f"-env:UserInstallation={(work / 'profile').resolve().as_uri()}"

    def convert(kind: str, files: list[Path]) -> None:
        command = ["soffice", "--headless", profile, "--convert-to", kind, "--outdir", str(work),
                   *map(str, files)]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=600)

    convert("fodt", documents)
    flats = []
    for document in documents:
        flat = work / f"{document.stem}.fodt"
        flat.write_text(_told(flat.read_text(encoding="utf-8"), document), encoding="utf-8")
        flats.append(flat)
    convert("pdf", flats)
    return {document: work / f"{document.stem}.pdf" for document in documents}


def _told(flat: str, document: Path) -> str:
    with zipfile.ZipFile(document) as package:
        settings, styles = (package.read(f"word/{name}.xml").decode() for name in ("settings", "styles"))
    body = re.search(r'<w:style [^>]*w:styleId="BodyText".*?</w:style>', styles, re.DOTALL)
    if body and '<w:overflowPunct w:val="0"/>' in body[0]:
        flat = flat.replace('style:punctuation-wrap="hanging"', 'style:punctuation-wrap="simple"')
    if body and '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>' in body[0]:
        flat = flat.replace('style:text-autospace="ideograph-alpha"', 'style:text-autospace="none"')
    flat = _CONDENSED.sub(_narrower, flat)
    first, last = (html.unescape(re.search(rf'<w:{tag} w:lang="zh-CN" w:val="([^"]*)"', settings)[1])
                   for tag in ("noLineBreaksBefore", "noLineBreaksAfter"))
    values = {"Language": "zh", "Country": "CN", "Variant": "", "BeginLine": first, "EndLine": last}
    items = "".join(f'<config:config-item config:name="{name}" config:type="string">{escape(value)}'
                    "</config:config-item>" for name, value in values.items())
    rules = ('<config:config-item-map-indexed config:name="ForbiddenCharacters">'
             f"<config:config-item-map-entry>{items}</config:config-item-map-entry></config:config-item-map-indexed>")
    mark = 'config:name="ooo:configuration-settings">'
    assert flat.count(mark) == 1
    return flat.replace(mark, mark + rules)


def _narrower(found: re.Match[str]) -> str:
    """Return the look of a condensed run as narrower letters, where LibreOffice would condense it by less."""
    points = float(found[1]) * 72
    # What the styles themselves say, in inches of four places.
    if points < -layout.LETTER_SPACING + 0.01:
        return found[0]
    # LibreOffice leaves out the spacing behind the run before, too.
    scale = (layout.BODY_SIZE + layout.LETTER_SPACING - points) / layout.BODY_SIZE
    return f'fo:letter-spacing="0in" style:text-scale="{round(scale * 100)}%"'


def upright_fonts(folder: Path) -> Path:
    """Return a folder with the package's fonts with vertical metrics, as the official faces have them.

    Without, LibreOffice gives a hanzi that it has set in a vertical label of 表三 no width in the same PDF.
    """
    folder.mkdir(exist_ok=True)
    for path in fonts_folder().glob("*.ttf"):
        with TTFont(path) as font:
            em, builder = font["head"].unitsPerEm, FontBuilder(font=font)
            builder.setupVerticalHeader(ascent=em // 2, descent=-em // 2)
            builder.setupVerticalMetrics(dict.fromkeys(font.getGlyphOrder(), (em, 0)))
            font.save(folder / path.name)
    return folder


def _font_configuration(work: Path) -> Path:
    aliases = "".join(f'<alias binding="same"><family>{official}</family>'
                      f"<prefer><family>{own}</family></prefer></alias>"
                      for official, own in _STAND_INS.items())
    path = work / "fonts.conf"
    path.write_text('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
                    f"<dir>{upright_fonts(work / 'fonts')}</dir><dir>{hanzi_folder()}</dir>"
                    f"<cachedir>{work / 'fontcache'}</cachedir>"
                    f"{aliases}</fontconfig>",
                    encoding="utf-8")
    return path
