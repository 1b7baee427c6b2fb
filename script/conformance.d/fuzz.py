"""Give the command line changed files of every kind for a while; keep the smallest file of each failure.

fuzz.py MINUTES [--seed N] [--only KIND,...] [--out FOLDER] [--plain], or fuzz.py --repeat FILE. The kinds,
their commands and what counts as a failure are in tests/fuzzing.py. Where atheris is installed, files that
reach new code are kept and changed again; --plain goes without. Files are read in the process itself, as with
REPORTGEN_LIMITS=off, so that each library is tried and not just the limits around it; where that takes the
time or memory of a process, the command decides that is run as a user runs it.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import mmap
import os
import random
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
sys.dont_write_bytecode = True
os.environ["REPORTGEN_LIMITS"] = "off"

# What is counted; libraries written in C are not seen.
COUNTED = ["reportgen", "docx", "docxtpl", "pdfminer", "pdfplumber", "openpyxl", "jinja2"]
CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS = 10, 2**30, 60
# A process is replaced after so many files, before what libraries keep adds up.
FILES_A_PROCESS = 300
SLICE_SECONDS = 20
TRIALS = 150    # for making a file smaller
# How a process ends that takes too much, or in a library: then the command as a user runs it decides.
_ENDS = (signal.SIGXCPU, signal.SIGKILL, signal.SIGALRM, signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS)


def coverage() -> Any:
    """Return atheris, with what is imported from now on counted; None where it is not installed."""
    try:
        import atheris
    except ImportError:
        return None
    found = atheris.instrument_imports(include=COUNTED)
    found.__enter__()
    return atheris


class Session:
    """One run: where files stand, what was counted, what failed."""

    def __init__(self, options: argparse.Namespace, atheris: Any) -> None:
        import fuzzing
        import mutators

        self.fuzzing, self.mutators, self.atheris, self.options = fuzzing, mutators, atheris, options
        self.work = Path(tempfile.mkdtemp(prefix="reportgen-fuzz-"))
        tempfile.tempdir = os.environ["TMPDIR"] = str(self.work / "tmp")
        (self.work / "tmp").mkdir()
        self.kept = options.out.resolve()
        self.kept.mkdir(parents=True, exist_ok=True)
        # Shared with the processes: the number of files, the CPU seconds of the longest, its resident memory.
        self.counts = mmap.mmap(-1, 32)
        self.cover: dict[str, int] = {}
        self.failures: dict[str, str] = {}

    def prepare(self) -> None:
        """Write the files to begin with, and load what every process needs."""
        for kind, files in self.fuzzing.seeds().items():
            (self.work / "corpus" / kind).mkdir(parents=True)
            for number, data in enumerate(files):
                (self.work / "corpus" / kind / str(number)).write_bytes(data)
                self.examine(kind, data)
        signal.alarm(0)
        resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def add(self, number: int, value: float, most: bool = False) -> None:
        """Add to a number that all processes share, or raise it."""
        (old,) = struct.unpack_from("<d", self.counts, number * 8)
        struct.pack_into("<d", self.counts, number * 8, max(old, value) if most else old + value)

    def count(self, number: int) -> float:
        """Return a number that all processes share."""
        found: float = struct.unpack_from("<d", self.counts, number * 8)[0]
        return found

    def examine(self, kind: str, data: bytes) -> list[str]:
        """Run a file in this process; return what is wrong."""
        (self.work / "now").write_bytes(data)
        folder = Path(tempfile.mkdtemp(prefix=f"{kind}-"))
        used = time.process_time()
        # Kept a little longer than it may take: a file that comes to that is tried as a user would.
        most = int(used) + 2 * CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        signal.alarm(2 * WALL_SECONDS)
        try:
            wrong: list[str] = self.fuzzing.examine(kind, data, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        took = time.process_time() - used
        if took > CPU_SECONDS and not wrong:
            wrong = self.as_user(kind, data, "slow")
        self.add(0, 1)
        self.add(1, took, most=True)
        return wrong

    def as_user(self, kind: str, data: bytes, why: str) -> list[str]:
        """Run the commands of a kind as a user does, with their limits; return what is wrong."""
        folder = Path(tempfile.mkdtemp(prefix=f"{kind}-"))
        name, commands = self.fuzzing.KINDS[kind]
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
        (folder / "base.yaml").write_text(self.fuzzing.BASE, encoding="utf-8")
        if kind == "into":
            (folder / "edited.docx").write_bytes(self.fuzzing.edited_word())
        wrong = []
        environment = {name: value for name, value in os.environ.items() if name != "REPORTGEN_LIMITS"}
        for command in commands:
            words = [word.replace("{}", str(folder)) for word in command]
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run([sys.executable, "-m", "reportgen", *words], cwd=ROOT, env=environment,
                                  timeout=10 * WALL_SECONDS, capture_output=True, text=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            if done.returncode not in self.fuzzing.CODES or "Traceback" in done.stderr:
                wrong.append(f"{why}: {command[0]} ends with {done.returncode}")
            # Two seconds are what the command itself takes.
            elif took > CPU_SECONDS + 2:
                wrong.append(f"{why}: {command[0]} takes more than {CPU_SECONDS} s")
        shutil.rmtree(folder)
        return wrong

    def note(self, kind: str, data: bytes, wrong: list[str]) -> None:
        """Keep a file that shows a failure, the first of each."""
        for one in wrong:
            name = f"{kind}-{hashlib.sha256(one.encode()).hexdigest()[:10]}"
            end = Path(self.fuzzing.KINDS[kind][0]).suffix
            if not (self.kept / f"{name}.txt").exists():
                (self.kept / f"{name}{end}").write_bytes(data)
                (self.kept / f"{name}.txt").write_text(f"{one}\n", encoding="utf-8")

    def child(self, work: Callable[[], None], log: Path) -> int:
        """Do a piece of work in a copy of this process; return how that ended, as os.waitpid says it."""
        child = os.fork()
        if child == 0:
            _confined(log)
            try:
                work()
            except BaseException:  # noqa: BLE001 - the copy must not go on with its parent's work
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(3)
            os._exit(0)
        return os.waitpid(child, 0)[1]

    def slice(self, kind: str, seed: int, seconds: float) -> None:
        """Try files of a kind for a while."""
        corpus, log = self.work / "corpus" / kind, self.work / f"{kind}.log"
        end = time.monotonic() + seconds
        turn = 0
        while time.monotonic() < end:
            turn += 1
            work = partial(self._try, kind, corpus, seed * 1000 + turn, max(end - time.monotonic(), 1))
            ended = self.child(work, log)
            said = log.read_text(encoding="utf-8", errors="replace")
            if found := re.findall(r"cov: (\d+)", said):
                self.cover[kind] = max(self.cover.get(kind, 0), int(found[-1]))
            if os.WIFSIGNALED(ended) or os.WEXITSTATUS(ended) not in (0, 42):
                data = (self.work / "now").read_bytes()
                number = os.WTERMSIG(ended) if os.WIFSIGNALED(ended) else 0
                wrong = self.as_user(kind, data, f"died of {number}")
                self.note(kind, data, wrong or ([] if number in _ENDS else [f"fuzzer: {said[-400:]}"]))
            shutil.rmtree(self.work / "tmp", ignore_errors=True)
            (self.work / "tmp").mkdir()

    def _try(self, kind: str, corpus: Path, seed: int, seconds: float) -> None:
        def one(data: bytes) -> None:
            self.note(kind, data, self.examine(kind, data))

        def changed(data: bytes, size: int, seed: int) -> bytes:
            made: bytes = self.mutators.mutated(kind, data, random.Random(seed))
            return made if len(made) <= size else data

        if self.atheris is not None:
            # Time and memory are this process's own affair, and signals end it.
            signals = [f"-handle_{name}=0" for name in ("abrt", "bus", "fpe", "ill", "segv", "xfsz")]
            self.atheris.Setup([sys.argv[0], f"-seed={seed % 2**31}", f"-max_total_time={int(seconds) or 1}",
                                f"-runs={FILES_A_PROCESS}", "-max_len=4000000", "-len_control=0",
                                "-timeout=0", "-rss_limit_mb=0", *signals,
                                f"-artifact_prefix={self.work}/",
                                str(corpus)],
                               one, custom_mutator=changed)
            self.atheris.Fuzz()
        draw, end = random.Random(seed), time.monotonic() + seconds
        files = sorted(corpus.iterdir())
        for _ in range(FILES_A_PROCESS):
            if time.monotonic() > end:
                break
            one(self.mutators.mutated(kind, draw.choice(files).read_bytes(), draw))

    def smaller(self) -> None:
        """Make each file that was kept as small as it gets while it shows the same failure."""
        for said in sorted(self.kept.glob("*.txt")):
            kind, (wrong, *_) = said.name.split("-")[0], said.read_text(encoding="utf-8").splitlines()
            path = next(one for one in self.kept.glob(f"{said.stem}.*") if one.suffix != ".txt")

            def same(data: bytes, kind: str = kind, wrong: str = wrong) -> bool:
                return wrong in self.examine(kind, data)

            def work(path: Path = path, kind: str = kind) -> None:
                path.write_bytes(self.mutators.reduced(path.read_bytes(), same, TRIALS))

            if ": " in wrong and not wrong.startswith(("died", "slow", "fuzzer")):
                self.child(work, self.work / "smaller.log")
            self.failures[path.name] = wrong


def _confined(log: Path) -> None:
    """Give this process the limits that a reader of the program has, and its own place for what is said."""
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def repeat(session: Session, path: Path) -> NoReturn:
    """Run one file that was kept, and say what is wrong with it."""
    wrong = session.examine(path.name.split("-")[0], path.read_bytes())
    print("\n".join(wrong) or "nothing wrong")
    sys.exit(bool(wrong))


def main() -> None:
    """Fuzz every kind in turn and print a table; end with 1 where anything failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("minutes", type=float, nargs="?", default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--out", type=Path, default=Path("fuzz-failures"))
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--repeat", type=Path)
    options = parser.parse_args()
    with contextlib.redirect_stderr(io.StringIO()):     # each module that is counted is named
        session = Session(options, None if options.plain or options.repeat else coverage())
    if options.repeat:
        repeat(session, options.repeat)
    kinds = [kind for kind in session.fuzzing.KINDS if not options.only or kind in options.only.split(",")]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        session.prepare()
    before, end, turn = set(session.kept.iterdir()), time.monotonic() + options.minutes * 60, 0
    # Some of the time goes to what slow files take beyond their kind's.
    seconds = min(SLICE_SECONDS, options.minutes * 60 / len(kinds) * 0.8)
    by_kind: dict[str, float] = dict.fromkeys(kinds, 0)
    # Each has its turn, however slow the machine is.
    while time.monotonic() < end or turn < len(kinds):
        kind = kinds[turn % len(kinds)]
        count = session.count(0)
        session.slice(kind, options.seed * 1000 + turn, min(seconds, max(end - time.monotonic(), 1)))
        by_kind[kind] += session.count(0) - count
        turn += 1
    session.smaller()
    for kind in kinds:
        print(f"{kind:8} {int(by_kind[kind]):7} files  {session.cover.get(kind, 0):6} edges")
    print(f"{int(session.count(0))} files, the longest {session.count(1):.1f} s of CPU, seed {options.seed}")
    failed = {name: wrong for name, wrong in session.failures.items() if session.kept / name not in before}
    for name, wrong in failed.items():
        print(f"{wrong}\n  sh script/conformance --fuzz --repeat {session.kept / name}")
    shutil.rmtree(session.work, ignore_errors=True)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
