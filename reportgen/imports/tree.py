"""Build the tree of a data file from what was recognised of a published report."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.datafile.fields import common_fields
from reportgen.datafile.tree import Mapping, Node, Scalar
from reportgen.format import Edition, Table
from reportgen.imports.letterhead import above_title
from reportgen.imports.tables import FoundTables
from reportgen.report.align import squeezed
from reportgen.report.model import AROUND_TABLE

# The groups that a web page fills.
_MARKED = ("publication", "site")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The recognised parts of a report.

    `edition` has the groups that are given as one row collapsed; `agency` is the name in the title; `cells`
    are (number, remark) by path; `lines` are the paragraphs of each section, and of what stands around each
    table, by id; `letterhead` are the fields of 版头 and 版记 by id; `charts` are the ids of the charts;
    `signature` is (name, ISO date); `before` are the lines above the title; `fields` are plain fields by
    dotted id.
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
    for entry in (entry for entry in common_fields() if entry.id in _MARKED):
        texts = {field.id: text for field in entry.fields
                 if (text := parts.fields.get(f"{entry.id}.{field.id}"))}
        if texts:
            _put(tree, entry.id, _group(texts))
    above = above_title(parts.before)
    if above.attachment:
        _put(tree, "attachment", _scalar(above.attachment))
    letterhead = dict(above.letterhead) | dict(parts.letterhead)
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
             _group(({} if signed in ("", name) else {"name": signed}) | ({"date": date} if date else {})))
    return tree


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
    tables = parts.edition.tables.values()
    if not found.tables:
        found.unsure.append(f"没有找到{'、'.join(table.short for table in tables)}；确实没有各表数据的，"
                            "请写上“表格数据”为“无”和“表格数据说明”")
    for table in tables:
        if table.id in found.tables:
            _put(tree, table.id, _figures(table, parts, found))
        elif found.tables:
            found.unsure.append(f"没有找到{table.short}（{table.caption}）")
    for group in AROUND_TABLE:
        texts = {table: "\n".join(parts.lines[place]) for table in parts.edition.tables
                 if parts.lines.get(place := f"{group}.{table}")}
        if texts:
            _put(tree, group, _group(texts))


def _figures(table: Table, parts: Parts, found: FoundTables) -> Mapping:
    """Return the figures of a table; how many of its cells were not found is told."""
    root = Mapping(0)
    for path, (number, remark) in parts.cells.items():
        if path.startswith(f"{table.id}."):
            node = _group({"value": number, "remark": remark}) if remark else _scalar(number)
            _nest(root, path.split(".")[1:], node)
    missing = [path for path in table.cells if path not in found.cells]
    if missing:
        label = parts.edition.cell_label(missing[0])
        found.unsure.append(f"{table.short}有 {len(missing)} 格没有认出来，如{label}，留空待填")
    return root


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
