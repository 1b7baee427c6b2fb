"""The commands that make a data file or a form: a blank one, another kind, a published report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reportgen.cli import files as cli_files
from reportgen.cli import messages as cli_messages
from reportgen.cli import results as cli_results
from reportgen.cli.commands import FILE, FOLDER, WHOLE, ChineseCommand
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say
from reportgen.cli.results import Result
from reportgen.datafile.prose import WRONG_EXPRESSION
from reportgen.findings import Origin, refuse
from reportgen.report.model import Report
from reportgen.sources import read, read_data_file

if TYPE_CHECKING:
    from reportgen.imports.blocks import Blocks
    from reportgen.imports.merge import Merged
    from reportgen.imports.target import Target


def _blank(suffix: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return what adds to a command what a blank data file or form is made from."""
    options = (
        click.option("-o", "out", metavar="文件", type=FILE, help=f"写到哪里，默认 年度{suffix}"),
        click.option("--from", "source", metavar="文件", type=FILE,
                     help="上年的数据文件、填报表或已发布的报告，带入机关、联系方式和结转数"),
        click.option("--agency", metavar="名称", default="", help="机关全称；有 --from 时可不写"),
        click.argument("year", metavar="年度", type=WHOLE, help="例如 2026"))

    def added(command: Callable[..., int]) -> Callable[..., int]:
        for option in options:
            command = option(command)
        return command

    return added


def _last_year(path: Path | None) -> Report | None:
    """Return last year's report that a blank file is made from, a published one, too, or None."""
    if path is None:
        return None
    report = read(path)
    cli_files.say_doubts([report])
    return report


def _suffixed(target: Path, suffixes: tuple[str, ...], what: str) -> Path:
    """Return where a file goes; raises InputError for a name that would make another kind of it."""
    if target.suffix.lower() in suffixes:
        return target
    other = {".yaml": "填报表请用 form 生成", ".xlsx": "要 YAML 数据文件请用 new 生成"}[suffixes[0]]
    raise refuse(Origin(str(target)), f"{what}只能存成 {suffixes[0]}，请把文件名改成 "
                                      f"{target.with_suffix(suffixes[0]).name}；{other}")


@click.command(cls=ChineseCommand)
@_blank(".yaml")
def new_command(year: int, agency: str, source: Path | None, out: Path | None) -> int:
    """Write a blank data file."""
    from reportgen.datafile.blank import scaffold

    target = _suffixed(out or Path(f"{year}.yaml"), (".yaml", ".yml"), "空白数据文件")
    blank = scaffold(year, agency, _last_year(source))
    return write_new(target, blank.encode())


@click.command(cls=ChineseCommand)
@_blank(".xlsx")
@click.option("--roster", "roster_file", metavar="文件", type=FILE,
              help="给名册（文本、CSV 或 Excel）上的每个机关各做一份；--from 是放着上年报告的文件夹，"
                   "-o 是放填报表的文件夹，默认 填报表")
@click.option("--csv", "table", metavar="文件", type=FILE, help="与 --roster 连用，做了哪些另写成 CSV 表")
def form_command(year: int, agency: str, source: Path | None, out: Path | None, roster_file: Path | None,
                 table: Path | None) -> int:
    """Write a blank Excel form, or one for every agency of a roster."""
    from reportgen.datafile.blank import scaffold
    from reportgen.form.write import write_workbook
    from reportgen.sources import read_text

    if roster_file:
        from reportgen.cli.roster_forms import RosterForms, forms_of_roster

        if agency:
            raise refuse(Origin("--agency"), "--agency 不能与 --roster 连用；名称都取自名册")
        return forms_of_roster(year, RosterForms(roster_file, source, out or Path("填报表"), table))
    if table:
        raise refuse(Origin("--csv"), "--csv 要与 --roster 连用")
    target = _suffixed(out or Path(f"{year}.xlsx"), (".xlsx",), "填报表")
    blank = read_text(scaffold(year, agency, _last_year(source)), str(target))
    return write_new(target, write_workbook(blank))


@click.command(cls=ChineseCommand)
@click.argument("source", metavar="原文件", type=FILE)
@click.argument("target", metavar="新文件", type=FILE, help="按后缀决定写成 .yaml 还是 .xlsx")
def convert_command(source: Path, target: Path) -> int:
    """Write a data file as a form, or a form as a data file."""
    report = whole_report(source)
    return FOUND if report is None else write_report(target, report, "")


def whole_report(path: Path) -> Report | None:
    """Return what a data file says, or None, having said why, where writing it anew would lose something.

    A wrong value is not kept in a report; a wrong expression is kept as it was typed.
    """
    report = read_data_file(path)
    lost = [problem for problem in report.problems if problem.code != WRONG_EXPRESSION]
    if not lost:
        return report
    cli_results.print_result(Result(str(path), report, lost))
    cli_messages.say_error(f"{path}：有认不出的内容，改写会丢失；请改正后再试")
    return None


@dataclass(frozen=True)
class _Edited:
    """A report that came back edited, and how to read it."""

    file: Path
    year: int | None
    agency: str
    templates: Path | None


