"""The commands that make a data file or a form: a blank one, another kind, a published report."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.cli import files as cli_files
from reportgen.cli import messages as cli_messages
from reportgen.cli import results as cli_results
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, Commands, say
from reportgen.cli.results import Result
from reportgen.datafile.prose import WRONG_EXPRESSION
from reportgen.report.model import Report
from reportgen.sources import read, read_data_file

if TYPE_CHECKING:
    from reportgen.imports.blocks import Blocks
    from reportgen.imports.merge import Merged
    from reportgen.imports.target import Target


def add_exchange_commands(commands: Commands) -> None:
    """Add new, form, convert and import to the parser's commands."""
    _blank(commands.add("new", "生成一份空白数据文件", _new), ".yaml")
    _blank(commands.add("form", "生成 Excel 填报表", _form), ".xlsx")
    convert = commands.add("convert", "数据文件与 Excel 填报表互相转换", _convert)
    convert.add_argument("source", metavar="原文件", type=Path)
    convert.add_argument("target", metavar="新文件", type=Path, help="按后缀决定写成 .yaml 还是 .xlsx")
    importing = commands.add("import", "读取已发布的报告（Word、PDF、网页、文本、Excel），写成数据文件",
                             _import)
    importing.add_argument("files", metavar="报告", type=Path, nargs="+", help="一个或多个文件、文件夹")
    importing.add_argument("-o", dest="out", metavar="文件", type=Path,
                           help="一个报告写成 .yaml 或 .xlsx，默认 年度.yaml；多个报告写进这个文件夹，"
                                "每个机关一个文件夹，默认 导入")
    importing.add_argument("--into", metavar="数据文件", type=Path,
                           help="把改过的报告与数据文件逐格逐句对照，改动写进数据文件")
    importing.add_argument("--show", action="store_true", help="与 --into 连用，只显示改动，不改文件")
    importing.add_argument("--templates", metavar="文件夹", type=Path,
                           help="与 --into 连用，生成传阅稿时用的模板")
    importing.add_argument("--year", metavar="年度", type=int, help="标题里没有写明时用")
    importing.add_argument("--agency", metavar="名称", default="",
                           help="机关全称，默认按标题和落款；只用于一个报告")
    importing.add_argument("--json", action="store_true", help="多个报告的结果用 JSON 输出")
    importing.add_argument("--csv", metavar="文件", type=Path, help="多个报告的结果另写成 CSV 表")


def _blank(command: argparse.ArgumentParser, suffix: str) -> None:
    """Add what a blank data file and a blank form are made from."""
    command.add_argument("year", metavar="年度", type=int)
    command.add_argument("--agency", metavar="名称", default="", help="机关全称；有 --from 时可不写")
    command.add_argument("--from", dest="source", metavar="文件", type=Path,
                         help="上年的数据文件、填报表或已发布的报告，带入机关、联系方式和结转数")
    command.add_argument("-o", dest="out", metavar="文件", type=Path, help=f"写到哪里，默认 年度{suffix}")


def _last_year(path: Path | None) -> Report | None:
    """Return last year's report that a blank file is made from, a published one, too, or None."""
    if path is None:
        return None
    report = read(path)
    cli_files.say_doubts([report])
    return report


def _new(options: argparse.Namespace) -> int:
    from reportgen.datafile.blank import scaffold

    target = options.out or Path(f"{options.year}.yaml")
    source = _last_year(options.source)
    return write_new(target, scaffold(options.year, options.agency, source).encode())


def _form(options: argparse.Namespace) -> int:
    from reportgen.datafile.blank import scaffold
    from reportgen.form.write import write_workbook
    from reportgen.sources import read_text

    target = options.out or Path(f"{options.year}.xlsx")
    source = _last_year(options.source)
    blank = read_text(scaffold(options.year, options.agency, source), str(target))
    return write_new(target, write_workbook(blank))


def _convert(options: argparse.Namespace) -> int:
    report = whole_report(options.source)
    return FOUND if report is None else write_report(options.target, report, "")


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


def _import(options: argparse.Namespace) -> int:
    from reportgen.cli.importing import comment, import_many, print_found
    from reportgen.imports.read import read_published

    if ((options.show or options.templates) and not options.into) or (options.into and options.out):
        cli_messages.say_error("--show 和 --templates 要与 --into 连用；--into 与 -o 只能用一个")
        return UNUSABLE
    many = len(options.files) > 1 or options.files[0].is_dir()
    if many and (options.into or options.agency):
        cli_messages.say_error("--into 和 --agency 只能用于一个报告")
        return UNUSABLE
    if many or options.json or options.csv:
        return import_many(options)
    options.file = options.files[0]
    if options.into:
        return _into(options)
    found = read_published(options.file, options.year, options.agency)
    target = options.out or Path(f"{found.report.year}.yaml")
    code = write_report(target, found.report, comment(options.file, found))
    if code == DONE:
        print_found(found)
    return code


def _into(options: argparse.Namespace) -> int:
    """Take the changes of an edited report over into a data file or a form, and list them."""
    from reportgen.files.place import rewrite_file
    from reportgen.imports.target import target

    path = options.into
    report = whole_report(path)
    if report is None:
        return FOUND
    into = target(path, report)
    merged = _merged(options, into)
    for label, old, new in merged.cells:
        say(f"{label}：{old or '空'} → {new or '空'}")
    for heading, lines in merged.prose:
        say("\n".join((f"── {heading}", *lines)))
    if merged.told:
        say("请核对：", *(f"{number}. {told}" for number, told in enumerate(merged.told, 1)), sep="\n")
    if not merged.changed:
        say("没有要写进数据文件的改动" if merged.told else "没有改动")
    elif not options.show:
        rewrite_file(path, into.content(merged.text))
        say(f"已写进 {path}，共改 {len(merged.cells)} 格、{len(merged.prose)} 处文字；"
              "请再运行 reportgen check 核对")
    return DONE


def _merged(options: argparse.Namespace, into: Target) -> Merged:
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
        return read_docx(write_docx(document(report, draft=True), options.templates), str(into.path))

    if kind_of_file(options.file) is not Kind.WORD:
        found = read_published(options.file, options.year, options.agency)
        return merge(into.text, into.report, found, into.read)
    found = read_edited(options.file, issued(into.report), into.report, options.year)
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
