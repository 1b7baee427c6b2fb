"""Run what reads untrusted files in a process of its own, with limits of time and memory.

A library that loops, fills the memory, aborts or panics ends that process, and the file is refused. What
comes back is unpickled with an allow-list, so that a process that a file took over can return data and
nothing else.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from reportgen.files import limits
from reportgen.findings import InputError, Origin, refuse

_LOG = logging.getLogger(__name__)
# The variable that, set to off, has files read in the process itself, for who vouches for them all.
SWITCH = "REPORTGEN_LIMITS"
# Loaded once by the server from which processes are copied where this one has threads.
_PRELOADED = ["reportgen.form.read", "reportgen.imports.kinds", "reportgen.imports.readers.docx",
              "reportgen.imports.readers.html", "reportgen.imports.readers.pdf"]
_POSIX = sys.platform != "win32"
_RESULT, _REFUSED, _FAILED, _MEMORY = "result", "refused", "failed", "memory"
# The end of the process's pipe, and what returns the signal that it died of, or 0.
_Running = tuple[Connection, Callable[[], int]]
# What a refusal is made of.
_REFUSAL = frozenset((("reportgen.findings", "Origin"),))


@dataclass(frozen=True)
class Confined:
    """Something to be run with limits: a function of a module and its arguments.

    `name` is the file that a message names, `classes` are those that the result has, as (module, name).
    """

    work: Callable[..., Any]
    args: tuple[Any, ...]
    name: str
    classes: frozenset[tuple[str, str]] = frozenset()

    def run(self) -> Any:
        """Return what the function returns.

        Raises InputError where it does, or where it goes beyond `limits`, dies or fails in another way.
        """
        if os.environ.get(SWITCH) == "off":
            return self.work(*self.args)
        with self._started() as (end, died_of):
            try:
                if not end.poll(limits.WALL_SECONDS):
                    raise self._refused(f"读了 {limits.WALL_SECONDS} 秒还没有读完")
                data = end.recv_bytes(limits.RESULT_BYTES)
            except EOFError:
                raise self._refused(_death(died_of())) from None
            except OSError:
                raise self._refused(f"读出的内容超过 {limits.RESULT_BYTES // 2**20} MB") from None
        kind, value = _Reader(data, self.classes | _REFUSAL).load()
        if kind == _REFUSED:
            raise InputError(value)
        if kind == _MEMORY:
            raise self._refused(_TOO_LARGE)
        if kind == _FAILED:
            name, trace = value
            _LOG.info("%s: %s", self.name, trace)
            raise self._refused(f"读取时出错（{name}）")
        return value

    def _refused(self, why: str) -> InputError:
        return refuse(Origin(self.name), f"{why}，没有读；请在 Word、WPS 或 Excel 里打开，另存一份后再试")

    @contextlib.contextmanager
    def _started(self) -> Iterator[_Running]:
        """Start the process."""
        if _POSIX and (threading.active_count() == 1 or multiprocessing.current_process().daemon):
            start = _forked
        else:
            # A copy of a process with threads may hang; one of a server without threads does not.
            start = _spawned
        with start(self.work, self.args) as found:
            yield found


@contextlib.contextmanager
def _spawned(work: Callable[..., Any], args: tuple[Any, ...]) -> Iterator[_Running]:
    context: Any = multiprocessing.get_context("forkserver" if _POSIX else "spawn")
    if _POSIX:
        context.set_forkserver_preload(_PRELOADED)
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(writer, work, args), daemon=True)
    process.start()
    writer.close()

    def died_of() -> int:
        process.join(limits.WALL_SECONDS)
        return max(-(process.exitcode or 0), 0)

    try:
        yield reader, died_of
    finally:
        process.kill()
        process.join()
        process.close()
        reader.close()


@contextlib.contextmanager
def _forked(work: Callable[..., Any], args: tuple[Any, ...]) -> Iterator[_Running]:
    reader, writer = multiprocessing.Pipe(duplex=False)
    with warnings.catch_warnings():
        # Libraries may have threads that Python does not know of; the copy uses nothing of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if process == 0:
        try:
            reader.close()
            _work(writer, work, args)
        finally:
            os._exit(0)
    writer.close()
    state: list[int] = []

    def died_of() -> int:
        if not state:
            state.append(os.waitpid(process, 0)[1])
        return os.WTERMSIG(state[0]) if os.WIFSIGNALED(state[0]) else 0

    try:
        yield reader, died_of
    finally:
        if not state:
            os.kill(process, signal.SIGKILL)
            died_of()
        reader.close()


_TOO_LARGE = f"读取要用的内存超过 {limits.MEMORY_BYTES // 2**30} GB"


def _death(number: int) -> str:
    if _POSIX and number == signal.SIGXCPU:
        return f"读取要用的时间超过 {limits.CPU_SECONDS} 秒"
    return _TOO_LARGE if _POSIX and number == signal.SIGKILL else "读取程序中途退出，文件可能已损坏"


def _work(end: Connection, work: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Run a function in this process, and send how it ended."""
    # What a library writes as it dies is no message for people.
    faulthandler.disable()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    limits.limit_this_process()
    try:
        data = pickle.dumps((_RESULT, work(*args)), protocol=5)
    except InputError as error:
        data = pickle.dumps((_REFUSED, error.problems))
    except MemoryError:
        data = pickle.dumps((_MEMORY, None))
    except BaseException as error:  # noqa: BLE001 - panics of Rust libraries are no Exception
        data = pickle.dumps((_FAILED, (type(error).__name__, traceback.format_exc())))
    end.send_bytes(data)


class _Reader(pickle.Unpickler):
    """Unpickle instances of the allowed classes and of nothing else."""

    def __init__(self, data: bytes, allowed: frozenset[tuple[str, str]]) -> None:
        super().__init__(io.BytesIO(data))
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that is allowed; raises UnpicklingError for any other."""
        if (module, name) not in self._allowed:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)
