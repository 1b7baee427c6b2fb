"""Prose as it is typed: where in a typed line each finding stands, and what its expressions come to."""

from __future__ import annotations

from typing import Any

from reportgen import api

BLANK = " \t\r\u3000"


def passage(report: api.Report, ident: str, findings: list[tuple[int, api.Finding]]) -> dict[str, Any]:
    """Return a piece of prose as JSON: its lines as typed, each with expressions, values and marks.

    `findings` are the (number, finding) pairs that may stand in it; a mark has their number and where it
    begins and ends in the line as typed.
    """
    written = [line.strip(BLANK) for line in report.written.get(ident, ())]
    lines = [line for line in written if line]
    paragraphs = report.passages.get(ident, ())
    shown = []
    for line, paragraph in zip(lines, paragraphs, strict=False):
        pieces = list(api.expressions(line))
        values = [{"expression": piece.strip(), "value": run.text, "failed": run.failed,
                   "cells": list(run.cells)}
                  for (piece, is_expression), run in zip(pieces, paragraph.runs, strict=False)
                  if is_expression]
        shown.append({"text": paragraph.text, "level": paragraph.level, "values": values,
                      "marks": [{**mark, "finding": number} for number, one in findings
                                if (mark := _mark(one, paragraph, pieces)) is not None]})
    return {"lines": lines, "paragraphs": shown}


def sentence_typed(report: api.Report, ident: str, number: int, span: tuple[int, int]) -> tuple[int, int]:
    """Return where a stretch of a paragraph's text stands in its line as typed."""
    lines = [line for text in report.written.get(ident, ()) if (line := text.strip(BLANK))]
    paragraph, pieces = report.passages[ident][number], list(api.expressions(lines[number]))
    return _typed(span[0], paragraph, pieces, False), _typed(span[1], paragraph, pieces, True)


def _mark(finding: api.Finding, paragraph: Any, pieces: list[tuple[str, bool]]) -> dict[str, int] | None:
    """Return where a finding stands in a line as typed, or None where it stands in another."""
    excerpt = finding.excerpt
    if excerpt is None and not finding.cells and finding.origin.line == paragraph.origin.line:
        return _failed(paragraph, pieces)
    if excerpt is None or finding.origin.line not in (0, paragraph.origin.line):
        return None
    # What was cut off of a long sentence is shown as ….
    core = excerpt.text.strip("…")
    at = paragraph.text.find(core)
    if not core or at < 0:
        return None
    at -= len(excerpt.text) - len(excerpt.text.lstrip("…"))
    return {"start": _typed(max(at + excerpt.start, 0), paragraph, pieces, False),
            "end": _typed(at + excerpt.end, paragraph, pieces, True)}


def _failed(paragraph: Any, pieces: list[tuple[str, bool]]) -> dict[str, int] | None:
    """Return where the first expression without a value stands in a line as typed."""
    at = 0
    for (piece, is_expression), run in zip(pieces, paragraph.runs, strict=False):
        length = len(piece) + 4 if is_expression else len(piece)
        if run.failed:
            return {"start": at, "end": at + length}
        at += length
    return None


def failed_lines(report: api.Report) -> dict[int, str]:
    """Return the sections of the lines of a data file in which an expression has no value."""
    return {paragraph.origin.line: ident.rpartition(".")[2]
            for ident, paragraphs in report.passages.items() for paragraph in paragraphs
            if any(run.failed for run in paragraph.runs)}


def _typed(place: int, paragraph: Any, pieces: list[tuple[str, bool]], end: bool) -> int:
    """Return where a place of a paragraph's text stands in its typed line; within a value, at its edge."""
    said = typed = 0
    for (piece, is_expression), run in zip(pieces, paragraph.runs, strict=False):
        length = len(piece) + 4 if is_expression else len(piece)
        if place < said + len(run.text) or (end and place == said + len(run.text)):
            if is_expression:
                return typed + length if end and place > said else typed
            return typed + place - said
        said += len(run.text)
        typed += length
    return typed
