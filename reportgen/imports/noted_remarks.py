"""Put remarks that are printed as numbered notes under a table back into the cells that they are on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reportgen.report.align import squeezed

_MARK = re.compile(r"注(\d{1,3})")
_NOTE = re.compile(r"\s*注(\d{1,3})[：:](.+)", re.DOTALL)


def with_remarks(cells: Mapping[str, tuple[str, str]],
                 lines: dict[str, list[str]]) -> dict[str, tuple[str, str]]:
    """Return cells, (number, remark) by path, with the notes that their marks （注1） point to as remarks.

    Those notes are taken out of `lines`, which has the paragraphs by the ids of Report.passages.
    """
    found = dict(cells)
    for ident in [ident for ident in lines if ident.startswith("notes.")]:
        marked = {path: mark[1] for path, (_, remark) in cells.items()
                  if path.startswith(f"{ident.partition('.')[2]}.")
                  and (mark := _MARK.fullmatch(squeezed(remark)))}
        numbers = "|".join(sorted(set(marked.values())))
        # A PDF's lines may have been taken for one paragraph.
        parts = [part for line in lines[ident]
                 for part in (re.split(rf"(?=注(?:{numbers})[：:])", line) if numbers else [line]) if part]
        notes = {note[1]: note[2].strip() for part in parts if (note := _NOTE.fullmatch(part))}
        found |= {path: (cells[path][0], notes[mark]) for path, mark in marked.items() if mark in notes}
        lines[ident] = [part for part in parts
                        if not ((note := _NOTE.fullmatch(part)) and note[1] in marked.values())]
    return found
