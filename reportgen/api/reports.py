"""Reports and the files that they are typed in: a blank one, YAML, Excel form, punctuation, edits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.api.typed import Typed, typed_value
from reportgen.datafile.blank import SameAgency, scaffold
from reportgen.datafile.edit import Editor, Step, cell_steps
from reportgen.datafile.fields import common_fields, plain_fields, section_fields
from reportgen.datafile.fix import mend, mended_text
from reportgen.datafile.prose import WRONG_EXPRESSION
from reportgen.datafile.text import Bare, Value
from reportgen.datafile.write import write_yaml
from reportgen.files.place import rewrite_file, write_file
from reportgen.findings import Finding, Origin, refuse
from reportgen.form.plan import WORKBOOKS
from reportgen.format import CellType, Edition, edition_for
from reportgen.report.model import Report
from reportgen.sources import read_content, read_data_file, require_data_file

if TYPE_CHECKING:
    from reportgen.imports.target import Target

# What a cell, a field or a piece of prose is set to.
NewValue = int | Decimal | str | Sequence[str] | Typed | None


class ValuesLostError(Exception):
    """Refuse to write a data file anew that has values which could not be read; `findings` tell which."""

    def __init__(self, report: Report, findings: list[Finding]) -> None:
        self.report, self.findings = report, findings
        super().__init__(f"{report.path}：有认不出的内容，改写会丢失；请改正后再试")


def require_whole(report: Report) -> Report:
    """Return a report of which all can be written anew; raises ValuesLostError for others.

    A wrong value is not kept in a report; a wrong expression is kept as it was typed.
    """
    lost = [problem for problem in report.problems if problem.code != WRONG_EXPRESSION]
    if lost:
        raise ValuesLostError(report, lost)
    return report


def new(year: int, agency: str = "", last_year: Report | None = None,
        same: SameAgency = SameAgency.BY_NAME) -> str:
    """Return the text of a blank data file; from last year's report come agency, contact and 结转.

    `same` says whether a report with another name is that of the same agency, RENAMED, or of an OTHER, of
    which only kind, level and charts are taken. Raises InputError for a year without an edition, no agency,
    and a report of another year, OtherAgencyError for one with another name.
    """
    return scaffold(year, agency, last_year, same)


def new_form(year: int, agency: str = "", last_year: Report | None = None,
             same: SameAgency = SameAgency.BY_NAME) -> bytes:
    """Return a blank Excel form, made and refused as `new` does."""
    return excel_form(read_content(new(year, agency, last_year, same), f"{year}.yaml"))


def excel_form(report: Report, comment: str = "") -> bytes:
    """Return a report as an Excel form; `comment` stands on its first sheet.

    Raises ValuesLostError for a report with values that could not be read.
    """
    from reportgen.form.write import write_workbook

    return write_workbook(require_whole(report), comment)


def data_file(report: Report, comment: str = "") -> str:
    """Return a report as the text of a YAML data file; `comment` stands at its head.

    Raises ValuesLostError for a report with values that could not be read.
    """
    return write_yaml(require_whole(report), comment)


def save(path: str | Path, content: bytes | str) -> Path:
    """Write a new file whole and return its path; raises InputError where there is one already."""
    path = Path(path)
    if path.exists():
        raise refuse(Origin(str(path)), "文件已经存在，请换一个名字，或先移走它")
    write_file(path, content.encode() if isinstance(content, str) else content)
    return path


def replace_file(path: str | Path, content: bytes) -> Path:
    """Write a file whole, in place of one that may be there, and return its path; raises InputError."""
    path = Path(path)
    write_file(path, content)
    return path


def save_report(path: str | Path, report: Report, comment: str = "") -> Path:
    """Write a report as a new data file or form, as the suffix asks; raises as `save` and `data_file` do."""
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        return save(path, excel_form(report, comment))
    if path.suffix.lower() in (".yaml", ".yml"):
        return save(path, data_file(report, comment))
    raise refuse(Origin(str(path)), "新文件的后缀应当是 .yaml 或 .xlsx")


@dataclass(frozen=True)
class Fixed:
    """The text of a data file before and after its punctuation was mended.

    `form` says that the file is a workbook, whose text is that of the data file it stands for.
    """

    path: Path
    old: str
    new: str
    form: bool

    @property
    def changed(self) -> bool:
        """Say whether anything was mended."""
        return self.old != self.new


def fix(path: str | Path, *, write: bool = True) -> Fixed:
    """Mend the punctuation of a data file or form in place, and return what changed.

    Without `write` the file stays. Raises InputError for a file that cannot be used, ValuesLostError for a
    form with values that could not be read.
    """
    path = Path(path)
    require_data_file(path)
    if path.suffix.lower() not in WORKBOOKS:
        old, mended = mend(path)
        content = mended.encode()
    else:
        into = typed_target(path)
        old, mended = into.text, mended_text(into.text, str(path))
        content = into.content(mended) if old != mended else b""
    if write and old != mended:
        rewrite_file(path, content)
    return Fixed(path, old, mended, path.suffix.lower() in WORKBOOKS)


def typed_target(path: Path) -> Target:
    """Return a data file or form that is to be changed; raises InputError and ValuesLostError."""
    from reportgen.imports.target import target

    return target(path, require_whole(read_data_file(path)))


def cell_labels(year: int) -> dict[str, str]:
    """Return what each cell of a year's edition is called, by its path; raises InputError for other years."""
    edition = _edition(year)
    return {path: edition.cell_label(path) for path in edition.cells}


