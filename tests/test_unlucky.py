"""Unlucky days: a disk that fails or fills up, a kill at any call, and what the next command finds."""

import errno
import hashlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from conftest import GOOD, ROOT
from faults import Faults, calls, killed_at
from hypothesis import given
from hypothesis import strategies as st

from reportgen.cli.main import main
from reportgen.files.journal import Journal, recover
from reportgen.files.place import write_files, write_folder, written_count
from reportgen.files.scratch import sweep_scratch, use_scratch
from reportgen.findings import UNSEEN, InputError, visible
from reportgen.many.run import Batch, run_batch
from reportgen.outputs.pdf import write as pdf

OLD, NEW = {"甲.docx": b"old docx", "甲.pdf": b"old pdf"}, {"甲.docx": b"new docx", "甲.pdf": b"new, longer pdf"}


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def folder_with(folder, files):
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("before", [{}, OLD, {"甲.pdf": b"old pdf"}, NEW])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_any_call_may_fail_and_the_files_are_the_old_or_the_new(tmp_path, before, error):
    counted = folder_with(tmp_path / "count", before)
    total = calls(lambda: write_files(counted, NEW))
    assert total > 15
    found = []
    for at in range(1, total + 1):
        folder = folder_with(tmp_path / str(at), before)
        said = ""
        with Faults(at, error).at_work():
            try:
                write_files(folder, NEW)
            except InputError as refused:
                said = str(refused)
        recover(folder)
        assert content(folder) == (before if said else NEW)
        assert not said or said.startswith(str(folder))
        found.append(bool(said))
    assert True in found
    assert False in found


@pytest.mark.parametrize("before", [{}, OLD, {"甲.pdf": b"old pdf"}])
def test_killed_at_any_call_the_next_command_finds_the_old_or_the_new(tmp_path, before):
    counted = folder_with(tmp_path / "count", before)
    total = calls(lambda: write_files(counted, NEW))
    found, mixed = [], 0
    for at in range(1, total + 1):
        folder = folder_with(tmp_path / str(at), before)
        assert killed_at(lambda folder=folder: write_files(folder, NEW), at)
        seen = {name: data for name, data in content(folder).items() if not name.startswith(".")}
        mixed += seen not in (before, NEW)
        said = recover(folder)
        assert content(folder) in (before, NEW)
        assert said or seen == content(folder)
        assert recover(folder) == []
        found.append(content(folder) == NEW)
    # Without the journal some of them would have stayed so.
    assert mixed
    assert set(found) == {True, False}


def mixed_at(tmp_path):
    """The call at which a kill leaves one file of each pair."""
    for at in range(1, 100):
        folder = folder_with(tmp_path / f"mixed{at}", OLD)
        killed_at(lambda folder=folder: write_files(folder, NEW), at)
        if {content(folder)[name] for name in OLD} == {NEW["甲.docx"], OLD["甲.pdf"]}:
            return at
    raise AssertionError("never between two renamings")


def test_killed_while_undoing_it_is_undone_by_the_next(tmp_path):
    at = mixed_at(tmp_path)

    def half_done(name):
        folder = folder_with(tmp_path / name, OLD)
        killed_at(lambda: write_files(folder, NEW), at)
        return folder

    counted = half_done("count")
    for again in range(1, calls(lambda: recover(counted)) + 1):
        folder = half_done(str(again))
        killed_at(lambda folder=folder: recover(folder), again)
        recover(folder)
        assert content(folder) == OLD


def test_what_was_written_since_is_not_undone(tmp_path):
    folder = folder_with(tmp_path / "out", OLD)
    killed_at(lambda: write_files(folder, NEW), mixed_at(tmp_path))
    (folder / "甲.docx").write_bytes(b"edited in Word since")
    (line,) = [line for line in recover(folder) if "后来改过" in line]
    assert "甲.docx" in line
    assert content(folder) == {"甲.docx": b"edited in Word since", "甲.pdf": b"old pdf"}


@pytest.mark.parametrize("name", ["../victim", "{}/victim", "..", "", "a/../../victim", "a\0"])
@pytest.mark.parametrize(("before", "after"), [(None, ""), ("", "victim"), ("victim", "")])
def test_a_journal_from_elsewhere_reaches_no_other_folder(tmp_path, name, before, after):
    """A folder that came by mail may hold a journal: nothing outside it is written or removed."""
    victim, folder = tmp_path / "victim", folder_with(tmp_path / "out", {"甲.docx": b"docx"})
    if before is not None:
        victim.write_bytes(b"kept")
    kept, known = victim.exists(), {"victim": hashlib.sha256(b"kept").hexdigest(), "": ""}
    journal = folder / f".reportgen-{'0' * 16}"
    journal.write_text(json.dumps([{"name": name.format(tmp_path), "before": known[before or ""], "after": known[after]}]), encoding="utf-8")
    (folder / f"{journal.name}.0.old").write_bytes(b"planted")
    (line,) = recover(folder)
    assert "原来的文件没有动" in line
    assert content(folder) == {"甲.docx": b"docx"}
    assert victim.exists() == kept
    assert not kept or victim.read_bytes() == b"kept"


