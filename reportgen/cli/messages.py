"""What the command line says: on which stream, what is under way, what the typesetter warns of."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from collections.abc import Iterator

from reportgen.findings import visible

# Exit codes: done, errors found, unusable input or machine.
DONE, FOUND, UNUSABLE = 0, 1, 2
PATIENCE = 1.0  # seconds before a step says that it is under way


_lost: list[str] = []


class OutputError(Exception):
    """Standard output takes no more; the cause is the error of the system."""


def say(*texts: str, sep: str = " ", end: str = "\n", seen: bool = False) -> None:
    """Print texts to standard output, what no reader sees and what steers a terminal as its code.

    With `seen`, they hold nothing of that but marks of our own. Raises OutputError.
    """
    try:
        print(*(text if seen else visible(text) for text in texts), sep=sep, end=end)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError from error


def say_error(message: str) -> None:
    """Print a message to standard error, as say does."""
    try:
        print(visible(message), file=sys.stderr, flush=True)
    except OSError:
        _lost.append(message)


def lost() -> int:
    """Return how many messages standard error did not take."""
    return len(_lost)


def difference(old: str, new: str, name: str, numbered: bool = True) -> list[str]:
    """Return what changed between two texts, a line a row, each with its line number if `numbered`."""
    lines = []
    for number, (before, after) in enumerate(zip(old.splitlines(), new.splitlines(), strict=True), 1):
        if before != after:
            place = f"{name}:{number}" if numbered else name
            lines += [place, f"- {before.strip()}", f"+ {after.strip()}"]
    return lines


@contextlib.contextmanager
def progress(what: str) -> Iterator[None]:
    """Say what is under way when it takes more than a second."""
    timer = threading.Timer(PATIENCE, say_error, [f"{what}……"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class _Visible(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record))


@contextlib.contextmanager
def engine_messages() -> Iterator[None]:
    """Show what WeasyPrint warns of, such as a slip in an edited stylesheet."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Visible("排版引擎提示：%(message)s"))
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.removeHandler(handler)
