"""Many agencies at once: what is built, what is left alone, and what a failure or a kill leaves behind."""

import contextlib
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path

import pytest
from conftest import GOOD, MINIMAL, ROOT
from pebble import ProcessExpired

import reportgen
from reportgen.api import outcomes_csv
from reportgen.cli.main import main
from reportgen.findings import InputError
from reportgen.many import run
from reportgen.many.run import Batch, run_batch
from reportgen.many.work import run_task
from reportgen.outputs.build import Options
from reportgen.processes.pool import Here, Processes


def agency(number):
    return GOOD.replace("某县统计局", f"某{number}县统计局")


@pytest.fixture
def files(tmp_path):
    """Return the data files of four agencies: two sound, one with an error, one that cannot be read."""
    texts = [agency(0), agency(1), agency(2) + "applications: {new: {total: 5}}\n", "year: [\n"]
    paths = []
    for number, text in enumerate(texts):
        path = tmp_path / "in" / f"a{number}" / "2024.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def batch(files, out, **options):
    return [outcome.status.value for outcome in run_batch(Batch(files=files, out=out, kinds=("docx",), jobs=0, **options))]


def built(out):
    return {path.relative_to(out).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(out.rglob("*.docx"))}


def test_what_was_built_earlier_and_holds_no_more_is_told(files, tmp_path):
    """Under another name, or before there was an error; not the draft beside a report, nor its other kind."""
    out, (file, *_) = tmp_path / "out", files

    def left(**options):
        (one,) = run_batch(Batch(files=[file], out=out, jobs=0, **{"kinds": ("docx",), **options}))
        return [Path(name).name for name in one.left]

    old, new = "某0县统计局2024年政府信息公开工作年度报告.docx", "某县统计局2024年政府信息公开工作年度报告.docx"
    assert left() == []
    assert left(options=Options(draft=True)) == []
    assert left(kinds=("pdf",)) == []
    file.write_text(GOOD, encoding="utf-8")
    assert sorted(left()) == sorted([old, old.replace("docx", "pdf"), old.replace(".docx", "（送审稿）.docx")])
    for name in left()[1:]:
        next(out.rglob(name)).unlink()
    assert len(left()) == 1
    file.write_text(GOOD + "applications: {new: {total: 5}}\n", encoding="utf-8")
    names = left()
    assert new in names
    assert len(names) == 2
    for name in names:
        next(out.rglob(name)).unlink()
    assert left() == []


