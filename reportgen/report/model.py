"""A report: one agency, one year; every value with where it came from."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from reportgen.findings import NOWHERE, Acceptance, Finding, Origin
from reportgen.format import CellType, Edition

# Printed in a draft where a figure is missing; a release never gets there, because both are errors.
BLANK_MARK = "【待填】"
NO_PREVIOUS_MARK = "【缺上年数据】"
FAILED_MARK = "【表达式有误】"
# Stands above every page of a draft.
DRAFT_MARK = "送审稿"
# Who signs the comments in which a check writes its findings into a Word file.
CHECKER = "年度报告检查"
# Ends the title of a sum over the agencies that have come in so far, which is not for release.
INTERIM_MARK = "（阶段汇总）"

NOTES = "notes"
# What stands around the table of a section, in printing order but for the table itself.
AROUND_TABLE = ("before_table", NOTES, "after_table")


def written_date(iso: str) -> str:
    """Return an ISO date as official documents write it, without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    date = datetime.date.fromisoformat(iso)
    return f"{date.year}年{date.month}月{date.day}日"


@dataclass(frozen=True)
class Cell:
    """One statutory figure.

    `value` is an int or, for money, a Decimal; None means not filled in, which is never 0. `number` is the
    figure as printed, without remark and unit. `computed` marks a total that the file leaves out; `typed` is
    what the file has where that is no number, `unread` says that it has, or that a part of a total has.
    """

    type: CellType
    value: int | Decimal | None = None
    number: str = ""
    remark: str = ""
    unit: str = ""
    origin: Origin = NOWHERE
    computed: bool = False
    typed: str = ""
    unread: bool = False

    @property
    def blank(self) -> bool:
        """Say whether the cell is not filled in."""
        return self.value is None

    @property
    def text(self) -> str:
        """Return the cell as printed: `22（其中修订16件）`; an empty string where it is blank."""
        remark = f"（{self.remark}）" if self.remark else ""
        return f"{self.number}{self.unit if self.number else ''}{remark}"


@dataclass(frozen=True)
class Run:
    """A piece of a paragraph.

    `cells` names the cells that an expression took its figure from, `value` is that figure, as many digits as
    are printed: "-3.20" for 下降3.20%. `failed` is the mark of an expression that has no value.
    """

    text: str
    cells: tuple[str, ...] = ()
    value: str = ""
    failed: bool = False


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of prose.

    `level` is 0 for text and 2, 3 or 4 for a paragraph that a heading number opens （（一）, 1., （1）).
    `lead` is how many characters of it are the run-in heading; all of them in a real heading.
    """

    runs: tuple[Run, ...]
    level: int = 0
    lead: int = 0
    origin: Origin = NOWHERE

    @cached_property
    def text(self) -> str:
        """Return the whole text."""
        return "".join(run.text for run in self.runs)

    @property
    def is_heading(self) -> bool:
        """Say whether the paragraph is a heading and nothing else."""
        return self.level > 0 and self.lead == len(self.text)


@dataclass(frozen=True)
class Agency:
    """Who reports; `kind` is "department", "government" or "", `level` "national" to "township" or ""."""

    name: str
    short: str = ""
    kind: str = ""
    level: str = ""


@dataclass(frozen=True)
class Signature:
    """The signature after the last section; `date` is as printed (2025年1月18日), possibly empty.

    `seal` says that it leaves room for one.
    """

    name: str
    date: str = ""
    seal: bool = False


@dataclass(frozen=True)
class Publication:
    """The catalogue card （目录信息） of a report; dates are ISO, any field may be empty."""

    index_number: str = ""
    document_number: str = ""
    topic: str = ""
    issuer: str = ""
    published: str = ""
    issued: str = ""
    validity: str = ""


@dataclass(frozen=True)
class Site:
    """What the tags of the web page say of the site; any field may be empty."""

    name: str = ""
    domain: str = ""
    id_code: str = ""
    column: str = ""
    column_type: str = ""
    url: str = ""


@dataclass(frozen=True)
class Contact:
    """How the agency's office is reached; any field may be empty."""

    office: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Letterhead:
    """The 版头 with 主送机关 and 附注, and the 版记 （from `copies` on）; any field may be empty.

    `signers` are the 签发人 of a report that goes up, parted by 、; `printed` is ISO.
    """

    mark: str = ""
    document_number: str = ""
    signers: str = ""
    to: str = ""
    remark: str = ""
    copies: str = ""
    printed_by: str = ""
    printed: str = ""


