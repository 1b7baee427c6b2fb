"""Typesetters of a test's own, so that what one made before has no part in what it makes."""

from reportgen.outputs.pdf import write as pdf
from reportgen.standard.fonts import package_fonts


def typesetter(stencils=None, fixed=True):
    """Return a typesetter in the package's fonts and stylesheet that knows these stencils; not `fixed`, it takes none."""
    fonts = package_fonts()
    return pdf._Typesetter(fonts, pdf.render_css(fonts), (stencils or {}) if fixed else None)
