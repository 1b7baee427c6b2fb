"""Describe the data file and the report's JSON as JSON Schema, from an edition; editors complete and mark by it.

Both are of draft 2020-12 (https://json-schema.org/draft/2020-12/schema).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reportgen.editions import CellType, Edition, Key
from reportgen.reading.fields import Field, common_fields, section_fields
from reportgen.reading.values import MONEY_UNITS
from reportgen.writing.data import FORMAT, VERSION

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

# What reading/values.py takes for a number, digits and separators full-width or not; an empty text is a blank.
_DIGITS, _DECIMALS = "[0-9０-９]", "([.．][0-9０-９]+)?"
_WHOLE = f"({_DIGITS}+|{_DIGITS}{{1,3}}([,，]{_DIGITS}{{3}})+)"
_MINUS_ZERO = "[-－−]([0０]+|[0０]{1,3}([,，][0０]{3})+)"
_AMOUNT = f"([+＋]?{_WHOLE}{_DECIMALS}|{_MINUS_ZERO}([.．][0０]+)?)"
_PATTERNS = {
    CellType.COUNT: f"([+＋]?{_WHOLE}|{_MINUS_ZERO})",
    CellType.SIGNED: f"[-+＋－−]?{_WHOLE}",
    CellType.AMOUNT: _AMOUNT,
    CellType.MONEY: f"{_AMOUNT}({'|'.join(MONEY_UNITS)})?",
}
_NUMBERS: dict[CellType, Schema] = {
    CellType.COUNT: {"type": "integer", "minimum": 0}, CellType.SIGNED: {"type": "integer"},
    CellType.AMOUNT: {"type": "number", "minimum": 0}, CellType.MONEY: {"type": "number", "minimum": 0}}
_DATE = r"^\s*([0-9０-９]{4}[-/.年][0-9０-９]{1,2}[-/.月][0-9０-９]{1,2}日?)?\s*$"
_TEXT: Schema = {"type": ["string", "number", "boolean", "null"]}


def data_file_schema(edition: Edition) -> Schema:
    """Return the schema of an edition's data files; every key by its id and by its Chinese name."""
    definitions: Schema = {}
    properties: Schema = {}
    for entry in (*common_fields(), *section_fields(edition)):
        made = _key(edition.keys[entry.id], definitions) if entry.kind == "table" else _field(entry, edition)
        properties |= _both(entry.id, entry.name, made)
    required = [{"anyOf": [{"required": [entry.id]}, {"required": [entry.name]}]}
                for entry in common_fields() if entry.required]
    return {"$schema": DIALECT, "title": f"{edition.title}（{edition.issued_as}）数据文件", "type": "object",
            "properties": properties, "additionalProperties": False, "allOf": required, "$defs": definitions}


def _both(ident: str, name: str, made: Schema) -> Schema:
    return {ident: {"title": name, **made}, name: {"title": ident, **made}}


def _field(entry: Field, edition: Edition) -> Schema:
    made: Schema = {"description": entry.about} if entry.about else {}
    if entry.kind == "group":
        return made | _object(_both(child.id, child.name, _field(child, edition)) for child in entry.fields)
    if entry.kind == "list":
        return made | {"type": ["array", "null"], "items": _object(
            _both(child.id, child.name, _field(child, edition)) for child in entry.fields)}
    if entry.kind == "notes":
        return made | _object(_both(table.id, table.name, {"type": ["string", "null"]})
                              for table in edition.tables.values())
    if entry.kind == "choice":
        return made | {"enum": [*entry.choices, *entry.choices.values(), "", None]}
    if entry.kind == "date":
        return made | {"type": ["string", "null"], "pattern": _DATE}
    if entry.kind == "prose":
        return made | {"type": ["string", "number", "null"]}
    if entry.kind == "year":
        last = {} if edition.last_year is None else {"maximum": edition.last_year}
        return made | {"anyOf": [{"type": "integer", "minimum": edition.first_year, **last},
                                 {"type": "string", "pattern": f"^\\s*{_DIGITS}{{4}}年?\\s*$"}]}
    if entry.id == "blanks":
        return made | {"enum": [0, "0", "", None]}
    return made | _TEXT


def _object(entries: Iterable[Schema]) -> Schema:
    properties: Schema = {}
    for entry in entries:
        properties |= entry
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}


