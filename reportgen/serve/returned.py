"""What comes back to the page, changed by others: a Word file, PDF, web page or form, change by change."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from reportgen import api
from reportgen.findings import Origin, refuse
from reportgen.serve.book import Opened, version_of
from reportgen.serve.passages import BLANK
from reportgen.serve.saying_here import problems_here, said_here
from reportgen.serve.year_files import uploaded


def edited_changes(now: Opened, name: str, content: bytes) -> dict[str, Any]:
    """Return what an edited Word file, PDF, web page or form says otherwise than the data file, one by one.

    Each has the key that it changes, both texts and the value to set; `empties` marks what the form has blank
    and the data file has not. `told` is what cannot be taken over. Raises InputError for a file that cannot
    be used.
    """
    form = _form(name, content)
    if form is not None:
        found, told = form_changes(now.report, form)
    else:
        with uploaded(name, content) as edited:
            merged = api.merge(now.path, edited, write=False)
        found, told = _changes(now.report, merged.report), merged.told
    return {"changes": [{"number": number, "empties": False, **one,
                         "pieces": (_whole if one["kind"] == "cell" else _pieces)(one["old"], one["new"])}
                        for number, one in enumerate(found)], "told": told}


def _changes(before: api.Report, after: api.Report) -> list[dict[str, Any]]:
    found = [*_cells(before, after), *_fields(before, after)]
    for ident in before.passages:
        found += _lines(before, after, ident)
    return found


def _form(name: str, content: bytes) -> api.Report | None:
    """Return the report of a form; None for any other file."""
    if Path(name).suffix.lower() not in (".xlsx", ".xlsm"):
        return None
    report = api.read_content(content, Path(name).name)
    return None if report.published else report


def form_changes(before: api.Report, form: api.Report) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what a form says otherwise than a report, and what of it cannot be taken over.

    Raises InputError for the form of another agency or year.
    """
    _require_form_of(before, form)
    told = [said_here(f"没有采用：{problems_here(api.InputError([(one.origin, one.message)]))}")
            for one in _lost(form)]
    if _accepted(before) != _accepted(form):
        told.append("填报表“已核实”一页和数据文件里的不一样，没有采用；请在“检查”一栏写")
    found = [*_form_cells(before, form, told), *_form_fields(before, form)]
    for ident in before.passages:
        lines = _lines(before, form, ident)
        emptied = not typed_lines(form, ident)
        found += [{**one, "empties": emptied} for one in lines]
    return found, told


def _require_form_of(before: api.Report, form: api.Report) -> None:
    """Refuse what cannot be compared cell by cell."""
    if form.year != before.year:
        raise refuse(Origin(form.path), f"这是{form.year}年度的填报表，打开的是{before.year}年度的数据文件，"
                                        "没有读；请换一份")
    if form.agency.name != before.agency.name:
        raise refuse(Origin(form.path), f"这是“{form.agency.name}”的填报表，打开的是“{before.agency.name}”的"
                                        "数据文件，没有读；拿错了的请换一份，机关名称改了的请先在“基本信息”"
                                        "里改过来，再选一次")
    if form.single_rows != before.single_rows:
        raise refuse(Origin(form.path), "（六）其他处理的行数与数据文件不同，不能逐格对照，没有读；"
                                        "请重新生成填报表，把填的数移过去")


def _lost(report: api.Report) -> list[api.Finding]:
    """Return what could not be read of a report."""
    try:
        api.require_whole(report)
    except api.ValuesLostError as error:
        return error.findings
    return []


def _accepted(report: api.Report) -> list[tuple[str, ...]]:
    return [(one.code, one.cell, one.sentence, one.reason, one.by) for one in report.accepted]


def _form_cells(before: api.Report, form: api.Report, told: list[str]) -> list[dict[str, Any]]:
    """Return the cells that differ; totals that the data file leaves out follow their parts."""
    found, zeros, totals = [], 0, before.edition.totals
    for path, cell in before.cells.items():
        given, old = form.cells[path], cell.typed or cell.text
        if path in totals and (given.computed or given.blank) and (cell.computed or cell.blank):
            continue
        # Of a form that says that what is not filled in is 0 no other cell but totals is computed.
        empty, new = given.blank or (given.computed and path not in totals), given.text
        if given.blank and path not in totals and before.texts.get("blanks") == "0":
            zeros, new = zeros + 1, "0"
        if old != new and not given.unread:
            found.append({"kind": "cell", "key": path, "label": before.edition.cell_label(path), "old": old,
                          "new": new, "empties": empty and bool(old),
                          "value": {"number": given.number + given.unit, "remark": given.remark}})
    if zeros:
        told.append(f"填报表里有 {zeros} 格空着；数据文件写明没有填的格都是 0，这些格清空了也是 0")
    return found


