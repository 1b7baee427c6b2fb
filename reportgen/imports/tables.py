"""Recognise the statutory tables by their labels, wherever they stand and however they are cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reportgen.datafile.values import ValueRefusedError, parse_money, parse_number
from reportgen.format import Block, CellSpec, CellType, Edition, Heading, Table
from reportgen.imports.blocks import DOUBT, Grid
from reportgen.report.align import squeezed

# How much of a table has to be found before a grid is taken for it.
FEWEST = {"rows": 2, "columns": 10}
ALIKE = 78              # per cent, for labels that are written otherwise
_NOTHING = frozenset(("/", "／", "-", "－", "—", "--", "——", "无", "\\", "·"))
_WIDE = str.maketrans("()[],;:", "（）〔〕，；：")
_FIGURE = re.compile(r"([+＋\-－]?[\d０-９,，.．]+(?:万元|元)?)(?:[（(](.+)[）)])?")


@dataclass
class FoundTables:
    """What was found of the tables.

    Texts of cells by path, groups given as one row, doubts, doubted cells.
    """

    cells: dict[str, str] = field(default_factory=dict)
    single_rows: set[str] = field(default_factory=set)
    tables: dict[str, str] = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)
    columns: dict[str, dict[int, str]] = field(default_factory=dict)
    doubted: set[str] = field(default_factory=set)


@dataclass
class _Match:
    """What one grid has of one table.

    Texts by path, groups of one row, columns, and labels that only look alike.
    """

    table: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    columns: dict[int, str] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)


def core(text: str) -> str:
    """Return a label without white space, numbering, quotes and what stands in brackets at its end."""
    plain = squeezed(text).translate(_WIDE)
    plain = re.sub(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）|\d+[.．、])", "", plain)
    plain = re.sub(r"[“”\"‘’]", "", plain)
    return re.sub(r"(?<=.)（.*）$", "", plain)


def recognise(grid: Grid, edition: Edition, found: FoundTables) -> str:
    """Take what a grid holds of the edition's tables into `found`; return the table that it is, if any.

    A cell that two grids give differently is left blank and told.
    """
    best = _Match()
    for table in edition.tables.values():
        if any(row.id for block in table.blocks for row in _leaves(block.rows)):
            match = _by_rows(grid, table, found.columns.get(table.id, {}))
            rows = len({path.rpartition(".")[0] for path in match.cells})
            # What a page cut leaves may be one row, under a header of its own.
            enough = rows >= FEWEST["rows"] or (rows == 1 and len(match.columns) > 4)
        else:
            match = _by_columns(grid, table)
            enough = len(match.cells) >= FEWEST["columns"]
        if enough and len(match.cells) > len(best.cells):
            best = match
    ident, cells = best.table, best.cells
    if not ident:
        return ""
    found.columns[ident] = best.columns
    found.single_rows |= best.groups
    for path, label in best.alike.items():
        named = edition.cell_label(next(cell for cell in cells if cell.startswith(f"{path}.")))
        found.unsure.append(f"{grid.place}的“{label[:30]}”与格式的行名不同，当作{named}所在的行读取，请核对")
    place = edition.tables[ident].short
    if ident in found.tables and any(path in found.cells and found.cells[path] != text
                                     for path, text in cells.items()):
        found.unsure.append(f"{grid.place}与{found.tables[ident]}都像{place}，数字不同；不同的格没有读取，请核对后填写")
    found.tables.setdefault(ident, grid.place)
    for path, text in cells.items():
        if path in found.cells and found.cells[path] != text:
            found.cells[path] = ""
            found.doubted.add(path)
        else:
            found.cells[path] = text
    return ident


def _leaves(headings: tuple[Heading, ...]) -> Iterator[Heading]:
    for top in headings:
        for line in top.lines():
            yield line[-1]


def _by_rows(grid: Grid, table: Table, inherited: dict[int, str]) -> _Match:
    """Match rows by their labels, columns by the header, which may stand in the grid before."""
    match = _Match(table.id, columns=dict(inherited))
    used: set[str] = set()
    group, headed = "", False
    known = {path: (block, forms) for block in table.blocks for path, forms in _row_forms(table, block)}
    grouped = {path: core(heading.label) for path, heading in _groups(table)}
    single = {path for path, heading in _groups(table) if heading.single_row}
    for row in grid.rows:
        header = _header(row, table)
        # One word may be a row's label too (其他, 总计); it stands left of the columns then.
        if len(header) > 1 or (header
                               and (len(table.blocks) > 1 or min(header) >= min(match.columns, default=0))):
            # A header of several rows adds up; a new block's begins anew, and so does that of a part on a new
            # page.
            match.columns = {**match.columns, **header} if headed and len(table.blocks) == 1 else header
            headed = True
            continue
        columns = match.columns
        first = min(columns, default=0)
        labels = [core(text) for text in row[:max(first, 1)] if text and squeezed(text)]
        if not labels or not columns:
            continue
        for label in labels[:-1]:
            group = next((path for path, name in grouped.items() if _same(label, name)), group)
        path, sure = _row(labels[-1], known, used, group)
        alone = next((one for one, name in grouped.items() if _same(labels[-1], name)), "")
        if path is None and alone:
            group = alone
            if alone in single and _values(row, columns) and not any(one.startswith(f"{alone}.")
                                                                     for one in used):
                path = alone
                match.groups.add(alone)
        if path is None:
            continue
        block = known[path][0] if path in known else table.blocks[0]
        if not _aligned(row, columns, block):
            continue
        used.add(path)
        if not sure and path != alone:
            match.alike[path] = labels[-1]
        for column in _leaves(block.columns):
            at = next((index for index, ident in columns.items() if ident == column.id), None)
            if at is not None and at < len(row) and column.id:
                match.cells[f"{path}.{column.id}"] = row[at] or ""
    return match


def _aligned(row: tuple[str | None, ...], columns: dict[int, str], block: Block) -> bool:
    """Say whether the columns stand in the block's order with nothing beyond them.

    Otherwise spans are wrong.
    """
    places = [index for column in _leaves(block.columns) for index, ident in columns.items()
              if ident == column.id]
    return places == sorted(places) and not any(squeezed(text or "")
                                                for text in row[max(places, default=0) + 1:])


def _values(row: tuple[str | None, ...], columns: dict[int, str]) -> bool:
    return any(re.search(r"\d", row[index] or "") for index in columns if index < len(row))


def _row_forms(table: Table, block: Block) -> Iterator[tuple[str, set[str]]]:
    for top in block.rows:
        for line in top.lines():
            path = ".".join([table.id, *(heading.id for heading in line if heading.id)])
            leaf = line[-1]
            yield path, {core(text) for text in (leaf.label, leaf.name, *leaf.phrases) if "{" not in text}


def _groups(table: Table) -> Iterator[tuple[str, Heading]]:
    for block in table.blocks:
        for top in block.rows:
            for line in top.lines():
                for depth, heading in enumerate(line[:-1]):
                    if heading.id:
                        ids = [step.id for step in line[:depth + 1] if step.id]
                        yield ".".join([table.id, *ids]), heading


def _row(label: str, known: dict[str, tuple[Block, set[str]]], used: set[str],
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


def _same(one: str, two: str) -> bool:
    return one == two or (len(two) >= 4 and two in one)


def _header(row: tuple[str | None, ...], table: Table) -> dict[int, str]:
    """Return the columns that a row heads, by index; empty for a row that heads none."""
    names = {core(text): leaf.id for block in table.blocks for leaf in _leaves(block.columns) if leaf.id
             for text in (leaf.label, leaf.name)}
    texts = {index: core(text) for index, text in enumerate(row) if text and squeezed(text)}
    heads = {index: names[text] for index, text in texts.items() if text in names}
    if any(re.search(r"\d", text) for index, text in texts.items() if index not in heads):
        return {}
    if not heads or (len(heads) == 1 and next(iter(heads)) == 0):
        return {}
    return heads


def _by_columns(grid: Grid, table: Table) -> _Match:
    """Match a table of one row by its header: an outcome belongs to the last group that begins before it."""
    groups: dict[int, str] = {}
    outcomes: dict[int, str] = {}
    names = {core(top.label): top.id for top in _with_children(table) if top.id}
    leaves = {core(leaf.label): leaf.id for block in table.blocks for leaf in _leaves(block.columns)
              if leaf.id}
    last = -1
    for number, row in enumerate(grid.rows):
        for index, text in enumerate(row):
            label = core(text or "")
            if label in names:
                groups[index], last = names[label], number
            elif label in leaves:
                outcomes[index], last = leaves[label], number
    cells: dict[str, str] = {}
    values = next((row for row in grid.rows[last + 1:]), ())
    for index, outcome in outcomes.items():
        start = max((begin for begin in groups if begin <= index), default=None)
        if start is not None and index < len(values):
            cells[f"{table.id}.{groups[start]}.{outcome}"] = values[index] or ""
    return _Match(table.id, cells)


def _with_children(table: Table) -> Iterator[Heading]:
    def walk(heading: Heading) -> Iterator[Heading]:
        if heading.children:
            yield heading
        for child in heading.children:
            yield from walk(child)

    for block in table.blocks:
        for top in block.columns:
            yield from walk(top)


def figures(found: FoundTables, edition: Edition) -> dict[str, tuple[str, str]]:
    """Return (number as typed, remark) of every cell that has a figure; note the doubtful ones.

    The others are blank.
    """
    cells = {}
    for path, raw in found.cells.items():
        spec = edition.cells.get(path)
        text = squeezed(raw)
        if spec is None or not text:
            continue
        number, remark = figure(text, spec)
        if number:
            cells[path] = (number, remark)
        else:
            why = ("没有当作 0" if text in _NOTHING else "写到了格子外面，可能不全" if DOUBT in text
                   else "不是一个数")
            text = text.removesuffix(DOUBT)
            found.doubted.add(path)
            found.unsure.append(f"{edition.cell_label(path)}印的是“{text[:20]}”，{why}，留空待填")
    return cells


def figure(text: str, spec: CellSpec) -> tuple[str, str]:
    """Return the number as typed and the remark of a cell's text; empty where it is no figure."""
    matched = _FIGURE.fullmatch(text)
    if not matched:
        return "", ""
    number = matched[1]
    try:
        plain, unit = parse_money(number) if spec.type is CellType.MONEY else (number, "")
        value, _ = parse_number(plain, spec.type)
    except ValueRefusedError:
        return "", ""
    if spec.type is CellType.MONEY and value and not unit:
        return "", ""
    return number, matched[2] or ""
