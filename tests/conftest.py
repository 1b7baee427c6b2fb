"""Fixtures: small data files, and built examples that many tests read."""

import logging
import math
import os
from pathlib import Path

import pytest
import yaml
from generated import flow
from hypothesis import settings

import reportgen
from reportgen.format import edition_for

ROOT = Path(__file__).resolve().parent.parent
WITH_HANZI = pytest.mark.skipif(not (ROOT / "hanzi").is_dir(), reason="hanzi/, a distribution of its own, is not in the source archive")
# How long an example takes says something of the machine alone, which others use as well.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
EXAMPLES = sorted((ROOT / "data").glob("*/*.yaml"))

MINIMAL = "year: 2024\nagency: {name: 某县统计局}\n"
# A report in which the only thing to be found is that last year's is missing.
GOOD = MINIMAL + """blanks: 0
overview: 主动公开、依申请公开、政府信息管理、平台建设和监督保障都有进展。
problems: 解读不够深入，将加强培训。
other: 本年没有收取信息处理费。
"""


def all_zero_but(*blank):
    """Return the text of a report as GOOD is, every cell written out as 0 but for totals and the blank ones."""
    edition = edition_for(2024)
    lines = [GOOD.replace("blanks: 0\n", "")]
    for table in edition.tables:
        rows = {path: 0 for path in edition.cells
                if path.startswith(f"{table}.") and path not in edition.totals and path not in blank}
        lines.append(f"{table}: {flow(rows)}\n")
    return "".join(lines)


def quoted(text):
    """Return a text as YAML that reads back as this text, whatever it begins with or holds."""
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=math.inf).strip()


@pytest.fixture(autouse=True, scope="session")
def _read_here():
    """Read files in the process of the tests, which reads thousands; tests/test_confined.py does not."""
    os.environ["REPORTGEN_LIMITS"] = "off"


@pytest.fixture(autouse=True)
def _silent(caplog):
    """Fail on any log line of the libraries that nobody expected."""
    yield
    # What is logged while a fixture is torn down is all that `caplog.records` has by now.
    said = [record for phase in ("setup", "call") for record in caplog.get_records(phase)]
    assert [record.getMessage() for record in said if record.levelno >= logging.WARNING] == []


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a data file and gives its path."""

    def write(text, name="2024.yaml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def read(write):
    """Return a function that reads the text of a data file."""
    return lambda text, name="2024.yaml": reportgen.read(write(text, name))


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Return {example: {"docx": path, "pdf": path, "report": report}} for every example."""
    found = {}
    for path in EXAMPLES:
        report = reportgen.read(path)
        docx, pdf = reportgen.build(report, tmp_path_factory.mktemp("out"))
        found[path] = {"docx": docx, "pdf": pdf, "report": report}
    return found


@pytest.fixture
def client(folder, monkeypatch):
    """Give a client of the page of the test's own folder; what is printed is printed in this process."""
    from pages_client import NoPrinter, page_of

    monkeypatch.setattr("reportgen.serve.routes.PageMaker", NoPrinter)
    with page_of(folder) as client:
        yield client


def close_folder(monkeypatch, name):
    """Have folders of a name be such as cannot be looked into, for root too."""
    scan = os.scandir

    def closed(path):
        if Path(path).name == name:
            raise PermissionError(13, os.strerror(13), str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", closed)
