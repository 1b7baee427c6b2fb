"""Put files in place together, so that a kill at any moment leaves all of the old or all of the new.

What is new is written beside its target first, what is old kept under a second name. A journal beside them
then says what is about to be renamed; emptying it is what makes the new files stand. A journal that nobody
holds any more and that is not empty is of a command that was killed: `recover` undoes it, as SQLite does with
its rollback journal (https://www.sqlite.org/atomiccommit.html).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

import msgspec

from reportgen.files import limits
from reportgen.files.hold import hold, is_at
from reportgen.files.struct_types import known_type
from reportgen.findings import Origin, os_reason, refuse

_OURS = re.compile(r"(\.reportgen-[0-9a-f]{16})(?:\.\d+\.(?:new|old))?")


@dataclass(frozen=True)
class _Step:
    """One file of a journal: its name, the sums of what it was ("" for nothing) and of what it becomes."""

    name: str
    before: str
    after: str


class Journal:
    """Collect files for one folder and put them in place together.

    Leaving the context without `commit` leaves the folder as it was. Raises OSError as the system does.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._steps: list[_Step] = []
        # Whether the next command has to undo what this one did.
        self.hot = False

    def __enter__(self) -> Journal:
        while True:
            self._name = f".reportgen-{secrets.token_hex(8)}"
            path = self._folder / self._name
            self._stream = path.open("xb")
            # Another command may have taken it for one that was left over, before it was held.
            if hold(self._stream) and is_at(self._stream, path):
                return self
            self._stream.close()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._stream.close()
        if not self.hot:
            _sweep(self._folder, self._name)

    @property
    def fresh(self) -> Path:
        """Return where the next new file is to be made."""
        return _new(self._folder, self._name, len(self._steps))

    def add(self, name: str, content: bytes, like: os.stat_result | None = None) -> None:
        """Write what the file called `name` is to become, with mode and owner as `like` has them."""
        path = self.fresh
        self._steps.append(_Step(name, _sum(self._folder / name), hashlib.sha256(content).hexdigest()))
        write_through(path, content)
        if like is not None:
            _make_alike(path, self._folder / name, like)

    def commit(self) -> None:
        """Put every file that was added in place."""
        if len(self._steps) == 1:
            # One renaming needs no journal.
            self._rename(0)
            return
        for number, step in enumerate(self._steps):
            if os.path.lexists(self._folder / step.name):
                _keep(self._folder / step.name, _old(self._folder, self._name, number))
        self._stream.write(json.dumps([asdict(step) for step in self._steps]).encode())
        self._stream.flush()
        os.fsync(self._stream.fileno())
        _sync_folder(self._folder)
        self.hot = True
        try:
            for number in range(len(self._steps)):
                self._rename(number)
            self._stream.truncate(0)
        except BaseException:
            self._undo()
            raise
        self.hot = False

    def _undo(self) -> None:
        try:
            _undo(self._folder, self._name, self._steps)
            self._stream.truncate(0)
        except OSError as error:
            raise refuse(Origin(str(self._folder)),
                         f"没有写完，原来的文件也没能全部放回（{os_reason(error)}）；"
                         "请检查权限和磁盘，再运行一次会先放回") from error
        self.hot = False

    def _rename(self, number: int) -> None:
        _new(self._folder, self._name, number).replace(self._folder / self._steps[number].name)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let signals wait, so that files are put in place and counted, or neither."""
    if threading.current_thread() is not threading.main_thread():
        # Signals are told to the main thread only.
        yield
        return
    waiting: list[int] = []
    # Not by blocking them: the system would hand them to another thread, and Python to this one at once.
    before = {number: signal.signal(number, lambda number, frame: waiting.append(number))
              for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if waiting:
            signal.raise_signal(waiting[0])


def recover(folder: Path, below: bool = False) -> list[str]:
    """Undo what killed commands left half-done in a folder, or in those below too; return what was done.

    What a living command holds, and what cannot be touched, is left alone.
    """
    said: list[str] = []
    for place, names in _places(folder, below):
        for name in sorted({found[1] for found in map(_OURS.fullmatch, names) if found}):
            with contextlib.suppress(OSError):
                said += _recovered(place, name)
    return said


def _places(folder: Path, below: bool) -> Iterator[tuple[Path, list[str]]]:
    for place, folders, names in os.walk(folder):
        yield Path(place), [*folders, *names]
        if not below:
            return


def _recovered(folder: Path, name: str) -> list[str]:
    path = folder / name
    try:
        stream = path.open("r+b")
    except FileNotFoundError:
        _sweep(folder, name)
        return []
    with stream:
        if not hold(stream) or not is_at(stream, path):
            return []
        steps = _read(stream)
        undone = _undo(folder, name, steps)
        changed = [step.name for step in steps if step.name not in undone]
        stream.truncate(0)
    _sweep(folder, name)
    said = [f"{folder}：上一次没有写完，{'、'.join(undone)} 已退回原来的样子"] if undone else []
    if changed:
        said.append(f"{folder}：上一次没有写完，{'、'.join(changed)} 后来改过，没有动；请核对")
    return said or [f"{folder}：上一次没有写完，原来的文件没有动，临时文件已清理"]


def _read(stream: IO[bytes]) -> list[_Step]:
    """Return the steps of a journal; one that was not written whole has none, as nothing was renamed yet.

    Neither has one that this program cannot have written: a folder from elsewhere may bring a journal along
    that names files outside of it.
    """
    try:
        steps = msgspec.json.decode(stream.read(limits.JOURNAL_BYTES), type=known_type(list[_Step]))
    except (msgspec.MsgspecError, RecursionError):
        return []
    return steps if all(_is_name(step.name) for step in steps) else []


def _is_name(text: str) -> bool:
    """Say whether a text names a file in a folder and is no way out of it."""
    return Path(text).name == text and text not in ("", "..") and "\0" not in text


def _undo(folder: Path, name: str, steps: list[_Step]) -> list[str]:
    """Put back what stood before the steps of a journal; return the names that are as they were."""
    undone = []
    for number, step in enumerate(steps):
        target, old = folder / step.name, _old(folder, name, number)
        now = _sum(target)
        # One that became what it was is left alone: another program may have it open.
        if now == step.before:
            pass
        elif now == step.after and os.path.lexists(old):
            old.replace(target)
        elif now == step.after and not step.before:
            target.unlink()
        else:
            # Somebody has written it since.
            continue
        undone.append(step.name)
    return undone


def write_through(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, down to the disk."""
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _keep(target: Path, old: Path) -> None:
    """Give a file a second name, or a copy where the file system has no such names."""
    try:
        os.link(target, old, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(target, old, follow_symlinks=False)


def _make_alike(path: Path, target: Path, like: os.stat_result) -> None:
    made = path.stat()
    if os.name != "nt" and (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
        try:
            os.chown(path, like.st_uid, like.st_gid)
        except PermissionError as error:
            raise refuse(Origin(str(target)), "这个文件属于别的用户或用户组，改写后会变成您的，没有改写；"
                                              "请由文件的主人改写，或先复制一份再改") from error
    shutil.copystat(target, path)
    os.utime(path)


def _new(folder: Path, name: str, number: int) -> Path:
    return folder / f"{name}.{number}.new"


def _old(folder: Path, name: str, number: int) -> Path:
    return folder / f"{name}.{number}.old"


def _sweep(folder: Path, name: str) -> None:
    """Remove a journal and what it names no longer need; what cannot be removed is for the next command."""
    for path in [folder / name, *folder.glob(f"{name}.*")]:
        with contextlib.suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _sum(path: Path) -> str:
    try:
        if not path.is_file():
            # Opening a pipe would wait.
            return ""
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _sync_folder(folder: Path) -> None:
    """Have the names of a folder on the disk before they are relied on."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems of networks know no such thing.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(handle)