def test_the_command_tells_what_was_built_earlier(files, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    command = ["batch", "in/a0", "-o", "out", "--to", "docx", "--jobs", "0"]
    assert main(command) == 0
    files[0].write_text(GOOD, encoding="utf-8")
    capsys.readouterr()
    for _ in range(2):
        assert main(command) == 0
        assert ("以前由 in/a0/2024.yaml 生成的 out/2024/某0县统计局2024年政府信息公开工作年度报告.docx 还在，与现在的数据文件不符；"
                "请核对，不用的删去") in capsys.readouterr().err


def test_one_failure_stops_no_other(files, tmp_path):
    told = []
    found = run_batch(Batch(files=files, out=tmp_path / "out", kinds=("docx",), jobs=0), told.append)
    assert [outcome.status for outcome in found] == ["built", "built", "refused", "unusable"]
    assert [outcome.agency for outcome in found] == ["某0县统计局", "某1县统计局", "某2县统计局", ""]
    assert [row.code for row in found[2].rows if row.severity == "error"] == ["GJ01", "GJ03"]
    assert "in/a3/2024.yaml" in found[3].rows[0].place
    assert sorted(one.file for one in told) == sorted(one.file for one in found)
    assert list(built(tmp_path / "out")) == [f"a{number}/2024/某{number}县统计局2024年政府信息公开工作年度报告.docx" for number in (0, 1)]


@pytest.mark.parametrize("jobs", [0, 2])
def test_the_files_are_those_of_a_single_build(files, tmp_path, jobs):
    outcomes = run_batch(Batch(files=files[:2], out=tmp_path / "out", jobs=jobs))
    for path, outcome in zip(files, outcomes, strict=False):
        single = reportgen.build(reportgen.read(path), tmp_path / "single")
        assert [Path(name).read_bytes() for name in outcome.files] == [one.read_bytes() for one in single]


def test_what_has_not_changed_is_left_alone(files, tmp_path):
    out = tmp_path / "out"
    batch(files, out)
    before = built(out)
    assert batch(files, out) == ["unchanged", "unchanged", "refused", "unusable"]
    assert built(out) == before
    files[1].write_text(agency(1).replace("解读不够深入", "解读不够"), encoding="utf-8")
    assert batch(files, out) == ["unchanged", "built", "refused", "unusable"]
    # Last year's file is input too, also where it was not there before.
    files[0].with_name("2023.yaml").write_text(agency(0).replace("2024", "2023"), encoding="utf-8")
    assert batch(files, out) == ["built", "unchanged", "refused", "unusable"]
    assert batch(files, out, options=reportgen.outputs.build.Options(draft=True)) == ["built", "built", "built", "unusable"]


def test_last_years_file_that_was_mended_is_seen(files, tmp_path):
    before = files[0].with_name("2023.yaml")
    before.write_text("year: [\n", encoding="utf-8")
    assert batch(files[:1], tmp_path / "out") == ["unusable"]
    before.write_text(agency(0).replace("2024", "2023"), encoding="utf-8")
    assert batch(files[:1], tmp_path / "out") == ["built"]


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"PK")])
def test_a_lost_or_damaged_file_is_built_again(files, tmp_path, harm):
    out = tmp_path / "out"
    batch(files, out)
    before = built(out)
    harm(min(out.rglob("*.docx")))
    assert batch(files, out) == ["built", "unchanged", "refused", "unusable"]
    assert {name: content for name, (content, _) in built(out).items()} == {name: content for name, (content, _) in before.items()}


def test_a_note_that_is_damaged_is_not_believed(files, tmp_path):
    out = tmp_path / "out"
    batch(files, out)
    for note in (out / ".reportgen").glob("*.json"):
        note.write_text('{"stamp": 1}', encoding="utf-8")
    assert batch(files, out) == ["built", "built", "refused", "unusable"]


def test_only_one_year(files, tmp_path):
    assert batch(files[:2], tmp_path / "out", years=(2023,)) == ["other_year", "other_year"]
    assert batch(files[:2], tmp_path / "out", years=(2024, 2023)) == ["built", "built"]


