"""What the processes of a session have taken so far; only Linux knows.

A session is begun with start_new_session.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """One living process: its number, CPU seconds (user and system) and MiB in memory."""

    pid: int
    cpu: float
    memory: float


def processes(session: int) -> Iterator[Process]:
    """Yield the living processes of a session, its leader among them (proc(5), /proc/PID/stat)."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            # The name before the last bracket may hold anything; what follows it begins with the third field.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                yield Process(int(entry.name), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
                              int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20)


def largest(session: int) -> float:
    """Return the MiB of the largest process of a session, its leader aside; 0 where there is none."""
    return max((one.memory for one in processes(session) if one.pid != session), default=0.0)
