"""The keys of a data file: those that no edition changes, from fields.yaml, and those of the edition."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Literal

from msgspec import Struct

from reportgen.datafile.tree import Mapping, Node, Scalar
from reportgen.files.typed_yaml import load_typed
from reportgen.findings import Finding, Origin, Places
from reportgen.format import Edition, all_editions
from reportgen.rules import finding


class Field(Struct, frozen=True, forbid_unknown_fields=True):
    """One key of a data file; `choices` maps ids to Chinese names, what is `extra` few agencies need."""

    id: str
    name: str
    kind: Literal["text", "line", "year", "date", "choice", "prose", "by_table", "group", "list", "table"]
    required: bool = False
    extra: bool = False
    about: str = ""
    example: str = ""
    choices: dict[str, str] = {}
    fields: tuple[Field, ...] = ()


@cache
def common_fields() -> tuple[Field, ...]:
    """Return the keys that no edition changes, in the order of the data file."""
    text = (resources.files("reportgen.datafile") / "fields.yaml").read_text(encoding="utf-8")
    return load_typed(text, "fields.yaml", tuple[Field, ...])


def section_fields(edition: Edition) -> tuple[Field, ...]:
    """Return the keys of an edition's sections."""
    return tuple(Field(section.id, section.name, section.kind) for section in edition.sections)


def plain_fields() -> list[tuple[str, str, Field]]:
    """Return the plain fields of the form in order, each as (id, name of its group, field)."""
    found = []
    for entry in common_fields():
        if entry.kind == "group":
            found += [(f"{entry.id}.{child.id}", entry.name, child) for child in entry.fields]
        elif entry.kind not in ("prose", "by_table", "list") and entry.id not in ("edition", "blanks"):
            found.append((entry.id, "", entry))
    return found


class Problems:
    """Collect all that is wrong in a data file, so that a clerk sees all of it at once.

    `found` makes the file unusable; `findings` are values that count as not filled in.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self.found: list[tuple[Origin, str]] = []
        self.findings: list[Finding] = []

    def add(self, line: int, message: str) -> None:
        """Note at a line what makes the file unusable."""
        self.found.append((self.places.at(line), message))

    def wrong(self, code: str, origin: Origin, message: str, cells: tuple[str, ...] = ()) -> None:
        """Note a wrong value by the code of its rule."""
        self.findings.append(finding(code, message, origin, cells))


def take(node: Mapping, names: dict[str, str], problems: Problems,
         inside: str = "") -> dict[str, tuple[Scalar, Node]]:
    """Return the entries of a mapping by id, as (key, value).

    `names` maps each id to its Chinese name; either is accepted as a key. Unknown keys, and a key given under
    both names, are noted in `problems`.
    """
    ids = {**{name: ident for ident, name in names.items()}, **{ident: ident for ident in names}}
    taken: dict[str, tuple[Scalar, Node]] = {}
    for key, value in node.items:
        ident = ids.get(key.value.strip())
        if ident is None:
            problems.add(key.line, _unknown(key.value, names, inside))
        elif ident in taken:
            problems.add(key.line,
                         f"“{key.value}”与第{taken[ident][0].line}行的“{taken[ident][0].value}”是同一项，"
                                   "请删去一处")
        else:
            taken[ident] = (key, value)
    return taken


def _unknown(key: str, names: dict[str, str], inside: str) -> str:
    where = f"“{inside}”里" if inside else ""
    if key.strip().isdigit():
        return f"{where}出现单独的数“{key}”，多半是数里带了千分位逗号，请去掉逗号或给数加引号"
    near = nearest(key, names)
    if near:
        return f"{where}不认识“{key}”，是不是“{near}”？"
    elsewhere = _of_other_edition(key)
    if elsewhere:
        return f"{where}不认识“{key}”，它是 {elsewhere} 版格式的项目，请检查年度"
    return f"{where}不认识“{key}”，这里可以写：{'、'.join(list(names.values())[:12])}"


def nearest(key: str, names: dict[str, str]) -> str:
    """Return the known id or Chinese name that is nearest to a misspelt one, or an empty string."""
    candidates = [name for pair in names.items() for name in pair]
    found = difflib.get_close_matches(key, candidates, 1, 0.6)
    return found[0] if found else ""


def _of_other_edition(key: str) -> str:
    for edition in all_editions():
        for spec in edition.cells.values():
            if key in spec.path.split("."):
                return edition.id
    return ""


def names_of(fields: Iterable[Field]) -> dict[str, str]:
    """Return the Chinese name of each field by id."""
    return {entry.id: entry.name for entry in fields}
