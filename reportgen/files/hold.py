"""Lock a file while this process lives, so that others can tell what a killed one left over."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO


def is_at(stream: IO[bytes], path: Path) -> bool:
    """Say whether an open file is still the one at a path."""
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except OSError:
        return False


def hold(stream: IO[bytes]) -> bool:
    """Take hold of an open file until it is closed or the process ends; say whether nobody else does."""
    try:
        import fcntl
    except ImportError:
        return _hold_on_windows(stream)
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks: whether it is held cannot be told, so its maker goes on alone.
        return stream.mode == "xb"
    return True


def _hold_on_windows(stream: IO[bytes]) -> bool:
    import msvcrt

    lock = getattr(msvcrt, "locking")  # noqa: B009 - absent from the types of other systems
    stream.seek(1 << 30)    # beyond what is ever written, which others may then read
    try:
        lock(stream.fileno(), getattr(msvcrt, "LK_NBLCK"), 1)  # noqa: B009
    except PermissionError:
        return False
    except OSError:
        # As above: a share of a server that knows no locks.
        return stream.mode == "xb"
    finally:
        stream.seek(0)
    return True
