"""Keep the stencils that were recorded when the package was built, and say for what they serve.

tables.json beside this module is made by `python -m reportgen.outputs.build_templates`, which the build of
the package and script/setup run. Where it is not there, or was recorded from anything else than what is to be
printed with, tables are recorded when first met; a page or a stylesheet that was edited draws its tables
itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from reportgen.outputs.pdf.engine.stencil import Stencil, from_json, to_json
from reportgen.standard.fonts import FontSet

FILE = Path(__file__).with_name("tables.json")
# What draws; another Pango moves nothing by a hundredth of a pixel, and may only name fonts in other words.
_LIBRARIES = ("weasyprint", "pydyf")


def base(css: str, page: str, fonts: FontSet) -> str:
    """Return the sum of all that a stencil depends on beside the table itself, which has its own key.

    `css` is the stylesheet filled in, with the numbers of the layout, `page` the text of the page's template.
    """
    for path in fonts.allowed():
        css = css.replace(path.as_uri(), path.name)
    versions = "\n".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    return hashlib.sha256("\0".join((css, page, fonts.signature(), versions)).encode()).hexdigest()


def known(base_: str) -> dict[str, Stencil]:
    """Return the stencils that were recorded from just this, possibly none."""
    try:
        recorded = json.loads(FILE.read_text(encoding="utf-8"))
        return from_json(recorded["tables"]) if recorded["base"] == base_ else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write(base_: str, stencils: Mapping[str, Stencil]) -> None:
    """Write the stencils of the tables of all editions with what they were recorded from."""
    text = f'{{"base": {json.dumps(base_)}, "tables": {to_json(dict(stencils)).rstrip()}}}\n'
    FILE.write_text(text, encoding="utf-8", newline="\n")
