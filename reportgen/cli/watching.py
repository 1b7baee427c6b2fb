"""Do something again whenever files change, until the user ends it."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from reportgen import api
from reportgen.cli.messages import say_error
from reportgen.cli.streams import told

INTERVAL = 0.5      # seconds between two looks

# A file's path, time of change, size and number.
Look = list[tuple[str, int, int, int]]


def watch(paths: Callable[[], Iterable[Path]], work: Callable[[], object]) -> None:
    """Do the work now and after each change of the files and of what lies in the folders, until Ctrl-C.

    Input that cannot be used, as while a file is half written, is told, and the next change waited for.
    """
    done: Look | None = None
    last: Look | None = None
    while True:
        now = _look(paths())
        # An editor may still be writing where two looks differ.
        if now != done and (done is None or now == last):
            _do(work)
            done = now
        last = now
        time.sleep(INTERVAL)


def _do(work: Callable[[], object]) -> None:
    try:
        work()
    except (api.InputError, api.ValuesLostError) as error:
        say_error(str(error))
    except OSError as error:
        say_error(told(error))
    sys.stdout.flush()
    # It is switched off while a command runs.
    gc.collect()
    say_error("── 等待改动，改好保存就会再生成；按 Ctrl-C 结束")


def _look(paths: Iterable[Path]) -> Look:
    found = []
    for path in paths:
        inside = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        for one in inside:
            try:
                state = one.stat()
            except OSError:
                continue
            found.append((str(one), state.st_mtime_ns, state.st_size, state.st_ino))
    return found
