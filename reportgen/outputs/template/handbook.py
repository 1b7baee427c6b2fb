"""List all that a template may use, as Markdown: docs/templates.md is this text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import resources

from reportgen.datafile.fields import common_fields, section_fields
from reportgen.datafile.names import PREVIOUS_NAME, SUM_NAMES
from reportgen.format import Edition, all_editions
from reportgen.outputs.sandbox import JINJA_FILTERS, JINJA_TESTS
from reportgen.outputs.template.known import LINE_BELOW, WORD_PASSAGES
from reportgen.report.figures import FILTERS

# What people read first stands in a file of its own.
_HEAD = "fields.md"
_EXAMPLES = {
    "share": "`{{{{ {0.part} | share({0.total}) }}}}` 印 97.59%，第二个数是小数位数",
    "growth": "`{{{{ {0.total} | growth(previous.{0.total}) }}}}` 印 增长1.08%、下降3.20% 或 持平",
    "thousands": "`{{{{ {0.large} | thousands }}}}` 印 1,573,179"}


def field_handbook() -> str:
    """Return the page."""
    head = (resources.files("reportgen.outputs.template") / _HEAD).read_text(encoding="utf-8")
    tables = (line for edition in all_editions() for line in _tables(edition))
    return "\n".join((head, *_filters(), *_fields(), *_passages(), *tables, ""))


def _filters() -> Iterator[str]:
    names: dict[str, list[str]] = {}
    for name, filter_ in FILTERS.items():
        names.setdefault(filter_.__name__, []).append(name)
    yield "## 过滤器\n"
    for ident, known in names.items():
        yield f"- {_listed(known)}：{_EXAMPLES[ident].format(all_editions()[-1].examples)}"
    yield f"- Jinja 的：{_listed(sorted(JINJA_FILTERS))}"
    yield f"- 判断（`is`）：{_listed(sorted(JINJA_TESTS))}；函数：`range`\n"


def _listed(names: Iterable[str]) -> str:
    return f"`{'`、`'.join(names)}`"


def _fields() -> Iterator[str]:
    yield "## 字段\n"
    yield "| 字段 | 中文名称 |\n| --- | --- |"
    yield "| `year` | 年度 |\n| `title` | 标题 |"
    for entry in common_fields():
        if entry.kind == "group" and entry.id != "charts":
            for field in entry.fields:
                yield f"| `{entry.id}.{field.id}` | {entry.name}.{field.name} |"
    yield f"| `previous.…` | {PREVIOUS_NAME}.…，上一年的字段和表格；没有上年数据文件时为假 |"
    yield "| `draft_mark` | 送审稿标记，正式稿为空 |\n| `single_rows` | 只填一行的分组 |"
    yield "| `sections` | 各部分，可以循环：`{%p for section in sections %}`、`{{ section.heading }}` |\n"


def _passages() -> Iterator[str]:
    yield "## 成段的内容（Word 模板里写 `{{p … }}`）\n"
    yield "| 字段 | 内容 |\n| --- | --- |"
    for name, what in WORD_PASSAGES.items():
        yield f"| `{name}` | {what} |"
    sections = {field.id: field.name for edition in all_editions() for field in section_fields(edition)
                if field.kind == "prose"}
    for ident, name in sections.items():
        charts = "，含图表" if ident == next(iter(sections)) else ""
        yield f"| `{ident}` | {name}的正文{charts} |"
    for entry in common_fields():
        if entry.kind == "by_table":
            yield f"| `{entry.id}.<表格>` | {entry.name}：{entry.about} |"
    yield f"| `{LINE_BELOW}.<表格>` | 表下的空行；占满一页的表格下面没有，收紧版面时也没有 |"
    yield ("\n`preamble`、各部分的正文、表前表后的文字和附注在网页和 PDF 的模板里也可以直接写 `{{ … }}`；"
           "其余几项只有 Word 模板有。\n")


def _tables(edition: Edition) -> Iterator[str]:
    yield f"## {edition.id} 版的表格（{edition.issued_as}）\n"
    yield f"一组行的合计写作 `组.{SUM_NAMES[0]}.列`（`组.{SUM_NAMES[1]}.列`）。\n"
    for table in edition.tables.values():
        yield f"### {table.short} {table.caption}\n"
        yield "| 行 | 列 | 印在 |\n| --- | --- | --- |"
        rows: dict[tuple[str, str], list[str]] = {}
        for spec in table.cells.values():
            rows.setdefault((spec.row, spec.row_label), []).append(spec.column)
        groups = {row: group for group, below in table.groups.items() for row in below}
        seen: set[str] = set()
        for (row, label), columns in rows.items():
            group = groups.get(row)
            if group and group not in seen:
                seen.add(group)
                yield f"| `{group}.{SUM_NAMES[0]}` | {_listed(columns)} | 以下各行的合计 |"
            yield f"| `{row}` | {_listed(columns)} | {label or table.short} |"
        yield ""
