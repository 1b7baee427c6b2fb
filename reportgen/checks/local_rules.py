"""地方: rules that an office adds for its place, as a file of data beside the reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from reportgen.checks.prose.rules import Judge
from reportgen.files.folders import RULES_FILES
from reportgen.files.typed_yaml import Problem, TypedYaml, perhaps_meant
from reportgen.findings import SEVERITY_NAMES, Finding, Origin, Severity, os_reason, refuse
from reportgen.format import Edition, all_editions
from reportgen.report.model import Report
from reportgen.rules import all_rules, finding

_ORDER = list(Severity)
LENGTH, PHRASES, FIGURES = "DF01", "DF02", "DF03"


class PlaceRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule with its `source`.

    It asks for one thing: how many characters a `section` has at `least` and at `most`, `phrases` that occur
    in it, `figures` (cells) that it gives, or another `severity` for `codes`.
    """

    source: Annotated[str, Meta(min_length=1)]
    section: str = ""
    least: Annotated[int, Meta(ge=1)] | None = None
    most: Annotated[int, Meta(ge=1)] | None = None
    phrases: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    severity: Literal["error", "warning", "info"] = "warning"

    def described(self) -> str:
        """Return what the rule asks for, for a person."""
        bounds = [f"{word} {bound} 字" for word, bound in (("至少", self.least), ("至多", self.most))
                  if bound]
        parts = [f"{'、'.join(bounds)}"] if bounds else []
        parts += [f"要有“{phrase}”" for phrase in self.phrases]
        parts += [f"要写出{figure}的数" for figure in self.figures]
        if self.codes:
            return f"{'、'.join(self.codes)} 按{SEVERITY_NAMES[Severity(self.severity)]}处理"
        return f"{self.section or '各部分'}：{'，'.join(parts)}（{SEVERITY_NAMES[Severity(self.severity)]}）"


