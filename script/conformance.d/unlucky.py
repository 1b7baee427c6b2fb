"""Kill and interrupt build, release, batch, fix and import --into at random moments; count what is left.

unlucky.py [--kills N] [--interrupts N] [--seed N]; N of each over all commands. Half of the interrupts are
Ctrl-C, which a terminal sends to every process of the command, the others SIGTERM to its first one. Half of
either strikes at any moment of the command, the other half once it has begun to change its folder.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from crashes import Case  # noqa: E402 - from the tests

COMMANDS = ("build", "release", "batch", "fix", "into")
PATIENCE = 120


def start(arguments: list[str]) -> subprocess.Popen[str]:
    """Start a command in a session of its own."""
    return subprocess.Popen([sys.executable, "-m", "reportgen", *arguments], cwd=ROOT, start_new_session=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def arguments_of(case: Case, folder: Path) -> list[str]:
    """Return the command with workers, which the tests do without."""
    words = case.arguments(folder)
    return [*words[:-1], "2"] if case.name == "batch" else words


def seen_in(folder: Path) -> list[tuple[str, int]]:
    """Return what lies in a folder, each with its last change."""
    found = []
    # What goes while it is looked at shows in what is missing.
    with contextlib.suppress(FileNotFoundError):
        for path in (folder, *folder.rglob("*")):
            found.append((str(path), path.stat().st_mtime_ns))
    return sorted(found)


def wait_for_change(folder: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a command changes its folder, or ends."""
    before = seen_in(folder)
    while process.poll() is None and seen_in(folder) == before:
        time.sleep(0.0002)


def seconds(case: Case, work: Path) -> tuple[float, float]:
    """Return how long a command takes where nothing stops it, and how long after its first change."""
    folder = case.copy(work / f"{case.name}-timed")
    begun = time.monotonic()
    process = start(arguments_of(case, folder))
    wait_for_change(folder, process)
    changed = time.monotonic()
    output, _ = process.communicate(timeout=PATIENCE)
    if process.returncode:
        sys.exit(f"{case.name}: {output}")
    shutil.rmtree(folder)
    return time.monotonic() - begun, time.monotonic() - changed


def told(output: str) -> int:
    """Return how many files a command says that it wrote."""
    found = re.search(r"已中断，写出了 (\d+) 个文件", output)
    return int(found[1]) if found else 0


def written(case: Case, folder: Path) -> int:
    """Return how many files are others than before."""
    old, now = case.flat(case.old), case.flat(case.state(folder))
    return sum(content != old.get(name) for name, content in now.items())


def begun(code: int, number: signal.Signals, output: str, kind: str) -> bool:
    """Say whether a signal came when a line of ours had been run; before, nothing of ours can take it."""
    lines = [line for line in output.splitlines() if line.lstrip().startswith("File ")]
    python_alone = output == "" or (lines and all('"<frozen ' in line for line in lines))
    return code != -number or kind != "old" or not python_alone


def leftovers(work: Path) -> list[str]:
    """Return the temporary folders that commands which come after do not take away.

    Workers of a command that was killed end by themselves, and hold theirs until then.
    """
    until = time.monotonic() + PATIENCE
    while True:
        start(["editions"]).communicate(timeout=PATIENCE)
        left = [path.name for path in (work / "tmp").iterdir()
                if path.name.startswith(("reportgen-tmp-", "weasyprint-"))]
        if not left or time.monotonic() > until:
            return left
        time.sleep(1)


def disturbed(case: Case, folder: Path, delay: float, number: signal.Signals, *,
              aimed: bool) -> tuple[str, str, list[str]]:
    """Stop a command after a while; return what there is, and after the next command, and what went wrong.

    The while begins with the command, or, `aimed`, with its first change.
    """
    process = start(arguments_of(case, folder))
    if aimed:
        wait_for_change(folder, process)
    time.sleep(delay)
    try:
        if number is signal.SIGTERM:
            process.send_signal(number)
        else:
            os.killpg(process.pid, number)
    except ProcessLookupError:
        pass
    output, _ = process.communicate(timeout=PATIENCE)
    wrong = []
    if number is not signal.SIGKILL and begun(process.returncode, number, output, case.kind(folder)):
        if "Traceback" in output or "Exception ignored" in output:
            wrong.append(f"traceback after {delay:.3f} s: {output}")
        if process.returncode not in (0, 128 + number):
            wrong.append(f"exit code {process.returncode} after {delay:.3f} s: {output}")
        if process.returncode and "已中断" not in output:
            wrong.append(f"nothing said after {delay:.3f} s: {output}")
        elif process.returncode and told(output) != written(case, folder):
            wrong.append(f"{written(case, folder)} files after {delay:.3f} s: {output}")
    before = case.kind(folder)
    following = start(case.after(folder))
    output, _ = following.communicate(timeout=PATIENCE)
    if "Traceback" in output:
        wrong.append(f"traceback of the next command: {output}")
    wrong += [f"left behind: {path.name}" for path in case.left(folder)]
    return before, case.kind(folder), wrong


def main() -> None:
    """Disturb every command in turn and print the counts; end with 1 where anything is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--interrupts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="unlucky-") as place:
        work = Path(place)
        os.environ["TMPDIR"] = str(work / "tmp")
        (work / "tmp").mkdir()
        cases = [Case(name, work / name).prepare() for name in COMMANDS]
        whole = {case.name: seconds(case, work) for case in cases}
        for what, count in (("kills", options.kills), ("interrupts", options.interrupts)):
            seen: Counter[tuple[str, str, str, str]] = Counter()
            for turn in range(count):
                case = cases[turn % len(cases)]
                number = (signal.SIGKILL if what == "kills" else
                          signal.SIGINT if turn // len(cases) % 2 else signal.SIGTERM)
                folder = case.copy(work / "turn")
                aimed = turn // (2 * len(cases)) % 2 == 1
                total, tail = whole[case.name]
                delay = chance.uniform(0, tail) if aimed else chance.uniform(0.05, total)
                before, after, found = disturbed(case, folder, delay, number, aimed=aimed)
                seen[case.name, "writing" if aimed else "any", before, after] += 1
                wrong += [f"{case.name}: {one}" for one in found]
                wrong += [f"{case.name}: mixed after the next command"] if after == "mixed" else []
                shutil.rmtree(folder)
            for (name, moment, before, after), times in sorted(seen.items()):
                print(f"{what:10}  {name:8}  {moment:8}  {before:12} → {after:12}  {times}")
        wrong += [f"temporary: {name}" for name in leftovers(work)]
    print("\n".join(wrong) or "nothing mixed, no traceback, nothing left behind")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
