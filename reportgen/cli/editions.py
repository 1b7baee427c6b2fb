"""The commands for editions of the national format: list them, check one that is being written."""

from __future__ import annotations

import argparse
from pathlib import Path

from reportgen.cli.messages import DONE, FOUND, Commands, say, say_error
from reportgen.findings import InputError, Origin, refuse
from reportgen.format import Edition, all_editions
from reportgen.format.load import edition_files, read_edition, read_editions


def add_commands(commands: Commands) -> None:
    """Add editions and edition check to the parser's commands."""
    commands.add("editions", "列出各版格式", _list)
    group = commands.add("edition", "检查一版格式的文件", None).commands()
    check = group.add("check", "检查正在编写的一版格式（docs/editions.md）", _check)
    check.add_argument("file", metavar="格式文件", type=Path, help="例如 2027.yaml")


def named_edition(ident: str) -> Edition:
    """Return the edition that an option names; raises InputError where there is none."""
    known = {edition.id: edition for edition in all_editions()}
    if ident not in known:
        raise refuse(Origin("--edition"), f"没有“{ident}”这一版格式，可以是 {'、'.join(known)}")
    return known[ident]


def _list(options: argparse.Namespace) -> int:
    for edition in all_editions():
        say(_described(edition))
    return DONE


def _described(edition: Edition) -> str:
    years = f"{edition.first_year}年及以后" if edition.last_year is None else \
        f"{edition.first_year}年至{edition.last_year}年"
    return f"{edition.id}  {edition.issued_as}  适用于{years}  共{len(edition.cells)}格"


def _check(options: argparse.Namespace) -> int:
    from reportgen.checks.editions import edition_problems

    try:
        edition, content = read_edition(options.file)
        if found := edition_problems(edition):
            raise content.refused(found)
        read_editions({**edition_files(), options.file.name: options.file}.values())
    except InputError as error:
        say_error(str(error))
        return FOUND
    say(_described(edition))
    say(f"{options.file}：没有发现问题")
    return DONE
