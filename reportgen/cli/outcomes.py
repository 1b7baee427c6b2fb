"""What a batch did, on the terminal: what was found in each report, a table, and what to do next."""

from __future__ import annotations

from pathlib import Path

from reportgen import api
from reportgen.cli.files import command, shown
from reportgen.cli.messages import say
from reportgen.cli.printing import print_finding, print_rows

FEW = 5     # of so many reports the warnings are shown, too


def print_outcomes(outcomes: list[api.Outcome], out: Path) -> None:
    """Print the findings of each report, a table of all, where the files are and what to do next."""
    severities = [api.Severity.ERROR, api.Severity.WARNING] if len(outcomes) <= FEW else [api.Severity.ERROR]
    for one in outcomes:
        _print_findings(one, [severity.value for severity in severities])
    head = ("机关", "年度", "结果", "错误", "警告", "文件")
    print_rows([head, *(_row(one) for one in outcomes)])
    counts = {name: sum(one.status == status for one in outcomes)
              for status, name in api.OUTCOME_NAMES.items()}
    say(f"共 {len(outcomes)} 份："
        + "，".join(f"{name} {count}" for name, count in counts.items() if count))
    if any(one.files for one in outcomes):
        say(f"文件在 {shown(str(out.resolve()))}")
    hidden = [one for one in outcomes if len(outcomes) > FEW and one.count(api.Severity.WARNING)]
    if hidden:
        say(f"警告共 {sum(one.count(api.Severity.WARNING) for one in hidden)} 条，没有逐条列出；查看一份的："
            f"{command('check', shown(hidden[0].file))}")
    say(f"下一步：{_next(outcomes)}")


def _print_findings(one: api.Outcome, severities: list[str]) -> None:
    rows = [row for row in one.rows if row.severity in severities]
    if not rows and not one.message:
        return
    say(f"{shown(one.file)}" + (f"（{one.agency}，{one.year}年度）" if one.agency else ""))
    if one.message:
        say(f"{api.OUTCOME_NAMES[one.status]}：{shown(one.message)}")
    for row in rows:
        severity = api.SEVERITY_NAMES[api.Severity(row.severity)]
        print_finding(shown(row.place), severity, row.code, shown(row.message), row.excerpt)
    say()


def _row(one: api.Outcome) -> tuple[str, ...]:
    if not one.agency:
        return (shown(one.file), "-", api.OUTCOME_NAMES[one.status], "-", "-", "-")
    # Both files are named alike; the second is told by its suffix.
    first, *others = (Path(shown(name)) for name in one.files) if one.files else (Path("-"),)
    files = "、".join((str(first), *(other.suffix for other in others)))
    return (one.agency, str(one.year), api.OUTCOME_NAMES[one.status], str(one.count(api.Severity.ERROR)),
            str(one.count(api.Severity.WARNING)), files)


def _next(outcomes: list[api.Outcome]) -> str:
    """Return what to do next."""
    statuses = {one.status.value for one in outcomes}
    if statuses & {"refused", "unusable", "failed"}:
        return "按上面列出的改好数据文件，再运行一次，没有变化的不重做" + (
            "；要先送审的加 --draft" if "refused" in statuses else "")
    if any(one.count(api.Severity.ERROR) for one in outcomes):
        return "送审稿里还有错误，改正、定稿以后不加 --draft 再运行一次"
    built = outcomes[0]
    return (f"核对生成的文件；定稿后{'逐份' if len(outcomes) > 1 else ''}生成发布文件，例如 "
            f"{command('release', shown(built.file), '-o', f'{built.year}年发布')}")
