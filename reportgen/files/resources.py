"""Find the files that travel with the package: templates and fonts."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable
from pathlib import Path

from reportgen.findings import InputError, Origin, refuse

_TEMPLATES = (".docx", ".html", ".css")
# What the templates were when the package was made, as sha256sum writes it.
SUMS = "SHA256SUMS"
_PACKAGE = Path(__file__).resolve().parent.parent


def templates_folder() -> Path:
    """Return the folder of templates: inside an installed package, beside it in a checkout."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def fonts_folder() -> Path:
    """Return the folder of the fonts that the package carries."""
    return _PACKAGE / "fonts"


def hanzi_folder() -> Path | None:
    """Return the folder of the optional fonts for all hanzi; None where they are not there.

    They are a package of their own, reportgen-hanzi; in a checkout, beside this one.
    """
    found = importlib.util.find_spec("reportgen_hanzi")
    beside = _PACKAGE.parent / "hanzi" / "reportgen_hanzi"
    folder = Path(found.origin).parent if found and found.origin else beside
    return folder if (folder / "coverage.txt").is_file() else None


def template_names() -> list[str]:
    """Return the names of the templates that a user may edit, below their folder."""
    folder = templates_folder()
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")
                  if path.suffix in _TEMPLATES)


def require_templates(own: Path | None, editions: Iterable[str]) -> None:
    """Refuse a user's folder of templates that is not there, or in which a file would not be used.

    `editions` are the ids of all editions. Raises InputError.
    """
    if own is None:
        return
    if not own.is_dir():
        raise refuse(Origin(str(own)), "找不到模板文件夹，请检查 --templates")
    names = sorted({*template_names(), *(f"{edition}/report.docx" for edition in editions)})
    found = [path for path in sorted(own.rglob("*"))
             if path.suffix.lower() in (*_TEMPLATES, ".doc", ".dotx", ".htm")
             and not any(part.startswith((".", "~$")) for part in path.relative_to(own).parts)]
    unknown = [path for path in found if path.relative_to(own).as_posix() not in names]
    if unknown:
        raise InputError((Origin(str(path)),
                          f"不是模板的文件名，不会用到；可以用的是 {'、'.join(names)}，请改名或移走")
                         for path in unknown)
    if not found:
        raise refuse(Origin(str(own)), f"文件夹里没有模板；可以用的是 {'、'.join(names)}，"
                                       "用 reportgen template copy 可以复制出来")


def template(name: str, own: Path | None = None) -> Path:
    """Return the template called `name` (2021/report.docx), from the user's folder where it has one."""
    if own is not None and (own / name).is_file():
        return own / name
    return templates_folder() / name


def edited(name: str, content: bytes) -> bool:
    """Say whether a template, called `name`, is another than the one that the package came with."""
    try:
        return f"{_sum(name, content)}\n" not in (templates_folder() / SUMS).read_text(encoding="utf-8")
    except OSError:
        return True


def write_sums() -> None:
    """Note what the package's templates are, for `edited`."""
    folder = templates_folder()
    sums = (f"{_sum(name, (folder / name).read_bytes())}\n" for name in template_names())
    (folder / SUMS).write_text("".join(sums), encoding="utf-8", newline="\n")


def _sum(name: str, content: bytes) -> str:
    # Line ends of another system make no other file.
    same = content if name.endswith(".docx") else content.replace(b"\r\n", b"\n")
    return f"{hashlib.sha256(same).hexdigest()}  {name}"
