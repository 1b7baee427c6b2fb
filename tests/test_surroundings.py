"""What a command stands in: streams, variables of the environment, temporary folders, a clock, names of files."""

import errno
import os
import re
import subprocess
import sys

import pytest
from conftest import GOOD, ROOT
from shell_commands import command

from reportgen.cli.main import main
from reportgen.files.scratch import use_scratch
from reportgen.findings import InputError
from reportgen.many.run import Batch, run_batch
from reportgen.outputs.pdf import write as pdf


@pytest.mark.parametrize("name", ["build", "batch"])
@pytest.mark.parametrize(("shell", "place", "words"), [
    (">/dev/full", 2, "标准输出写不出去（磁盘已满），结果没有显示完；写出了 1 个文件"), ("2>/dev/full", 1, "条提示没有显示"),
    (">&-", 2, "标准输出是关闭的"), ("2>&-", 1, "标准错误是关闭的")])
def test_streams_that_are_full_or_closed(write, tmp_path, name, shell, place, words):
    path = write(GOOD)
    # Something that is told on standard error.
    (tmp_path / "other.doc").write_bytes(b"")
    (tmp_path / ".reportgen-0123456789abcdef").write_bytes(b"")
    out = tmp_path / "out"
    where = [path] if name == "build" else [tmp_path, "--jobs", "0" if "2>" in shell else "1"]
    said = command(name, *where, "-o", out, "--to", "docx", shell=shell)
    assert said[0] == 2
    assert words in said[place]
    assert len(list(out.rglob("*.docx"))) == ("&" not in shell)
    assert "" in {said[1], said[2]} or place == 1


def test_nobody_reads_on(write, tmp_path):
    assert command("explain", "--all", shell="| head -1")[1:] == (command("explain", "--all")[1].splitlines(True)[0], "")


def test_commands_print_through_one_door():
    found = [path.name for path in (ROOT / "reportgen/cli").glob("*.py")
             if re.search(r"(?<![\w.])print\(", path.read_text(encoding="utf-8"))]
    assert sorted(found) == ["messages.py", "streams.py"]


# Four threads that read into the same new types at the same time.
TOGETHER = """
import sys, threading
import msgspec
from reportgen.files.typed_yaml import load_typed
sys.setswitchinterval(1e-6)
for number in range(100):
    kind = msgspec.defstruct("Leaf", [("words", dict[str, str] | None, None)])
    for depth in range(20):
        fields = [(f"field{one}", dict[str, tuple[int, ...]] | None, None) for one in range(10)]
        kind = msgspec.defstruct(f"Level{number}x{depth}", [("below", kind | None, None), *fields])
    start = threading.Barrier(4)
    def read():
        start.wait()
        read_as.append(type(load_typed("below: {below: {below: {}}}", "a.yaml", kind)))
    read_as = []
    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_as == [kind] * 4
"""


