"""A batch on a Dask cluster: a real scheduler and two workers, one of them killed while it works."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import GOOD, ROOT

import reportgen
from reportgen.cli.main import main
from reportgen.many import cluster
from reportgen.many.work import Outcome, Status, Task
from reportgen.outputs.build import Options

sys.path.insert(0, str(ROOT / "script"))

from sessions import processes

SECONDS = 60


def start(*arguments):
    return subprocess.Popen([sys.executable, "-m", "dask", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                            start_new_session=True, cwd=ROOT)


def wait_for(holds, seconds=SECONDS):
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    """Return the address of a scheduler, and a function that starts a worker and returns its process."""
    place = tmp_path_factory.mktemp("dask")
    file = place / "scheduler.json"
    processes = [start("scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file))]

    def address():
        with contextlib.suppress(OSError, ValueError):
            return json.loads(file.read_text())["address"]

    def worker(name):
        processes.append(start("worker", address(), "--no-nanny", "--no-dashboard", "--nthreads", "1", "--name", name,
                               "--local-directory", str(place)))
        return processes[-1]

    wait_for(address)
    yield address(), worker
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def data(folder, agencies):
    for number in range(agencies):
        path = folder / f"a{number:02}" / "2024.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(GOOD.replace("某县统计局", f"某{number}县统计局"), encoding="utf-8")
    return folder


def built(out):
    return {path.relative_to(out).as_posix(): path for path in sorted(out.rglob("*.pdf"))}


@pytest.mark.slow
def test_without_workers_a_batch_ends_within_its_limit(dask, tmp_path, capsys):
    address, _ = dask
    begun = time.monotonic()
    assert main(["batch", str(data(tmp_path / "in", 3)), "-o", str(tmp_path / "out"), "--scheduler", address, "--timeout", "3"]) == 2
    assert "3 秒没有工作节点，还有 3 份没有做" in capsys.readouterr().err
    assert time.monotonic() - begun < 30


@pytest.mark.slow
def test_a_worker_killed_on_the_way_costs_nothing(dask, tmp_path):
    address, worker = dask
    source, out = data(tmp_path / "in", 40), tmp_path / "out"
    victim, _ = worker("one"), worker("two")
    command = [sys.executable, "-m", "reportgen", "batch", str(source), "-o", str(out), "--scheduler", address, "--to", "pdf", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    wait_for(lambda: children(victim.pid) and len(built(out)) >= 5)
    assert process.poll() is None
    os.kill(victim.pid, signal.SIGKILL)
    before = built(out)
    output, errors = process.communicate(timeout=2 * SECONDS)
    assert process.returncode == 0, errors
    outcomes = json.loads(output)["reports"]
    assert {one["status"] for one in outcomes} <= {"built", "unchanged"}
    assert len(before) < len(built(out)) == len(outcomes) == 40
    # The same files as of a single build, nothing half-written.
    report = reportgen.read(source / "a39" / "2024.yaml")
    (alone,) = reportgen.build(report, tmp_path / "alone", ["pdf"])
    assert built(out)[f"a39/2024/{alone.name}"].read_bytes() == alone.read_bytes()
    assert not list(out.rglob(".reportgen-*"))
    # What worked for the killed one does not go on without it.
    wait_for(lambda: not children(victim.pid))
    assert main(command[3:]) == 0


def children(pid):
    """Return the processes of the session that a process began, itself aside."""
    return [one.pid for one in processes(pid) if one.pid != pid]


def test_a_task_that_takes_too_long_is_told(dask, tmp_path, capsys):
    address, worker = dask
    worker("three")
    source = data(tmp_path / "in", 1)
    assert main(["batch", str(source), "-o", str(tmp_path / "out"), "--scheduler", address, "--timeout", "0.01"]) == 2
    assert "超过 0.01 秒没有完成" in capsys.readouterr().out
    assert main(["batch", str(source), "-o", str(tmp_path / "out"), "--scheduler", address, "--to", "docx"]) == 0


def test_a_cluster_that_does_not_answer_is_told(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cluster, "_SECONDS_TO_CONNECT", 0.5)
    source = data(tmp_path / "in", 1)
    for address in ("tcp://127.0.0.1:9", "no address"):
        assert main(["batch", str(source), "-o", str(tmp_path / "out"), "--scheduler", address]) == 2
        assert "连不上这个集群" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["batch", str(source), "-o", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "没有安装 Dask" in capsys.readouterr().err


def test_a_node_with_another_reportgen_builds_nothing(tmp_path):
    task = Task(file=str(data(tmp_path / "in", 1) / "a00" / "2024.yaml"), folder=str(tmp_path / "out"),
                note=str(tmp_path / "note"), kinds=("docx",), options=Options(), stamp="another")
    found = cluster.run_on_node(task)
    assert found.status is Status.FAILED
    assert "与本机不同" in found.message
    assert not (tmp_path / "out").exists()


def test_files_that_a_node_keeps_to_itself_are_told(tmp_path):
    found = cluster.seen(Outcome("a", Status.BUILT, files=(str(tmp_path / "nowhere.pdf"),)))
    assert (found.status, found.files) == (Status.FAILED, ())
    assert "共用的磁盘" in found.message
