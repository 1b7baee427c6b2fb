"""Write a YAML data file with what a report holds, in Chinese keys, prose with its expressions as they were typed."""

from __future__ import annotations

from reportgen.editions import Key
from reportgen.reading.fields import Field, common_fields, section_fields
from reportgen.report import Cell, Report


def write_yaml(report: Report, comment: str = "") -> str:
    """Return the text of a data file that reads as this report does; `comment` stands at its head.

    What is computed, and what is not filled in, is left out.
    """
    lines = [f"# {line}" for line in (comment.splitlines() or [f"{report.agency.name}{report.year}年度数据文件"])]
    for entry in common_fields():
        if entry.kind == "prose":
            lines += _prose(entry.name, report.written.get(entry.id, ()))
            for section in section_fields(report.edition):
                if section.kind == "table":
                    lines += _table(report.edition.keys[section.id], report, 0)
                else:
                    lines += _prose(section.name, report.written.get(section.id, ()))
        elif entry.kind == "notes":
            lines += _notes(entry, report)
        elif entry.kind == "list":
            lines += _accepted(entry, report)
        elif entry.kind == "group":
            lines += _group(entry, report)
        elif entry.id not in ("edition", "blanks"):
            text = str(report.year) if entry.id == "year" else report.texts.get(entry.id, "")
            lines += _text(entry, text, "")
    return "\n".join(lines) + "\n"


def quoted(value: str) -> str:
    """Return a scalar that reads back as the text that it is."""
    plain = value and not set(value) & set(":#{}[],&*!|>'\"%@`\n") and value == value.strip() and value[0] not in "-?"
    if plain and value not in ("~", "null", "Null", "NULL"):
        return value
    return "'" + value.replace("'", "''") + "'"


def _text(entry: Field, text: str, indent: str) -> list[str]:
    if not text:
        return []
    if "\n" in text:
        return [f"{indent}{entry.name}: |-", *(f"{indent}  {line}" for line in text.split("\n"))]
    return [f"{indent}{entry.name}: {quoted(entry.choices.get(text, text))}"]


def _group(entry: Field, report: Report) -> list[str]:
    lines = [line for child in entry.fields
             for line in _text(child, report.texts.get(f"{entry.id}.{child.id}", ""), "  ")]
    if lines:
        return [f"{entry.name}:", *lines]
    # An empty signature still prints: the agency's name.
    return [f"{entry.name}: {{}}"] if entry.id == "signature" and report.signature else []


def _prose(name: str, written: tuple[str, ...], indent: str = "") -> list[str]:
    lines = [line.strip() for line in written if line.strip()]
    return [f"{indent}{name}: |", *(f"{indent}  {line}" for line in lines)] if lines else []


def _table(key: Key, report: Report, depth: int) -> list[str]:
    indent = "  " * depth
    if key.cell is not None:
        cell = report.cells.get(key.path)
        return [f"{indent}{key.name}: {cell_text(cell)}"] if cell and (not cell.blank or cell.remark) and not (
            cell.computed and _is_total(key.path, report)) else []
    children = key.single_row if key.path in report.single_rows and key.single_row else key.children
    lines = [line for child in children.values() for line in _table(child, report, depth + 1)]
    return [f"{indent}{key.name}:", *lines] if lines else []


def _is_total(path: str, report: Report) -> bool:
    return any(equation.identity.total and equation.left == ((path,),) for equation in report.edition.equations)


def cell_text(cell: Cell, chinese: bool = True) -> str:
    """Return a cell as a data file has it: a number, or number and remark in braces, with Chinese or English keys."""
    value = quoted(f"{cell.number}{cell.unit}") if cell.number else "null"
    if not cell.remark:
        return value
    names = ("数值", "备注") if chinese else ("value", "remark")
    return f"{{{names[0]}: {value}, {names[1]}: {quoted(cell.remark)}}}"


def _notes(entry: Field, report: Report) -> list[str]:
    lines = [line for table in report.edition.tables.values()
             for line in _prose(table.name, report.written.get(f"notes.{table.id}", ()), "  ")]
    return [f"{entry.name}:", *lines] if lines else []


def _accepted(entry: Field, report: Report) -> list[str]:
    lines = []
    for one in report.accepted:
        texts = {"code": one.code, "cell": one.cell, "sentence": one.sentence, "reason": one.reason, "by": one.by}
        items = [f"{field.name}: {quoted(texts[field.id])}" for field in entry.fields if texts[field.id]]
        lines += [f"  {'- ' if index == 0 else '  '}{item}" for index, item in enumerate(items)]
    return [f"{entry.name}:", *lines] if lines else []
