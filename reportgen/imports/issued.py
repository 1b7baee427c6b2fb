"""Compare an edited Word file with the one that the data file gives, and tell what differs.

A report is taken over by what it says; what no key of a data file says, such as a heading, a label or a
footnote, shows only in this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from reportgen.imports import issued_tables
from reportgen.imports.blocks import REACHED, Blocks, Grid, Text
from reportgen.report.align import pairs, squeezed
from reportgen.report.model import DRAFT_MARK

LONGEST_HEADING = 40
SHOWN = 40          # how many characters of a text a message quotes
MOST_LINES = 8      # of one text that is broken into lines
NAMED = 6           # how many lost texts a message quotes
AROUND = 8          # how many before and after what changed
_BETWEEN, _MERGED = "│", "并格"


def as_issued(edited: Blocks, issued: Blocks, headings: Iterable[str]) -> Blocks:
    """Return an edited file with headings, columns and labels as they were issued; what was changed is said.

    By these a report is read, so that text and figures stay where they belong, however they were reworded, or
    where they were deleted.
    """
    known = {squeezed(heading) for heading in headings}
    found = pairs([[_unit(item)] for item in issued.items], [_unit(item) for item in edited.items])
    changed = _changed_headings(edited, issued, known, found)
    taken = set(changed.values())
    items: list[Text | Grid] = []
    said: list[str] = []
    for a, b in _new_first(found, taken):
        was = issued.items[a] if a is not None else None
        now = edited.items[b] if b is not None and b not in taken else None
        if isinstance(was, Grid) and not isinstance(now, Text):
            now, told = issued_tables.table_as_issued(now, was)
            said += told
        elif a in changed and isinstance(was, Text):
            said.append(f"{_became(was, edited, changed[a])}；标题由格式规定，没有改")
            items.append(was)
        items += [now] if now else []
    return replace(edited, items=[*_apart(items, known)], said=[*edited.said, *said])


_Pairs = list[tuple[int | None, int | None]]


def _new_first(found: _Pairs, headings: Collection[int | None]) -> Iterator[tuple[int | None, int | None]]:
    """Yield pairs with what is new before what is gone: it goes on from what stands above it.

    Not where what is new heads something itself.
    """
    for single, run in groupby(found, key=lambda pair: None in pair):
        stretch = list(run)
        if single and not any(b in headings for _, b in stretch if b is not None):
            stretch.sort(key=lambda pair: pair[1] is None)
        yield from stretch


def _changed_headings(edited: Blocks, issued: Blocks, known: set[str],
                      found: _Pairs) -> dict[int, int | None]:
    """Return which text each heading has become that is not as it was issued, None for one that is gone."""
    changed: dict[int, int | None] = {}
    for at, (a, b) in enumerate(found):
        was = issued.items[a] if a is not None else None
        same = b is not None and a is not None and _unit(edited.items[b]) == _unit(issued.items[a])
        if a is not None and isinstance(was, Text) and _unit(was) in known and not same:
            changed[a] = _reworded(edited, was, [b, *_new(found, at)], set(changed.values()))
    return changed


def _became(was: Text, edited: Blocks, index: int | None) -> str:
    if index is None:
        return f"标题“{_unit(was)}”删去了，或与别的文字连在一起了"
    item = edited.items[index]
    return f"{item.place}的标题“{_unit(was)}”改成了“{_unit(item)[:SHOWN]}”"


def _unit(item: Text | Grid) -> str:
    if isinstance(item, Text):
        return squeezed(item.text)
    return squeezed("".join(text or "" for row in item.rows for text in row))


def _new(found: _Pairs, at: int) -> Iterator[int]:
    """Yield the new texts right before and after a place."""
    for places in (range(at + 1, len(found)), range(at - 1, -1, -1)):
        for place in places:
            a, b = found[place]
            if a is not None and b is not None:
                break
            if b is not None:
                yield b


def _reworded(edited: Blocks, was: Text, near: Iterable[int | None],
              taken: Collection[int | None]) -> int | None:
    """Return which of the texts nearby is a heading in other words, or None."""
    for index in near:
        item = edited.items[index] if index is not None and index not in taken else None
        plain = _unit(item) if isinstance(item, Text) else ""
        if isinstance(item, Text) and plain and len(plain) <= LONGEST_HEADING and item.look == was.look \
                and not plain.startswith(_unit(was)):
            return index
    return None


def _apart(items: list[Text | Grid], known: set[str]) -> Iterator[Text | Grid]:
    """Yield items, a heading that was put back taken from the text that it had run into."""
    heading = ""
    for item in items:
        plain = _unit(item) if isinstance(item, Text) else ""
        if heading and isinstance(item, Text) and plain != heading and plain.startswith(heading):
            rest, left = item.text, len(heading)
            while left:
                left -= bool(squeezed(rest[0]))
                rest = rest[1:]
            item = replace(item, text=rest)
        if plain:
            heading = plain if plain in known else ""
        yield item


@dataclass(frozen=True)
class _Line:
    """A paragraph, or a row of a table, and where it stands."""

    place: str
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return it in one piece."""
        return _BETWEEN.join(self.parts)


