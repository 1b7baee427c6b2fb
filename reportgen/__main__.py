"""Run the command line as `python -m reportgen`."""

import gc
import os
import signal
import sys


def _leave(number: int, frame: object) -> None:
    os.write(2, "已中断，没有写出文件\n".encode())
    os._exit(128 + number)


def start() -> int:
    """Run one command as a process, which signals may end at any moment, and return its exit code."""
    # Before anything is loaded: that takes long enough to be interrupted.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    # What is loaded is no garbage.
    gc.disable()
    from reportgen.cli.main import run_process

    return run_process()


if __name__ == "__main__":
    sys.exit(start())
