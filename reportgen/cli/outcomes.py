"""What a batch did, on the terminal: what was found in each report, a table, and what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.cli.files import command, shown
from reportgen.cli.messages import say
from reportgen.cli.results import print_finding, print_rows
from reportgen.files.folders import FoundFiles
from reportgen.findings import SEVERITY_NAMES, Severity

if TYPE_CHECKING:
    from reportgen.many.work import Outcome

NAMES = {"built": "已生成", "unchanged": "没有变化", "refused": "有错误", "unusable": "不能使用",
         "failed": "没有完成", "other_year": "其他年度"}
FEW = 5     # of so many reports the warnings are shown, too


def closed(found: FoundFiles) -> list[Outcome]:
    """Return an outcome for each folder that could not be read."""
    from reportgen.many.work import FindingRow, Outcome, Status

    rows = [FindingRow("", Severity.ERROR.value, origin.file, message) for origin, message in found.closed]
    return [Outcome(row.place, Status.UNUSABLE, rows=(row,)) for row in rows]


def print_outcomes(outcomes: list[Outcome], out: Path) -> None:
    """Print the findings of each report, a table of all, where the files are and what to do next."""
    severities = [Severity.ERROR, Severity.WARNING] if len(outcomes) <= FEW else [Severity.ERROR]
    for one in outcomes:
        _print_findings(one, [severity.value for severity in severities])
    head = ("机关", "年度", "结果", "错误", "警告", "文件")
    print_rows([head, *(_row(one) for one in outcomes)])
    counts = {name: sum(one.status == status for one in outcomes) for status, name in NAMES.items()}
    say(f"共 {len(outcomes)} 份："
        + "，".join(f"{name} {count}" for name, count in counts.items() if count))
    if any(one.files for one in outcomes):
        say(f"文件在 {shown(str(out.resolve()))}")
    hidden = [one for one in outcomes if len(outcomes) > FEW and one.count(Severity.WARNING)]
    if hidden:
        say(f"警告共 {sum(one.count(Severity.WARNING) for one in hidden)} 条，没有逐条列出；查看一份的："
            f"{command('check', shown(hidden[0].file))}")
    say(f"下一步：{_next(outcomes)}")


def _print_findings(one: Outcome, severities: list[str]) -> None:
    rows = [row for row in one.rows if row.severity in severities]
    if not rows and not one.message:
        return
    say(f"{shown(one.file)}" + (f"（{one.agency}，{one.year}年度）" if one.agency else ""))
    if one.message:
        say(f"{NAMES[one.status]}：{shown(one.message)}")
    for row in rows:
        print_finding(shown(row.place), SEVERITY_NAMES[Severity(row.severity)], row.code, shown(row.message),
                      row.excerpt)
    say()


def _row(one: Outcome) -> tuple[str, ...]:
    if not one.agency:
        return (shown(one.file), "-", NAMES[one.status], "-", "-", "-")
    # Both files are named alike; the second is told by its suffix.
    first, *others = (Path(shown(name)) for name in one.files) if one.files else (Path("-"),)
    files = "、".join((str(first), *(other.suffix for other in others)))
    return (one.agency, str(one.year), NAMES[one.status], str(one.count(Severity.ERROR)),
            str(one.count(Severity.WARNING)), files)


def _next(outcomes: list[Outcome]) -> str:
    """Return what to do next."""
    statuses = {one.status.value for one in outcomes}
    if statuses & {"refused", "unusable", "failed"}:
        return "按上面列出的改好数据文件，再运行一次，没有变化的不重做" + (
            "；要先送审的加 --draft" if "refused" in statuses else "")
    if any(one.count(Severity.ERROR) for one in outcomes):
        return "送审稿里还有错误，改正、定稿以后不加 --draft 再运行一次"
    built = outcomes[0]
    return (f"核对生成的文件；定稿后{'逐份' if len(outcomes) > 1 else ''}生成发布文件，例如 "
            f"{command('release', shown(built.file), '-o', f'{built.year}年发布')}")
