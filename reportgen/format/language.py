"""How prose speaks of what an edition's tables hold, and what it has to cover; the words are edition data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """Hold words that may mean more than one thing.

    `of` are the readings, each a tuple of middle parts of paths in `table` that are added up. A `shared` word
    is a verb that goes with other tables too.
    """

    table: str
    words: tuple[str, ...]
    of: tuple[tuple[str, ...], ...]
    shared: bool = False


@dataclass(frozen=True)
class Claim:
    """Hold words that say, without a figure, that cells are 0: paths, or last parts of the paths in question."""

    words: tuple[str, ...]
    zero: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """Hold something that prose has to cover; one of `words` shows that it does."""

    name: str
    words: tuple[str, ...]

    def covered_by(self, text: str) -> bool:
        """Say whether a text has one of the topic's words."""
        return any(word in text for word in self.words)


@dataclass(frozen=True)
class Fee:
    """Hold that a section states the fee for processing information, with the rule's source."""

    section: str
    words: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class RuleMakers:
    """Hold which (kind, level) of agency makes 规章, which `cells` count."""

    cells: tuple[str, ...]
    allowed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Language:
    """Hold everything that an edition says of prose.

    `wholes` are, by table, what a share may be a part of.
    """

    readings: tuple[Reading, ...]
    wholes: Mapping[str, tuple[tuple[str, ...], ...]]
    claims: Mapping[str, Claim]
    aspects: tuple[Topic, ...]
    aspects_source: str
    government_results: tuple[Topic, ...]
    rule_makers: RuleMakers
    fee: Fee | None = None
