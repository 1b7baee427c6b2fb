"""Executors of concurrent.futures: in this process, or in a pool of warm processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from time import monotonic, sleep
from typing import Any

from reportgen.files.scratch import sweep_scratch, use_scratch
from reportgen.findings import Origin, refuse


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

    def __init__(self, jobs: int, seconds: float, initializer: Callable[[], None]) -> None:
        # Imported here: one report alone needs no pool.
        from pebble import ProcessPool
        from pebble.pool import process

        # It takes the time of day for its limits; a clock that is put right must not end a task.
        setattr(process, "time", _Monotonic)  # noqa: B010 - not exported, says the type checker
        # A server that has loaded everything forks the workers, so none of them is a copy of a process with
        # threads.
        context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
        if sys.platform != "win32":
            context.set_forkserver_preload(["reportgen.processes.server", "reportgen.many.work",
                                            "reportgen.outputs.docx.write", "reportgen.outputs.pdf.write"])
            _start_server()
        self._seconds = seconds
        self._pool: Any = ProcessPool(max_workers=jobs, initializer=_start, context=context,
                                      initargs=(initializer, _settings()))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Queue a task; its future raises TimeoutError, or pebble.ProcessExpired where its process died.

        Raises InputError where no process can be started.
        """
        try:
            future: Future[Any] = self._pool.schedule(fn, args=args, kwargs=kwargs, timeout=self._seconds)
        except (BrokenExecutor, OSError) as error:
            raise refuse(Origin("--jobs"),
                         "这台电脑上启动不了工作进程；请加 --jobs 0，在一个进程里做") from error
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

    # Its start would let the signal through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settings() -> dict[str, str]:
    """Return the program's own variables of the environment."""
    return {name: value for name, value in os.environ.items() if name.startswith("REPORTGEN_")}


def _start(initializer: Callable[[], None], settings: dict[str, str]) -> None:
    """Begin a worker: the server that forks it may be older than the settings that are wanted."""
    for name in _settings():
        del os.environ[name]
    os.environ.update(settings)
    use_scratch()
    initializer()
