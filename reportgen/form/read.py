"""Read the Excel form into the tree that a YAML data file gives, with sheet and cell of each value."""

from __future__ import annotations

import io
import re
import zipfile

from reportgen.datafile.fields import common_fields
from reportgen.datafile.tree import Mapping, Node, Scalar, Sequence
from reportgen.files import limits
from reportgen.files.damage import damage
from reportgen.findings import InputError, Origin, Places, refuse
from reportgen.form.entries import FormCells, same_formula
from reportgen.form.labelled import blanks_are_zero, read_plain_fields, read_remarks
from reportgen.form.plan import (
    ACCEPTED_SHEET,
    FIRST_VERSION,
    FORM,
    FORM_SHEET,
    LIST_ROW,
    OVERVIEW_SHEET,
    PROSE_ROW,
    SECOND_VERSION,
    SWITCH,
    VERSION,
    Placed,
    Plan,
)
from reportgen.form.unread import tell_unread
from reportgen.format import Edition, edition_for, get_edition
from reportgen.report.model import NOTES

NOT_READ = "DR05"
NO_FORM = "这不是用 reportgen form 生成的填报表"


# What the process that reads a workbook may give.
_TREE = frozenset((one.__module__, one.__name__) for one in (Mapping, Scalar, Sequence, Places, Origin))


class NoFormError(InputError):
    """Refuse a workbook that this program did not make."""


# The tree of a workbook, its places, where each cell stands, and what was not read, with its place.
Contents = tuple[Mapping, Places, dict[str, Origin], list[tuple[Origin, str]]]


def workbook_tree(content: bytes, name: str) -> Contents:
    """Read a workbook that `reportgen form` or `convert` made; `name` is how messages call it.

    Returns its tree, its places, where each cell stands, and what stands in it and was not read. Raises
    InputError for a file that is none, one that is damaged, encrypted, too large or has macros, a form of
    another version, and one whose rows, columns or labels were moved or changed.
    """
    # Most data files are no workbooks, and need no process of their own, which takes long to load.
    from reportgen.files.confined import Confined

    found = Confined(_contents, (content, name), name, _TREE).run()
    if isinstance(found, str):
        raise NoFormError([(Origin(name), found)])
    tree, places, where, told = found
    return tree, places, where, told


def _contents(content: bytes, name: str) -> Contents | str:
    """Return what `workbook_tree` does, or why the workbook is no form of this program."""
    guard(content, name)
    try:
        return _Reader(content, name).read()
    except NoFormError as error:
        return error.problems[0][1]