@click.command(cls=ChineseCommand)
@click.argument("files", metavar="报告", type=FILE, nargs=-1, required=True, help="一个或多个文件、文件夹")
@click.option("-o", "out", metavar="文件", type=FILE,
              help="一个报告写成 .yaml 或 .xlsx，默认 年度.yaml；"
                   "多个报告写进这个文件夹，每个机关一个文件夹，默认 导入")
@click.option("--into", metavar="数据文件", type=FILE,
              help="把改过的报告与数据文件逐格逐句对照，改动写进数据文件")
@click.option("--show", is_flag=True, help="与 --into 连用，只显示改动，不改文件")
@click.option("--templates", metavar="文件夹", type=FOLDER, help="与 --into 连用，生成传阅稿时用的模板")
@click.option("--year", metavar="年度", type=WHOLE, help="标题里没有写明时用")
@click.option("--agency", metavar="名称", default="", help="机关全称，默认按标题和落款；只用于一个报告")
@click.option("--json", "as_json", is_flag=True, help="多个报告的结果用 JSON 输出")
@click.option("--csv", "table", metavar="文件", type=FILE, help="多个报告的结果另写成 CSV 表")
def import_command(files: tuple[Path, ...], out: Path | None, into: Path | None, show: bool,
                   templates: Path | None, year: int | None, agency: str, as_json: bool,
                   table: Path | None) -> int:
    """Read published reports into data files, or an edited one into the data file that it came from."""
    from reportgen.cli.importing import Importing, comment, import_many, print_found
    from reportgen.imports.read import read_published

    if ((show or templates) and not into) or (into and out):
        cli_messages.say_error("--show 和 --templates 要与 --into 连用；--into 与 -o 只能用一个")
        return UNUSABLE
    many = len(files) > 1 or files[0].is_dir()
    if many and (into or agency):
        cli_messages.say_error("--into 和 --agency 只能用于一个报告")
        return UNUSABLE
    if many or as_json or table:
        return import_many(files, Importing(out or Path("导入"), year, agency), as_json, table)
    if into:
        return _into(into, _Edited(files[0], year, agency, templates), show)
    found = read_published(files[0], year, agency)
    target = out or Path(f"{found.report.year}.yaml")
    code = write_report(target, found.report, comment(files[0], found))
    if code == DONE:
        print_found(found)
    return code


def _into(path: Path, edited: _Edited, show: bool) -> int:
    """Take the changes of an edited report over into a data file or a form, and list them."""
    from reportgen.files.place import rewrite_file
    from reportgen.imports.target import target

    report = whole_report(path)
    if report is None:
        return FOUND
    into = target(path, report)
    merged = _merged(edited, into)
    for label, old, new in merged.cells:
        say(f"{label}：{old or '空'} → {new or '空'}")
    for heading, lines in merged.prose:
        say("\n".join((f"── {heading}", *lines)))
    if merged.told:
        say("请核对：", *(f"{number}. {told}" for number, told in enumerate(merged.told, 1)), sep="\n")
    if not merged.changed:
        say("没有要写进数据文件的改动" if merged.told else "没有改动")
    elif not show:
        rewrite_file(path, into.content(merged.text))
        say(f"已写进 {path}，共改 {len(merged.cells)} 格、{len(merged.prose)} 处文字；"
              "请再运行 reportgen check 核对")
    return DONE


def _merged(edited: _Edited, into: Target) -> Merged:
    """Return a data file merged with an edited report.

    A Word file is held against those that the data file gives before and after, which shows what no key of a
    data file says.
    """
    from reportgen.imports.issued import differences
    from reportgen.imports.kinds import Kind, kind_of_file
    from reportgen.imports.merge import merge
    from reportgen.imports.read import read_edited, read_published
    from reportgen.imports.readers.docx import read_docx
    from reportgen.outputs.document import document
    from reportgen.outputs.docx.write import write_docx

    def issued(report: Report) -> Blocks:
        return read_docx(write_docx(document(report, draft=True), edited.templates), str(into.path))

    if kind_of_file(edited.file) is not Kind.WORD:
        found = read_published(edited.file, edited.year, edited.agency)
        return merge(into.text, into.report, found, into.read)
    found = read_edited(edited.file, issued(into.report), into.report, edited.year)
    merged = merge(into.text, into.report, found, into.read)
    told = "".join(merged.told)
    merged.told += [line for line in differences(issued(merged.report), found.blocks, merged.stale)
                    if line not in told]
    return merged


def write_report(target: Path, report: Report, comment: str) -> int:
    """Write a report as the data file or the form that the target's suffix asks for."""
    if target.suffix.lower() == ".xlsx":
        from reportgen.form.write import write_workbook

        return write_new(target, write_workbook(report, comment))
    if target.suffix.lower() in (".yaml", ".yml"):
        from reportgen.datafile.write import write_yaml

        return write_new(target, write_yaml(report, comment).encode())
    cli_messages.say_error(f"{target}：新文件的后缀应当是 .yaml 或 .xlsx")
    return UNUSABLE


def write_new(target: Path, content: bytes) -> int:
    """Write a file that is not there yet and say so; return the exit code."""
    from reportgen.files.place import write_file

    if target.exists():
        cli_messages.say_error(f"{target}：文件已经存在，请换一个名字，或先移走它")
        return UNUSABLE
    write_file(target, content)
    say(f"已生成 {target}")
    return DONE
