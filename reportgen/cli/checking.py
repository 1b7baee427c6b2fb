"""The commands check, explain and fix."""

from __future__ import annotations

import json
from pathlib import Path

import click

from reportgen import api
from reportgen.cli import files as cli_files
from reportgen.cli import messages as cli_messages
from reportgen.cli import printing as cli_printing
from reportgen.cli.commands import FILE, WHOLE, ChineseCommand
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say
from reportgen.cli.opening import open_files
from reportgen.cli.progress import Progress
from reportgen.findings import Origin, refuse

FEW = 20    # of more files a line tells now and then how many are checked


@click.command(cls=ChineseCommand)
@click.argument("files", metavar="文件", type=FILE, nargs=-1, required=True,
                help="数据文件，或已发布的报告；可以有多份，也可以是文件夹")
@click.option("--previous", metavar="文件", type=FILE, help="上年数据文件，只能与一份数据文件连用")
@click.option("--strict", is_flag=True, help="有没填的格也按错误处理")
@click.option("--rules", metavar="文件", type=FILE, help="本地的检查规则；默认用数据文件旁边的 检查规则.yaml")
@click.option("--json", "as_json", is_flag=True, help="结果用 JSON 输出")
@click.option("--coverage", is_flag=True, help="另列文字里的数核对了多少，哪些没有核对，为什么")
@click.option("--html", metavar="网页", type=FILE, help="把结果写成一个网页，可以发给填报机关")
@click.option("--open", "show", is_flag=True, help="与 --html 连用，写好以后打开")
@click.option("--csv", "table", metavar="文件", type=FILE, help="把全部检查结果写成 CSV，可用 Excel 打开")
@click.option("--comments", metavar="文件", type=FILE,
              help="把一份报告的检查结果写成 Word 批注：已发布的写进其 Word 文件的副本，数据文件写进送审稿")
@click.option("--year", metavar="年度", type=WHOLE, default=0, help="只检查这一年度的")
@click.option("--roster", "roster_file", metavar="文件", type=FILE,
              help="应报机关名册（文本、CSV 或 Excel），列出谁没有报、谁不在名册上、谁报了两份")
def check_command(files: tuple[Path, ...], previous: Path | None, strict: bool, rules: Path | None,
                  as_json: bool, coverage: bool, html: Path | None, show: bool, table: Path | None,
                  comments: Path | None, year: int, roster_file: Path | None) -> int:
    """Check every file named and every one in the folders named."""
    if show and not html:
        cli_messages.say_error("--open 要与 --html 连用")
        return UNUSABLE
    cli_files.require_page(html)
    _require_comments(comments, files)
    roster = api.read_roster(roster_file) if roster_file else None
    told: list[api.Result] = []
    with Progress("有错误或不能读取") as progress:

        def tell(result: api.Result, total: int) -> None:
            told.append(result)
            if not as_json:
                _print_checked(result)
            if total > FEW and len(told) <= total:
                if not progress.total:
                    progress.expect(total)
                progress.count(result.blocked or bool(result.refused))

        found = api.check_files(files, previous=previous, strict=strict, rules=rules, year=year, page=html,
                                progress=tell)
    for line in found.told:
        cli_messages.say_error(line)
    for result in found.results:
        if result.refused and not any(result is one for one in told):
            cli_messages.say_error(str(api.InputError(result.refused)))
    if as_json:
        say(json.dumps(api.results_json(found.results, coverage), ensure_ascii=False, indent=2))
    elif len(found.results) > 1:
        cli_printing.print_table(found.results)
    if coverage and not as_json:
        cli_printing.print_coverage(found.results)
    lines, complete = cli_files.attendance(roster, [
        (one.report.agency.name, one.report.year, one.file) for one in found.results if one.report], year)
    if html:
        _write(html, api.results_page(found.results, [*lines, *found.told]))
        if show:
            open_files([html])
    if table:
        _write(table, api.results_csv(found.results))
    if comments and found.results and (report := found.results[0].report):
        _write(comments, api.annotated(report, found.results[0].findings))
    if any(result.refused for result in found.results) or not found.results:
        return UNUSABLE
    return FOUND if any(result.blocked for result in found.results) or not complete else DONE


def _require_comments(path: Path | None, files: tuple[Path, ...]) -> None:
    """Refuse to write comments of more than one report, or over a file; raises InputError."""
    if path is None:
        return
    if len(files) > 1 or files[0].is_dir():
        raise refuse(Origin(str(path)), "--comments 只能用于一份报告；许多份的请用 --html 生成一个网页")
    if path.suffix.lower() != ".docx":
        raise refuse(Origin(str(path)), "批注写在 Word 文件里，文件名应以 .docx 结尾")
    if path.exists():
        raise refuse(Origin(str(path)), "文件已经存在，没有写批注；请换一个名字，或先移走它")


def _write(path: Path, content: bytes) -> None:
    cli_messages.say_error(f"已生成 {api.replace_file(path, content)}")


def _print_checked(result: api.Result) -> None:
    if result.refused:
        cli_messages.say_error(str(api.InputError(result.refused)))
    cli_printing.print_result(result, title=True)


@click.command(cls=ChineseCommand)
@click.argument("codes", metavar="编号", nargs=-1, help="例如 GJ01；不写则列出全部编号")
@click.option("--rules", "rules_file", metavar="文件", type=FILE, help="说明一份本地的检查规则")
@click.option("--all", "everything", is_flag=True, help="输出全部规则的说明（Markdown）")
def explain_command(codes: tuple[str, ...], rules_file: Path | None, everything: bool) -> int:
    """Explain rules by their codes, list them, or explain those of an office."""
    if everything:
        say(api.handbook(), end="")
        return DONE
    if rules_file:
        say(api.place_rules_explained(api.read_rules(rules_file)))
        return DONE
    rules = api.all_rules()
    unknown = [code for code in codes if code.upper() not in rules]
    if unknown:
        cli_messages.say_error(f"没有编号{'、'.join(unknown)}；"
                               "不带编号运行 reportgen explain 可以列出全部编号")
        return UNUSABLE
    if codes:
        say("\n\n".join(api.explained(rules[code.upper()]) for code in codes))
    else:
        say("\n".join(f"{rule.code}  {rule.family}  {rule.title}" for rule in rules.values()))
    return DONE


@click.command(cls=ChineseCommand)
@click.argument("files", metavar="数据文件", type=FILE, nargs=-1, required=True,
                help="一份或几份数据文件或 Excel 填报表")
@click.option("--show", is_flag=True, help="只显示会改什么，不改文件")
def fix_command(files: tuple[Path, ...], show: bool) -> int:
    """Rewrite the punctuation of data files, showing every line that changes."""
    code = DONE
    for path in files:
        try:
            fixed = api.fix(path, write=not show)
        except api.ValuesLostError as error:
            cli_printing.print_lost(error)
            code = FOUND
            continue
        if not fixed.changed:
            say(f"{path}：没有要改的")
            continue
        say("\n".join(cli_messages.difference(fixed.old, fixed.new, str(path), numbered=not fixed.form)))
        if not show:
            say(f"已改写 {path}")
    return code
