"""Findings on the terminal and as JSON: grouped by section, with the offending figure marked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reportgen.checks.prose.judged import REASONS, prose_coverage
from reportgen.cli.columns import character_width, columns_of, in_columns
from reportgen.cli.messages import say, say_error
from reportgen.files.folders import FoundFiles
from reportgen.findings import SEVERITY_NAMES, Excerpt, Finding, InputError, Origin, Severity, visible
from reportgen.many.head import Head, doubled
from reportgen.report.model import Report
from reportgen.rules import all_rules

if TYPE_CHECKING:
    from reportgen.outputs.review import Checked

JSON_VERSION = 1    # docs/check-json.md
_COLUMNS = 76       # how wide an excerpt may be on the terminal
_MARK, _UNMARK = "\x1b[7m", "\x1b[0m"


@dataclass
class Result:
    """What became of one file: a report with findings, or the reasons why it could not be read."""

    file: str
    report: Report | None = None
    findings: list[Finding] = field(default_factory=list)
    refused: tuple[tuple[Origin, str], ...] = ()

    def count(self, severity: Severity) -> int:
        """Return how many findings of a severity stand, accepted ones left out."""
        return sum(finding.severity is severity and finding.accepted is None for finding in self.findings)

    @property
    def accepted(self) -> list[Finding]:
        """Return the findings that the agency has accepted."""
        return [finding for finding in self.findings if finding.accepted]

    @property
    def blocked(self) -> bool:
        """Say whether an error stands."""
        return any(finding.blocks for finding in self.findings)

    @property
    def verdict(self) -> str:
        """Return in a word what became of the file."""
        if self.refused:
            return "重复" if self.report else "不能读取"
        sound = "没有错误" if self.report and self.report.published else "可以生成"
        return "有错误" if self.blocked else sound

    def checked(self) -> Checked:
        """Return it for the page of findings."""
        from reportgen.outputs.review import Checked
        from reportgen.report.main_figures import main_figures

        report = self.report
        return Checked(file=self.file, verdict=self.verdict, wrong=bool(self.refused) or self.blocked,
                       agency=report.agency.name if report else "", year=report.year if report else 0,
                       title=report.plain_title if report else "", findings=self.findings,
                       refused=self.refused, report=report, figures=main_figures(report) if report else {})

    def summary(self) -> str:
        """Return the counts in a line."""
        counts = [f"{name} {self.count(severity)}" for severity, name in SEVERITY_NAMES.items()]
        return "，".join(counts + ([f"已核实 {len(self.accepted)}"] if self.accepted else []))


def with_refused(results: list[Result], found: FoundFiles) -> list[Result]:
    """Return results with repeated reports refused, and a result for each folder that cannot be read."""
    known = {result.file: Head(result.report.agency.name, result.report.year, result.report.plain_title)
             for result in results if result.report}
    twice = doubled(known)
    judged = [replace(result, refused=((Origin(result.file), twice[result.file]),)) if result.file in twice
                    else result for result in results]
    closed = [Result(origin.file, refused=((origin, message),)) for origin, message in found.closed]
    for result in (*(result for result in judged if result.file in twice), *closed):
        say_error(str(InputError(result.refused)))
    return [*judged, *closed]


def print_result(result: Result, title: bool = False) -> None:
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
            print_finding(str(finding.origin), SEVERITY_NAMES[finding.severity], finding.code,
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


def print_finding(place: str, severity: str, code: str, message: str, excerpt: Excerpt | None) -> None:
    """Print one finding with its excerpt, the figure marked.

    Or, without a code, one reason why a file cannot be used.
    """
    say(f"{place}：{severity}{f'[{code}]' if code else ''} {message}")
    if excerpt:
        say("\n".join(f"    {line}" for line in marked(excerpt, _colours())), seen=True)


def grouped(report: Report, findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Return findings by the heading of their section, in printing order; those of none come first."""
    headings = report.headings
    groups: dict[str, list[Finding]] = {section: [] for section in headings}
    for finding in findings:
        groups[finding.section if finding.section in groups else ""].append(finding)
    return [(headings[section], found) for section, found in groups.items() if found]


def marked(excerpt: Excerpt, colours: bool) -> list[str]:
    """Return the lines that show an excerpt: the stretch in reverse video, or with a line of ^ below it."""
    text, start, end = window(excerpt)
    if colours:
        return [f"{text[:start]}{_MARK}{text[start:end]}{_UNMARK}{text[end:]}"]
    return [text, " " * columns_of(text[:start]) + "^" * max(1, columns_of(text[start:end]))]


def window(excerpt: Excerpt) -> tuple[str, int, int]:
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
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.name != "nt"


def print_table(results: list[Result]) -> None:
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


def _row(result: Result) -> tuple[str, ...]:
    report = result.report
    counts = [str(result.count(severity)) for severity in Severity] if report else ["-"] * 3
    return (result.file, report.agency.name if report else "-", str(report.year) if report else "-", *counts,
            str(len(result.accepted)) if report else "-", result.verdict)


def as_json(results: list[Result], with_coverage: bool = False) -> dict[str, object]:
    """Return results for `--json`, as docs/check-json.md describes."""
    return {"version": JSON_VERSION, "reports": [{
        "file": result.file,
        "agency": result.report.agency.name if result.report else None,
        "year": result.report.year if result.report else None,
        "edition": result.report.edition.id if result.report else None,
        "counts": {**{severity.value: result.count(severity) for severity in Severity},
                   "accepted": len(result.accepted)},
        "refused": [{"file": origin.file, **_place(origin), "message": message}
                    for origin, message in result.refused],
        "findings": [_finding(finding) for finding in result.findings],
        "published": bool(result.report and result.report.published),
        "doubts": list(result.report.doubts) if result.report else [],
        **({"coverage": _coverage(result.report) if result.report else None} if with_coverage else {}),
    } for result in results]}


def print_coverage(results: list[Result]) -> None:
    """Print how many figures of each report's prose were judged, and each that was left."""
    for result in results:
        if result.report is None:
            continue
        found = prose_coverage(result.report)
        share = "" if found.percent is None else f"（{found.percent}%）"
        say(f"{result.file}：与表有关的数 {found.judged + len(found.left)} 个，"
              f"核对了 {found.judged} 个{share}；与表无关的数 {found.others} 个")
        for one in found.left:
            words = f"：“{one.words}”" if one.words else ""
            say(f"    {one.origin}：“{one.clause}”没有核对，{REASONS[one.why]}{words}")


def _coverage(report: Report) -> dict[str, object]:
    found = prose_coverage(report)
    return {"judged": found.judged, "others": found.others, "left": [
        {"figure": one.figure, "clause": one.clause, "why": one.why, "words": one.words,
         "section": one.section, "file": one.origin.file, **_place(one.origin)} for one in found.left]}


def _place(origin: Origin) -> dict[str, object]:
    return {"line": 0 if origin.cell else origin.line, "place": origin.cell}


def _finding(finding: Finding) -> dict[str, object]:
    excerpt, accepted = finding.excerpt, finding.accepted
    return {
        "code": finding.code, "title": all_rules()[finding.code].title, "severity": finding.severity.value,
        "message": finding.message, "file": finding.origin.file, **_place(finding.origin),
        "section": finding.section, "cells": list(finding.cells), "likely": finding.likely,
        "source": finding.source,
        "excerpt": {"text": excerpt.text, "start": excerpt.start, "end": excerpt.end} if excerpt else None,
        "accepted": {"reason": accepted.reason, "by": accepted.by} if accepted else None}
