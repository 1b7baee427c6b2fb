"""The commands that make a data file or a form: a blank one, another kind, a published report."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import click

from reportgen import api
from reportgen.cli import messages as cli_messages
from reportgen.cli.asking import ask
from reportgen.cli.commands import FILE, FOLDER, WHOLE, ChineseCommand
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say
from reportgen.cli.progress import Progress
from reportgen.findings import Origin, refuse

JSON_VERSION = 1
# Where imported data files go that must not stand beside those of the same year.
_ELSEWHERE = Path("导入")
Made = TypeVar("Made", bytes, str)


def _blank(suffix: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return what adds to a command what a blank data file or form is made from."""
    options = (
        click.option("-o", "out", metavar="文件", type=FILE, help=f"写到哪里，默认 年度{suffix}"),
        click.option("--from", "source", metavar="文件", type=FILE,
                     help="上年的数据文件、填报表或已发布的报告，带入机关、联系方式和结转数"),
        click.option("--other-agency", is_flag=True,
                     help="--from 是另一个机关的，只借用它的类别、层级和图表"),
        click.option("--renamed", is_flag=True, help="机关改了名称，--from 里是原来的"),
        click.option("--agency", metavar="名称", default="", help="机关全称；有 --from 时可不写"),
        click.argument("year", metavar="年度", type=WHOLE, help="例如 2026"))

    def added(command: Callable[..., int]) -> Callable[..., int]:
        for option in options:
            command = option(command)
        return command

    return added


@click.command(cls=ChineseCommand)
@_blank(".yaml")
def new_command(year: int, agency: str, source: Path | None, renamed: bool, other_agency: bool,
                out: Path | None) -> int:
    """Write a blank data file."""
    target = _suffixed(out or Path(f"{year}.yaml"), (".yaml", ".yml"), "空白数据文件")
    last_year = _last_year(source)
    same = _same_agency(renamed, other_agency)
    content = _asking(lambda how: api.new(year, agency, last_year, how), same, source)
    return _written(api.save(target, content))


@click.command(cls=ChineseCommand)
@_blank(".xlsx")
@click.option("--roster", "roster_file", metavar="文件", type=FILE,
              help="给名册（文本、CSV 或 Excel）上的每个机关各做一份；--from 是放着上年报告的文件夹，"
                   "-o 是放填报表的文件夹，默认 填报表")
@click.option("--csv", "table", metavar="文件", type=FILE, help="与 --roster 连用，做了哪些另写成 CSV 表")
def form_command(year: int, agency: str, source: Path | None, renamed: bool, other_agency: bool,
                 out: Path | None, roster_file: Path | None, table: Path | None) -> int:
    """Write a blank Excel form, or one for every agency of a roster."""
    if roster_file:
        from reportgen.cli.roster_forms import RosterForms, forms_of_roster

        if agency or renamed or other_agency:
            raise refuse(Origin("--roster"), "--agency、--renamed 和 --other-agency 不能与 --roster 连用；"
                                             "名称和原名都取自名册")
        return forms_of_roster(year, RosterForms(roster_file, source, out or Path("填报表"), table))
    if table:
        raise refuse(Origin("--csv"), "--csv 要与 --roster 连用")
    target = _suffixed(out or Path(f"{year}.xlsx"), (".xlsx",), "填报表")
    last_year = _last_year(source)
    same = _same_agency(renamed, other_agency)
    content = _asking(lambda how: api.new_form(year, agency, last_year, how), same, source)
    return _written(api.save(target, content))


def _suffixed(target: Path, suffixes: tuple[str, ...], what: str) -> Path:
    """Return where a file goes; raises InputError for a name that would make another kind of it."""
    if target.suffix.lower() in suffixes:
        return target
    other = {".yaml": "填报表请用 form 生成", ".xlsx": "要 YAML 数据文件请用 new 生成"}[suffixes[0]]
    raise refuse(Origin(str(target)), f"{what}只能存成 {suffixes[0]}，请把文件名改成 "
                                      f"{target.with_suffix(suffixes[0]).name}；{other}")


def _same_agency(renamed: bool, other_agency: bool) -> api.SameAgency:
    if renamed and other_agency:
        raise click.UsageError("--renamed 和 --other-agency 只能用一个")
    if renamed:
        return api.SameAgency.RENAMED
    return api.SameAgency.OTHER if other_agency else api.SameAgency.BY_NAME


def _asking(make: Callable[[api.SameAgency], Made], same: api.SameAgency, source: Path | None) -> Made:
    """Make something of last year's file; ask whose it is where its name is not that of the agency."""
    try:
        made = make(same)
    except api.OtherAgencyError as error:
        chosen = ask(f"{error.problems[0][1].partition('；')[0]}，是哪一种？", (
            "同一个机关，改了名称：带入联系方式和结转数",
            "另一个机关：只借用它的类别、层级和图表",
            "取消"))
        if chosen not in (1, 2):
            raise
        same = api.SameAgency.RENAMED if chosen == 1 else api.SameAgency.OTHER
        made = make(same)
    if same is api.SameAgency.RENAMED:
        cli_messages.say_error(f"{source} 里是原来的名称；检查新的数据文件时要用到它，"
                               "请把那里的机关名称改为现名")
    return made


