"""Read which findings an agency has looked into and lets stand （已核实）."""

from __future__ import annotations

from reportgen.datafile.fields import Field, Problems, names_of, take
from reportgen.datafile.names import find_key
from reportgen.datafile.prose import clean
from reportgen.datafile.tree import Mapping, Node, Scalar, Sequence
from reportgen.findings import Acceptance
from reportgen.format import Edition
from reportgen.rules import all_rules

INCOMPLETE = "HS02"


def read_accepted(entry: Field, line: int, node: Node, edition: Edition, problems: Problems,
                  ) -> tuple[Acceptance, ...]:
    """Return the acceptances of a list; what cannot count is noted in `problems`."""
    if isinstance(node, Scalar) and node.is_null:
        return ()
    if not isinstance(node, Sequence) or not all(isinstance(item, Mapping) for item in node.items):
        names = "、".join(names_of(entry.fields).values())
        problems.add(line, f"“{entry.name}”下面应当是列表，每条以“- ”开头，写{names}")
        return ()
    found = []
    for item in node.items:
        if isinstance(item, Mapping):
            texts = {}
            for ident, (key, value) in take(item, names_of(entry.fields), problems, entry.name).items():
                if isinstance(value, Scalar):
                    texts[ident] = "" if value.is_null else " ".join(clean(value.value)[0].split())
                else:
                    problems.add(key.line, f"“{key.value}”应当是一句话")
            acceptance = Acceptance(
                code=texts.get("code", ""), cell=cell_path(texts.get("cell", ""), edition),
                sentence=texts.get("sentence", ""), reason=texts.get("reason", ""), by=texts.get("by", ""),
                origin=problems.places.at(item.line))
            why = _why_not(acceptance, edition)
            if why:
                problems.wrong(INCOMPLETE, acceptance.origin, f"“{entry.name}”的这一条{why}")
            else:
                found.append(acceptance)
    return tuple(found)


def cell_path(text: str, edition: Edition) -> str:
    """Return the path of a cell, table or section named by ids or Chinese names; as it is if unknown."""
    first, *steps = text.strip().split(".")
    section = next((section for section in edition.sections if first in (section.id, section.name)), None)
    if section is None:
        return text
    key = edition.keys.get(section.id)
    path = section.id
    for step in steps:
        key = (find_key(key.children, step) or find_key(key.single_row, step)) if key else None
        if key is None:
            return text
        path = key.path
    return path


def _why_not(acceptance: Acceptance, edition: Edition) -> str:
    rule = all_rules().get(acceptance.code)
    if rule is None:
        return (f"编号“{acceptance.code}”不存在，编号写在检查结果的方括号里" if acceptance.code
                else "没有写编号")
    if not rule.acceptable:
        return f"是 {rule.code}（{rule.title}），这类问题只能改正，不能核实"
    if not acceptance.reason or not acceptance.by:
        return "没有写理由或核实人"
    places = {*edition.cells, *edition.tables, *(section.id for section in edition.sections), "preamble"}
    if acceptance.cell and acceptance.cell not in places:
        return f"单元格“{acceptance.cell}”不存在"
    return ""
