"""Many agencies: build their reports, add them up; one agency: compare its years."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from reportgen.api.gathering import unread
from reportgen.comparison.years import Comparison
from reportgen.files.folders import NOTES, find_files
from reportgen.files.resources import require_templates
from reportgen.findings import Origin, Severity, refuse
from reportgen.format import all_editions
from reportgen.many.aggregate import Aggregate
from reportgen.many.head import only_other_years
from reportgen.many.run import LOG, SECONDS, Batch, run_batch
from reportgen.many.work import FindingRow, Outcome, Status
from reportgen.outputs.build import KINDS, Options
from reportgen.report.model import INTERIM_MARK

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
    totals: list[int] = []
    everything = run_batch(
        Batch(files=found.files, out=Path(out), kinds=tuple(kinds), options=options, jobs=jobs, years=wanted,
              seconds=seconds, scheduler=scheduler, root=found.root, flat=flat),
        lambda outcome: progress(outcome, totals[0]), totals.append)
    closed = [FindingRow("", Severity.ERROR.value, origin.file, message) for origin, message in found.closed]
    outcomes = [one for one in everything if one.status is not Status.OTHER_YEAR]
    outcomes += [Outcome(row.place, Status.UNUSABLE, rows=(row,)) for row in closed]
    log = Path(out) / NOTES / LOG
    told = unread(found, [(one.title, one.year) for one in everything if one.title], written)
    told += [f"以前由 {one.file} 生成的 {'、'.join(one.left)} 还在，与现在的数据文件不符；请核对，不用的删去"
             for one in outcomes if one.left]
    told += only_other_years(((one.agency, one.year, one.file) for one in everything), wanted)
    return BatchResult(
        outcomes, told,
        sorted(set(wanted) - {one.year for one in everything}),
        sorted({one.year for one in everything if one.year}), log if log.exists() else None)


def outcomes_json(outcomes: Iterable[Outcome]) -> dict[str, object]:
    """Return outcomes as JSON values, as docs/batch.md describes them."""
    reports = [{key: value for key, value in asdict(one).items() if key != "trace"} for one in outcomes]
    return {"version": JSON_VERSION, "reports": reports}


def batch_page(outcomes: Iterable[Outcome], told: Sequence[str] = ()) -> bytes:
    """Return a web page of a batch, a row an agency; `told` is what is to be said of all."""
    from reportgen.many.outcomes_page import outcomes_page
    from reportgen.outputs.review import review

    return review(outcomes_page(outcomes, OUTCOME_NAMES), told).encode(errors="backslashreplace")


def agencies_workbook(found: Aggregate, agency: str, year: int, interim: bool = False) -> bytes:
    """Return the figures behind a sum as a workbook, a row an agency; `agency` is their government."""
    from reportgen.many.agencies_book import write_agencies

    title = f"{agency}{year}年政府信息公开工作年度报告汇总表{INTERIM_MARK if interim else ''}"
    return write_agencies(found, title, f"{year}-12-31")


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
