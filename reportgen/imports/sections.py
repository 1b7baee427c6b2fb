"""Sort the lines of a published report into its sections, and account for every character of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reportgen.datafile.given import parse_date
from reportgen.format import ChartSpec, Edition
from reportgen.imports.blocks import Text
from reportgen.imports.headings import SectionHeading, without_number
from reportgen.imports.marked import Expressions
from reportgen.imports.notes import is_note
from reportgen.imports.site import is_furniture
from reportgen.imports.titles import parse_title
from reportgen.report.align import squeezed
from reportgen.report.model import DRAFT_MARK, NOTES
from reportgen.standard.numerals import CHARACTERS, format_chinese, parse_chinese

# A line of the 版记 (GB/T 9704-2012, 7.4): who gets copies, or who printed it and when.
_IMPRINT = re.compile(r"抄送[：:](.+?)。?|([^。]{0,40}?)(\d{4}年\d{1,2}月\d{1,2}日)印发")
# A line of a signature that is meant as a date, and is none: 2021111.
_BROKEN_DATE = re.compile(r"20\d{2}[\d年月日./\-]{2,8}")
_REMARK = re.compile(r"（([^（）]{1,60})）")
LONGEST_NAME = 40
_SECOND_LEVEL = re.compile(rf"[（(][{CHARACTERS}]")
PREAMBLE = "preamble"


def _date(plain: str) -> str:
    """Return a date in ISO form, of digits or of hanzi （二〇二五年一月二十日）; empty for what is none."""
    *parts, end = re.split("[年月日]", plain.replace("○", "〇"))
    numbers = [parse_chinese(part) for part in parts]
    if not end and len(numbers) == 3 and None not in numbers:
        plain = "-".join(map(str, numbers))
    date = parse_date(plain)
    return date.isoformat() if date else ""


def _caption(spec: ChartSpec) -> re.Pattern[str]:
    """Return what matches the caption of a chart of ours, white space aside."""
    title = spec.title.format(first="@", last="@")
    return re.compile(rf"图\d{re.escape(title)}（单位：{re.escape(spec.unit)}）".replace("@", r"\d{4}"))


class Sections:
    """Take the lines of a report one after the other.

    `lines` are the paragraphs by the id of their place in the data file; `read` are all texts that were
    taken, `left_out` those that are no part of a report, `unsure` what is to be told.
    """

    def __init__(self, edition: Edition, expressions: Expressions, agency: str, size: float) -> None:
        self.edition, self.expressions, self.agency, self.size = edition, expressions, agency, size
        self.last = edition.sections[-1].id
        self.now = PREAMBLE
        self.below_table = False
        self.lines: dict[str, list[str]] = {PREAMBLE: []}
        self.letterhead: dict[str, str] = {}
        self.charts: list[str] = []
        self.signature: tuple[str, str] | None = None
        self.ended = False
        self.read: list[str] = []
        self.left_out: list[str] = []
        self.unsure: list[str] = []
        self._captions = {spec.id: _caption(spec) for spec in edition.charts}
        # What a table prints beside its cells, where a reader takes it for text.
        self._labels = {squeezed(text) for table in edition.tables.values()
                        for text in (table.caption, *(block.title for block in table.blocks))}

    def begin(self, heading: SectionHeading, block: Text) -> None:
        """Take a line that heads a section, and what runs on after its words."""
        self.now, self.below_table = heading.section, False
        self.lines.setdefault(self.now, [])
        rest = heading.rest
        self.read.append(squeezed(block.text).removesuffix(rest) if rest else block.text)
        if rest:
            self.take(Text(rest, block.place, block.look))

    def pass_table(self, table: str) -> None:
        """Note that a statutory table stands here."""
        self.below_table = self.below_table or table == self.now

    def take(self, block: Text) -> None:
        """Take one line of text."""
        text = block.text.strip().strip("\u3000")
        plain = squeezed(text)
        if not plain or self._take_imprint(plain):
            return
        if self.ended and self.signature and self._take_remark(plain):
            return
        if self.ended:
            self._leave(block.text)
        elif plain == DRAFT_MARK or self._take_chart(plain) or self._is_printed_label(plain):
            self.read.append(plain)
        elif not (self._take_addressee(plain) or self._take_signature(plain)):
            self._keep(block, text)

    def may_sign(self, plain: str) -> bool:
        """Say whether a line may belong to the signature: the agency's name, or a date."""
        named = self.agency and (plain in self.agency or self.agency in plain) and len(plain) <= LONGEST_NAME
        return self.now == self.last and bool(named or _date(plain))

    def end(self) -> None:
        """Take a signature without a date, leave out furniture below it, number the agency's own headings."""
        for place in self.lines:
            self._renumber(place)
        lines = self.lines.get(self.last, [])
        while not self.ended and lines and is_furniture(lines[-1]):
            text = squeezed(lines.pop())
            self.read.remove(text)
            self.left_out.append(text)
        if not self.ended and lines and self.agency and squeezed(lines[-1]) == self.agency:
            lines.pop()
            self.signature = (self.agency, "")

    def _renumber(self, place: str) -> None:
        """Make headings of the first level, which only the format gives, ones of the second.

        They lose their number where that level has numbers already.
        """
        lines = self.lines[place]
        own = [at for at, line in enumerate(lines) if without_number(line)]
        if not own:
            return
        free = not any(_SECOND_LEVEL.match(line) for line in lines)
        shown = "、".join(f"“{squeezed(lines[at])[:20]}”" for at in own)
        for number, at in enumerate(own, 1):
            start = f"（{format_chinese(number)}）" if free else ""
            lines[at] = start + without_number(lines[at])
        how = "编号改成了（一）起的" if free else "编号去掉了"
        self.unsure.append(f"标题{shown}不是格式里的部分，连同下面的文字留在前一部分，{how}，请核对")

    def _leave(self, text: str) -> None:
        self.left_out.append(text)
        if not is_furniture(text):
            self.unsure.append(f"落款之后的“{squeezed(text)[:20]}”没有读取，要保留的请写进前面的部分")

    def _take_imprint(self, plain: str) -> bool:
        """Take a line of the 版记 after the last section, which it ends; return whether it is one."""
        if self.now != self.last or not (matched := _IMPRINT.fullmatch(plain)):
            return False
        copies, by, date = matched.groups()
        taken = {"copies": copies, "printed_by": by, "printed": date}
        self.letterhead |= {key: value for key, value in taken.items() if value}
        self.ended = True
        self.read.append(plain)
        return True

    def _take_remark(self, plain: str) -> bool:
        """Take the 附注 in brackets below a signature (GB/T 9704-2012, 7.3.6)."""
        found = _REMARK.fullmatch(plain)
        if not found or "remark" in self.letterhead:
            return False
        self.letterhead["remark"] = found[1]
        self.read.append(plain)
        return True

    def _take_chart(self, plain: str) -> bool:
        chart = next((ident for ident, caption in self._captions.items() if caption.fullmatch(plain)), "")
        if chart:
            self.charts.append(chart)
        return bool(chart)

    def _is_printed_label(self, plain: str) -> bool:
        """Say whether a line in a table's section is what the table prints anyway."""
        return self.now in self.edition.tables and (
            plain in self._labels or parse_title(plain) is not None)

    def _take_addressee(self, plain: str) -> bool:
        first = self.now == PREAMBLE and not self.lines[PREAMBLE]
        if not first or not plain.endswith(("：", ":")) or len(plain) >= 30 or re.search(r"[：:].", plain):
            return False
        self.letterhead["to"] = plain.rstrip("：:")
        self.read.append(plain)
        return True

    def _take_signature(self, plain: str) -> bool:
        """Take the date below the last section, and the name above it; a broken date is told."""
        if self.now != self.last:
            return False
        lines = self.lines[self.last]
        above = lines[-1] if lines and len(lines[-1]) <= LONGEST_NAME and "。" not in lines[-1] else ""
        if self.agency and plain.startswith(self.agency) and (date := _date(plain.removeprefix(self.agency))):
            return self._sign(self.agency, date, plain)
        date = _date(plain)
        broken = not date and bool(above) and bool(_BROKEN_DATE.fullmatch(plain))
        if not date and (not broken or re.search(r"[，,：:；;、\d]", above)):
            return False
        if above:
            lines.pop()
        if broken:
            self.unsure.append(f"落款日期“{plain}”认不出，没有读取，请补填")
            self.left_out.append(plain)
            plain = ""
        return self._sign(above, date, plain)

    def _sign(self, name: str, date: str, read: str) -> bool:
        self.signature, self.ended = (name, date), True
        self.read.append(read)
        return True

    def _keep(self, block: Text, text: str) -> None:
        """Keep a line as prose of the section at hand, before or after its table, or as a note of that."""
        if marked := re.search(r"\{(?=[{%#])", text):
            self.unsure.append(f"{block.place}的“{text[marked.start():][:20]}”像是表达式，花括号之间加了空格")
        place = self.now
        if place in self.edition.tables:
            below = NOTES if is_note(block, self.size) else "after_table"
            place = f"{below if self.below_table else 'before_table'}.{place}"
        self.lines.setdefault(place, []).append(self.expressions.line(block).strip().strip("\u3000"))
        self.read.append(squeezed(text))


def count(texts: Iterable[str]) -> int:
    """Return how many characters texts have, white space aside."""
    return sum(len(squeezed(text)) for text in texts)
