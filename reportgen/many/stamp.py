"""A sum over what decides the outcome beside the data: program, libraries, templates, fonts, options."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from importlib import metadata
from pathlib import Path

from reportgen.files.resources import fonts_folder, templates_folder
from reportgen.format.load import edition_files
from reportgen.outputs.build import Options
from reportgen.outputs.pdf.engine.patches import SPEED_SWITCH
from reportgen.outputs.pdf.engine.recordings import FILE
from reportgen.standard.fonts import package_fonts, with_hanzi
from reportgen.version import __version__

_LIBRARIES = ("weasyprint", "pydyf", "fonttools", "docxtpl", "python-docx", "Jinja2", "lxml", "pillow")
_VARIABLES = ("SOURCE_DATE_EPOCH", SPEED_SWITCH[0])


def stamp(kinds: tuple[str, ...], options: Options) -> str:
    """Return the sum as hexadecimal digits; a library that is not there counts as such."""
    total = hashlib.sha256()
    # The optional fonts are large, so what they are is read from their heads.
    said = [__version__, with_hanzi(package_fonts()).signature(),
            *(f"{name} {_version(name)}" for name in _LIBRARIES), *kinds, str(options),
            zlib.ZLIB_RUNTIME_VERSION, *(os.environ.get(name, "") for name in _VARIABLES)]
    total.update(json.dumps(said).encode())
    package = Path(__file__).resolve().parent.parent
    folders = [package, templates_folder(), fonts_folder(), options.templates, options.fonts]
    for path in (path for folder in folders if folder is not None for path in sorted(folder.rglob("*"))):
        # Recorded tables make the same bytes as none.
        if path.is_file() and path.suffix != ".pyc" and path != FILE:
            total.update(f"{path.name}\n".encode())
            total.update(path.read_bytes())
    for path in edition_files().values():
        total.update(path.read_bytes())
    return total.hexdigest()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
