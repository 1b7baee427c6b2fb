"""Write a new data file: every key of the edition with its Chinese name, blank, with comments for the clerk."""

from __future__ import annotations

from decimal import Decimal

from reportgen.editions import CellType, Edition, Key, edition_for
from reportgen.findings import Origin, refuse
from reportgen.reading.fields import Field, common_fields
from reportgen.report import Report

_NOT_IN_BLANK = ("edition", "blanks", "title", "notes", "letterhead", "attachment", "accepted")
_PROSE_HELP = {
    "overview": "（一）开头的是小标题；数字可以写成 {{ 申请办理.本年新收.总计 }}，由程序从表中取数",
}


def scaffold(year: int, agency: str, source: Report | None = None) -> str:
    """Return the text of a blank data file; with last year's report, what carries forward is filled in.

    Raises InputError for a year that no edition covers, no agency, or a source of another year or agency.
    """
    edition = edition_for(year)
    if edition is None:
        raise refuse(Origin("年度"), f"{year}年没有适用的格式，请检查年度")
    if source is not None and source.year != year - 1:
        raise refuse(source.origin("year"), f"--from 应是{year - 1}年度的数据文件，这份是{source.year}年度的")
    if source is not None and agency and source.agency.name != agency:
        raise refuse(source.origin("agency.name"), f"--from 是“{source.agency.name}”的，不是“{agency}”的")
    agency = agency or (source.agency.name if source else "")
    if not agency.strip():
        raise refuse(Origin("--agency"), "请写机关全称，例如 --agency 某市统计局")
    texts = {key: value for key, value in source.texts.items()
             if key.startswith(("agency.", "contact.", "site.", "charts."))} if source else {}
    texts |= {"year": str(year), "agency.name": agency}
    carried = _carried(edition, source) if source else {}
    lines = [f"# {agency}{year}年政府信息公开工作年度报告的数据文件（{edition.issued_as}）",
             "# 冒号用半角，后面空一格。数字留空表示没有填，没有发生的请填 0；总计可以不填，由程序计算。"]
    for entry in common_fields():
        # Who releases on a site fills in its tags once; they carry over from then on.
        left_out = entry.id == "site" and not any(key.startswith("site.") for key in texts)
        if not left_out and entry.id not in _NOT_IN_BLANK:
            lines += _field(entry, texts, "")
        if entry.id == "preamble":
            lines += _sections(edition, carried)
    return "\n".join(lines) + "\n"


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


def _field(entry: Field, texts: dict[str, str], prefix: str) -> list[str]:
    indent, ident = "  " * prefix.count("."), f"{prefix}{entry.id}"
    comment = f"   # {entry.about}" if entry.about else ""
    if entry.kind == "group":
        lines = [f"{entry.name}:{comment}"]
        for child in entry.fields:
            lines += _field(child, texts, f"{ident}.")
        return lines
    if entry.kind == "prose":
        return _prose(entry.name, entry.about)
    value = texts.get(ident, "")
    return [f"{indent}{entry.name}: {_quoted(entry.choices.get(value, value))}".rstrip() + comment]


def _quoted(value: str) -> str:
    """Return a scalar that reads back as it is."""
    plain = value and not set(value) & set(":#{}[],&*!|>'\"%@`\n") and value == value.strip() and value[0] not in "-?"
    return value if plain or not value else "'" + value.replace("'", "''") + "'"


def _prose(name: str, help_: str) -> list[str]:
    # The line of two spaces shows where to type: text of a block stands two columns in.
    return [f"# {help_ + '；' if help_ else ''}每行一段，每行前面空两格", f"{name}: |", "  "]


def _sections(edition: Edition, carried: dict[str, Decimal]) -> list[str]:
    lines = []
    for section in edition.sections:
        lines.append(f"\n# {section.heading}")
        if section.kind == "prose":
            lines += _prose(section.name, _PROSE_HELP.get(section.id, ""))
        else:
            lines += _table(edition.keys[section.id], carried, 0, edition)
    return lines


def _table(key: Key, carried: dict[str, Decimal], depth: int, edition: Edition) -> list[str]:
    indent = "  " * depth
    if key.cell:
        value = carried.get(key.path)
        text = "" if value is None else f"{value:+}" if key.cell.type is CellType.SIGNED else str(value)
        return [f"{indent}{key.name}: {text}".rstrip()]
    return [f"{indent}{key.name}:", *(line for child in key.children.values()
                                      for line in _table(child, carried, depth + 1, edition))]
