"""What a process that reads a file which nobody vouches for may take; docs/limits.md lists all limits."""

from __future__ import annotations

import sys
from pathlib import Path

CPU_SECONDS = 10
WALL_SECONDS = 60
MEMORY_BYTES = 2**30
RESULT_BYTES = 256 * 2**20


def limit_this_process() -> None:
    """Let this process take no more than CPU_SECONDS and MEMORY_BYTES beside what it has taken already."""
    if sys.platform == "win32":
        _limit_on_windows()
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    for limit, value in ((resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + CPU_SECONDS),
                         (resource.RLIMIT_AS, _addresses() + MEMORY_BYTES), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(limit)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (bound, hard))


def _addresses() -> int:
    """Return how many bytes of addresses this process has; libraries have most of them, and few in memory."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return MEMORY_BYTES
    import resource

    return pages * resource.getpagesize()


def _limit_on_windows() -> None:
    """Put this process into a job with limits (JOBOBJECT_EXTENDED_LIMIT_INFORMATION of the Windows API)."""
    if sys.platform != "win32":
        return
    import ctypes
    from ctypes import wintypes

    class Basic(ctypes.Structure):
        _fields_ = (("PerProcessUserTimeLimit", ctypes.c_int64), ("PerJobUserTimeLimit", ctypes.c_int64),
                    ("LimitFlags", wintypes.DWORD), ("MinimumWorkingSetSize", ctypes.c_size_t),
                    ("MaximumWorkingSetSize", ctypes.c_size_t), ("ActiveProcessLimit", wintypes.DWORD),
                    ("Affinity", ctypes.c_size_t), ("PriorityClass", wintypes.DWORD),
                    ("SchedulingClass", wintypes.DWORD))

    class Extended(ctypes.Structure):
        _fields_ = (("Basic", Basic), ("IoInfo", ctypes.c_uint64 * 6),
                    ("ProcessMemoryLimit", ctypes.c_size_t), ("JobMemoryLimit", ctypes.c_size_t),
                    ("PeakProcessMemoryUsed", ctypes.c_size_t), ("PeakJobMemoryUsed", ctypes.c_size_t))

    process_time, process_memory, extended = 0x2, 0x100, 9
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = wintypes.HANDLE
    limits = Extended()
    limits.Basic.PerProcessUserTimeLimit = CPU_SECONDS * 10**7     # in 100 ns
    limits.Basic.LimitFlags = process_time | process_memory
    limits.ProcessMemoryLimit = MEMORY_BYTES
    job = wintypes.HANDLE(kernel.CreateJobObjectW(None, None))
    kernel.SetInformationJobObject(job, extended, ctypes.byref(limits), ctypes.sizeof(limits))
    kernel.AssignProcessToJobObject(job, wintypes.HANDLE(kernel.GetCurrentProcess()))
