"""Settle what depends on where pages end.

That is: tables that are cut, or share their page with prose, a signature that stands alone, where the 版记
goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.findings import Finding, Severity
from reportgen.outputs.document import Document, PrintedSection, with_joined

if TYPE_CHECKING:
    from reportgen.outputs.pdf.write import Pages

# What is tightened, in the order of `document`'s steps (GB/T 9704-2012, 7.3.5.5).
_STEPS = ("最后几页的表格按最低行高排", "表格行高和表后空行都已收紧")


def settled(make: Callable[[int], Document], templates: Path | None, fonts: Path | None) -> Document:
    """Return the document that `make` makes of how tight it is, with as much room as its pages allow.

    Where nothing can lay pages out, they fall as they do.
    """
    from reportgen.outputs.pdf.engine.library import EngineMissingError
    from reportgen.outputs.pdf.write import pages_of

    def look(one: Document) -> Pages:
        return pages_of(one, templates, fonts)

    printed = make(0)
    if not (printed.signature or printed.imprint or _joinable(printed)
            or any(map(_may_be_cut, *_with_next(printed)))):
        return printed
    try:
        found = look(printed)
        printed, found = _joined(printed, found, look)
        printed, found = _cut(printed, found, look)
        if found.lonely:
            printed, found = _tightened(printed, found, make, look)
    except EngineMissingError:
        return printed
    if printed.imprint is None:
        return printed
    return replace(printed, imprint=replace(printed.imprint, place=_place(found)))


def _with_next(printed: Document) -> tuple[tuple[PrintedSection, ...], tuple[PrintedSection | None, ...]]:
    return printed.sections, (*printed.sections[1:], None)


def _may_be_cut(section: PrintedSection, following: PrintedSection | None) -> bool:
    """Say whether a table may save a page when it is cut: not one with nothing behind it on its last page."""
    several = sum(not one for one in section.held) > 1
    return several and not section.begins_page and bool(
        section.after or (following is not None and not following.begins_page))


def _joinable(printed: Document) -> set[str]:
    return {section.id for section in printed.sections if section.joined_heights}


def _joined(printed: Document, found: Pages, look: Callable[[Document], Pages]) -> tuple[Document, Pages]:
    """Return the document with prose on the page of the table behind it, where it would take one alone.

    Otherwise it stands where the text before it ends, and the table has its usual rows.
    """
    if wanted := _joinable(printed):
        tried = with_joined(printed, wanted)
        pages = look(tried)
        if pages.count < found.count:
            return tried, pages
    return printed, found


def _cut(printed: Document, found: Pages, look: Callable[[Document], Pages]) -> tuple[Document, Pages]:
    """Return the document with the tables that leave a page half empty cut between their blocks.

    That is done if it saves a page: a reader finds a whole table sooner than two halves.
    """
    wanted = {section.id for section, following in zip(*_with_next(printed), strict=True)
              if _may_be_cut(section, following)}
    if wanted := wanted and wanted & found.moved:
        tried = _with_cuts(printed, wanted)
        pages = look(tried)
        if pages.count < found.count:
            return tried, pages
    return printed, found


def _with_cuts(printed: Document, ids: set[str]) -> Document:
    return replace(printed, sections=tuple(
        replace(section, cut=section.cut or section.id in ids) for section in printed.sections))


def _tightened(printed: Document, found: Pages, make: Callable[[int], Document],
               look: Callable[[Document], Pages]) -> tuple[Document, Pages]:
    """Return the document tighter, if that saves the page of its signature (GB/T 9704-2012, 7.3.5.5)."""
    for tight, what in enumerate(_STEPS, 1):
        cut = {section.id for section in printed.sections if section.cut}
        joined = {section.id for section in printed.sections if section.joined}
        tried = _with_cuts(with_joined(make(tight), joined), cut)
        pages = look(tried)
        if pages.count < found.count:
            said = f"末页只有一行正文和落款，已收紧版面，少一页：{what}（GB/T 9704-2012，7.3.5.5）"
            told = Finding(code="", severity=Severity.INFO, message=said,
                           origin=printed.report.origin("signature"))
            return replace(tried, said=(told,)), pages
    return printed, found


def _place(found: Pages) -> str:
    """Return where the 版记 goes: on the even page on which the text ends, or the next even one."""
    if found.count % 2:
        return "next"
    return "skip" if found.overlaps else "same"
