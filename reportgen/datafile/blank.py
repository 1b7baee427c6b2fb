"""Write a new data file: every key of the edition, blank, with comments for the clerk."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from reportgen.datafile.fields import Field, common_fields
from reportgen.datafile.prose import clean
from reportgen.datafile.text import Bare, BlockText, Entry, field_text, write_entries
from reportgen.findings import InputError, Origin, refuse
from reportgen.format import CellType, Edition, Key, edition_for
from reportgen.report.model import Report

_NOT_IN_BLANK = ("edition", "title", "before_table", "notes", "after_table", "letterhead",
                 "attachment", "table_data", "table_data_reason", "accepted")
# What a blank file takes from last year's report, and from one of another agency.
_KEPT = ("agency.", "contact.", "site.", "charts.")
_KEPT_OF_OTHER = ("agency.kind", "agency.level", "charts.")
LAST_YEAR = 9999    # of four digits, as a data file has it


class OtherAgencyError(InputError):
    """Ask what is meant by a last year's report that has another agency's name."""


class SameAgency(StrEnum):
    """How last year's agency and this year's belong together: `other` is a file taken as a pattern."""

    BY_NAME = "by_name"
    RENAMED = "renamed"
    OTHER = "other"


def scaffold(year: int, agency: str, source: Report | None = None,
             same: SameAgency = SameAgency.BY_NAME) -> str:
    """Return the text of a blank data file; with last year's report, what carries forward is filled in.

    Of another agency's report only its kind, its level and the charts are. Raises InputError for a year that
    no edition covers, no agency, and a source of another year, OtherAgencyError for one with another name
    where `same` does not say what is meant.
    """
    edition = edition_for(year)
    if edition is None or year > LAST_YEAR:
        raise refuse(Origin("年度"), f"{year}年没有适用的格式，请检查年度")
    if source is not None and source.year != year - 1:
        raise refuse(source.origin("year"), f"--from 应是{year - 1}年度的数据文件，这份是{source.year}年度的")
    other = source is not None and bool(agency) and source.agency.name != agency
    if source is not None and other and same is SameAgency.BY_NAME:
        raise OtherAgencyError([(source.origin("agency.name"),
                                 f"--from 是“{source.agency.name}”的，不是“{agency}”的；同一个机关改了"
                                 "名称的，请加 --renamed；另一个机关、只借用它的类别和层级的，"
                                 "请加 --other-agency")])
    pattern = other and same is SameAgency.OTHER
    agency = _name(agency or (source.agency.name if source else ""))
    texts = {key: value for key, value in source.texts.items()
             if key.startswith(_KEPT_OF_OTHER if pattern else _KEPT)} if source else {}
    if other:
        texts.pop("agency.short", None)
    texts |= {"year": str(year), "agency.name": agency}
    carried = _carried(edition, source) if source and not pattern else {}
    head = [f"{agency}{year}年政府信息公开工作年度报告的数据文件（{edition.issued_as}）",
            "冒号用半角，后面空一格。数字留空表示没有填，没有发生的请填 0；总计可以不填，由程序计算。",
            _around(edition)]
    entries: list[Entry] = []
    for field in common_fields():
        # Who releases on a site fills in its tags once; they carry over from then on.
        left_out = field.id == "site" and not any(key.startswith("site.") for key in texts)
        if not left_out and field.id not in _NOT_IN_BLANK:
            entries.append(_field(field, texts, ""))
        if field.id == "preamble":
            entries += _sections(edition, carried)
    return write_entries(entries, agency, head)


def _around(edition: Edition) -> str:
    before, after = (entry.name for entry in common_fields() if entry.id in ("before_table", "after_table"))
    names = "、".join(table.name for table in edition.tables.values())
    return f"表格前面、后面还有文字的，加上“{before}”“{after}”，下面按{names}分别写。"


def _name(text: str) -> str:
    """Return an agency's name on one line, as it is read back.

    Raises InputError for an empty one and for one with unprintable characters.
    """
    name, removed = clean(" ".join(text.split()))
    if removed:
        raise refuse(Origin("--agency"), f"机关名称里有不可见字符 {'、'.join(removed)}，请重新输入")
    if not name:
        raise refuse(Origin("--agency"), "请写机关全称，例如 --agency 某市统计局")
    return name


def _carried(edition: Edition, source: Report) -> dict[str, Decimal]:
    """Return the figures that last year's report fixes for this year, by the edition's certain ties."""
    found = {}
    for tie in edition.ties:
        for subject in edition.expand(tie.each) if tie.certain else ():
            terms = [source.cells.get(term.replace("{}", subject)) for term in tie.previous]
            values = [Decimal(cell.value) for cell in terms if cell is not None and cell.value is not None]
            if len(values) == len(terms):
                found[tie.cell.replace("{}", subject)] = sum(values, Decimal(0))
    return found


def _field(field: Field, texts: dict[str, str], prefix: str) -> Entry:
    ident = f"{prefix}{field.id}"
    if field.kind == "group":
        return Entry(field.name, tuple(_field(child, texts, f"{ident}.") for child in field.fields),
                     beside=field.about)
    if field.kind == "prose":
        return _prose(field.name, field.about)
    return Entry(field.name, field_text(field, texts.get(ident, "")) or None, beside=field.about)


def _prose(name: str, help_: str, *above: str) -> Entry:
    # The empty block leaves a line of two spaces, which shows where to type.
    return Entry(name, BlockText(), (*above, f"{help_ + '；' if help_ else ''}每行一段，每行前面空两格"))


def _sections(edition: Edition, carried: dict[str, Decimal]) -> list[Entry]:
    entries = []
    for section in edition.sections:
        if section.kind == "prose":
            example = edition.chinese_name(edition.examples.total)
            help_ = (f"（一）开头的是小标题；数字可以写成 {{{{ {example} }}}}，由程序从表中取数"
                     if section is edition.overview else "")
            entries.append(_prose(section.name, help_, "", section.heading))
        else:
            entries.append(replace(_table(edition.keys[section.id], carried), above=("", section.heading)))
    return entries


def _table(key: Key, carried: dict[str, Decimal]) -> Entry:
    if key.cell:
        value = carried.get(key.path)
        signed = key.cell.type is CellType.SIGNED
        return Entry(key.name, None if value is None else Bare(f"{value:+}" if signed else str(value)))
    return Entry(key.name, tuple(_table(child, carried) for child in key.children.values()))
