"""Executors of concurrent.futures: in this process, or in a pool of warm processes."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from time import monotonic, sleep
from typing import Any

from reportgen.files.scratch import sweep_scratch, temporary_folder, use_scratch
from reportgen.findings import Origin, refuse

# The path of a socket has at most 107 bytes on Linux (unix(7)); multiprocessing appends two names.
_SOCKET_FOLDER = 107 - len("/pymp-xxxxxxxx/listener-xxxxxxxx")


class CannotStartError(Exception):
    """Say that this machine starts no further process."""


class Here(Executor):
    """Run every task at once, in this process; a hanging task cannot be ended."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a task and return its future, which is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - the future raises it for who asks
            future.set_exception(error)
        return future


class _Monotonic:
    """What pebble asks of the module `time`, from a clock that nobody sets."""

    time = staticmethod(monotonic)
    sleep = staticmethod(sleep)


class Processes(Executor):
    """Run tasks in warm processes; one that dies or takes longer than `seconds` fails alone.

    Its process is replaced.
    """

    def __init__(self, jobs: int, seconds: float, initializer: Callable[[], object],
                 preload: Sequence[str]) -> None:
        """Have `jobs` processes that know the modules of `preload` and begin with `initializer`."""
        # Imported here: one report alone needs no pool.
        from pebble import ProcessPool
        from pebble.pool import process

        # It takes the time of day for its limits; a clock that is put right must not end a task.
        setattr(process, "time", _Monotonic)  # noqa: B010 - not exported, says the type checker
        # A server that has loaded everything forks the workers, so none of them is a copy of a process with
        # threads.
        context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
        if sys.platform != "win32":
            context.set_forkserver_preload(["reportgen.processes.server", *preload])
            _start_server()
        self._seconds = seconds
        self._pool: Any = ProcessPool(max_workers=jobs, initializer=_start, context=context,
                                      initargs=(initializer, _settings()))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Queue a task; its future raises TimeoutError, or pebble.ProcessExpired where its process died.

        Cancelling the future ends its process. Raises CannotStartError.
        """
        try:
            future: Future[Any] = self._pool.schedule(fn, args=args, kwargs=kwargs, timeout=self._seconds)
        except (BrokenExecutor, OSError) as error:
            raise CannotStartError from error
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the pool, waiting for what is queued unless it is cancelled."""
        if cancel_futures:
            self._pool.stop()
        else:
            self._pool.close()
        if wait:
            self._pool.join()
            sweep_scratch()


def _start_server() -> None:
    """Start the server that forks the workers, deaf to the Ctrl-C of a terminal, which this process tells."""
    from multiprocessing import resource_tracker
    from multiprocessing.forkserver import ensure_running

    _near_sockets()
    # Its start would let the signal through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _near_sockets() -> None:
    """Have the server's socket lie where its path is short enough for a socket's.

    Raises InputError where there is no such folder.
    """
    if len(os.fsencode(tempfile.gettempdir())) <= _SOCKET_FOLDER:
        return
    for near in ("/tmp", "/var/tmp"):
        with contextlib.suppress(OSError):
            folder = temporary_folder("reportgen-", near)
            break
    else:
        raise refuse(Origin("TMPDIR"), "临时文件夹的路径太长，请把环境变量 TMPDIR 改成短的路径")
    # What multiprocessing.util.get_temp_dir looks for first.
    multiprocessing.current_process()._config["tempdir"] = folder  # type: ignore[attr-defined]


def _settings() -> dict[str, str]:
    """Return the program's own variables of the environment."""
    return {name: value for name, value in os.environ.items() if name.startswith("REPORTGEN_")}


def _start(initializer: Callable[[], object], settings: dict[str, str]) -> None:
    """Begin a worker: the server that forks it may be older than the settings that are wanted."""
    for name in _settings():
        del os.environ[name]
    os.environ.update(settings)
    use_scratch()
    initializer()
