"""A Word file of a checked report in which every finding is a comment: the file itself, or the draft."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportgen.datafile.tree import read_bytes
from reportgen.files import limits
from reportgen.findings import Finding, Origin, refuse
from reportgen.imports.kinds import Kind, kind_of_file
from reportgen.imports.read import word_places
from reportgen.outputs.build import Options, laid_out, written
from reportgen.outputs.docx.comments import with_comments
from reportgen.report.model import Report


def annotated(report: Report, findings: Sequence[Finding]) -> bytes:
    """Return the Word file that a report was read from, or the draft of a data file, with comments.

    Raises InputError for a report that was published as another kind of file, and as `build` does.
    """
    path = Path(report.path)
    if report.published:
        if kind_of_file(path) is not Kind.WORD:
            raise refuse(Origin(report.path), "批注只能写进 Word 文件（.docx）；请用报告的 Word 文件检查，"
                                              "或改用 --html 生成网页")
        content = read_bytes(path, report.path, limits.PUBLISHED_BYTES)
    else:
        options = Options(draft=True)
        content = written(laid_out(report, options), ("docx",), options)["docx"]
    return with_comments(content, report.path, findings, word_places(content, report.path, report))
