"""The commands check, explain and fix."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import click

from reportgen.checks import check
from reportgen.checks.local_rules import explained as explained_rules
from reportgen.checks.local_rules import read_rules
from reportgen.cli import exchange as cli_exchange
from reportgen.cli import files as cli_files
from reportgen.cli import messages as cli_messages
from reportgen.cli import results as cli_results
from reportgen.cli.commands import FILE, WHOLE, ChineseCommand
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say
from reportgen.cli.progress import Progress
from reportgen.cli.results import Result
from reportgen.files.folders import find_files
from reportgen.findings import InputError, Origin, refuse
from reportgen.sources import read, require_data_file

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
@click.option("--csv", "table", metavar="文件", type=FILE, help="把全部检查结果写成 CSV，可用 Excel 打开")
@click.option("--comments", metavar="文件", type=FILE,
              help="把一份报告的检查结果写成 Word 批注：已发布的写进其 Word 文件的副本，数据文件写进送审稿")
@click.option("--year", metavar="年度", type=WHOLE, default=0, help="只检查这一年度的")
@click.option("--roster", "roster_file", metavar="文件", type=FILE,
              help="应报机关名册（文本、CSV 或 Excel），列出谁没有报、谁不在名册上、谁报了两份")
def check_command(files: tuple[Path, ...], previous: Path | None, strict: bool, rules: Path | None,
                  as_json: bool, coverage: bool, html: Path | None, table: Path | None,
                  comments: Path | None, year: int, roster_file: Path | None) -> int:
    """Check every file named and every one in the folders named."""
    found = find_files(files, published=True)
    if previous and len(found.files) > 1:
        cli_messages.say_error("--previous 只能与一份数据文件连用")
        return UNUSABLE
    cli_files.require_page(html)
    _require_comments(comments, files)
    roster = cli_files.roster_of_file(roster_file)
    checking = _Checking(strict, rules, as_json, year)
    with Progress("有错误或不能读取", len(found.files) if len(found.files) > FEW else 0) as progress:
        results = [checking.counted(path, previous, progress) for path in found.files]
    documents = cli_files.read_documents(found, [one.report for one in results if one.report], html)
    results += [checking.report(Result(report.path, report)) for report in documents]
    results = cli_results.with_refused(checking.of_year(results), found)
    if as_json:
        say(json.dumps(cli_results.as_json(results, coverage), ensure_ascii=False, indent=2))
    elif len(results) > 1:
        cli_results.print_table(results)
    if coverage and not as_json:
        cli_results.print_coverage(results)
    told, complete = cli_files.attendance(roster, [
        (one.report.agency.name, one.report.year, one.file) for one in results if one.report], year)
    if html:
        from reportgen.outputs.review import review

        _write(html, review([result.checked() for result in results], told)
               .encode(errors="backslashreplace"))
    if table:
        from reportgen.cli.findings_table import results_csv

        _write(table, results_csv(results))
    if comments and results and results[0].report:
        from reportgen.outputs.annotated import annotated

        _write(comments, annotated(results[0].report, results[0].findings))
    if any(result.refused for result in results) or not results:
        return UNUSABLE
    return FOUND if any(result.blocked for result in results) or not complete else DONE


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
    from reportgen.files.place import write_file

    write_file(path, content)
    cli_messages.say_error(f"已生成 {path}")


@dataclass(frozen=True)
class _Checking:
    """How to check; each result is printed as it comes, unless `quiet`. `year` is 0 for any."""

    strict: bool
    rules: Path | None
    quiet: bool
    year: int

    def of_year(self, results: list[Result]) -> list[Result]:
        """Return the results of the year asked for, and of files that say none; tell of the others."""
        kept = [one for one in results if not self._other_year(one)]
        if len(kept) < len(results):
            cli_messages.say_error(f"另有 {len(results) - len(kept)} 份不是{self.year}年度的，没有检查")
        return kept

    def counted(self, path: Path, previous: Path | None, progress: Progress) -> Result:
        """Read and check one file, and count it."""
        result = self.file(path, previous)
        if progress.total:
            progress.count(result.blocked or bool(result.refused))
        return result

    def _other_year(self, result: Result) -> bool:
        return bool(self.year and result.report and result.report.year != self.year)

    def file(self, path: Path, previous: Path | None) -> Result:
        """Read and check one file."""
        result = Result(str(path))
        try:
            result.report = read(path, previous)
        except InputError as error:
            self._refuse(result, error)
        return self.report(result)

    def report(self, result: Result) -> Result:
        """Check the report of a result, where it could be read and is of the year asked for."""
        if self._other_year(result):
            return result
        if result.report:
            try:
                rules = read_rules(self.rules) if self.rules else None
                result.findings = check(result.report, self.strict, rules)
            except InputError as error:
                self._refuse(result, error)
        if not self.quiet:
            cli_results.print_result(result, title=True)
        return result

    def _refuse(self, result: Result, error: InputError) -> None:
        result.refused = error.problems
        if not self.quiet:
            cli_messages.say_error(str(error))


@click.command(cls=ChineseCommand)
@click.argument("codes", metavar="编号", nargs=-1, help="例如 GJ01；不写则列出全部编号")
@click.option("--rules", "rules_file", metavar="文件", type=FILE, help="说明一份本地的检查规则")
@click.option("--all", "everything", is_flag=True, help="输出全部规则的说明（Markdown）")
def explain_command(codes: tuple[str, ...], rules_file: Path | None, everything: bool) -> int:
    """Explain rules by their codes, list them, or explain those of an office."""
    from reportgen.rules import all_rules, explained, handbook

    if everything:
        say(handbook(), end="")
        return DONE
    if rules_file:
        say(explained_rules(read_rules(rules_file)))
        return DONE
    rules = all_rules()
    unknown = [code for code in codes if code.upper() not in rules]
    if unknown:
        cli_messages.say_error(f"没有编号{'、'.join(unknown)}；"
                               "不带编号运行 reportgen explain 可以列出全部编号")
        return UNUSABLE
    if codes:
        say("\n\n".join(explained(rules[code.upper()]) for code in codes))
    else:
        say("\n".join(f"{rule.code}  {rule.family}  {rule.title}" for rule in rules.values()))
    return DONE


@click.command(cls=ChineseCommand)
@click.argument("files", metavar="数据文件", type=FILE, nargs=-1, required=True)
@click.option("--show", is_flag=True, help="只显示会改什么，不改文件")
def fix_command(files: tuple[Path, ...], show: bool) -> int:
    """Rewrite the punctuation of data files, showing every line that changes."""
    from reportgen.datafile.fix import mend, mended_text
    from reportgen.files.place import rewrite_file
    from reportgen.form.plan import WORKBOOKS
    from reportgen.imports.target import target

    code = DONE
    for path in files:
        require_data_file(path)
        form = path.suffix.lower() in WORKBOOKS
        if form:
            report = cli_exchange.whole_report(path)
            if report is None:
                code = FOUND
                continue
            into = target(path, report)
            old, new = into.text, mended_text(into.text, str(path))
        else:
            old, new = mend(path)
        if old == new:
            say(f"{path}：没有要改的")
            continue
        say("\n".join(cli_messages.difference(old, new, str(path), numbered=not form)))
        if not show:
            rewrite_file(path, into.content(new) if form else new.encode())
            say(f"已改写 {path}")
    return code
