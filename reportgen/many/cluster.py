"""Run tasks on a Dask cluster that already exists, by an executor like those of `processes.pool`.

The nodes have to see data files and output folder under the same paths, and to have the same reportgen and
the same templates and fonts; both are checked. Dask gives the task of a node that dies to another.
"""

from __future__ import annotations

import multiprocessing
import platform
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from reportgen.findings import Origin, refuse
from reportgen.many.stamp import stamp
from reportgen.many.work import Outcome, Status, Task, run_task, workers
from reportgen.processes.pool import Processes

_SECONDS_TO_CONNECT = 10
_SECONDS_A_LOOK = 1     # how often is looked whether a worker is left


class Cluster(Executor):
    """Run tasks on the workers of a Dask scheduler, on each in warm processes.

    None takes longer than `seconds`. Raises InputError where Dask is missing or the scheduler does not
    answer.
    """

    def __init__(self, address: str, seconds: float) -> None:
        # Imported here: it takes long, and few need a cluster.
        try:
            import distributed
        except ImportError as error:
            raise refuse(Origin("--scheduler"),
                         "没有安装 Dask，请运行 pip install distributed==2026.8.0") from error
        try:
            connect: Any = distributed.Client
            self._client = connect(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise refuse(Origin(f"--scheduler {address}"), "连不上这个集群；请检查网络和地址，地址写成 "
                                                           "tcp://10.0.0.1:8786 这样") from error
        self._executor: Executor = self._client.get_executor(pure=False)
        self._seconds = seconds

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Queue a task; its future raises TimeoutError, or what ended its process."""
        return self._executor.submit(_on_node, self._seconds, fn, *args, **kwargs)

    def completed(self, futures: Iterable[Future[Any]]) -> Iterator[Future[Any]]:
        """Yield each future when it is done.

        Raises InputError where the cluster has had no worker for as long as one task may take.
        """
        pending, seen_at = set(futures), time.monotonic()
        while pending:
            done, pending = wait(pending, _SECONDS_A_LOOK, FIRST_COMPLETED)
            yield from done
            if done or self._workers():
                seen_at = time.monotonic()
            elif time.monotonic() - seen_at > self._seconds:
                raise refuse(Origin("--scheduler"),
                             f"集群里已经 {self._seconds:g} 秒没有工作节点，还有 {len(pending)} 份没有做；"
                             "请启动节点，再运行一次，做好的不重做")

    def _workers(self) -> int:
        """Return how many workers the scheduler knows; none where it does not answer."""
        try:
            return len(self._client.sync(self._client.scheduler.ncores, callback_timeout=_SECONDS_TO_CONNECT))
        except (OSError, TimeoutError, RuntimeError):
            return 0

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of the cluster, waiting for what is queued unless it is cancelled."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()


def run_on_node(task: Task) -> Outcome:
    """Do a task on a node as `run_task` does, and refuse where the node would build other files."""
    if _stamp(task.kinds, task.options) != task.stamp:
        return Outcome(task.file, Status.FAILED,
                       message=f"节点 {platform.node()} 上的 reportgen、模板或字体与本机不同，没有生成；"
                               "请装成一样的")
    return run_task(task)


_stamp = cache(stamp)


def seen(outcome: Outcome) -> Outcome:
    """Return an outcome as it is, or as failed where a node put the files out of sight."""
    if outcome.status in (Status.BUILT, Status.UNCHANGED) and not all(Path(name).is_file()
                                                                      for name in outcome.files):
        return replace(outcome, status=Status.FAILED, files=(),
                       message="节点写的文件在这里看不到；输出文件夹要放在各节点共用的磁盘上，路径一样")
    return outcome


def _on_node(seconds: float, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return _pool(seconds).submit(fn, *args, **kwargs).result()


@cache
def _pool(seconds: float) -> Processes:
    """Return the warm processes of this node, one for each thread that Dask has here.

    In processes of its own a task can be ended, and what it leaves behind in memory does not stay with the
    node.
    """
    from distributed import get_worker

    # Dask marks its workers as daemons, which may have no children; these end when the worker does.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    return workers(get_worker().state.nthreads, seconds)
