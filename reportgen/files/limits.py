"""How much of everything the program takes from outside: all limits, each with its reason.

docs/limits.md lists them for users; a test holds it against this module.
"""

from __future__ import annotations

import sys
from pathlib import Path

_MB = 1024 * 1024

# A process that reads a file which nobody vouches for; one of our reports takes about a second.
CPU_SECONDS = 10
WALL_SECONDS = 60                       # on a busy machine
MEMORY_BYTES = 1024 * _MB               # with the program; a file has half of it at least
_CODE_BYTES = 128 * _MB                 # of it for libraries, which no limit of the system counts
RESULT_BYTES = 256 * _MB                # what it gives back, in the memory of the program

# Published reports and forms; with pictures they are large.
PUBLISHED_BYTES = 50 * _MB
OFFICE_UNPACKED_BYTES = 60 * _MB        # a filled-in form unpacks to about 1 MB
OFFICE_PARTS = 2000                     # a Word file of ours has some 20
WORD_TAGS = 1_000_000                   # a report of ours has some twenty thousand
WORD_NUMBER = 9999                      # of a numbered paragraph
PDF_PAGES = 300                         # a report of ours has 5 to 10
PDF_UNPACKED_BYTES = 200 * _MB          # fonts that are embedded whole are large
SPAN = 100                              # columns or rows of one cell; the widest table has 15 columns
SHEET_ROWS = 5000
SHEET_COLUMNS = 200
MARKED_CELLS = 60                       # that one figure of a web page may be marked with

# Data files.
DATA_BYTES = 2 * _MB                    # a full one has about 20 KB
DATA_DEPTH = 8                          # the deepest cell stands at depth 4
DATA_NODES = 20_000                     # a full one has about 700
PROSE_CHARACTERS = 200_000              # of one piece
TITLE_CHARACTERS = 400                  # a title has some twenty
FIGURE_DIGITS = 15                      # Excel keeps no more of a number
EXPRESSION_CHARACTERS = 300
EXPRESSION_DEPTH = 10

# An agency's own rules and editions.
RULES_CHARACTERS = 500_000              # an edition has 15,000
RULES_NODES = 50_000

# Templates; the longest of the examples does 0.2 million of work.
TEMPLATE_UNPACKED_BYTES = 20 * _MB      # ours unpack to 0.2 MB
TEMPLATE_WORK = 30_000_000              # characters that are made, a step counting as TEMPLATE_STEP
TEMPLATE_STEP = 200
TEMPLATE_TEXT = 2_000_000               # characters of one text, items of one list
TEMPLATE_BITS = 256                     # of one whole number
TEMPLATE_PARTS = 10_000                 # into how many a filter may cut something
TEMPLATE_SECONDS = 20.0

# Two texts that are compared: beyond this, paragraphs are paired in order, which is linear.
PARAGRAPH_PAIRS = 250_000
CHARACTER_PAIRS = 10_000_000_000

# What a killed command left beside the files that it was putting in place; a report has a few files.
JOURNAL_BYTES = _MB
ROSTER_AGENCIES = 5000                  # of one roster

# A file's name: most systems take 255 bytes, and ours get endings.
NAME_BYTES = 200

# A batch: processes, and seconds of one report.
BATCH_JOBS = 256
BATCH_SECONDS = 86_400

# The page in the browser: what one request brings, and how slowly; an edit has some tens of changes.
REQUEST_BYTES = 32 * _MB                # a Word file that is dropped on the page
HEAD_BYTES = 32 * 1024                  # before the content: address, cookies
REQUEST_SECONDS = 20                    # a slower client holds a place that another one needs
CONNECTIONS = 64                        # a browser has six at a time
CONNECTION_SECONDS = 30                 # that one is kept for the next request
REQUEST_CHANGES = 2000
KEPT_UPLOADS = 8
PAGE_WORK_SECONDS = 120                 # printing, releasing, reading; as long as a report of a batch


def limit_this_process() -> None:
    """Let this process take CPU_SECONDS more than it has, and no more than MEMORY_BYTES in all."""
    if sys.platform == "win32":
        _limit_on_windows()
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    addresses, data = _addresses_and_data()
    limit = max(MEMORY_BYTES - _CODE_BYTES, data + MEMORY_BYTES // 2)
    for kind, value in ((resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + CPU_SECONDS),
                        # What is written to; without the other, memory that processes share would be free.
                        (resource.RLIMIT_DATA, limit), (resource.RLIMIT_AS, addresses + limit - data),
                        (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, hard))


def _addresses_and_data() -> tuple[int, int]:
    """Return how many bytes of addresses this process has, and how many of them it may write to."""
    import resource

    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
        return int(pages[0]) * resource.getpagesize(), int(pages[5]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return MEMORY_BYTES, 0


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
    bounds = Extended()
    bounds.Basic.PerProcessUserTimeLimit = CPU_SECONDS * 10**7     # in 100 ns
    bounds.Basic.LimitFlags = process_time | process_memory
    bounds.ProcessMemoryLimit = MEMORY_BYTES
    job = wintypes.HANDLE(kernel.CreateJobObjectW(None, None))
    kernel.SetInformationJobObject(job, extended, ctypes.byref(bounds), ctypes.sizeof(bounds))
    kernel.AssignProcessToJobObject(job, wintypes.HANDLE(kernel.GetCurrentProcess()))
