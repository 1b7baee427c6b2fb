"""The catalogue of rules: what each code says, why, from what source, and how to mend what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Annotated

from msgspec import Meta, Struct

from reportgen.files.typed_yaml import TypedYaml
from reportgen.findings import NOWHERE, SEVERITY_NAMES, Excerpt, Finding, Origin, Severity

FAMILIES = {"DR": "读入", "GJ": "勾稽", "TB": "填报", "KN": "跨年", "WB": "文表", "WZ": "文字", "YS": "隐私",
            "FB": "发布", "DF": "地方", "HS": "核实"}
# The files of the catalogue, in the order of a report's life.
_FILES = ("reading.yaml", "figures.yaml", "wording.yaml", "release.yaml")


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """One rule: `says` what it asks for, `why`, its `source` (a clause, or the reason), and how to
    `mend`.

    `strict` rules are errors where blanks are refused; a rule that is not `acceptable` can only be mended.
    """

    code: Annotated[str, Meta(pattern=f"^({'|'.join(FAMILIES)})[0-9]{{2}}$")]
    severity: Severity
    title: str
    says: str
    why: str
    mend: str
    source: str = ""
    strict: bool = False
    acceptable: bool = True

    @property
    def family(self) -> str:
        """Return the Chinese name of the rule's family."""
        return FAMILIES[self.code[:2]]


@cache
def all_rules() -> dict[str, Rule]:
    """Return every rule by code, in the order of the catalogue.

    Raises InputError for an entry that does not fit, and for a code that stands twice or is of no family.
    """
    folder = resources.files("reportgen.rules")
    return collected((name, (folder / name).read_text(encoding="utf-8")) for name in _FILES)


def collected(files: Iterable[tuple[str, str]]) -> dict[str, Rule]:
    """Return the rules by code of some files, given as (name, text); raises InputError as all_rules does."""
    found: dict[str, Rule] = {}
    for name, text in files:
        content = TypedYaml(text, name)
        for index, rule in enumerate(content.convert(tuple[Rule, ...])):
            if rule.code in found:
                raise content.refused([((index, "code"), f"编号“{rule.code}”用了两次，请换一个")])
            found[rule.code] = rule
    return found


def finding(code: str, message: str, origin: Origin = NOWHERE, cells: tuple[str, ...] = (), *,
            source: str = "", section: str = "", excerpt: Excerpt | None = None,
            likely: str = "") -> Finding:
    """Build a finding with its rule's severity, and its rule's source where none is given."""
    rule = all_rules()[code]
    return Finding(code=code, severity=rule.severity, message=message, origin=origin, cells=cells,
                   source=source or rule.source, section=section, excerpt=excerpt, likely=likely)


def explained(rule: Rule, heading: str = "") -> str:
    """Return what a rule says, for a person; with `heading` ("##") as Markdown."""
    parts = [("规定", rule.says), ("原因", rule.why), ("依据", rule.source), ("怎样改", rule.mend)]
    if rule.strict:
        parts.append(("从严", "加 --strict 检查时按错误处理"))
    if not rule.acceptable:
        parts.append(("核实", "不能用“已核实”放行，只能改正"))
    severity = SEVERITY_NAMES[rule.severity]
    if heading:
        lines = [f"- {name}：{text}" for name, text in parts if text]
        return f"{heading} {rule.code} {rule.title}（{severity}）\n\n" + "\n".join(lines) + "\n"
    return f"{rule.code} {rule.title}（{rule.family}，{severity}）\n" + "\n".join(
        f"{name}：{text}" for name, text in parts if text)


def handbook() -> str:
    """Return the page of all rules, as Markdown."""
    lines = ["# 检查规则", "",
             "本页由 `reportgen explain --all` 生成。错误会阻止生成正式报告，警告请核对，提示供参考。",
             "经核对确属实情的，可以写进数据文件的“已核实”（见 README.zh-CN.md）。", ""]
    family = ""
    for rule in all_rules().values():
        if rule.family != family:
            family = rule.family
            lines += [f"## {family}（{rule.code[:2]}）", ""]
        lines.append(explained(rule, "###"))
    return "\n".join(lines).rstrip() + "\n"
