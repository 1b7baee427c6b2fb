"""Read many published reports into a folder of data files, and list what became of each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.cli import messages as cli_messages
from reportgen.cli.findings_table import as_csv
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say
from reportgen.cli.progress import Progress
from reportgen.findings import InputError

if TYPE_CHECKING:
    from reportgen.imports.read import Imported

JSON_VERSION = 1
READ, DOUBTFUL, REFUSED = "read", "doubtful", "refused"
_NAMES = {READ: "已读取", DOUBTFUL: "有疑点", REFUSED: "没有读取"}
_HEADER = ("文件", "结果", "机关", "年度", "有数的格", "空白的格", "疑点", "写到", "说明")
_MAX_LISTED, _SHOWN = 12, 30
# What saves a web page puts its pictures and scripts here.
_PAGE_FILES = ("_files", ".files")


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
        return (self.file, _NAMES[self.result], self.agency, self.year or "", self.cells, self.blank,
                len(self.unsure), self.target, said)


def comment(path: Path, found: Imported) -> str:
    """Return what stands at the head of a data file that was read from a report."""
    about = f"从 {path.name} 读取"
    listed = _numbered(found.unsure)
    doubts = f"{about}，请逐条核对：\n{listed}" if listed else about
    return f"{doubts}\n{_left_out(found, len(found.left_out))}" if found.left_out else doubts


def _left_out(found: Imported, most: int) -> str:
    shown = "、".join(f"“{text[:_SHOWN]}”" for text in found.left_out[:most])
    more = f"等 {len(found.left_out)} 处" if len(found.left_out) > most else ""
    return f"没有当作报告内容的：{shown}{more}"


def _numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def print_found(found: Imported) -> None:
    """Say what was read of a report, what is doubtful and what was left out."""
    filled, blank = counts(found)
    doubts = f"；下面 {len(found.unsure)} 处拿不准，请核对：\n{_numbered(found.unsure)}"
    say(f"读取了 {filled} 格数据，空白 {blank} 格{doubts if found.unsure else ''}")
    if found.left_out:
        say(_left_out(found, _MAX_LISTED))


def counts(found: Imported) -> tuple[int, int]:
    """Return how many cells have figures, and how many are blank."""
    filled = sum(not cell.blank for cell in found.report.cells.values())
    return filled, len(found.report.edition.cells) - filled


@dataclass(frozen=True)
class Importing:
    """Where data files of many reports go, and what is said of those whose titles do not say it."""

    out: Path
    year: int | None
    agency: str


def import_many(paths: Iterable[Path], how: Importing, as_json: bool, csv_file: Path | None) -> int:
    """Read every report, write a data file of it, and list what became of each; return the exit code."""
    outcomes: list[FileRead] = []
    taken: dict[Path, str] = {}
    files = list(_files(paths))
    with Progress("没有读取", len(files)) as progress:
        for path in files:
            outcomes.append(_import_one(path, how, taken))
            progress.count(outcomes[-1].result == REFUSED)
    if csv_file:
        from reportgen.files.place import write_file

        write_file(csv_file, as_csv(_HEADER, (one.row() for one in outcomes)))
    if as_json:
        say(json.dumps({"version": JSON_VERSION, "files": [asdict(one) for one in outcomes]},
                         ensure_ascii=False, indent=1))
    else:
        _print_table(outcomes)
    if not outcomes:
        cli_messages.say_error("这些文件夹里没有文件")
        return UNUSABLE
    return FOUND if any(one.result == REFUSED for one in outcomes) else DONE


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that are given, and those in the folders but for hidden ones and data files."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for one in sorted(path.rglob("*")):
            inside = one.relative_to(path).parts
            hidden = any(part.startswith((".", "~$")) or part.endswith(_PAGE_FILES) for part in inside)
            if one.is_file() and not hidden and one.suffix.lower() not in (".yaml", ".yml"):
                yield one


def _import_one(path: Path, how: Importing, taken: dict[Path, str]) -> FileRead:
    from reportgen.datafile.write import write_yaml
    from reportgen.files.place import safe_name, write_file
    from reportgen.imports.read import read_published

    try:
        found = read_published(path, how.year, how.agency)
        report = found.report
        target = how.out / safe_name(report.agency.name) / f"{report.year}.yaml"
        filled, blank = counts(found)
        outcome = FileRead(str(path), DOUBTFUL if found.unsure else READ, report.agency.name, report.year,
                          filled, blank, str(target), "", list(found.unsure), list(found.left_out))
        if target in taken:
            outcome.refuse(f"与 {taken[target]} 是同一机关同一年度的报告，没有写出；请核对后留下一份")
        elif target.exists():
            outcome.refuse(f"{target} 已经存在，没有写出；请用 -o 换一个文件夹，或先移走它")
        else:
            taken[target] = str(path)
            write_file(target, write_yaml(report, comment(path, found)).encode())
    except InputError as error:
        outcome = FileRead(str(path), REFUSED, reason="；".join(message for _, message in error.problems))
    return outcome


def _print_table(outcomes: list[FileRead]) -> None:
    for one in outcomes:
        about = f"{one.agency}，{one.year}年度，有数 {one.cells} 格，疑点 {len(one.unsure)} 处"
        target = f"，写到 {one.target}" if one.target else ""
        say(f"{_NAMES[one.result]}　{one.file}" + (f"：{about}{target}" if one.agency else ""))
        if one.reason:
            say(f"　　{one.reason}")
        for doubt in one.unsure if one.target else ():
            say(f"　　{doubt}")
    by_result = Counter(one.result for one in outcomes)
    counted = "，".join(f"{name} {by_result[one]} 个" for one, name in _NAMES.items())
    say(f"共 {len(outcomes)} 个文件：{counted}")
