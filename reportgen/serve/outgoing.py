"""What leaves the page: draft, files, release and form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reportgen import api
from reportgen.files.journal import recover
from reportgen.findings import Origin, refuse
from reportgen.serve.book import Opened, version_of
from reportgen.serve.running import Running
from reportgen.serve.shelf import DRAFTS, RELEASES, Shelf


def made_files(path: str, version: str, folder: str, draft: bool, kinds: tuple[str, ...]) -> list[str]:
    """Build a version's DOCX and PDF into a folder and return their paths; raises as `build` does."""
    report = _read(path, version)
    return [str(one) for one in api.build(report, folder, kinds, api.Options(draft=draft))]


def released_files(path: str, version: str, folder: str) -> list[str]:
    """Release a version of a data file into a new folder and return the paths; raises as `release` does."""
    return [str(one) for one in api.release(_read(path, version), folder)]


def _read(path: str, version: str) -> api.Report:
    """Return the report of a version; what was asked for may have waited for what is printed before it."""
    report = api.read_data_file(path)
    if version_of(api.read_bytes(Path(path), path)) != version:
        raise refuse(Origin(path), "在生成以前又改过了，没有生成；请看过以后再做一次")
    return report


def folder_for(shelf: Shelf, now: Opened, kind: str) -> Path:
    """Return where a kind of output goes, a new folder for a release; raises InputError."""
    if kind != "release":
        return shelf.output(DRAFTS)
    shelf.output(RELEASES)
    folder = shelf.release_folder(now.report)
    if folder.exists():
        raise refuse(Origin(shelf.name_of(folder)), "已经发布过；要重新发布，请先把这个文件夹移走或改名")
    return folder


@contextmanager
def no_trace(folder: Path, running: Running) -> Iterator[None]:
    """Take a folder of outputs away again where it came into being for what then failed or was ended.

    What makes files may have been ended before it could tidy up itself; who goes on may be about to use it.
    """
    there = folder.exists()
    try:
        yield
    except BaseException:
        if not there and running.idle:
            recover(folder)
            with suppress(OSError):
                folder.rmdir()
        raise


def form_file(shelf: Shelf, now: Opened) -> Path:
    """Write a data file as a new Excel form below the folder of drafts; raises InputError.

    One that is there may be out of the house, or filled in already, and is not written over.
    """
    title = f"{now.report.agency.name}{now.report.year}年政府信息公开工作年度报告填报表"
    return api.save_report(shelf.output(DRAFTS) / f"{api.file_name(title, now.report.year)}.xlsx", now.report)
