"""Take from the tree of a data file what it says, held against its edition, with the place of every value."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from reportgen.datafile.accepted import read_accepted
from reportgen.datafile.fields import Field, Problems, common_fields, names_of, section_fields, take
from reportgen.datafile.prose import clean
from reportgen.datafile.tables import TableReader
from reportgen.datafile.tree import Mapping, Node, Scalar
from reportgen.files import limits
from reportgen.findings import Acceptance, InputError, Origin, Places, refuse
from reportgen.format import Edition, all_editions, edition_for
from reportgen.report.model import Agency, Cell
from reportgen.standard.numerals import HALF_WIDTH

# Codes of what can be wrong in a file that is readable; the checks of a report have codes of their own.
WRONG_TEXT = "DR03"
WRONG_FIELD = "DR04"


@dataclass
class Given:
    """What one data file says: its values, before totals are computed and expressions evaluated.

    `texts` are the plain fields by dotted id, `lines` the prose by section id, preamble and, for a table,
    `before_table.<table>`, `notes.<table>` and `after_table.<table>`, each line with its place in the file.
    `cells` are the statutory figures that the file gives, `refused` those whose value is none; `unread` is
    what stands in plain fields that cannot have it.
    """

    year: int
    edition: Edition
    problems: Problems
    texts: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    lines: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    where: dict[str, Origin] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    single_rows: frozenset[str] = frozenset()
    accepted: tuple[Acceptance, ...] = ()

    @cached_property
    def agency(self) -> Agency:
        """Return whose report it is."""
        return Agency(*(self.texts.get(f"agency.{part}", "") for part in ("name", "short", "kind", "level")))

    @property
    def title(self) -> str:
        """Return the title; a newline is a forced break, by default after the agency's name."""
        if self.texts.get("title"):
            return "\n".join(line.strip() for line in self.texts["title"].splitlines() if line.strip())
        return self.edition.report_title.format(agency=f"{self.agency.name}\n", year=self.year)


def take_given(tree: Mapping, places: Places) -> Given:
    """Return what the tree of a data file says.

    Raises InputError for an unknown key, no year or agency, a year that no edition covers. Wrong values
    become findings and count as not filled in.
    """
    problems = Problems(places)
    year, edition = _year_and_edition(tree, problems)
    given = Given(year, edition, problems)
    known = {entry.id: entry for entry in (*common_fields(), *section_fields(edition))}
    tables = TableReader(edition, problems)
    for ident, (key, node) in take(tree, names_of(known.values()), problems).items():
        entry = known[ident]
        given.where[ident] = places.at(key.line)
        if entry.kind == "table":
            tables.read(edition.keys[ident], key.line, node)
        elif entry.kind == "by_table":
            _by_table(entry, node, given)
        elif entry.kind == "list":
            given.accepted = read_accepted(entry, key.line, node, edition, problems)
        else:
            _field(entry, ident, key.line, node, given)
    _require(known.values(), given)
    if problems.found:
        raise InputError(problems.found)
    given.where |= tables.where
    given.cells, given.refused = tables.cells, tables.refused
    given.single_rows = frozenset(tables.single_rows)
    given.edition = edition.with_single_rows(given.single_rows)
    return given


def _year_and_edition(tree: Mapping, problems: Problems) -> tuple[int, Edition]:
    """Find the year first, because it decides which keys the rest of the file may have."""
    entries = {key.value.strip(): (key, node) for key, node in tree.items}
    key, node = entries.get("year") or entries.get("年度") or (None, None)
    if key is None or not isinstance(node, Scalar) or node.is_null:
        line = key.line if key else 0
        raise refuse(problems.places.at(line), "没有写年度，请在文件开头写上，例如 year: 2025")
    text = node.value.strip().translate(HALF_WIDTH)
    found = re.fullmatch(r"([0-9]{4})年?", text)
    if not found:
        raise refuse(problems.places.at(key.line), f"年度“{node.value.strip()}”不是四位数的年份")
    year = int(found[1])
    edition = edition_for(year)
    if edition is None:
        first = min(edition.first_year for edition in all_editions())
        raise refuse(problems.places.at(key.line), f"{year}年没有适用的格式，年度应为{first}年或以后")
    key, node = entries.get("edition") or entries.get("版本") or (None, None)
    given = node.value.strip() if isinstance(node, Scalar) and not node.is_null else ""
    if key is not None and given not in ("", edition.id):
        raise refuse(problems.places.at(key.line),
                     f"{year}年度应使用 {edition.id} 版格式，这里写的是“{given}”；"
                     "请改正，或删去这一行")
    return year, edition


