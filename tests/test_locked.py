"""Files that another program has open on Windows, which does not let them be replaced then."""

import os
from pathlib import Path

import pytest
from conftest import GOOD

from reportgen.cli.main import main
from reportgen.files.place import rewrite_file, write_file, write_files
from reportgen.findings import InputError

NAME = "某县统计局2024年政府信息公开工作年度报告"


@pytest.fixture
def opened(monkeypatch):
    """Return a function after which files of some suffix cannot be replaced, as where Word has them open."""
    def lock(suffix, code=32):
        replace = os.replace

        def refused(source, target, **options):
            if str(target).endswith(suffix) and os.path.lexists(target):
                error = PermissionError(13, "used by another process", str(source), None, str(target))
                error.winerror = code
                raise error
            replace(source, target, **options)

        monkeypatch.setattr(os, "replace", refused)
    return lock


@pytest.mark.parametrize("code", [5, 32])
def test_a_report_that_is_open_in_word_is_left_and_another_folder_is_named(write, tmp_path, capsys, opened, code):
    data, out = write(GOOD), tmp_path / "输出 文件"
    assert main(["build", str(data), "-o", str(out)]) == 0
    (tmp_path / "输出 文件（2）").mkdir()
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    data.write_text(GOOD.replace("都有进展", "都有了进展"), encoding="utf-8")
    opened(".docx", code)
    capsys.readouterr()
    assert main(["build", str(data), "-o", str(out)]) == 2
    assert (f"{out / NAME}.docx：文件正被打开（如在 Word、WPS 里），没有写，原来的文件没有变；请关掉它再运行一次，"
            f"或换一个文件夹：-o \"{tmp_path / '输出 文件（3）'}\"") in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert main(["build", str(data), "-o", str(tmp_path / "输出 文件（3）")]) == 0


def test_a_file_that_would_become_what_it_is_needs_no_undoing(tmp_path, opened):
    same = {"a.docx": b"same", "a.pdf": b"same"}
    write_files(tmp_path, same)
    opened(".docx")
    with pytest.raises(InputError, match="文件正被打开"):
        write_files(tmp_path, same)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == same


def test_a_list_that_is_open_in_excel_is_left_and_another_name_is_given(tmp_path, opened):
    path = tmp_path / "结果.csv"
    write_file(path, b"old")
    opened(".csv")
    with pytest.raises(InputError, match=r"换一个文件名，如 \".*结果（2）\.csv\"$"):
        write_file(path, b"new")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("结果.csv", b"old")]


def test_a_data_file_that_is_open_is_not_mended(tmp_path, opened):
    path = tmp_path / "2024.xlsx"
    path.write_bytes(b"old")
    opened(".xlsx")
    with pytest.raises(InputError, match="文件正被打开（如在 Word、WPS 里），没有改写；请关掉它或去掉只读，再运行一次"):
        rewrite_file(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_read_only_file_is_called_so(tmp_path, opened):
    write_files(tmp_path, {"a.docx": b"old"})
    (tmp_path / "a.docx").chmod(0o444)
    opened(".docx", 5)
    with pytest.raises(InputError, match="文件是只读的，没有写"):
        write_files(tmp_path, {"a.docx": b"new"})


@pytest.mark.parametrize("folder", [".", "..", "out/.."])
def test_a_folder_without_a_name_of_its_own_has_one_inside_named(tmp_path, monkeypatch, opened, folder):
    (tmp_path / "here" / "out").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    write_files(Path(folder), {"a.docx": b"old"})
    opened(".docx")
    with pytest.raises(InputError, match=r"-o \".*输出（2）\"$"):
        write_files(Path(folder), {"a.docx": b"new"})
