"""Make a Report of what a data file says: compute its totals, evaluate its expressions."""

from __future__ import annotations

from collections.abc import Set

from reportgen.datafile.expressions import Evaluator
from reportgen.datafile.given import Given, take_given
from reportgen.datafile.names import (
    Medium,
    MissingPrevious,
    Source,
    Subject,
    chinese_names,
    names_of_subject,
    previous_names,
)
from reportgen.datafile.prose import paragraphs
from reportgen.datafile.tables import complete
from reportgen.datafile.tree import Mapping
from reportgen.findings import Places
from reportgen.report.model import Paragraph, Report, Signature, written_date


def read_report(tree: Mapping, places: Places, previous: Report | None = None,
                unread: Set[str] = frozenset()) -> Report:
    """Return the report that the tree of a data file is, with last year's.

    Totals that are `unread` stay blank where no figure stands: what was printed there is not their sum.
    Raises InputError as take_given does.
    """
    given = take_given(tree, places)
    given.refused |= {path for path in unread & given.edition.totals.keys()
                      if path not in given.cells or given.cells[path].blank}
    return make_report(given, previous)


def make_report(given: Given, previous: Report | None) -> Report:
    """Return the report that a data file gives; errors in its expressions become findings."""
    edition, problems = given.edition, given.problems
    cells = complete(given.cells, edition, given.texts.get("blanks") == "0", given.refused)
    evaluator = _evaluator(Subject(given.texts, given.year, given.title, Source(edition, cells)), previous)

    def passage(ident: str) -> tuple[Paragraph, ...]:
        return paragraphs(given.lines.get(ident, ()), evaluator, problems)

    def by_table(group: str) -> dict[str, tuple[Paragraph, ...]]:
        return {table: passage(f"{group}.{table}") for table in edition.tables}

    return Report(
        path=problems.places.file, year=given.year, edition=edition, agency=given.agency, title=given.title,
        cells=cells,
        prose={ident: passage(ident) for ident in ("preamble", *(one.id for one in edition.prose_sections))},
        before_table=by_table("before_table"), notes=by_table("notes"), after_table=by_table("after_table"),
        texts=given.texts, unread=given.unread, where=given.where, signature=_signature(given),
        single_rows=given.single_rows,
        problems=tuple(problems.findings), accepted=given.accepted, previous=previous,
        written={ident: tuple(line for _, line in lines) for ident, lines in given.lines.items()})


def _evaluator(subject: Subject, previous: Report | None) -> Evaluator:
    medium = Medium()
    names = names_of_subject(subject, medium)
    names["previous"] = MissingPrevious() if previous is None else previous_names(
        Subject(previous.texts, previous.year, previous.title,
                Source(previous.edition, previous.cells, "previous.")),
        medium)
    return Evaluator(names, chinese_names(subject.source.edition))


def _signature(given: Given) -> Signature | None:
    if "signature" not in given.groups:
        return None
    date = given.texts.get("signature.date", "")
    return Signature(given.texts.get("signature.name") or given.agency.name,
                     written_date(date) if date else "", given.texts.get("signature.seal") == "yes")
