"""Chinese line filling in WeasyPrint: lines that end at the right edge of the 版心.

WeasyPrint breaks where Pango does and justifies only at spaces, so Chinese lines end ragged. Here lines of
justified Chinese text are broken by the rules of `line_breaks`, and what is left over goes between the
characters. `patches` puts it in the place of three functions of WeasyPrint while a document is laid out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import fsum, inf
from typing import Any

from reportgen.outputs.pdf.engine.filled import filled_layout, is_filled, measure_of
from reportgen.standard.layout import TYPE_WIDTH
from reportgen.standard.line_breaks import LOOSE, gaps, line_end, tightened, word_end
from reportgen.standard.mark_space import CLOSING, HALF, OPENING

# In CSS pixels: a word longer than this fits on no line.
_WHOLE_LINE = TYPE_WIDTH / 25.4 * 96


def _filled(style: Any) -> bool:
    return bool(style["text_align_all"] == "justify" and style["white_space"] == "normal"
                and str(style["lang"] or "").startswith("zh"))


def split_first_line(before: Callable[..., Any], text: str, style: Any, context: Any, max_width: float | None,
                     justification_spacing: float, is_line_start: bool = True, minimum: bool = False) -> Any:
    """Stand in for weasyprint.layout.inline.split_first_line, which is `before`."""
    if max_width is None or max_width == inf or not _filled(style) or "\n" in text:
        return before(text, style, context, max_width, justification_spacing, is_line_start, minimum)
    measure = measure_of(style)
    probe, advances, natural, end = _measured(text, style, max_width, is_line_start)
    line = probe[:end].rstrip(" ")
    advances = advances[:len(line)]
    if line:
        advances[-1] = natural[len(line) - 1] + measure.letter_spacing
    layout = filled_layout(style, line, advances, measure)
    resume = None if end == len(text) else len(text[:end].encode())
    return (layout, len(line.encode()) if resume is None else resume, resume, fsum(layout.advances),
            measure.height, measure.baseline)


def _measured(text: str, style: Any, width: float,
              is_line_start: bool) -> tuple[str, list[float], list[float], int]:
    """Return what of a text decides where its first line ends, its advances and widths, and where it ends."""
    measure = measure_of(style)
    # Hardly a line has more characters than this; measuring the rest of the paragraph would be in vain.
    count = int(width / style["font_size"] * 3) + 8
    while True:
        probe = text[:count]
        advances, natural = measure.advances(probe, style), measure.natural(probe)
        end = line_end(probe, advances, natural, width, max(width, _WHOLE_LINE))
        if len(probe) == len(text) or word_end(probe,
                                               end + 1) < len(probe) or fsum(advances[end:]) > _WHOLE_LINE:
            break
        count *= 2
    line = probe[:end].rstrip(" ")
    if is_line_start and line and fsum(advances[:len(line) - 1]) + natural[len(line) - 1] > width + 1e-6:
        # Its first word does not fit, and there is nothing before it to go to another line without it.
        end = line_end(probe, advances, natural, width)
    end, narrower = tightened(probe, advances, natural, width, end, measure.size)
    for place, less in narrower.items():
        advances[place] -= less
        natural[place] -= less
    return probe, advances, natural, end


def text_align(before: Callable[..., Any], context: Any, line: Any, available_width: float,
               last: bool) -> float:
    """Return how far a line moves to the right; stands in for weasyprint.layout.inline.text_align, `before`.

    Where a line ends is settled by then. A mark takes half its width at its end (GB/T 15834-2011, 5.1.10)
    and at its start: the blank half hangs outside, so that what is printed stands at the edges.
    """
    texts = [box for box in _text_boxes(line) if box.text.strip()]
    if not texts or not all(is_filled(box.pango_layout) for box in texts):
        moved: float = before(context, line, available_width, last)
        return moved
    first, final = texts[0], texts[-1]
    # A paragraph's first line begins where its indent says.
    start = HALF * first.style["font_size"] if first.text[0] in OPENING and not line.text_indent else 0.0
    end = 0.0 if last else _blank_end(final)
    moved = before(context, line, available_width + start + end, last)
    return moved - start


def _blank_end(box: Any) -> float:
    """Return how much of a text's last character is blank; a mark that shared its half has none left."""
    if box.text[-1] not in CLOSING:
        return 0.0
    measure = measure_of(box.style)
    taken: float = box.pango_layout.advances[-1] - measure.letter_spacing
    return max(0.0, taken - HALF * measure.size)


def justify_line(before: Callable[..., Any], context: Any, line: Any, extra: float) -> None:
    """Put `extra` between the characters; stands in for weasyprint.layout.inline.justify_line, `before`."""
    texts = list(_text_boxes(line))
    if not texts or not all(is_filled(box.pango_layout) for box in texts):
        before(context, line, extra)
        return
    whole = "".join(box.pango_layout.text for box in texts)
    growing = gaps(whole)
    # The space that letter-spacing sets behind the last character does not count.
    extra += measure_of(texts[-1].style).letter_spacing
    size = texts[-1].style["font_size"]
    if sum(growing) * size / 2 < extra < len(growing) * size / 4:
        # A torn word fills the line and leaves too few places else to put space.
        growing = [True] * len(growing)
    elif not any(growing) or extra > sum(growing) * size:
        # A long word that went to the next line leaves this one so short that it would fall apart.
        return
    share = extra / sum(growing)
    at = 0
    for box in texts:
        layout = box.pango_layout
        layout.loose = share > LOOSE * size
        for index in range(len(layout.advances)):
            if at < len(growing) and growing[at]:
                layout.advances[index] += share
            at += 1
    texts[-1].pango_layout.advances[-1] -= measure_of(texts[-1].style).letter_spacing
    _replace_widths(line)


def _text_boxes(box: Any) -> Iterator[Any]:
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            yield from _text_boxes(child)


def _replace_widths(box: Any, advance: float = 0.0) -> float:
    """Set the widths of the text boxes below to what their characters take, and move each accordingly."""
    from weasyprint.formatting_structure import boxes

    box.position_x += advance
    if isinstance(box, boxes.TextBox):
        before, box.width = float(box.width), fsum(box.pango_layout.advances)
        grown: float = box.width - before
        return advance + grown
    start = advance
    for child in box.children:
        advance = _replace_widths(child, advance)
    box.width += advance - start
    return advance
