"""Find the data files in files and folders that a user names, and tell what else lies there.

A folder may hold what this program wrote itself: the folder of a batch has notes, that of a release a
manifest.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TypeVar

from reportgen.findings import InputError, Origin, os_reason, refuse

AnyPath = TypeVar("AnyPath", bound=PurePath)
DATA_SUFFIXES = (".yaml", ".yml", ".xlsx")
NOTES = ".reportgen"                    # the folder that remembers what the files of a batch were built from
MANIFEST = "manifest-sha256.txt"        # the sums of the files of a release
RULES_FILES = ("检查规则.yaml", "rules.yaml")   # what an office adds to the checks, for the reports beside it
PAGE_FILES = ("_files", ".files")       # what ends the folder of what belongs to a saved web page
# For which a reader may wait without end.
_DEVICE = "这不是普通文件（是设备或管道），没有读；请移走它"
MAX_LISTED = 10                         # how many files a line names

# What may hold a report and is no data file, by what to do with it. Other files are notes, pictures and the
# like.
# What published reports are read from.
_PAGES = (".html", ".htm", ".shtml", ".xhtml")
PUBLISHED = (".docx", ".pdf", ".xls", *_PAGES)
_IMPORT = "已发布的报告先用 reportgen import 文件 -o 年度.yaml 读成数据文件"
_ADVICE = {
    PUBLISHED: _IMPORT,
    (".xls",): f"填报表请在 Excel 或 WPS 里另存为 .xlsx；{_IMPORT}",
    (".doc", ".docm", ".wps", ".rtf",
     ".odt"): "请用 Word 或 WPS 另存为 .docx，再用 reportgen import 读成数据文件",
    (".csv", ".xlsm", ".ods", ".et"): "请把数填进 reportgen form 生成的填报表（.xlsx）",
    (".ofd",): "请换成 Word 文件或 PDF，再用 reportgen import 读成数据文件",
    (".zip", ".rar", ".7z", ".gz", ".tar"): "压缩包请先解压",
}
_ADVICE_OF = {suffix: advice for suffixes, advice in _ADVICE.items() for suffix in suffixes}


@dataclass
class FoundFiles:
    """What was found: data files, each once; documents that are none; folders that cannot be read.

    `root` is the folder that holds all that is named, None where that is on several drives, `closed` why each
    of the folders cannot be read.
    """

    files: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)
    closed: list[tuple[Origin, str]] = field(default_factory=list)
    root: Path | None = None

    def unread(self, names: Iterable[str] = ()) -> list[str]:
        """Return a line for each kind of document that was not read, with what to do.

        `names` are those, without suffix, of the reports that were read: documents of that name are their
        output.
        """
        known = set(names)
        return unread_lines((path, _ADVICE_OF[path.suffix.lower()]) for path in self.others
                            if path.stem not in known)

    def documents(self, names: Iterable[str] = ()) -> list[Path]:
        """Return the documents in folders that may be published reports; `names` as for `unread`."""
        known = set(names)
        return [path for path in self.others if path.suffix.lower() in PUBLISHED and path.stem not in known]


def find_files(paths: Iterable[Path], published: bool = False) -> FoundFiles:
    """Return the files named, and what is in the folders named and below, in order of name.

    `published` is for a command that takes published reports, too: one that is named counts as a file.
    Raises InputError for a folder without any, and for a document that was named and is none.
    """
    named = list(dict.fromkeys(paths))
    # Not Path.resolve, which ends where links go in a circle; who reads such a file says so.
    real = {path: Path(os.path.realpath(path)) for path in named}
    top = common_folder([real[path] if path.is_dir() else real[path].parent for path in named])
    found = FoundFiles(root=top)
    once: dict[str, Path] = {}
    for path in named:
        if path.is_dir():
            there = found_in(path)
            inside = there.files
            if not inside and not (published and there.documents()):
                nor = "，也没有已发布的报告" if published else ""
                raise InputError([*there.closed, (Origin(str(path)), "\n".join((
                    f"文件夹里没有数据文件（.yaml、.yml 或 .xlsx）{nor}", *there.unread())))])
            found.others += there.others
            found.closed += there.closed
        elif not published and (advice := _ADVICE_OF.get(path.suffix.lower())):
            raise refuse(Origin(str(path)), f"不是数据文件（.yaml、.yml 或 .xlsx）；{advice}")
        else:
            inside = [path]
        for file in inside:
            once.setdefault(os.path.realpath(file), file)
    found.files = list(once.values())
    found.others = list(dict.fromkeys(found.others))
    found.closed = list(dict.fromkeys(found.closed))
    return found


def common_folder(folders: Sequence[AnyPath]) -> AnyPath | None:
    """Return the folder that holds all of some folders, or is one; None for none, and on different drives."""
    candidates = [folders[0], *folders[0].parents] if folders else []
    return next((one for one in candidates if all(folder.is_relative_to(one) for folder in folders)), None)


def parts_below(path: PurePath, top: PurePath | None) -> tuple[str, ...]:
    """Return the names on the way from a folder to a path; from its drive or share where `top` is None."""
    if top is not None:
        return path.relative_to(top).parts
    return "_".join(re.findall(r"[^\\/:]+", path.anchor)), *path.parts[1:]


def found_in(folder: Path, *, most: int | None = None) -> FoundFiles:
    """Return what is in a folder and below, be it nothing.

    With `most`, not what links lead to outside of it, and no more than so many files of any kind are looked
    through; `closed` says so.
    """
    found = FoundFiles(root=folder)
    real, seen = Path(os.path.realpath(folder)), 0

    def refused(error: OSError) -> None:
        found.closed.append((Origin(str(error.filename)),
                             f"文件夹读不出来（{os_reason(error)}），里面的文件没有处理"))

    def is_inside(path: Path) -> bool:
        inside = most is None or Path(os.path.realpath(path)).is_relative_to(real)
        if not inside:
            found.closed.append((Origin(str(path)), "指向打开的文件夹外面，没有列出"))
        return inside

    for place, names in _walk(folder, refused, is_inside):
        seen += len(names)
        if most is not None and seen > most:
            found.closed.append((Origin(str(place)),
                                 f"文件超过 {most} 个，从这里起没有看；请打开下面的一个文件夹"))
            break
        released = _released(place) if MANIFEST in names else set()
        built = _holds_notes(folder, place)
        for name in names:
            suffix = Path(name).suffix.lower()
            # What begins so is hidden, or the mark of a program that has the file open.
            if name.startswith((".", "~$")) or name in released or name in RULES_FILES:
                continue
            if suffix not in DATA_SUFFIXES and (suffix not in _ADVICE_OF or built):
                continue
            if not is_inside(place / name):
                continue
            if why := why_closed(place / name):
                found.closed.append((Origin(str(place / name)), why))
            elif suffix in DATA_SUFFIXES:
                found.files.append(place / name)
            else:
                found.others.append(place / name)
    found.files.sort()
    found.others.sort()
    return found


def why_closed(path: Path) -> str:
    """Return why a path of a folder cannot even be opened: a pipe, or links in a circle; empty otherwise."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        # Of anything else, who opens it says why.
        return f"{os_reason(error)}，没有读；请移走它" if error.errno == errno.ELOOP else ""
    return "" if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else _DEVICE


