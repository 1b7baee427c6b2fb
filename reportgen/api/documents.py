"""The files of one report, each as bytes: what `build` and `release` write."""

from __future__ import annotations

import re
from pathlib import Path

from reportgen.checks.local_rules import candidates
from reportgen.files.resources import template, templates_folder
from reportgen.format import Edition
from reportgen.outputs.build import Options, laid_out, require_sound, written
from reportgen.outputs.document import document
from reportgen.report.charts import YEARS
from reportgen.report.model import Report
from reportgen.sources import previous_candidates


def docx(report: Report, options: Options | None = None) -> bytes:
    """Return the DOCX of a report as `build` writes it; raises as `build` does."""
    return _written(report, "docx", options)


def pdf(report: Report, options: Options | None = None) -> bytes:
    """Return the PDF of a report as `build` writes it; raises as `build` does."""
    return _written(report, "pdf", options)


def _written(report: Report, kind: str, options: Options | None) -> bytes:
    options = options or Options()
    require_sound(report, options)
    return written(laid_out(report, options), (kind,), options)[kind]


def web_page(report: Report, options: Options | None = None) -> bytes:
    """Return the web page of a report, without links to other files; raises as `build` does."""
    from reportgen.outputs.web_page import write_page

    options = options or Options()
    require_sound(report, options)
    return write_page(laid_out(report, options), [], options.templates)


def workbook(report: Report, options: Options | None = None) -> bytes:
    """Return the tables of a report as XLSX, to be published; raises BuildRefusedError as `build` does."""
    from reportgen.outputs.tables_book import write_tables

    options = options or Options()
    require_sound(report, options)
    return write_tables(document(report, options.draft))


def json(report: Report, options: Options | None = None) -> bytes:
    """Return what a report says as JSON (docs/report-json.md); raises BuildRefusedError as `build` does."""
    from reportgen.outputs.report_json import report_json

    options = options or Options()
    require_sound(report, options)
    return report_json(document(report, options.draft))


def build_inputs(path: Path, previous: Path | None, options: Options) -> list[Path]:
    """Return the files and folders that a report is built from, those that may come to be, too."""
    years = map(int, re.findall(r"\d{4}", path.stem))
    last = [previous] if previous else [one for year in years for one in _earlier(path, year)]
    own = [one for one in (options.templates, options.fonts) if one]
    return [path, *last, *candidates(path.absolute()), *(own or [templates_folder()])]


def _earlier(path: Path, year: int) -> list[Path]:
    """Return where the files of the years before may be, as far back as charts go."""
    found, level = [], [path]
    for back in range(YEARS - 1):
        level = list(dict.fromkeys(one for later in level for one in previous_candidates(later, year - back)))
        found += level
    return found


def engine_missing() -> str:
    """Return what is missing for printing PDFs and how to get it; empty where nothing is."""
    from reportgen.outputs.pdf.engine.library import EngineMissingError, engine

    try:
        engine()
    except EngineMissingError as error:
        return str(error)
    return ""


def untaken_styles(edition: Edition, options: Options) -> list[str]:
    """Return what was changed in the Word template of an edition that PDF and web page do not have."""
    from reportgen.outputs.template_check import untaken

    path = template(f"{edition.id}/report.docx", options.templates)
    return [f"{path}：PDF 和网页不采用{what}" for what in untaken(edition, path, options.fonts)]


def copy_templates(folder: Path) -> list[Path]:
    """Write a copy of every template into a folder, to be edited, and return the paths.

    An edition of the user's own has one made for it. Raises InputError where one of the files is there.
    """
    from reportgen.files.place import write_file
    from reportgen.files.resources import template_names, templates_folder
    from reportgen.findings import InputError, Origin
    from reportgen.format import all_editions
    from reportgen.outputs.build_templates import template_file

    contents = {name: (templates_folder() / name).read_bytes() for name in template_names()}
    for edition in all_editions():
        contents.setdefault(f"{edition.id}/report.docx", b"")
        if not contents[f"{edition.id}/report.docx"]:
            contents[f"{edition.id}/report.docx"] = template_file(edition)
    there = [folder / name for name in sorted(contents) if (folder / name).exists()]
    if there:
        raise InputError((Origin(str(path)), "文件已经存在，没有覆盖") for path in there)
    for name, content in sorted(contents.items()):
        write_file(folder / name, content)
    return [folder / name for name in sorted(contents)]