def _form_fields(before: api.Report, form: api.Report) -> list[dict[str, Any]]:
    found = []
    for ident, group, field in api.plain_fields():
        old, new = before.unread.get(ident, before.texts.get(ident, "")), form.texts.get(ident, "")
        if ident not in form.unread and _meant(before, ident, old) != _meant(before, ident, new):
            found.append({"kind": "field", "key": ident, "label": f"{group}{field.name}", "old": old,
                          "new": new, "value": new, "empties": not new})
    return found


def _meant(report: api.Report, ident: str, text: str) -> str:
    """Return what a field means: a form has those written out that go without saying."""
    return text or {"title": report.plain_title, "signature.name": report.agency.name}.get(ident, "")


def content_sum(report: api.Report) -> str:
    """Return a sum over all that a report says and its form says too; of values that cannot be read, none."""
    if _lost(report):
        return ""
    fields = [_meant(report, ident, report.texts.get(ident, "")) for ident, _, _ in api.plain_fields()]
    content = (fields, [(path, cell.text) for path, cell in report.cells.items()],
               [(ident, typed_lines(report, ident)) for ident in report.passages], _accepted(report))
    return version_of(repr(content).encode())


def _whole(old: str, new: str) -> list[dict[str, str]]:
    """Return which figure went and which came: of their digits nothing is said to stay."""
    return [{"kind": kind, "text": text} for kind, text in (("gone", old), ("new", new)) if text]


def _pieces(old: str, new: str) -> list[dict[str, str]]:
    """Return what stayed, went and came between two texts."""
    return [{"kind": piece.kind, "text": piece.text} for piece in api.text_pieces(old, new)]


def _cells(before: api.Report, after: api.Report) -> list[dict[str, Any]]:
    return [{"kind": "cell", "key": path, "label": before.edition.cell_label(path), "old": cell.text,
             "new": after.cells[path].text,
             "value": {"number": after.cells[path].number + after.cells[path].unit,
                       "remark": after.cells[path].remark}}
            for path, cell in before.cells.items()
            if cell.text != after.cells[path].text and not after.cells[path].computed]


def _fields(before: api.Report, after: api.Report) -> list[dict[str, Any]]:
    names = {ident: f"{group}{field.name}" for ident, group, field in api.plain_fields()}
    return [{"kind": "field", "key": ident, "label": name, "old": before.texts.get(ident, ""),
             "new": after.texts.get(ident, ""), "value": after.texts.get(ident, "")}
            for ident, name in names.items() if before.texts.get(ident, "") != after.texts.get(ident, "")]


def _lines(before: api.Report, after: api.Report, ident: str) -> list[dict[str, Any]]:
    """Return the paragraphs of a passage that differ; `first` and `last` are the old lines replaced."""
    one, other = typed_lines(before, ident), typed_lines(after, ident)
    section = ident.rpartition(".")[2]
    found = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, other).get_opcodes():
        # Paragraphs that changed side by side are taken one by one.
        alike = kind == "replace" and b - a == d - c
        steps = [(a + step, a + step + 1, c + step, c + step + 1) for step in range(b - a)] if alike else [
            (a, b, c, d)]
        for first, last, begins, ends in steps if kind != "equal" else ():
            found.append({"kind": "prose", "key": ident, "label": before.headings.get(section, section),
                          "old": "\n".join(one[first:last]), "new": "\n".join(other[begins:ends]),
                          "first": first, "last": last, "value": other[begins:ends]})
    return found


def typed_lines(report: api.Report, ident: str) -> list[str]:
    """Return the lines of a passage that are paragraphs, as typed."""
    return [line for text in report.written.get(ident, ()) if (line := text.strip(BLANK))]


def chosen_values(now: Opened, changes: list[dict[str, Any]]) -> dict[str, api.NewValue]:
    """Return what chosen changes of an edited file set, by key; several of one passage go together."""
    values: dict[str, api.NewValue] = {}
    passages: dict[str, list[dict[str, Any]]] = {}
    for change in changes:
        if change["kind"] == "cell":
            values[change["key"]] = api.Typed(change["value"]["number"], change["value"]["remark"])
        elif change["kind"] == "field":
            values[change["key"]] = change["value"] or None
        else:
            passages.setdefault(change["key"], []).append(change)
    for ident, parts in passages.items():
        lines = typed_lines(now.report, ident)
        for part in sorted(parts, key=lambda one: -one["first"]):
            lines[part["first"]:part["last"]] = part["value"]
        values[ident] = lines
    return values