def _field(entry: Field, ident: str, line: int, node: Node, given: Given) -> None:
    if entry.kind == "group":
        if isinstance(node, Mapping):
            given.groups.add(ident)
            known = {child.id: child for child in entry.fields}
            for child, (key, value) in take(node, names_of(entry.fields), given.problems, entry.name).items():
                given.where[f"{ident}.{child}"] = given.problems.places.at(key.line)
                _field(known[child], f"{ident}.{child}", key.line, value, given)
        elif not (isinstance(node, Scalar) and node.is_null):
            given.problems.add(line,
                               f"“{entry.name}”下面应当分项填写：{'、'.join(f.name for f in entry.fields)}")
        return
    if not isinstance(node, Scalar):
        given.problems.add(line, f"“{entry.name}”应当是文字；含“{{{{ }}}}”或冒号的，请加引号或写在“|”下面")
        return
    text, removed = clean("" if node.is_null else node.value)
    if removed:
        given.problems.wrong(WRONG_TEXT, given.problems.places.at(line),
                    f"“{entry.name}”里有不可见字符 {'、'.join(removed)}，请重新输入")
    if len(text) > limits.PROSE_CHARACTERS:
        given.problems.add(line, f"“{entry.name}”超过 {limits.PROSE_CHARACTERS} 字")
        return
    if entry.kind == "prose":
        given.lines[ident] = _lines(node, text)
        return
    text = text.strip()
    if entry.kind == "line":
        text = " ".join(text.split())
    given.texts[ident] = _typed(entry, text, line, given)
    if text and not given.texts[ident]:
        given.unread[ident] = text


def _typed(entry: Field, text: str, line: int, given: Given) -> str:
    """Return a plain field's text in its normal form, or an empty one with a finding."""
    if not text:
        return ""
    if entry.kind == "choice":
        for ident, name in entry.choices.items():
            if text in (ident, name):
                return ident
        message = f"“{entry.name}”只能写{'、'.join(entry.choices.values())}，这里写的是“{text}”"
    elif entry.kind == "date":
        date = parse_date(text)
        if date:
            return date.isoformat()
        message = f"“{entry.name}”的“{text}”不是日期，请写成 2025-01-18 或 2025年1月18日"
    elif entry.id == "title" and len(text) > limits.TITLE_CHARACTERS:
        message = f"标题超过 {limits.TITLE_CHARACTERS} 字"
    elif entry.id == "blanks" and text != "0":
        message = "“空白”只能写 0，或整行删去"
    else:
        return text
    given.problems.wrong(WRONG_FIELD, given.problems.places.at(line), message)
    return ""


def parse_date(text: str) -> datetime.date | None:
    """Return the date written as 2025-01-18, 2025/1/18, 2025.1.18 or 2025年1月18日, or None."""
    found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?",
                         text.translate(HALF_WIDTH))
    try:
        return datetime.date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _lines(node: Scalar, text: str) -> list[tuple[int, str]]:
    """Pair every line of prose with its line in the file; only a literal block keeps them apart."""
    first, step = (node.line + 1, 1) if node.literal else (node.line, 0)
    return [(first + step * index, line) for index, line in enumerate(text.split("\n"))]


def _by_table(entry: Field, node: Node, given: Given) -> None:
    if isinstance(node, Scalar) and node.is_null:
        return
    names = {table.id: table.name for table in given.edition.tables.values()}
    if not isinstance(node, Mapping):
        given.problems.add(given.where[entry.id].line,
                           f"“{entry.name}”下面应当分表填写：{'、'.join(names.values())}")
        return
    for ident, (key, value) in take(node, names, given.problems, entry.name).items():
        given.where[f"{entry.id}.{ident}"] = given.problems.places.at(key.line)
        _field(Field(ident, key.value, "prose"), f"{entry.id}.{ident}", key.line, value, given)


def _require(known: Iterable[Field], given: Given) -> None:
    for entry in known:
        for child in entry.fields:
            if entry.required and child.required and not given.texts.get(f"{entry.id}.{child.id}"):
                line = given.where[entry.id].line if entry.id in given.where else 0
                given.problems.add(line, f"没有写{entry.name}{child.name}（{entry.id}.{child.id}）")
