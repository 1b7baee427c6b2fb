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
        notes = {note[1]: note for line in lines[ident] if (note := _NOTE.fullmatch(line))}
        used = set()
        for path, (number, remark) in cells.items():
            mark = _MARK.fullmatch(squeezed(remark))
            if mark and mark[1] in notes and path.startswith(f"{ident.partition('.')[2]}."):
                found[path] = number, notes[mark[1]][2].strip()
                used.add(notes[mark[1]][0])
        lines[ident] = [line for line in lines[ident] if line not in used]
    return found
