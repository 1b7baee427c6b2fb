"""Build the tree of a data file from what was recognised of a published report."""

from __future__ import annotations

import re
from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.datafile.fields import common_fields
from reportgen.datafile.tree import Mapping, Node, Scalar
from reportgen.format import Edition
from reportgen.imports.tables import FoundTables
from reportgen.report.align import squeezed
from reportgen.report.model import AROUND_TABLE

_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff（）]{1,20}〔\d{4}〕\d{1,5}号")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The recognised parts of a report.

    `edition` has the groups that are given as one row collapsed; `agency` is the name in the title; `cells`
    are (number, remark) by path; `lines` are the paragraphs by the ids of Report.passages;
    `letterhead` are the fields of 版头 and 版记 by id; `charts` are the ids of the charts; `signature` is
    (name, ISO date); `before` are the lines above the title; `fields` are plain fields that the file marks,
    by dotted id.
    """

    edition: Edition
    year: int
    agency: str
    title: str
    cells: AbstractMapping[str, tuple[str, str]]
    lines: AbstractMapping[str, list[str]]
    letterhead: AbstractMapping[str, str]
    charts: Sequence[str]
    signature: tuple[str, str] | None
    before: tuple[str, ...]
    fields: AbstractMapping[str, str]


def data_file_tree(parts: Parts, found: FoundTables) -> Mapping:
    """Return the tree of a data file; what is missing or contradictory is added to `found.unsure`."""
    tree, edition = Mapping(0), parts.edition
    name = _agency(parts.agency, parts.signature[0] if parts.signature else "", found)
    _put(tree, "year", _scalar(str(parts.year)))
    _put(tree, "agency", _group({"name": name}))
    if parts.title and squeezed(parts.title) != squeezed(edition.report_title.format(agency=name,
                                                                                     year=parts.year)):
        _put(tree, "title", _scalar(parts.title))
    card = {field.id: text for entry in common_fields() if entry.id == "publication" for field in entry.fields
            if (text := parts.fields.get(f"publication.{field.id}"))}
    if card:
        _put(tree, "publication", _group(card))
    marks = [matched[1] for line in parts.before if (matched := re.fullmatch(r"附件(\d*)", squeezed(line)))]
    if marks:
        _put(tree, "attachment", _scalar(marks[0] or "是"))
    letterhead = _above(parts.before) | dict(parts.letterhead)
    if letterhead:
        _put(tree, "letterhead", _group(letterhead))
    if parts.charts:
        _put(tree, "charts", _group(dict.fromkeys(parts.charts, "yes")))
    for ident in ("preamble", *(section.id for section in edition.prose_sections)):
        if parts.lines.get(ident):
            _put(tree, ident, _scalar("\n".join(parts.lines[ident])))
        elif ident != "preamble":
            heading = next(section.heading for section in edition.sections if section.id == ident)
            found.unsure.append(f"没有找到“{heading}”的文字")
    _tables(tree, parts, found)
    if parts.signature:
        signed, date = parts.signature
        _put(tree, "signature",
             _group({"date": date} if signed in ("", name) else {"name": signed, "date": date}))
    return tree


def _above(lines: tuple[str, ...]) -> dict[str, str]:
    """Return 发文机关标志 and 发文字号 of the lines above the title."""
    plain = [squeezed(line) for line in lines if squeezed(line)]
    at = next((index for index, line in enumerate(plain) if _DOCUMENT_NUMBER.fullmatch(line)), None)
    if at is not None:
        return {"mark": plain[at - 1], "document_number": plain[at]} if at else {"document_number": plain[at]}
    return {"mark": plain[-1]} if plain and plain[-1].endswith("文件") else {}


def _agency(titled: str, signed: str, found: FoundTables) -> str:
    """Return the agency's name: as it signs, where the title only shortens it."""
    if not titled and not signed:
        found.unsure.append("没有找到机关名称，暂写为“待填机关”，请改正")
        return "待填机关"
    if not titled or titled in signed:
        return signed
    if signed and signed not in titled:
        found.unsure.append(f"标题里的机关是“{titled}”，落款是“{signed}”，请核对机关名称")
    return titled


def _tables(tree: Mapping, parts: Parts, found: FoundTables) -> None:
    for table in parts.edition.tables.values():
        if table.id not in found.tables:
            found.unsure.append(f"没有找到{table.short}（{table.caption}）")
            continue
        root = Mapping(0)
        for path, (number, remark) in parts.cells.items():
            if path.startswith(f"{table.id}."):
                node = _group({"value": number, "remark": remark}) if remark else _scalar(number)
                _nest(root, path.split(".")[1:], node)
        _put(tree, table.id, root)
        missing = [path for path in table.cells if path not in found.cells]
        if missing:
            label = parts.edition.cell_label(missing[0])
            found.unsure.append(f"{table.short}有 {len(missing)} 格没有认出来，如{label}，留空待填")
    for group in AROUND_TABLE:
        texts = {table: "\n".join(parts.lines[f"{group}.{table}"]) for table in parts.edition.tables
                 if parts.lines.get(f"{group}.{table}")}
        if texts:
            _put(tree, group, _group(texts))


def _put(mapping: Mapping, key: str, node: Node) -> None:
    mapping.items.append((Scalar(key, 0), node))


def _scalar(text: str) -> Scalar:
    return Scalar(text, 0, plain=False, literal=True)


def _group(texts: dict[str, str]) -> Mapping:
    mapping = Mapping(0)
    for key, text in texts.items():
        _put(mapping, key, _scalar(text))
    return mapping


def _nest(root: Mapping, steps: list[str], node: Node) -> None:
    mapping = root
    for step in steps[:-1]:
        known = next((value for key, value in mapping.items if key.value == step), None)
        if not isinstance(known, Mapping):
            known = Mapping(0)
            _put(mapping, step, known)
        mapping = known
    _put(mapping, steps[-1], node)
