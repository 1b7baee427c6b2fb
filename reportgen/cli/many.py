"""The commands for many agencies: check and build them all, add them up."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reportgen.cli import files as cli_files
from reportgen.cli import messages as cli_messages
from reportgen.cli import outcomes as cli_outcomes
from reportgen.cli import templates as cli_templates
from reportgen.cli.commands import DECIMAL, FILE, FOLDER, WHOLE, ChineseCommand
from reportgen.cli.findings_table import outcomes_csv
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say
from reportgen.cli.outcomes import NAMES
from reportgen.cli.progress import Progress
from reportgen.files.folders import NOTES, find_files
from reportgen.findings import InputError, Origin
from reportgen.format import all_editions, edition_for
from reportgen.report.model import INTERIM_MARK

if TYPE_CHECKING:
    from reportgen.compare.years import Comparison
    from reportgen.report.model import Report

JSON_VERSION = 1    # docs/batch.md
ROSTER_HELP = "应报机关名册（文本、CSV 或 Excel），列出谁没有报、谁不在名册上、谁报了两份"
MAX_JOBS, MAX_SECONDS = 256, 86_400
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
@click.option("--to", metavar="种类", default="docx,pdf", help="docx、pdf 或 docx,pdf（默认）")
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
                  to: str, year: int, draft: bool, strict: bool, templates: Path | None, fonts: Path | None,
                  timeout: float, table: Path | None, html: Path | None, roster_file: Path | None,
                  as_json: bool) -> int:
    """Check and build the reports of many agencies."""
    from reportgen.files.place import write_file
    from reportgen.files.resources import require_templates
    from reportgen.many.run import LOG, Batch, run_batch
    from reportgen.outputs.build import KINDS, Options

    kinds = tuple(dict.fromkeys(kind.strip() for kind in to.split(",") if kind.strip()))
    if not kinds or set(kinds) - set(KINDS):
        cli_messages.say_error(f"--to 只能是 {'、'.join(KINDS)}，多种用逗号隔开")
        return UNUSABLE
    if not 0 <= jobs <= MAX_JOBS or not 0 < timeout <= MAX_SECONDS:
        cli_messages.say_error(f"--jobs 应当是 0 到 {MAX_JOBS}，--timeout 应当大于 0，不超过 {MAX_SECONDS}")
        return UNUSABLE
    cli_files.require_page(html)
    roster = cli_files.roster_of_file(roster_file)
    require_templates(templates, (edition.id for edition in all_editions()))
    years, named = cli_files.years_and_paths(files, data)
    years += (year,) if year else ()
    found = find_files(named)
    chosen = Options(draft=draft, templates=templates, fonts=fonts,
                     strict=strict)
    batch = Batch(files=found.files, out=out, kinds=kinds, options=chosen, jobs=jobs,
                  years=years, seconds=timeout, scheduler=scheduler, root=found.root,
                  flat=flat)
    with Progress("没有生成") as progress:
        everything = run_batch(batch, lambda one: progress.count(one.status in _WRONG), progress.expect)
    outcomes = [one for one in everything if one.status != "other_year"] + cli_outcomes.closed(found)
    absent = sorted(set(years) - {one.year for one in everything})
    cli_files.say_unread(found, [(one.title, one.year) for one in everything if one.title], table)
    if absent:
        there = "、".join(str(year) for year in sorted({one.year for one in everything if one.year}))
        cli_messages.say_error(f"没有{'、'.join(str(year) for year in absent)}年度的数据文件"
                           + (f"，只有{there}年度的" if there else ""))
    editions = {edition.id: edition for one in outcomes if one.files and (edition := edition_for(one.year))}
    cli_templates.say_untaken(editions.values(), templates, fonts)
    if table:
        write_file(table, outcomes_csv(outcomes))
    if as_json:
        reports = [{key: value for key, value in asdict(one).items() if key != "trace"} for one in outcomes]
        say(json.dumps({"version": JSON_VERSION, "reports": reports}, ensure_ascii=False, indent=1))
    elif outcomes:
        cli_outcomes.print_outcomes(outcomes, out)
    came = [(one.agency, one.year, cli_files.shown(one.file)) for one in outcomes if one.agency]
    told, complete = cli_files.attendance(roster, came, max(years, default=0))
    if html:
        from reportgen.many.batch_page import outcomes_checked
        from reportgen.outputs.review import review

        page = review(outcomes_checked(outcomes, NAMES), told)
        write_file(html, page.encode(errors="backslashreplace"))
        cli_messages.say_error(f"已生成 {html}")
    log = out / NOTES / LOG
    if log.exists():
        cli_messages.say_error(f"程序出错的经过记在 {log}，报告问题时请附上")
    statuses = {outcome.status for outcome in outcomes}
    if absent or statuses & {"unusable", "failed"}:
        return UNUSABLE
    return FOUND if "refused" in statuses or not complete else DONE


@click.command(cls=ChineseCommand)
@click.argument("files", metavar="文件", type=FILE, nargs=-1, required=True,
                help="各年的数据文件或已发布的报告，或放着它们的文件夹")
@click.option("-o", "out", metavar="文件", type=FILE, help="写成 .html、.docx 或 .pdf")
@click.option("--all", "everything", is_flag=True, help="没有变化的也列出；默认只列有变化的")
def compare_command(files: tuple[Path, ...], out: Path | None, everything: bool) -> int:
    """Compare the reports of one agency."""
    from reportgen.compare.changes import only_changes
    from reportgen.compare.years import compare
    from reportgen.files.place import write_file
    from reportgen.outputs.pdf.engine.library import EngineMissingError

    reports, refused = _reports(files)
    if refused:
        raise InputError(refused)
    found = compare(reports)
    if not everything:
        found = only_changes(found)
    if out is None:
        _print_comparison(found)
        return DONE
    from reportgen.compare.show import comparison_docx, comparison_html, comparison_pdf

    writers = {".html": lambda found: comparison_html(found).encode(), ".docx": comparison_docx,
               ".pdf": comparison_pdf}
    write = writers.get(out.suffix.lower())
    if write is None:
        cli_messages.say_error(f"{out}：后缀应当是 .html、.docx 或 .pdf")
        return UNUSABLE
    try:
        content = write(found)
    except EngineMissingError as error:
        cli_messages.say_error(str(error))
        return UNUSABLE
    write_file(out, content)
    say(f"已生成 {out}")
    return DONE


def _reports(paths: Iterable[Path]) -> tuple[list[Report], list[tuple[Origin, str]]]:
    """Return the reports of data files and published reports that were named or lie in folders.

    And why each file or folder that cannot be read is not among them.
    """
    from reportgen.sources import read

    found = find_files(paths, published=True)
    refused = list(found.closed)
    reports = []
    for path in found.files:
        try:
            reports.append(read(path))
        except InputError as error:
            refused += error.problems
    reports += cli_files.read_documents(found, reports)
    cli_files.say_doubts(reports)
    return reports, refused


def _print_comparison(found: Comparison) -> None:
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
@click.option("--roster", "roster_file", metavar="文件", type=FILE,
              help=ROSTER_HELP)
@click.option("--interim", is_flag=True,
              help="还没有报齐时先汇总能汇总的，列出没有计入的；标题带“（阶段汇总）”，不能发布")
def aggregate_command(files: tuple[Path, ...], agency: str, year: int, out: Path | None, table: Path | None,
                      roster_file: Path | None, interim: bool) -> int:
    """Add up the tables of many agencies."""
    from reportgen.cli.exchange import write_new, write_report
    from reportgen.many.agencies_book import write_agencies
    from reportgen.many.aggregate import aggregate, unsound
    from reportgen.sources import read_text

    roster = cli_files.roster_of_file(roster_file)
    named = {path for path in files if not path.is_dir()}
    reports, refused = _reports(files)
    # Last year's file lies beside this year's in a folder; one that was named is meant.
    counted = [report for report in reports if report.year == year or Path(report.path) in named]
    if refused and not interim:
        raise InputError([*refused, *(one for found in unsound(counted, year).values() for one in found)])
    found = aggregate(counted, year, agency, roster, refused if interim else None)
    target = out or Path(f"{year}.yaml")
    if target.suffix.lower() in (".yaml", ".yml"):
        code = write_new(target, found.text.encode())
    else:
        code = write_report(target, read_text(found.text, str(target)), "\n".join(found.told))
    if code == DONE and table:
        title = f"{agency}{year}年政府信息公开工作年度报告汇总表{INTERIM_MARK if interim else ''}"
        code = write_new(table, write_agencies(found, title, f"{year}-12-31"))
    if code != DONE:
        return code
    left = len(reports) - len(counted)
    say(f"{'阶段' if interim else ''}汇总了 {len(found.reports)} 个机关"
        + (f"，另有 {left} 份其他年度的没有计入" if left else ""))
    if found.told:
        say("请核对：", *(f"{number}. {line}" for number, line in enumerate(found.told, 1)), sep="\n")
    return DONE