def guard(content: bytes, name: str) -> None:
    """Refuse content that is no plain Office file.

    It may be encrypted, of the old format, damaged, a bomb, or have macros. Raises InputError.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(Origin(name),
                     "文件加了密码，或是旧版格式；请在 Excel 或 WPS 里去掉密码，另存为 .xlsx 或 .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
            unpacked = sum(member.file_size for member in members)
            if unpacked > limits.OFFICE_UNPACKED_BYTES or len(members) > limits.OFFICE_PARTS:
                raise refuse(Origin(name), "文件解压后太大，不像是一份年度报告")
            if any(member.filename.lower().endswith("vbaproject.bin") for member in members):
                raise refuse(Origin(name), "文件带有宏，请另存为不带宏的 .xlsx 或 .docx")
            for member in members:
                xml = member.filename.endswith((".xml", ".rels"))
                if xml and b"<!DOCTYPE" in package.read(member)[:4096]:
                    raise refuse(Origin(name), "文件里有不该有的 XML 定义，已拒绝读取")
    except damage("zipfile") as error:
        raise refuse(Origin(name), "文件已损坏，或不是 Excel、Word 文件；请重新保存一份") from error


class _Reader(FormCells):
    """Read one workbook.

    Nodes of the tree have the number of their cell, in the order of reading, where those of a YAML file have
    a line; `places` leads from the numbers to the cells.
    """

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content, name)
        self.cells: dict[int, str] = {}
        self.places = Places(name, self.cells)
        self.where: dict[str, Origin] = {}
        self.root = Mapping(0)

    def read(self) -> Contents:
        """Read all of it."""
        self._version()
        fields = read_plain_fields(self, self.version)
        plan = Plan(self._edition(*fields.get("year", ("", ""))))
        self._fields(fields)
        self.remarks = read_remarks(self, plan)
        for ident, sheet in plan.sheets.items():
            if ident in plan.edition.tables:
                self._table(ident, sheet, plan)
            else:
                self._prose(ident, sheet)
        self._accepted(plan)
        tell_unread(self, self.version)
        return self.root, self.places, self.where, self.told

    def _version(self) -> None:
        form = self.book[FORM_SHEET] if FORM_SHEET in self.book.sheetnames else None
        if form is None or form["A1"].value != FORM:
            raise NoFormError([(Origin(self.name), f"{NO_FORM}；要读取已发布的报告，请用 reportgen import")])
        self.version = str(form["B1"].value)
        if self.version not in (FIRST_VERSION, SECOND_VERSION, VERSION):
            raise self.refuse("", f"这份填报表的版本是 {self.version}，本程序认识的是 {VERSION}；"
                                  "请用新版程序读取")

    def _edition(self, place: str, year: str) -> Edition:
        form = self.book[FORM_SHEET]
        try:
            edition = get_edition(str(form["B2"].value))
        except KeyError:
            raise self.refuse(f"{FORM_SHEET}!B2",
                               f"不认识 {form['B2'].value} 版格式；请用新版程序读取") from None
        groups = frozenset(str(form["B4"].value or "").split())
        if not groups <= set(edition.groups):
            raise self.refuse(f"{FORM_SHEET}!B4",
                               "填报表的格式说明被改动了；请用 reportgen form 重新生成一份")
        right = edition_for(int(year)) if re.fullmatch(r"[0-9]{4}", year.strip()) else edition
        if right is not edition:
            raise self.refuse(place, f"这份填报表是 {edition.id} 版格式的，{year}年度不适用；"
                                     f"请用 reportgen form {year} 重新生成一份")
        self.single_rows = groups
        return edition.with_single_rows(groups)

    def _number(self, sheet: str, cell: str = "") -> int:
        """Return the number of a cell, or of a whole sheet, that is read next."""
        number = len(self.cells) + 1
        self.cells[number] = f"{sheet}!{cell}" if cell else sheet
        return number

    def _add(self, mapping: Mapping, key: str, node: Node) -> None:
        mapping.items.append((Scalar(key, node.line), node))

    def _fields(self, fields: dict[str, tuple[str, str]]) -> None:
        groups: dict[str, Mapping] = {}
        for ident, (place, text) in fields.items():
            number = self._number(*place.split("!"))
            parent, _, child = ident.rpartition(".")
            mapping = self.root
            if parent:
                if parent not in groups:
                    groups[parent] = Mapping(number)
                    self._add(self.root, parent, groups[parent])
                mapping = groups[parent]
            self._add(mapping, child, Scalar(text, number, plain=False))
        if self.version == VERSION and blanks_are_zero(self):
            self._add(self.root, "blanks", Scalar("0", self._number(OVERVIEW_SHEET, SWITCH)))

    def _prose(self, ident: str, sheet: str) -> None:
        paragraphs = [(row, self.text(sheet, f"A{row}"))
                      for row in range(PROSE_ROW, self.last_row(sheet) + 1)]
        written = [(row, text) for row, text in paragraphs if text.strip()]
        number = self._number(sheet)
        if not written:
            return
        for row, text in written:
            self._number_lines(sheet, f"A{row}", text)
        text = "\n".join(text for _, text in written)
        self._add(self.root, ident, Scalar(text, number, plain=False, literal=True))

    def _number_lines(self, sheet: str, cell: str, text: str) -> None:
        """Give every line of a text the number of its cell, as the lines of a literal block have theirs."""
        for _ in text.split("\n"):
            self._number(sheet, cell)

    def _table(self, table: str, sheet: str, plan: Plan) -> None:
        for placed in plan.tables[table]:
            if placed.cell.kind != "value" and placed.cell.text:
                self.expect(sheet, placed.name, placed.cell.text)
        root = Mapping(self._number(sheet))
        for path, placed in plan.cells.items():
            if not path.startswith(f"{table}."):
                continue
            text = self._figure(sheet, path, placed, plan)
            remark = self.remarks.get(path, "")
            number = self._number(sheet, placed.name)
            self.where[path] = self.places.at(number)
            if text or remark:
                self._cell(root, path.split(".")[1:], _value(text, remark, number))
        self._add(self.root, table, root)
        note_cell = f"B{plan.note_row(table)}"
        self.expect(sheet, f"A{plan.note_row(table)}", "附注")
        self._passage(NOTES, table, sheet, [(note_cell, self.text(sheet, note_cell))])
        if self.version != FIRST_VERSION:
            self._around(table, sheet, plan)

    def _figure(self, sheet: str, path: str, placed: Placed, plan: Plan) -> str:
        """Return what stands in a figure's cell, nothing for a total that is the form's own formula."""
        cell = self.sheet(sheet)[placed.name]
        if self.swallowed(cell):
            self.tell(f"{sheet}!{placed.name}", "这一格同别的格合并了，没有数；请取消合并后补填")
        if path in plan.totals and any(same_formula(cell.value, totals[path])
                                       for totals in (plan.totals, plan.old_totals)):
            self.taken.add((sheet, placed.name))
            return ""
        return self.text(sheet, placed.name).strip()

    def _around(self, table: str, sheet: str, plan: Plan) -> None:
        """Read the prose before and after a table, which begins at the rows with these names."""
        found: dict[str, list[tuple[str, str]]] = {}
        groups = {name: group for group, name in plan.around.items()}
        first = plan.prose_row(table)
        self.expect(sheet, f"A{first}", next(iter(groups)))
        lines: list[tuple[str, str]] = []
        for row in range(first, self.last_row(sheet) + 1):
            name = self.text(sheet, f"A{row}").strip()
            if name in groups:
                lines = found.setdefault(groups[name], [])
            elif name:
                self.tell(f"{sheet}!A{row}", f"“{name[:20]}”没有读；文字请写在右边的格里")
            lines.append((f"B{row}", self.text(sheet, f"B{row}")))
        if lost := [name for name, group in groups.items() if group not in found]:
            raise self.refuse(sheet, f"缺少“{lost[0]}”这一行；"
                                      "可用 reportgen form 重新生成一份后把内容贴过去")
        for group, written in found.items():
            self._passage(group, table, sheet, written)

    def _cell(self, root: Mapping, steps: list[str], node: Node) -> None:
        mapping = root
        for step in steps[:-1]:
            known = next((value for key, value in mapping.items if key.value == step), None)
            if not isinstance(known, Mapping):
                known = Mapping(node.line)
                self._add(mapping, step, known)
            mapping = known
        self._add(mapping, steps[-1], node)

    def _passage(self, group: str, table: str, sheet: str, lines: list[tuple[str, str]]) -> None:
        """Add what stands around a table, given as (cell, text)."""
        written = [(cell, text) for cell, text in lines if text.strip()]
        if not written:
            return
        known = next((value for key, value in self.root.items if key.value == group), None)
        if not isinstance(known, Mapping):
            known = Mapping(self._number(sheet, written[0][0]))
            self._add(self.root, group, known)
        number = self._number(sheet, written[0][0])
        for cell, text in written:
            self._number_lines(sheet, cell, text)
        text = "\n".join(text for _, text in written)
        self._add(known, table, Scalar(text, number, plain=False, literal=True))

    def _accepted(self, plan: Plan) -> None:
        names = [field.id for entry in common_fields() if entry.id == "accepted" for field in entry.fields]
        entries = Sequence(self._number(ACCEPTED_SHEET))
        for row in range(LIST_ROW, self.last_row(ACCEPTED_SHEET) + 1):
            texts = [self.text(ACCEPTED_SHEET, f"{column}{row}").strip() for column in "ABCDE"]
            if not any(texts):
                continue
            entry = Mapping(self._number(ACCEPTED_SHEET, f"A{row}"))
            for name, text in zip(names, texts, strict=True):
                value = plan.paths.get(text, text) if name == "cell" else text
                if value:
                    self._add(entry, name, Scalar(value, entry.line, plain=False))
            entries.items.append(entry)
        if entries.items:
            self._add(self.root, "accepted", entries)


def _value(text: str, remark: str, number: int) -> Node:
    value = Scalar(text, number, plain=not text)
    if not remark:
        return value
    return Mapping(number, [(Scalar("value", number), value),
                            (Scalar("remark", number), Scalar(remark, number, plain=False))])