@pytest.mark.parametrize("text", ["[1]", '[{"name": 5, "before": "", "after": ""}]', "[" * 100_000, '[{"x": ' * 100_000, "5", "null", "\0", " " * 2**20 + "[]"])
def test_a_journal_that_is_none_is_taken_away(tmp_path, text):
    folder = folder_with(tmp_path / "out", OLD)
    (folder / f".reportgen-{'0' * 16}").write_text(text, encoding="utf-8")
    recover(folder)
    assert content(folder) == OLD


def test_a_pipe_named_by_a_journal_is_not_waited_for(tmp_path):
    journal = tmp_path / f".reportgen-{'0' * 16}"
    journal.write_text(json.dumps([{"name": "pipe", "before": "", "after": "x"}]), encoding="utf-8")
    os.mkfifo(tmp_path / "pipe")
    assert len(recover(tmp_path)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_what_a_living_command_holds_is_left_alone(tmp_path):
    with Journal(tmp_path) as journal:
        journal.add("a", b"new")
        before = content(tmp_path)
        assert recover(tmp_path) == []
        assert content(tmp_path) == before
        journal.commit()
    assert content(tmp_path) == {"a": b"new"}


@pytest.mark.parametrize("error", [errno.EIO, None])
def test_a_folder_appears_whole_or_not(tmp_path, error):
    total = calls(lambda: write_folder(tmp_path / "count" / "out", NEW))
    for at in range(1, total + 1):
        top = tmp_path / str(at)
        if error is None:
            killed_at(lambda top=top: write_folder(top / "out", NEW), at)
        else:
            with Faults(at, error).at_work():
                try:
                    write_folder(top / "out", NEW)
                except InputError:
                    assert not (top / "out").exists()
        recover(top)
        left = content(top / "out") if (top / "out").exists() else NEW
        assert left == NEW
        assert not top.exists() or {path.name for path in top.iterdir()} <= {"out"}


@pytest.fixture
def killed_build(write, tmp_path):
    """A folder in which a build was killed between its two renamings, and the old files."""
    path, out = write(GOOD), tmp_path / "out"
    assert main(["build", str(path), "-o", str(out)]) == 0
    old = content(out)
    write_files_of = {name: data + b"new" for name, data in old.items()}
    for at in range(1, 100):
        killed_at(lambda: write_files(out, write_files_of), at)
        now = {name: data for name, data in content(out).items() if name in old}
        if now not in (old, write_files_of):
            return out, old
        recover(out)
    raise AssertionError("never between two renamings")


def test_the_next_command_undoes_and_says_so(killed_build, write, capsys):
    out, old = killed_build
    broken = write(GOOD + "remedies: {review: {upheld: 1, total: 2}}\n", "broken.yaml")
    capsys.readouterr()
    assert main(["build", str(broken), "-o", str(out)]) == 1
    assert content(out) == old
    assert "已退回原来的样子" in capsys.readouterr().err


def test_one_target_that_cannot_be_written_leaves_the_other(write, tmp_path, capsys):
    path, out = write(GOOD), tmp_path / "out"
    name = "某县统计局2024年政府信息公开工作年度报告"
    assert main(["build", str(path), "-o", str(out), "--to", "docx"]) == 0
    old = content(out)
    (out / f"{name}.pdf").mkdir()
    path.write_text(GOOD.replace("不够深入", "仍不深入"), encoding="utf-8")
    assert main(["build", str(path), "-o", str(out)]) == 2
    assert f"{name}.pdf：同名文件夹挡在那里" in capsys.readouterr().err
    (out / f"{name}.pdf").rmdir()
    assert content(out) == old


FIX = GOOD.replace("都有进展。", "都有进展,详见下文。")


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o444])
def test_fix_keeps_the_mode_the_owner_and_the_link(write, tmp_path, mode, capsys):
    real = write(FIX, "real.yaml")
    real.chmod(mode)
    if os.geteuid() == 0:
        os.chown(real, 1234, 4321)
    before = real.stat()
    link = tmp_path / "elsewhere" / "2024.yaml"
    link.parent.mkdir()
    link.symlink_to(os.path.relpath(real, link.parent))
    assert main(["fix", str(link)]) == 0
    after = real.stat()
    assert "进展，详见下文" in real.read_text(encoding="utf-8")
    assert link.is_symlink()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert {path.name for path in tmp_path.iterdir()} == {"real.yaml", "elsewhere"}


