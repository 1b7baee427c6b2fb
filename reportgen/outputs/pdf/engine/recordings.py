"""Keep the stencils that were recorded when the package was built, and say for what they serve.

tables.json beside this module is made by `python -m reportgen.outputs.build_templates`, which the build of
the package and script/setup run. Where it is not there, or was recorded from anything else than what is to be
printed with, tables are recorded when first met; a page or a stylesheet that was edited draws its tables
itself.
"""

from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path

import msgspec

from reportgen.files.struct_types import known_type
from reportgen.outputs.pdf.engine.stencil import Stencil
from reportgen.standard.fonts import FontSet

FILE = Path(__file__).with_name("tables.json")
# What draws; another Pango moves nothing by a hundredth of a pixel, and may only name fonts in other words.
_LIBRARIES = ("weasyprint", "pydyf")


class _Recorded(msgspec.Struct):
    """What the file holds: `base` as below, and the stencils of tables by their keys."""

    base: str
    tables: dict[str, Stencil]


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
        recorded = msgspec.json.decode(FILE.read_bytes(), type=known_type(_Recorded))
    except (OSError, msgspec.MsgspecError):
        return {}
    return recorded.tables if recorded.base == base_ else {}


def write(base_: str, stencils: dict[str, Stencil]) -> None:
    """Write the stencils of the tables of all editions with what they were recorded from."""
    FILE.write_bytes(msgspec.json.encode(_Recorded(base_, stencils)))
