"""Write what is made of the editions once: `python -m reportgen.typesetting.build_templates`.

templates/<edition>/report.docx for every edition, and templates/tables.json, the stencils of their tables for print.
"""

from __future__ import annotations

from pathlib import Path

from reportgen.editions import all_editions
from reportgen.reading import read_text
from reportgen.reading.scaffold import scaffold
from reportgen.resources import templates_folder
from reportgen.typesetting.stencil import Stencil, to_json
from reportgen.typesetting.word_template import build_template
from reportgen.writing.document import document
from reportgen.writing.package import reproducible
from reportgen.writing.pdf import recorded

# Any fixed date serves: the report's own date replaces it when the template is filled in.
TEMPLATE_DATE = "2021-01-01"
# Whose report is set to record the tables; nothing of it goes into them.
_AGENCY = "某市人民政府"


def main(folder: Path | None = None) -> None:
    """Write the templates of every edition below `folder`, by default the package's templates."""
    folder = folder or templates_folder()
    for edition in all_editions():
        target = folder / edition.id / "report.docx"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(reproducible(build_template(edition), TEMPLATE_DATE, title=edition.title))
    (folder / "tables.json").write_text(to_json(stencils()), encoding="utf-8", newline="\n")


def stencils() -> dict[str, Stencil]:
    """Return the stencils of the tables of every edition, recorded anew."""
    found: dict[str, Stencil] = {}
    for edition in all_editions():
        report = read_text(scaffold(edition.first_year, _AGENCY), edition.id)
        found |= recorded(document(report))
    return found


if __name__ == "__main__":
    main()
