"""Many agencies: build their reports, add them up; one agency: compare its years."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from reportgen.api.gathering import unread
from reportgen.comparison.years import Comparison
from reportgen.datafile.tree import decode, read_bytes
from reportgen.files.folders import NOTES, find_files
from reportgen.files.resources import require_templates
from reportgen.findings import SEVERITY_NAMES, Origin, Severity, refuse
from reportgen.form.plan import FORMULA_STARTS
from reportgen.format import all_editions
from reportgen.many.aggregate import Aggregate
from reportgen.many.run import LOG, SECONDS, Batch, run_batch
from reportgen.many.work import FindingRow, Outcome, Status
from reportgen.outputs.build import KINDS, Options

JSON_VERSION = 1    # docs/batch.md
OUTCOME_NAMES = {"built": "已生成", "unchanged": "没有变化", "refused": "有错误", "unusable": "不能使用",
                 "failed": "没有完成", "other_year": "其他年度"}


@dataclass(frozen=True)
class BatchResult:
    """What became of a batch: an outcome for each data file and each folder that cannot be read.

    `told` are lines about documents that were not read; `absent` the years asked for without a data file,
    `years` those that there are; `log` is the file that tells of errors of the program, None without any.
    """

    outcomes: list[Outcome]
    told: list[str]
    absent: list[int]
    years: list[int]
    log: Path | None


def batch(paths: Iterable[str | Path], out: str | Path = "out", *, years: Iterable[int] = (),
          kinds: Sequence[str] = KINDS, options: Options | None = None, jobs: int = 0, flat: bool = False,
          seconds: float = SECONDS, scheduler: str = "", written: Path | None = None,
          progress: Callable[[Outcome, int], None] = lambda outcome, total: None) -> BatchResult:
    """Check and build every data file that is named or lies in the folders named, of `years` or of any.

    `jobs` processes work, 0 for this one alone, or the workers of a Dask cluster at `scheduler`; one report
    takes `seconds` at most. Each has a folder of its own below `out`, with `flat` as far as names differ
    none. `written` is a table that will be written, which is no report. `progress` is called with each
    outcome as it comes, and how many there will be. Raises InputError for templates and folders that cannot
    be used; what is wrong with one data file stops no other.
    """
    options = options or Options()
    wanted = tuple(years)
    require_templates(options.templates, (edition.id for edition in all_editions()))
    found = find_files(map(Path, paths))
    total = len(found.files)
    everything = run_batch(
        Batch(files=found.files, out=Path(out), kinds=tuple(kinds), options=options, jobs=jobs, years=wanted,
              seconds=seconds, scheduler=scheduler, root=found.root, flat=flat),
        lambda outcome: progress(outcome, total))
    closed = [FindingRow("", Severity.ERROR.value, origin.file, message) for origin, message in found.closed]
    outcomes = [one for one in everything if one.status is not Status.OTHER_YEAR]
    outcomes += [Outcome(row.place, Status.UNUSABLE, rows=(row,)) for row in closed]
    log = Path(out) / NOTES / LOG
    return BatchResult(
        outcomes, unread(found, [(one.title, one.year) for one in everything if one.title], written),
        sorted(set(wanted) - {one.year for one in everything}),
        sorted({one.year for one in everything if one.year}), log if log.exists() else None)


def outcomes_json(outcomes: Iterable[Outcome]) -> dict[str, object]:
    """Return outcomes as JSON values, as docs/batch.md describes them."""
    reports = [{key: value for key, value in asdict(one).items() if key != "trace"} for one in outcomes]
    return {"version": JSON_VERSION, "reports": reports}


def findings_csv(outcomes: Iterable[Outcome]) -> bytes:
    """Return every finding of every report as CSV that Excel opens: UTF-8 with a byte order mark."""
    stream = io.StringIO()
    table = csv.writer(stream)
    table.writerow(("文件", "机关", "年度", "结果", "编号", "程度", "位置", "说明"))
    names = {severity.value: name for severity, name in SEVERITY_NAMES.items()} | {"accepted": "已核实"}
    for one in outcomes:
        rows = [(row.code, names[row.severity], row.place, row.message) for row in one.rows]
        if one.message or not rows:
            rows.append(("", "", "", one.message))
        for row in rows:
            who = (one.file, one.agency, one.year or "", OUTCOME_NAMES[one.status])
            table.writerow([_inert(str(text)) for text in (*who, *row)])
    return b"\xef\xbb\xbf" + stream.getvalue().encode(errors="backslashreplace")


def _inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, be it in full width or behind blanks."""
    seen = text.lstrip(" \n\u3000\xa0\ufeff\u200b")
    return f"'{text}" if seen.startswith(("\t", "\r", *FORMULA_STARTS)) else text


def read_roster(path: Path) -> list[str]:
    """Return the names on a roster, a text file with one on each line; raises InputError."""
    return decode(read_bytes(path, str(path)), str(path)).splitlines()


def agencies_workbook(found: Aggregate, agency: str, year: int) -> bytes:
    """Return the figures behind a sum as a workbook, a row an agency; `agency` is their government."""
    from reportgen.many.agencies_book import write_agencies

    return write_agencies(found, f"{agency}{year}年政府信息公开工作年度报告汇总表", f"{year}-12-31")


def comparison_file(found: Comparison, suffix: str, name: str) -> bytes:
    """Return a comparison as .html, .docx or .pdf; `name` is what a refusal calls the file.

    Raises InputError for another suffix, EngineMissingError where a PDF cannot be made.
    """
    from reportgen.comparison.show import comparison_docx, comparison_html, comparison_pdf

    if suffix == ".html":
        return comparison_html(found).encode()
    if suffix == ".docx":
        return comparison_docx(found)
    if suffix == ".pdf":
        return comparison_pdf(found)
    raise refuse(Origin(name), "后缀应当是 .html、.docx 或 .pdf")
