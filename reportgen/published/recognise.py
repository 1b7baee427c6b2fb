"""Find a report in the blocks of a published file: title, year, sections, tables, notes, signature."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reportgen.editions import Edition, edition_for
from reportgen.findings import Origin, refuse
from reportgen.published.blocks import Blocks, Grid, Text, squeezed
from reportgen.published.tables import Found, figures, recognise
from reportgen.reading.datafile import parse_date
from reportgen.reading.yamltree import Mapping, Node, Scalar

_TITLE = re.compile(r"^(.*?)(\d{4})年(?:度)?(?:政府信息公开|政务公开)工作年度报告$")
_NUMBER = re.compile(r"^([一二三四五六七])[、.．,，](.+)$")
# What a heading is about, however it is worded; the first that fits.
_ABOUT = (
    ("remedies", "复议|诉讼"),
    ("applications", "(?:收到|处理|受理|办理|依).*申请|申请.*(?:收到|处理|办理)"),
    ("disclosure", "主动公开"),
    ("problems", "问题|不足|改进|整改"),
    ("other", "其他|其它"),
    ("overview", "总体|概述|概况|基本情况"),
)
LONGEST_HEADING = 40
LONGEST_TITLE = 4
_DRAFT = "送审稿"


@dataclass
class Recognised:
    """Hold a report as a data file's tree, and what is not sure."""

    tree: Mapping
    unsure: list[str] = field(default_factory=list)


def find_report(blocks: Blocks, name: str, year: int | None = None, agency: str = "") -> Recognised:
    """Find a report; `year` and `agency` are for one whose title does not say them.

    Raises InputError for a file that is no report, or one of a year that no edition covers.
    """
    texts = [block for block in blocks.items if isinstance(block, Text) and squeezed(block.text)]
    start, title, named, found_year = _title(texts)
    year = year or found_year
    if not year:
        raise refuse(Origin(name), "没有找到“××年政府信息公开工作年度报告”这样的标题，不像是年度报告；"
                                   "确是年度报告的，请用 --year 写明年度")
    edition = edition_for(year)
    if edition is None:
        raise refuse(Origin(name), f"{year}年没有适用的格式，只能读取2019年及以后的报告")
    found = Found(unsure=list(blocks.said))
    for block in blocks.items:
        if isinstance(block, Grid):
            recognise(block, edition, found)
    sections = _Sections(edition, found)
    begun = start < 0
    for block in blocks.items:
        if isinstance(block, Text):
            if begun:
                sections.take(block)
            elif block is texts[start]:
                begun = True
    if not found.tables and not any(sections.lines.get(section.id) for section in edition.sections):
        raise refuse(Origin(name), "里面没有找到年度报告的六个部分和表格，不像是年度报告")
    return _tree(edition, year, agency or named, title, sections, found, texts[:max(start, 0)])


def _title(texts: list[Text]) -> tuple[int, str, str, int]:
    """Return where the title ends, the title, the agency in it, and its year; (-1, "", "", 0) where there is none.

    A title is set in one to four lines, and its breaks fall anywhere.
    """
    plain = [squeezed(block.text) for block in texts]
    last = (-1, "", "", 0)
    for index in range(len(texts)):
        if _section_of(plain[index]):
            break
        found: list[tuple[str, str, int]] = []
        for count in range(1, LONGEST_TITLE + 1):
            lines = plain[max(index - count + 1, 0):index + 1]
            if len(lines) < count or any(len(line) > 40 or re.search("[：:，。〔]", line) for line in lines):
                break
            matched = _TITLE.fullmatch("".join(lines))
            if matched:
                found.append(("\n".join(lines), matched[1], int(matched[2])))
        if found:
            # The line above may be another's, of a letterhead; the agency's whole name is said again below.
            below = "".join(plain[index + 1:])
            alike = [one for one in found
                     if len({block.look for block in texts[index - one[0].count("\n"):index + 1]}) == 1]
            best = next((one for one in reversed(found) if one[1] and one[1] in below), None) or \
                next((one for one in reversed(alike) if one[1] and texts[index].look), None) or \
                next((one for one in found if one[1]), found[0])
            last = (index, *best)
    return last


def _section_of(text: str) -> str:
    """Return the section that a line heads, or an empty string."""
    plain = squeezed(text)
    matched = _NUMBER.match(plain)
    if len(plain) > LONGEST_HEADING or not matched or "。" in plain:
        return ""
    return next((section for section, words in _ABOUT if re.search(words, matched[2])), "")


