"""Chinese line filling in WeasyPrint: where lines break, and lines that end at the right edge of the 版心.

WeasyPrint 70 breaks where Pango does and justifies only at spaces, so Chinese lines end ragged. Here lines of
justified Chinese text are broken by the rules below, and what is left over goes between the characters. It
replaces three functions of WeasyPrint while a document is laid out, and refuses to run on a version that it does
not know.

Rules: punctuation is kept off the places that GB/T 15834-2011 and clreq forbid and never hangs out of the 版心; Latin
words and numbers stay whole.
"""

from __future__ import annotations

import contextlib
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import inf
from typing import Any

KNOWN_VERSIONS = ("70.0",)

# GB/T 15834-2011, 5.1.1 and clreq 3.1.3: what may not begin a line, what may not end one.
NOT_FIRST = frozenset("，。、；：？！）》」』】〕〉”’…—·％‰℃!%),.:;?]}′″／～" "﹐﹒﹔﹕﹖﹗")
NOT_LAST = frozenset("（《「『【〔〈“‘([{￥＄$£")
# A number keeps what it counts, a document's year its number: 3525件, 〔2021〕30号.
KEEPS_NEXT = frozenset("0123456789〕")
# What stays together with itself: —— and ……
PAIRED = frozenset("—…")


class EngineUnknownError(Exception):
    """Say in Chinese that this version of WeasyPrint is not known, so that lines cannot be filled."""


def require_known(version: str) -> None:
    """Refuse a WeasyPrint whose internals are not known.

    Raises EngineUnknownError.
    """
    if version not in KNOWN_VERSIONS:
        raise EngineUnknownError(
            f"WeasyPrint {version} 不是本程序认识的版本（{'、'.join(KNOWN_VERSIONS)}），不能排出合格的 PDF；"
            f"请运行 pip install weasyprint=={KNOWN_VERSIONS[-1]}。DOCX 不受影响")


@lru_cache(maxsize=8192)
def script(character: str) -> str:
    """Return "hanzi", "latin" (letters and digits), "space" or "mark"."""
    if character in " \u00a0":
        return "space"
    category = unicodedata.category(character)
    if category[0] in "LN":
        wide = unicodedata.east_asian_width(character) in "WF"
        return "hanzi" if wide else "latin"
    return "mark"


def breakable(text: str, at: int) -> bool:
    """Say whether a line may end before the character at `at`."""
    before, after = text[at - 1], text[at]
    if before == " " and text[:at].rstrip(" ")[-1:] in NOT_LAST:
        return False
    if after in NOT_FIRST or before in NOT_LAST or before in KEEPS_NEXT or after == " ":
        return False
    if before in PAIRED and after == before:
        return False
    one, two = script(before), script(after)
    # Words, numbers and addresses stay whole, with the marks inside them.
    return not (before != " " and before.isascii() and after.isascii() and before != "-") or "space" in (one, two)


def line_end(text: str, advances: Sequence[float], widths: Sequence[float], width: float) -> int:
    """Return how many characters of `text` go on a line of `width`; at least those up to the first break.

    `advances` say where the next character begins, `widths` where the last one on a line ends.
    """
    position, fitting = 0.0, 0
    for index, advance in enumerate(advances):
        if position + widths[index] > width + 1e-6 and text[index] != " ":
            break
        position += advance
        fitting = index + 1
    if fitting == len(text):
        return fitting
    for at in range(fitting, 0, -1):
        if breakable(text, at):
            return at
    return next((at for at in range(max(fitting, 1), len(text)) if breakable(text, at)), len(text))


def gaps(text: str) -> list[bool]:
    """Say for each character whether the space after it may grow: everywhere but inside a word or number."""
    return [not (script(one) == script(two) == "latin" or (one.isascii() and two.isascii() and " " not in (one, two)))
            for one, two in pairwise(text)]


@contextlib.contextmanager
def line_filling() -> Iterator[None]:
    """Fill the lines of justified Chinese text in every document laid out and drawn inside.

    Raises EngineUnknownError on a WeasyPrint whose internals are not known.
    """
    import weasyprint

    require_known(weasyprint.__version__)
    from weasyprint.layout import inline

    with _LOCK:
        before = inline.split_first_line, inline.justify_line
        inline.split_first_line, inline.justify_line = _split_first_line, _justify_line
        try:
            yield
        finally:
            inline.split_first_line, inline.justify_line = before