@dataclass(frozen=True)
class Report:
    """One agency's report of one year, as read.

    `edition` already has the groups that the file gives as a single row collapsed. `cells` has every cell of
    the edition. `prose` is keyed by section id, and by "preamble"; `before_table`, `notes` and `after_table`
    are what stands around the table of a section, by its id. `texts` holds the plain fields by dotted
    id (`publication.published`), for who goes through them all; `publication`, `site`, `contact` and
    `letterhead` are the same by name; `unread` is what stands in those that cannot have it. `where` maps a
    dotted id to the place of its key. `problems` are the errors found while reading, `accepted` what the
    agency looked into and lets stand; `previous` is last year's report. `written` is the prose as it stands
    in the file, expressions and all, in lines, by the ids of `passages`. `published` is a report read from a
    published file, `doubts` what is not sure of it.
    """

    path: str
    year: int
    edition: Edition
    agency: Agency
    title: str
    cells: Mapping[str, Cell]
    prose: Mapping[str, tuple[Paragraph, ...]]
    notes: Mapping[str, tuple[Paragraph, ...]]
    texts: Mapping[str, str]
    unread: Mapping[str, str] = field(default_factory=dict)
    before_table: Mapping[str, tuple[Paragraph, ...]] = field(default_factory=dict)
    after_table: Mapping[str, tuple[Paragraph, ...]] = field(default_factory=dict)
    where: Mapping[str, Origin] = field(default_factory=dict)
    signature: Signature | None = None
    single_rows: frozenset[str] = frozenset()
    problems: tuple[Finding, ...] = ()
    accepted: tuple[Acceptance, ...] = ()
    previous: Report | None = None
    written: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    published: bool = False
    doubts: tuple[str, ...] = ()

    def origin(self, path: str) -> Origin:
        """Return where a cell stands, or else the nearest key above it, or the file."""
        while path:
            if path in self.where:
                return self.where[path]
            path = path.rpartition(".")[0]
        return Origin(self.path)

    @cached_property
    def passages(self) -> dict[str, tuple[Paragraph, ...]]:
        """Return every piece of prose and every note in printing order, by its dotted id in the data file."""
        found = {"preamble": self.prose["preamble"]}
        for section in self.edition.sections:
            if section.kind == "table":
                found |= {f"{group}.{section.id}": getattr(self, group).get(section.id, ())
                          for group in AROUND_TABLE}
            else:
                found[section.id] = self.prose[section.id]
        return found

    @cached_property
    def section_prose(self) -> dict[str, tuple[Paragraph, ...]]:
        """Return the prose of each section in printing order, by its id, and of "preamble".

        That of a section with a table is what stands before the table and after it; notes are no prose.
        """
        found: dict[str, tuple[Paragraph, ...]] = {}
        for ident, paragraphs in self.passages.items():
            group, _, section = ident.rpartition(".")
            if group != NOTES:
                found[section] = found.get(section, ()) + paragraphs
        return found

    @property
    def without_table_data(self) -> bool:
        """Say whether the agency says that it has no figures for the tables, and so leaves them blank."""
        return self.texts.get("table_data") == "none"

    @property
    def plain_title(self) -> str:
        """Return the title on one line."""
        return self.title.replace("\n", "")

    @cached_property
    def publication(self) -> Publication:
        """Return the catalogue card."""
        return Publication(**self._group("publication"))

    @cached_property
    def site(self) -> Site:
        """Return the tags of the site."""
        return Site(**self._group("site"))

    @cached_property
    def contact(self) -> Contact:
        """Return how the agency's office is reached."""
        return Contact(**self._group("contact"))

    @cached_property
    def letterhead(self) -> Letterhead:
        """Return 版头, 主送机关 and 版记."""
        return Letterhead(**self._group("letterhead"))

    @property
    def attachment(self) -> str:
        """Return which attachment the report is, possibly empty."""
        return self.texts.get("attachment", "")

    @property
    def date(self) -> str:
        """Return the ISO date of what is made of the report: 发布日期, or 31 December of its year."""
        return self.publication.published or f"{self.year}-12-31"

    def _group(self, name: str) -> dict[str, str]:
        start = f"{name}."
        return {path.removeprefix(start): text for path, text in self.texts.items() if path.startswith(start)}

    @property
    def headings(self) -> dict[str, str]:
        """Return the headings under which messages are grouped, by section id; "" is for those of none."""
        sections = {section.id: section.heading for section in self.edition.sections}
        return {"": "基本信息", "preamble": "引言", **sections}
