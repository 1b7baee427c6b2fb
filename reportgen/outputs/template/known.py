"""The names that templates of an edition may use, without a report: to check templates, and to list them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from reportgen.datafile.names import (
    FieldNames,
    Medium,
    Names,
    Source,
    Subject,
    chinese_names,
    names_of_subject,
)
from reportgen.format import Edition, all_editions, get_edition
from reportgen.outputs.sandbox import PrintedBlock
from reportgen.report.figures import ExpressionError, Figure, as_figure
from reportgen.report.model import AROUND_TABLE, FAILED_MARK

# The passages of a Word template beside those of the sections; each stands in a paragraph of its own.
WORD_PASSAGES = {"attachment": "附件的标识（附件、附件1）",
                 "letterhead": "版头：发文机关标志、发文字号和红线",
                 "addressee": "主送机关", "preamble": "引言", "signature": "落款：机关名称和日期",
                 "imprint": "版记：抄送、印发机关和印发日期"}

# And the line below each table.
LINE_BELOW = "line_below"


class _AnyMedium(Medium):
    """Give something for every name that there is."""

    def figure(self, source: Source, path: str) -> Any:
        return as_figure(1)

    def text(self, path: str, text: str) -> Any:
        return path


class Either(Names):
    """Lead where any of several names leads: tables whose groups may be one row, editions of last year."""

    def __init__(self, choices: Sequence[Names]) -> None:
        self._choices = choices

    def step(self, name: str) -> Any:
        """Return what the name leads to, in the first of the choices that has it."""
        found, missing = [], ExpressionError(f"没有“{name}”这一项", FAILED_MARK)
        for choice in self._choices:
            try:
                found.append(choice.step(name))
            except ExpressionError as error:
                missing = error if choice is self._choices[0] else missing
        if not found:
            raise missing
        below = [one for one in found if isinstance(one, Names)]
        return Either(below) if below and not any(isinstance(one, Figure | str)
                                                  for one in found) else found[0]

    def known(self) -> list[str]:
        """Return the names of the steps of every choice."""
        return list(dict.fromkeys(name for choice in self._choices for name in choice.known()))


@cache
def known_names(edition_id: str) -> dict[str, Any]:
    """Return what the names of an edition's Word template lead to, by id and Chinese name, values aside."""
    edition = get_edition(edition_id)
    names = _names(edition)
    passage = PrintedBlock("x")
    names |= {section.id: passage for section in edition.prose_sections}
    names |= {name: PrintedBlock("x", names.get(name)) for name in WORD_PASSAGES}
    names |= {group: FieldNames(dict.fromkeys(edition.tables, passage), f"{group}.")
              for group in (*AROUND_TABLE, LINE_BELOW)}
    names |= {"previous": Either([FieldNames(_names(one, "previous."), "previous.", chinese_names(one),
                                             _AnyMedium())
                                  for one in (edition, *reversed(all_editions()))]),
              "sections": (), "single_rows": (), "draft_mark": "", "range": ()}
    return names | {chinese: names[ident] for chinese, ident in chinese_names(edition).items()
                    if ident in names}


def _names(edition: Edition, prefix: str = "") -> dict[str, Any]:
    medium = _AnyMedium()
    single = frozenset(group for group in edition.groups if edition.may_be_single(group))
    one, other = (names_of_subject(Subject({}, edition.first_year, "标题", Source(choice, {}, prefix)),
                                   medium)
                  for choice in (edition, edition.with_single_rows(single)))
    return one | {table: Either([one[table], other[table]]) for table in edition.tables if single}
