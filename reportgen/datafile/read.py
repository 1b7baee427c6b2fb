"""Read a YAML data file into a Report."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportgen.datafile.accepted import read_accepted
from reportgen.datafile.expressions import Evaluator
from reportgen.datafile.fields import Field, Problems, common_fields, names_of, section_fields, take
from reportgen.datafile.names import (
    Medium,
    MissingPrevious,
    Source,
    Subject,
    chinese_names,
    names_of_subject,
    previous_names,
    report_title,
)
from reportgen.datafile.prose import MAX_CHARACTERS, clean, paragraphs
from reportgen.datafile.tables import TableReader, complete
from reportgen.datafile.tree import Mapping, Node, Scalar, read_tree
from reportgen.findings import Acceptance, Finding, InputError, Origin, Places, refuse
from reportgen.format import Edition, all_editions, edition_for
from reportgen.report.model import Agency, Paragraph, Report, Signature, written_date
from reportgen.rules import finding
from reportgen.standard.numerals import HALF_WIDTH

MAX_TITLE = 400
WORKBOOKS = (".xlsx", ".xlsm")

# Codes of what can be wrong in a file that is readable; the checks of a report have codes of their own.
WRONG_CELL = "DR01"
WRONG_EXPRESSION = "DR02"
WRONG_TEXT = "DR03"
WRONG_FIELD = "DR04"


@dataclass
class _Draft:
    """Collect what one file says while it is read."""

    path: str
    problems: Problems
    findings: list[Finding] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    where: dict[str, Origin] = field(default_factory=dict)
    lines: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)

    def wrong(self, code: str, origin: Origin, message: str, cells: tuple[str, ...] = ()) -> None:
        self.findings.append(finding(code, message, origin, cells))


def read_data_file(path: Path, find_previous: Callable[[int, Agency], Report | None]) -> Report:
    """Read one data file, YAML or a workbook; `find_previous` gets its year and agency and gives last year's report.

    Raises InputError for a file that cannot be used: unreadable, an unknown key, no year or agency, a year
    that no edition covers. Wrong values become the report's `problems` and count as not filled in.
    """
    name = str(path)
    if path.suffix.lower() in WORKBOOKS:
        # Imported here because it takes long and most data files are YAML.
        from reportgen.form.read import read_workbook

        tree, places, where = read_workbook(path, name)
        report = read_report(tree, places, find_previous)
        # A cell of a form has its place also where nothing stands in it.
        return replace(report, where={**where, **report.where})
    return read_report(read_tree(path, name), Places(name), find_previous)


def read_report(tree: Mapping, places: Places,
                find_previous: Callable[[int, Agency], Report | None]) -> Report:
    """Read the tree of a data file as read_data_file does."""
    name = places.file
    problems = Problems(places)
    draft = _Draft(name, problems)
    year, edition = _year_and_edition(tree, problems)
    known = (*common_fields(), *section_fields(edition))
    tables = TableReader(problems, lambda cell, origin, message: draft.wrong(
        WRONG_CELL, origin, f"{edition.cell_label(cell) if cell in edition.cells else cell}：{message}",
        (cell,)))
    accepted: tuple[Acceptance, ...] = ()
    for ident, (key, node) in take(tree, names_of(known), problems).items():
        entry = next(entry for entry in known if entry.id == ident)
        draft.where[ident] = places.at(key.line)
        if entry.kind == "table":
            tables.read(edition.keys[ident], key.line, node)
        elif entry.kind == "notes":
            _notes(edition, node, draft)
        elif entry.kind == "list":
            accepted = read_accepted(entry, key.line, node, edition, problems, draft.wrong)
        else:
            _field(entry, ident, key.line, node, draft)
    _require(known, draft)
    if problems.found:
        raise InputError(problems.found)
    draft.where.update(tables.where)
    single_rows = frozenset(tables.single_rows)
    edition = edition.with_single_rows(single_rows)
    cells = complete(tables.cells, edition, draft.texts.get("blanks") == "0", tables.refused)
    agency = Agency(*(draft.texts.get(f"agency.{part}", "") for part in ("name", "short", "kind", "level")))
    previous = find_previous(year, agency)
    title = report_title(draft.texts, agency, year, edition)
    evaluator = _evaluator(Subject(draft.texts, year, title, Source(edition, cells)), previous)
    prose = {ident: _paragraphs(ident, draft, evaluator)
             for ident in ("preamble", *(section.id for section in edition.prose_sections))}
    notes = {table: _paragraphs(f"notes.{table}", draft, evaluator) for table in edition.tables}
    return Report(
        path=name, year=year, edition=edition, agency=agency, title=title,
        cells=cells, prose=prose, notes=notes, texts=draft.texts, where=draft.where,
        signature=_signature(draft, agency), single_rows=single_rows, problems=tuple(draft.findings),
        accepted=accepted, previous=previous,
        written={ident: tuple(line for _, line in lines) for ident, lines in draft.lines.items()})


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
    if key is not None and isinstance(node, Scalar) and not node.is_null and node.value.strip() not in ("",
                                                                                                        edition.id):
        raise refuse(problems.places.at(key.line),
                     f"{year}年度应使用 {edition.id} 版格式，这里写的是“{node.value.strip()}”；请改正，或删去这一行")
    return year, edition


def _field(entry: Field, ident: str, line: int, node: Node, draft: _Draft) -> None:
    if entry.kind == "group":
        if isinstance(node, Mapping):
            draft.groups.add(ident)
            for child, (key, value) in take(node, names_of(entry.fields), draft.problems, entry.name).items():
                field_ = next(field_ for field_ in entry.fields if field_.id == child)
                draft.where[f"{ident}.{child}"] = draft.problems.places.at(key.line)
                _field(field_, f"{ident}.{child}", key.line, value, draft)
        elif not (isinstance(node, Scalar) and node.is_null):
            draft.problems.add(line,
                               f"“{entry.name}”下面应当分项填写：{'、'.join(f.name for f in entry.fields)}")
        return
    if not isinstance(node, Scalar):
        draft.problems.add(line, f"“{entry.name}”应当是文字；含“{{{{ }}}}”或冒号的，请加引号或写在“|”下面")
        return
    text, removed = clean("" if node.is_null else node.value)
    if removed:
        draft.wrong(WRONG_TEXT, draft.problems.places.at(line),
                    f"“{entry.name}”里有不可见字符 {'、'.join(removed)}，请重新输入")
    if len(text) > MAX_CHARACTERS:
        draft.problems.add(line, f"“{entry.name}”超过 {MAX_CHARACTERS} 字")
        return
    if entry.kind == "prose":
        draft.lines[ident] = _lines(node, text)
        return
    text = text.strip()
    if entry.kind == "line":
        text = " ".join(text.split())
    draft.texts[ident] = _typed(entry, text, line, draft)


def _typed(entry: Field, text: str, line: int, draft: _Draft) -> str:
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
    elif entry.id == "title" and len(text) > MAX_TITLE:
        message = f"标题超过 {MAX_TITLE} 字"
    elif entry.id == "blanks" and text != "0":
        message = "“空白”只能写 0，或整行删去"
    else:
        return text
    draft.wrong(WRONG_FIELD, draft.problems.places.at(line), message)
    return ""


def parse_date(text: str) -> datetime.date | None:
    """Return the date written as 2025-01-18, 2025/1/18, 2025.1.18 or 2025年1月18日, or None."""
    found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", text.translate(HALF_WIDTH))
    try:
        return datetime.date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _lines(node: Scalar, text: str) -> list[tuple[int, str]]:
    """Pair every line of prose with its line in the file; only a literal block keeps them apart."""
    first, step = (node.line + 1, 1) if node.literal else (node.line, 0)
    return [(first + step * index, line) for index, line in enumerate(text.split("\n"))]


def _notes(edition: Edition, node: Node, draft: _Draft) -> None:
    if isinstance(node, Scalar) and node.is_null:
        return
    names = {table.id: table.name for table in edition.tables.values()}
    if not isinstance(node, Mapping):
        draft.problems.add(draft.where["notes"].line, f"“附注”下面应当分表填写：{'、'.join(names.values())}")
        return
    for ident, (key, value) in take(node, names, draft.problems, "附注").items():
        _field(Field(ident, key.value, "prose"), f"notes.{ident}", key.line, value, draft)


def _require(known: tuple[Field, ...], draft: _Draft) -> None:
    for entry in known:
        for child in entry.fields:
            if entry.required and child.required and not draft.texts.get(f"{entry.id}.{child.id}"):
                line = draft.where[entry.id].line if entry.id in draft.where else 0
                draft.problems.add(line, f"没有写{entry.name}{child.name}（{entry.id}.{child.id}）")


def _paragraphs(ident: str, draft: _Draft, evaluator: Evaluator) -> tuple[Paragraph, ...]:
    return paragraphs(draft.lines.get(ident, ()), draft.problems.places, evaluator,
                      lambda origin, message: draft.wrong(WRONG_EXPRESSION, origin, message))


def _evaluator(subject: Subject, previous: Report | None) -> Evaluator:
    medium = Medium()
    names = names_of_subject(subject, medium)
    names["previous"] = MissingPrevious() if previous is None else previous_names(
        Subject(previous.texts, previous.year, previous.title,
                Source(previous.edition, previous.cells, "previous.")),
        medium)
    return Evaluator(names, chinese_names(subject.source.edition))


def _signature(draft: _Draft, agency: Agency) -> Signature | None:
    if "signature" not in draft.groups:
        return None
    date = draft.texts.get("signature.date", "")
    return Signature(draft.texts.get("signature.name") or agency.name, written_date(date) if date else "")
