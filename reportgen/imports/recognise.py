"""Find a report in the blocks of a published file: title, year, sections, tables, notes, signature."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reportgen.datafile.given import parse_date
from reportgen.datafile.tree import Mapping
from reportgen.findings import Origin, refuse
from reportgen.format import ChartSpec, Edition, all_editions, edition_for
from reportgen.imports.blocks import Blocks, Grid, Text
from reportgen.imports.marked import Expressions, take_marks
from reportgen.imports.notes import body_size, is_note
from reportgen.imports.remarks import with_remarks
from reportgen.imports.tables import FoundTables, figures, recognise
from reportgen.imports.tree import Parts, data_file_tree
from reportgen.report.align import squeezed

_TITLE = re.compile(r"^(.*?)(\d{4})年(?:度)?(?:政府信息公开|政务公开)工作年度报告$")
_NUMBER = re.compile(r"^[一二三四五六七八九十]+[、.．,，](.+)$")
# A line of the 版记 (GB/T 9704-2012, 7.4): who gets copies, or who printed it and when.
_IMPRINT = re.compile(r"抄送[：:](.+?)。?|([^。]{0,40}?)(\d{4}年\d{1,2}月\d{1,2}日)印发")
LONGEST_HEADING = 40
LONGEST_TITLE = 4
_DRAFT = "送审稿"


@dataclass
class Recognised:
    """A report as a data file's tree, doubts about it, and the cells that were not found or not read."""

    tree: Mapping
    unsure: list[str] = field(default_factory=list)
    doubtful: frozenset[str] = frozenset()


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
        first = all_editions()[0].first_year
        raise refuse(Origin(name), f"{year}年没有适用的格式，只能读取{first}年及以后的报告")
    found = FoundTables(unsure=list(blocks.said))
    statutory = [block for block in blocks.items if isinstance(block, Grid)
                 and recognise(block, edition, found)]
    take_marks(blocks, edition, found)
    edition = edition.with_single_rows(frozenset(found.single_rows))
    cells = figures(found, edition)
    sections = _Sections(edition, found, Expressions(edition, cells), body_size(texts))
    begun = start < 0
    for block in blocks.items:
        if isinstance(block, Text):
            if begun:
                sections.take(block)
            elif block is texts[start]:
                begun = True
        elif block in statutory:
            sections.drawn.add(sections.now)
        elif all(len(row) == 1 for row in block.rows):
            # The rules of a 版记 look like those of a table.
            for row in block.rows:
                sections.take_imprint(row[0] or "")
    if not found.tables and not any(sections.lines.values()):
        raise refuse(Origin(name), "里面没有找到年度报告的各个部分和表格，不像是年度报告")
    above = texts[:max(start - title.count("\n"), 0)]
    parts = Parts(edition=edition, year=year, agency=agency or named, title=title,
                  cells=with_remarks(cells, sections.lines),
                  lines=sections.lines, letterhead=sections.letterhead, charts=sections.charts,
                  signature=sections.signature, before=tuple(block.text for block in above),
                  fields=blocks.fields)
    tree = data_file_tree(parts, found)
    doubtful = found.doubted | {path for path in edition.cells if path not in found.cells}
    return Recognised(tree, list(dict.fromkeys(found.unsure)), frozenset(doubtful))


def _title(texts: list[Text]) -> tuple[int, str, str, int]:
    """Return where the title ends, the title, the agency in it, and its year.

    (-1, "", "", 0) where there is none. A title is set in one to four lines, and its breaks fall anywhere.
    """
    plain = [squeezed(block.text) for block in texts]
    last = (-1, "", "", 0)
    for index in range(len(texts)):
        if any(edition.section_headed(_heading(plain[index])) for edition in all_editions()):
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


def _heading(text: str) -> str:
    """Return what a numbered heading says, or an empty string."""
    plain = squeezed(text)
    matched = _NUMBER.match(plain)
    if len(plain) > LONGEST_HEADING or not matched or "。" in plain:
        return ""
    return matched[1]


def _caption(spec: ChartSpec) -> re.Pattern[str]:
    """Return what matches the caption of a chart of ours, white space aside."""
    title = spec.title.format(first="@", last="@")
    return re.compile(rf"图\d{re.escape(title)}（单位：{re.escape(spec.unit)}）".replace("@", r"\d{4}"))


class _Sections:
    """Sort lines into sections, in order."""

    def __init__(self, edition: Edition, found: FoundTables, expressions: Expressions, size: float) -> None:
        self.edition, self.found, self.expressions, self.size = edition, found, expressions, size
        self.last = edition.sections[-1].id
        self.now = "preamble"
        self.lines: dict[str, list[str]] = {"preamble": []}
        self.letterhead: dict[str, str] = {}
        self.charts: list[str] = []
        self.captions = {spec.id: _caption(spec) for spec in edition.charts}
        self.signature: tuple[str, str] | None = None
        self.ended = False
        # The sections whose heading, and those whose table, was met.
        self.begun: set[str] = set()
        self.drawn: set[str] = set()
        self.kinds = {section.id: section.kind for section in edition.sections}
        # What a table prints beside its cells, where a reader takes it for text.
        self.labels = {squeezed(text) for table in edition.tables.values()
                       for text in (table.caption, *(block.title for block in table.blocks))}

    def take_imprint(self, text: str) -> bool:
        """Take a line of the 版记 after the last section, which it ends; return whether it is one."""
        plain = squeezed(text)
        if self.now != self.last or not (matched := _IMPRINT.fullmatch(plain)):
            return False
        copies, by, date = matched.groups()
        taken = {"copies": copies, "printed_by": by, "printed": date}
        self.letterhead |= {key: value for key, value in taken.items() if value}
        self.ended = True
        return True

    def take(self, block: Text) -> None:
        """Take one line: a heading, or text of the section at hand."""
        text = block.text.strip().strip("\u3000")
        plain = squeezed(text)
        if not plain or plain == _DRAFT or self.take_imprint(text) or self.ended:
            return
        if chart := next((ident for ident, caption in self.captions.items() if caption.fullmatch(plain)), ""):
            self.charts.append(chart)
            return
        section = self.edition.section_headed(_heading(text))
        if section:
            if section in self.begun:
                self.found.unsure.append(f"“{plain}”与前面的一个部分像是同一部分，文字接在一起了，请核对")
            self.now = section
            self.begun.add(section)
            return
        first = self.now == "preamble" and not self.lines["preamble"]
        if first and plain.endswith(("：", ":")) and len(plain) < 30:
            self.letterhead["to"] = plain.rstrip("：:")
            return
        date = parse_date(plain)
        if self.now == self.last and date:
            lines = self.lines.get(self.last, [])
            name = lines.pop() if lines and len(lines[-1]) <= 40 and "。" not in lines[-1] else ""
            self.signature = (name, date.isoformat())
            self.ended = True
            return
        if self.kinds.get(self.now) == "table" and (plain in self.labels or _TITLE.fullmatch(plain)):
            return
        if marked := re.search(r"\{(?=[{%#])", text):
            self.found.unsure.append(f"{block.place}的“{text[marked.start():][:20]}”像是表达式，花括号之间加了空格")
        self.lines.setdefault(self._passage(block), []).append(
            self.expressions.line(block).strip().strip("\u3000"))

    def _passage(self, block: Text) -> str:
        """Return the id of the passage that a line belongs to: a section, or what stands around its table."""
        if self.kinds.get(self.now) != "table":
            return self.now
        if self.now not in self.drawn:
            return f"before_table.{self.now}"
        return f"{'notes' if is_note(block, self.size) else 'after_table'}.{self.now}"
