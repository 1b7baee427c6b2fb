"""Ctrl-C and SIGTERM: a message, nothing half done, and the workers' server that hears neither."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import GOOD, ROOT
from two_states import NEW, OLD, content, folder_with

from reportgen.files.place import write_files, written_count


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
    before.write_text(GOOD.replace("都有进展。", "都有进展,详见下文。"), encoding="utf-8")
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


def test_the_server_of_workers_is_deaf_to_ctrl_c(tmp_path):
    program = """
import os, signal, sys, time
from reportgen.processes import pool
pool.Processes(1, 9, int, ())
from multiprocessing.forkserver import _forkserver
with open(f"/proc/{_forkserver._forkserver_pid}/status") as status:
    print([line.split()[1] for line in status if line.startswith("SigBlk")][0])
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout, 16) & 1 << signal.SIGINT - 1


def test_a_signal_waits_until_the_files_are_in_place_and_counted(tmp_path, monkeypatch, request):
    folder, before = folder_with(tmp_path / "out", OLD), written_count()
    rename = Path.replace

    def interrupted(self, target):
        os.kill(os.getpid(), signal.SIGINT)
        return rename(self, target)

    monkeypatch.setattr("pathlib.Path.replace", interrupted)
    # A shell starts what runs in its background with this signal ignored.
    before_it = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before_it))
    with pytest.raises(KeyboardInterrupt):
        write_files(folder, NEW)
    assert content(folder) == NEW
    assert written_count() - before == len(NEW)
