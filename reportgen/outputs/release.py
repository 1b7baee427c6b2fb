"""Release a report: every published file, made in memory first, put in place together or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from reportgen.checks import check
from reportgen.files.folders import MANIFEST
from reportgen.files.journal import recover
from reportgen.files.place import write_folder
from reportgen.outputs.build import BuildRefusedError, Built, Options, file_name, laid_out, written
from reportgen.outputs.document import Document
from reportgen.outputs.report_json import report_json
from reportgen.report.model import Report

KINDS = {"docx": "Word 文件", "pdf": "PDF 文件", "xlsx": "Excel 表格", "json": "JSON 数据"}


def release(report: Report, folder: str | Path, options: Options | None = None) -> list[Path]:
    """Write the released files of a report into a new folder and return their paths; raises as `make`."""
    return make_release(report, folder, options).paths


def make_release(report: Report, folder: str | Path, options: Options | None = None) -> Built:
    """Write DOCX, PDF, web page, XLSX, JSON and manifest of a report into a new folder.

    Raises BuildRefusedError while errors stand, accepted ones aside, or a statutory cell
    is blank and the report does not say why; otherwise as `build` does, and InputError where the folder is
    there already. Either all files are written or none.
    """
    options = options or Options()
    recover(Path(folder).parent)
    findings = check(report, strict=True)
    if any(finding.blocks for finding in findings):
        raise BuildRefusedError(findings, "还有错误或没有填的格，没有生成发布文件；请改正后再发布")
    blank = [path for path, cell in report.cells.items() if cell.blank]
    if blank and not report.without_table_data:
        label = report.edition.cell_label(blank[0])
        raise BuildRefusedError(findings, f"还有 {len(blank)} 格没有填，如{label}，写进“已核实”也不能发布；"
                                          "没有发生的请填 0")
    printed = laid_out(report, options)
    return Built(write_folder(Path(folder), contents(printed, options)), printed.said, findings)


def contents(printed: Document, options: Options) -> dict[str, bytes]:
    """Return the content of every released file by name; raises as `build` does."""
    from reportgen.outputs.tables_book import write_tables
    from reportgen.outputs.web_page import Download, write_page

    name = file_name(printed.report.plain_title, printed.report.year)
    made = {**written(printed, ("docx", "pdf"), options), "xlsx": write_tables(printed),
            "json": report_json(printed)}
    downloads = [Download(f"{name}.{kind}", KINDS[kind], len(content)) for kind, content in made.items()]
    files = {f"{name}.html": write_page(printed, downloads, options.templates)}
    files |= {f"{name}.{kind}": content for kind, content in made.items()}
    return files | {MANIFEST: manifest(files)}


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Return the SHA-256 of each file in the form that `sha256sum -c` checks.

    BagIt calls it a manifest (RFC 8493).
    """
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n"
                   for name, content in files.items()).encode()
