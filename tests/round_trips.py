"""A report through a file of another kind and back, and what has to be the same afterwards."""

from functools import cache

import reportgen
from reportgen.form.write import write_workbook
from reportgen.sources import read_text


def effective(report):
    """Return all that a report says, whatever kind of file it was read from."""
    prose = {ident: tuple(line.strip() for line in lines if line.strip()) for ident, lines in report.written.items()}
    return {
        "cells": {path: (cell.value, cell.number, cell.remark, cell.unit) for path, cell in report.cells.items()},
        "prose": {ident: lines for ident, lines in prose.items() if lines},
        "texts": {ident: text for ident, text in report.texts.items() if text and ident not in ("blanks", "signature.name")},
        "title": report.title, "signature": report.signature, "single": report.single_rows, "year": report.year,
        "accepted": [(one.code, one.cell, one.sentence, one.reason, one.by) for one in report.accepted],
        "shown": {ident: tuple(p.text for p in paragraphs) for ident, paragraphs in report.passages.items()}}


@cache
def form_of(text):
    """Return the form of a data file's text as bytes, written once for all tests that change it."""
    return write_workbook(read_text(text, "2024.yaml"))


def through_workbook(report, path):
    path.write_bytes(write_workbook(report))
    return reportgen.read(path)
