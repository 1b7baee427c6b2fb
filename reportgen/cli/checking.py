"""The commands check and explain."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from reportgen.checks import check
from reportgen.checks.local_rules import explained as explained_rules
from reportgen.checks.local_rules import read_rules
from reportgen.cli import files as cli_files
from reportgen.cli import messages as cli_messages
from reportgen.cli import results as cli_results
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, Commands, say
from reportgen.cli.results import Result
from reportgen.files.folders import find_files
from reportgen.findings import InputError, Origin, refuse
from reportgen.sources import read


def add_checking_commands(commands: Commands) -> None:
    """Add check and explain to the parser's commands."""
    checked = commands.add("check", "检查数据文件或已发布的报告，不生成报告", _check)
    checked.add_argument("files", metavar="文件", type=Path, nargs="+",
                         help="数据文件，或已发布的报告；可以有多份，也可以是文件夹")
    checked.add_argument("--previous", metavar="文件", type=Path, help="上年数据文件，只能与一份数据文件连用")
    checked.add_argument("--strict", action="store_true", help="有空白格也按错误处理")
    checked.add_argument("--rules", metavar="文件", type=Path,
                         help="本地的检查规则；默认用数据文件旁边的 检查规则.yaml")
    checked.add_argument("--json", action="store_true", help="结果用 JSON 输出")
    checked.add_argument("--coverage", action="store_true",
                         help="另列文字里的数核对了多少，哪些没有核对，为什么")
    checked.add_argument("--html", metavar="网页", type=Path, help="把结果写成一个网页，可以发给填报机关")
    explain = commands.add("explain", "解释检查结果的编号", _explain)
    explain.add_argument("codes", metavar="编号", nargs="*", help="例如 GJ01；不写则列出全部编号")
    explain.add_argument("--rules", metavar="文件", type=Path, help="说明一份本地的检查规则")
    explain.add_argument("--all", action="store_true", help="输出全部规则的说明（Markdown）")


def _check(options: argparse.Namespace) -> int:
    found = find_files(options.files, published=True)
    if options.previous and len(found.files) > 1:
        cli_messages.say_error("--previous 只能与一份数据文件连用")
        return UNUSABLE
    if options.html and options.html.is_dir():
        raise refuse(Origin(str(options.html)), "这是一个文件夹，请写网页的文件名，例如 检查结果.html")
    results = [_check_one(path, options) for path in found.files]
    documents = cli_files.read_documents(found, [one.report for one in results if one.report], options.html)
    results += [_checked(Result(report.path, report), options) for report in documents]
    results = cli_results.with_refused(results, found)
    if options.json:
        say(json.dumps(cli_results.as_json(results, options.coverage), ensure_ascii=False, indent=2))
    elif len(results) > 1:
        cli_results.print_table(results)
    if options.coverage and not options.json:
        cli_results.print_coverage(results)
    if options.html:
        from reportgen.files.place import write_files
        from reportgen.outputs.review import review

        page = review([result.checked() for result in results])
        write_files(options.html.parent, {options.html.name: page.encode(errors="backslashreplace")})
        cli_messages.say_error(f"已生成 {options.html}")
    if any(result.refused for result in results) or not results:
        return UNUSABLE
    return FOUND if any(result.blocked for result in results) else DONE


def _check_one(path: Path, options: argparse.Namespace) -> Result:
    result = Result(str(path))
    try:
        result.report = read(path, options.previous)
    except InputError as error:
        _refuse(result, error, options)
    return _checked(result, options)


def _checked(result: Result, options: argparse.Namespace) -> Result:
    if result.report:
        try:
            rules = read_rules(options.rules) if options.rules else None
            result.findings = check(result.report, options.strict, rules)
        except InputError as error:
            _refuse(result, error, options)
    if not options.json:
        cli_results.print_result(result, title=True)
    return result


def _refuse(result: Result, error: InputError, options: argparse.Namespace) -> None:
    result.refused = error.problems
    if not options.json:
        cli_messages.say_error(str(error))


def _explain(options: argparse.Namespace) -> int:
    from reportgen.rules import all_rules, explained, handbook

    if options.all:
        say(handbook(), end="")
        return DONE
    if options.rules:
        say(explained_rules(read_rules(options.rules)))
        return DONE
    rules = all_rules()
    unknown = [code for code in options.codes if code.upper() not in rules]
    if unknown:
        cli_messages.say_error(f"没有编号{'、'.join(unknown)}；"
                               "不带编号运行 reportgen explain 可以列出全部编号")
        return UNUSABLE
    if options.codes:
        say("\n\n".join(explained(rules[code.upper()]) for code in options.codes))
    else:
        say("\n".join(f"{rule.code}  {rule.family}  {rule.title}" for rule in rules.values()))
    return DONE
