"""The texts of a report, one passage at a time, for rules that read them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from reportgen.findings import Excerpt, Origin
from reportgen.report.model import Paragraph, Report

# Half the characters that an excerpt shows around what it marks.
AROUND = 30


@dataclass(frozen=True)
class Passage:
    """One text of a report, with its place.

    `section` is a section's id, "preamble" or "". `kind` is "prose", "note", "remark", or the id of a plain
    field. `failed` are the stretches, as (start, end), that stand for an expression without a value.
    """

    text: str
    origin: Origin
    section: str
    kind: str = "prose"
    level: int = 0
    failed: tuple[tuple[int, int], ...] = ()

    def excerpt(self, start: int, end: int) -> Excerpt:
        """Return the stretch from `start` to `end` with what stands around it."""
        first = max(0, start - AROUND)
        last = min(len(self.text), end + AROUND)
        head = "……" if first else ""
        tail = "……" if last < len(self.text) else ""
        shift = len(head) - first
        return Excerpt(f"{head}{self.text[first:last]}{tail}", start + shift, end + shift)


def prose(report: Report) -> Iterator[Passage]:
    """Yield the paragraphs of the preamble and of the sections, those around tables included."""
    for section, paragraphs in report.section_prose.items():
        for paragraph in paragraphs:
            yield Passage(paragraph.text, paragraph.origin, section, level=paragraph.level,
                          failed=_failed(paragraph))


def _failed(paragraph: Paragraph) -> tuple[tuple[int, int], ...]:
    ends = list(accumulate(len(run.text) for run in paragraph.runs))
    return tuple((end - len(run.text), end) for run, end in zip(paragraph.runs, ends, strict=True)
                 if run.failed)


def passages(report: Report) -> Iterator[Passage]:
    """Yield every text that is printed or released: title, prose, notes, remarks, signature, catalogue."""
    yield Passage(report.plain_title, report.origin("title"), "", "title")
    yield from prose(report)
    for table, paragraphs in report.notes.items():
        for paragraph in paragraphs:
            yield Passage(paragraph.text, paragraph.origin, table, "note", failed=_failed(paragraph))
    for path, cell in report.cells.items():
        if cell.remark:
            yield Passage(cell.remark, report.origin(path), path.partition(".")[0], "remark")
    if report.signature:
        yield Passage(report.signature.name, report.origin("signature"), "", "signature.name")
    for path, text in report.texts.items():
        if text and path.startswith(("publication.", "letterhead.")):
            yield Passage(text, report.origin(path), "", path)
