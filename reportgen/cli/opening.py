"""Open what was made with the program that the system has for it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from reportgen.cli.commands import FILE, ChineseCommand
from reportgen.cli.messages import DONE, UNUSABLE, say_error
from reportgen.files.viewer import open_file


@click.command(cls=ChineseCommand)
@click.argument("files", metavar="文件", type=FILE, nargs=-1, required=True,
                help="报告、填报表、数据文件、检查结果，或放着它们的文件夹")
def open_command(files: tuple[Path, ...]) -> int:
    """Open files and folders."""
    return open_files(files)


def open_files(paths: Iterable[Path]) -> int:
    """Open files that were named or just made, tell which cannot be opened, and return the exit code."""
    code = DONE
    for path in paths:
        if reason := open_file(path):
            say_error(f"{path}：{reason}")
            code = UNUSABLE
    return code
