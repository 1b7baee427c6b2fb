"""Find which lines of a published report head which section, however they are worded, numbered or run on.

A line may look like the heading of several sections, and a section may have several lines that look like its
heading; the likeliest pairs are taken. What is odd about a heading is told, never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from reportgen.format import Edition
from reportgen.imports.blocks import Grid, Text
from reportgen.report.align import squeezed
from reportgen.standard.numerals import CHARACTERS, format_chinese, parse_chinese

LONGEST_HEADING = 40
# How alike a heading has to be to the format's, in per cent: with a number, and without one.
ALIKE, ALIKE_WITHOUT_NUMBER = 60, 85
# Between a heading and its table stand no more lines than this.
FURTHEST_TABLE = 12
_NUMBERED = re.compile(
    rf"(?:第([{CHARACTERS}])[部]分|([{CHARACTERS}]+)[、.．,，:：]|[、.．，])[、:：]?(?P<words>.+)", re.DOTALL)
# Where the words of a heading end that text runs on after.
_HEADING_ENDS = re.compile(r"情况|事项|问题|措施|概述|概况")
_PUNCTUATION = re.compile(r"[、，,和及与的“”\"（）()：:。.；;！!\s]")


@dataclass(frozen=True)
class SectionHeading:
    """A line that heads a section.

    Its words, the number before them (0 where it is lost), and what runs on after them.
    """

    section: str
    words: str
    number: int
    rest: str = ""
    numbered: bool = True
    strength: float = 0
    score: float = 0


@dataclass
class Headings:
    """The headings of a report by the index of their line, and what is odd about them."""

    found: dict[int, SectionHeading] = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)
    reworded: list[str] = field(default_factory=list)


def is_heading(text: str, edition: Edition) -> bool:
    """Say whether a line looks like the heading of a section, surely enough to end the search of a title."""
    return any(one.numbered and not one.rest for one in _candidates(text, edition))


def find_headings(items: Sequence[Text | Grid], tables: Mapping[int, str], edition: Edition) -> Headings:
    """Return which of the texts head sections; `tables` names the statutory table of a grid by its index."""
    found = Headings()
    order = [section.id for section in edition.sections]
    candidates = []
    for index, item in enumerate(items):
        if isinstance(item, Text):
            for one in _candidates(item.text, edition):
                nearness = _nearness(index, one.section, items, tables)
                right = one.number == order.index(one.section) + 1
                score = 4 * one.strength + nearness + right - bool(one.rest) - (one.number == 0)
                candidates.append((score, index, one))
    # Of two that are as likely the later one: the other stands in a table of contents.
    for _, index, one in sorted(candidates, key=lambda pair: pair[:2], reverse=True):
        taken = {heading.section for heading in found.found.values()}
        free = one.section not in taken and index not in found.found
        if free and _in_order(index, one, found.found, order):
            found.found[index] = one
    found.found = dict(sorted(found.found.items()))
    _tell(found, [(index, one) for _, index, one in candidates], edition)
    return found


def _in_order(index: int, one: SectionHeading, found: Mapping[int, SectionHeading], order: list[str]) -> bool:
    """Say whether a heading stands in the order of the format, or is so sure that it need not."""
    place = order.index(one.section)
    return one.strength == 1 or one.number == place + 1 or all(
        (other < index) == (order.index(heading.section) < place) for other, heading in found.items())


def _nearness(index: int, section: str, items: Sequence[Text | Grid], tables: Mapping[int, str]) -> float:
    """Return how much the table of a section, standing next below a line, speaks for its heading."""
    below = next((at for at in range(index + 1, len(items)) if isinstance(items[at], Grid)), None)
    if below is None or tables.get(below) != section or below - index > FURTHEST_TABLE:
        return 0
    return 3 - 0.1 * (below - index)


def _candidates(text: str, edition: Edition) -> Iterator[SectionHeading]:
    """Yield what a line may head."""
    plain = squeezed(text)
    matched = _NUMBERED.fullmatch(plain)
    if not matched:
        if len(plain) <= LONGEST_HEADING and "。" not in plain:
            bare = re.sub(r"^\d[、.．]", "", plain)
            yield from (one for one in _headed(bare, "", 0, edition, False)
                        if one.strength * 100 >= ALIKE_WITHOUT_NUMBER)
        return
    digit = matched[1] or matched[2] or ""
    number = parse_chinese(digit) or 0
    words = matched["words"]
    if len(words) <= LONGEST_HEADING and not re.search("[。；：:]", words.rstrip("。：:")):
        whole = list(_headed(words.rstrip("。：:"), "", number, edition, bool(number)))
        # A heading may end in a full stop; where text runs on, that is the text's.
        if whole and not (words.endswith("。") and _parted(words, edition)):
            yield from whole
            return
    if parts := _parted(words, edition):
        yield from _headed(parts[0], parts[1], number, edition, bool(number))


def _parted(words: str, edition: Edition) -> tuple[str, str] | None:
    """Return the words of a heading and the text that runs on after them, or None where there are none.

    They are parted where the words end that are most like a heading of the format.
    """
    known = [_core(section.heading) for section in edition.sections]
    ends = [one.end() for one in _HEADING_ENDS.finditer(words) if 4 <= one.end() <= LONGEST_HEADING]
    rated = [(max(fuzz.ratio(_core(words[:end]), core) for core in known), -end) for end in ends
             if edition.section_headed(words[:end]) and len(words) - end > 1]
    if not rated:
        return None
    best, end = max(rated)
    rest = words[-end:].lstrip("。：:，,、")
    marked = words[-end:][:1] in ("。", "：", ":")
    if not rest or not (marked or (best >= ALIKE and "。" in rest)):
        return None
    return words[:-end], rest


def _headed(words: str, rest: str, number: int, edition: Edition, numbered: bool) -> Iterator[SectionHeading]:
    core = _core(words)
    first = edition.section_headed(words)
    for section in edition.sections:
        own = _core(section.heading)
        alike = fuzz.ratio(core, own)
        fits = any(one.section == section.id and one.pattern.search(words) for one in edition.recognise)
        strength = 1.0 if core == own else 0.8 if section.id == first else 0.5 if fits else 0.0
        if strength < 1 and (fits or alike >= ALIKE) and core:
            strength = max(strength, min(alike / 100, 0.95))
        if strength:
            yield SectionHeading(section.id, words, number, rest, numbered, strength)


def _core(heading: str) -> str:
    return _PUNCTUATION.sub("", re.sub(rf"^[{CHARACTERS}]+、", "", squeezed(heading)))


def _tell(found: Headings, candidates: list[tuple[int, SectionHeading]], edition: Edition) -> None:
    """Tell what is odd about the headings."""
    headings = {section.id: section.heading for section in edition.sections}
    places = {section.id: number for number, section in enumerate(edition.sections, 1)}
    renumbered = []
    for one in found.found.values():
        named = f"“{headings[one.section]}”"
        if one.rest:
            found.unsure.append(f"标题“{one.words}”与正文连在一段，按{named}的标题和正文分开读取，请核对")
        if not one.numbered:
            found.unsure.append(f"标题“{one.words}”没有编号，按{named}读取，请核对")
        elif one.number != places[one.section]:
            renumbered.append(f"“{format_chinese(one.number)}、{one.words}”")
        if _core(one.words) != _core(headings[one.section]):
            number = f"{format_chinese(one.number)}、" if one.number else ""
            found.reworded.append(f"{number}{one.words}（按“{headings[one.section]}”印）")
    if renumbered:
        found.unsure.append(f"标题的编号与格式不同，按内容归入各部分：{'、'.join(renumbered)}，请核对")
    taken = {one.section for one in found.found.values()}
    for index, one in candidates:
        if index in found.found and one.section not in taken and one.strength >= 0.5:
            found.unsure.append(f"标题“{found.found[index].words}”像是还包括“{headings[one.section]}”，"
                                "文字都放在前一部分，请分开")
            taken.add(one.section)


def without_number(text: str) -> str:
    """Return a line without its number of the first level; empty for a line that has none."""
    matched = _NUMBERED.fullmatch(text)
    return matched["words"] if matched and (matched[1] or matched[2]) else ""
