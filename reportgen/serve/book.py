"""One open data file: its text as it stands on disk, the report that it is, and what was found in it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reportgen import api
from reportgen.files.folders import why_closed
from reportgen.files.place import rewrite_file
from reportgen.findings import Finding, InputError, Origin, refuse
from reportgen.serve.saying_here import problems_here

Stamp = tuple[tuple[int, int] | None, ...]
_BOM = b"\xef\xbb\xbf"


class OutOfDateError(Exception):
    """Refuse to write over what somebody else wrote meanwhile; `book` has the file as it is now."""

    def __init__(self, now: Opened) -> None:
        self.now = now
        super().__init__("文件在别处改过了")


@dataclass(frozen=True)
class Opened:
    """A data file at one moment: `version` is a sum over its bytes, `said` what there is to tell of it."""

    path: Path
    content: bytes
    report: api.Report
    findings: tuple[Finding, ...]
    said: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """Return what tells this content from any other."""
        return version_of(self.content)

    @property
    def text(self) -> str:
        """Return the text without a byte order mark."""
        return self.content.decode("utf-8-sig")


def read_with(path: Path) -> list[Path]:
    """Return what else a file's report and findings depend on: last year's file, an office's rules."""
    return [one for one in api.build_inputs(path, None, api.Options()) if one != path]


def stamp_of(paths: Iterable[Path]) -> Stamp:
    """Return when files were changed and how large they are, None for one that is not there."""
    found: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            found.append(None)
        else:
            found.append((stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def version_of(content: bytes) -> str:
    """Return the sum that stands for a content."""
    return hashlib.sha256(content).hexdigest()


class Book:
    """Read, change and write one data file; one thread at a time does so."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._opened: Opened | None = None
        self._beside: Stamp = ()

    def now(self) -> Opened:
        """Return the file as it is on disk, read against last year's as that is.

        Raises InputError for a file that cannot be read.
        """
        with self._lock:
            # Before it is read: what is changed meanwhile is read again.
            beside = stamp_of(read_with(self.path))
            content = _content(self.path)
            same = beside == self._beside
            if self._opened is None or self._opened.content != content or not same:
                report, said = self._read(content, self._opened if same else None)
                self._opened, self._beside = _checked(self.path, content, report, said), beside
            return self._opened

    def change(self, version: str, changes: Mapping[str, api.NewValue],
               written: Callable[[str, api.Report], object] | None = None) -> Opened:
        """Write changes of cells, prose and fields into the file of that version and return what it is then.

        `written` is told the new version and its report as soon as the file has them, before they are
        checked. Raises OutOfDateError where the file is another by now, InputError where a change cannot be
        written.
        """
        return self._rewritten(version, lambda now: api.edit(now.text, changes, str(self.path),
                                                             now.report.edition), written)

    def accept(self, version: str, said: Mapping[str, str]) -> Opened:
        """Write down that a finding stands; raises as `change` does."""
        return self._rewritten(version, lambda now: api.accept_finding(now.text, said, str(self.path)))

    def withdraw(self, version: str, line: int) -> Opened:
        """Take out the acceptance that begins on a line; raises as `change` does."""
        return self._rewritten(version, lambda now: api.withdraw_acceptance(now.text, line, str(self.path)))

    def replace(self, version: str, text: str) -> Opened:
        """Write another text of the data file; raises as `change` does."""
        return self._rewritten(version, lambda now: text)

    def _rewritten(self, version: str, made: Callable[[Opened], str],
                   written: Callable[[str, api.Report], object] | None = None) -> Opened:
        with self._lock:
            now = self.now()
            if now.version != version:
                raise OutOfDateError(now)
            bom = _BOM if now.content.startswith(_BOM) else b""
            content = bom + made(now).encode()
            if content == now.content:
                return now
            # Read before it is written: what cannot be read again must not be what is left.
            report, said = self._read(content, now)
            # That took a while, in which another program may have written.
            if not rewrite_file(self.path, content, instead_of=now.content):
                raise OutOfDateError(self.now())
            # Another year, agency or chart asks for other reports of years before.
            if not _same_past(now.report, report):
                report, said = self._read(content, None)
            if written is not None:
                written(version_of(content), report)
            self._opened = _checked(self.path, content, report, said)
            return self._opened

    def _read(self, content: bytes, before: Opened | None) -> tuple[api.Report, tuple[str, ...]]:
        """Read a content; last year's report is that of `before` unless charts or year ask for others."""
        report = None
        if before is not None:
            with suppress(InputError):
                report = api.read_content(content, str(self.path), before.report.previous)
        if report is not None and before is not None and _same_past(before.report, report):
            return report, before.said
        previous, said = _previous(self.path)
        return api.read_content(content, str(self.path), previous), said


def _checked(path: Path, content: bytes, report: api.Report, said: tuple[str, ...]) -> Opened:
    return Opened(path, content, report, tuple(api.check(report)), said)


def _same_past(one: api.Report, other: api.Report) -> bool:
    """Say whether two readings of a file ask for the same reports of years before."""
    asked = [(report.year, report.agency.name,
              {key: text for key, text in report.texts.items() if key.startswith("charts.")})
             for report in (one, other)]
    return asked[0] == asked[1]


def _previous(path: Path) -> tuple[api.Report | None, tuple[str, ...]]:
    """Return last year's report beside a file, and what there is to say where it could not be used."""
    try:
        return api.read_data_file(path).previous, ()
    except InputError as error:
        return None, (f"上年的数据文件没有用上（{problems_here(error)}）",)


def _content(path: Path) -> bytes:
    if why := why_closed(path):
        raise refuse(Origin(str(path)), why)
    return api.read_bytes(path, str(path))
