"""Hold templates against an edition: what they lost, what they misspelt, and what would not come out alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docxtpl import DocxTemplate

from reportgen.editions import Edition, all_editions
from reportgen.findings import InputError
from reportgen.writing.docx import fill_in, missing_styles
from reportgen.writing.known import WORD_PASSAGES, known_names
from reportgen.writing.samples import samples
from reportgen.writing.word import open_template, saved, style_ids, template_parts
from reportgen.writing.word_tags import Fault, TagReader, parsed

# Fields beside the tables and sections that every edition's template has.
_FIELDS = ("title", "draft_mark", *WORD_PASSAGES)


@dataclass(frozen=True)
class TemplateReport:
    """Hold what is wrong with a Word template; all empty where it is sound.

    `lost` are field paths, `styles` missing styles, `faults` tags that cannot be used, `failed` what a trial said.
    """

    edition: Edition
    lost: tuple[str, ...]
    styles: tuple[str, ...]
    faults: tuple[Fault, ...]
    failed: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Say whether nothing is wrong."""
        return not (self.lost or self.styles or self.faults or self.failed)


def check_template(path: Path, edition: Edition | None = None) -> TemplateReport:
    """Hold a Word template against an edition, by default the one that shares most fields with it.

    Raises InputError for a file that is no DOCX.
    """
    word = open_template(path)
    edition = edition or max(all_editions(), key=lambda one: len(_read(word, one)[0] & set(expected_fields(one))))
    used, faults = _read(word, edition)
    missing = tuple(missing_styles(style_ids(word)))
    failed = () if faults or missing else tuple(_tried(path, edition))
    lost = tuple(field for field in expected_fields(edition) if field not in used)
    return TemplateReport(edition, lost, missing, faults, failed)


def expected_fields(edition: Edition) -> tuple[str, ...]:
    """Return the fields that an edition's template must have, in printing order."""
    prose = [section.id for section in edition.prose_sections]
    notes = [f"notes.{table}" for table in edition.tables]
    return (*_FIELDS, *prose, *edition.cells, *notes)


def _read(word: DocxTemplate, edition: Edition) -> tuple[set[str], tuple[Fault, ...]]:
    reader = TagReader(known_names(edition.id))
    with saved(word) as package:
        faults = tuple(fault for label, name in template_parts(word)
                       for fault in reader.faults(label, parsed(package.read(name))))
    return reader.used, faults


def _tried(path: Path, edition: Edition) -> Iterator[str]:
    """Yield what goes wrong when sample reports are written with a template."""
    for sample in samples(edition.id):
        try:
            fill_in(path, sample)
        except InputError as error:
            yield from dict.fromkeys(message for _, message in error.problems)
            return
