"""Find the files that travel with the package: templates and fonts."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """Return the folder of templates: inside an installed package, beside it in a checkout."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def fonts_folder() -> Path:
    """Return the folder of the fonts that the package carries."""
    return _PACKAGE / "fonts"


def template(name: str, own: Path | None = None) -> Path:
    """Return the template called `name` (2021/report.docx), from the user's folder where it has one."""
    if own is not None and (own / name).is_file():
        return own / name
    return templates_folder() / name
