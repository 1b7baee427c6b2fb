"""Check many files: what was found in each, as records and as JSON (docs/check-json.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.api.gathering import read_documents
from reportgen.checks import check
from reportgen.checks.local_rules import PlaceRules, read_rules
from reportgen.checks.prose.judged import prose_coverage
from reportgen.files.folders import FoundFiles, find_files
from reportgen.findings import SEVERITY_NAMES, Finding, InputError, Origin, Severity, refuse
from reportgen.many.head import Head, doubled, only_other_years
from reportgen.report.model import Report
from reportgen.rules import all_rules
from reportgen.sources import read

if TYPE_CHECKING:
    from reportgen.outputs.review import Checked

JSON_VERSION = 1    # docs/check-json.md


@dataclass
class Result:
    """What became of one file: a report with findings, or the reasons why it could not be used."""

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


@dataclass
class CheckedFiles:
    """What became of every file, and lines about documents that were not read."""

    results: list[Result]
    told: list[str]


def check_files(paths: Iterable[str | Path], *, previous: str | Path | None = None, strict: bool = False,
                rules: str | Path | None = None, year: int = 0, page: Path | None = None,
                progress: Callable[[Result, int], None] = lambda result, total: None) -> CheckedFiles:
    """Check every data file and published report that is named or lies in the folders named.

    `previous` is last year's file, for one file only; `rules` a file of rules of the place; with `year`,
    reports of other years are left out and told; `page` is where a page of the findings will be written,
    which is no report. `progress` is called with each result as it comes, and how many files were named;
    files that turn out to be of the same agency and year are refused at the end. Raises InputError for a
    folder without any and for rules that cannot be used.
    """
    found = find_files(map(Path, paths), published=True)
    if previous and len(found.files) > 1:
        raise refuse(Origin("--previous"), "只能与一份数据文件连用")
    place = read_rules(Path(rules)) if rules else None
    results: list[Result] = []
    others: list[Report] = []

    def take(result: Result) -> None:
        if year and result.report and result.report.year != year:
            others.append(result.report)
            return
        results.append(_checked(result, strict, place))
        progress(results[-1], len(found.files))

    for path in found.files:
        take(_read(path, previous))
    documents = read_documents(found, [*others, *(one.report for one in results if one.report)], page)
    for report in documents.reports:
        take(Result(report.path, report))
    told = [f"另有 {len(others)} 份不是{year}年度的，没有检查"] if others else []
    reports = [*others, *(one.report for one in results if one.report)]
    told += only_other_years(((one.agency.name, one.year, one.path) for one in reports),
                             [year] if others else [])
    return CheckedFiles(_with_refused(results, found), [*documents.told, *told])


def _read(path: Path, previous: str | Path | None) -> Result:
    try:
        return Result(str(path), read(path, previous))
    except InputError as error:
        return Result(str(path), refused=error.problems)


def _checked(result: Result, strict: bool, rules: PlaceRules | None) -> Result:
    if result.report:
        try:
            result.findings = check(result.report, strict, rules)
        except InputError as error:
            result.refused = error.problems
    return result


def _with_refused(results: list[Result], found: FoundFiles) -> list[Result]:
    """Return results with repeated reports refused, and a result for each folder that cannot be read."""
    known = {result.file: Head(result.report.agency.name, result.report.year, result.report.plain_title)
             for result in results if result.report}
    twice = doubled(known)
    judged = [replace(result, refused=((Origin(result.file), twice[result.file]),)) if result.file in twice
              else result for result in results]
    return judged + [Result(origin.file, refused=((origin, message),)) for origin, message in found.closed]


def results_json(results: list[Result], with_coverage: bool = False) -> dict[str, object]:
    """Return results as JSON values, as docs/check-json.md describes them."""
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


def results_page(results: list[Result], told: Sequence[str] = ()) -> bytes:
    """Return a web page of what was found in each file; `told` is what is to be said of all.

    Nothing in it is fetched.
    """
    from reportgen.outputs.review import review

    return review([result.checked() for result in results], told).encode(errors="backslashreplace")


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
