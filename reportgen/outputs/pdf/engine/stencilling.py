"""Put filled stencils into a document in the place of its fixed tables.

A table becomes one box, drawn as a whole and tagged as a whole; WeasyPrint sees neither its cells nor their
styles. Reaches into WeasyPrint's insides, of the version that `linefill.require_known` asks for.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from reportgen.outputs.pdf.engine.fixed import figures_of, fixed, key
from reportgen.outputs.pdf.engine.recording import STATES, face_font, record
from reportgen.outputs.pdf.engine.stencil import Stencil, nodes

# The tag that stands for a table in the page; no HTML has it.
_TAG = "reportgen-stencil"
_LOCK = threading.RLock()


@dataclass(frozen=True)
class Filled:
    """Hold a stencil with the figures of one document; `words` is all that stands in the table, in reading order."""

    stencil: Stencil
    texts: dict[int, str]
    words: str


def replace_tables(root: Any, kept: dict[str, Stencil | None],
                   lay_out: Callable[[Any], Any]) -> dict[str, Filled]:
    """Replace the fixed tables of a page (an element of HTML) by tags; return what each tag stands for.

    `kept` has the stencils by key, and None for a table that has none; what it lacks is recorded with
    `lay_out`, which lays out the root of a page.
    """
    filled: dict[str, Filled] = {}
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
            tag = table.makeelement(_TAG, {"key": str(len(filled)), "style": "display: block"})
            tag.tail = table.tail
            filled[tag.get("key")] = Filled(stencil, texts, "".join(table.itertext()))
            section[place] = tag
    return filled


class _Picture:
    """Stand for a table in WeasyPrint's replaced box: the size that it takes, and how it is drawn."""

    def __init__(self, filled: Filled) -> None:
        self.filled = filled
        self.marked: list[tuple[int, int]] = []

    def get_intrinsic_size(self, resolution: Any, font_size: Any) -> tuple[float, float, float]:
        stencil = self.filled.stencil
        return stencil.width, stencil.height, stencil.width / stencil.height

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        import pydyf

        stencil, tags = self.filled.stencil, stream._tags
        for name, state in STATES.items():
            stream._resources["ExtGState"].setdefault(name, pydyf.Dictionary(state))
        fonts = {font.hash: font for font in stream._fonts.values()}
        named = {}
        for face in stencil.faces:
            font = fonts.get(face.name) or face_font(style, face, stream)
            named[face.name] = font.hash
            for glyph, text, advance in face.glyphs:
                font.to_unicode.setdefault(glyph, text)
                font.widths.setdefault(glyph, advance)
        content, self.marked = stencil.filled(self.filled.texts, 0 if tags is None else len(tags))
        # Reserved here, taken out again by `_tagged`.
        if tags is not None:
            tags.update({(self, number): {"tag": "Span", "mcid": number} for _, number in self.marked})
        # The names come from how Pango describes the fonts, which another version may do in other words.
        for name, own in named.items():
            if name != own:
                content = content.replace(f"/{name} ".encode(), f"/{own} ".encode())
        stream.stream.append(content)


def is_stencil(box: Any) -> bool:
    """Say whether a box of WeasyPrint stands for a table."""
    return isinstance(getattr(box, "replacement", None), _Picture)


class _Element:
    """An element of a PDF's structure, written once and never looked into by WeasyPrint."""

    def __init__(self, number: int, data: bytes, kids: list[bytes]) -> None:
        self.number, self.data, self.kids = number, data, kids
        self.offset = self.generation = 0
        self.free, self.compressible = "n", True

    @property
    def reference(self) -> bytes:
        return b"%d 0 R" % self.number


def _tagged(picture: _Picture, parent: Any, pdf: Any, page: bytes, nums: dict[int, bytes],
            tags: Any) -> _Element:
    """Add the structure of a table to a PDF and return its top."""
    contents: dict[int, list[int]] = {}
    for cell, number in picture.marked:
        del tags[picture, number]
        contents.setdefault(cell, []).append(number)
    base = len(pdf.objects)
    listed = list(nodes(picture.filled.stencil.structure))
    below: list[list[bytes]] = [[] for _ in listed]
    for place, (_, above) in enumerate(listed):
        if above >= 0:
            below[above].append(b"%d 0 R" % (base + place))
    for place, (node, above) in enumerate(listed):
        up = parent.reference if above < 0 else b"%d 0 R" % (base + above)
        own = contents.get(node.cell, []) if node.cell is not None else []
        kids = b" ".join(below[place]) or b" ".join(b"%d" % number for number in own)
        element = _Element(0, b"<</Type /StructElem/S /%s/K [%s]/Pg %s/P %s%s>>" % (
            node.tag.encode("ascii"), kids, page, up, node.attributes.encode("ascii")), below[place])
        pdf.add_object(element)
        nums.update(dict.fromkeys(own, element.reference))
    top: _Element = pdf.objects[base]
    return top


@contextlib.contextmanager
def stencilling(filled: dict[str, Filled]) -> Iterator[None]:
    """Draw and tag what `replace_tables` returned in the document that is made inside."""
    from weasyprint import pdf as writing
    from weasyprint.html import HTML_HANDLERS, make_replaced_box
    from weasyprint.pdf import tags as tagging

    def handle(element: Any, box: Any, get_image: Any, base_url: Any) -> list[Any]:
        return [make_replaced_box(element, box, _Picture(filled[element.get("key")]))]

    # WeasyPrint has no types, so to mypy its class is Any.
    class Stream(writing.Stream):  # type: ignore[misc]
        def marked(self, box: Any, tag: str) -> Any:
            return contextlib.nullcontext() if is_stencil(box) else super().marked(box, tag)

    def build_box_tree(box: Any, parent: Any, pdf: Any, page: int, nums: Any, annotations: Any,
                       tags: Any) -> Any:
        if is_stencil(box):
            return iter([_tagged(box.replacement, parent, pdf, pdf.page_references[page], nums, tags)])
        return before[2](box, parent, pdf, page, nums, annotations, tags)

    with _LOCK:
        before = HTML_HANDLERS.get(_TAG), writing.Stream, tagging._build_box_tree
        HTML_HANDLERS[_TAG] = handle
        writing.Stream, tagging._build_box_tree = Stream, build_box_tree
        try:
            yield
        finally:
            if before[0] is None:
                del HTML_HANDLERS[_TAG]
            else:
                HTML_HANDLERS[_TAG] = before[0]
            writing.Stream, tagging._build_box_tree = before[1:]
