"""Read the edition files into the typed view and refuse one that is not sound."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

from reportgen.format.language import Claim, Fee, Language, Reading, RuleMakers, Topic
from reportgen.format.model import Block, CellType, ChartSpec, Edition, Heading, Identity, Section, Table, Tie
from reportgen.standard.layout import TYPE_WIDTH

_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class EditionError(ValueError):
    """Report an edition file that is not sound; it names the file and what is wrong."""


@cache
def all_editions() -> tuple[Edition, ...]:
    """Return every edition, oldest first.

    Raises EditionError for an edition file that is not sound.
    """
    folder = resources.files("reportgen.format")
    names = sorted(entry.name for entry in folder.iterdir()
                   if entry.name.endswith(".yaml") and entry.name[0].isdigit())
    return tuple(get_edition(name.removesuffix(".yaml")) for name in names)


@cache
def get_edition(ident: str) -> Edition:
    """Return the edition with the given id, "2019" or "2021".

    Raises KeyError where there is none and EditionError where its file is not sound.
    """
    path = resources.files("reportgen.format") / f"{ident}.yaml"
    if not ident.isalnum() or not path.is_file():
        raise KeyError(ident)
    return parse_edition(path.read_text(encoding="utf-8"), f"{ident}.yaml")


def edition_for(year: int) -> Edition | None:
    """Return the edition that reports of `year` follow, or None."""
    return next((edition for edition in all_editions() if edition.covers(year)), None)


def parse_edition(text: str, name: str) -> Edition:
    """Build an edition from the text of its file, named `name` in errors.

    Raises EditionError for a missing or unknown entry, a type that is none, a path that two cells share,
    widths that do not fill the page, and an identity or tie over cells that do not exist.
    """
    raw = yaml.load(text, Loader=_SafeLoader)
    try:
        edition = _edition(raw)
        _validate(edition)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EditionError(f"{name}: {type(error).__name__}: {error}") from error
    return edition


def _edition(raw: dict[str, Any]) -> Edition:
    sections = tuple(Section(**section) for section in raw["sections"])
    names = {section.id: section.name for section in sections}
    return Edition(
        id=raw["id"],
        title=raw["title"],
        issued_as=raw["issued_as"],
        first_year=raw["years"]["first"],
        last_year=raw["years"].get("last"),
        report_title=raw["report_title"],
        sections=sections,
        tables={ident: _table(ident, names[ident], table) for ident, table in raw["tables"].items()},
        identities=tuple(_identity(entry) for entry in raw["identities"]),
        ties=tuple(_tie(entry) for entry in raw["ties"]),
        charts=tuple(ChartSpec(**{**entry, "bars": tuple(entry["bars"].items())}) for entry in raw["charts"]),
        language=_language(raw),
    )


def _table(ident: str, name: str, raw: dict[str, Any]) -> Table:
    blocks = tuple(
        Block(columns=tuple(map(_heading, block["columns"])), rows=tuple(map(_heading, block["rows"])),
              title=block.get("title", ""), corner=block.get("corner", ""))
        for block in raw["blocks"])
    return Table(ident, name, raw["short"], raw["caption"], tuple(map(float, raw["widths"])), raw["text"],
                 blocks)


def _heading(raw: dict[str, Any]) -> Heading:
    fields = dict(raw)
    fields["children"] = tuple(map(_heading, raw.get("children", ())))
    fields["type"] = CellType(raw.get("type", "count"))
    fields.setdefault("name", raw.get("label", ""))
    fields["phrases"] = tuple(raw.get("phrases", ()))
    return Heading(**fields)


def _each(raw: Any) -> tuple[str, ...] | dict[str, str]:
    return dict(raw) if isinstance(raw, dict) else tuple(raw)


def _identity(raw: dict[str, Any]) -> Identity:
    return Identity(**{**raw, "each": _each(raw["each"]),
                       "left": tuple(raw["left"]), "right": tuple(raw["right"])})


def _tie(raw: dict[str, Any]) -> Tie:
    current = raw.get("current", {})
    return Tie(code=raw["code"], title=raw["title"], source=raw["source"], each=_each(raw["each"]),
               cell=raw["cell"], previous=tuple(raw["previous"]["add"]), add=tuple(current.get("add", ())),
               subtract=tuple(current.get("subtract", ())), certain=raw["certain"])


def _language(raw: dict[str, Any]) -> Language:
    fee = raw.get("fee")
    makers = raw["rule_makers"]
    return Language(
        readings=tuple(Reading(entry["table"], tuple(entry["words"]), _readings(entry["of"]),
                               entry.get("shared", False)) for entry in raw["readings"]),
        wholes={table: _readings(entry) for table, entry in raw["wholes"].items()},
        claims={name: Claim(tuple(entry["words"]), tuple(entry["zero"]))
                for name, entry in raw["claims"].items()},
        aspects=_topics(raw["aspects"]),
        aspects_source=raw["aspects_source"],
        government_results=_topics(raw["government_results"]),
        rule_makers=RuleMakers(tuple(makers["cells"]),
                               tuple((kind, level) for kind, level in makers["allowed"])),
        fee=Fee(fee["section"], tuple(fee["words"]), fee["source"]) if fee else None,
    )


def _readings(raw: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(parts) for parts in raw)


def _topics(raw: list[dict[str, Any]]) -> tuple[Topic, ...]:
    return tuple(Topic(entry["name"], tuple(entry["words"])) for entry in raw)


def _validate(edition: Edition) -> None:
    tables = [section.id for section in edition.sections if section.kind == "table"]
    if tables != list(edition.tables):
        raise ValueError(f"sections have tables {tables}, tables are {list(edition.tables)}")
    for table in edition.tables.values():
        if abs(sum(table.widths) - TYPE_WIDTH) > 1e-6:
            raise ValueError(f"table {table.id} is {sum(table.widths)} mm wide, not {TYPE_WIDTH}")
        count = sum(sum(row.leaf_count for row in block.rows)
                    * sum(column.leaf_count for column in block.columns)
                    for block in table.blocks)
        if count != len(table.cells):
            raise ValueError(f"table {table.id} has two cells of one path")
        for block in table.blocks:
            used = block.label_columns + sum(column.leaf_count for column in block.columns)
            if used > len(table.widths):
                raise ValueError(f"block {block.title} of {table.id} is wider than the grid")
    for equation in edition.equations:
        if equation.identity.total and [len(term) for term in equation.left] != [1]:
            raise ValueError(f"total of {equation.identity.code} is not one cell")
    for tie in edition.ties:
        for subject in edition.expand(tie.each):
            for term in (tie.cell, *tie.add, *tie.subtract):
                if term.replace("{}", subject) not in edition.cells:
                    raise KeyError(term.replace("{}", subject))
    for chart in edition.charts:
        for _, term in chart.bars:
            edition.term(term)
    _validate_language(edition)


def _validate_language(edition: Edition) -> None:
    language = edition.language
    middles = {".".join(path.split(".")[:-1]) for path in edition.cells}
    named = [(reading.table, reading.of) for reading in language.readings] + list(language.wholes.items())
    for table, readings in named:
        for part in (part for reading in readings for part in reading):
            if f"{table}.{part}" not in middles:
                raise KeyError(f"{table}.{part}")
    for path in (*language.claims["all_handled"].zero, *language.rule_makers.cells):
        if path not in edition.cells:
            raise KeyError(path)
    columns = {path.rpartition(".")[2] for path in edition.cells if path.startswith("remedies.")}
    if unknown := set(language.claims["all_upheld"].zero) - columns:
        raise KeyError(unknown.pop())
    if language.fee and language.fee.section not in {section.id for section in edition.prose_sections}:
        raise KeyError(language.fee.section)
