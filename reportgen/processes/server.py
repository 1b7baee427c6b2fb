"""What the server that forks workers loads first: it keeps quiet about workers that nobody waits for.

A batch that is interrupted while a worker begins has taken away what that worker needs by the time it looks.
"""

from __future__ import annotations

import sys
from types import TracebackType

_GONE = (FileNotFoundError, EOFError, BrokenPipeError, ConnectionError, KeyboardInterrupt)


def _quiet(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    last = trace
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    within = last is not None and "multiprocessing" in last.tb_frame.f_code.co_filename
    if not (within and issubclass(kind, _GONE)):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _quiet
