"""What has to hold within an edition beyond the types of its values; problems come with their paths."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from reportgen.files.typed_yaml import Path, Problem, perhaps_meant
from reportgen.format.keys import Key
from reportgen.format.model import Axis, Edition, Identity, Tie
from reportgen.format.shape import Block, Heading, Table
from reportgen.standard.layout import TYPE_WIDTH


def problems(edition: Edition) -> list[Problem]:
    """Return what is not sound; what names cells is looked at where the tables themselves are sound."""
    return list(_structure(edition)) or list(_references(edition))


def _structure(edition: Edition) -> Iterator[Problem]:
    if edition.last_year is not None and edition.last_year < edition.first_year:
        yield ("last_year",), f"比 first_year（{edition.first_year}）还早"
    yield from _repeated("sections", "id", [section.id for section in edition.sections])
    yield from _repeated("sections", "name", [section.name for section in edition.sections])
    yield from _repeated("charts", "id", [chart.id for chart in edition.charts])
    yield from _repeated("recognise", "section", [one.section for one in edition.recognise])
    yield from _roles(edition)
    for index, section in enumerate(edition.sections):
        if isinstance(section, Table):
            yield from _table(section, ("sections", index))


def _repeated(name: str, key: str, values: Sequence[str]) -> Iterator[Problem]:
    for index, value in enumerate(values):
        if value in values[:index]:
            yield (name, index, key), f"“{value}”用了两次，第{values.index(value) + 1}项已经用了，请换一个"


def _roles(edition: Edition) -> Iterator[Problem]:
    roles = [role for section in edition.prose_sections for role in section.roles]
    count = {role: roles.count(role) for role in ("overview", "fee")}
    if count["overview"] != 1:
        yield ("sections",), f"应有且只有一个部分写 roles: [overview]，这里有{count['overview']}个"
    if count["fee"] != (edition.language.fee is not None):
        yield ("language", "fee"), (f"有 fee 的，应有且只有一个部分写 roles: [fee]，没有的不写；"
                                    f"这里有{count['fee']}个")


def _table(table: Table, at: Path) -> Iterator[Problem]:
    width = sum(table.widths)
    if abs(width - TYPE_WIDTH) > 1e-6:
        yield (*at, "widths"), f"各列合计宽 {width:g} 毫米，应为 {TYPE_WIDTH:g} 毫米"
    seen: set[str] = set()
    for number, block in enumerate(table.blocks):
        here = (*at, "blocks", number)
        leaves = sum(column.leaf_count for column in block.columns)
        used = block.label_columns + leaves
        if used > len(table.widths):
            yield here, (f"行名 {block.label_columns} 列加数据 {leaves} 列，共 {used} 列，"
                         f"widths 只有 {len(table.widths)} 列")
        yield from _block(block, here, seen)


def _block(block: Block, at: Path, seen: set[str]) -> Iterator[Problem]:
    """Yield the headings with which a cell would stand twice; `seen` are the cells of the blocks above."""
    leaves = {}
    for axis, headings in (("rows", block.rows), ("columns", block.columns)):
        paths: dict[str, Path] = {}
        for heading, place, path in _walk(headings, (*at, axis)):
            if not heading.children and path in paths:
                yield place, f"“{path}”与“{shown_line(paths[path])}”同名，两格会成为一格；请给它另一个 id"
            if not heading.children:
                paths.setdefault(path, place)
        leaves[axis] = paths
    for row, place in leaves["rows"].items():
        cells = {f"{row}.{column}" for column in leaves["columns"]}
        if cells & seen:
            yield place, f"“{row}”与上面一块的行同名，两格会成为一格；请给它另一个 id"
        seen |= cells


def shown_line(path: Path) -> str:
    """Return where among its neighbours a heading stands."""
    return f"第{path[-1] + 1}项" if isinstance(path[-1], int) else str(path[-1])


def _walk(headings: Iterable[Heading], at: Path, above: str = "") -> Iterator[tuple[Heading, Path, str]]:
    """Yield every heading with its place in the file and its path within the table."""
    for index, heading in enumerate(headings):
        place = (*at, index)
        path = ".".join(filter(None, (above, heading.id)))
        yield heading, place, path
        yield from _walk(heading.children, (*place, "children"), path)


def _references(edition: Edition) -> Iterator[Problem]:
    ids = [section.id for section in edition.sections]
    for index, section in enumerate(edition.sections):
        if isinstance(section, Table):
            yield from _names(edition.keys[section.id], ("sections", index))
        if section.id not in {one.section for one in edition.recognise}:
            yield ("recognise",), f"缺少“{section.id}”，读取已发布的报告时认不出这一部分"
    for index, one in enumerate(edition.recognise):
        yield from _unknown(("recognise", index, "section"), "部分", [one.section], ids)
    # The cells that help texts name are there in every report, also where groups are given as one row.
    single = frozenset(group for group in edition.groups if edition.may_be_single(group))
    least = edition.with_single_rows(single)
    for name in edition.examples.__struct_fields__:
        yield from _terms(least, ("examples", name), [getattr(edition.examples, name)])
    yield from _terms(least, ("main_figures",), edition.main_figures.values())
    for index, identity in enumerate(edition.identities):
        yield from _identity(edition, identity, ("identities", index))
    for index, limit in enumerate(edition.limits):
        yield from _axis(edition, limit.each, ("limits", index))
        for name in ("part", "whole"):
            paths = [getattr(limit, name).replace("{}", subject)
                     for subject in _subjects(edition, limit.each)]
            yield from _first(_unknown(("limits", index, name), "格", paths, edition.cells))
    for index, tie in enumerate(edition.ties):
        yield from _tie(edition, tie, ("ties", index))
    for index, chart in enumerate(edition.charts):
        yield from _terms(edition, ("charts", index, "bars"), chart.bars.values())
    yield from _language(edition)
    yield from _phrases(edition)


def _names(key: Key, at: Path) -> Iterator[Problem]:
    """Yield the names that two keys of one level of the data file share."""
    names: dict[str, str] = {}
    for child in key.children.values():
        if names.setdefault(child.name, child.id) != child.id:
            yield at, (f"“{key.name}”下面有两项都叫“{child.name}”（{names[child.name]}、{child.id}），"
                       "数据文件里分不清；请用 name 给其中一项另起名称")
        yield from _names(child, at)


def _terms(edition: Edition, at: Path, terms: Iterable[str]) -> Iterator[Problem]:
    """Yield the terms that are neither a cell nor a group with a column."""
    for term in terms:
        try:
            cells = edition.term(term)
        except KeyError:
            cells = ()
        if not cells or any(cell not in edition.cells for cell in cells):
            yield at, f"没有“{term}”这一格{perhaps_meant(term, edition.cells)}"


def _subjects(edition: Edition, each: tuple[str, ...] | Axis) -> tuple[str, ...]:
    """Return what `each` stands for; nothing where it names a table that there is not."""
    known = not isinstance(each, Axis) or (each.rows or each.columns) in edition.tables
    return edition.expand(each) if known else ()


def _axis(edition: Edition, each: tuple[str, ...] | Axis, at: Path) -> Iterator[Problem]:
    if isinstance(each, Axis):
        yield from _unknown((*at, "each"), "表", [each.rows or each.columns], edition.tables)


def _identity(edition: Edition, identity: Identity, at: Path) -> Iterator[Problem]:
    yield from _axis(edition, identity.each, at)
    subjects = _subjects(edition, identity.each)
    for side in ("left", "right"):
        terms = [term.replace("{}", subject) for subject in subjects for term in getattr(identity, side)]
        yield from _first(_terms(edition, (*at, side), terms))
    if identity.total and subjects and (len(identity.left) != 1 or any(
            identity.left[0].replace("{}", subject) not in edition.cells for subject in subjects)):
        yield (*at, "left"), "写了 total: true 的，left 只能是一格"


def _tie(edition: Edition, tie: Tie, at: Path) -> Iterator[Problem]:
    yield from _axis(edition, tie.each, at)
    for name, terms in (("cell", (tie.cell,)), ("current", (*tie.current.add, *tie.current.subtract))):
        paths = [term.replace("{}", subject) for term in terms for subject in _subjects(edition, tie.each)]
        yield from _first(_unknown((*at, name), "格", paths, edition.cells))


def _first(found: Iterator[Problem]) -> Iterator[Problem]:
    one = next(found, None)
    if one is not None:
        yield one


def _language(edition: Edition) -> Iterator[Problem]:
    language, at = edition.language, ("language",)
    middles = dict.fromkeys(path.rpartition(".")[0] for path in edition.cells)
    rows = {**middles, **edition.groups}
    lasts = dict.fromkeys(f"{path.partition('.')[0]}.{path.rpartition('.')[2]}" for path in edition.cells)
    for index, reading in enumerate(language.readings):
        known = lasts if reading.columns else rows
        yield from _unknown((*at, "readings", index, "of"), "列" if reading.columns else "行",
                            _parts(reading.table, reading.of), known)
    for index, beside in enumerate(language.beside):
        yield from _unknown((*at, "beside", index, "rows"), "行", _parts(beside.table, [beside.rows]), rows)
    for table, readings in language.wholes.items():
        yield from _unknown((*at, "wholes", table), "行", _parts(table, readings), middles)
    handled, upheld = language.claims.all_handled, language.claims.all_upheld
    yield from _unknown((*at, "claims", "all_handled", "after"), "行", handled.after, middles)
    yield from _terms(edition, (*at, "claims", "all_handled", "zero"), handled.zero)
    yield from _unknown((*at, "claims", "all_upheld", "after"), "表", upheld.after, edition.tables)
    columns = dict.fromkeys(path.rpartition(".")[2] for path in edition.cells
                            if path.partition(".")[0] in upheld.after)
    yield from _unknown((*at, "claims", "all_upheld", "zero"), "列", upheld.zero if columns else (), columns)
    yield from _terms(edition, (*at, "rule_makers", "cells"), language.rule_makers.cells)


def _parts(table: str, readings: Iterable[Iterable[str]]) -> list[str]:
    return [f"{table}.{part}" for reading in readings for part in reading]


def _unknown(at: Path, kind: str, names: Iterable[str], known: Collection[str]) -> Iterator[Problem]:
    """Yield the names of rows, columns or tables that there are not."""
    yield from ((at, f"没有“{name}”这一{kind}{perhaps_meant(name, known)}")
                for name in names if name not in known)


def _phrases(edition: Edition) -> Iterator[Problem]:
    """Yield the phrases that stand for different rows or columns and have no reading that says so."""
    known = {word for reading in edition.language.readings for word in reading.words}
    meant: dict[str, tuple[str, object]] = {}
    for index, section in enumerate(edition.sections):
        for number, block in enumerate(section.blocks if isinstance(section, Table) else ()):
            for axis in ("rows", "columns"):
                at = ("sections", index, "blocks", number, axis)
                for heading, place, path in _walk(getattr(block, axis), at):
                    own = (section.id, axis, _cells_of(heading, path, axis))
                    for phrase in heading.phrases:
                        other, meaning = meant.setdefault(phrase, (f"{section.id}.{path}", own))
                        if meaning != own and phrase not in known:
                            yield (*place, "phrases"), (f"“{phrase}”也指 {other}；请删去一处，"
                                                        "或在 language 的 readings 里写明两种读法")


def _cells_of(heading: Heading, path: str, axis: str) -> tuple[str, ...]:
    """Return which rows or columns a heading stands for; columns of one id are the same in every group."""
    if axis == "columns":
        whole = heading.children and heading.id
        return (path,) if whole else tuple(line[-1].id or "" for line in heading.lines())
    return tuple(".".join(filter(None, (path, *(step.id for step in line[1:])))) for line in heading.lines())
