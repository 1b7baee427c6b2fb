"""Open a file in the program that the machine has for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from reportgen.findings import Origin, refuse


def open_file(path: Path) -> None:
    """Open a file as a double click does; raises InputError where the machine has nothing to do so."""
    if sys.platform == "win32":
        import os

        os.startfile(path)
        return
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        raise refuse(Origin(path.name), "这台电脑上没有能打开它的程序，请点文件名另存")
    subprocess.Popen([opener, str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL, start_new_session=True)