_LOCK = threading.RLock()


def _filled(style: Any) -> bool:
    return bool(style["text_align_all"] == "justify" and style["white_space"] == "normal"
                and str(style["lang"] or "").startswith("zh"))


def _split_first_line(text: str, style: Any, context: Any, max_width: float | None, justification_spacing: float,
                      is_line_start: bool = True, minimum: bool = False) -> Any:
    """Stand in for weasyprint.text.line_break.split_first_line."""
    from weasyprint.text.line_break import split_first_line

    if max_width is None or max_width == inf or not _filled(style) or "\n" in text:
        return split_first_line(text, style, context, max_width, justification_spacing, is_line_start, minimum)
    measure = _measure(style)
    # No line has more characters than this; measuring the rest of the paragraph would be in vain.
    probe = text[:int(max_width / style["font_size"] * 3) + 8]
    advances = measure.advances(probe, style)
    end = line_end(probe, advances, measure.natural(probe), max_width)
    if end == len(probe) and len(probe) < len(text):
        probe, advances = text, measure.advances(text, style)
        end = line_end(text, advances, measure.natural(text), max_width)
    line = probe[:end].rstrip(" ")
    advances = advances[:len(line)]
    if line:
        advances[-1] = measure.widths[line[-1]] + measure.letter_spacing
    layout = _layout_class()(style, line, advances)
    resume = None if end == len(text) else len(text[:end].encode())
    return (layout, len(line.encode()) if resume is None else resume, resume, sum(layout.advances),
            measure.height, measure.baseline)


def _justify_line(context: Any, line: Any, extra: float) -> None:
    """Stand in for weasyprint.layout.inline.justify_line: put `extra` between the characters of the line."""
    from weasyprint.layout.inline import count_expandable_spaces

    texts = list(_text_boxes(line))
    if not texts or not all(isinstance(box.pango_layout, _layout_class()) for box in texts):
        from weasyprint.layout.inline import add_word_spacing

        if spaces := count_expandable_spaces(line):
            add_word_spacing(context, line, extra / spaces, 0)
        return
    whole = "".join(box.pango_layout.text for box in texts)
    growing = gaps(whole)
    # The space that letter-spacing sets behind the last character does not count.
    extra += _measure(texts[-1].style).letter_spacing
    count = sum(growing)
    if not count:
        return
    share = extra / count
    at = 0
    for box in texts:
        layout = box.pango_layout
        for index in range(len(layout.advances)):
            if at < len(growing) and growing[at]:
                layout.advances[index] += share
            at += 1
    texts[-1].pango_layout.advances[-1] -= _measure(texts[-1].style).letter_spacing
    _replace_widths(line)


def _text_boxes(box: Any) -> Iterator[Any]:
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            yield from _text_boxes(child)


def _replace_widths(box: Any, advance: float = 0.0) -> float:
    """Set the widths of the text boxes below to what their characters take, and move each by what stands before it."""
    from weasyprint.formatting_structure import boxes

    box.position_x += advance
    if isinstance(box, boxes.TextBox):
        before, box.width = float(box.width), float(sum(box.pango_layout.advances))
        grown: float = box.width - before
        return advance + grown
    start = advance
    for child in box.children:
        advance = _replace_widths(child, advance)
    box.width += advance - start
    return advance


@dataclass
class _Measure:
    """Hold the widths of the characters of one font, size and spacing, in CSS pixels."""

    size: float
    letter_spacing: float
    height: float
    baseline: float
    widths: dict[str, float]

    def advances(self, text: str, style: Any) -> list[float]:
        """Return how far each character of a text moves on; `style` is one with this measure."""
        missing = [character for character in dict.fromkeys(text) if character not in self.widths]
        if missing:
            self.widths.update(_widths(missing, style))
        widths, spacing = self.widths, self.letter_spacing
        found = [widths[character] + spacing for character in text]
        if spacing:
            # As word processors set it, the last character of a run of one script has none behind it.
            for index in range(len(text) - 1):
                if text[index].isascii() is not text[index + 1].isascii() and " " not in text[index:index + 2]:
                    found[index] -= spacing
        return found

    def natural(self, text: str) -> list[float]:
        """Return the widths of the characters of a measured text as the font has them."""
        return [self.widths[character] for character in text]


