"""Read the roster of the agencies that have to report, and say who is missing, who is extra, who is twice.

A roster is a text of a name a line, a CSV file, or a workbook (.xlsx, .xls, .ods); a head above its columns
is found by its words.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.datafile.tree import read_bytes
from reportgen.files import limits
from reportgen.files.confined import Confined
from reportgen.files.damage import damage
from reportgen.findings import Origin, refuse
from reportgen.form.read import guard
from reportgen.report.align import squeezed

FURTHEST_HEAD = 10      # among so many rows the head of the columns is looked for
_OLE = b"\xd0\xcf\x11\xe0"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_LETTER = re.compile(r"[^\W\d_]")
_HEADS = {
    "name": ("机关名称", "单位名称", "部门名称", "机构名称", "机关", "单位", "部门", "名称", "填报机关",
             "填报单位", "报告机关", "报送单位", "机关全称", "单位全称", "agency", "name"),
    "group": ("层级", "级别", "行政级别", "分组", "组别", "类别", "单位类别", "机关类别", "系统", "地区",
              "区域", "group", "level"),
    "former": ("原名", "原名称", "曾用名", "上年名称", "更名前名称", "原机关名称", "原单位名称", "former"),
    "file": ("文件", "文件名", "上年文件", "数据文件", "file"),
}
_Place = tuple[int, int]        # row and column
# What stands below or between the agencies.
_SUM = re.compile(r"合计|总计|小计|共计|共?\d+[个家](单位|机关|部门)?")
_NOTE = re.compile(r"[：:。]")
_KINDS = "名册应当是文本（一行一个名称）、CSV 或 Excel 文件"


@dataclass(frozen=True)
class RosterEntry:
    """One agency of a roster.

    `group` is how the roster sorts it, `former` its name of last year, `file` that year's file; any of the
    three may be empty.
    """

    name: str
    group: str = ""
    former: str = ""
    file: str = ""


@dataclass(frozen=True)
class Roster:
    """The agencies that have to report, each once; `told` is what is odd about the list."""

    entries: tuple[RosterEntry, ...]
    told: tuple[str, ...] = ()

    def names_of_now(self) -> dict[str, str]:
        """Return the name of now by each former one that no other agency has now, both as `agency_key`."""
        taken = {agency_key(one.name) for one in self.entries}
        former = {agency_key(one.former): agency_key(one.name) for one in self.entries if one.former}
        return {old: new for old, new in former.items() if old not in taken}

    def attendance(self, files: Iterable[tuple[str, str]]) -> Attendance:
        """Hold the roster against what has come in, as (name of the agency, file) of one year."""
        by_name: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, file in files:
            by_name[agency_key(name)].append((name, file))
        present = {key for key in by_name if key}
        known: set[str] = set()
        missing, twice, renamed = [], [], []
        formers = {new: old for old, new in self.names_of_now().items()}
        for member in self.entries:
            name = agency_key(member.name)
            own = [key for key in (name, formers.get(name)) if key in present]
            known.update(own)
            came = [file for key in own for _, file in by_name[key]]
            if not own:
                missing.append(member)
            elif len(came) > 1:
                twice.append((member.name, tuple(came)))
            elif own[0] != name:
                renamed.append((member, came[0]))
        extra = [one for key, came in by_name.items() if key not in known for one in came]
        return Attendance(len(self.entries), tuple(missing), tuple(extra), tuple(twice), tuple(renamed))


@dataclass(frozen=True)
class Attendance:
    """Who of a roster of `expected` agencies is missing, extra, twice, or came under its former name."""

    expected: int
    missing: tuple[RosterEntry, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    twice: tuple[tuple[str, tuple[str, ...]], ...] = ()
    renamed: tuple[tuple[RosterEntry, str], ...] = ()

    @property
    def complete(self) -> bool:
        """Say whether everybody is there, once, and nobody else."""
        return not (self.missing or self.extra or self.twice)

    def lines(self) -> list[str]:
        """Return what is to be told."""
        said = [f"名册 {self.expected} 个机关，已报 {self.expected - len(self.missing)} 个"
                + (f"，缺 {len(self.missing)} 个：{self._absent()}" if self.missing else "，报齐了")]
        if self.extra:
            said.append(f"有 {len(self.extra)} 份的机关不在名册上："
                        + "、".join(f"{name}（{file}）" for name, file in self.extra)
                        + "；名称写错的请改数据文件，名册漏列的请补上")
        said += [f"“{name}”报了 {len(came)} 份：{'、'.join(came)}；请只留一份" for name, came in self.twice]
        said += [f"{file} 用的是原名“{member.former}”，名册上现名“{member.name}”；请改正"
                 for member, file in self.renamed]
        return said

    def _absent(self) -> str:
        groups: dict[str, list[str]] = defaultdict(list)
        for member in self.missing:
            groups[member.group].append(member.name)
        return "；".join((f"{group}：" if group else "") + "、".join(names)
                        for group, names in groups.items())


def read_roster(path: Path) -> Roster:
    """Read a roster.

    Raises InputError for a file that is none, and for columns of which nobody knows what they hold.
    """
    name = str(path)
    content = read_bytes(path, name)
    if content.startswith((b"PK", _OLE)):
        if b"word/document.xml" in content:
            raise refuse(Origin(name), f"这是 Word 文件；{_KINDS}，请把名单复制到 Excel 里另存")
        rows = Confined(workbook_rows, (content, name), name).run()
    else:
        rows = list(_text_rows(_decoded(content, name)))
    return _roster(rows, name)


def workbook_rows(content: bytes, name: str) -> list[list[str]]:
    """Return the rows of the first sheet that is not empty, as texts.

    Raises InputError for what is no workbook.
    """
    from python_calamine import CalamineWorkbook

    if not content.startswith(_OLE):
        guard(content, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in book.sheet_names:
            table = book.get_sheet_by_name(sheet)
            rows = [[_text(value) for value in row] for row in table.to_python()]
            if any(any(row) for row in rows):
                start = table.start or (0, 0)
                _fill_down(rows, table.merged_cell_ranges or [], start)
                # Rows above the first are not counted otherwise.
                above: list[list[str]] = [[] for _ in range(start[0] if start[0] < FURTHEST_HEAD else 0)]
                return (above + rows)[:limits.ROSTER_AGENCIES + FURTHEST_HEAD]
    except damage("calamine") as error:
        raise refuse(Origin(name), "Excel 文件打不开，可能已损坏或加了密码；请打开后另存为 .xlsx") from error
    return []


def _fill_down(rows: list[list[str]], merged: Iterable[tuple[_Place, _Place]], start: _Place) -> None:
    """Give the rows of a cell that spans several what stands in it: 市直 beside all its agencies.

    The first of the rows and their columns stand at `start` in the sheet.
    """
    for (top, left), (bottom, _) in merged:
        first, column = top - start[0], left - start[1]
        if first < 0 or not 0 <= column < len(rows[0]):
            continue
        for row in rows[first + 1:bottom - start[0] + 1]:
            row[column] = row[column] or rows[first][column]


def _text(value: object) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return "" if value is None else str(value).strip()


def _decoded(content: bytes, name: str) -> str:
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and not text.startswith("%PDF"):
            return text
    raise refuse(Origin(name), f"这不是文本文件；{_KINDS}")


def _text_rows(text: str) -> Iterator[list[str]]:
    """Yield the rows of a text; one without separators is a name a line."""
    mark = max("\t,;，", key=text.count)
    if text.count(mark):
        yield from ([cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=mark))
    else:
        yield from ([line.strip()] for line in text.splitlines() if not line.startswith("#"))


def _roster(rows: Sequence[Sequence[str]], name: str) -> Roster:
    columns, first = _columns(rows, name)
    entries: dict[str, RosterEntry] = {}
    told = []
    for number, row in enumerate(rows[first:], first + 1):
        entry = {what: " ".join(row[at].split()) for what, at in columns.items() if at < len(row)}
        if not any(row):
            continue
        named = squeezed(entry.get("name", ""))
        if named in _HEADS["name"]:
            continue
        if _SUM.fullmatch(named) or _SUM.fullmatch(squeezed(next(filter(None, row)))):
            told.append(f"{name}:{number}：这一行是合计，没有计入")
        elif not _LETTER.search(named):
            told.append(f"{name}:{number}：这一行没有机关名称，没有计入")
        elif _NOTE.search(named):
            told.append(f"{name}:{number}：“{entry['name']}”不像机关名称，没有计入")
        elif (key := agency_key(entry["name"])) in entries:
            told.append(f"{name}:{number}：“{entry['name']}”在名册上重复，只计一次")
        else:
            entries[key] = RosterEntry(**entry)
    if not entries:
        raise refuse(Origin(name), f"名册里没有机关名称；{_KINDS}")
    if len(entries) > limits.ROSTER_AGENCIES:
        raise refuse(Origin(name), f"名册超过 {limits.ROSTER_AGENCIES} 个机关，请分开")
    return Roster(tuple(entries.values()), tuple(told))


def _columns(rows: Sequence[Sequence[str]], name: str) -> tuple[dict[str, int], int]:
    """Return the columns by what they hold, and the first row below their head."""
    for number, row in enumerate(rows[:FURTHEST_HEAD]):
        heads: dict[str, int] = {}
        for at, text in enumerate(row):
            plain = re.sub(r"[（(].*?[）)]", "", squeezed(text)).lower()
            for what, words in _HEADS.items():
                if plain in words:
                    heads.setdefault(what, at)
        if "name" in heads:
            return heads, number + 1
    # Without a head, a number may stand before the name and nothing behind it.
    first = 0
    for number, row in enumerate(rows, 1):
        named = [at for at, text in enumerate(row) if _LETTER.search(text)]
        if len(named) > 1:
            raise refuse(Origin(name, number), "名册有几列，却没有表头，不知道哪一列是机关名称；"
                                               "请在第一行写上“机关名称”“层级”“原名”等")
        first = named[0] if named else first
    return {"name": first}, 0


def agency_key(name: str) -> str:
    """Return a name as names are compared: without white space, full-width and half-width forms alike."""
    return unicodedata.normalize("NFKC", squeezed(name))
