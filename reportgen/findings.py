"""Findings and refusals: what the tool tells people about a data file.

A finding is about a report that could be read; a refusal is about input that could not be used. Both name
file and line, are written in Chinese and say what to do.
"""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """The effect of a finding: an error stops a release, a warning asks, an info tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


SEVERITY_NAMES = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"}


# What steers a terminal (C0 but for tab and line end, C1), what turns the direction of text, what has no
# width, what ends a line for some readers, and what is no character.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f"
                    "\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")


def visible(text: str, instead: str = "") -> str:
    """Return a text without what is not to reach a terminal: `instead` for each, or its code as in JSON."""
    # Quick for nearly all text; the ideographic space and line ends are not printable in Python's sense.
    if text.replace("\n", "").replace("\u3000", "").isprintable():
        return text
    return UNSEEN.sub(lambda found: instead or json.dumps(found[0])[1:-1], text)


@dataclass(frozen=True)
class Origin:
    """Where a value stands: the file as the user named it, and the line, counted from 1 (0: unknown).

    In a workbook it stands in a `cell`, such as 表三!D12, and the line only says what comes before what.
    """

    file: str = ""
    line: int = 0
    cell: str = ""

    def __str__(self) -> str:
        place = self.cell or (str(self.line) if self.line else "")
        # A name may hold a line end, behind which another message could seem to begin.
        name = visible(self.file).replace("\n", "\\n")
        return f"{name}:{place}" if place else name


NOWHERE = Origin()


@dataclass(frozen=True)
class Places:
    """The places of one file by line.

    `cells` names those of a workbook, whose lines number the cells in the order of reading.
    """

    file: str
    cells: Mapping[int, str] = field(default_factory=dict)

    def at(self, line: int) -> Origin:
        """Return the place of a line."""
        return Origin(self.file, line, self.cells.get(line, ""))


@dataclass(frozen=True)
class Excerpt:
    """A sentence or a row of figures with the offending stretch, `start` to `end` in characters."""

    text: str
    start: int
    end: int

    @property
    def marked(self) -> str:
        """Return the offending stretch alone."""
        return self.text[self.start:self.end]


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """An agency's word that a finding was looked into and stands: 已核实.

    `cell` is a cell's path or a section's id, `sentence` a stretch of text; either may be empty.
    """

    code: str
    cell: str
    sentence: str
    reason: str
    by: str
    origin: Origin = NOWHERE


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something wrong in a report, and where: a stable code, the cells, what to do.

    `source` is the legal source or the reason of the rule; `section` the id of the section concerned, where
    there is one; `likely` the cell that most likely is the wrong one; `accepted` the agency's word for it.
    """

    code: str
    severity: Severity
    message: str
    origin: Origin = NOWHERE
    cells: tuple[str, ...] = ()
    source: str = ""
    section: str = ""
    excerpt: Excerpt | None = None
    likely: str = ""
    accepted: Acceptance | None = None

    def __str__(self) -> str:
        """Return the finding on one line: place, severity, code and message."""
        said = visible(self.message).replace("\n", " ")
        return f"{self.origin}：{SEVERITY_NAMES[self.severity]}[{self.code}] {said}"

    @property
    def blocks(self) -> bool:
        """Say whether the finding stops a release."""
        return self.severity is Severity.ERROR and self.accepted is None


class InputError(Exception):
    """Refuse input that cannot be used at all; `problems` are (origin, message) pairs in file order."""

    def __init__(self, problems: Iterable[tuple[Origin, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{origin}：{message}" for origin, message in self.problems))


_REASONS = {errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.ENOSPC: "磁盘已满", errno.EROFS: "只读",
            errno.ENOENT: "路径不存在", errno.ENOTDIR: "路径中有一段不是文件夹",
            errno.EEXIST: "同名文件挡在那里",
            errno.EISDIR: "同名文件夹挡在那里", errno.ENAMETOOLONG: "文件名太长",
            errno.EIO: "磁盘读写出错", errno.EDQUOT: "超出磁盘配额", errno.EFBIG: "文件太大",
            errno.ELOOP: "链接绕成了圈",
            errno.EMFILE: "打开的文件太多", errno.ENFILE: "打开的文件太多", errno.ENOMEM: "内存不足",
            errno.EBUSY: "正被占用", errno.EBADF: "已经关闭"}


def os_reason(error: OSError) -> str:
    """Return in Chinese why the system refused a file."""
    return _REASONS.get(error.errno or 0, str(error.strerror))


def refuse(origin: Origin, message: str) -> InputError:
    """Build the refusal of one problem."""
    return InputError([(origin, message)])
