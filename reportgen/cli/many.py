"""The commands for many agencies: check and build them all, add them up."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.cli import files as cli_files
from reportgen.cli import messages as cli_messages
from reportgen.cli import outcomes as cli_outcomes
from reportgen.cli import templates as cli_templates
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, Commands, say
from reportgen.cli.outcomes import NAMES
from reportgen.files.folders import NOTES, find_files
from reportgen.findings import SEVERITY_NAMES, InputError, Origin
from reportgen.form.plan import FORMULA_STARTS
from reportgen.format import all_editions, edition_for
from reportgen.report.model import INTERIM_MARK

if TYPE_CHECKING:
    from reportgen.compare.years import Comparison
    from reportgen.many.work import Outcome
    from reportgen.report.model import Report

JSON_VERSION = 1    # docs/batch.md
ROSTER_HELP = "应报机关名册（文本、CSV 或 Excel），列出谁没有报、谁不在名册上、谁报了两份"
MAX_JOBS, MAX_SECONDS = 256, 86_400
SECONDS_A_LINE = 10.0   # where output goes to a file, how often a line tells of the progress


def add_many_commands(commands: Commands) -> None:
    """Add batch, aggregate and compare to the parser's commands."""
    batch = commands.add("batch", "检查并生成许多机关的报告", _batch)
    batch.add_argument("files", metavar="年度或数据文件", nargs="*",
                       help="年度只处理那一年的；可以有多份，也可以是文件夹；不写数据文件的取 --data")
    batch.add_argument("--data", metavar="文件夹", type=Path, default=Path("data"),
                       help="没有写数据文件时处理哪个文件夹，默认 data")
    batch.add_argument("-o", dest="out", metavar="文件夹", type=Path, default=Path("out"),
                       help="放在哪里，默认 out")
    batch.add_argument("--flat", action="store_true",
                       help="都放在一个文件夹里，同名的才另设文件夹；不写则按数据文件所在的位置分开")
    batch.add_argument("--jobs", metavar="个数", type=int, default=os.cpu_count() or 1,
                       help="同时工作的进程数，默认等于处理器数；0 表示只用一个进程")
    batch.add_argument("--scheduler", metavar="地址", default="",
                       help="交给已有的 Dask 集群，例如 tcp://10.0.0.1:8786；文件夹要放在各节点共用的磁盘上")
    batch.add_argument("--to", metavar="种类", default="docx,pdf", help="docx、pdf 或 docx,pdf（默认）")
    batch.add_argument("--year", metavar="年度", type=int, default=0, help="只处理这一年度的")
    batch.add_argument("--draft", action="store_true", help="有错误也生成，每页上方标“送审稿”")
    batch.add_argument("--strict", action="store_true", help="有空格也按错误处理")
    batch.add_argument("--templates", metavar="文件夹", type=Path, help="自己修改过的模板")
    batch.add_argument("--fonts", metavar="文件夹", type=Path, help="本单位的公文字体，嵌入 PDF")
    batch.add_argument("--timeout", metavar="秒", type=float, default=120.0,
                       help="一份报告最多用多少秒，默认 120")
    batch.add_argument("--csv", metavar="文件", type=Path, help="把全部检查结果写成 CSV，可用 Excel 打开")
    batch.add_argument("--json", action="store_true", help="结果用 JSON 输出")
    compared = commands.add("compare", "对比一个机关两个或多个年度的报告", _compare)
    compared.add_argument("files", metavar="文件", type=Path, nargs="+",
                          help="各年的数据文件或已发布的报告，或放着它们的文件夹")
    compared.add_argument("-o", dest="out", metavar="文件", type=Path, help="写成 .html、.docx 或 .pdf")
    compared.add_argument("--all", action="store_true", help="没有变化的也列出；默认只列有变化的")
    total = commands.add("aggregate", "把各机关的表格汇总成本级政府的数据文件", _aggregate)
    total.add_argument("files", metavar="文件", type=Path, nargs="+",
                       help="各机关的数据文件或已发布的报告，也可以是文件夹")
    total.add_argument("--agency", metavar="名称", required=True, help="汇总机关的全称，例如 某市人民政府")
    total.add_argument("--year", metavar="年度", type=int, required=True)
    total.add_argument("-o", dest="out", metavar="文件", type=Path,
                       help="写成 .yaml 或 .xlsx，默认 年度.yaml")
    total.add_argument("--table", metavar="文件", type=Path, help="另写一个 Excel 总表，一行一个机关")
    total.add_argument("--roster", metavar="文件", type=Path, help=ROSTER_HELP)
    total.add_argument("--interim", action="store_true",
                       help="还没有报齐时先汇总能汇总的，列出没有计入的；标题带“（阶段汇总）”，不能发布")


