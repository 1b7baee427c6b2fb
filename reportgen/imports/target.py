"""The data file that an edited report is taken over into: YAML, changed in place, or a form, written anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reportgen.datafile.read import read_report
from reportgen.datafile.text import plain, require_same
from reportgen.datafile.tree import decode, parse_tree, read_bytes
from reportgen.datafile.write import write_yaml
from reportgen.findings import Places
from reportgen.form.plan import WORKBOOKS
from reportgen.report.model import Report

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Target:
    """A data file as text with the line ends of Unix, and how it was written; `report` is what it says."""

    path: Path
    report: Report
    text: str
    start: bytes = b""
    line_end: str = "\n"

    def read(self, text: str) -> Report:
        """Return what a changed text says, with the same last year's report.

        Raises InputError for one that cannot be read.
        """
        return read_report(parse_tree(text, str(self.path)), Places(str(self.path)), self.report.previous)

    def content(self, text: str) -> bytes:
        """Return the bytes of the file with a changed text.

        Raises InputError where they would not read as the text does.
        """
        if self.path.suffix.lower() in WORKBOOKS:
            from reportgen.form.write import write_workbook

            return write_workbook(self.read(text))
        name = str(self.path)
        content = self.start + text.replace("\n", self.line_end).encode()
        require_same(decode(content, name), plain(parse_tree(text, name)), name)
        return content


def target(path: Path, report: Report) -> Target:
    """Return the data file at a path, which `report` was read from.

    Raises InputError where it cannot be read.
    """
    if path.suffix.lower() in WORKBOOKS:
        return Target(path, report, write_yaml(report))
    content = read_bytes(path, str(path))
    text = decode(content, str(path))
    start = _BOM if content.startswith(_BOM) else b""
    return Target(path, report, text.replace("\r\n", "\n"), start, "\r\n" if "\r\n" in text else "\n")