def edit(text: str, changes: Mapping[str, NewValue], name: str = "数据文件.yaml",
         edition: Edition | None = None) -> str:
    """Return the text of a YAML data file with values changed where they stand, comments and order kept.

    Keys are paths of cells (applications.new.total), fields (contact.phone) or ids of prose (overview,
    notes.applications). A cell takes a number, or a Typed with its remark, prose a text or its paragraphs, a
    field a text; None leaves any of them blank. `name` is what messages call the file, `edition` that of a
    report read from the text before. Raises InputError for a text that is no data file and for a key that it
    cannot have.
    """
    edition = edition or read_content(text, name).edition
    line_end = "\r\n" if "\r\n" in text else "\n"
    editor = Editor(text.replace("\r\n", "\n"), name)
    for key, value in changes.items():
        if key in edition.cells:
            kind = edition.cells[key].type
            editor.put(cell_steps(edition, key), typed_value(value, kind, editor.chinese)
                       if isinstance(value, Typed) else _figure(value, kind))
        elif steps := _prose_steps(edition).get(key):
            lines = value.split("\n") if isinstance(value, str) else _lines(value)
            editor.lines(steps, [(None, line) for line in lines if line.strip()])
        elif steps := _field_steps().get(key):
            editor.put(steps, None if value is None else str(value))
        else:
            raise refuse(Origin(name), f"没有“{key}”这一项")
    return editor.text().replace("\n", line_end)


def _edition(year: int) -> Edition:
    edition = edition_for(year)
    if edition is None:
        raise refuse(Origin("年度"), f"{year}年没有适用的格式，请检查年度")
    return edition


def _figure(value: NewValue, kind: CellType) -> Value:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    signed = kind is CellType.SIGNED and isinstance(value, int)
    return Bare(f"{value:+}" if signed and value else str(value))


def _lines(value: NewValue) -> list[str]:
    return [str(line) for line in value] if isinstance(value, Sequence) else []


def _prose_steps(edition: Edition) -> dict[str, list[Step]]:
    steps: dict[str, list[Step]] = {}
    for entry in (*common_fields(), *section_fields(edition)):
        if entry.kind == "prose":
            steps[entry.id] = [(entry.id, entry.name)]
        for table in edition.tables.values() if entry.kind == "by_table" else ():
            steps[f"{entry.id}.{table.id}"] = [(entry.id, entry.name), (table.id, table.name)]
    return steps


def _field_steps() -> dict[str, list[Step]]:
    return {ident: [*([(ident.partition(".")[0], group)] if group else []), (field.id, field.name)]
            for ident, group, field in plain_fields()}