class PlaceRules(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The rules of a place."""

    name: str = ""
    rules: Annotated[tuple[PlaceRule, ...], Meta(min_length=1)]


def candidates(path: Path) -> list[Path]:
    """Return where the rules for a data file may stand: in its folder, or in the folder above."""
    return [folder / name for folder in (path.parent, path.parent.parent) for name in RULES_FILES]


def rules_for(report: Report) -> PlaceRules | None:
    """Return the rules beside a report's data file, or None.

    Raises InputError for a file that does not fit.
    """
    if not report.path:
        return None
    found = next((path for path in candidates(Path(report.path).absolute()) if path.is_file()), None)
    return None if found is None else read_rules(found)


def read_rules(path: Path) -> PlaceRules:
    """Return the rules of a file; raises InputError for one that cannot be read or does not fit."""
    try:
        return _read(str(path), path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise refuse(Origin(str(path)), "规则文件不是 UTF-8 编码，请另存为 UTF-8") from error
    except OSError as error:
        raise refuse(Origin(str(path)), f"规则文件读不出来：{os_reason(error)}") from error


@lru_cache(maxsize=16)
def _read(name: str, text: str) -> PlaceRules:
    content = TypedYaml(text, name)
    rules = content.convert(PlaceRules)
    if problems := [problem for index, rule in enumerate(rules.rules) for problem in _problems(rule, index)]:
        raise content.refused(problems)
    return rules


def _problems(rule: PlaceRule, index: int) -> Iterator[Problem]:
    at = ("rules", index)
    asked = [bool(rule.least or rule.most), bool(rule.phrases), bool(rule.figures), bool(rule.codes)]
    if sum(asked) != 1:
        yield at, "least 和 most、phrases、figures、codes 写其中一样"
    sections = [word for edition in all_editions() for one in edition.sections for word in (one.name, one.id)]
    if rule.section and rule.section not in sections:
        near = perhaps_meant(rule.section, dict.fromkeys(sections))
        yield (*at, "section"), f"没有“{rule.section}”这一部分{near}"
    if (rule.least or rule.most) and not rule.section:
        yield at, "写了 least 或 most 的，要用 section 写明哪一部分"
    if rule.least and rule.most and rule.least > rule.most:
        yield (*at, "least"), f"比 most（{rule.most}）还大"
    for figure in rule.figures:
        if not any(_cell(edition, figure) for edition in all_editions()):
            names = [edition.chinese_name(path) for edition in all_editions()[-1:] for path in edition.cells]
            yield (*at, "figures"), f"没有“{figure}”这一格{perhaps_meant(figure, names)}"
    for code in rule.codes:
        known = all_rules().get(code)
        if known is None:
            yield (*at, "codes"), f"检查规则里没有编号“{code}”{perhaps_meant(code, all_rules())}"
        elif not known.acceptable and _ORDER.index(Severity(rule.severity)) > _ORDER.index(known.severity):
            yield (*at, "codes"), f"“{code}”只能改正，不能放宽"


def place_findings(report: Report, rules: PlaceRules) -> Iterator[Finding]:
    """Find where a report departs from the rules of its place."""
    for rule in rules.rules:
        for one in (*_lengths(report, rule), *_phrases(report, rule), *_figures(report, rule)):
            yield replace(one, severity=Severity(rule.severity), source=rule.source)


def with_severities(findings: list[Finding], rules: PlaceRules) -> list[Finding]:
    """Return findings with the severity that their place gives their code, and its source."""
    changed = {code: rule for rule in rules.rules for code in rule.codes}
    return [replace(one, severity=Severity(changed[one.code].severity),
                    source=f"{changed[one.code].source}；{one.source}") if one.code in changed else one
            for one in findings]


def _sections(report: Report, rule: PlaceRule) -> dict[str, str]:
    """Return the texts that a rule is about by section: one, or all of the report but its preamble."""
    return {section.id: "\n".join(paragraph.text for paragraph in report.section_prose.get(section.id, ()))
            for section in report.edition.sections
            if rule.section in (section.id, section.name)
            or (not rule.section and section.id in report.section_prose)}


def _lengths(report: Report, rule: PlaceRule) -> Iterator[Finding]:
    for section, text in _sections(report, rule).items():
        length = len("".join(text.split()))
        heading = report.headings[section]
        if rule.most and length > rule.most:
            yield finding(LENGTH, f"“{heading}”有 {length} 字，最多 {rule.most} 字；请精简",
                          report.origin(section), section=section)
        if rule.least and length < rule.least:
            yield finding(LENGTH, f"“{heading}”有 {length} 字，至少 {rule.least} 字；请补写",
                          report.origin(section), section=section)


def length_limits(report: Report) -> dict[str, tuple[int | None, int | None]]:
    """Return the least and the most characters that the place of a report asks of its sections.

    Raises InputError for rules that do not fit.
    """
    rules = rules_for(report)
    return {section: (rule.least, rule.most) for rule in (rules.rules if rules else ())
            if rule.least or rule.most for section in _sections(report, rule)}


def _phrases(report: Report, rule: PlaceRule) -> Iterator[Finding]:
    texts = _sections(report, rule) if rule.phrases else {}
    for phrase in rule.phrases if texts else ():
        if not any(phrase in text for text in texts.values()):
            section = next(iter(texts)) if rule.section else ""
            where = f"“{report.headings[section]}”" if section else "报告"
            yield finding(PHRASES, f"{where}里没有“{phrase}”；请补写", report.origin(section or "year"),
                          section=section)


def _figures(report: Report, rule: PlaceRule) -> Iterator[Finding]:
    cells = [cell for figure in rule.figures if (cell := _cell(report.edition, figure))]
    texts = _sections(report, rule) if cells else {}
    given = _given(report, tuple(texts)) if cells else set()
    for cell in cells:
        if cell not in given:
            section = next(iter(texts), "") if rule.section else ""
            where = f"“{report.headings[section]}”" if section else "文字"
            yield finding(FIGURES, f"{where}里没有写出{report.edition.cell_label(cell)}的数；请补写",
                          report.origin(section or "year"), (cell,), section=section)


def _given(report: Report, sections: tuple[str, ...]) -> set[str]:
    """Return the cells whose figures some sections give."""
    judge = Judge(report)
    return {reading.cells[0] for section in sections for paragraph in report.section_prose.get(section, ())
            for statement in judge.statements(paragraph.text) if statement.kind in ("count", "zero")
            for reading in statement.readings if len(reading.cells) == 1}


def _cell(edition: Edition, name: str) -> str:
    """Return the path of a cell named in Chinese or by its path, or an empty string."""
    if name in edition.cells:
        return name
    return next((path for path in edition.cells if edition.chinese_name(path) == name), "")


def place_rules_explained(rules: PlaceRules) -> str:
    """Return the rules of a place, for a person."""
    return "\n".join([f"{rules.name or '地方'}的规则："]
                     + [f"{rule.described()}；依据：{rule.source}" for rule in rules.rules])
