"""Settle what depends on where pages end: that no signature stands alone, and where the 版记 goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.findings import Finding, Severity
from reportgen.outputs.document import Document

if TYPE_CHECKING:
    from reportgen.outputs.pdf.write import Pages

# What is tightened, in the order of `document`'s steps (GB/T 9704-2012, 7.3.5.5).
_STEPS = ("最后几页的表格按最低行高排", "表格行高和表后空行都已收紧")


def settled(make: Callable[[int], Document], templates: Path | None, fonts: Path | None) -> Document:
    """Return the document that `make` makes of how tight it is, with as much room as its last page allows.

    Where a line of text and the signature would stand there alone, it is made tighter, if that saves the page
    (GB/T 9704-2012, 7.3.5.5). Where nothing can lay pages out, they fall as they do.
    """
    from reportgen.outputs.pdf.engine.library import EngineMissingError
    from reportgen.outputs.pdf.write import pages_of

    printed = make(0)
    if printed.signature is None and printed.imprint is None:
        return printed
    try:
        found = pages_of(printed, templates, fonts)
        if found.lonely:
            printed, found = _tightened(printed, found, make, lambda one: pages_of(one, templates, fonts))
    except EngineMissingError:
        return printed
    if printed.imprint is None:
        return printed
    return replace(printed, imprint=replace(printed.imprint, place=_place(found)))


def _tightened(printed: Document, found: Pages, make: Callable[[int], Document],
               look: Callable[[Document], Pages]) -> tuple[Document, Pages]:
    for tight, what in enumerate(_STEPS, 1):
        tried = make(tight)
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
