"""The commands that make one report: build, release, doctor."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from reportgen import api
from reportgen.cli import messages as cli_messages
from reportgen.cli import printing as cli_printing
from reportgen.cli.commands import FILE, FOLDER, OPEN, ChineseCommand, Kinds
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say
from reportgen.cli.opening import open_files
from reportgen.cli.watching import watch


def sources(command: Callable[..., int]) -> Callable[..., int]:
    """Add to a command what a report is built from besides its data file."""
    for option in (
            click.option("--fonts", metavar="文件夹", type=FOLDER, help="本单位的公文字体，嵌入 PDF"),
            click.option("--templates", metavar="文件夹", type=FOLDER, help="自己修改过的模板"),
            click.option("--previous", metavar="文件", type=FILE,
                         help="上年数据文件，默认取旁边同名的上一年文件")):
        command = option(command)
    return command


@click.command(cls=ChineseCommand)
@click.argument("file", metavar="数据文件", type=FILE, help="填好的数据文件或 Excel 填报表")
@click.option("-o", "out", metavar="文件夹", type=FOLDER, default=Path("out"), help="放在哪里，默认 out")
@click.option("--to", "kinds", metavar="种类", type=Kinds(), default="docx,pdf",
              help="docx、pdf 或 docx,pdf（默认）")
@click.option("--draft", is_flag=True, help="有错误也生成，每页上方标“送审稿”")
@click.option("--strict", is_flag=True, help="有没填的格也按错误处理")
@sources
@OPEN
@click.option("--watch", "again", is_flag=True, help="数据文件、上年的文件或模板一改就再生成，按 Ctrl-C 结束")
def build_command(file: Path, out: Path, kinds: tuple[str, ...], draft: bool, strict: bool,
                  previous: Path | None, templates: Path | None, fonts: Path | None, show: bool,
                  again: bool) -> int:
    """Check a data file and write its DOCX and PDF."""
    options = api.Options(draft=draft, templates=templates, fonts=fonts, strict=strict)
    if not again:
        return _build(file, out, kinds, previous, options, show)
    opened = itertools.chain([show], itertools.repeat(False))
    watch(lambda: api.build_inputs(file, previous, options),
          lambda: _build(file, out, kinds, previous, options, next(opened)))
    return DONE


def _build(file: Path, out: Path, kinds: tuple[str, ...], previous: Path | None, options: api.Options,
           show: bool) -> int:
    report = api.read_data_file(file, previous)
    missing = api.engine_missing() if "pdf" in kinds else ""
    if missing:
        cli_messages.say_error(missing)
        kinds = tuple(kind for kind in kinds if kind != "pdf")
    try:
        with cli_messages.progress("正在排版"), cli_messages.engine_messages():
            built = api.make(report, out, kinds, options) if kinds else api.Built([], ())
    except api.BuildRefusedError as error:
        return _refused(file, report, error)
    _print_built(file, report, built, options)
    _print_paths(built.paths)
    if show:
        open_files(built.paths[-1:])
    return UNUSABLE if missing else DONE


@click.command(cls=ChineseCommand)
@click.argument("file", metavar="数据文件", type=FILE, help="填好的数据文件或 Excel 填报表")
@click.option("-o", "out", metavar="文件夹", type=FOLDER, default=Path("release"),
              help="新建的文件夹，默认 release")
@sources
@OPEN
def release_command(file: Path, out: Path, previous: Path | None, templates: Path | None,
                    fonts: Path | None, show: bool) -> int:
    """Write all released files of a data file into a new folder."""
    options = api.Options(templates=templates, fonts=fonts)
    report = api.read_data_file(file, previous)
    if missing := api.engine_missing():
        cli_messages.say_error(missing)
        return UNUSABLE
    try:
        with cli_messages.progress("正在排版"), cli_messages.engine_messages():
            built = api.make_release(report, out, options)
    except api.BuildRefusedError as error:
        return _refused(file, report, error)
    _print_built(file, report, built, options)
    _print_paths(built.paths)
    if show:
        open_files([out])
    return DONE


def _refused(file: Path, report: api.Report, error: api.BuildRefusedError) -> int:
    cli_printing.print_result(api.Result(str(file), report, error.findings))
    cli_messages.say_error(str(error))
    return FOUND


def _print_built(file: Path, report: api.Report, built: api.Built, options: api.Options) -> None:
    findings = api.check(report, options.strict) if built.findings is None else built.findings
    cli_printing.print_result(api.Result(str(file), report, [*findings, *built.said]))
    for line in api.untaken_styles(report.edition, options):
        cli_messages.say_error(line)


def _print_paths(paths: Iterable[Path]) -> None:
    for path in paths:
        say(f"已生成 {path}")


@click.command(cls=ChineseCommand)
def doctor_command() -> int:
    """Say what this machine has and lacks."""
    lines, sound = api.examine()
    say("\n".join(lines))
    return DONE if sound else UNUSABLE
