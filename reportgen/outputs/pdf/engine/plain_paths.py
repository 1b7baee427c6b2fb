"""Give FreeType and fontconfig paths on Windows that they can open: those in ASCII, for sure.

A user's temporary folder is named after the user, and so is often spelled in Chinese.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path


def font_folder(suffix: str | None = None, prefix: str | None = None, dir: str | None = None) -> str:
    """Make a temporary folder as tempfile.mkdtemp does, where its path is plain."""
    return tempfile.mkdtemp(suffix, prefix, dir or _plain_parent())


def plain_file(path: Path) -> Path:
    """Return a file, on Windows a copy of it where its own path is not plain."""
    parent = _plain_parent() if sys.platform == "win32" and not str(path).isascii() else None
    if parent is None:
        return path
    folder = tempfile.mkdtemp(prefix="reportgen-", dir=parent)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(shutil.copy(path, folder))


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
