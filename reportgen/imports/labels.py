"""Tell by its label which row, column or group of a statutory table one of a published table is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reportgen.format import Block, Heading, Table
from reportgen.report.align import squeezed

ALIKE = 78              # per cent, for labels that are written otherwise
_WIDE = str.maketrans("()[],;:", "（）〔〕，；：")


def core(text: str) -> str:
    """Return a label without white space, numbering, quotes and what stands in brackets at its end."""
    plain = squeezed(text).translate(_WIDE)
    plain = re.sub(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）|\d+[.．、])", "", plain)
    plain = re.sub(r"[“”\"‘’]", "", plain)
    return re.sub(r"(?<=.)（.*）$", "", plain)


def leaves(headings: tuple[Heading, ...]) -> Iterator[Heading]:
    """Yield the innermost headings, in order."""
    for top in headings:
        for line in top.lines():
            yield line[-1]


def row_forms(table: Table, block: Block) -> Iterator[tuple[str, set[str]]]:
    """Yield the path of every row of a block, and how its label may read."""
    for top in block.rows:
        for line in top.lines():
            path = ".".join([table.id, *(heading.id for heading in line if heading.id)])
            leaf = line[-1]
            yield path, {core(text) for text in (leaf.label, leaf.name, *leaf.phrases) if "{" not in text}


def groups_of(table: Table) -> Iterator[tuple[str, Heading]]:
    """Yield the groups of rows that have an id, each with its path."""
    for block in table.blocks:
        for top in block.rows:
            for line in top.lines():
                for depth, heading in enumerate(line[:-1]):
                    if heading.id:
                        ids = [step.id for step in line[:depth + 1] if step.id]
                        yield ".".join([table.id, *ids]), heading


def find_row(label: str, known: dict[str, tuple[Block, set[str]]], used: set[str],
         group: str) -> tuple[str | None, bool]:
    """Return the row that a label names, exactly, as a part, or nearly, and whether that is sure.

    Short labels name a row only within their group.
    """
    free = {path: forms for path, (_, forms) in known.items() if path not in used}
    exact = [path for path, forms in free.items() if label in forms]
    inside = [path for path in exact if group and path.startswith(f"{group}.")]
    if inside or exact:
        within = inside or [path for path in exact if not _ambiguous(label, known)]
        return (within[0] if within else None), True
    if len(label) < 4:
        return None, True
    part = [path for path, forms in free.items()
            if any(len(form) >= 4 and (form in label or label in form) for form in forms)]
    if len(part) == 1:
        return part[0], True
    from rapidfuzz import fuzz

    score, best = max(((max(fuzz.ratio(label, form) for form in forms), path)
                       for path, forms in free.items()),
                      default=(0, None))
    return (best if score >= ALIKE else None), False


def _ambiguous(label: str, known: dict[str, tuple[Block, set[str]]]) -> bool:
    """Say whether a label is too short to name a row outside its group: 其他."""
    paths = [path for path, (_, forms) in known.items() if label in forms]
    return len(label) < 3 and all(path.count(".") > 1 for path in paths)


def same(one: str, two: str) -> bool:
    """Say whether a label is that of a group, or has it in it."""
    return one == two or (len(two) >= 4 and two in one)
