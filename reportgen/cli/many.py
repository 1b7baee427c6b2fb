"""The commands for many agencies: check and build them all, add them up."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

import click

from reportgen import api
from reportgen.cli import files as cli_files
from reportgen.cli import messages as cli_messages
from reportgen.cli import outcomes as cli_outcomes
from reportgen.cli.commands import DECIMAL, FILE, FOLDER, OPEN, WHOLE, ChineseCommand, Kinds
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say
from reportgen.cli.opening import open_files
from reportgen.cli.progress import Progress
from reportgen.files import limits

ROSTER_HELP = "应报机关名册（文本、CSV 或 Excel），列出谁没有报、谁不在名册上、谁报了两份"
_COMPARED = (".html", ".docx", ".pdf")
_WRONG = ("refused", "unusable", "failed")


@click.command(cls=ChineseCommand)
@click.argument("files", metavar="年度或数据文件", nargs=-1,
                help="年度只处理那一年的；可以有多份，也可以是文件夹；不写数据文件的取 --data")
@click.option("--data", metavar="文件夹", type=FOLDER, default=Path("data"),
              help="没有写数据文件时处理哪个文件夹，默认 data")
@click.option("-o", "out", metavar="文件夹", type=FOLDER, default=Path("out"), help="放在哪里，默认 out")
@click.option("--flat", is_flag=True,
              help="都放在一个文件夹里，同名的才另设文件夹；不写则按数据文件所在的位置分开")
@click.option("--jobs", metavar="个数", type=WHOLE, default=os.cpu_count() or 1,
              help="同时工作的进程数，默认等于处理器数；0 表示只用一个进程")
@click.option("--scheduler", metavar="地址", default="",
              help="交给已有的 Dask 集群，例如 tcp://10.0.0.1:8786；文件夹要放在各节点共用的磁盘上")
@click.option("--to", "kinds", metavar="种类", type=Kinds(), default="docx,pdf",
              help="docx、pdf 或 docx,pdf（默认）")
@click.option("--year", metavar="年度", type=WHOLE, default=0, help="只处理这一年度的")
@click.option("--draft", is_flag=True, help="有错误也生成，每页上方标“送审稿”")
@click.option("--strict", is_flag=True, help="有没填的格也按错误处理")
@click.option("--templates", metavar="文件夹", type=FOLDER, help="自己修改过的模板")
@click.option("--fonts", metavar="文件夹", type=FOLDER, help="本单位的公文字体，嵌入 PDF")
@click.option("--timeout", metavar="秒", type=DECIMAL, default=120.0, help="一份报告最多用多少秒，默认 120")
@click.option("--csv", "table", metavar="文件", type=FILE, help="把全部检查结果写成 CSV，可用 Excel 打开")
@click.option("--html", metavar="网页", type=FILE, help="把结果写成一个网页，开头是各机关的汇总表")
@click.option("--roster", "roster_file", metavar="文件", type=FILE, help=ROSTER_HELP)
@click.option("--json", "as_json", is_flag=True, help="结果用 JSON 输出")
def batch_command(files: tuple[str, ...], data: Path, out: Path, flat: bool, jobs: int, scheduler: str,
                  kinds: tuple[str, ...], year: int, draft: bool, strict: bool, templates: Path | None,
                  fonts: Path | None, timeout: float, table: Path | None, html: Path | None,
                  roster_file: Path | None, as_json: bool) -> int:
    """Check and build the reports of many agencies."""
    if not 0 <= jobs <= limits.BATCH_JOBS or not 0 < timeout <= limits.BATCH_SECONDS:
        cli_messages.say_error(f"--jobs 应当是 0 到 {limits.BATCH_JOBS}，"
                               f"--timeout 应当大于 0，不超过 {limits.BATCH_SECONDS}")
        return UNUSABLE
    cli_files.require_page(html)
    roster = api.read_roster(roster_file) if roster_file else None
    years, named = cli_files.years_and_paths(files, data)
    years += (year,) if year else ()
    options = api.Options(draft=draft, templates=templates, fonts=fonts, strict=strict)
    with Progress("没有生成") as progress:

        def tell(one: api.Outcome, total: int) -> None:
            if not progress.total:
                progress.expect(total)
            progress.count(one.status in _WRONG)

        found = api.batch(named, out, years=years, kinds=kinds, options=options, jobs=jobs, flat=flat,
                          seconds=timeout, scheduler=scheduler, written=table, progress=tell)
    for line in found.told:
        cli_messages.say_error(cli_files.shown(line))
    if found.absent:
        there = "、".join(map(str, found.years))
        cli_messages.say_error(f"没有{'、'.join(map(str, found.absent))}年度的数据文件"
                               + (f"，只有{there}年度的" if there else ""))
    editions = {edition.id: edition for one in found.outcomes
                if one.files and (edition := api.edition_for(one.year))}
    for edition in editions.values():
        for line in api.untaken_styles(edition, options):
            cli_messages.say_error(line)
    if table:
        cli_messages.say_error(f"已生成 {api.replace_file(table, api.outcomes_csv(found.outcomes))}")
    if as_json:
        say(json.dumps(api.outcomes_json(found.outcomes), ensure_ascii=False, indent=1))
    elif found.outcomes:
        cli_outcomes.print_outcomes(found.outcomes, out)
    came = [(one.agency, one.year, cli_files.shown(one.file)) for one in found.outcomes if one.agency]
    told, complete = cli_files.attendance(roster, came, max(years, default=0))
    if html:
        page = api.batch_page(found.outcomes, [*told, *map(cli_files.shown, found.told)])
        cli_messages.say_error(f"已生成 {api.replace_file(html, page)}")
    if found.log:
        cli_messages.say_error(f"程序出错的经过记在 {found.log}，报告问题时请附上")
    statuses = {outcome.status for outcome in found.outcomes}
    if found.absent or statuses & {"unusable", "failed"}:
        return UNUSABLE
    return FOUND if "refused" in statuses or not complete else DONE


@click.command(cls=ChineseCommand)
@click.argument("files", metavar="文件", type=FILE, nargs=-1, required=True,
                help="各年的数据文件或已发布的报告，或放着它们的文件夹")
@click.option("-o", "out", metavar="文件", type=FILE, help="写成 .html、.docx 或 .pdf")
@click.option("--all", "everything", is_flag=True, help="没有变化的也列出；默认只列有变化的")
@OPEN
def compare_command(files: tuple[Path, ...], out: Path | None, everything: bool, show: bool) -> int:
    """Compare the reports of one agency."""
    if show and not out:
        cli_messages.say_error("--open 要与 -o 连用")
        return UNUSABLE
    if out and out.suffix.lower() not in _COMPARED:
        cli_messages.say_error(f"{out}：后缀应当是 {'、'.join(_COMPARED)}")
        return UNUSABLE
    gathered = _gathered(files)
    if gathered.refused:
        raise api.InputError(gathered.refused)
    found = api.compare(gathered.reports)
    if not everything:
        found = api.only_changes(found)
    if out is None:
        _print_comparison(found)
        return DONE
    try:
        content = api.comparison_file(found, out.suffix.lower(), str(out))
    except api.EngineMissingError as error:
        cli_messages.say_error(str(error))
        return UNUSABLE
    say(f"已生成 {api.replace_file(out, content)}")
    if show:
        open_files([out])
    return DONE


def _gathered(paths: Iterable[Path]) -> api.Gathered:
    gathered = api.gather(paths)
    for line in gathered.told:
        cli_messages.say_error(line)
    return gathered


def _print_comparison(found: api.Comparison) -> None:
    say(found.title)
    if found.about:
        say(found.about)
    for tie in found.ties:
        say(f"{tie.title}  {tie.label}：按上年推算 {tie.expected}，本年填报 {tie.given}，"
            + ("相符" if tie.agrees else "不符"))
    for table, rows in found.tables:
        say(f"── {table.short}" + ("" if rows else "：没有变化"))
        for row in rows:
            for line in row.lines:
                growth = f"，{line.growth}" if line.growth else ""
                say(f"{row.label}  {line.column}：{' → '.join(text or '空' for text in line.texts)}"
                    + (f"（{line.change}{growth}）" if line.change else ""))
    say("── 文字")
    for passage in found.passages:
        say(f"{passage.heading}：相似度 {passage.similarity}")


@click.command(cls=ChineseCommand)
@click.argument("files", metavar="文件", type=FILE, nargs=-1, required=True,
                help="各机关的数据文件或已发布的报告，也可以是文件夹")
@click.option("--agency", metavar="名称", required=True, help="汇总机关的全称，例如 某市人民政府")
@click.option("--year", metavar="年度", type=WHOLE, required=True, help="汇总哪一年度的")
@click.option("-o", "out", metavar="文件", type=FILE, help="写成 .yaml 或 .xlsx，默认 年度.yaml")
@click.option("--table", metavar="文件", type=FILE, help="另写一个 Excel 总表，一行一个机关")
@click.option("--roster", "roster_file", metavar="文件", type=FILE, help=ROSTER_HELP)
@click.option("--interim", is_flag=True,
              help="还没有报齐时先汇总能汇总的，列出没有计入的；标题带“（阶段汇总）”，不能发布")
def aggregate_command(files: tuple[Path, ...], agency: str, year: int, out: Path | None, table: Path | None,
                      roster_file: Path | None, interim: bool) -> int:
    """Add up the tables of many agencies."""
    roster = api.read_roster(roster_file) if roster_file else None
    named = {path for path in files if not path.is_dir()}
    gathered = _gathered(files)
    reports, refused = gathered.reports, gathered.refused
    # Last year's file lies beside this year's in a folder; one that was named is meant.
    counted = [report for report in reports if report.year == year or Path(report.path) in named]
    for line in api.only_other_years(((one.agency.name, one.year, one.path) for one in reports), [year]):
        cli_messages.say_error(line)
    if refused and not interim:
        unsound = api.unsound(counted, year, roster).values()
        raise api.InputError([*refused, *(one for found in unsound for one in found)])
    found = api.aggregate(counted, year, agency, roster, refused if interim else None)
    target = out or Path(f"{year}.yaml")
    if target.suffix.lower() in (".yaml", ".yml"):
        api.save(target, found.text)
    else:
        api.save_report(target, api.read_content(found.text, str(target.with_suffix(".yaml"))),
                        "\n".join(found.told))
    say(f"已生成 {target}")
    if table:
        say(f"已生成 {api.save(table, api.agencies_workbook(found, agency, year, interim))}")
    left = len(reports) - len(counted)
    say(f"{'阶段' if interim else ''}汇总了 {len(found.reports)} 个机关"
        + (f"，另有 {left} 份其他年度的没有计入" if left else ""))
    if found.told:
        say("请核对：", *(f"{number}. {line}" for number, line in enumerate(found.told, 1)), sep="\n")
    # A sum is written all the same; what runs this in a script has to see that it is not the whole.
    return DONE if found.complete else FOUND
