"""Give FreeType and fontconfig paths on Windows that they can open: those in ASCII, for sure.

A user's temporary folder is named after the user, and so is often spelled in Chinese.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

from reportgen.files.scratch import temporary_folder


def font_folder(suffix: str | None = None, prefix: str | None = None, dir: str | None = None) -> str:
    """Make a temporary folder where tempfile.mkdtemp does, on Windows where its path is plain.

    It goes with the process, for which WeasyPrint trusts that its own objects are deleted at the end.
    """
    return temporary_folder(prefix or "", dir or (_plain_parent() if sys.platform == "win32" else None))


def plain_file(path: Path) -> Path:
    """Return a file, on Windows a copy of it where its own path is not plain."""
    parent = _plain_parent() if sys.platform == "win32" and not str(path).isascii() else None
    if parent is None:
        return path
    return Path(shutil.copy(path, temporary_folder("reportgen-", parent)))


@cache
def _plain_parent() -> str | None:
    """Return the first folder with a plain path that can be written; None where there is none."""
    for name in (tempfile.gettempdir(), os.environ.get("PROGRAMDATA"), os.environ.get("PUBLIC")):
        if name and name.isascii():
            try:
                Path(tempfile.mkdtemp(prefix="reportgen-", dir=name)).rmdir()
            except OSError:
                continue
            return name
    return None
