"""What a user names on the command line: years, data files, folders; what a killed command left there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from reportgen import api
from reportgen.cli.messages import say_error
from reportgen.files.journal import recover
from reportgen.findings import InputError, Origin, refuse


def years_and_paths(words: Sequence[str], default: Path) -> tuple[tuple[int, ...], list[Path]]:
    """Return the years and the paths among words, `default` where no path is; four digits are a year.

    Raises InputError for what is neither a year nor there.
    """
    years, paths = [], []
    for word in words:
        year = re.fullmatch(r"(\d{4})(?:年度?)?", word)
        if year:
            years.append(int(year[1]))
            if Path(word).exists():
                say_error(f"“{word}”按年度处理；要指这个文件或文件夹，请写成 ./{word}")
        else:
            paths.append(Path(word))
    wrong = [(Origin(str(path)), "没有这个文件或文件夹；年度写成四位数字，例如 2025；"
                                 "数据文件写出路径，例如 某局/2025.yaml") for path in paths
             if not path.exists()]
    if not paths and not default.exists():
        wrong = [(Origin(str(default)), "没有这个文件夹；请写出数据文件或放数据文件的文件夹")]
    if wrong:
        raise InputError(wrong)
    return tuple(dict.fromkeys(years)), paths or [default]


def require_page(path: Path | None) -> None:
    """Refuse a folder where a page is to be written; raises InputError."""
    if path and path.is_dir():
        raise refuse(Origin(str(path)), "这是一个文件夹，请写网页的文件名，例如 检查结果.html")


def attendance(roster: api.Roster | None, came: Iterable[tuple[str, int, str]],
               year: int) -> tuple[list[str], bool]:
    """Tell who of a roster is missing, extra or twice among (agency, year, file).

    It is the latest year that counts, where `year` is 0. Returns what was told, and whether everybody is
    there.
    """
    if roster is None:
        return [], True
    there = list(came)
    year = year or max((one for _, one, _ in there), default=0)
    found = roster.attendance((agency, file) for agency, one, file in there if one == year)
    lines = [*roster.told, *(f"{year}年度：{line}" if year else line for line in found.lines())]
    for line in lines:
        say_error(line)
    return lines, found.complete


def tidy(values: Iterable[object], batch: Path | None) -> None:
    """Undo what a killed command left half-done where this one reads or writes, and say so.

    `values` are what was typed, `batch` is the folder below which a batch writes.
    """
    named = [one for value in values for one in (value if isinstance(value, tuple) else [value])]
    paths = [one for one in named if isinstance(one, Path)]
    folders = dict.fromkeys(folder for path in paths
                            for folder in (path.parent, Path(os.path.realpath(path)).parent, path))
    for folder in folders:
        for line in recover(folder, folder == batch):
            say_error(line)


def shown(text: str) -> str:
    """Return a text with its paths from the current folder on, where they lie there."""
    return text.replace(f"{Path.cwd()}{os.sep}", "")


def command(*words: str) -> str:
    """Return a command of this program as the user can type it here."""
    started = Path(sys.argv[0])
    # A clone has a script for it, so that nobody has to know where its libraries are.
    script = started.resolve().parent.parent.parent / "script" / "reportgen"
    if shutil.which("reportgen") or started.stem != "reportgen":
        begin = ["reportgen"]
    elif script.is_file():
        begin = ["sh", shown(str(script))]
    else:
        begin = [shown(str(started.resolve()))]
    # The shell of Windows knows no single quotes.
    return (subprocess.list2cmdline if os.name == "nt" else shlex.join)((*begin, *words))
