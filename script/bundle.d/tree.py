"""A folder in memory, and the archive that it becomes: the same bytes from the same files."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

# No file has a time of its own. Zip knows none before 1980; 315532800 is that year's first second.
TIME = 315532800


class Tree:
    """Files by their path, with what may be run."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.runs: set[str] = set()

    def add(self, path: str, content: bytes, runs: bool = False) -> None:
        """Add a file; SystemExit where another one of that name is there."""
        if self.files.get(path, content) != content:
            raise SystemExit(f"{path}: two different files")
        self.files[path] = content
        if runs:
            self.runs.add(path)

    def size(self) -> int:
        """Return the sum of all bytes."""
        return sum(map(len, self.files.values()))

    def pack(self, target: Path) -> Path:
        """Write an archive of a folder that is named as the archive; names in order, no owner, no time."""
        top = target.name.removesuffix(".tar.gz").removesuffix(".zip")
        names = sorted(self.files)
        if target.suffix == ".zip":
            with zipfile.ZipFile(target, "w") as archive:
                for name in names:
                    info = zipfile.ZipInfo(f"{top}/{name}")
                    info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
                    info.external_attr = 0o644 << 16
                    archive.writestr(info, self.files[name], compresslevel=9)
            return target
        with (
            target.open("wb") as raw,
            gzip.GzipFile("", "wb", 9, raw, TIME) as stream,
            tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive_,
        ):
            for name in names:
                entry = tarfile.TarInfo(f"{top}/{name}")
                entry.size, entry.mtime = len(self.files[name]), TIME
                entry.mode = 0o755 if name in self.runs else 0o644
                archive_.addfile(entry, io.BytesIO(self.files[name]))
        return target


def any_of(path: str, patterns: Iterable[str]) -> bool:
    """Say whether one of the patterns fits the path, or its name alone."""
    return any(fnmatch(path, pattern) for pattern in patterns)


def wheel_files(wheel: Path, without: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Return the files of a wheel as they are installed, but for those left out."""
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            name = info.filename
            if info.is_dir() or any_of(name, without):
                continue
            # Some wheels keep what is installed in a folder of its own.
            if ".data/purelib/" in name or ".data/platlib/" in name:
                name = name.split("/", 2)[2]
            yield name, archive.read(info)


def deb_files(package: Path) -> Iterator[tuple[str, bytes]]:
    """Return the files of a Debian package; a link is given as a second copy of its target's bytes.

    Links to files of other packages are left out.
    """
    with tarfile.open(fileobj=io.BytesIO(_data(package.read_bytes()))) as archive:
        for member in archive.getmembers():
            if member.isdir():
                continue
            try:
                stream = archive.extractfile(member)
            except KeyError:
                continue
            if stream:
                yield member.name.removeprefix("./"), stream.read()


def _data(content: bytes) -> bytes:
    """Return the archive of files in a package (ar: a line of 60 characters before each member)."""
    at = 8
    while at < len(content):
        name, size = content[at : at + 16].decode("ascii").strip(), int(content[at + 48 : at + 58])
        if name.startswith("data.tar"):
            data = content[at + 60 : at + 60 + size]
            return lzma.decompress(data) if name.rstrip("/").endswith(".xz") else data
        at += 60 + size + size % 2
    raise SystemExit("a Debian package without data")
