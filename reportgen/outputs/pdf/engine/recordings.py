"""Keep the stencils that travel with the templates, and say for which stylesheet, page, fonts and versions they are.

templates/tables.json says from what they were recorded. Where that is what is to be printed with, they serve;
where the templates are the package's own but fonts or Word styles differ, tables are recorded when first met;
a page or a stylesheet that was edited, in place or in a folder of the user's, draws its tables itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from reportgen.files.resources import template_names, templates_folder
from reportgen.outputs.pdf.engine.stencil import Stencil, from_json, to_json
from reportgen.standard.fonts import FontSet

FILE = "tables.json"
# What draws; another Pango moves nothing by a hundredth of a pixel, and may only name fonts in other words.
_LIBRARIES = ("weasyprint", "pydyf")


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def base(css: str, page: str, fonts: FontSet) -> str:
    """Return the sum of all that a stencil depends on beside the table itself.

    `css` is the stylesheet filled in, with the numbers of the layout, `page` the text of the page's template.
    """
    for path in fonts.allowed():
        css = css.replace(path.as_uri(), path.name)
    versions = "\n".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    return digest("\0".join((css, page, fonts.signature(), versions)))


def known(css: str, page: str, sheet: str, fonts: FontSet) -> dict[str, Stencil] | None:
    """Return the stencils that serve from the start; None where tables must be drawn anew in every report.

    `sheet` is the text of the stylesheet's template.
    """
    try:
        shipped = json.loads((templates_folder() / FILE).read_text(encoding="utf-8"))
        if shipped["base"] == base(css, page, fonts):
            return from_json(shipped["tables"])
        own = {"report.html": digest(page), "report.css": digest(sheet)}
        return {} if all(shipped["templates"][name] == sum_ for name, sum_ in own.items()) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def edited(name: str, path: Path) -> bool:
    """Say whether a template, called `name`, is another than the one that the package came with."""
    try:
        shipped = json.loads((templates_folder() / FILE).read_text(encoding="utf-8"))["templates"]
        return bool(shipped[name] != _file_digest(path))
    except (OSError, ValueError, KeyError, TypeError):
        return True


def _file_digest(path: Path) -> str:
    if path.suffix == ".docx":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    # As text, so that line ends of another system make no other file.
    return digest(path.read_text(encoding="utf-8"))


def write(path: Path, base_: str, stencils: Mapping[str, Stencil]) -> None:
    """Write the stencils of the tables of all editions with what they were recorded from, one on a line."""
    sums = {name: _file_digest(path.parent / name) for name in template_names()}
    head = json.dumps({"base": base_, "templates": sums})[:-1]
    path.write_text(f'{head}, "tables": {to_json(dict(stencils)).rstrip()}}}\n', encoding="utf-8",
                    newline="\n")
