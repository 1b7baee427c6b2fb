"""End a command on Ctrl-C and SIGTERM without a traceback, and say how many files were written.

An exception that is raised while Python tidies up, such as in a destructor, goes nowhere; one that is raised
while a module is loaded leaves half of it, and what handles the exception may fail on that. After either, the
signal is sent again.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

_SHELL = 128        # what shells add to a signal's number
_AGAIN = 0.05       # seconds until a signal is sent again
_LOADING = "<frozen importlib._bootstrap"
_caught: list[int] = []


class Interrupted(KeyboardInterrupt):
    """The user or the system wants the command to end; `number` is that of the signal."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__()


def listen() -> None:
    """Let signals raise Interrupted from now on; a second one ends the process at once."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    sys.unraisablehook = _unraisable


def settle(code: int) -> int:
    """Take no signal any more; return the exit code, that of a signal which some library kept to itself."""
    _caught.append(0)   # A signal from here on is too late to be told of.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    return exit_code(_caught[0]) if _caught[0] else code


def exit_code(number: int) -> int:
    """Return the exit code of a command that a signal ended."""
    return _SHELL + number


def message(count: int) -> str:
    """Return what is said when a command was ended after it wrote `count` files."""
    return f"已中断，写出了 {count} 个文件" if count else "已中断，没有写出文件"


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _caught and not _caught[0]:
        return
    if _caught:
        os._exit(exit_code(number))
    if _loads(frame):
        _send_again(number)
        return
    _caught.append(number)
    raise Interrupted(number)


def _unraisable(failed: Any) -> None:
    if not issubclass(failed.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(failed)
        return
    _send_again(_caught.pop() if _caught else signal.SIGINT)


def _loads(frame: FrameType | None) -> bool:
    """Say whether a module is being loaded."""
    while frame is not None:
        if frame.f_code.co_filename.startswith(_LOADING):
            return True
        frame = frame.f_back
    return False


def _send_again(number: int) -> None:
    threading.Timer(_AGAIN, _send, (number,)).start()


def _send(number: int) -> None:
    if sys.platform == "win32":
        # There a process that kills itself ends at once.
        _thread.interrupt_main(number)
    else:
        os.kill(os.getpid(), number)