def _key(key: Key, definitions: Schema) -> Schema:
    """Return the schema of a table, a row or a cell; rows of the same columns share one."""
    if key.cell is not None:
        return {"$ref": _cell(key.cell.type, definitions)}
    if all(child.cell for child in key.children.values()):
        return {"$ref": _row(key.children, definitions)}
    made = _object(_both(child.id, child.name, _key(child, definitions)) for child in key.children.values())
    return {"anyOf": [made, {"$ref": _row(key.single_row, definitions)}]} if key.single_row else made


def _row(children: dict[str, Key], definitions: Schema) -> str:
    made = _object(_both(child.id, child.name, _key(child, definitions)) for child in children.values())
    name = next((name for name, known in definitions.items() if known == made), f"row{len(definitions)}")
    definitions[name] = made
    return f"#/$defs/{name}"


def _cell(kind: CellType, definitions: Schema) -> str:
    value: Schema = {"anyOf": [_NUMBERS[kind], {"type": "string", "pattern": f"^\\s*({_PATTERNS[kind]})?\\s*$"},
                               {"type": "null"}]}
    parts = [_both("value", "数值", value), _both("remark", "备注", _TEXT)]
    if kind is CellType.MONEY:
        parts.append(_both("unit", "单位", {"enum": [*MONEY_UNITS, "", None]}))
    definitions[kind.value] = {"anyOf": [*value["anyOf"], {**_object(parts), "type": "object"}]}
    return f"#/$defs/{kind.value}"


def report_schema(edition: Edition) -> Schema:
    """Return the schema of the JSON that a report of an edition is released as; docs/report-json.md describes it."""
    prose = {ident: _list_of_texts() for ident in ("preamble", *(section.id for section in edition.prose_sections))}
    tables = {section.id: _strict({"heading": {"const": section.heading}, "cells": _cells(edition, section.id),
                                   "notes": _list_of_texts()})
              for section in edition.sections if section.kind == "table"}
    bar = _strict({"label": {"type": "string"}, "value": {"type": ["integer", "null"]}})
    chart = _strict({"id": {"enum": [spec.id for spec in edition.charts]}, "title": {"type": "string"},
                     "unit": {"type": "string"}, "bars": {"type": "array", "items": bar}})
    signature = _strict({"name": {"type": "string"}, "date": {"type": "string"}})
    properties = {
        "format": {"const": FORMAT}, "version": {"const": VERSION}, "edition": {"const": edition.id},
        "issued_as": {"const": edition.issued_as}, "agency": {"type": "string"}, "year": {"type": "integer"},
        "title": {"type": "string"}, "draft": {"const": True},
        "prose": _strict(prose, optional=tuple(prose)), "tables": _strict(tables),
        "charts": {"type": "array", "items": chart}, "signature": signature}
    return {"$schema": DIALECT, "title": f"{edition.title}（{edition.issued_as}）年度报告数据",
            **_strict(properties, optional=("draft", "charts", "signature"))}


def _strict(properties: Schema, optional: tuple[str, ...] = ()) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False,
            "required": [name for name in properties if name not in optional]}


def _list_of_texts() -> Schema:
    return {"type": "array", "items": {"type": "string"}}


def _cells(edition: Edition, table: str) -> Schema:
    """Return the schema of a table's cells; a group that may be one row is that or its rows."""
    plain = {path for path in edition.cells if path.startswith(f"{table}.")}
    made = {path: _figure(edition, path) for path in edition.cells if path in plain}
    required, choices = list(made), []
    for group in (group for group in edition.groups if group.startswith(f"{table}.") and edition.may_be_single(group)):
        whole = edition.with_single_rows(frozenset((group,)))
        single = [path for path in whole.cells if path.rpartition(".")[0] == group]
        made |= {path: _figure(whole, path) for path in single}
        rows = [path for path in required if path.startswith(f"{group}.")]
        required = [path for path in required if path not in rows]
        choices.append({"oneOf": [{"required": rows}, {"required": single}]})
    return {"type": "object", "properties": made, "additionalProperties": False, "required": required,
            **({"allOf": choices} if choices else {})}


def _figure(edition: Edition, path: str) -> Schema:
    kind = edition.cells[path].type
    counted = kind in (CellType.COUNT, CellType.SIGNED)
    value: Schema = {"anyOf": [_NUMBERS[kind] if counted else {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"},
                               {"type": "null"}]}
    properties: Schema = {"label": {"const": edition.cell_label(path)}, "value": value, "remark": {"type": "string"}}
    if kind is CellType.MONEY:
        properties["unit"] = {"enum": list(MONEY_UNITS)}
    return _strict(properties, optional=("unit", "remark"))
