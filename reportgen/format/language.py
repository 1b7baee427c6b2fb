"""How prose speaks of what an edition's tables hold, and what it has to cover; the words are edition data."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import force_setattr

from reportgen.format.spelling import spelled


class _Worded(Struct, frozen=True, forbid_unknown_fields=True):
    """Words, with their choices written out."""

    table: str
    words: tuple[str, ...]

    def __post_init__(self) -> None:
        force_setattr(self, "words", spelled(self.words))


class Reading(_Worded, frozen=True, forbid_unknown_fields=True):
    """Words that may mean more than one thing.

    `of` are the readings, each a tuple of middle parts of paths in `table` that are added up; with `columns`
    they are last parts. A `shared` word is a verb that goes with other tables too. A `loose` one may count
    otherwise than the table, so that a difference is a question.
    """

    of: tuple[tuple[str, ...], ...]
    shared: bool = False
    columns: bool = False
    loose: bool = False


class Neighbour(_Worded, frozen=True, forbid_unknown_fields=True):
    """Words that say nothing beside the `rows` of a table: 答复 in 予以公开答复9件."""

    rows: tuple[str, ...]


class Claim(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that say, without a figure, that cells are 0: paths, or last parts of the paths in question.

    `after` is what the words have to follow: paths of rows, or a table.
    """

    after: tuple[str, ...]
    words: tuple[str, ...]
    zero: tuple[str, ...]

    def __post_init__(self) -> None:
        force_setattr(self, "words", spelled(self.words))


class Claims(Struct, frozen=True, forbid_unknown_fields=True):
    """The claims: that all was dealt with, and that all decisions were upheld."""

    all_handled: Claim
    all_upheld: Claim


class Topic(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that prose has to cover; one of `words` shows that it does."""

    name: str
    words: tuple[str, ...]

    def covered_by(self, text: str) -> bool:
        """Say whether a text has one of the topic's words."""
        return any(word in text for word in self.words)


class Fee(Struct, frozen=True, forbid_unknown_fields=True):
    """How the fee for processing information is stated, with the rule's source."""

    words: tuple[str, ...]
    source: str

    def __post_init__(self) -> None:
        force_setattr(self, "words", spelled(self.words))


class RuleMakers(Struct, frozen=True, forbid_unknown_fields=True):
    """Which (kind, level) of agency makes 规章, which `cells` count."""

    cells: tuple[str, ...]
    allowed: tuple[tuple[str, str], ...]


class Language(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that an edition says of prose.

    `wholes` are, by table, what a share may be a part of.
    """

    readings: tuple[Reading, ...]
    beside: tuple[Neighbour, ...] = ()
    wholes: dict[str, tuple[tuple[str, ...], ...]]
    claims: Claims
    aspects: tuple[Topic, ...]
    aspects_source: str
    government_results: tuple[Topic, ...]
    rule_makers: RuleMakers
    fee: Fee | None = None