def _batch(options: argparse.Namespace) -> int:
    from reportgen.files.place import write_files
    from reportgen.files.resources import require_templates
    from reportgen.many.run import LOG, Batch, run_batch
    from reportgen.outputs.build import KINDS, Options

    kinds = tuple(dict.fromkeys(kind.strip() for kind in options.to.split(",") if kind.strip()))
    if not kinds or set(kinds) - set(KINDS):
        cli_messages.say_error(f"--to 只能是 {'、'.join(KINDS)}，多种用逗号隔开")
        return UNUSABLE
    if not 0 <= options.jobs <= MAX_JOBS or not 0 < options.timeout <= MAX_SECONDS:
        cli_messages.say_error(f"--jobs 应当是 0 到 {MAX_JOBS}，--timeout 应当大于 0，不超过 {MAX_SECONDS}")
        return UNUSABLE
    require_templates(options.templates, (edition.id for edition in all_editions()))
    years, named = cli_files.years_and_paths(options.files, options.data)
    years += (options.year,) if options.year else ()
    found = find_files(named)
    chosen = Options(draft=options.draft, templates=options.templates, fonts=options.fonts,
                     strict=options.strict)
    batch = Batch(files=found.files, out=options.out, kinds=kinds, options=chosen, jobs=options.jobs,
                  years=years, seconds=options.timeout, scheduler=options.scheduler, root=found.root,
                  flat=options.flat)
    with _Progress(len(batch.files)) as progress:
        everything = run_batch(batch, progress.tell)
    outcomes = [one for one in everything if one.status != "other_year"] + cli_outcomes.closed(found)
    absent = sorted(set(years) - {one.year for one in everything})
    cli_files.say_unread(found, [(one.title, one.year) for one in everything if one.title], options.csv)
    if absent:
        there = "、".join(str(year) for year in sorted({one.year for one in everything if one.year}))
        cli_messages.say_error(f"没有{'、'.join(str(year) for year in absent)}年度的数据文件"
                           + (f"，只有{there}年度的" if there else ""))
    editions = {edition.id: edition for one in outcomes if one.files and (edition := edition_for(one.year))}
    cli_templates.say_untaken(editions.values(), options.templates, options.fonts)
    if options.csv:
        write_files(options.csv.parent, {options.csv.name: findings_csv(outcomes)})
    if options.json:
        reports = [{key: value for key, value in asdict(one).items() if key != "trace"} for one in outcomes]
        say(json.dumps({"version": JSON_VERSION, "reports": reports}, ensure_ascii=False, indent=1))
    elif outcomes:
        cli_outcomes.print_outcomes(outcomes, options.out)
    log = options.out / NOTES / LOG
    if log.exists():
        cli_messages.say_error(f"程序出错的经过记在 {log}，报告问题时请附上")
    statuses = {outcome.status for outcome in outcomes}
    if absent or statuses & {"unusable", "failed"}:
        return UNUSABLE
    return FOUND if "refused" in statuses else DONE


def _compare(options: argparse.Namespace) -> int:
    from reportgen.compare.changes import only_changes
    from reportgen.compare.years import compare
    from reportgen.files.place import write_files
    from reportgen.outputs.pdf.engine.library import EngineMissingError

    reports, refused = _reports(options.files)
    if refused:
        raise InputError(refused)
    found = compare(reports)
    if not options.all:
        found = only_changes(found)
    if options.out is None:
        _print_comparison(found)
        return DONE
    from reportgen.compare.show import comparison_docx, comparison_html, comparison_pdf

    writers = {".html": lambda found: comparison_html(found).encode(), ".docx": comparison_docx,
               ".pdf": comparison_pdf}
    write = writers.get(options.out.suffix.lower())
    if write is None:
        cli_messages.say_error(f"{options.out}：后缀应当是 .html、.docx 或 .pdf")
        return UNUSABLE
    try:
        content = write(found)
    except EngineMissingError as error:
        cli_messages.say_error(str(error))
        return UNUSABLE
    write_files(options.out.parent, {options.out.name: content})
    say(f"已生成 {options.out}")
    return DONE


