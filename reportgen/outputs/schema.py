"""Describe the data file and the report's JSON as JSON Schema, from an edition, for editors.

Both are of draft 2020-12 (https://json-schema.org/draft/2020-12/schema).
"""

from __future__ import annotations

from collections.abc import Iterable

from reportgen.datafile.fields import Field, common_fields, section_fields
from reportgen.datafile.values import MONEY_UNITS
from reportgen.files import limits
from reportgen.format import CellType, Edition, Key
from reportgen.outputs.report_json import FORMAT, VERSION
from reportgen.outputs.schema_values import (
    TEXT,
    Schema,
    date,
    figure_schema,
    money_alone,
    money_in,
    text,
    year,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_VALUE, _REMARK, _UNIT = ("value", "数值"), ("remark", "备注"), ("unit", "单位")
_BLANK: Schema = {"type": ["string", "null"], "pattern": "^\\s*$"}
_NAME_THE_UNIT = "写明单位，如 12.5万元"
Pair = tuple[str, str, Schema]


def data_file_schema(edition: Edition) -> Schema:
    """Return the schema of an edition's data files; every key by its id and by its Chinese name.

    It takes what reading takes, but for what only reading can judge: characters that do not print,
    expressions, what is accepted of what was found.
    """
    definitions: Schema = {}
    common = common_fields()
    entries = [(entry.id, entry.name, _key(edition.keys[entry.id], definitions) if entry.kind == "table"
                else _field(entry, edition)) for entry in (*common, *section_fields(edition))]
    required = [_either(entry.id, entry.name) for entry in common if entry.required]
    return {"$schema": DIALECT, "title": f"{edition.title}（{edition.issued_as}）数据文件",
            **_object(entries),
            "type": "object", "allOf": required, "$defs": definitions}


def _either(ident: str, name: str) -> Schema:
    return {"anyOf": [{"required": [ident]}, {"required": [name]}]}


def _field(entry: Field, edition: Edition) -> Schema:
    return ({"description": entry.about} if entry.about else {}) | _value(entry, edition)


def _value(entry: Field, edition: Edition) -> Schema:
    """Return the schema of what stands under a key outside the tables."""
    if entry.kind == "group":
        return _group(entry, edition)
    if entry.kind == "list":
        return {"type": ["array", "null"], "items": {**_group(entry, edition), "type": "object"}}
    if entry.kind == "by_table":
        return _object((table.id, table.name, TEXT) for table in edition.tables.values())
    if entry.kind == "choice":
        # The list is for editors to complete by, the pattern takes blanks around.
        names = [*entry.choices, *entry.choices.values()]
        return {"anyOf": [{"enum": [*names, "", None]}, text("|".join(names))]}
    if entry.kind == "date":
        return date()
    if entry.kind == "year":
        return year(edition.first_year, edition.last_year)
    if entry.id in ("blanks", "edition"):
        only = "0" if entry.id == "blanks" else edition.id
        return {"anyOf": [{"enum": [int(only), only, "", None]}, text(only)]}
    bounded = {"pattern": f"^\\s*[\\s\\S]{{0,{limits.TITLE_CHARACTERS}}}\\s*$"}
    return TEXT | (bounded if entry.id == "title" else {})


def _group(entry: Field, edition: Edition) -> Schema:
    made = _object((child.id, child.name, _field(child, edition)) for child in entry.fields)
    required = [child for child in entry.fields if entry.required and child.required]
    if not required:
        return made
    for child in required:
        for name in (child.id, child.name):
            made["properties"][name] |= {"type": ["string", "number", "boolean"], "pattern": "\\S"}
    return {**made, "type": "object", "allOf": [_either(child.id, child.name) for child in required]}


def _object(entries: Iterable[Pair]) -> Schema:
    """Return the schema of a mapping whose keys may be ids or Chinese names, of one entry not both."""
    properties: Schema = {}
    twice = []
    for ident, name, made in entries:
        properties |= {ident: {"title": name, **made}, name: {"title": ident, **made}}
        twice.append({"required": [ident, name]})
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False,
            "not": {"type": "object", "anyOf": twice}}


def _key(key: Key, definitions: Schema) -> Schema:
    """Return the schema of a table, a row or a cell; rows of the same columns share one."""
    if key.cell is not None:
        return {"$ref": _cell(key.cell.type, definitions)}
    if all(child.cell for child in key.children.values()):
        return {"$ref": _row(key.children, definitions)}
    made = _object((child.id, child.name, _key(child, definitions)) for child in key.children.values())
    return {"anyOf": [made, {"$ref": _row(key.single_row, definitions)}]} if key.single_row else made


def _row(children: dict[str, Key], definitions: Schema) -> str:
    made = _object((child.id, child.name, _key(child, definitions)) for child in children.values())
    name = next((name for name, known in definitions.items() if known == made), f"row{len(definitions)}")
    definitions[name] = made
    return f"#/$defs/{name}"


def _cell(kind: CellType, definitions: Schema) -> str:
    if kind is CellType.MONEY:
        made = {"anyOf": [*money_alone()["anyOf"], _money_with_unit()], "description": _NAME_THE_UNIT}
    else:
        parts = _object([(*_VALUE, figure_schema(kind)), (*_REMARK, TEXT), (*_UNIT, _BLANK)])
        # A unit that is left blank does no harm, but editors offer what stands among the properties.
        blank = {f"^{name}$": parts["properties"].pop(name) for name in _UNIT}
        whole = {**parts, "type": "object", "patternProperties": blank}
        made = {"anyOf": [*figure_schema(kind)["anyOf"], whole]}
    definitions[kind.value] = made
    return f"#/$defs/{kind.value}"


def _money_with_unit() -> Schema:
    """Return the schema of a sum of money as a mapping: its unit is named in the value or beside it."""
    parts = _object([(*_VALUE, {}), (*_REMARK, TEXT),
                     (*_UNIT, {"anyOf": [{"enum": [*MONEY_UNITS, "", None]}, TEXT]})])
    ways = [_parts(_VALUE, money_alone()) | {"allOf": [_parts(_UNIT, _BLANK)]}]
    ways += [_parts(_VALUE, money_in(unit))
             | {"allOf": [_parts(_UNIT, text(unit, blank=False)), _either(*_UNIT)]}
             for unit in MONEY_UNITS]
    return {**parts, "type": "object", "anyOf": ways}


def _parts(names: tuple[str, str], made: Schema) -> Schema:
    return {"properties": dict.fromkeys(names, made)}


def report_schema(edition: Edition) -> Schema:
    """Return the schema of the JSON of a released report; docs/report-json.md describes it."""
    prose = {ident: _list_of_texts()
             for ident in ("preamble", *(section.id for section in edition.prose_sections))}
    tables = {section.id: _strict({"heading": {"const": section.heading}, "before": _list_of_texts(),
                                   "cells": _cells(edition, section.id),
                                   "notes": _list_of_texts(), "after": _list_of_texts()},
                                  optional=("before", "after"))
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
    for group in (group for group in edition.groups if group.startswith(f"{table}.")
                  and edition.may_be_single(group)):
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
    number = {"type": "integer"} if kind is CellType.SIGNED else {"type": "integer", "minimum": 0}
    value: Schema = {"anyOf": [number if counted else {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"},
                               {"type": "null"}]}
    properties: Schema = {"label": {"const": edition.cell_label(path)}, "value": value,
                          "remark": {"type": "string"}}
    if kind is CellType.MONEY:
        properties["unit"] = {"enum": list(MONEY_UNITS)}
    return _strict(properties, optional=("unit", "remark"))
