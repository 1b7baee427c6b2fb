"""Write what is made of the editions once: `python -m reportgen.outputs.build_templates`.

templates/<edition>/report.docx for every edition, templates/SHA256SUMS, and the stencils of the editions'
tables for print, which are not committed; with --tables these alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from reportgen.datafile.blank import scaffold
from reportgen.files.package import reproducible
from reportgen.files.resources import templates_folder, write_sums
from reportgen.format import Edition, all_editions
from reportgen.outputs.document import Document, document
from reportgen.outputs.docx.build_template import build_template
from reportgen.outputs.pdf.write import record_tables
from reportgen.sources import read_text

# Any fixed date serves: the report's own date replaces it when the template is filled in.
TEMPLATE_DATE = "2021-01-01"
# Whose reports are set to record the tables.
_AGENCY = "某市人民政府"


def build_templates() -> None:
    """Write the Word template of every edition into the package's templates, and note their sums."""
    folder = templates_folder()
    for edition in all_editions():
        target = folder / edition.id / "report.docx"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(template_file(edition))
    write_sums()


def template_file(edition: Edition) -> bytes:
    """Return the Word template of an edition."""
    return reproducible(build_template(edition), TEMPLATE_DATE, title=edition.title)


def documents() -> Iterator[Document]:
    """Yield the document of every edition whose tables are recorded; nothing of its report goes into them."""
    for edition in all_editions():
        yield document(read_text(scaffold(edition.first_year, _AGENCY), edition.id))


if __name__ == "__main__":
    if "--tables" not in sys.argv:
        build_templates()
    record_tables(documents())
