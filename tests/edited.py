"""Templates as a user edits them: copies in a folder of the test's own, or in place."""

import io
import shutil

import docx
import pdfplumber
from conftest import GOOD

from reportgen.files import resources
from reportgen.outputs.build import Options, laid_out, written

WORD = "2021/report.docx"


def copied(folder, *names):
    """Copy templates into a folder, by default all of them, and return it."""
    for name in names or resources.template_names():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(resources.templates_folder() / name, folder / name)
    return folder


def in_place(monkeypatch, folder):
    """Have the package find its templates in copies, and return their folder."""
    fonts = resources.fonts_folder()
    package = folder / "package"
    package.mkdir()
    (package / "fonts").symlink_to(fonts)
    templates = copied(folder / "templates")
    shutil.copy(resources.templates_folder() / resources.SUMS, templates / resources.SUMS)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    return templates


def replaced(folder, name, old, new):
    """Replace text in a template of pages or styles."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def word(folder, edit, name=WORD):
    """Edit the Word template, as python-docx opens it, and save it."""
    document = docx.Document(folder / name)
    edit(document)
    document.save(folder / name)


def add(*texts):
    """Return what adds paragraphs behind the title."""

    def edit(document):
        place = next(paragraph for paragraph in document.paragraphs if "{{ title }}" in paragraph.text)
        for text in reversed(texts):
            paragraph = place._p.makeelement(place._p.tag)
            place._p.addnext(paragraph)
            docx.text.paragraph.Paragraph(paragraph, place._parent).add_run(text)

    return edit


FULL = GOOD + """contact: {office: 办公室, phone: 010-12345678}
publication: {published: 2025-01-18, document_number: 某统〔2025〕1号}
signature: {date: 2025-01-18}
applications: {new: {natural: 1234, enterprise: 6}, refused: {state_secret: {natural: 2}, third_party: {natural: 3}}}
"""
LAST = FULL.replace("year: 2024", "year: 2023").replace("natural: 1234", "natural: 1000")


def made(report, folder=None, **options):
    """Return the DOCX and the PDF of a report as paragraphs and pages."""
    options = Options(templates=folder, **options)
    files = written(laid_out(report, options), ("docx", "pdf"), options)
    return docx.Document(io.BytesIO(files["docx"])), pdfplumber.open(io.BytesIO(files["pdf"]))
