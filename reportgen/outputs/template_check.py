"""Compare templates with an edition: what they lost or misspelt, and what would not come out alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docxtpl import DocxTemplate

from reportgen.files.resources import require_templates, template
from reportgen.findings import InputError
from reportgen.format import Edition, all_editions
from reportgen.outputs.build import KINDS, Options, laid_out, written
from reportgen.outputs.document import document
from reportgen.outputs.docx.look import look
from reportgen.outputs.docx.tags import TagFault, TagReader, parsed
from reportgen.outputs.docx.template import open_template, saved, style_ids, template_parts, whole_template
from reportgen.outputs.docx.write import fill_in, missing_styles
from reportgen.outputs.template.known import WORD_PASSAGES, known_names
from reportgen.outputs.template.samples import samples
from reportgen.report.model import AROUND_TABLE
from reportgen.standard.fonts import own_fonts, package_fonts

# Fields beside the tables and sections that every edition's template has.
_FIELDS = ("title", "draft_mark", *WORD_PASSAGES)


@dataclass(frozen=True)
class TemplateReport:
    """What is wrong with a Word template; all empty where it is sound.

    `lost` are field paths, `styles` missing styles, `faults` tags that cannot be used, `failed` what a trial
    said.
    """

    edition: Edition
    lost: tuple[str, ...]
    styles: tuple[str, ...]
    faults: tuple[TagFault, ...]
    failed: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Say whether nothing is wrong."""
        return not (self.lost or self.styles or self.faults or self.failed)


def check_template(path: Path, edition: Edition | None = None) -> TemplateReport:
    """Compare a Word template with an edition, by default the one that shares most fields with it.

    Raises InputError for a file that is no DOCX.
    """
    word = open_template(path)
    with whole_template(path):
        edition = edition or max(all_editions(),
                                 key=lambda one: len(_read(word, one)[0] & set(expected_fields(one))))
        used, faults = _read(word, edition)
        missing = tuple(missing_styles(style_ids(word)))
    failed = () if faults or missing else tuple(_tried(path, edition))
    lost = tuple(field for field in expected_fields(edition) if field not in used)
    return TemplateReport(edition, lost, missing, faults, failed)


def expected_fields(edition: Edition) -> tuple[str, ...]:
    """Return the fields that an edition's template must have, in printing order."""
    prose = [section.id for section in edition.prose_sections]
    around = [f"{group}.{table}" for table in edition.tables for group in AROUND_TABLE]
    return (*_FIELDS, *prose, *edition.cells, *around)


def _read(word: DocxTemplate, edition: Edition) -> tuple[set[str], tuple[TagFault, ...]]:
    reader = TagReader(known_names(edition.id))
    with saved(word) as package:
        faults = tuple(fault for label, name in template_parts(word)
                       for fault in reader.faults(label, parsed(package.read(name))))
    return reader.used, faults


def _tried(path: Path, edition: Edition) -> Iterator[str]:
    """Yield what goes wrong when sample reports are written with a Word template."""
    found = look(path, edition.id)
    for report, draft in samples(edition.id):
        try:
            fill_in(path, document(report, draft, found))
        except InputError as error:
            yield from dict.fromkeys(message for _, message in error.problems)
            return


@dataclass(frozen=True)
class FolderReport:
    """What is wrong with a folder of templates, by Word template, and messages of trials.

    `unread` says that pages could not be tried, because Pango is missing.
    """

    words: tuple[tuple[Path, TemplateReport], ...]
    failed: tuple[str, ...]
    unread: str = ""

    @property
    def sound(self) -> bool:
        """Say whether nothing is wrong."""
        return all(report.sound for _, report in self.words) and not self.failed


def check_folder(folder: Path) -> FolderReport:
    """Try all templates of a folder together, with the package's own where it has none, in every output.

    Tried are the editions of which the folder has a Word template, and the newest that has one. Raises
    InputError for a folder that is not there, or has files that are no templates.
    """
    from reportgen.outputs.pdf.engine.library import EngineMissingError
    from reportgen.outputs.web_page import write_page

    require_templates(folder, (edition.id for edition in all_editions()))
    names = [(folder / edition.id / "report.docx", edition) for edition in all_editions()]
    words = tuple((path, check_template(path, edition)) for path, edition in names if path.is_file())
    failed: dict[str, None] = {}
    unread = ""
    broken = {report.edition.id for _, report in words if not report.sound}
    # An edition of the user's own has no template until one is made.
    newest = next(edition for edition in reversed(all_editions())
                  if template(f"{edition.id}/report.docx", folder).is_file())
    tried = {edition.id: edition for edition in (*(report.edition for _, report in words), newest)}
    for edition in tried.values():
        for report, draft in samples(edition.id) if edition.id not in broken else ():
            options = Options(draft=draft, templates=folder)
            try:
                printed = laid_out(report, options)
                write_page(printed, templates=folder)
                written(printed, KINDS, options)
            except InputError as error:
                failed.update(dict.fromkeys(f"{origin}：{message}" for origin, message in error.problems))
            except EngineMissingError as error:
                unread = str(error)
    return FolderReport(words, tuple(failed), unread)


def untaken(edition: Edition, path: Path, fonts: Path | None) -> list[str]:
    """Return what the PDF and the web page do not take from a Word template; `fonts` is the user's folder.

    Raises InputError for a template or a folder of fonts that cannot be used.
    """
    found = look(path, edition.id)
    own = package_fonts() if fonts is None else own_fonts(fonts, found.fonts)
    missing = sorted(font for font in found.fonts if not own.family(font, False))
    return [*found.untaken, *(f"字体“{font}”（没有随程序带；请用 --fonts 给出它所在的文件夹，PDF 才能用它）"
                              for font in missing)]
