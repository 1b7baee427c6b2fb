"""Recognise the statutory tables by their labels, wherever they stand and however they are cut."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reportgen.format import Block, Edition, Table
from reportgen.imports.blocks import DOUBT, Grid
from reportgen.imports.cell_figures import FIGURE, figure, why_none
from reportgen.imports.labels import core, find_row, groups_of, leaves, row_forms, same
from reportgen.imports.one_row import OneRowHeader, by_columns, find_head
from reportgen.report.align import squeezed

# How much of a table has to be found before a grid is taken for it.
FEWEST = {"rows": 2, "columns": 10}
FEWEST_COLUMNS = 4


@dataclass
class FoundTables:
    """What was found of the tables.

    Texts of cells by path, groups given as one row, doubts, doubted cells. `columns` are those of the header
    that was met last, `widths` how many columns its grid had; `heads` is the header of a table of one row.
    """

    cells: dict[str, str] = field(default_factory=dict)
    single_rows: set[str] = field(default_factory=set)
    tables: dict[str, str] = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)
    columns: dict[str, dict[int, str]] = field(default_factory=dict)
    widths: dict[str, int] = field(default_factory=dict)
    heads: dict[str, OneRowHeader] = field(default_factory=dict)
    doubted: set[str] = field(default_factory=set)
    # The tables whose last grid ends with a row of figures that was not read.
    torn: set[str] = field(default_factory=set)
    # In a Word file, the number of the first paragraph of each cell.
    places: dict[str, int] = field(default_factory=dict)

    def inherited(self, table: str, grid: Grid) -> dict[int, str]:
        """Return the columns of a header on the page before, if the grid goes on with as many columns."""
        return self.columns.get(table, {}) if self.widths.get(table) == grid.width else {}


@dataclass
class _Match:
    """What one grid has of one table.

    Texts by path and in which row and column they stand, groups of one row, columns, labels that only look
    alike, and rows with figures not read.
    `first` is the row that was read first, where nothing but headers stands above it; `torn` says that the
    last row has figures and was not read.
    """

    table: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    at: dict[str, tuple[int, int]] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    columns: dict[int, str] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    first: str = ""
    torn: bool = False


def recognise(grid: Grid, edition: Edition, found: FoundTables) -> str:
    """Take what a grid holds of the edition's tables into `found`; return the table that it is, if any.

    A cell that two grids give differently is left blank and told.
    """
    best = _Match()
    for table in edition.tables.values():
        if any(row.id for block in table.blocks for row in leaves(block.rows)):
            match = _by_rows(grid, table, found.inherited(table.id, grid))
            rows = len({path.rpartition(".")[0] for path in match.cells})
            # What a page cut leaves may be one row, under a header of its own.
            enough = rows >= FEWEST["rows"] or (rows == 1 and len(match.columns) > FEWEST_COLUMNS)
        else:
            at = by_columns(grid, table, found.heads)
            texts = {path: grid.rows[row][column] or "" for path, (row, column) in at.items()}
            match = _Match(table.id, texts, at)
            enough = len(match.cells) >= FEWEST["columns"]
        if enough and len(match.cells) > len(best.cells):
            best = match
    ident, cells = best.table, best.cells
    if not ident:
        return _header_alone(grid, edition, found)
    found.columns[ident], found.widths[ident] = best.columns, grid.width
    found.single_rows |= best.groups
    if best.unread:
        unread = "、".join(f"“{label[:20]}”" for label in best.unread)
        found.unsure.append(f"{grid.place}的{unread}行没有读取：不是格式里的行，或列没有对齐，请核对")
    for path, label in best.alike.items():
        named = edition.cell_label(next(cell for cell in cells if cell.startswith(f"{path}.")))
        found.unsure.append(f"{grid.place}的“{label[:30]}”与格式的行名不同，当作{named}所在的行读取，请核对")
    _doubt_torn(best, grid, found)
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
    if grid.at:
        found.places = {path: grid.at[row][column] for path, (row, column) in best.at.items()} | found.places
    return ident


def _doubt_torn(match: _Match, grid: Grid, found: FoundTables) -> None:
    """Doubt blank cells of a page's first row where the page before ends with figures that belong nowhere.

    A page cut the row in two: its label stands here, and what looks blank may stand there.
    """
    blank = [path for path, text in match.cells.items()
             if match.first and path.startswith(f"{match.first}.") and not squeezed(text)]
    if match.table in found.torn and blank:
        found.doubted.update(blank)
        found.unsure.append(f"{grid.place}的第一行像是被分页截成了两半，空白的格没有读取，请核对后填写")
    found.torn.discard(match.table)
    if match.torn:
        found.torn.add(match.table)


def _header_alone(grid: Grid, edition: Edition, found: FoundTables) -> str:
    """Keep a header whose figures stand on the next page; return the table that it is of, or nothing."""
    for table in edition.tables.values():
        if any(row.id for block in table.blocks for row in leaves(block.rows)):
            columns = _by_rows(grid, table, {}).columns
            if len(columns) > FEWEST_COLUMNS:
                found.columns[table.id], found.widths[table.id] = columns, grid.width
                return table.id
        elif len((head := find_head(grid, table)[0]).outcomes) >= FEWEST["columns"]:
            found.heads[table.id] = head
            return table.id
    return ""


def _by_rows(grid: Grid, table: Table, inherited: dict[int, str]) -> _Match:
    """Match rows by their labels, columns by the header, which may stand in the grid before."""
    match = _Match(table.id, columns=dict(inherited))
    used: set[str] = set()
    group, headed = "", False
    known = {path: (block, forms) for block in table.blocks for path, forms in row_forms(table, block)}
    grouped = {path: core(heading.label) for path, heading in groups_of(table)}
    single = {path for path, heading in groups_of(table) if heading.single_row}
    begun = False
    for number, row in enumerate(grid.rows):
        match.torn = False
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
        opens, begun = not begun, True
        first = min(columns, default=0)
        labels = [core(text) for text in row[:max(first, 1)] if text and squeezed(text)]
        if not labels or not columns:
            _note_unread(match, row, labels)
            continue
        for label in labels[:-1]:
            group = next((path for path, name in grouped.items() if same(label, name)), group)
        path, sure = find_row(labels[-1], known, used, group)
        alone = next((one for one, name in grouped.items() if same(labels[-1], name)), "")
        if path is None and alone:
            group = alone
            if alone in single and _values(row, columns) and not any(one.startswith(f"{alone}.")
                                                                     for one in used):
                path = alone
                match.groups.add(alone)
        if path is None:
            _note_unread(match, row, labels)
            continue
        block = known[path][0] if path in known else table.blocks[0]
        if not _aligned(row, columns, block):
            _note_unread(match, row, labels)
            continue
        used.add(path)
        match.first = path if opens else match.first
        if not sure and path != alone:
            match.alike[path] = labels[-1]
        for column in leaves(block.columns):
            at = next((index for index, ident in columns.items() if ident == column.id), None)
            if at is not None and at < len(row) and column.id:
                match.cells[f"{path}.{column.id}"] = row[at] or ""
                match.at[f"{path}.{column.id}"] = (number, at)
    return match


def _note_unread(match: _Match, row: tuple[str | None, ...], labels: list[str]) -> None:
    """Note a row that has figures in its last columns and is not read."""
    if any(FIGURE.fullmatch(squeezed(text)) for text in row[1:] if text):
        match.unread.append(labels[-1] if labels else squeezed("".join(filter(None, row))))
        match.torn = True


def _aligned(row: tuple[str | None, ...], columns: dict[int, str], block: Block) -> bool:
    """Say whether the columns stand in the block's order with nothing between or beyond them.

    Otherwise spans are wrong.
    """
    places = [index for column in leaves(block.columns) for index, ident in columns.items()
              if ident == column.id]
    first = min(places, default=0)
    beside = (text for index, text in enumerate(row) if index > first and index not in places)
    return places == sorted(places) and not any(squeezed(text or "") for text in beside)


def _values(row: tuple[str | None, ...], columns: dict[int, str]) -> bool:
    return any(re.search(r"\d", row[index] or "") for index in columns if index < len(row))


def _header(row: tuple[str | None, ...], table: Table) -> dict[int, str]:
    """Return the columns that a row heads, by index; empty for a row that heads none."""
    names = {core(text): leaf.id for block in table.blocks for leaf in leaves(block.columns) if leaf.id
             for text in (leaf.label, leaf.name)}
    texts = {index: core(text) for index, text in enumerate(row) if text and squeezed(text)}
    heads = {index: names[text] for index, text in texts.items() if text in names}
    if any(re.search(r"\d", text) for index, text in texts.items() if index not in heads):
        return {}
    if not heads or (len(heads) == 1 and next(iter(heads)) == 0):
        return {}
    return heads


def figures(found: FoundTables, edition: Edition) -> dict[str, tuple[str, str]]:
    """Return (number as typed, remark) of every cell that has a figure; note the doubtful ones.

    The others are blank.
    """
    cells = {}
    for path, raw in found.cells.items():
        spec = edition.cells.get(path)
        # Spaces stay for who looks for the cell in the file; a line end of a page's source is one.
        text = " ".join(raw.split())
        if spec is None or not squeezed(text):
            continue
        number, remark = figure(raw, spec)
        if number:
            cells[path] = (number, remark)
        else:
            found.doubted.add(path)
            found.unsure.append(f"{edition.cell_label(path)}印的是“{text.removesuffix(DOUBT)[:20]}”，"
                                f"{why_none(raw)}，待填")
    return cells
