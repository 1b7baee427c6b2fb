"""Say whose report of which year a data file is, without reading all of it: many files are planned by it."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection, Iterable
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from pathlib import Path

from reportgen.datafile.fields import common_fields, names_of
from reportgen.datafile.given import take_given
from reportgen.datafile.tree import Mapping, Scalar, read_bytes, read_tree
from reportgen.files.folders import MAX_LISTED
from reportgen.findings import Origin, Places, refuse
from reportgen.form.plan import (
    FIELD_ROW,
    FORM_SHEET,
    WORKBOOKS,
    field_columns,
    field_labels,
    field_sheets,
)
from reportgen.form.read import guard

_KEYS = ("year", "agency", "title")


@dataclass(frozen=True)
class Head:
    """What a data file says of itself: the agency, the year, and the title on one line."""

    agency: str
    year: int
    title: str


def read_head(path: Path) -> Head:
    """Return what a data file says of itself, as `read` would find it.

    Raises InputError where that cannot be told; `read` then says all that is wrong.
    """
    name = str(path)
    tree = _fields_of_form(path, name) if path.suffix.lower() in WORKBOOKS else read_tree(path, name)
    names = names_of(entry for entry in common_fields() if entry.id in _KEYS)
    wanted = {*names, *names.values()}
    head = Mapping(tree.line, [(key, node) for key, node in tree.items if key.value.strip() in wanted])
    given = take_given(head, Places(name))
    return Head(given.agency.name, given.year, given.title.replace("\n", ""))


def _fields_of_form(path: Path, name: str) -> Mapping:
    """Return the plain fields of an Excel form.

    A few sheets read by calamine take a hundredth of reading the form.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    content = read_bytes(path, name)
    guard(content, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        version = str(book.get_sheet_by_name(FORM_SHEET).to_python(skip_empty_area=False)[0][1])
        rows = [row for sheet in field_sheets(version)
                for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)[FIELD_ROW - 1:]]
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise refuse(Origin(name), "不是填报表") from error
    tree, agency, known = Mapping(0), Mapping(0), field_labels()
    columns = ["ABCD".index(letter) for letter in field_columns(version)]
    for row in rows:
        parts: list[object] = [row[column] if column < len(row) else "" for column in columns]
        above, label, value = parts
        group, _, key = known.get((str(above).strip(), str(label).strip()), ".").rpartition(".")
        text = str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
        if text.strip() and key and group in ("", "agency"):
            (agency if group else tree).items.append((Scalar(key, 0), Scalar(text, 0, plain=False)))
    tree.items.append((Scalar("agency", 0), agency))
    return tree


def doubled(known: AbstractMapping[str, Head]) -> dict[str, str]:
    """Return what is wrong with each file that repeats an agency and year; `known` is by file."""
    files: dict[tuple[str, int], list[str]] = defaultdict(list)
    for file, one in known.items():
        files[one.agency, one.year].append(file)
    return {file: f"“{agency}”{year}年度的数据文件有 {len(same)} 份：{'、'.join(same)}；"
                  "只能有一份，请移走其余的"
            for (agency, year), same in files.items() if len(same) > 1 for file in same}


def only_other_years(files: Iterable[tuple[str, int, str]], years: Collection[int]) -> list[str]:
    """Ask about agencies of which there are files, and none of the years wanted: a year may be wrong.

    `files` are (agency, year, file).
    """
    known = [one for one in files if one[0]]
    there = {agency for agency, year, _ in known if year in years}
    apart = [f"{file}（“{agency}”，{year}年度）" for agency, year, file in known if agency not in there]
    if not years or not apart:
        return []
    more = f" 等 {len(apart)} 份" if len(apart) > MAX_LISTED else ""
    return [f"没有{'、'.join(map(str, sorted(years)))}年度的、只有其他年度的："
            f"{'、'.join(apart[:MAX_LISTED])}{more}；年度写错的请改正"]
