"""Count what a piece of work asks of the disk, and let one of these calls fail, or kill the process at it.

The calls are found by counting them, as SQLite's tests do, so that one that is added later is tried too.
"""

import contextlib
import io
import os
import signal
import sys
import traceback

CALLS = ("fsync", "rename", "replace", "link", "unlink", "rmdir", "mkdir", "chown", "utime", "chmod")


class Faults:
    """Let the `at`-th call fail with an error number, or kill the process where that is None; only count for `at` 0."""

    def __init__(self, at=0, error=None):
        self.at, self.error, self.count = at, error, 0

    def call(self, real, *arguments, **options):
        self.count += 1
        if self.count == self.at:
            if self.error is None:
                self.half(real, arguments)
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(self.error, os.strerror(self.error))
        return real(*arguments, **options)

    @staticmethod
    def half(real, arguments):
        """Do half of a write before the kill."""
        if getattr(real, "__name__", "") == "write" and isinstance(arguments[0], bytes):
            real(arguments[0][:len(arguments[0]) // 2])
            real.__self__.flush()

    @contextlib.contextmanager
    def at_work(self):
        real = {name: getattr(os, name) for name in CALLS}
        real_open = io.open

        def opened(file, mode="r", *arguments, **options):
            if not set(mode) & set("wxa+"):
                return real_open(file, mode, *arguments, **options)
            return _Stream(self.call(real_open, file, mode, *arguments, **options), self)

        for name, function in real.items():
            setattr(os, name, lambda *a, real=function, **o: self.call(real, *a, **o))
        io.open = opened
        try:
            yield self
        finally:
            io.open = real_open
            for name, function in real.items():
                setattr(os, name, function)


class _Stream:
    """A stream whose writes count."""

    def __init__(self, stream, faults):
        self._stream, self._faults = stream, faults

    def __getattr__(self, name):
        value = getattr(self._stream, name)
        if name in ("write", "flush", "truncate"):
            return lambda *arguments: self._faults.call(value, *arguments)
        return value

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stream.close()


def calls(work):
    """How many calls a piece of work makes."""
    with Faults().at_work() as faults:
        work()
    return faults.count


def killed_at(work, at):
    """Do a piece of work in a child that is killed at a call; say whether it came to that."""
    child = os.fork()
    if child == 0:
        try:
            with Faults(at).at_work():
                work()
        except BaseException:  # noqa: BLE001 - the child must not go on with its parent's work
            traceback.print_exc()
            os._exit(3)
        sys.stdout.flush()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
    return os.WIFSIGNALED(status)
