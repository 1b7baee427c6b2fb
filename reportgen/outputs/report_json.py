"""Write what a report says as data: the JSON that travels inside the PDF.

It holds what the page shows and nothing else: no contact, no comment, no accepted finding, nothing of the
data file that is not printed. docs/report-json.md describes it.
"""

from __future__ import annotations

import json

from reportgen.format import CellType, Table
from reportgen.outputs.document import Document, PrintedSection
from reportgen.report.model import Paragraph

FORMAT, VERSION = "reportgen-report", 1


def report_json(document: Document) -> bytes:
    """Return the JSON of a report as printed, UTF-8, keys in printing order; a blank cell is null."""
    report = document.report
    prose = {"preamble": document.preamble, **{section.id: section.paragraphs for section in document.sections
                                               if section.table is None}}
    data: dict[str, object] = {
        "format": FORMAT, "version": VERSION, "edition": report.edition.id,
        "issued_as": report.edition.issued_as,
        "agency": report.agency.name, "year": report.year, "title": document.plain_title}
    if document.draft_mark:
        data["draft"] = True
    data["prose"] = {ident: _texts(paragraphs) for ident, paragraphs in prose.items() if paragraphs}
    data["tables"] = {section.id: _table(document, section, section.table)
                      for section in document.sections if section.table is not None}
    if document.charts:
        data["charts"] = [{"id": chart.id, "title": chart.title, "unit": chart.unit, "bars": [
            {"label": bar.label, "value": None if bar.value is None else int(bar.value)}
            for bar in chart.bars]}
            for chart in document.charts]
    if document.signature:
        data["signature"] = {"name": document.signature.name, "date": document.signature.date}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _table(document: Document, section: PrintedSection, table: Table) -> dict[str, object]:
    return {"heading": section.heading,
            **({"before": _texts(section.before)} if section.before else {}),
            "cells": {path: _cell(document, path) for path in table.cells},
            "notes": _texts(section.notes),
            **({"after": _texts(section.after)} if section.after else {})}


def _cell(document: Document, path: str) -> dict[str, object]:
    cell = document.report.cells[path]
    counted = cell.type in (CellType.COUNT, CellType.SIGNED)
    # Money as printed is exact; a float would not be.
    value = None if cell.value is None else int(cell.value) if counted else cell.number
    found: dict[str, object] = {"label": document.report.edition.cell_label(path), "value": value}
    if cell.unit:
        found["unit"] = cell.unit
    if cell.remark:
        found["remark"] = cell.remark
    return found


def _texts(paragraphs: tuple[Paragraph, ...]) -> list[str]:
    return [paragraph.text for paragraph in paragraphs]