def _last_year(path: Path | None) -> api.Report | None:
    """Return last year's report that a blank file is made from, a published one, too, or None."""
    if path is None:
        return None
    report = api.read(path)
    for line in api.doubts_told(report):
        cli_messages.say_error(line)
    return report


def _written(path: Path) -> int:
    say(f"已生成 {path}")
    return DONE


@click.command(cls=ChineseCommand)
@click.argument("source", metavar="原文件", type=FILE, help="数据文件或 Excel 填报表")
@click.argument("target", metavar="新文件", type=FILE, help="按后缀决定写成 .yaml 还是 .xlsx")
def convert_command(source: Path, target: Path) -> int:
    """Write a data file as a form, or a form as a data file."""
    return _written(api.save_report(target, api.read_data_file(source)))


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
    if ((show or templates) and not into) or (into and out):
        cli_messages.say_error("--show 和 --templates 要与 --into 连用；--into 与 -o 只能用一个")
        return UNUSABLE
    many = len(files) > 1 or files[0].is_dir()
    if many and (into or agency):
        cli_messages.say_error("--into 和 --agency 只能用于一个报告")
        return UNUSABLE
    if many or as_json or table:
        with Progress("没有读取") as progress:

            def tell(one: api.FileRead, total: int) -> None:
                if not progress.total:
                    progress.expect(total)
                progress.count(one.result == "refused")

            outcomes = api.import_files(files, out or _ELSEWHERE, year=year, agency=agency, progress=tell)
        return _print_many(outcomes, as_json, table)
    if into:
        merged = api.merge(into, files[0], templates=templates, year=year, agency=agency, write=not show)
        return _print_merged(into, merged, show)
    found = api.import_(files[0], year=year, agency=agency)
    target = out or Path(f"{found.report.year}.yaml")
    there = [] if out else [path for path in _data_files(found.report.year) if path.exists()]
    if there:
        chosen = ask(f"{there[0]} 已经有了，要怎样？", (
            f"把报告里的改动写进 {there[0]}", f"另写成 {_ELSEWHERE / target}", "取消"))
        if chosen == 1:
            return _print_merged(there[0], api.merge(there[0], files[0], year=year, agency=agency), False)
        if chosen != 2:
            cli_messages.say_error(
                f"{there[0]}：这一年度的已经有了，没有写出；要另写一份，请用 -o，"
                f"例如 -o {_ELSEWHERE / target}；"
                f"要把报告里的改动写进去，请用 --into {there[0]}")
            return UNUSABLE
        target = _ELSEWHERE / target
    _written(api.save_report(target, found.report, api.import_comment(files[0].name, found)))
    filled, blank = api.import_counts(found)
    said = f"读取了 {filled} 格数据，空白 {blank} 格"
    if found.unsure:
        said += f"；下面 {len(found.unsure)} 处拿不准，请核对：\n{_numbered(found.unsure)}"
    say(said)
    if found.left_out:
        say(api.import_left_out(found))
    return DONE


def _data_files(year: int) -> list[Path]:
    """Return where a data file of a year may be in the current folder."""
    return [Path(f"{year}{suffix}") for suffix in (".yaml", ".yml", ".xlsx")]


def _numbered(lines: Sequence[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _print_merged(path: Path, merged: api.Merged, show: bool) -> int:
    """List what an edited report changed in a data file, which was written unless only shown."""
    for label, old, new in merged.cells:
        say(f"{label}：{old or '空'} → {new or '空'}")
    for heading, lines in merged.prose:
        say("\n".join((f"── {heading}", *lines)))
    if merged.told:
        say(f"请核对：\n{_numbered(merged.told)}")
    if not merged.changed:
        say("没有要写进数据文件的改动" if merged.told else "没有改动")
    elif not show:
        say(f"已写进 {path}，{merged.summary}；请再运行 reportgen check 核对")
    return DONE


def _print_many(outcomes: list[api.FileRead], as_json: bool, table: Path | None) -> int:
    """List what became of each of many reports; return the exit code."""
    if table:
        api.replace_file(table, api.imported_csv(outcomes))
    if as_json:
        say(json.dumps({"version": JSON_VERSION, "files": [asdict(one) for one in outcomes]},
                       ensure_ascii=False, indent=1))
    else:
        _print_list(outcomes)
    if not outcomes:
        cli_messages.say_error("这些文件夹里没有文件")
        return UNUSABLE
    return FOUND if any(one.result == "refused" for one in outcomes) else DONE


def _print_list(outcomes: list[api.FileRead]) -> None:
    for one in outcomes:
        about = f"{one.agency}，{one.year}年度，有数 {one.cells} 格，疑点 {len(one.unsure)} 处"
        target = f"，写到 {one.target}" if one.target else ""
        say(f"{api.RESULT_NAMES[one.result]}　{one.file}" + (f"：{about}{target}" if one.agency else ""))
        if one.reason:
            say(f"　　{one.reason}")
        for doubt in one.unsure if one.target else ():
            say(f"　　{doubt}")
    by_result = Counter(one.result for one in outcomes)
    counted = "，".join(f"{name} {by_result[one]} 个" for one, name in api.RESULT_NAMES.items())
    say(f"共 {len(outcomes)} 个文件：{counted}")