def _reports(paths: list[Path]) -> tuple[list[Report], list[tuple[Origin, str]]]:
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


def _aggregate(options: argparse.Namespace) -> int:
    from reportgen.cli.exchange import write_new, write_report
    from reportgen.many.agencies_book import write_agencies
    from reportgen.many.aggregate import aggregate, unsound
    from reportgen.many.roster import read_roster
    from reportgen.sources import read_text

    roster = read_roster(options.roster) if options.roster else None
    named = {path for path in options.files if not path.is_dir()}
    reports, refused = _reports(options.files)
    # Last year's file lies beside this year's in a folder; one that was named is meant.
    counted = [report for report in reports if report.year == options.year or Path(report.path) in named]
    if refused and not options.interim:
        wrong = unsound(counted, options.year).values()
        raise InputError([*refused, *(one for found in wrong for one in found)])
    found = aggregate(counted, options.year, options.agency, roster, options.interim)
    told = [*(f"没有计入 {origin}：{message}" for origin, message in refused), *found.told]
    target = options.out or Path(f"{options.year}.yaml")
    if target.suffix.lower() in (".yaml", ".yml"):
        code = write_new(target, found.text.encode())
    else:
        code = write_report(target, read_text(found.text, str(target)), "\n".join(told))
    if code == DONE and options.table:
        mark = INTERIM_MARK if options.interim else ""
        title = f"{options.agency}{options.year}年政府信息公开工作年度报告汇总表{mark}"
        code = write_new(options.table, write_agencies(found, title, f"{options.year}-12-31"))
    if code != DONE:
        return code
    left = len(reports) - len(counted)
    say(f"{'阶段' if options.interim else ''}汇总了 {len(found.reports)} 个机关"
        + (f"，另有 {left} 份其他年度的没有计入" if left else ""))
    if told:
        say("请核对：", *(f"{number}. {line}" for number, line in enumerate(told, 1)), sep="\n")
    return DONE


class _Progress:
    """Show how a batch gets on: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.wrong = total, 0, 0
        self.started = self.told = time.monotonic()
        self.bar: Any = None
        if sys.stderr.isatty():
            from tqdm import tqdm

            self.bar = tqdm(total=total, file=sys.stderr, unit="份", dynamic_ncols=True,
                            bar_format="{bar} {n}/{total} 份，{rate_noinv_fmt}，还需 {remaining}，{desc}",
                            desc="没有生成 0 份")

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def tell(self, outcome: Outcome) -> None:
        """Count one outcome and show where things stand."""
        self.done += 1
        self.wrong += outcome.status in ("refused", "unusable", "failed")
        if self.bar is not None:
            self.bar.set_description_str(f"没有生成 {self.wrong} 份", refresh=False)
            self.bar.update()
            return
        now = time.monotonic()
        if now - self.told >= SECONDS_A_LINE:
            self.told = now
            rate = self.done / (now - self.started)
            cli_messages.say_error(f"{self.done}/{self.total} 份，没有生成 {self.wrong} 份，"
                                   f"每秒 {rate:.1f} 份，还需 {(self.total - self.done) / rate:.0f} 秒")


def findings_csv(outcomes: list[Outcome]) -> bytes:
    """Return every finding of every report as CSV that Excel opens: UTF-8 with a byte order mark."""
    stream = io.StringIO()
    table = csv.writer(stream)
    table.writerow(("文件", "机关", "年度", "结果", "编号", "程度", "位置", "说明"))
    names = {severity.value: name for severity, name in SEVERITY_NAMES.items()} | {"accepted": "已核实"}
    for one in outcomes:
        rows = [(row.code, names[row.severity], row.place, row.message) for row in one.rows]
        if one.message or not rows:
            rows.append(("", "", "", one.message))
        for row in rows:
            who = (one.file, one.agency, one.year or "", NAMES[one.status])
            table.writerow([_inert(str(text)) for text in (*who, *row)])
    return b"\xef\xbb\xbf" + stream.getvalue().encode(errors="backslashreplace")


def _inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, be it in full width or behind blanks."""
    seen = text.lstrip(" \n\u3000\xa0\ufeff\u200b")
    return f"'{text}" if seen.startswith(("\t", "\r", *FORMULA_STARTS)) else text