def test_an_owner_that_cannot_be_kept_is_refused(write, monkeypatch, capsys):
    path = write(FIX)
    before = path.read_bytes()
    stat = os.stat_result([*path.stat()[:4], 4242, *path.stat()[5:]])
    monkeypatch.setattr("pathlib.Path.stat", lambda self, real=Path.stat, **o: stat if self == path else real(self, **o))

    def denied(*_):
        raise PermissionError(errno.EPERM, "denied")

    monkeypatch.setattr("os.chown", denied)
    assert main(["fix", str(path)]) == 2
    assert "属于别的用户" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_device_is_never_replaced(write, tmp_path, capsys):
    link = tmp_path / "page.html"
    link.symlink_to("/dev/full")
    for target in ("/dev/full", link):
        assert main(["check", str(write(GOOD)), "--html", str(target)]) == 2
        assert "不是普通文件" in capsys.readouterr().err
    assert Path("/dev/full").is_char_device()
    assert link.is_symlink()


def test_temporary_folders_of_the_dead_go_and_those_of_the_living_stay(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for at in (2, 3):
        assert killed_at(lambda: (use_scratch(), os.fsync(0)), at)
        (dead,) = tmp_path.iterdir()
        sweep_scratch()
        assert not dead.exists()
    use_scratch()
    sweep_scratch()
    assert list(tmp_path.iterdir()) == [Path(tempfile.gettempdir())]


def blocked(tmp_path, *arguments):
    """A command that waits for a data file that never comes, in a session of its own."""
    fifo = tmp_path / "2024.yaml"
    os.mkfifo(fifo)
    process = subprocess.Popen([sys.executable, "-m", "reportgen", *map(str, arguments), str(fifo)], cwd=ROOT,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    end = time.monotonic() + 30
    while "fifo_open" not in (state := Path(f"/proc/{process.pid}/wchan").read_text()) and "wait_for_partner" not in state:
        assert time.monotonic() < end
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    return process


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_command_with_a_message(tmp_path, number, code):
    before = tmp_path / "before.yaml"
    before.write_text(FIX, encoding="utf-8")
    process = blocked(tmp_path, "fix", before)
    os.killpg(process.pid, number)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == code
    assert errors.decode() == "已中断，写出了 1 个文件\n"
    assert "已改写" in output.decode()


def test_a_signal_before_anything_is_loaded(tmp_path):
    program = "import os, signal, sys, reportgen.__main__ as m\nsys.meta_path.insert(0, type('F', (), {'find_spec': " \
              "staticmethod(lambda *a: os.kill(os.getpid(), signal.SIGINT))})())\nm.start()"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (130, "已中断，没有写出文件\n")


def test_a_signal_while_a_module_is_loaded_waits_until_it_is(tmp_path):
    """Half a module made the handlers of exceptions fail."""
    os.mkfifo(tmp_path / "2024.yaml")
    program = f"""
import os, signal, sys
import reportgen.__main__ as command
class Finder:
    def find_spec(name, path=None, target=None):
        if name == "yaml.resolver":
            os.kill(os.getpid(), signal.SIGTERM)
sys.meta_path.insert(0, Finder)
sys.argv = ["reportgen", "fix", {str(tmp_path / "2024.yaml")!r}]
sys.exit(command.start())
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (143, b"", "已中断，没有写出文件\n")


def test_a_signal_in_a_destructor_is_not_lost():
    program = """
import signal, time
from reportgen.cli import interrupts
interrupts.listen()
class Noisy:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)
try:
    one = Noisy(); del one
    time.sleep(20)
except interrupts.Interrupted as error:
    print(error.number)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"15\n", b"")


def command(*arguments, shell="", **environment):
    """What a command returns and says, started by a shell with its streams as `shell` has them."""
    line = shlex.join([sys.executable, "-m", "reportgen", *map(str, arguments)])
    done = subprocess.run(["sh", "-c", f"{line} {shell}"], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={**os.environ, **environment}, timeout=120)
    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception" not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


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

    monkeypatch.setattr("weasyprint.text.fonts.mkdtemp", full)
    monkeypatch.setattr(pdf, "_typesetter", pdf._typesetter.__wrapped__)
    for name in ("build", "batch"):
        more = ["--jobs", "0"] if name == "batch" else []
        assert main([name, str(path), "-o", str(tmp_path / name), "--to", "pdf", *more]) == 2
        said = capsys.readouterr()
        assert "/tmp/x：" in said.out + said.err
        assert "磁盘已满" in said.out + said.err
        assert not (tmp_path / name / ".reportgen" / "errors.log").exists()


