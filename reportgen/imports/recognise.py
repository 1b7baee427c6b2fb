"""Find a report in the blocks of a published file: title, year, sections, tables, notes, signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reportgen.datafile.tree import Mapping as Tree
from reportgen.findings import Origin, refuse
from reportgen.format import Edition, all_editions, edition_for
from reportgen.imports.blocks import Blocks, Grid, Text
from reportgen.imports.headings import Headings, find_headings, is_heading
from reportgen.imports.letterhead import above_title
from reportgen.imports.marked import Expressions, take_marks
from reportgen.imports.noted_remarks import with_remarks
from reportgen.imports.notes import body_size
from reportgen.imports.sections import PREAMBLE, Sections, count
from reportgen.imports.site import NO_FIELD, card_entries, card_of, is_furniture, publication, site_fields
from reportgen.imports.tables import FoundTables, figures, recognise
from reportgen.imports.titles import Title, find_title, parse_page_title
from reportgen.imports.tree import Parts, data_file_tree
from reportgen.report.align import squeezed

TITLE = "title"     # among the places of a report


@dataclass
class Recognised:
    """A report as a data file's tree, doubts about it, the cells that were not found or not read.

    `left_out` is what stands in the file and is no part of the report. `places` are the paragraphs of a Word
    file that hold each cell, by path, that head each section, by id, and that begin the title.
    """

    tree: Tree
    unsure: list[str] = field(default_factory=list)
    doubtful: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)


@dataclass
class _Found:
    """What is known of a file before its lines are sorted: the blocks, what tables and headings they are."""

    items: list[Text | Grid]
    title: Title
    edition: Edition
    tables: FoundTables
    at: dict[int, str]
    headings: Headings
    card: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    begin: int = 0


def find_report(blocks: Blocks, name: str, year: int | None = None, agency: str = "") -> Recognised:
    """Find a report; `year` and `agency` are for one whose title does not say them.

    Raises InputError for a file that is no report, or one of a year that no edition covers.
    """
    items = [one for block in blocks.items for one in _unframed(block) if any(map(squeezed, one.texts()))]
    title = _title(items, blocks)
    year = year or title.year
    edition = _edition(year, name)
    found = FoundTables(unsure=list(blocks.said))
    at: dict[int, str] = {}
    for index, item in enumerate(items):
        if isinstance(item, Grid) and (ident := recognise(item, edition, found)):
            at[index] = ident
    take_marks(blocks, edition, found)
    edition = edition.with_single_rows(frozenset(found.single_rows))
    known = _Found(items, title, edition, found, at, find_headings(_below(items, title), at, edition))
    cells = figures(found, edition)
    above = _take_above(known)
    size = body_size(item for item in items if isinstance(item, Text))
    sections = _sorted(known, Sections(edition, Expressions(edition, cells), agency or title.agency, size))
    if not at and not any(lines for ident, lines in sections.lines.items() if ident != PREAMBLE):
        raise refuse(Origin(name), "里面没有找到年度报告的各个部分和表格，不像是年度报告")
    found.unsure += [*known.headings.unsure, *sections.unsure]
    card = publication(known.card, blocks.tags, agency or title.agency)
    found.unsure += card.doubts
    fields = card.fields | site_fields(blocks.tags) | blocks.fields
    left_out = [*blocks.left_out, *known.left_out, *sections.left_out]
    _account(known, sections, above)
    parts = Parts(edition=edition, year=year, agency=agency or title.agency, title=title.text,
                  cells=with_remarks(cells, sections.lines),
                  lines=sections.lines, letterhead=sections.letterhead, charts=sections.charts,
                  signature=sections.signature, before=tuple(above), fields=fields)
    tree = data_file_tree(parts, found)
    doubtful = found.doubted | {path for path in edition.cells if path not in found.cells}
    return Recognised(tree, list(dict.fromkeys(found.unsure)), frozenset(doubtful),
                      (*left_out, *(f"标题原文：{one}" for one in known.headings.reworded)),
                      _places(known))


def _places(known: _Found) -> dict[str, int]:
    """Return where in a Word file cells, headings and the title stand."""
    heads = {heading.section: known.items[index] for index, heading in known.headings.found.items()}
    if known.title.end >= 0:
        heads[TITLE] = known.items[known.title.end - known.title.text.count("\n")]
    found = {ident: item.at for ident, item in heads.items() if isinstance(item, Text)}
    return {ident: at for ident, at in (known.tables.places | found).items() if at >= 0}


def _unframed(block: Text | Grid) -> list[Text | Grid]:
    """Return a block, or its texts if it is a frame around them: a table of one column."""
    if isinstance(block, Grid) and all(sum(cell is not None for cell in row) <= 1 for row in block.rows):
        return [Text(text, block.place, at=block.at[row][column] if block.at else -1)
                for row, line in enumerate(block.rows) for column, text in enumerate(line) if text]
    return [block]


def _title(items: Sequence[Text | Grid], blocks: Blocks) -> Title:
    """Return the title of the report: as it is printed, or as the page calls itself.

    `end` is the index of the last of its lines among the items.
    """
    at = [index for index, item in enumerate(items) if isinstance(item, Text)]
    texts = [item for item in items if isinstance(item, Text)]
    heads = frozenset(index for index, text in enumerate(texts)
                      if any(is_heading(text.text, edition) for edition in all_editions()))
    title = find_title(texts, heads)
    if title.end >= 0:
        return Title(title.text, title.agency, title.year, at[title.end])
    return next((found for text in blocks.titles if (found := parse_page_title(text))), Title())


def _edition(year: int, name: str) -> Edition:
    if not year:
        raise refuse(Origin(name), "没有找到“××年政府信息公开工作年度报告”这样的标题，不像是年度报告；"
                                   "确是年度报告的，请用 reportgen import --year 写明年度")
    edition = edition_for(year)
    if edition is None:
        first = all_editions()[0].first_year
        raise refuse(Origin(name), f"{year}年没有适用的格式，只能读取{first}年及以后的报告")
    return edition


def _below(items: list[Text | Grid], title: Title) -> list[Text | Grid]:
    """Return the items with those of the title and above emptied, so that each keeps its index."""
    return [Text("") if index <= title.end else item for index, item in enumerate(items)]


def _take_above(known: _Found) -> list[str]:
    """Return the lines of the letterhead above the title; take the card there, leave the rest out."""
    texts: list[str] = []
    begin = known.title.end - known.title.text.count("\n") if known.title.end >= 0 else 0
    for index, item in enumerate(known.items[:begin]):
        if index in known.at:
            continue
        entries = card_of(item) if isinstance(item, Grid) else card_entries(item.text)
        if entries is not None:
            _take_card(known, entries, item)
        elif isinstance(item, Text):
            texts.append(item.text)
        else:
            known.left_out += item.texts()
    used = above_title(tuple(texts)).used
    known.left_out += [text for text in texts if squeezed(text) not in used]
    return [text for text in texts if squeezed(text) in used]


def _take_card(known: _Found, entries: dict[str, str], item: Text | Grid) -> None:
    known.card = {key: text for key, text in entries.items() if key != NO_FIELD} | known.card
    known.left_out += item.texts()


def _sorted(known: _Found, sections: Sections) -> Sections:
    """Sort what stands below the title into sections."""
    first = min(known.headings.found, default=len(known.items))
    prefix = _article(known)
    for index in range(known.title.end + 1, len(known.items)):
        item = known.items[index]
        if index in known.at:
            sections.pass_table(known.at[index])
        elif isinstance(item, Grid):
            _leave_grid(known, item, index < first)
            # Not understood, it still parts what stands before the table from what stands after.
            sections.pass_table(sections.now)
        elif index in known.headings.found:
            sections.begin(known.headings.found[index], item)
        elif index < first and _is_beside(known, item, sections):
            continue
        elif item.path[:len(prefix)] != prefix and not _goes_on(item, index < first, sections):
            _leave(known, item, index < first)
        else:
            sections.take(item)
    sections.end()
    return sections


def _is_beside(known: _Found, item: Text, sections: Sections) -> bool:
    """Say whether a line before the first section belongs to the page, and take its card and leave it out."""
    entries = card_entries(item.text)
    if entries is not None:
        _take_card(known, entries, item)
    elif is_furniture(item.text) and not sections.lines[PREAMBLE]:
        known.left_out.append(item.text)
    else:
        return False
    return True


def _goes_on(item: Text, before: bool, sections: Sections) -> bool:
    """Say whether a line beside the article is prose all the same: of the preamble, or the signature."""
    plain = squeezed(item.text)
    if is_furniture(item.text) or sections.ended:
        return False
    return "。" in plain and len(plain) >= 20 if before else sections.may_sign(plain)


def _leave(known: _Found, item: Text, before: bool) -> None:
    """Leave out a line beside the article; what reads like prose there is told."""
    known.left_out.append(item.text)
    if not before and "。" in item.text and not is_furniture(item.text):
        known.tables.unsure.append(f"正文之外的“{squeezed(item.text)[:20]}”没有读取，要保留的请写进相应的部分")


def _leave_grid(known: _Found, grid: Grid, before: bool) -> None:
    """Take a card, or tell of a table that is none of the report's."""
    entries = card_of(grid) if before else None
    if entries is not None:
        _take_card(known, entries, grid)
        return
    known.left_out += grid.texts()
    known.tables.unsure.append(f"{grid.place}“{next(map(squeezed, grid.texts()))[:20]}”不是格式里的表，"
                               f"其中 {count(grid.texts())} 个字没有读取，请核对")


def _article(known: _Found) -> tuple[int, ...]:
    """Return the innermost element of a page that has all headings and statutory tables in it."""
    anchors = [*known.headings.found, *known.at]
    paths = [known.items[index].path for index in anchors]
    if len(paths) < 2:
        return paths[0][:-1] if paths else ()
    shared = 0
    for steps in zip(*paths, strict=False):
        if len(set(steps)) > 1:
            break
        shared += 1
    return paths[0][:shared]


def _account(known: _Found, sections: Sections, above: list[str]) -> None:
    """Say so where other characters were read and left out than stand in the file."""
    prose = [item for index, item in enumerate(known.items) if index not in known.at]
    printed = count(text for item in prose for text in item.texts())
    read = count(sections.read) + count(above) + count([known.title.text if known.title.end >= 0 else ""])
    left = count(known.left_out) + count(sections.left_out)
    if printed != read + left:
        known.tables.unsure.append(f"文件里有 {printed} 个字，读取 {read} 个、略去 {left} 个，合计不符，"
                                   "文字可能没有读全，请与原件逐段核对")