class _Sections:
    """Sort lines into sections, in order."""

    def __init__(self, edition: Edition, found: Found) -> None:
        self.edition, self.found = edition, found
        self.now = "preamble"
        self.lines: dict[str, list[str]] = {"preamble": []}
        self.to = ""
        self.signature: tuple[str, str] | None = None
        self.ended = False
        self.kinds = {section.id: section.kind for section in edition.sections}

    def take(self, block: Text) -> None:
        """Take one line: a heading, or text of the section at hand."""
        text = block.text.strip().strip("\u3000")
        plain = squeezed(text)
        if not plain or plain == _DRAFT or self.ended:
            return
        section = _section_of(text)
        if section:
            if self.lines.get(section):
                self.found.unsure.append(f"“{plain}”与前面的一个部分像是同一部分，文字接在一起了，请核对")
            self.now = section
            self.lines.setdefault(section, [])
            return
        if self.now == "preamble" and not self.lines["preamble"] and plain.endswith(("：", ":")) and len(plain) < 30:
            self.to = plain.rstrip("：:")
            return
        date = parse_date(plain)
        if self.now == "other" and date:
            lines = self.lines["other"]
            name = lines.pop() if lines and len(lines[-1]) <= 40 and "。" not in lines[-1] else ""
            self.signature = (name, date.isoformat())
            self.ended = True
            return
        if self.kinds.get(self.now) == "table" and not plain.startswith("注"):
            self.found.unsure.append(f"{block.place}“{plain[:20]}”在表格部分，没有读取；要保留的请写进附注或其他部分")
            return
        if marked := re.search(r"\{(?=[{%#])", text):
            self.found.unsure.append(f"{block.place}的“{text[marked.start():][:20]}”像是表达式，花括号之间加了空格")
        self.lines[self.now].append(re.sub(r"\{(?=[{%#])", "{ ", text))


def _tree(edition: Edition, year: int, agency: str, title: str, sections: _Sections, found: Found,
          before: list[Text]) -> Recognised:
    tree = Mapping(0)
    name = _agency(agency, sections.signature[0] if sections.signature else "", found)
    _put(tree, "year", _scalar(str(year)))
    _put(tree, "agency", _group({"name": name}))
    if title and squeezed(title) != squeezed(edition.report_title.format(agency=name, year=year)):
        _put(tree, "title", _scalar(title))
    marks = [matched[1] for block in before if (matched := re.fullmatch(r"附件(\d*)", squeezed(block.text)))]
    if marks:
        _put(tree, "attachment", _scalar(marks[0] or "是"))
    if sections.to:
        _put(tree, "letterhead", _group({"to": sections.to}))
    for ident in ("preamble", *(section.id for section in edition.prose_sections)):
        if sections.lines.get(ident):
            _put(tree, ident, _scalar("\n".join(sections.lines[ident])))
        elif ident != "preamble":
            heading = next(section.heading for section in edition.sections if section.id == ident)
            found.unsure.append(f"没有找到“{heading}”的文字")
    _tables(tree, edition.with_single_rows(frozenset(found.single_rows)), found, sections)
    if sections.signature:
        signed, date = sections.signature
        _put(tree, "signature", _group({"date": date} if signed in ("", name) else {"name": signed, "date": date}))
    return Recognised(tree, list(dict.fromkeys(found.unsure)))


def _agency(titled: str, signed: str, found: Found) -> str:
    """Return the agency's name: as it signs, where the title only shortens it."""
    if not titled and not signed:
        found.unsure.append("没有找到机关名称，暂写为“待填机关”，请改正")
        return "待填机关"
    if not titled or titled in signed:
        return signed
    if signed and signed not in titled:
        found.unsure.append(f"标题里的机关是“{titled}”，落款是“{signed}”，请核对机关名称")
    return titled


def _tables(tree: Mapping, edition: Edition, found: Found, sections: _Sections) -> None:
    cells = figures(found, edition)
    for table in edition.tables.values():
        if table.id not in found.tables:
            found.unsure.append(f"没有找到{table.short}（{table.caption}）")
            continue
        root = Mapping(0)
        for path, (number, remark) in cells.items():
            if path.startswith(f"{table.id}."):
                node = _group({"value": number, "remark": remark}) if remark else _scalar(number)
                _nest(root, path.split(".")[1:], node)
        _put(tree, table.id, root)
        missing = [path for path in table.cells if path not in found.cells]
        if missing:
            found.unsure.append(
                f"{table.short}有 {len(missing)} 格没有认出来，如{edition.cell_label(missing[0])}，留空待填")
    notes = {table: "\n".join(sections.lines[table]) for table in edition.tables if sections.lines.get(table)}
    if notes:
        _put(tree, "notes", _group(notes))


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