def test_a_full_disk_is_told_and_survived(files, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        found = run_batch(Batch(files=files, out=tmp_path / "out", kinds=("docx",), jobs=0))
    # A file that cannot be read writes nothing, so a full disk does not hide what is wrong with it.
    assert [outcome.status for outcome in found] == ["failed", "failed", "failed", "unusable"]
    assert all("磁盘" in outcome.message for outcome in found[:3])
    assert batch(files, tmp_path / "out") == ["built", "built", "refused", "unusable"]


def nothing():
    pass


def die(_):
    os.kill(os.getpid(), signal.SIGKILL)


def hang(_):
    time.sleep(600)


def fail(_):
    raise MemoryError


@pytest.mark.parametrize(("harm", "words"), [(die, "意外结束|超过 60 秒"), (hang, "超过 60 秒"), (fail, "意外结束")])
def test_a_worker_that_dies_or_hangs_is_survived(files, tmp_path, monkeypatch, caplog, harm, words):
    """Only the harmed task has little time, so that no other runs out of it on a busy machine.

    Of what dies before pebble has heard that it began, pebble waits for the end of its time.
    """
    class Harmed(Processes):
        def submit(self, fn, /, *args, **kwargs):
            harmed = "a1" in args[0].file
            self._seconds = 60 if not harmed else 0.5 if harm is hang else 10
            return super().submit(harm if harmed else fn, *args, **kwargs)

    monkeypatch.setattr(run, "_executor", lambda batch: Harmed(2, batch.seconds, nothing, ()))
    found = run_batch(Batch(files=files, out=tmp_path / "out", kinds=("docx",), jobs=2, seconds=60))
    assert [outcome.status for outcome in found] == ["built", "failed", "refused", "unusable"]
    assert re.search(words, found[1].message)
    assert [record.getMessage() for record in caplog.records] == ([] if "超过" in found[1].message else [str(files[1])])
    caplog.clear()


def test_a_report_that_was_taken_for_the_one_that_its_process_died_of_is_built(files, tmp_path, monkeypatch):
    mistaken = set()

    class Mistaken(Here):
        def submit(self, fn, /, *args, **kwargs):
            done = super().submit(fn, *args, **kwargs)
            if fn in mistaken or "a1" not in args[0].file:
                return done
            mistaken.add(fn)
            died = Future()
            died.set_exception(ProcessExpired("Abnormal termination", code=-9, pid=1))
            return died

    monkeypatch.setattr(run, "_executor", lambda batch: Mistaken())
    found = run_batch(Batch(files=files, out=tmp_path / "out", kinds=("docx",), jobs=2, seconds=60))
    assert [outcome.status for outcome in found] == ["built", "unchanged", "refused", "unusable"]
    assert len(mistaken) == 2


def test_any_executor_will_do():
    executor = Here()
    assert isinstance(executor, Executor)
    assert executor.submit(len, "abc").result() == 3
    with pytest.raises(TypeError):
        executor.submit(len, 3).result()


def test_an_error_of_the_program_is_told(files, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("reportgen.many.work.check", lambda *_: 1 / 0)
    found = run_batch(Batch(files=files[:1], out=tmp_path / "out", kinds=("docx",), jobs=0))
    assert (found[0].status, found[0].message) == ("failed", "程序出错：ZeroDivisionError（division by zero）")
    caplog.clear()


def test_the_traceback_of_an_error_is_in_a_file_that_the_command_names(files, tmp_path, monkeypatch, capsys, caplog):
    log = tmp_path / "out" / ".reportgen" / "errors.log"
    arguments = ["batch", str(files[0]), "-o", str(tmp_path / "out"), "--to", "docx", "--jobs", "0"]
    with monkeypatch.context() as patched:
        patched.setattr("reportgen.many.work.check", lambda *_: 1 / 0)
        assert main(arguments) == 2
    assert f"程序出错的经过记在 {log}，报告问题时请附上\n" in capsys.readouterr().err
    first, second, *_, last = log.read_text(encoding="utf-8").splitlines()
    assert first == f"{files[0]}：程序出错：ZeroDivisionError（division by zero）"
    assert (second, last) == ("Traceback (most recent call last):", "ZeroDivisionError: division by zero")
    caplog.clear()
    assert main([*arguments, "--json"]) == 0
    said = capsys.readouterr()
    assert "trace" not in json.loads(said.out)["reports"][0]
    assert "程序出错" not in said.err
    assert not log.exists()


def test_two_batches_do_not_share_a_folder(files, tmp_path):
    with run._owned(tmp_path / "out"), pytest.raises(InputError, match="正在使用"):
        batch(files, tmp_path / "out")


@pytest.mark.slow
def test_killed_at_any_moment_and_run_again(tmp_path):
    paths = []
    for number in range(16):
        path = tmp_path / "in" / f"{number:02}" / "2024.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(agency(number), encoding="utf-8")
        paths.append(path)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "reportgen", "batch", str(tmp_path / "in"), "-o", str(out), "--to", "docx,pdf", "--jobs", "2"]
    complete = {}
    for attempt in range(5):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, cwd=ROOT)
        wanted = 3 * attempt + 1
        deadline = time.monotonic() + 60
        while len(list(out.rglob("*.pdf"))) < wanted and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.02)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        # What was whole when it was killed is not touched by the next run.
        for path, before in complete.items():
            assert path.stat().st_mtime_ns == before
        for folder in out.iterdir():
            pair = list((folder / "2024").glob("*")) if folder.name != ".reportgen" else []
            if len([path for path in pair if path.suffix in (".docx", ".pdf")]) == 2:
                complete |= {path: path.stat().st_mtime_ns for path in pair if path.suffix in (".docx", ".pdf")}
    assert len(complete) >= 16
    assert "\n共 16 份：" in subprocess.run(command, capture_output=True, cwd=ROOT, check=True).stdout.decode()
    assert {path: path.stat().st_mtime_ns for path in complete} == complete
    assert list(out.rglob(".reportgen-*")) == []
    for path in paths[::5]:
        single = reportgen.build(reportgen.read(path), tmp_path / "single")
        folder = out / path.parent.name / "2024"
        assert [(folder / one.name).read_bytes() for one in single] == [one.read_bytes() for one in single]


