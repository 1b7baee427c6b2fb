"""Build the files of a report: check first, make everything in memory, then put all in place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reportgen.checking import check
from reportgen.findings import Finding
from reportgen.report import Report
from reportgen.writing.document import DRAFT_MARK, Document, document
from reportgen.writing.files import safe_name, write_files
from reportgen.writing.owner import require_own

KINDS = ("docx", "pdf")


class BuildRefusedError(Exception):
    """Refuse to build a report with errors; `findings` are all that were found."""

    def __init__(self, findings: list[Finding], message: str) -> None:
        self.findings = findings
        super().__init__(message)


@dataclass(frozen=True)
class Options:
    """Hold how to build: `draft` marks every page 送审稿, `templates` and `fonts` are the user's folders.

    `strict` refuses a report with blanks.
    """

    draft: bool = False
    templates: Path | None = None
    fonts: Path | None = None
    strict: bool = False


def build(report: Report, folder: str | Path = "out", kinds: Iterable[str] = KINDS,
          options: Options | None = None) -> list[Path]:
    """Write a report's files into `folder`, named by `file_name`, and return their paths.

    Raises BuildRefusedError for a report with errors unless it is a draft, InputError for templates, fonts or a
    folder that cannot be used, and where another agency's report has that name there, EngineMissingError where a PDF
    is wanted and Pango is missing. Either all files are written or none.
    """
    options = options or Options()
    findings = check(report, options.strict)
    if not options.draft and any(finding.blocks for finding in findings):
        raise BuildRefusedError(findings, "数据文件有错误，没有生成报告；请改正后再生成，或用 --draft 生成送审稿")
    name = file_name(report.plain_title, report.year, options.draft)
    require_own(Path(folder), name, report.agency.name)
    printed = laid_out(report, options)
    return write_files(Path(folder), {f"{name}.{kind}": written(printed, kind, options) for kind in kinds})


def file_name(title: str, year: int, draft: bool = False) -> str:
    """Return the name, without suffix, of the files of a report: its title, and 送审稿 after that of a draft.

    The year follows where the title does not have it, so that no two years share a name.
    """
    mark = f"（{DRAFT_MARK}）" if draft else ""
    name = safe_name(title, mark)
    return name if str(year) in name else safe_name(title, f"（{year}年）{mark}")


def laid_out(report: Report, options: Options) -> Document:
    """Return a report as it is printed, its 版记 on the page where it belongs.

    Raises as `build` does for templates and fonts.
    """
    printed = document(report, options.draft)
    return printed if printed.imprint is None else _placed(printed, options)


def written(printed: Document, kind: str, options: Options) -> bytes:
    """Return the DOCX or the PDF of a document; raises as `build` does."""
    # Imported here because each takes long and not every build needs both.
    if kind == "docx":
        from reportgen.writing.docx import write_docx

        return write_docx(printed, options.templates, options.fonts)
    if kind == "pdf":
        from reportgen.writing.pdf import write_pdf

        return write_pdf(printed, options.templates, options.fonts)
    raise ValueError(f"unknown kind of file: {kind}")


def _placed(printed: Document, options: Options) -> Document:
    """Return the document with its 版记 on the right page; where nothing can lay it out, where the text ends."""
    from reportgen.writing.pdf import EngineMissingError, placed

    try:
        return placed(printed, options.templates, options.fonts)
    except EngineMissingError:
        return printed
