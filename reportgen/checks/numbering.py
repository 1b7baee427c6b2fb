"""Numbers of paragraphs: 一、 （一） 1. （1） and 一是, 二是 within them count from one without a gap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reportgen.checks.texts import Passage
from reportgen.findings import Finding
from reportgen.report.model import Report
from reportgen.rules import finding
from reportgen.standard.numerals import format_chinese, parse_chinese

NUMBERING = "WZ03"

_CHINESE = "[一二三四五六七八九十]{1,3}"
# GB/T 9704-2012, 7.3.3; the half-width forms are read alike, since clerks type them.
_LEVELS = ((1, re.compile(rf"({_CHINESE})、")), (2, re.compile(rf"[（(]({_CHINESE})[）)]")),
           (3, re.compile(r"([0-9]{1,2})[.．、](?![0-9])")), (4, re.compile(r"[（(]([0-9]{1,2})[）)]")))
_WRITTEN = {1: "{}、", 2: "（{}）", 3: "{}.", 4: "（{}）"}
_ITEM = re.compile(rf"(?:^|(?<=[。；：，、！）”\s]))({_CHINESE})(?=是)")
_LOST = re.compile(r"[、，；]")


@dataclass(frozen=True)
class Misnumbered:
    """A number out of order: the paragraph's index, its place in the paragraph, and what is wrong."""

    index: int
    start: int
    end: int
    message: str


class _Counter:
    """Count on every level; a heading starts the levels below it anew, and so may text between two lists."""

    def __init__(self) -> None:
        self.counts = {level: 0 for level, _ in _LEVELS}
        self.broken_off: set[int] = set()

    def text(self) -> None:
        """Note a paragraph without a number."""
        self.broken_off = {level for level, count in self.counts.items() if count}

    def number(self, level: int, value: int) -> str:
        """Count a numbered paragraph and return what is wrong with its number, or an empty string."""
        last, self.counts[level] = self.counts[level], value
        new_list = value == 1 and level in self.broken_off
        self.broken_off.discard(level)
        for below in range(level + 1, len(self.counts) + 1):
            self.counts[below] = 0
            self.broken_off.discard(below)
        if value == last + 1 or new_list:
            return ""
        if not last:
            return f"前面缺少“{_written(level, 1)}”"
        if value == last:
            return "与前面的编号重复"
        return f"接在“{_written(level, last)}”后面，应为“{_written(level, last + 1)}”"


def faults(texts: Iterable[str]) -> Iterator[Misnumbered]:
    """Yield the numbers of consecutive paragraphs that are out of order, from level 1 on."""
    counter = _Counter()
    last_item = 0
    for index, text in enumerate(texts):
        level, found = next(((level, found) for level, pattern in _LEVELS if (found := pattern.match(text))),
                            (0, None))
        if found is not None:
            value = (int(found[1]) if found[1].isascii() else parse_chinese(found[1])) or 0
            if wrong := counter.number(level, value):
                yield Misnumbered(index, 0, found.end(),
                                  f"编号“{found[0]}”{wrong}；请检查是否漏了一段，或重新编号")
        elif _LOST.match(text):
            expected = counter.counts[1] + 1 if counter.counts[1] else 0
            yield Misnumbered(index, 0, 1, f"段首是“{text[0]}”，前面像是漏了编号"
                                     + (f"“{format_chinese(expected)}”" if expected else "")
                        + "；请补上或删去这个标点")
            counter.counts[1] += bool(expected)
        else:
            counter.text()
        for item in _ITEM.finditer(text):
            value = parse_chinese(item[1]) or 0
            if value == last_item and value > 1:
                yield Misnumbered(index, item.start(1), item.end() + 1,
                                  f"“{item[0]}是”写了两次；请重新编号")
            elif value not in (1, last_item + 1):
                wanted = f"“{format_chinese(last_item + 1)}是”" if last_item else "“一是”"
                yield Misnumbered(index, item.start(1), item.end() + 1,
                            f"“{item[0]}是”前面缺少{wanted}；请检查是否漏了一项，或重新编号")
            last_item = value


def _written(level: int, value: int) -> str:
    return _WRITTEN[level].format(format_chinese(value) if level <= 2 else value)


def numbering(report: Report) -> Iterator[Finding]:
    """Find numbers that skip, repeat or are lost, section by section."""
    for section, paragraphs in report.section_prose.items():
        for fault in faults(paragraph.text for paragraph in paragraphs):
            paragraph = paragraphs[fault.index]
            passage = Passage(paragraph.text, paragraph.origin, section)
            yield finding(NUMBERING, fault.message, paragraph.origin, section=section,
                          excerpt=passage.excerpt(fault.start, fault.end))


RULES = (numbering,)
