"""Compare a figure with the parts that its own sentence gives: 共N条，其中甲类a条、乙类b条、其他c条."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from reportgen.checks.prose.numbers import Number, find_numbers

_SENTENCE = re.compile(r"[^。！？\n]+")
_AMONG = re.compile(r"[，,；;（(：:\s]*其中(?:，|：|:|包括|包含|有)*")
# Between a figure and 其中: what it counts.
_COUNTED = re.compile(r"[^0-9，,。；;：:（）()]{0,12}$")
_ITEM = re.compile(r"^(?:[，,、；;：:]|以及|和|及)*[^0-9，,、；;]{1,30}(?:[、和及][^0-9，,、；;]{1,30})*$")
_NO_PART = re.compile("同比|环比|比上年|较上年|增长|增加|下降|减少|分别|平均|以上|合计|共计|累计|其中|完成率")
_REST = re.compile("^[^\\u4e00-\\u9fff]*(?:以及|和|及)?其[他它余]")
_NESTED = re.compile(r"[（(][^（）()]*[）)]")


@dataclass(frozen=True)
class Disagreement:
    """A figure and the sum of the parts that its sentence gives."""

    whole: Number
    sum: Decimal
    parts: int


def disagreements(text: str, taken: Collection[int]) -> Iterator[Disagreement]:
    """Yield the figures that their parts contradict, those that begin at `taken` left out."""
    for sentence in _SENTENCE.finditer(text):
        if "其中" not in sentence[0]:
            continue
        numbers = [number for number in find_numbers(text[:sentence.end()])
                   if number.start >= sentence.start()]
        for among in _AMONG.finditer(text, sentence.start(), sentence.end()):
            found = _held(text[:sentence.end()], among, numbers, taken)
            if found is not None:
                yield found


def _held(text: str, among: re.Match[str], numbers: list[Number], taken: Collection[int],
          ) -> Disagreement | None:
    before = [number for number in numbers if number.end <= among.start()]
    if not before or not _COUNTED.match(text[before[-1].end:among.start()]):
        return None
    whole = before[-1]
    end = _end(text, among)
    within = [number for number in numbers if among.end() <= number.start < end]
    parts = _parts(text, among.end(), end, within)
    values = [number.value for number in parts]
    if len(parts) < 2 or any(not _exact(number) for number in (whole, *parts)) or any(
            number.start in taken for number in (whole, *parts)) or len(
            {_unit(text, number) for number in (whole, *parts)}) > 1:
        return None
    last = text[parts[-2].end:parts[-1].start]
    total = sum(values, Decimal(0))
    # A later part may be one of an earlier part.
    nested = whole.value in accumulate(values) or any(total - value == whole.value for value in values)
    if total == whole.value or nested or (total < whole.value and not _REST.match(_NESTED.sub("", last))):
        return None
    return Disagreement(whole, total, len(parts))


def _end(text: str, among: re.Match[str]) -> int:
    """Return where the parts end: at the bracket's end where they stand in brackets."""
    if "（" not in among[0] and "(" not in among[0]:
        return len(text)
    depth = 1
    for place in range(among.end(), len(text)):
        depth += (text[place] in "（(") - (text[place] in "）)")
        if not depth:
            return place
    return len(text)


def _parts(text: str, start: int, end: int, numbers: list[Number]) -> list[Number]:
    """Return the figures of a list that goes on to its end; none where anything else stands in it."""
    nested = [range(found.start(), found.end()) for found in _NESTED.finditer(text, start, end)]
    parts = []
    for number in numbers:
        if any(number.start in stretch for stretch in nested):
            continue
        label = _NESTED.sub("", text[start:number.start])
        if not _ITEM.match(label) or _NO_PART.search(label):
            return []
        parts.append(number)
        start = number.end
    rest = _NESTED.sub("", text[start:end])
    return parts if re.match(r"^[^0-9，,；;、]{0,10}$", rest) else []


def _exact(number: Number) -> bool:
    return number.unit == "count" and number.step == 1 and not number.about


def _unit(text: str, number: Number) -> str:
    return text[number.end - 1]
