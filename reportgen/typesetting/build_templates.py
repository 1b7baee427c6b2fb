"""Write what is made of the editions once: `python -m reportgen.typesetting.build_templates`.

templates/<edition>/report.docx for every edition, and templates/tables.json, the stencils of their tables for print.
"""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.editions import all_editions
from reportgen.reading import read_text
from reportgen.reading.scaffold import scaffold
from reportgen.resources import templates_folder
from reportgen.typesetting.recordings import FILE
from reportgen.typesetting.word_template import build_template
from reportgen.writing.document import Document, document
from reportgen.writing.package import reproducible
from reportgen.writing.pdf import record

# Any fixed date serves: the report's own date replaces it when the template is filled in.
TEMPLATE_DATE = "2021-01-01"
# Whose reports are set to record the tables.
_AGENCY = "某市人民政府"


def main() -> None:
    """Write the Word template of every edition, and the stencils, into the package's templates."""
    folder = templates_folder()
    for edition in all_editions():
        target = folder / edition.id / "report.docx"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(reproducible(build_template(edition), TEMPLATE_DATE, title=edition.title))
    record(documents(), folder / FILE)


def documents() -> Iterator[Document]:
    """Yield the document of every edition whose tables are recorded; nothing of its report goes into them."""
    for edition in all_editions():
        yield document(read_text(scaffold(edition.first_year, _AGENCY), edition.id))


if __name__ == "__main__":
    main()
