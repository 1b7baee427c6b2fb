"""What comes back to the page, changed by others: a Word file, PDF, web page or form, change by change."""

from __future__ import annotations

import difflib
from typing import Any

from reportgen import api
from reportgen.serve.book import Opened
from reportgen.serve.passages import BLANK
from reportgen.serve.year_files import uploaded


def edited_changes(now: Opened, name: str, content: bytes) -> dict[str, Any]:
    """Return what an edited Word file, PDF or web page says otherwise than the data file, change by change.

    Each has the key that it changes, both texts and the value to set. `told` is what cannot be taken over.
    Raises InputError for a file that cannot be used.
    """
    with uploaded(name, content) as edited:
        merged = api.merge(now.path, edited, write=False)
    before, after = now.report, merged.report
    found = [*_cells(before, after), *_fields(before, after)]
    for ident in before.passages:
        found += _lines(before, after, ident)
    return {"changes": [{"number": number, **one,
                         "pieces": (_whole if one["kind"] == "cell" else _pieces)(one["old"], one["new"])}
                        for number, one in enumerate(found)], "told": merged.told}


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
