"""Put filled stencils into a document in the place of its fixed tables.

To WeasyPrint a table is a picture, which it looks for in its cache; it sees neither its cells nor their
styles. When the PDF's objects are made, the picture's place in them becomes the table, with its tags.
"""

from __future__ import annotations

import contextlib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from reportgen.outputs.pdf.engine.drawing import font_named
from reportgen.outputs.pdf.engine.fixed import figures_of, fixed, key
from reportgen.outputs.pdf.engine.recording import record
from reportgen.outputs.pdf.engine.stencil import Stencil, nodes
from reportgen.outputs.pdf.engine.tagged import Objects

_DOCTYPE = "<!DOCTYPE html>"


@dataclass(eq=False)
class Picture:
    """Stand for a table: the size that it takes, and how it is drawn; a picture as WeasyPrint knows them.

    `texts` are the figures of one document, `words` is the text of the table in reading order, `names` are
    those of the stencil's fonts in the PDF.
    """

    stencil: Stencil
    texts: dict[int, str]
    words: str
    names: dict[str, str] = field(default_factory=dict)

    def get_intrinsic_size(self, resolution: Any, font_size: Any) -> tuple[float, float, float]:
        """Return width, height and their ratio, in CSS pixels."""
        width, height = self.stencil.width, self.stencil.height
        return width, height, width / height

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Give a page the fonts of the table, and keep its place in it for `place_tables`."""
        for stroke in (False, True):
            stream.set_alpha(1.0, stroke)
        for face in self.stencil.faces:
            font, _ = stream.add_font(font_named(style, face.family, face.sign))
            # The names come from how Pango describes the fonts, which another version may do in other words.
            self.names[face.name] = font.hash
            for glyph, text, advance in face.glyphs:
                font.to_unicode.setdefault(glyph, text)
                font.widths.setdefault(glyph, advance)
        stream.stream.append(self)

    def content(self, first: int) -> tuple[bytes, list[tuple[int, int]]]:
        """Return what is drawn, and the cell and the number (MCID) of each mark in it, from `first` on."""
        content, marked = self.stencil.filled(self.texts, first)
        for name, own in self.names.items():
            if name != own:
                content = content.replace(f"/{name} ".encode(), f"/{own} ".encode())
        return content, marked


def root_of(html: str) -> Any:
    """Return the root element of a page that is well-formed XML, and None for any other."""
    text = html.removeprefix(_DOCTYPE)
    if "<!" not in text.replace("<!--", ""):
        with contextlib.suppress(ET.ParseError):
            return ET.fromstring(text)
    return None


def page_of(root: Any, fetcher: Any) -> Any:
    """Return a weasyprint.HTML of the root element of a page."""
    import weasyprint
    from cssselect2 import ElementWrapper

    page = weasyprint.HTML(string="", url_fetcher=fetcher, base_url=None)
    page.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
    page.etree_element = page.wrapper_element.etree_element
    return page


def replace_tables(root: Any, kept: dict[str, Stencil | None],
                   lay_out: Callable[[Any], Any]) -> dict[str, Picture]:
    """Replace the fixed tables of a page (an element of HTML) by pictures; return these by their addresses.

    `kept` has the stencils by key, and None for a table that has none; what it lacks is recorded with
    `lay_out`, which lays out the root of a page.
    """
    pictures: dict[str, Picture] = {}
    for section in root.iter("section"):
        for place, table in enumerate(section):
            if table.tag != "table" or not fixed(table):
                continue
            name = key(section, table)
            if name not in kept:
                kept[name] = record(root, section, table, lay_out)
            stencil, texts = kept[name], figures_of(table)
            if stencil is None or not stencil.takes(texts):
                continue
            address = f"reportgen:{len(pictures)}"
            picture = table.makeelement("img", {"src": address, "alt": "表", "style": "display: block"})
            picture.tail = table.tail
            pictures[address] = Picture(stencil, texts, "".join(table.itertext()))
            section[place] = picture
    return pictures


def is_stencil(box: Any) -> bool:
    """Say whether a box of WeasyPrint stands for a table."""
    return isinstance(getattr(box, "replacement", None), Picture)


def place_tables(pdf: Any) -> None:
    """Draw and tag the tables where their pictures stand in a PDF that is not yet written."""
    objects = Objects(pdf)
    for page in range(len(pdf.page_references)):
        content, owners = objects.drawn(page), objects.owners(page)
        for picture in [item for item in content if isinstance(item, Picture)]:
            place = content.index(picture)
            # Tag, number and BDC of the picture, of which it is all that is drawn.
            begin = next(at for at in range(place, 0, -1) if content[at] == b"BDC") - 2
            end = content.index(b"EMC", place)
            number = content[begin + 1]["MCID"]
            content[place], marked = picture.content(len(owners))
            del content[end], content[begin:begin + 3]
            owner = _tag(picture, objects[owners[number]], marked, pdf)
            owners += [owner[cell] for cell, _ in marked]
            owners[number] = b"null"


def _tag(picture: Picture, top: Any, marked: list[tuple[int, int]], pdf: Any) -> dict[int, bytes]:
    """Make the tag of a picture that of its table, with all below; return its cells' references by number."""
    contents: dict[int, list[int]] = {}
    for cell, number in marked:
        contents.setdefault(cell, []).append(number)
    listed = list(nodes(picture.stencil.structure))
    base = len(pdf.objects) - 1
    references = [top.reference, *(b"%d 0 R" % (base + place) for place in range(1, len(listed)))]
    kids: list[list[bytes]] = [[] for _ in listed]
    for place, (node, above) in enumerate(listed):
        if above >= 0:
            kids[above].append(references[place])
        if node.cell is not None:
            kids[place] = [b"%d" % number for number in contents.get(node.cell, ())]
    page = top["Pg"]
    for name in ("A", "Alt"):
        del top[name]
    top["S"], top["K"] = f"/{listed[0][0].tag}", b"[%s]" % b" ".join(kids[0])
    written = _written()
    for place, (node, above) in enumerate(listed[1:], 1):
        pdf.add_object(written(b"<</Type /StructElem/S /%s/K [%s]/Pg %s/P %s%s>>" % (
            node.tag.encode("ascii"), b" ".join(kids[place]), page, references[above],
            node.attributes.encode("ascii"))))
    return {node.cell: references[place] for place, (node, _) in enumerate(listed) if node.cell is not None}


@lru_cache(maxsize=1)
def _written() -> Any:
    """Return the class of objects that are given as the bytes that they become; made late, with pydyf."""
    import pydyf

    # pydyf has no types, so to mypy its class is Any.
    class Written(pydyf.Object):  # type: ignore[misc]
        data = b""

        def __init__(self, data: bytes) -> None:
            super().__init__()
            self.data = data

    return Written
