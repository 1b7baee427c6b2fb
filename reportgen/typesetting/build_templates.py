"""Write templates/<edition>/report.docx for every edition: `python -m reportgen.typesetting.build_templates`."""

from __future__ import annotations

from pathlib import Path

from reportgen.editions import all_editions
from reportgen.resources import templates_folder
from reportgen.typesetting.word_template import build_template
from reportgen.writing.package import reproducible

# Any fixed date serves: the report's own date replaces it when the template is filled in.
TEMPLATE_DATE = "2021-01-01"


def main(folder: Path | None = None) -> None:
    """Write the template of every edition below `folder`, by default the package's templates."""
    for edition in all_editions():
        target = (folder or templates_folder()) / edition.id / "report.docx"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(reproducible(build_template(edition), TEMPLATE_DATE, title=edition.title))


if __name__ == "__main__":
    main()
