"""Published reports read into data files, one or many, and edited ones taken over into theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reportgen.api.findings_table import as_csv
from reportgen.api.reports import require_whole
from reportgen.datafile.write import write_yaml
from reportgen.files.folders import PAGE_FILES
from reportgen.files.place import rewrite_file, safe_name, write_file
from reportgen.findings import InputError
from reportgen.imports.blocks import Blocks
from reportgen.imports.issued import differences
from reportgen.imports.kinds import Kind, kind_of_file
from reportgen.imports.merge import Merged, take_over
from reportgen.imports.read import Imported, read_edited, read_published
from reportgen.imports.target import Target, target
from reportgen.report.model import Report
from reportgen.sources import read_data_file

READ, DOUBTFUL, REFUSED = "read", "doubtful", "refused"
RESULT_NAMES = {READ: "已读取", DOUBTFUL: "有疑点", REFUSED: "没有读取"}
_HEADER = ("文件", "结果", "机关", "年度", "有数的格", "空白的格", "疑点", "写到", "说明")
_MAX_LISTED, _SHOWN = 12, 30


@dataclass
class FileRead:
    """What became of one file."""

    file: str
    result: str
    agency: str = ""
    year: int = 0
    cells: int = 0
    blank: int = 0
    target: str = ""
    reason: str = ""
    unsure: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def refuse(self, reason: str) -> None:
        """Note that no data file was written, and why."""
        self.result, self.target, self.reason = REFUSED, "", reason

    def row(self) -> tuple[str | int, ...]:
        """Return the outcome as a row of the table."""
        said = self.reason or "；".join(self.unsure)
        return (self.file, RESULT_NAMES[self.result], self.agency, self.year or "", self.cells, self.blank,
                len(self.unsure), self.target, said)


def import_(path: str | Path, *, year: int | None = None, agency: str = "") -> Imported:
    """Read a published report, Word, PDF, web page, text or Excel, and say what is not sure.

    `year` and `agency` are for one whose title does not say them. Raises InputError for a file that cannot be
    read or is no report.
    """
    return read_published(Path(path), year, agency)


def import_comment(name: str, found: Imported) -> str:
    """Return what stands at the head of a data file that was read from a report called `name`."""
    about = f"从 {name} 读取"
    listed = "\n".join(f"{number}. {line}" for number, line in enumerate(found.unsure, 1))
    doubts = f"{about}，请逐条核对：\n{listed}" if listed else about
    return f"{doubts}\n{import_left_out(found, len(found.left_out))}" if found.left_out else doubts


def import_left_out(found: Imported, most: int = _MAX_LISTED) -> str:
    """Return a line about what stands in the file and was not taken for the report, `most` passages of it."""
    shown = "、".join(f"“{text[:_SHOWN]}”" for text in found.left_out[:most])
    more = f"等 {len(found.left_out)} 处" if len(found.left_out) > most else ""
    return f"没有当作报告内容的：{shown}{more}"


def import_counts(found: Imported) -> tuple[int, int]:
    """Return how many cells have figures, and how many are blank."""
    filled = sum(not cell.blank for cell in found.report.cells.values())
    return filled, len(found.report.edition.cells) - filled


def import_files(paths: Iterable[str | Path], out: str | Path = "导入", *, year: int | None = None,
                 agency: str = "", progress: Callable[[FileRead, int], None] = lambda one, total: None) \
        -> list[FileRead]:
    """Read every report that is named or lies in the folders named into a data file of its own.

    They are put below `out`, in a folder for each agency. `progress` is called with what became of each file,
    and how many there are; none stops the others.
    """
    outcomes: list[FileRead] = []
    taken: dict[Path, str] = {}
    files = list(_files(map(Path, paths)))
    for path in files:
        outcomes.append(_import_one(path, Path(out), (year, agency), taken))
        progress(outcomes[-1], len(files))
    return outcomes


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that are given, and those in the folders but for hidden ones and data files."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for one in sorted(path.rglob("*")):
            inside = one.relative_to(path).parts
            hidden = any(part.startswith((".", "~$")) or part.endswith(PAGE_FILES) for part in inside)
            if one.is_file() and not hidden and one.suffix.lower() not in (".yaml", ".yml"):
                yield one


def _import_one(path: Path, out: Path, said: tuple[int | None, str], taken: dict[Path, str]) -> FileRead:
    try:
        found = read_published(path, *said)
        report = found.report
        place = out / safe_name(report.agency.name) / f"{report.year}.yaml"
        filled, blank = import_counts(found)
        outcome = FileRead(str(path), DOUBTFUL if found.unsure else READ, report.agency.name, report.year,
                           filled, blank, str(place), "", list(found.unsure), list(found.left_out))
        if place in taken:
            outcome.refuse(f"与 {taken[place]} 是同一机关同一年度的报告，没有写出；请核对后留下一份")
        elif place.exists():
            outcome.refuse(f"{place} 已经存在，没有写出；请用 -o 换一个文件夹，或先移走它")
        else:
            taken[place] = str(path)
            write_file(place, write_yaml(report, import_comment(path.name, found)).encode())
    except InputError as error:
        outcome = FileRead(str(path), REFUSED, reason="；".join(message for _, message in error.problems))
    return outcome


def imported_csv(outcomes: Iterable[FileRead]) -> bytes:
    """Return what became of files as CSV that Excel opens as it is."""
    return as_csv(_HEADER, (one.row() for one in outcomes))


def merge(data_file: str | Path, edited: str | Path, *, templates: Path | None = None,
          year: int | None = None, agency: str = "", write: bool = True) -> Merged:
    """Take what people changed in an issued report over into the data file or form that it was built from.

    `templates` is the folder of the templates that the report was built with; `year` and `agency` are for an
    edited report that does not say them. Without `write` the data file stays as it is. Raises InputError for
    files that cannot be used or do not belong together, ValuesLostError for a data file with values that
    could not be read.
    """
    path, edited = Path(data_file), Path(edited)
    into = target(path, require_whole(read_data_file(path)))
    if kind_of_file(edited) is Kind.WORD:
        merged = _merged_word(into, edited, templates, year)
    else:
        merged = take_over(into.text, into.report, read_published(edited, year, agency), into.read)
    if write and merged.changed:
        rewrite_file(path, into.content(merged.text))
    return merged


def _merged_word(into: Target, edited: Path, templates: Path | None, year: int | None) -> Merged:
    """Return a data file merged with an edited Word file.

    It is held against those that the data file gives before and after, which shows what no key of a data file
    says.
    """
    from reportgen.imports.readers.docx import read_docx
    from reportgen.outputs.document import document
    from reportgen.outputs.docx.write import write_docx

    def issued(report: Report) -> Blocks:
        return read_docx(write_docx(document(report, draft=True), templates), str(into.path))

    found = read_edited(edited, issued(into.report), into.report, year)
    merged = take_over(into.text, into.report, found, into.read)
    told = "".join(merged.told)
    merged.told += [line for line in differences(issued(merged.report), found.blocks, merged.stale)
                    if line not in told]
    return merged
