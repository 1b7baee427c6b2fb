"""Chinese for the command line: the parser's own messages, findings, progress."""

from __future__ import annotations

import argparse
import contextlib
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from reportgen.findings import visible

# Exit codes: done, errors found, unusable input or machine.
DONE, FOUND, UNUSABLE = 0, 1, 2
PATIENCE = 1.0  # seconds before a step says that it is under way

_ERRORS = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*?): expected one argument", r"\1 后面要写一项内容"),
    (r"argument (.*?): expected at least one argument", r"\1 至少要写一项"),
    (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"\1 不能是 \2，可以是 \3"),
    (r"argument (.*?): invalid int value: (.*)", r"\1 应当是整数，不能是 \2"),
)


class ChineseParser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese; `commands` adds sub-commands."""

    def __init__(self, prog: str, description: str = "", **kwargs: Any) -> None:
        super().__init__(prog=prog, description=description, add_help=False, allow_abbrev=False,
                         formatter_class=_Formatter, **kwargs)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def commands(self) -> Commands:
        """Return the means to add sub-commands, one of which must be given."""
        return Commands(self.add_subparsers(title="命令", metavar="命令", dest="command", required=True,
                                            parser_class=ChineseParser))

    def error(self, message: str) -> NoReturn:
        """Print a usage error in Chinese and leave with exit code 2."""
        for pattern, chinese in _ERRORS:
            if re.fullmatch(pattern, message):
                message = re.sub(pattern, chinese, message)
                break
        self.print_usage(sys.stderr)
        say_error(f"命令写法有误：{message}")
        sys.exit(2)


class Commands:
    """Add sub-commands to a parser."""

    def __init__(self, action: Any) -> None:
        self._action = action

    def add(self, name: str, help_: str, run: Callable[[argparse.Namespace], int] | None) -> ChineseParser:
        """Add one sub-command that calls `run` with the parsed options."""
        parser: ChineseParser = self._action.add_parser(name, help=help_, description=help_)
        if run:
            parser.set_defaults(run=run)
        return parser


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


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
