"""Typesetters of a test's own, so that what one made before has no part in what it makes."""

import json

from reportgen.files.resources import templates_folder
from reportgen.outputs.pdf import write as pdf
from reportgen.outputs.pdf.engine.stencil import from_json
from reportgen.standard.fonts import package_fonts

SHIPPED = (templates_folder() / "tables.json").read_text(encoding="utf-8")


def shipped(text=SHIPPED):
    """Return the stencils that travel with the templates."""
    return from_json(json.loads(text)["tables"])


def typesetter(stencils=None, fixed=True):
    """Return a typesetter in the package's fonts and stylesheet that knows these stencils; not `fixed`, it takes none."""
    fonts = package_fonts()
    return pdf._Typesetter(fonts, pdf.render_css(fonts), (stencils or {}) if fixed else None)
