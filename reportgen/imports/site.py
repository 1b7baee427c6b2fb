"""Tell a report from what a site puts around it: its catalogue card, its furniture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from msgspec import Struct

from reportgen.datafile.given import parse_date
from reportgen.files.typed_yaml import load_typed
from reportgen.imports.blocks import Grid
from reportgen.report.align import squeezed

# A longer line is no piece of furniture, whatever it begins with.
LONGEST_FURNITURE = 60
NO_FIELD = "no_field"
_LONG_NAME = 3
_OUR_OWN = "reportgen"
_DATES = ("published", "issued")
_TIME = re.compile(r"[ T\u3000]*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?.*$")


class _Furniture(Struct, frozen=True, forbid_unknown_fields=True):
    """The words of what is no part of a report."""

    lines: tuple[str, ...]
    beginnings: tuple[str, ...]
    parts: tuple[str, ...]


class _Site(Struct, frozen=True, forbid_unknown_fields=True):
    """What the pages of sites carry beside a report."""

    card: dict[str, tuple[str, ...]]
    tags: dict[str, str]
    site_tags: dict[str, str]
    furniture: _Furniture


@cache
def _site() -> _Site:
    text = (resources.files("reportgen.imports") / "site.yaml").read_text(encoding="utf-8")
    return load_typed(text, "site.yaml", _Site)


@cache
def _names() -> dict[str, str]:
    return {name: ident for ident, names in _site().card.items() for name in names}


@cache
def _labels() -> re.Pattern[str]:
    """Return what finds the names of a card; their characters may be spaced out: 名　称.

    A short name is one only at the beginning of a line or after a space; the words before may end alike.
    """
    spaced = {name: r"\s*".join(map(re.escape, name)) for name in sorted(_names(), key=len, reverse=True)}
    long = "|".join(pattern for name, pattern in spaced.items() if len(name) >= _LONG_NAME)
    begun = rf"(?:^|(?<=[\s】；;|]))[【\[]?(?:{'|'.join(spaced.values())})"
    return re.compile(rf"(?:{begun}|{long})[】\]]?\s*[：:]")


def is_furniture(text: str) -> bool:
    """Say whether a line is no part of a report: navigation, share buttons, a footer."""
    plain, words = squeezed(text).replace(":", "："), _site().furniture
    if not plain or len(plain) > LONGEST_FURNITURE:
        return False
    bare = plain.strip("【】[]|｜>＞»·：:")
    return bare in words.lines or not bare or plain.startswith(words.beginnings) or any(
        part in plain for part in words.parts)


def card_entries(text: str) -> dict[str, str] | None:
    """Return the entries of a line of a catalogue card by field, or None for a line that is none.

    Two and more stand in one line; names without a value are entries too.
    """
    text = text.strip()
    found = list(_labels().finditer(text))
    if not found or found[0].start() > 0:
        return None
    ends = [*(one.start() for one in found[1:]), len(text)]
    names = (squeezed(one[0]).strip("【】[]：:") for one in found)
    return _by_field((name, text[one.end():end]) for name, one, end in zip(names, found, ends, strict=True))


def card_of(grid: Grid) -> dict[str, str] | None:
    """Return the entries of a catalogue card that is drawn as a table, or None for another table."""
    pairs: list[tuple[str, str]] = []
    for row in grid.rows:
        name = ""
        for cell in (cell for cell in row if cell is not None):
            plain = squeezed(cell).rstrip("：:")
            if name:
                pairs.append((name, cell))
                name = ""
            elif plain in _names():
                name = plain
            elif (entries := card_entries(cell)) is not None:
                pairs += ((_site().card[ident][0], value) for ident, value in entries.items())
            elif plain:
                return None
    return _by_field(pairs) if len(pairs) > 1 else None


def _by_field(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in pairs:
        if " ".join(value.split()):
            fields.setdefault(_names()[name], " ".join(value.split()))
    return fields


@dataclass
class Card:
    """The fields that a catalogue card fills, by dotted id, and what is doubtful in them."""

    fields: dict[str, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


def publication(entries: Mapping[str, str], tags: Mapping[str, str], agency: str) -> Card:
    """Return the fields of `publication` that a card and the tags of a page fill.

    The card counts before the tags; a source that is the agency itself says nothing new.
    """
    found = {name: text for name, text in entries.items() if name not in (NO_FIELD, "title")}
    tagged = {name: tags[tag] for tag, name in _site().tags.items() if tags.get(tag, agency) != agency}
    found = {name: text for name, text in tagged.items() if text} | found
    card = Card()
    for name, text in found.items():
        value = _date(text) if name in _DATES else text
        if value:
            card.fields[f"publication.{name}"] = value
        else:
            card.doubts.append(f"{_site().card[name][0]}“{text[:20]}”不是日期，没有读取，请补填")
    for name in _DATES:
        given, stated = _date(found.get(name, "")), _date(tagged.get(name, ""))
        if given and stated and given != stated:
            card.doubts.append(f"{_site().card[name][0]}在目录卡片里是{given}，在网页标签里是{stated}，取了前者，请核对")
    return card


def site_fields(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of `site` that the tags of a page fill, by dotted id; none of our own page."""
    if _OUR_OWN in tags.get("generator", ""):
        return {}
    return {f"site.{name}": tags[tag] for tag, name in _site().site_tags.items() if tags.get(tag)}


def _date(text: str) -> str:
    """Return a date in ISO form, without the time of day after it; empty for what is none."""
    date = parse_date(_TIME.sub("", text).strip())
    return date.isoformat() if date else ""
