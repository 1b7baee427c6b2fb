"""Editions of the national format that are being written."""

from __future__ import annotations

from pathlib import Path

from reportgen.checks.editions import edition_problems
from reportgen.format import Edition
from reportgen.format.load import edition_files, read_edition, read_editions


def check_edition(path: str | Path) -> Edition:
    """Return the edition of a file; raises InputError with all that is wrong in it."""
    path = Path(path)
    edition, content = read_edition(path)
    if found := edition_problems(edition):
        raise content.refused(found)
    read_editions({**edition_files(), path.name: path}.values())
    return edition