def test_threads_that_meet_a_type_at_once():
    done = subprocess.run([sys.executable, "-c", TOGETHER], capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    reads = re.compile(r"msgspec(?:\.json)?\.(?:convert|decode)\(.*")
    found = [read for path in (ROOT / "reportgen").rglob("*.py") for read in reads.findall(path.read_text(encoding="utf-8"))]
    assert found
    assert [read for read in found if "known_type(" not in read] == []


@pytest.mark.parametrize(("environment", "words"), [
    ({"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}, "文件名编码是 ascii"),
    ({"SOURCE_DATE_EPOCH": "gestern"}, "SOURCE_DATE_EPOCH：环境变量应当是"),
    ({"SOURCE_DATE_EPOCH": "²"}, "SOURCE_DATE_EPOCH：环境变量应当是"),
    ({"SOURCE_DATE_EPOCH": "999999999999"}, "SOURCE_DATE_EPOCH：环境变量应当是")])
def test_an_environment_that_will_not_do(write, tmp_path, environment, words):
    code, _, errors = command("build", write(GOOD), "-o", tmp_path / "out", **environment)
    assert code == 2
    assert words in errors
    assert not (tmp_path / "out").exists()


def test_a_temporary_folder_that_is_missing_or_full(write, tmp_path, monkeypatch, capsys):
    path = write(GOOD)
    assert command("build", path, "-o", tmp_path / "out", "--to", "pdf", TMPDIR="/nowhere")[0] == 0

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/x")

    pdf.engine()
    monkeypatch.setattr("weasyprint.text.fonts.mkdtemp", full)
    monkeypatch.setattr(pdf, "_typesetter", pdf._typesetter.__wrapped__)
    for name in ("build", "batch"):
        more = ["--jobs", "0"] if name == "batch" else []
        assert main([name, str(path), "-o", str(tmp_path / name), "--to", "pdf", *more]) == 2
        said = capsys.readouterr()
        assert "/tmp/x：" in said.out + said.err
        assert "磁盘已满" in said.out + said.err
        assert not (tmp_path / name / ".reportgen" / "errors.log").exists()


POOL = """
import concurrent.futures, sys
import reportgen

def printed(_):
    return len(reportgen.pdf(reportgen.read(sys.argv[1])))

if __name__ == "__main__":
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        print(*pool.map(printed, [1]), printed(1))
"""


def test_a_pool_of_somebody_else_leaves_no_fonts_behind(write, tmp_path):
    program, temporary = tmp_path / "pool.py", tmp_path / "tmp"
    program.write_text(POOL, encoding="utf-8")
    temporary.mkdir()
    done = subprocess.run([sys.executable, program, write(GOOD)], capture_output=True, text=True, check=False, timeout=120,
                          env={**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stderr, len(set(done.stdout.split()))) == (0, "", 1)
    assert list(temporary.iterdir()) == []


FORKED = """
import os, sys
from pathlib import Path
import reportgen
report = reportgen.read(sys.argv[1])
first = reportgen.pdf(report)
child = os.fork()
if not child:
    sys.exit(0)
os.waitpid(child, 0)
assert len(list(Path(os.environ["TMPDIR"]).rglob("*"))) > 1
assert reportgen.pdf(report) == first
"""


def test_a_process_that_was_forked_leaves_the_fonts_of_its_parent(write, tmp_path):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    done = subprocess.run([sys.executable, "-c", FORKED, write(GOOD)], capture_output=True, text=True, check=False, timeout=120,
                          env={**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stderr) == (0, "")
    assert list(temporary.iterdir()) == []


def test_no_room_for_temporary_files_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("tempfile._candidate_tempdir_list", lambda: [str(tmp_path / "nowhere")])
    with pytest.raises(InputError, match="TMPDIR：没有可用的临时文件夹"):
        use_scratch()


def test_a_clock_that_jumps_ends_no_task(write, tmp_path, monkeypatch):
    path = write(GOOD)
    clock = iter(range(0, 10**9, 10**6))
    monkeypatch.setattr("time.time", lambda: next(clock))
    (outcome,) = run_batch(Batch(files=[path], out=tmp_path / "out", kinds=("docx",), jobs=1, seconds=60))
    assert outcome.status == "built"


def test_names_that_are_not_utf_8_end_no_batch(tmp_path):
    top = tmp_path / "in"
    names = [os.fsdecode(name) for name in ("宿迁".encode("gb18030"), b"\xff\xfe1", b"\xff\xfe2")]
    for number, name in enumerate(names):
        (top / name).mkdir(parents=True)
        text = GOOD.replace("某县", f"某{number}县") if number < 2 else "year: [\n"
        (top / name / "2024.yaml").write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    for jobs, more in ((2, ["--json"]), (0, ["--csv", str(tmp_path / "a.csv")])):
        code, said, errors = command("batch", top, "-o", out, "--to", "docx", "--jobs", jobs, *more)
        assert code == 2, errors
    assert "共 3 份：没有变化 2，不能使用 1" in said
    assert "宿迁" in {path.name for path in out.iterdir()}
    odd = top / names[1] / "2024.yaml"
    assert command("build", odd, "-o", tmp_path / "single", "--to", "docx")[0] == 0
    assert main(["check", str(top), "--html", str(tmp_path / "a.html")]) == 2
    assert main(["fix", str(odd)]) == 0
    assert main(["release", str(odd), "-o", str(tmp_path / "release")]) == 0