# Lines that differ, each with the one that it was paired with.
_Run = list[tuple[_Line | None, _Line | None]]


def differences(now: Blocks, edited: Blocks, settled: Iterable[str] = ()) -> list[str]:
    """Return what an edited file says, or lacks, against `now`, what the data file gives after the merge.

    `settled` are paragraphs that were told of before.
    """
    ours, theirs = list(_lines(now)), list(_lines(edited))
    told: list[str] = []
    run: _Run = []
    for a, b in [*pairs([[line.text] for line in ours], [line.text for line in theirs]), (None, None)]:
        one, other = ours[a] if a is not None else None, theirs[b] if b is not None else None
        if (one.text if one else "") != (other.text if other else ""):
            run.append((one, other))
        elif run:
            told += _told(run, set(settled))
            run = []
    return [*told, *_beside(now, edited)]


def _lines(blocks: Blocks) -> Iterator[_Line]:
    for item in blocks.items:
        if isinstance(item, Text):
            if (plain := squeezed(item.text)) and plain != DRAFT_MARK:
                yield _Line(item.place, (plain,))
            continue
        for number, row in enumerate(item.rows, 1):
            parts = tuple(_MERGED if text == REACHED else squeezed(text) for text in row if text is not None)
            yield _Line(f"{item.place}第{number}行", parts)


def _told(run: _Run, settled: set[str]) -> Iterator[str]:
    """Yield what differs in a stretch of lines; where only the breaks of lines differ, nothing does."""
    run = _without_rebroken(run)
    if gone := [_shown(was.text) for was, line in run if was and not line]:
        more = f"等 {len(gone)} 处" if len(gone) > NAMED else ""
        yield f"原来的“{'”“'.join(gone[:NAMED])}”{more}在改过的文件里没有了，数据文件里的保留不变"
    for was, line in run:
        if line and not was:
            yield f"{line.place}“{_shown(line.text)}”没有写进数据文件，要保留的请手工填写"
        elif was and line and line.text not in settled:
            old, new = _difference(was.parts, line.parts)
            yield f"{line.place}原来的“{old}”改成了“{new}”，没有写进数据文件，要改的请手工填写"


def _without_rebroken(run: _Run) -> _Run:
    """Return a stretch of lines without those that say the same in other lines, as a title does."""
    for start in range(len(run)):
        for end in range(start + 1, min(start + MOST_LINES, len(run)) + 1):
            one, other = ("".join("".join(line.parts) for line in lines if line)
                          for lines in zip(*run[start:end], strict=True))
            if one == other:
                return run[:start] + _without_rebroken(run[end:])
    return run


def _difference(was: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, str]:
    """Return the part of two lines that differs: whole cells, or a stretch of text with what is around it."""
    if len(was) == len(now) == 1:
        start, end = _common(was[0], now[0])
        start, end = max(start - AROUND, 0), max(end - AROUND, 0)
        return _shown(was[0][start:len(was[0]) - end]), _shown(now[0][start:len(now[0]) - end])
    start, end = _common(was, now)
    return _shown(_BETWEEN.join(was[start:len(was) - end])), _shown(_BETWEEN.join(now[start:len(now) - end]))


def _common(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """Return how much two texts have in common at their start, and how much at their end."""
    most = min(len(one), len(other))
    start = next((at for at in range(most) if one[at] != other[at]), most)
    end = next((at for at in range(most - start) if one[-1 - at] != other[-1 - at]), most - start)
    return start, end


def _shown(text: str) -> str:
    return f"{text[:SHOWN]}……" if len(text) > SHOWN else text


def _beside(now: Blocks, edited: Blocks) -> Iterator[str]:
    """Yield what stands beside the text in one of two files only."""
    def counted(blocks: Blocks) -> Counter[tuple[str, str]]:
        return Counter((one.kind, one.text) for one in blocks.beside if one.text != DRAFT_MARK)

    ours, theirs = counted(now), counted(edited)
    for one in edited.beside:
        if theirs[one.kind, one.text] > ours[one.kind, one.text]:
            theirs[one.kind, one.text] -= 1
            yield f"{one}没有写进数据文件，要保留的请手工处理"
    for one in now.beside:
        if ours[one.kind, one.text] > theirs[one.kind, one.text]:
            ours[one.kind, one.text] -= 1
            yield f"原来的{one.kind}“{one.text[:SHOWN]}”在改过的文件里没有了"
