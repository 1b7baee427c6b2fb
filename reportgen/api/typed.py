"""What people type into cells, and what they say of findings, as a data file has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reportgen.datafile.edit import Editor, Step
from reportgen.datafile.fields import Field, common_fields
from reportgen.datafile.text import Bare, Value
from reportgen.datafile.values import ValueRefusedError, parse_money, parse_number
from reportgen.format import CellType


@dataclass(frozen=True)
class Typed:
    """What is typed into a cell: its number, with its unit where it is money, and its remark."""

    number: str
    remark: str = ""


def typed_value(typed: Typed, kind: CellType, chinese: bool) -> Value:
    """Return what is typed as a data file has it, with Chinese or English keys.

    A number loses its thousands separators; what is none is kept as it was typed, to be found by the checks.
    """
    number, remark = typed.number.strip(), " ".join(typed.remark.split())
    value = _number(number, kind) if number else None
    if not remark:
        return value
    names = ("数值", "备注") if chinese else ("value", "remark")
    return {names[0]: value, names[1]: remark}


def _number(text: str, kind: CellType) -> str:
    plain, unit = parse_money(text) if kind is CellType.MONEY else (text, "")
    try:
        return Bare(f"{parse_number(plain, kind)[1]}{unit}")
    except ValueRefusedError:
        return text


def accept_finding(text: str, said: Mapping[str, str], name: str = "数据文件.yaml") -> str:
    """Return the text of a YAML data file with one more finding accepted （已核实）, comments and order kept.

    `said` has code, cell, sentence, reason and by, empty ones left out; `name` is what messages call the
    file. Raises InputError for a text that is no data file or cannot be changed so.
    """
    entry = _accepted()
    line_end = "\r\n" if "\r\n" in text else "\n"
    editor = Editor(text.replace("\r\n", "\n"), name)
    step: Step = (entry.id, entry.name)
    editor.append(step, {child.name if editor.chinese else child.id: " ".join(said[child.id].split())
                         for child in entry.fields if said.get(child.id, "").strip()})
    return editor.text().replace("\n", line_end)


def withdraw_acceptance(text: str, line: int, name: str = "数据文件.yaml") -> str:
    """Return the text of a YAML data file without the acceptance （已核实） that begins on a line, from 1.

    `name` is what messages call the file. Raises InputError as `accept_finding` does, and where none begins
    there.
    """
    entry = _accepted()
    line_end = "\r\n" if "\r\n" in text else "\n"
    editor = Editor(text.replace("\r\n", "\n"), name)
    editor.remove((entry.id, entry.name), line)
    return editor.text().replace("\n", line_end)


def _accepted() -> Field:
    return next(field for field in common_fields() if field.id == "accepted")
