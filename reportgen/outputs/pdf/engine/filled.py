"""Filled lines in WeasyPrint: what their characters measure, and the layouts that stand for Pango's.

The glyph and the width of a character are asked of Pango once for each font and size; after that a line is
laid out and drawn without it. What is not one plain glyph for one character is left to Pango.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from reportgen.standard.mark_space import advances, shared


class Glyph(NamedTuple):
    """A character's glyph: its number, its code in a PDF, its font's place in the measure, its width.

    The width is in whole thousandths of the size.
    """

    number: int
    code: str
    face: int
    width: int


@dataclass
class Measure:
    """The widths in CSS pixels and the glyphs of the characters of one font, size and spacing.

    `faces` are the Pango fonts, which live as long as the layouts in `kept`. A character without a plain
    glyph has None.
    """

    size: float
    letter_spacing: float
    height: float
    baseline: float
    widths: dict[str, float] = field(default_factory=dict)
    glyphs: dict[str, Glyph | None] = field(default_factory=dict)
    faces: list[Any] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)

    def advances(self, text: str, style: Any) -> list[float]:
        """Return how far each character of a text moves on; `style` is one with this measure."""
        missing = [character for character in dict.fromkeys(text) if character not in self.widths]
        plain = [character for character in missing if unicodedata.category(character)[0] not in "CMZ"]
        if plain:
            self._ask("".join(plain), plain, style)
        for character in missing:
            if character not in self.widths:
                # Spaces, marks and joiners take their font from what they stand beside, so what else is asked
                # for must not stand there: a line would depend on the documents before it.
                base = "" if character.isspace() else "0"   # no accent makes one glyph with it
                self._ask(f"{base}{character}", [*base, character], style)
        return advances(text, [self.widths[character] for character in text], self.size, self.letter_spacing)

    def natural(self, text: str) -> list[float]:
        """Return the widths of the characters of a measured text, without what is put between them."""
        return shared(text, [self.widths[character] for character in text], self.size)

    def _ask(self, text: str, characters: list[str], style: Any) -> None:
        """Ask Pango for the widths and glyphs of the characters of a text."""
        from weasyprint.text.ffi import FROM_UNITS

        layout = filled_layout(style, text, [], self)
        layout.wake(style)
        for character, found in zip(characters, layout.glyphs(), strict=True):
            if character not in self.widths:
                self.widths[character] = found.info.geometry.width * FROM_UNITS if found else 0.0
                self.glyphs[character] = self._glyph(character, found, layout)

    def _glyph(self, character: str, found: Found | None, layout: Any) -> Glyph | None:
        from weasyprint.text.ffi import TO_UNITS, pango

        # Marks and joiners take their glyph and place from what they stand beside; a space takes the font of
        # what is before it, or after it where that is the better one.
        if found is None or unicodedata.category(character)[0] in "CMZ" or (
                found.info.geometry.x_offset or found.info.geometry.y_offset
                or found.info.glyph == pango.PANGO_GLYPH_EMPTY
                or found.info.glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG):
            return None
        if found.font not in self.faces:
            self.faces.append(found.font)
            self.kept.append(layout)
        number = found.info.glyph
        return Glyph(number, f"{number:04x}", self.faces.index(found.font),
                     round(found.info.geometry.width / (TO_UNITS * self.size / 1000)))


# What a font's glyphs, and the height of a line in it, depend on.
_FONT_PROPERTIES = (
    "font_family", "font_style", "font_stretch", "font_weight", "font_kerning", "font_variant_ligatures",
    "font_variant_position", "font_variant_caps", "font_variant_numeric", "font_variant_alternates",
    "font_variant_east_asian", "font_feature_settings", "font_variation_settings", "font_language_override",
    "lang", "font_size", "letter_spacing")


def measure_of(style: Any) -> Measure:
    """Return the measure of a style, kept with the fonts of its document."""
    kept: dict[Any, Measure] = style.font_config.__dict__.setdefault("reportgen_measures", {})
    key = tuple([style[name] for name in _FONT_PROPERTIES])
    if key not in kept:
        from weasyprint.text.ffi import FROM_UNITS, pango
        from weasyprint.text.line_break import Layout, line_size

        layout = Layout(style)
        layout.set_text("国")
        line, _ = layout.get_first_line()
        _, height = line_size(line, style)
        baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
        spacing = 0.0 if style["letter_spacing"] == "normal" else float(style["letter_spacing"])
        kept[key] = Measure(float(style["font_size"]), spacing, height, baseline)
    return kept[key]


def filled_layout(style: Any, text: str, advances: list[float], measure: Measure) -> Any:
    """Return the layout of a line whose characters take the advances that we say, in CSS pixels."""
    return _layout_class()(style, text, advances, measure)


def is_filled(layout: Any) -> bool:
    """Say whether a layout is one of ours."""
    return isinstance(layout, _layout_class())


def steps(advances: Sequence[float], widths: Sequence[int | None], size: float) -> Iterator[int]:
    """Yield how far each glyph is drawn back to take the advance given, in whole thousandths of the size.

    A PDF has whole thousandths, so what is cut off goes to the next glyph and does not add up along the line.
    `widths` are the glyphs' own ones in thousandths, None where a glyph stands for several characters.
    """
    left = 0.0
    for advance, own in zip(advances, widths, strict=True):
        left += advance * 1000 / size
        step = 0 if own is None else own - round(left)
        if own is not None:
            left -= own - step
        yield step


class Found(NamedTuple):
    """A glyph as Pango has it, and its font."""

    info: Any
    font: Any


@lru_cache(maxsize=1)
def _layout_class() -> Any:
    """Return the class of our layouts, a kind of WeasyPrint's own; made late, with WeasyPrint."""
    from weasyprint.text.ffi import TO_UNITS, ffi, pango, unicode_to_char_p
    from weasyprint.text.line_break import Layout

    # WeasyPrint has no types, so to mypy its class is Any.
    class FilledLayout(Layout):  # type: ignore[misc]
        """A line whose characters take the advances that we say; Pango lays it out only when it is woken."""

        def __init__(self, style: Any, text: str, advances: list[float], measure: Measure) -> None:
            self.text, self.advances, self.measure = text, list(advances), measure
            self.justification_spacing, self.max_width, self.loose = 0, None, False
            self.underline_position = self.strikethrough_position = self.ascent = None
            if style["text_decoration_line"] != "none":
                self.setup(style)
                self.deactivate()

        @cached_property
        def layout(self) -> Any:
            """Return Pango's layout, which only those ask for who cannot do without."""
            self.wake(self.style)
            return self.__dict__["layout"]

        def deactivate(self) -> None:
            for name in ("layout", "language", "style"):
                self.__dict__.pop(name, None)

        def reactivate(self, style: Any) -> None:
            self.style = style

        def wake(self, style: Any) -> None:
            self.setup(style)
            # Drawing sets this too, which would lay the line out anew if it were a change.
            pango.pango_layout_set_single_paragraph_mode(self.layout, True)
            text, self._bytes = unicode_to_char_p(self.text)
            pango.pango_layout_set_text(self.layout, text, -1)
            if self.advances:
                self._set_widths(float(style["font_size"]))

        def _set_widths(self, size: float) -> None:
            """Set the widths of the glyphs to what drawing makes the steps of."""
            unit = TO_UNITS * size / 1000
            infos = [found.info if found else None for found in self.glyphs()]
            widths = [None if info is None else round(info.geometry.width / unit) for info in infos]
            for info, own, step in zip(infos, widths, steps(self.advances, widths, size), strict=True):
                if step and info is not None and own is not None:
                    # A little beyond the whole number, so that it is not cut to the one before.
                    info.geometry.width = round((own - step - (0.3 if step > 0 else -0.3)) * unit)

        def glyphs(self) -> list[Found | None]:
            """Return the glyph of each character; None for one that shares the glyph of the one before it."""
            starts: dict[int, int] = {}
            offset = 0
            for place, character in enumerate(self.text):
                starts[offset] = place
                offset += len(character.encode())
            found: list[Found | None] = [None] * len(self.text)
            line, _ = self.get_first_line()
            run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
            while run != ffi.NULL:
                item = run.data
                glyphs = item.glyphs
                for number in range(glyphs.num_glyphs):
                    index = starts.get(item.item.offset + glyphs.log_clusters[number])
                    if index is not None and found[index] is None:
                        found[index] = Found(glyphs.glyphs[number], item.item.analysis.font)
                run = run.next
            return found

    return FilledLayout
