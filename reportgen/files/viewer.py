"""Open a file with the program that the system has for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Kinds of files that this program makes or reads. What a system would run is not among them.
_KINDS = (".docx", ".pdf", ".html", ".htm", ".xlsx", ".yaml", ".yml", ".json", ".csv", ".txt")
_SECONDS = 10.0     # after which the program that was called for is left alone


def open_file(path: Path) -> str:
    """Open one file or folder as a double click does; return why that did not work, empty where it did."""
    if not path.exists():
        return "没有这个文件"
    # Whole, so that no name is taken for an option or an address; of the file itself, not of a link to it.
    target = path.resolve()
    # What macOS runs is a folder.
    if target.suffix.lower() == ".app" if target.is_dir() else target.suffix.lower() not in _KINDS:
        return f"不打开这种文件，只打开 {'、'.join(_KINDS)} 和文件夹"
    whole = str(target)
    if sys.platform == "win32":
        os.startfile(whole)
        return ""
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    if not shutil.which(opener):
        return f"这台电脑没有 {opener}，请自己打开"
    try:
        done = subprocess.run([opener, whole], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return "没有能打开它的程序，请自己打开" if done.returncode else ""
