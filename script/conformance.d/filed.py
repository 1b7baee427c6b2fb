"""What a data file in Chinese says, read with PyYAML, by the keys by which seen.js sees the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

import reportgen

PROSE = {"overview": "总体情况", "problems": "问题与改进", "other": "其他事项"}
FIELD = "field 发布日期"
# As the page lists what a release made.
MADE = (".html", ".docx", ".pdf", ".xlsx", ".json", ".txt")


def said(data: Path) -> dict[str, str]:
    """Return what a data file says, by the keys by which the page is seen."""
    if not data.exists():
        return {}
    known = yaml.safe_load(data.read_text(encoding="utf-8"))
    edition = reportgen.read(data.with_name("2023.yaml")).edition
    found = {}
    for path in edition.cells:
        value: Any = known
        for key in edition.chinese_name(path).split("."):
            value = (value or {}).get(key)
        given = value if isinstance(value, dict) else {"数值": value}
        found[f"cell {path}"] = "" if given["数值"] is None else str(given["数值"])
        found[f"remark {path}"] = given.get("备注") or ""
    for ident, name in PROSE.items():
        lines = [line.strip() for line in (known.get(name) or "").split("\n")]
        found[f"prose {ident}"] = "\n".join(line for line in lines if line)
    found[FIELD] = str((known.get("发布") or {}).get("发布日期") or "")
    accepted = known.get("已核实") or ()
    found["accepted"] = "\n".join(f"理由：{one['理由']}（{one['核实人']}）" for one in accepted)
    found["made"] = "\n".join(made(data.parent))
    return found


def made(folder: Path) -> list[str]:
    """Return the files of a release in the order in which the page lists them."""
    whole = [path for suffix in MADE for path in sorted((folder / "发布").glob(f"*/*{suffix}"))]
    return [path.relative_to(folder).as_posix() for path in whole]


def accepted_codes(data: Path) -> list[str]:
    """Return the codes of the findings that a data file accepts."""
    known = yaml.safe_load(data.read_text(encoding="utf-8"))
    return [one["编号"] for one in known.get("已核实") or ()]
