"""Temporary folders that do not stay: held while their process lives, removed at its end or by the next."""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from reportgen.files.hold import hold, is_at
from reportgen.findings import Origin, os_reason, refuse

_PREFIX = "reportgen-tmp-"
_OURS = re.compile(rf"{_PREFIX}[0-9a-f]{{16}}")
_HOLDER = "held"
_held: list[IO[bytes]] = []


def use_scratch() -> None:
    """Have this process make its temporary files in a folder that is there until it ends.

    Those of libraries too, which tidy up only where they end as they mean to. Raises InputError where the
    system has no room for one.
    """
    sweep_scratch()
    try:
        folder, holder = _made(_top())
    except OSError as error:
        raise refuse(Origin("TMPDIR"), f"没有可用的临时文件夹（{os_reason(error)}）；请检查环境变量 TMPDIR、"
                                       "权限和磁盘空间") from error
    _held.append(holder)
    tempfile.tempdir = str(folder)
    # After what others keep in it.
    _at_end(-1000, _remove, folder, holder)


def temporary_folder(prefix: str, parent: str | None = None) -> str:
    """Make a folder that is removed when this process ends, even one of a pool, which has no atexit."""
    folder = tempfile.mkdtemp(prefix=prefix, dir=parent)
    _at_end(-100, shutil.rmtree, folder, True)
    return folder


def _at_end(priority: int, act: Callable[..., None], *given: object) -> None:
    """Have something done when this process ends, what has the least priority or was asked for first last."""
    # The processes of a pool end without what atexit knows, and have this loaded; it takes long to load.
    pools = sys.modules.get("multiprocessing.util")
    if pools:
        pools.Finalize(None, act, given, exitpriority=priority)
    else:
        atexit.register(_in_process, os.getpid(), act, *given)


def _in_process(process: int, act: Callable[..., None], *given: object) -> None:
    """Do something in the process that wanted it, not in those that were forked from it."""
    if os.getpid() == process:
        act(*given)


def sweep_scratch() -> None:
    """Remove the folders of processes that were killed."""
    with contextlib.suppress(OSError):
        for folder in _top().iterdir():
            if _OURS.fullmatch(folder.name):
                with contextlib.suppress(OSError):
                    _sweep(folder)


def _top() -> Path:
    """Return the system's folder of temporary files, also in a process that has its own."""
    folder = Path(tempfile.gettempdir())
    return folder.parent if _OURS.fullmatch(folder.name) else folder


def _made(top: Path) -> tuple[Path, IO[bytes]]:
    while True:
        folder = top / f"{_PREFIX}{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        # Another process may have taken it for one that was left over, before it was held.
        with contextlib.suppress(FileNotFoundError):
            holder = (folder / _HOLDER).open("xb")
            if hold(holder) and is_at(holder, folder / _HOLDER):
                return folder, holder
            holder.close()


def _sweep(folder: Path) -> None:
    path = folder / _HOLDER
    if not path.exists():
        folder.rmdir()
        return
    with path.open("r+b") as holder:
        if not hold(holder) or not is_at(holder, path):
            return
    _remove(folder)


def _remove(folder: Path, holder: IO[bytes] | None = None) -> None:
    if holder is not None:
        holder.close()
    shutil.rmtree(folder, ignore_errors=True)