def test_the_command_tells_and_writes(files, tmp_path, capsys):
    out, table = tmp_path / "out", tmp_path / "found.csv"
    arguments = ["batch", str(tmp_path / "in"), "-o", str(out), "--to", "docx", "--jobs", "0"]
    assert main([*arguments, "--csv", str(table)]) == 2
    said = capsys.readouterr().out
    assert f"{files[2]}（某2县统计局，2024年度）\n{files[2]}:7：错误[GJ01] 表三" in said
    assert "共 4 份：已生成 2，有错误 1，不能使用 1" in said.splitlines()
    rows = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    assert rows[0] == ["文件", "机关", "年度", "结果", "编号", "程度", "位置", "说明"]
    assert [row[4] for row in rows[1:] if row[1] == "某2县统计局" and row[5] == "错误"] == ["GJ01", "GJ03"]
    files[3].unlink()
    assert main([*arguments, "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [(one["status"], one["agency"], len(one["files"])) for one in data["reports"]] == [
        ("unchanged", "某0县统计局", 1), ("unchanged", "某1县统计局", 1), ("refused", "某2县统计局", 0)]


def test_a_table_holds_no_formula(tmp_path):
    path = tmp_path / "=1+1.yaml"
    path.write_text(MINIMAL.replace("某县统计局", "=SUM(A1)"), encoding="utf-8")
    found = run_batch(Batch(files=[path], out=tmp_path / "out", kinds=("docx",), jobs=0))
    cells = [cell for row in csv.reader(io.StringIO(outcomes_csv(found).decode("utf-8-sig"))) for cell in row]
    assert "'=SUM(A1)" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


@pytest.mark.parametrize("arguments", [["--to", "odt"], ["--to", ""], ["--jobs", "-1"], ["--timeout", "0"]])
def test_wrong_options(files, tmp_path, arguments, capsys):
    assert main(["batch", str(files[0]), "-o", str(tmp_path / "out"), *arguments]) == 2
    assert not (tmp_path / "out").exists()


def test_a_task_travels_and_comes_back(files, tmp_path):
    import pickle

    task = run._tasks(Batch(files=files[:1], out=tmp_path / "out", kinds=("docx",)))[0]
    assert pickle.loads(pickle.dumps(run_task(pickle.loads(pickle.dumps(task))))).status == "built"


@pytest.mark.parametrize("error", [BrokenExecutor, BrokenPipeError])
def test_where_no_process_can_be_started(files, tmp_path, capsys, monkeypatch, error):
    def broken(*_, **__):
        raise error

    monkeypatch.setattr("pebble.ProcessPool.schedule", broken)
    assert main(["batch", str(files[0]), "-o", str(tmp_path / "out")]) == 2
    assert "请加 --jobs 0" in capsys.readouterr().err
