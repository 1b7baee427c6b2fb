"""What a user names on the command line: years, data files, folders; and what lies there and is not read."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from reportgen.cli.messages import say_error
from reportgen.files.folders import FoundFiles
from reportgen.files.journal import recover
from reportgen.findings import InputError, Origin


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


def say_unread(found: FoundFiles, reports: Iterable[tuple[str, int]], written: Path | None = None) -> None:
    """Tell of the documents beside the data files that were not read.

    `reports` are titles and years of those that were; `written` is where findings go, perhaps into the same
    folder.
    """
    others = [path for path in found.others if written is None or path.resolve() != written.resolve()]
    if not others:
        return
    # Imported here because few folders hold anything else.
    from reportgen.outputs.build import file_name

    names = {file_name(title, year, draft) for title, year in reports for draft in (False, True)}
    for line in replace(found, others=others).unread(names):
        say_error(line)


def tidy(options: argparse.Namespace) -> None:
    """Undo what a killed command left half-done where this one reads or writes, and say so."""
    values = vars(options).values()
    named = [one for value in values for one in (value if isinstance(value, list) else [value])]
    paths = [one for one in named if isinstance(one, Path)]
    folders = dict.fromkeys(folder for path in paths
                            for folder in (path.parent, Path(os.path.realpath(path)).parent, path))
    for folder in folders:
        below = options.command == "batch" and folder == options.out
        for line in recover(folder, below):
            say_error(line)


def shown(text: str) -> str:
    """Return a text with its paths from the current folder on, where they lie there."""
    return text.replace(f"{Path.cwd()}{os.sep}", "")


def command(*words: str) -> str:
    """Return a command of this program as the user can type it here."""
    started = Path(sys.argv[0])
    name = ("reportgen" if shutil.which("reportgen") or started.stem != "reportgen"
            else shown(str(started.resolve())))
    return shlex.join((name, *words))