def _walk(folder: Path, refused: Callable[[OSError], None],
          entered: Callable[[Path], bool]) -> Iterator[tuple[Path, list[str]]]:
    """Yield every folder that is `entered` with the names of its files, one that links lead to once."""
    seen: set[Path] = set()
    for place, folders, names in os.walk(folder, onerror=refused, followlinks=True):
        real = Path(place).resolve()
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        of_pages = {f"{Path(name).stem}{end}" for name in names if Path(name).suffix.lower() in _PAGES
                    for end in PAGE_FILES}
        shown = sorted(name for name in folders if not name.startswith(".") and name not in of_pages)
        folders[:] = [name for name in shown if entered(Path(place, name))]
        yield Path(place), names


def _holds_notes(top: Path, place: Path) -> bool:
    """Say whether a batch wrote into a folder, or into one above it up to `top`."""
    inside = (place, *place.parents)
    return any((one / NOTES).is_dir() for one in inside[:inside.index(top) + 1])


def _released(folder: Path) -> set[str]:
    """Return the names of the files of a release, as its manifest has them."""
    try:
        lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return set()
    return {line.partition("  ")[2] for line in lines}


def unread_lines(files: Iterable[tuple[Path, str]]) -> list[str]:
    """Return a line for each reason why files were not read, given as (file, reason)."""
    by_advice: dict[str, list[str]] = {}
    for path, advice in files:
        by_advice.setdefault(advice, []).append(str(path))
    return [f"没有读取 {'、'.join(names[:MAX_LISTED])}"
            + (f" 等 {len(names)} 个文件" if len(names) > MAX_LISTED else "") + f"：{advice}"
            for advice, names in by_advice.items()]
