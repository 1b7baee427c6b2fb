"""The commands for editions of the national format: list them, check one being written, their schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from reportgen import api
from reportgen.cli.commands import FILE, ChineseCommand, ChineseGroup, OneOf
from reportgen.cli.messages import DONE, FOUND, say, say_error


class EditionName(click.ParamType[api.Edition]):
    """An edition by its id."""

    name = "版本"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> api.Edition:
        """Return the edition that was named, or refuse the name."""
        known = {edition.id: edition for edition in api.all_editions()}
        if value not in known:
            self.fail(f"没有“{value}”这一版格式，可以是 {'、'.join(known)}", param, ctx)
        return known[value]


EDITION = EditionName()


@click.command(cls=ChineseCommand)
def editions_command() -> int:
    """List the editions."""
    for edition in api.all_editions():
        say(_described(edition))
    return DONE


def _described(edition: api.Edition) -> str:
    years = f"{edition.first_year}年及以后" if edition.last_year is None else \
        f"{edition.first_year}年至{edition.last_year}年"
    return f"{edition.id}  {edition.issued_as}  适用于{years}  共{len(edition.cells)}格"


@click.command(cls=ChineseCommand, help="检查正在编写的一版格式（docs/editions.md）")
@click.argument("file", metavar="格式文件", type=FILE, help="例如 2027.yaml")
def _check(file: Path) -> int:
    """Check an edition that is being written."""
    try:
        edition = api.check_edition(file)
    except api.InputError as error:
        say_error(str(error))
        return FOUND
    say(_described(edition))
    say(f"{file}：没有发现问题")
    return DONE


edition_command = ChineseGroup("edition", commands={"check": _check})


@click.command(cls=ChineseCommand)
@click.argument("kind", metavar="种类", type=OneOf(["data", "report"]),
                help="data 数据文件，report 发布的 JSON")
@click.option("--edition", metavar="版本", type=EDITION, help="默认最新一版")
def schema_command(kind: str, edition: api.Edition | None) -> int:
    """Print the JSON Schema of a data file or of the JSON of a release."""
    make = api.data_file_schema if kind == "data" else api.report_schema
    say(json.dumps(make(edition or api.all_editions()[-1]), ensure_ascii=False, indent=1))
    return DONE
