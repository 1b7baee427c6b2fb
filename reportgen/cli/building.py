"""The commands that make one report: build, release, doctor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from reportgen.checks import check
from reportgen.cli import messages as cli_messages
from reportgen.cli import results as cli_results
from reportgen.cli import templates as cli_templates
from reportgen.cli.commands import FILE, FOLDER, ChineseCommand
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say
from reportgen.cli.results import Result
from reportgen.outputs.build import KINDS, BuildRefusedError, Built, Options, make
from reportgen.sources import read_data_file


def _sources(command: Callable[..., int]) -> Callable[..., int]:
    """Add to a command what a report is built from besides its data file."""
    for option in (
            click.option("--fonts", metavar="文件夹", type=FOLDER, help="本单位的公文字体，嵌入 PDF"),
            click.option("--templates", metavar="文件夹", type=FOLDER, help="自己修改过的模板"),
            click.option("--previous", metavar="文件", type=FILE,
                         help="上年数据文件，默认取旁边同名的上一年文件")):
        command = option(command)
    return command


@click.command(cls=ChineseCommand)
@click.argument("file", metavar="数据文件", type=FILE)
@click.option("-o", "out", metavar="文件夹", type=FOLDER, default=Path("out"), help="放在哪里，默认 out")
@click.option("--to", metavar="种类", default=",".join(KINDS), help="docx、pdf 或 docx,pdf（默认）")
@click.option("--draft", is_flag=True, help="有错误也生成，每页上方标“送审稿”")
@click.option("--strict", is_flag=True, help="有没填的格也按错误处理")
@_sources
def build_command(file: Path, out: Path, to: str, draft: bool, strict: bool, previous: Path | None,
                  templates: Path | None, fonts: Path | None) -> int:
    """Check a data file and write its DOCX and PDF."""
    kinds = [kind.strip() for kind in to.split(",") if kind.strip()]
    if not kinds or set(kinds) - set(KINDS):
        cli_messages.say_error(f"--to 只能是 {'、'.join(KINDS)}，多种用逗号隔开")
        return UNUSABLE
    report = read_data_file(file, previous)
    code = DONE
    if "pdf" in kinds and (missing := _missing_engine()):
        cli_messages.say_error(missing)
        kinds.remove("pdf")
        code = UNUSABLE
    chosen = Options(draft=draft, templates=templates, fonts=fonts,
                     strict=strict)
    try:
        with cli_messages.progress("正在排版"), cli_messages.engine_messages():
            built = make(report, out, kinds, chosen) if kinds else Built([], ())
    except BuildRefusedError as error:
        cli_results.print_result(Result(str(file), report, error.findings))
        cli_messages.say_error(str(error))
        return FOUND
    cli_results.print_result(Result(str(file), report, [*check(report, strict),
                                                                 *built.said]))
    cli_templates.say_untaken([report.edition], templates, fonts)
    for path in built.paths:
        say(f"已生成 {path}")
    return code


@click.command(cls=ChineseCommand)
@click.argument("file", metavar="数据文件", type=FILE)
@click.option("-o", "out", metavar="文件夹", type=FOLDER, default=Path("release"),
              help="新建的文件夹，默认 release")
@_sources
def release_command(file: Path, out: Path, previous: Path | None, templates: Path | None,
                    fonts: Path | None) -> int:
    """Write all released files of a data file into a new folder."""
    from reportgen.outputs.release import make_release as release

    report = read_data_file(file, previous)
    if missing := _missing_engine():
        cli_messages.say_error(missing)
        return UNUSABLE
    try:
        with cli_messages.progress("正在排版"), cli_messages.engine_messages():
            built = release(report, out, Options(templates=templates, fonts=fonts))
    except BuildRefusedError as error:
        cli_results.print_result(Result(str(file), report, error.findings))
        cli_messages.say_error(str(error))
        return FOUND
    cli_results.print_result(Result(str(file), report, [*check(report, strict=True), *built.said]))
    cli_templates.say_untaken([report.edition], templates, fonts)
    for path in built.paths:
        say(f"已生成 {path}")
    return DONE


def _missing_engine() -> str:
    from reportgen.outputs.pdf.engine.library import EngineMissingError, engine

    try:
        engine()
    except EngineMissingError as error:
        return str(error)
    return ""


@click.command(cls=ChineseCommand)
def doctor_command() -> int:
    """Say what this machine has and lacks."""
    from reportgen.outputs.doctor import examine

    lines, sound = examine()
    say("\n".join(lines))
    return DONE if sound else UNUSABLE
