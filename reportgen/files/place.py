"""Put files in place whole or not at all, under names that every system accepts."""

from __future__ import annotations

import itertools
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from reportgen.files import limits
from reportgen.files.journal import Journal, undisturbed, write_through
from reportgen.findings import UNSEEN, Origin, os_reason, refuse

# 255 bytes is what Linux file systems allow; the rest is for the suffix and the temporary name.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")

# What Windows says of a file that another program has open, or that is marked as read-only: access denied,
# sharing violation, lock violation.
_LOCKED = frozenset((5, 32, 33))

# How many files were written, by other processes for this one too.
_written: list[int] = [0]


def written_count() -> int:
    """Return how many files were put in place for this process so far."""
    return _written[0]


def note_written(count: int) -> None:
    """Count files that were put in place, be it by a worker."""
    _written[0] += count


def safe_name(title: str, ending: str = "") -> str:
    """Return a title as a file name without suffix: no separators, no forbidden or trailing characters.

    A title that is too long loses its end, never the `ending` that follows it.
    """
    name = re.sub(r'[\\/:*?"<>|\t\n]', "", UNSEEN.sub("", title)).strip(" .")
    while len(name.encode()) + len(ending.encode()) > limits.NAME_BYTES:
        name = name[:-1]
    name = (name.rstrip(" .") or "政府信息公开工作年度报告") + ending
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def safe_folder(name: str) -> str:
    """Return the name of a folder that is there, for another: without what nobody sees, and in UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        # Most likely it was typed where file names are in GBK.
        name = os.fsencode(name).decode("gb18030", errors="replace")
    return UNSEEN.sub("", name).replace("\n", "").strip() or "_"


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write every file of `contents` into `folder`, which comes into being whole, with one renaming.

    Raises InputError where the folder is there and not empty, cannot be made, or the disk is full; nothing is
    left behind then.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise refuse(Origin(str(folder)), "已经有这个文件夹，里面有文件；请先移走，或用 -o 换一个文件夹")
        with _folder_for(folder.parent), Journal(folder.parent) as journal:
            whole = journal.fresh
            whole.mkdir()
            for name, content in contents.items():
                write_through(whole / name, content)
            # Windows renames onto nothing that exists, not even an empty folder.
            if os.name == "nt" and folder.exists():
                folder.rmdir()
            with undisturbed():
                whole.replace(folder)
                note_written(len(contents))
    except OSError as error:
        raise refuse(Origin(str(folder)), f"写不进这个文件夹（{os_reason(error)}）；请检查权限和磁盘空间，"
                                          "或用 -o 换一个文件夹") from error
    return [folder / name for name in contents]


def write_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write every file of `contents` (name to bytes) into `folder`, which is made where it is missing.

    All are put in place together: a failure leaves the old files, and after a kill `journal.recover` does.
    Raises InputError where the folder cannot be made or written, the disk is full, a device has the name, or
    another program has one of the files open.
    """
    try:
        return _put_in_place(folder, contents) if contents else []
    except OSError as error:
        if locked := _locked(error):
            raise refuse(locked[0], f"{locked[1]}，没有写，原来的文件没有变；请关掉它再运行一次，"
                                    f"或换一个文件夹：-o \"{_free(folder)}\"") from error
        raise refuse(Origin(str(folder)), f"写不进这个文件夹（{os_reason(error)}）；请检查权限和磁盘空间，"
                                          "或用 -o 换一个文件夹") from error


def write_file(path: Path, content: bytes) -> None:
    """Write one file whose name the user chose; raises as `write_files` does."""
    try:
        _put_in_place(path.parent, {path.name: content})
    except OSError as error:
        if locked := _locked(error):
            raise refuse(locked[0], f"{locked[1]}，没有写，原来的文件没有变；请关掉它再运行一次，"
                                    f"或换一个文件名，如 \"{_free(path)}\"") from error
        raise refuse(Origin(str(path)), f"写不出来（{os_reason(error)}）；请检查权限和磁盘空间，"
                                        "或换一个文件夹") from error


def _put_in_place(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    targets = [folder / name for name in contents]
    with _folder_for(folder):
        for target in targets:
            _require_file(target)
        with Journal(folder) as journal:
            for name, content in contents.items():
                journal.add(name, content)
            with undisturbed():
                journal.commit()
                note_written(len(targets))
    return targets


@contextmanager
def _folder_for(folder: Path) -> Iterator[None]:
    """Make a folder where it is missing, and take away what was made where nothing comes to lie in it."""
    made = [one for one in (folder, *folder.parents) if not os.path.lexists(one)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for one in made:
            with suppress(OSError):
                one.rmdir()
        raise


def _locked(error: OSError) -> tuple[Origin, str] | None:
    """Return which file Windows did not let be replaced, and why; None for another error."""
    if getattr(error, "winerror", None) not in _LOCKED or not error.filename2:
        return None
    target = Path(error.filename2)
    writable = target.stat().st_mode & stat.S_IWRITE
    return Origin(str(target)), "文件正被打开（如在 Word、WPS 里）" if writable else "文件是只读的"


def _free(path: Path) -> Path:
    """Return a name beside a file or folder that nothing has yet."""
    # The folder that one works in has no name of its own here.
    named = path if path.name not in ("", "..") else path / "输出"
    numbered = (named.with_name(f"{named.stem}（{number}）{named.suffix}") for number in itertools.count(2))
    return next(candidate for candidate in numbered if not os.path.lexists(candidate))


def rewrite_file(path: Path, content: bytes, *, instead_of: bytes | None = None) -> bool:
    """Write a file anew that is there: where a link leads, with the mode and the owner that it has.

    Say whether it is written: not where it is to stand `instead_of` something that the file is no longer.
    Raises InputError as write_files does, and where the owner cannot be kept.
    """
    try:
        target = path.resolve(strict=True)
        _require_file(target)
        with Journal(target.parent) as journal:
            journal.add(target.name, content, like=target.stat())
            # As late as can be, since bringing it to the disk took a while.
            if instead_of is not None and target.read_bytes() != instead_of:
                return False
            with undisturbed():
                journal.commit()
                note_written(1)
            return True
    except OSError as error:
        if locked := _locked(error):
            raise refuse(locked[0], f"{locked[1]}，没有改写；请关掉它或去掉只读，再运行一次") from error
        raise refuse(Origin(str(path)), f"改写不了（{os_reason(error)}），文件还是原来的；"
                                        "请检查权限和磁盘空间") from error


def _require_file(target: Path) -> None:
    """Refuse to replace what is neither a file nor missing, such as /dev/full."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise refuse(Origin(str(target)), "同名文件夹挡在那里，没有写；请移走它，或换一个名字")
    if not stat.S_ISREG(mode):
        raise refuse(Origin(str(target)), "这不是普通文件（是设备或管道），没有写；请换一个文件名")
