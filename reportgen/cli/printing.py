"""Findings on the terminal: grouped by section, with the offending figure marked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from reportgen import api
from reportgen.cli.columns import character_width, columns_of, in_columns
from reportgen.cli.messages import say, say_error
from reportgen.findings import visible

_COLUMNS = 76       # how wide an excerpt may be on the terminal
_MARK, _UNMARK = "\x1b[7m", "\x1b[0m"
_PAINT = {"错误": "\x1b[1;31m", "警告": "\x1b[33m", "提示": "\x1b[36m"}


def print_result(result: api.Result, title: bool = False) -> None:
    """Print the findings of one report by section, the accepted ones last, and their counts at the end."""
    report = result.report
    if report is None:
        return
    if title:
        say(f"{result.file}（{report.agency.name}，{report.year}年度）")
    if report.doubts:
        say("── 读取时拿不准，请核对")
        say("\n".join(f"{number}. {doubt}" for number, doubt in enumerate(report.doubts, 1)))
    for heading, findings in grouped(report,
                                     [finding for finding in result.findings if not finding.accepted]):
        say(f"── {heading}")
        for finding in findings:
            print_finding(str(finding.origin), api.SEVERITY_NAMES[finding.severity], finding.code,
                          finding.message,
                          finding.excerpt)
    if result.accepted:
        say("── 已核实（不影响生成）")
        for finding in result.accepted:
            word = finding.accepted
            say(f"{finding.origin}：已核实[{finding.code}] {finding.message}"
                + (f"（理由：{word.reason}；核实人：{word.by}）" if word else ""))
    if result.findings or title:
        say(result.summary())


def print_finding(place: str, severity: str, code: str, message: str, excerpt: api.Excerpt | None) -> None:
    """Print one finding with its excerpt, the figure marked.

    Or, without a code, one reason why a file cannot be used.
    """
    word = f"{severity}{f'[{code}]' if code else ''}"
    if _colours():
        word = f"{_PAINT[severity]}{word}{_UNMARK}"
    say(f"{visible(place)}：{word} {visible(message)}", seen=True)
    if excerpt:
        say("\n".join(f"    {line}" for line in marked(excerpt, _colours())), seen=True)


def grouped(report: api.Report, findings: Iterable[api.Finding]) -> list[tuple[str, list[api.Finding]]]:
    """Return findings by the heading of their section, in printing order; those of none come first."""
    headings = report.headings
    groups: dict[str, list[api.Finding]] = {section: [] for section in headings}
    for finding in findings:
        groups[finding.section if finding.section in groups else ""].append(finding)
    return [(headings[section], found) for section, found in groups.items() if found]


def marked(excerpt: api.Excerpt, colours: bool) -> list[str]:
    """Return the lines that show an excerpt: the stretch in reverse video, or with a line of ^ below it."""
    text, start, end = window(excerpt)
    if colours:
        return [f"{text[:start]}{_MARK}{text[start:end]}{_UNMARK}{text[end:]}"]
    return [text, " " * columns_of(text[:start]) + "^" * max(1, columns_of(text[start:end]))]


def window(excerpt: api.Excerpt) -> tuple[str, int, int]:
    """Return the part of an excerpt that fits on a line, with where the stretch stands in it."""
    begin, end = max(0, excerpt.start - _COLUMNS), excerpt.end + _COLUMNS
    # One for one, so that what is marked stays where it is.
    text = visible(excerpt.text[begin:end].replace("\n", " "), "�")
    first, last = excerpt.start - begin, excerpt.end - begin
    width = columns_of(text[first:last])
    while (first > 0 or last < len(text)) and width < _COLUMNS:
        if first > 0:
            first -= 1
            width += character_width(text[first])
        if last < len(text):
            width += character_width(text[last])
            last += 1
    head = "…" if begin + first and not text[first:].startswith("…") else ""
    tail = "…" if begin + last < len(excerpt.text) and not text[:last].endswith("…") else ""
    shift = len(head) - first - begin
    return f"{head}{text[first:last]}{tail}", excerpt.start + shift, excerpt.end + shift


def _colours() -> bool:
    """Say whether standard output is a terminal that shows colours, and nobody asked for none."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("CI"):
        return False
    # The old console of Windows prints the codes.
    return "WT_SESSION" in os.environ if os.name == "nt" else os.environ.get("TERM") != "dumb"


def print_table(results: list[api.Result]) -> None:
    """Print one line a file: agency, year, counts and what became of it."""
    head = ("文件", "机关", "年度", "错误", "警告", "提示", "已核实", "结果")
    say()
    print_rows([head, *(_row(result) for result in results)])
    bad = sum(result.blocked or bool(result.refused) for result in results)
    published = any(result.report and result.report.published for result in results)
    sound = "没有错误" if published else "可以生成"
    say(f"共 {len(results)} 份，{sound} {len(results) - bad} 份，有错误或不能读取 {bad} 份")


def print_rows(rows: list[tuple[str, ...]]) -> None:
    """Print rows of texts as columns."""
    say("\n".join(in_columns(rows)))


def _row(result: api.Result) -> tuple[str, ...]:
    report = result.report
    counts = [str(result.count(severity)) for severity in api.Severity] if report else ["-"] * 3
    return (result.file, report.agency.name if report else "-", str(report.year) if report else "-", *counts,
            str(len(result.accepted)) if report else "-", result.verdict)


def print_coverage(results: list[api.Result]) -> None:
    """Print how many figures of each report's prose were judged, and each that was left."""
    for result in results:
        if result.report is None:
            continue
        found = api.prose_coverage(result.report)
        share = "" if found.percent is None else f"（{found.percent}%）"
        say(f"{result.file}：与表有关的数 {found.judged + len(found.left)} 个，"
              f"核对了 {found.judged} 个{share}；与表无关的数 {found.others} 个")
        for one in found.left:
            words = f"：“{one.words}”" if one.words else ""
            say(f"    {one.origin}：“{one.clause}”没有核对，{one.reason}{words}")


def print_lost(error: api.ValuesLostError) -> None:
    """Print what stands in a data file and would be lost if it were written anew."""
    print_result(api.Result(error.report.path, error.report, error.findings))
    say_error(str(error))
