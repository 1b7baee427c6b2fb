"""Write a report as a YAML data file, in Chinese keys, prose with its expressions as typed."""

from __future__ import annotations

from reportgen.datafile.fields import Field, common_fields, section_fields
from reportgen.datafile.text import Bare, BlockText, Entry, field_text, write_entries
from reportgen.format import Key
from reportgen.report.model import Cell, Report

# A cell in a data file: nothing, its number, or number and remark.
CellValue = str | None | dict[str, str | None]


def write_yaml(report: Report, comment: str = "") -> str:
    """Return the text of a data file that reads as this report does; `comment` stands at its head.

    What is computed, and what is not filled in, is left out; what could not be read is not. Raises
    InputError for a report that cannot be written so.
    """
    entries: list[Entry] = []
    for field in common_fields():
        if field.kind == "prose":
            entries += _prose(field.name, report.written.get(field.id, ()))
            for section in section_fields(report.edition):
                if section.kind == "table":
                    entries += _table(report.edition.keys[section.id], report)
                else:
                    entries += _prose(section.name, report.written.get(section.id, ()))
        elif field.kind == "by_table":
            entries += _by_table(field, report)
        elif field.kind == "list":
            entries += _accepted(field, report)
        elif field.kind == "group":
            entries += _group(field, report)
        elif field.id not in ("edition", "blanks"):
            entries += _text(field, str(report.year) if field.id == "year"
                             else report.texts.get(field.id, ""))
    return write_entries(entries, report.path, [comment or f"{report.agency.name}{report.year}年度数据文件"])


def _text(field: Field, text: str) -> list[Entry]:
    value = field_text(field, text)
    return [Entry(field.name, BlockText(value) if "\n" in value else value)] if text else []


def _group(field: Field, report: Report) -> list[Entry]:
    inside = [entry for child in field.fields
              for entry in _text(child, report.texts.get(f"{field.id}.{child.id}", ""))]
    if inside:
        return [Entry(field.name, tuple(inside))]
    # An empty signature still prints: the agency's name.
    return [Entry(field.name, {})] if field.id == "signature" and report.signature else []


def _prose(name: str, written: tuple[str, ...]) -> list[Entry]:
    lines = [line for text in written if (line := text.strip(" \t\r\u3000"))]
    return [Entry(name, BlockText("".join(f"{line}\n" for line in lines)))] if lines else []


def _table(key: Key, report: Report) -> list[Entry]:
    if key.cell is not None:
        cell = report.cells.get(key.path)
        left_out = cell is None or (cell.blank and not cell.remark and not cell.typed) or (
            cell.computed and key.path in report.edition.totals)
        return [] if cell is None or left_out else [Entry(key.name, cell_value(cell))]
    children = key.single_row if key.path in report.single_rows and key.single_row else key.children
    inside = [entry for child in children.values() for entry in _table(child, report)]
    return [Entry(key.name, tuple(inside))] if inside else []


def cell_value(cell: Cell, chinese: bool = True) -> CellValue:
    """Return a cell as a data file has it: a number, or number and remark, with Chinese or English keys.

    What was typed and is no number stays as it was typed, so that the next reader of the file is told of it.
    """
    value = Bare(f"{cell.number}{cell.unit}") if cell.number else " ".join(cell.typed.split()) or None
    if not cell.remark:
        return value
    names = ("数值", "备注") if chinese else ("value", "remark")
    return {names[0]: value, names[1]: cell.remark}


def _by_table(field: Field, report: Report) -> list[Entry]:
    inside = [entry for table in report.edition.tables.values()
              for entry in _prose(table.name, report.written.get(f"{field.id}.{table.id}", ()))]
    return [Entry(field.name, tuple(inside))] if inside else []


def _accepted(field: Field, report: Report) -> list[Entry]:
    items = []
    for one in report.accepted:
        texts = {"code": one.code, "cell": one.cell, "sentence": one.sentence, "reason": one.reason,
                 "by": one.by}
        items.append(tuple(Entry(child.name, texts[child.id]) for child in field.fields if texts[child.id]))
    return [Entry(field.name, items)] if items else []
