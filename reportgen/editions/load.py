"""Read the edition files into the typed view and refuse one that is not sound."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

from reportgen.editions.model import Block, CellType, Edition, Heading, Identity, Section, Table, Tie
from reportgen.typesetting.layout import TYPE_WIDTH

_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class EditionError(ValueError):
    """Report an edition file that is not sound; it names the file and what is wrong."""


@cache
def all_editions() -> tuple[Edition, ...]:
    """Return every edition, oldest first.

    Raises EditionError for an edition file that is not sound.
    """
    folder = resources.files("reportgen.editions")
    names = sorted(entry.name for entry in folder.iterdir()
                   if entry.name.endswith(".yaml") and entry.name[0].isdigit())
    return tuple(get_edition(name.removesuffix(".yaml")) for name in names)


@cache
def get_edition(ident: str) -> Edition:
    """Return the edition with the given id, "2019" or "2021".

    Raises KeyError where there is none and EditionError where its file is not sound.
    """
    path = resources.files("reportgen.editions") / f"{ident}.yaml"
    if not ident.isalnum() or not path.is_file():
        raise KeyError(ident)
    return parse_edition(path.read_text(encoding="utf-8"), f"{ident}.yaml")


def edition_for(year: int) -> Edition | None:
    """Return the edition that reports of `year` follow, or None."""
    return next((edition for edition in all_editions() if edition.covers(year)), None)


def parse_edition(text: str, name: str) -> Edition:
    """Build an edition from the text of its file, named `name` in errors.

    Raises EditionError for a missing or unknown entry, a type that is none, a path that two cells share, widths
    that do not fill the page, and an identity or tie over cells that do not exist.
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
    )


def _table(ident: str, name: str, raw: dict[str, Any]) -> Table:
    blocks = tuple(
        Block(columns=tuple(map(_heading, block["columns"])), rows=tuple(map(_heading, block["rows"])),
              title=block.get("title", ""), corner=block.get("corner", ""))
        for block in raw["blocks"])
    return Table(ident, name, raw["short"], raw["caption"], tuple(map(float, raw["widths"])), raw["text"], blocks)


def _heading(raw: dict[str, Any]) -> Heading:
    fields = dict(raw)
    fields["children"] = tuple(map(_heading, raw.get("children", ())))
    fields["type"] = CellType(raw.get("type", "count"))
    fields.setdefault("name", raw.get("label", ""))
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


def _validate(edition: Edition) -> None:
    tables = [section.id for section in edition.sections if section.kind == "table"]
    if tables != list(edition.tables):
        raise ValueError(f"sections have tables {tables}, tables are {list(edition.tables)}")
    for table in edition.tables.values():
        if abs(sum(table.widths) - TYPE_WIDTH) > 1e-6:
            raise ValueError(f"table {table.id} is {sum(table.widths)} mm wide, not {TYPE_WIDTH}")
        count = sum(sum(row.leaf_count for row in block.rows) * sum(column.leaf_count for column in block.columns)
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
