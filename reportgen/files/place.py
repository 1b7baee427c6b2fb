"""Put files in place whole or not at all, under names that every system accepts."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from reportgen.findings import Origin, os_reason, refuse

# 255 bytes is what Linux file systems allow; the rest is for the suffix and the temporary name.
MAX_NAME_BYTES = 200
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def safe_name(title: str, ending: str = "") -> str:
    """Return a title as a file name without suffix: no separators, no forbidden or trailing characters.

    A title that is too long loses its end, never the `ending` that follows it.
    """
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]', "", title).strip(" .")
    while len(name.encode()) + len(ending.encode()) > MAX_NAME_BYTES:
        name = name[:-1]
    name = (name.rstrip(" .") or "政府信息公开工作年度报告") + ending
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write every file of `contents` into `folder`, which comes into being whole, with one renaming.

    Raises InputError where the folder is there and not empty, cannot be made, or the disk is full; nothing is
    left behind then.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise refuse(Origin(str(folder)), "已经有这个文件夹，里面有文件；请先移走，或用 -o 换一个文件夹")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".reportgen-", dir=folder.parent,
                                         ignore_cleanup_errors=True) as place:
            whole = Path(place) / "whole"
            write_files(whole, contents)
            # Windows renames onto nothing that exists, not even an empty folder.
            if folder.exists():
                folder.rmdir()
            whole.rename(folder)
    except OSError as error:
        raise refuse(Origin(str(folder)), f"写不进这个文件夹（{os_reason(error)}）；请检查权限和磁盘空间，"
                                          "或用 -o 换一个文件夹") from error
    return [folder / name for name in contents]


def write_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write every file of `contents` (name to bytes) into `folder`, which is made where it is missing.

    All are written beside their targets first and renamed then, so that a failure leaves the old files.
    Raises InputError where the folder cannot be made or written, or the disk is full.
    """
    temporary: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            handle, path = tempfile.mkstemp(prefix=".reportgen-", dir=folder)
            temporary.append((Path(path), folder / name))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            # mkstemp makes files private; a report is to be read by others as umask says.
            umask = os.umask(0)
            os.umask(umask)
            Path(path).chmod(0o666 & ~umask)
        for path_, target in temporary:
            path_.replace(target)
    except OSError as error:
        raise refuse(Origin(str(folder)), f"写不进这个文件夹（{os_reason(error)}）；请检查权限、磁盘空间，"
                                          "以及同名文件是否正被打开，或用 -o 换一个文件夹") from error
    finally:
        for path_, _ in temporary:
            path_.unlink(missing_ok=True)
    return [target for _, target in temporary]
