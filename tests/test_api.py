"""The Python API: docs/api.md as it runs, files as bytes, edits in place, types."""

import ast
import contextlib
import inspect
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import GOOD, ROOT
from hypothesis import given
from hypothesis import strategies as st

import reportgen
from reportgen import api
from reportgen.outputs.release import make_release

LAST = GOOD.replace("year: 2024", "year: 2023")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder that docs/api.md describes, as the current one."""
    (tmp_path / "2024.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "2023.yaml").write_text(LAST, encoding="utf-8")
    (tmp_path / "agencies").mkdir()
    for name in ("甲", "乙"):
        (tmp_path / f"agencies/{name}.yaml").write_text(GOOD.replace("某县", f"{name}县"), encoding="utf-8")
    changed = GOOD.replace("解读不够深入", "解读仍然不够深入")
    (tmp_path / "edited.docx").write_bytes(reportgen.docx(reportgen.read_content(changed), reportgen.Options(draft=True)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_runs(folder):
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 10
    names, said = {}, io.StringIO()
    with contextlib.redirect_stdout(said):
        for block in blocks:
            exec(compile(block, "docs/api.md", "exec"), names)
    assert sorted(path.suffix for path in names["released"]) == [".docx", ".html", ".json", ".pdf", ".txt", ".xlsx"]
    assert names["pages"].startswith(b"%PDF")
    assert [one.result for one in names["many"]] == ["read"]
    assert names["merged"].prose
    assert [one.status for one in names["found"].outcomes] == ["built", "built"]
    assert "甲县统计局 built 2" in said.getvalue()
    assert names["html"].startswith(b"<!DOCTYPE html>")


def test_names_are_listed_once_and_are_what_they_say():
    tree = ast.parse((ROOT / "reportgen/api/__init__.py").read_text(encoding="utf-8"))
    typed = {(node.module, name.name) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module.startswith("reportgen")
             for name in node.names}
    assert typed == {(module, name) for module, names in api._HOMES.items() for name in names}
    assert sorted(reportgen.__all__) == sorted(name for _, name in typed)
    assert all(getattr(reportgen, name) is getattr(api, name) for name in reportgen.__all__)
    rooms = {path.stem for path in (ROOT / "reportgen").iterdir() if path.is_dir() or path.suffix == ".py"}
    assert not rooms & set(reportgen.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = reportgen.nothing


def test_importing_loads_nothing_else():
    code = "import sys, reportgen; print(sorted(name for name in sys.modules if name.startswith('reportgen')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['reportgen', 'reportgen.api']"


def test_bytes_are_those_of_the_files(folder):
    report = reportgen.read("2024.yaml")
    files = {path.suffix: path.read_bytes() for path in make_release(report, folder / "release").paths}
    assert reportgen.docx(report) == files[".docx"]
    assert reportgen.pdf(report) == files[".pdf"]
    assert reportgen.workbook(report) == files[".xlsx"]
    assert reportgen.json(report) == files[".json"]
    assert b"<h1" in reportgen.web_page(report)


def test_a_report_with_errors_gives_no_bytes_but_as_a_draft():
    report = reportgen.read_content(GOOD + "remedies: {review: {upheld: 1, total: 2}}\n", "a.yaml")
    for make in (reportgen.docx, reportgen.pdf, reportgen.web_page, reportgen.workbook, reportgen.json):
        with pytest.raises(reportgen.BuildRefusedError, match="--draft"):
            make(report)
    assert json.loads(reportgen.json(report, reportgen.Options(draft=True)))["draft"] is True


def test_content_reads_as_the_file_does(folder):
    text = reportgen.read_content(GOOD, "2024.yaml")
    form = reportgen.read_content(reportgen.excel_form(text), "2024.xlsx")
    word = reportgen.read_content(reportgen.docx(text), "2024.docx", previous=reportgen.read("2023.yaml"))
    values = {path: cell.value for path, cell in text.cells.items()}
    for other in (form, word):
        assert {path: cell.value for path, cell in other.cells.items()} == values
    assert word.published
    assert word.previous.year == 2023
    with pytest.raises(reportgen.InputError, match="2022"):
        reportgen.read_content(GOOD.replace("2024", "2023"), "a.yaml", previous=text)
    with pytest.raises(reportgen.InputError, match="MB"):
        reportgen.read_content(b"%PDF-" + b" " * 60_000_000, "a.pdf")
    with pytest.raises(reportgen.InputError, match="2 MB"):
        reportgen.read_content(GOOD + " " * 3_000_000, "a.yaml")


def test_a_finding_prints_on_one_line():
    finding = reportgen.Finding(code="GJ01", severity=reportgen.Severity.ERROR, message="甲\n乙\x1b[1m",
                                origin=reportgen.Origin("a.yaml", 3))
    assert str(finding) == "a.yaml:3：错误[GJ01] 甲 乙\\u001b[1m"


COMMENTED = "# 头\nyear: 2024  # 年\nagency: {name: '甲局'}\noverview: |\n  旧。\n\nproblems: 旧。 # 注\n" \
            "applications:\n  new: {natural: 1, total: 1}\n# 尾\n"


def test_edits_keep_comments_and_order():
    made = reportgen.edit(COMMENTED, {
        "applications.new.natural": 12, "applications.new.total": None, "applications.granted.natural": 0, "overview": "一。\n\n二。",
        "contact.phone": "123", "problems": ["新。"], "notes.applications": "注：无。", "agency.name": "乙: 局"})
    assert made == (
        "# 头\nyear: 2024  # 年\nagency: {name: '乙: 局'}\noverview: |\n  一。\n  二。\n\nproblems: | # 注\n  新。\n"
        "applications:\n  new: {natural: 12, total: null}\n  granted: {natural: 0}\n"
        "contact: {phone: '123'}\nnotes:\n  applications: |\n    注：无。\n# 尾\n")
    report = reportgen.read_content(made)
    assert (report.cells["applications.new.natural"].value, report.cells["applications.granted.natural"].value) == (12, 0)
    assert (report.agency.name, report.texts["contact.phone"]) == ("乙: 局", "123")
    assert [one.text for one in report.prose["overview"]] == ["一。", "二。"]
    for comment in ("# 头", "# 年", "# 注", "# 尾"):
        assert comment in made
    with pytest.raises(reportgen.InputError, match="没有“nothing”这一项"):
        reportgen.edit(COMMENTED, {"nothing": 1})


def test_edits_keep_line_ends_and_money_and_signs():
    made = reportgen.edit("year: 2024\r\nagency: {name: 甲}\r\n", {"disclosure.fees.amount_wan_yuan": "12.50"})
    assert made.count("\r\n") == made.count("\n")
    assert reportgen.read_content(made).cells["disclosure.fees.amount_wan_yuan"].text == "12.50"
    old = reportgen.edit("year: 2019\nagency: {name: 甲}\n", {"disclosure.licensing.change": 3})
    assert reportgen.read_content(old).cells["disclosure.licensing.change"].text == "+3"


@given(st.dictionaries(st.sampled_from(sorted(reportgen.cell_labels(2024))), st.none() | st.integers(0, 10**9), max_size=6))
def test_what_is_edited_reads_back(changes):
    text = COMMENTED
    report = reportgen.read_content(reportgen.edit(text, changes))
    for path, value in changes.items():
        cell = report.cells[path]
        assert cell.computed or cell.value == value


def test_progress_is_called_for_every_file(folder):
    seen = []
    reportgen.check_files(["agencies"], progress=lambda result, total: seen.append(Path(result.file).name))
    assert sorted(seen) == ["乙.yaml", "甲.yaml"]
    told = []
    found = reportgen.batch(["agencies"], "out", years=[2024, 2019], kinds=("docx",), progress=lambda one, total: told.append((one.agency, total)))
    assert sorted(told) == [("乙县统计局", 2), ("甲县统计局", 2)]
    assert (found.absent, found.years, found.log) == ([2019], [2024], None)


def test_fix_and_merge_leave_the_file_when_asked(folder):
    Path("a.yaml").write_text(GOOD.replace("都有进展。", "都有进展,见下文。"), encoding="utf-8")
    before = Path("a.yaml").read_bytes()
    assert reportgen.fix("a.yaml", write=False).changed
    assert Path("a.yaml").read_bytes() == before
    assert reportgen.fix("a.yaml").changed
    assert not reportgen.fix("a.yaml").changed
    before = Path("2024.yaml").read_bytes()
    assert reportgen.merge("2024.yaml", "edited.docx", write=False).changed
    assert Path("2024.yaml").read_bytes() == before
    assert reportgen.merge("2024.yaml", "edited.docx").changed
    assert "仍然" in Path("2024.yaml").read_text(encoding="utf-8")


def test_values_that_could_not_be_read_are_not_lost(folder):
    report = reportgen.read_content(GOOD + "disclosure: {coercion: {decisions: 八十多}}\n", "a.yaml")
    for make in (reportgen.data_file, reportgen.excel_form):
        with pytest.raises(reportgen.ValuesLostError, match="改写会丢失") as caught:
            make(report)
        assert [one.code for one in caught.value.findings] == ["DR01"]


SCRIPT = """
from pathlib import Path