def _measure(style: Any) -> _Measure:
    """Return the measure of a style, kept with the fonts of its document."""
    from weasyprint.text.line_break import _font_style_cache_key

    kept: dict[str, _Measure] = style.font_config.__dict__.setdefault("reportgen_measures", {})
    spacing = 0.0 if style["letter_spacing"] == "normal" else float(style["letter_spacing"])
    key = f"{_font_style_cache_key(style, include_size=True)} {spacing}"
    if key not in kept:
        from weasyprint.text.ffi import FROM_UNITS, pango
        from weasyprint.text.line_break import Layout, line_size

        layout = Layout(style)
        layout.set_text("国")
        line, _ = layout.get_first_line()
        _, height = line_size(line, style)
        baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
        kept[key] = _Measure(float(style["font_size"]), spacing, height, baseline, {})
    return kept[key]


def _widths(characters: list[str], style: Any) -> dict[str, float]:
    from weasyprint.text.ffi import FROM_UNITS

    layout = _layout_class()(style, "".join(characters), [])
    layout.reactivate(style)
    return {character: width * FROM_UNITS for character, width in zip(characters, layout.widths(), strict=True)}


@lru_cache(maxsize=1)
def _layout_class() -> Any:
    """Return the class of our layouts, a kind of WeasyPrint's own; made late, with WeasyPrint."""
    from weasyprint.text.ffi import TO_UNITS, ffi, pango, unicode_to_char_p
    from weasyprint.text.line_break import Layout

    # WeasyPrint has no types, so to mypy its class is Any.
    class FilledLayout(Layout):  # type: ignore[misc]
        """A line whose characters take the advances that we say."""

        def __init__(self, style: Any, text: str, advances: list[float]) -> None:
            self.text, self.advances = text, list(advances)
            self.justification_spacing, self.max_width = 0, None
            self.underline_position = self.strikethrough_position = self.ascent = None

        def deactivate(self) -> None:
            self.__dict__.pop("layout", None)

        def reactivate(self, style: Any) -> None:
            self.setup(style)
            # Drawing sets this too, which would lay the line out anew if it were a change.
            pango.pango_layout_set_single_paragraph_mode(self.layout, True)
            text, self._bytes = unicode_to_char_p(self.text)
            pango.pango_layout_set_text(self.layout, text, -1)
            if self.advances:
                self._set_widths(float(style["font_size"]))

        def _set_widths(self, size: float) -> None:
            """Set the widths of the glyphs, so that what drawing cuts off does not add up along the line.

            Drawing writes the difference between a glyph's own width and this one in whole thousandths of the
            size and drops the rest, so whole thousandths are what it gets; what is left goes to the next glyph.
            """
            unit = TO_UNITS * size / 1000
            left = 0.0
            for advance, info in zip(self.advances, self._glyphs(), strict=True):
                left += advance * 1000 / size
                if info is not None:
                    own = round(info.geometry.width / unit)
                    step = own - round(left)
                    if step:
                        # A little beyond the whole number, so that it is not cut to the one before.
                        info.geometry.width = round((own - step - (0.3 if step > 0 else -0.3)) * unit)
                    left -= own - step

        def widths(self) -> list[int]:
            """Return the width of each character's glyph as the font has it, in Pango's units."""
            return [0 if info is None else info.geometry.width for info in self._glyphs()]

        def _glyphs(self) -> list[Any]:
            """Return the glyph of each character; None for one that shares the glyph of the one before it."""
            starts: dict[int, int] = {}
            offset = 0
            for place, character in enumerate(self.text):
                starts[offset] = place
                offset += len(character.encode())
            found: list[Any] = [None] * len(self.text)
            line, _ = self.get_first_line()
            run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
            while run != ffi.NULL:
                item = run.data
                glyphs = item.glyphs
                for number in range(glyphs.num_glyphs):
                    index = starts.get(item.item.offset + glyphs.log_clusters[number])
                    if index is not None and found[index] is None:
                        found[index] = glyphs.glyphs[number]
                run = run.next
            return found

    return FilledLayout
