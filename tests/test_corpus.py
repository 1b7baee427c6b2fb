"""Every file that ever ended in a traceback, made small: a message now, in the process itself and in one with limits."""

import random
import resource

import pytest
from conftest import ROOT
from fuzzing import KINDS, examine
from mutators import mutated, reduced

from reportgen.cli.main import main
from reportgen.files import limits

CORPUS = ROOT / "tests" / "corpus"
# By file, whose name begins with its kind: what it ended in.
ENDED_IN = {
    "css-drawn-on-no-area.css": "KeyError in weasyprint.pdf.tags: text that is tagged and not drawn",
    "css-underlined.css": "AttributeError: FilledLayout has no underline_thickness",
    "data-tab.yaml": "yaml ScannerError in fix",
    "docx-relation-without-a-target.docx": "TypeError in python-docx",
    "docx-text-that-does-not-unpack.docx": "zlib.error",
    "form-without-a-default-style.xlsx": "a warning of openpyxl, which reached the user",
    "into-group-as-one-row.yaml": "KeyError: cells of a group that is given as one row",
    "into-tab.yaml": "yaml ScannerError in import --into",
    "page-empty.html": "AttributeError: no pages of a page that is empty",
    "word-column-that-is-no-number.docx": "ValueError of int",
    "word-comment-among-properties.docx": "ValueError of lxml's QName",
    "word-grid-that-is-empty.docx": "ValueError of int",
    "word-height-that-is-no-whole-number.docx": "ValueError of int",
    "word-indent-that-is-no-number.docx": "ValueError of float",
    "word-part-that-is-missing.docx": "KeyError of zipfile in reading back",
    "word-page-that-is-no-number.docx": "ValueError of float",
    "word-relation-without-a-target.docx": "TypeError in python-docx",
    "word-row-without-text.docx": "a FutureWarning of lxml: an element without children counts as false",
    "word-style-without-a-name.docx": "AttributeError",
    "word-styles-cut.docx": "lxml XMLSyntaxError",
    "word-table-without-a-grid.docx": "AttributeError",
    "word-text-cut.docx": "lxml XMLSyntaxError",
    "word-text-that-does-not-unpack.docx": "zlib.error",
    "xls-sector-beyond-the-end.xls": "a panic of calamine, which is no Exception",
}
HOSTILE = sorted(path for path in (ROOT.parent / "shared" / "hostile").glob("*") if path.suffix != ".md")


def test_the_table_is_whole():
    assert sorted(path.name for path in CORPUS.iterdir()) == sorted(ENDED_IN)


@pytest.mark.parametrize("name", ENDED_IN)
def test_what_failed_once_is_told(name, tmp_path, capfd, caplog):
    assert examine(name.split("-")[0], (CORPUS / name).read_bytes(), tmp_path) == []
    # A character that our fonts lack is no fault here.
    caplog.clear()


@pytest.mark.parametrize("name", [name for name in ENDED_IN if name.startswith(("docx", "xls"))])
def test_and_with_limits(name, tmp_path, monkeypatch, capfd):
    monkeypatch.delenv("REPORTGEN_LIMITS")
    assert main(["import", str(CORPUS / name), "-o", str(tmp_path / "made.yaml")]) == 2
    said = capfd.readouterr().err
    assert said.startswith(str(CORPUS / name))
    assert "打不开" in said or "已损坏" in said
    assert list(tmp_path.iterdir()) == []


def test_changed_files_are_the_same_for_the_same_seed():
    data = (CORPUS / "word-text-cut.docx").read_bytes()
    for kind in KINDS:
        made = [mutated(kind, data, random.Random(seed)) for seed in (1, 1, 2, 3, 4)]
        assert made[0] == made[1]
        assert len(set(made)) > 2


def test_a_file_is_made_smaller_while_it_fails():
    lines = "\n".join(map(str, range(100))).encode()
    assert reduced(lines, lambda made: b"42" in made.split(b"\n"), 200) == b"42"


@pytest.mark.slow
@pytest.mark.skipif(not HOSTILE, reason="the hostile files are not on this machine")
@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.name)
def test_a_hostile_file_ends_within_the_limits(path, tmp_path, monkeypatch, capfd):
    monkeypatch.delenv("REPORTGEN_LIMITS")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = resource.getrusage(resource.RUSAGE_SELF)
    code = main(["import", str(path), "-o", str(tmp_path / "made.yaml")])
    after, now = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime + now.ru_utime - own.ru_utime
    assert took < limits.CPU_SECONDS + 1
    # In KiB, of the largest process that this one has had.
    assert after.ru_maxrss * 1024 <= limits.MEMORY_BYTES
    assert code in (0, 2)
    said = capfd.readouterr()
    assert (said.out if code == 0 else said.err).strip()
    assert "Traceback" not in said.err
    assert [one.name for one in tmp_path.iterdir()] == (["made.yaml"] if code == 0 else [])