def test_no_room_for_temporary_files_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("tempfile._candidate_tempdir_list", lambda: [str(tmp_path / "nowhere")])
    with pytest.raises(InputError, match="TMPDIR：没有可用的临时文件夹"):
        use_scratch()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no users")
def test_a_parent_folder_that_cannot_be_read(write, tmp_path):
    path, closed = write(GOOD), tmp_path / "closed"
    closed.mkdir(mode=0o000)
    tmp_path.chmod(0o777)
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    for arguments in (["build", path, "-o", closed / "out" / "x"], ["new", "2025", "--agency", "甲", "-o", closed / "a.yaml"],
                      ["release", path, "-o", closed / "a"], ["check", closed / "a.yaml"]):
        done = subprocess.run([*user, sys.executable, "-m", "reportgen", *map(str, arguments)], cwd=ROOT, capture_output=True,
                              text=True, check=False)
        assert done.returncode == 2
        assert "没有权限" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_clock_that_jumps_ends_no_task(write, tmp_path, monkeypatch):
    path = write(GOOD)
    clock = iter(range(0, 10**9, 10**6))
    monkeypatch.setattr("time.time", lambda: next(clock))
    (outcome,) = run_batch(Batch(files=[path], out=tmp_path / "out", kinds=("docx",), jobs=1, seconds=60))
    assert outcome.status == "built"


UGLY = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\u200b\u2066\ufeff\u2028\U000e0041"


def test_nothing_steers_the_terminal(write, tmp_path, capsys):
    where = tmp_path / f"甲{UGLY}局"
    where.mkdir()
    escaped = json.dumps(UGLY)
    bad = GOOD.replace("解读不够深入", f"解读{{{{ nothing.{UGLY[-4]} }}}},不够深入") + "remedies: {review: {upheld: 1, total: 2}}\n"
    (where / "2024.yaml").write_text(bad, encoding="utf-8")
    (where / "2022.yaml").write_text(f"year: 2022\nagency: {escaped}\n{escaped}: 1\n", encoding="utf-8")
    (where / f"旧{UGLY}.doc").write_bytes(b"")
    for arguments in (["check", where], ["check", where, "--json"], ["batch", where, "-o", tmp_path / "out", "--draft", "--jobs", "0", "--to", "docx"],
                      ["build", where / "2024.yaml", "-o", tmp_path / "out2", "--draft", "--to", "docx"], ["fix", where / "2024.yaml"],
                      ["check", str(where / "none"), f"--{UGLY}"], ["build", where / f"{UGLY}.yaml"]):
        main(list(map(str, arguments)))
        printed = capsys.readouterr()
        assert printed.out + printed.err
        assert not UNSEEN.search(printed.out + printed.err), arguments
        if "--json" in arguments:
            assert json.loads(printed.out)["reports"][1]["file"] == str(where / "2024.yaml")
            assert json.loads(printed.out)["reports"][0]["refused"]
    made = [path for out in ("out", "out2") for path in (tmp_path / out).rglob("*")]
    assert [path.suffix for path in made].count(".docx") == 2
    assert not [path for path in made if UNSEEN.search(path.name)]


@given(st.text())
def test_what_is_visible_reads_back(text):
    shown = visible(text)
    assert not UNSEEN.search(shown)
    assert json.loads(visible(json.dumps(text, ensure_ascii=False))) == text


def test_commands_print_through_one_door():
    found = [path.name for path in (ROOT / "reportgen/cli").glob("*.py")
             if re.search(r"(?<![\w.])print\(", path.read_text(encoding="utf-8"))]
    assert sorted(found) == ["messages.py", "streams.py"]


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


def test_the_server_of_workers_is_deaf_to_ctrl_c(tmp_path):
    program = """
import os, signal, sys, time
from reportgen.many import pool
pool.Processes(1, 9, int)
from multiprocessing.forkserver import _forkserver
with open(f"/proc/{_forkserver._forkserver_pid}/status") as status:
    print([line.split()[1] for line in status if line.startswith("SigBlk")][0])
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout, 16) & 1 << signal.SIGINT - 1


def test_a_signal_waits_until_the_files_are_in_place_and_counted(tmp_path, monkeypatch):
    folder, before = folder_with(tmp_path / "out", OLD), written_count()
    rename = Path.replace

    def interrupted(self, target):
        os.kill(os.getpid(), signal.SIGINT)
        return rename(self, target)

    monkeypatch.setattr("pathlib.Path.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_files(folder, NEW)
    assert content(folder) == NEW
    assert written_count() - before == len(NEW)
