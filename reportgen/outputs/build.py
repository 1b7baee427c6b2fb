"""Build the files of a report: check first, make everything in memory, then put all in place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.checks import check
from reportgen.files.journal import recover
from reportgen.files.owner import require_own
from reportgen.files.place import safe_name, write_files
from reportgen.files.resources import edited, require_templates, template
from reportgen.findings import Finding, Origin, refuse
from reportgen.format import all_editions
from reportgen.outputs.document import Document, document
from reportgen.report.model import DRAFT_MARK, Report

if TYPE_CHECKING:
    from reportgen.outputs.words import Words

KINDS = ("docx", "pdf")


class BuildRefusedError(Exception):
    """Refuse to build a report with errors; `findings` are all that were found."""

    def __init__(self, findings: list[Finding], message: str) -> None:
        self.findings = findings
        super().__init__(message)


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to build: `draft` writes 送审稿 on every page, `templates` and `fonts` are the user's folders.

    `strict` refuses a report with blanks.
    """

    draft: bool = False
    templates: Path | None = None
    fonts: Path | None = None
    strict: bool = False


@dataclass(frozen=True)
class Built:
    """The files of a report, and what people are told of how its pages were settled.

    `findings` are those of its check, None for a draft, which is made without one.
    """

    paths: list[Path]
    said: tuple[Finding, ...]
    findings: list[Finding] | None = None


def build(report: Report, folder: str | Path = "out", kinds: Iterable[str] = KINDS,
          options: Options | None = None) -> list[Path]:
    """Write a report's files into `folder`, named by `file_name`; return their paths, raise as `make`."""
    return make(report, folder, kinds, options).paths


def make(report: Report, folder: str | Path, kinds: Iterable[str] = KINDS,
         options: Options | None = None) -> Built:
    """Write a report's files into `folder`, named by `file_name`.

    Raises BuildRefusedError for a report with errors unless it is a draft, InputError for templates, fonts or
    a folder that cannot be used, and where another agency's report has that name there, EngineMissingError
    where a PDF is wanted and Pango is missing. Either all files are written or none; what a build that was
    killed left half-done is undone first.
    """
    options = options or Options()
    recover(Path(folder))
    findings = require_sound(report, options)
    name = file_name(report.plain_title, report.year, options.draft)
    require_own(Path(folder), name, report.agency.name)
    printed = laid_out(report, options)
    made = written(printed, kinds, options)
    paths = write_files(Path(folder), {f"{name}.{kind}": content for kind, content in made.items()})
    return Built(paths, printed.said, findings)


def require_sound(report: Report, options: Options) -> list[Finding] | None:
    """Return the findings of a report that is no draft; raises BuildRefusedError with them for errors."""
    if options.draft:
        # A draft is made whatever there is to be found; the page shows it while somebody types.
        return None
    findings = check(report, options.strict)
    if any(finding.blocks for finding in findings):
        raise BuildRefusedError(findings,
                                "数据文件有错误，没有生成报告；请改正后再生成，或用 --draft 生成送审稿")
    return findings


def context(report: Report, options: Options | None = None) -> dict[str, Any]:
    """Return what docxtpl fills the edition's Word template in with, to give the document that `build` gives.

    Raises InputError for a report with charts, whose pictures docxtpl has no names for, and for a template
    that lacks a style.
    """
    from reportgen.outputs.docx.write import word_context

    options = options or Options()
    printed = laid_out(report, options)
    if printed.charts:
        raise refuse(report.origin("charts"),
                     "图表只能由 build 印出；要用 docxtpl 填模板，请在“图表”下面写“否”")
    return word_context(printed, options.templates)


def file_name(title: str, year: int, draft: bool = False) -> str:
    """Return the name, without suffix, of the files of a report: its title, and 送审稿 after that of a draft.

    The year follows where the title does not have it, so that no two years share a name.
    """
    mark = f"（{DRAFT_MARK}）" if draft else ""
    name = safe_name(title, mark)
    return name if str(year) in name else safe_name(title, f"（{year}年）{mark}")


def laid_out(report: Report, options: Options) -> Document:
    """Return a report as it is printed: its signature not alone on a page, its 版记 where it belongs.

    Raises as `build` does for templates and fonts.
    """
    from reportgen.outputs.docx.look import look
    from reportgen.outputs.settle import settled

    require_templates(options.templates, (edition.id for edition in all_editions()))
    name = f"{report.edition.id}/report.docx"
    found = look(template(name, options.templates), report.edition.id)
    return settled(lambda tight: document(report, options.draft, found, tight),
                   options.templates, options.fonts)


def written(printed: Document, kinds: Iterable[str], options: Options) -> dict[str, bytes]:
    """Return the files of a document by kind, "docx" and "pdf"; raises as `build` does.

    Raises InputError where edited templates make the words of the two differ.
    """
    # Imported here because each takes long and not every build needs both.
    from reportgen.outputs.words import require_prose

    made: dict[str, bytes] = {}
    words: dict[str, Words] = {}
    for kind in kinds:
        if kind == "docx":
            from reportgen.outputs.docx.printed_words import docx_words
            from reportgen.outputs.docx.write import write_docx

            made[kind] = write_docx(printed, options.templates, options.fonts)
            words[kind] = docx_words(made[kind])
            used = f"{printed.report.edition.id}/report.docx"
        elif kind == "pdf":
            from reportgen.outputs.pdf.write import typeset

            found = typeset(printed, options.templates, options.fonts)
            made[kind], words[kind] = found.content, found.words
            used = "report.html"
        else:
            raise ValueError(f"unknown kind of file: {kind}")
        require_prose(words[kind].body, printed, template(used, options.templates))
    if len(words) == len(KINDS):
        require_same_words(words["docx"], words["pdf"], printed, options)
    return made


def require_same_words(docx: Words, pdf: Words, printed: Document, options: Options) -> None:
    """Refuse a DOCX and a PDF that do not say the same.

    Raises InputError with the first difference and the template to edit.
    """
    from reportgen.outputs.words import first_difference

    difference = first_difference(docx, pdf)
    if difference is None:
        return
    word = f"{printed.report.edition.id}/report.docx"
    pages = ("report.html", "report.css")
    changed = [name for name in (word, *pages)
               if edited(name, template(name, options.templates).read_bytes())]
    if word not in changed and changed:
        advice = f"改过 {'、'.join(changed)}，请在 {template(word, options.templates)} 里同样改"
    elif changed == [word]:
        advice = f"改过 {word}，请在 {template(pages[0], options.templates)} 里同样改"
    else:
        advice = f"请让 {word} 和 {'、'.join(pages)} 一致"
    raise refuse(Origin(str(template(changed[0] if changed else word, options.templates))),
                 f"Word 和 PDF 的文字不一样，没有生成。{difference}。{advice}，"
                 "改好后用 reportgen template check 检查")