import reportgen


def main(path: Path, out: Path) -> list[Path]:
    report: reportgen.Report = reportgen.read(path)
    for finding in reportgen.check(report):
        print(finding, finding.severity is reportgen.Severity.ERROR, finding.cells)
    options = reportgen.Options(draft=True)
    word: bytes = reportgen.docx(report, options)
    text: str = reportgen.edit(path.read_text(), {"applications.new.natural": 3, "overview": ["一。"], "contact.phone": None})
    out.write_bytes(word + text.encode())
    total = reportgen.aggregate([report], report.year, "某市")
    print(total.told, reportgen.compare([report, report]).title, reportgen.__version__)
    outcomes: list[reportgen.Outcome] = reportgen.batch([path], progress=lambda one, total: print(one.agency, total + 1)).outcomes
    try:
        return reportgen.build(report, out)
    except reportgen.BuildRefusedError as refused:
        print(refused.findings[0].origin, outcomes)
    except (reportgen.InputError, reportgen.ValuesLostError, reportgen.EngineMissingError):
        pass
    return reportgen.release(report, out, options)
"""


@pytest.mark.slow
def test_a_users_script_is_clean_in_mypy_strict(tmp_path):
    """Against the installed package, from elsewhere, with what an editor of the user has."""
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "wrong.py").write_text("import reportgen\n\nreportgen.read(1)\nreportgen.nothing()\nreportgen.docx('x')\n", encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "script.py", "wrong.py"],
                          cwd=tmp_path, capture_output=True, text=True, check=False)
    errors = re.findall(r"^(\w+)\.py:(\d+): error", done.stdout, re.MULTILINE)
    assert errors == [("wrong", "3"), ("wrong", "4"), ("wrong", "5")], done.stdout


def test_the_document_has_every_public_name_with_what_its_docstring_says_first():
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^- `(\w+)`: (.+)$", text.partition("## Every name")[2], re.MULTILINE))
    assert sorted(listed) == sorted(api.__all__)
    functions = {name: getattr(api, name) for name in api.__all__ if inspect.getmodule(getattr(api, name))}
    assert len(functions) > 100
    said = {name: inspect.getdoc(made).splitlines()[0] for name, made in functions.items() if inspect.isfunction(made) or inspect.isclass(made)}
    assert {name: listed[name] for name in said} == said
