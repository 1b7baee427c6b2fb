"""From a place on a printed page to the prose that stands there, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from reportgen import api
from reportgen.serve.cell_spots import PDFIUM, Box
from reportgen.serve.passages import sentence_typed

# How far beside a character, and between lines, a click may go, in points.
_NEAR, _BETWEEN = 6.0, 10.0
_SENTENCE = re.compile("[^。；！？]+[。；！？]*[”’）]*")
# What is looked for on a page of a sentence that may go on overleaf.
_BEGINNING = 8


@dataclass(frozen=True)
class _Squeezed:
    """A text without blanks, and where each character stood."""

    text: str
    places: list[int]


def _squeezed(characters: Iterator[tuple[int, str]]) -> _Squeezed:
    kept = [(place, one) for place, one in characters if not one.isspace() and one != "\0"]
    return _Squeezed("".join(one for _, one in kept), [place for place, _ in kept])


def prose_at(content: bytes, report: api.Report, page: int, x: float, y: float) -> dict[str, Any] | None:
    """Return the prose at a place of a page, in parts of its width and height; None where there is none.

    It is `passage`, the number of its `paragraph`, `start` and `end` of the sentence in the line as typed,
    and the `cells` that a figure at that place is taken from. The whole printed line has to stand in the
    paragraph, so that headings and other words that prose happens to repeat lead nowhere.
    """
    with PDFIUM, pypdfium2.PdfDocument(content) as document:
        if not 0 <= page < len(document):
            return None
        width, height = document[page].get_size()
        text = document[page].get_textpage()
        index = text.get_index(x * width, (1 - y) * height, _NEAR, _BETWEEN)
        characters = list(_characters(text))
    if index is None:
        return None
    before = max((place for place, one in characters if one == "\n" and place < index), default=-1)
    after = min((place for place, one in characters if one == "\n" and place >= index),
                default=len(characters))
    whole = _squeezed(iter(characters))
    line = "".join(one for place, one in zip(whole.places, whole.text, strict=True) if before < place < after)
    at = sum(place <= before for place in whole.places)
    within = sum(before < place < index for place in whole.places)
    found = max(_candidates(report, whole.text, at, line), default=None) if line else None
    if found is None:
        return None
    _, ident, number, start = found
    paragraph = report.passages[ident][number]
    return _place(report, ident, number, _squeezed(enumerate(paragraph.text)).places[start + within])


def _candidates(report: api.Report, page: str, at: int, line: str) -> Iterator[tuple[int, str, int, int]]:
    """Yield where a line may stand: how much around it is the same, passage, paragraph, place."""
    for ident, paragraphs in report.passages.items():
        for number, paragraph in enumerate(paragraphs):
            text = _squeezed(enumerate(paragraph.text)).text
            start = text.find(line)
            while start >= 0:
                before, after = page[:at][::-1], page[at + len(line):]
                same = _common(before, text[:start][::-1]) + _common(after, text[start + len(line):])
                yield same, ident, number, start
                start = text.find(line, start + 1)


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    return next((number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)))


def _place(report: api.Report, ident: str, number: int, place: int) -> dict[str, Any]:
    paragraph = report.passages[ident][number]
    cells: tuple[str, ...] = ()
    said = 0
    for run in paragraph.runs:
        if said <= place < said + len(run.text):
            cells = tuple(run.cells)
        said += len(run.text)
    span = next((one.span() for one in _SENTENCE.finditer(paragraph.text)
                 if one.start() <= place < one.end()), (0, len(paragraph.text)))
    typed = sentence_typed(report, ident, number, span)
    return {"passage": ident, "paragraph": number, "start": typed[0], "end": typed[1], "cells": list(cells)}


def prose_box(content: bytes, report: api.Report, ident: str, number: int) -> tuple[int, Box] | None:
    """Return on which page a paragraph begins and what box it takes there; None where it is not found."""
    paragraphs = report.passages.get(ident, ())
    if not 0 <= number < len(paragraphs):
        return None
    wanted = _squeezed(enumerate(paragraphs[number].text)).text
    with PDFIUM, pypdfium2.PdfDocument(content) as document:
        for page in range(len(document)):
            text = document[page].get_textpage()
            whole = _squeezed(_characters(text))
            start = whole.text.find(wanted)
            length = len(wanted)
            if start < 0 and (start := whole.text.find(wanted[:_BEGINNING])) >= 0:
                length = _common(whole.text[start:], wanted)
            if start >= 0 and length:
                first, last = whole.places[start], whole.places[start + length - 1]
                return page, _box(document[page], text, first, last - first + 1)
    return None


def _characters(text: Any) -> Iterator[tuple[int, str]]:
    for index in range(text.count_chars()):
        yield index, chr(pdfium.FPDFText_GetUnicode(text, index))


def _box(page: Any, text: Any, first: int, count: int) -> Box:
    width, height = page.get_size()
    boxes = [text.get_rect(number) for number in range(text.count_rects(first, count))]
    left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return left / width, 1 - top / height, (right - left) / width, (top - bottom) / height
