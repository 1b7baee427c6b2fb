"""Plan a batch, hand its tasks to an executor, and collect what became of them."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from reportgen.files.folders import NOTES, common_folder, parts_below
from reportgen.files.hold import hold
from reportgen.files.journal import recover
from reportgen.files.place import note_written, safe_folder
from reportgen.findings import Origin, os_reason, refuse
from reportgen.many.cluster import Cluster, run_on_node, seen
from reportgen.many.schedule import identify, make_schedule
from reportgen.many.stamp import stamp
from reportgen.many.work import Outcome, Status, Task, run_task, unchanged, workers
from reportgen.outputs.build import KINDS, Options
from reportgen.processes.pool import CannotStartError, Here

SECONDS = 120.0
LOG = "errors.log"      # in the folder of notes, where something went wrong in the program
_log = logging.getLogger(__name__)
Made = TypeVar("Made")


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What is to be built: data files, where to, how.

    `years` is empty for any, `seconds` the limit of one report. `jobs` processes work, none for this one
    alone; with `scheduler`, the workers of that Dask cluster. Each report has a folder named as its data file
    lies below `root`, by default the folder that holds them all; with `flat` all are in `out` itself, as far
    as their names differ.
    """

    files: Sequence[Path]
    out: Path
    kinds: tuple[str, ...] = KINDS
    options: Options = field(default_factory=Options)
    jobs: int = 1
    years: tuple[int, ...] = ()
    seconds: float = SECONDS
    scheduler: str = ""
    root: Path | None = None
    flat: bool = False


def run_batch(batch: Batch, tell: Callable[[Outcome], None] = lambda outcome: None,
              planned: Callable[[int], None] = lambda count: None) -> list[Outcome]:
    """Check and build every file of a batch; return the outcomes in the order of the files.

    `planned` is called with how many files of the years asked for there are, before any is built, then `tell`
    with the outcome of each as it comes. Two files of the same agency and year are both refused.
    Raises InputError where the output folder cannot be used or another batch is at work in it.
    """
    tasks = _tasks(batch)
    done: dict[str, Outcome] = {}

    def note(outcome: Outcome) -> None:
        if outcome.trace:
            _log.error("%s：%s\n%s", outcome.file, outcome.message, outcome.trace.rstrip())
        done[outcome.file] = outcome
        if outcome.status is Status.BUILT and not isinstance(executor, Here):
            note_written(len(outcome.files))
        if outcome.status is not Status.OTHER_YEAR:
            tell(outcome)

    with _owned(batch.out), _logged(batch.out / NOTES / LOG), _executor(batch) as executor:
        begun: dict[Path, float] = {}
        try:
            known, lost = {}, {}
            for task, future in _completed(executor, identify, tasks):
                one = _result(future, task, batch.seconds)
                if isinstance(one, Outcome):
                    lost[task.file] = one
                elif one is not None:
                    known[task.file] = one
            plan = make_schedule([task for task in tasks if task.file not in lost], known, batch.years,
                             str(batch.out) if batch.flat else "")
            settled = (*lost.values(), *plan.settled)
            planned(len(plan.tasks) + sum(one.status is not Status.OTHER_YEAR for one in settled))
            for outcome in settled:
                note(outcome)
            begun = {Path(task.note): _written_at(Path(task.note)) for task in plan.tasks}
            for task, doing in _completed(executor, run_on_node if batch.scheduler else run_task, plan.tasks):
                outcome = seen(_result(doing, task, batch.seconds))
                if not outcome.agency and (one := known.get(task.file)):
                    outcome.agency, outcome.year, outcome.title = one.agency, one.year, one.title
                note(outcome)
        except BaseException:
            executor.shutdown(wait=True, cancel_futures=True)
            if not isinstance(executor, Here):
                _count([task for task in tasks if Path(task.note) in begun and task.file not in done], begun)
            raise
    return [done[task.file] for task in tasks]


def _written_at(note: Path) -> float:
    return note.stat().st_mtime_ns if note.exists() else 0


def _count(tasks: Iterable[Task], begun: Mapping[Path, float]) -> None:
    """Count the files that workers wrote, and did not come to tell, since their notes were as in `begun`."""
    for task in tasks:
        if _written_at(Path(task.note)) != begun[Path(task.note)] and (outcome := unchanged(task)):
            note_written(len(outcome.files))


def _completed(executor: Executor, work: Callable[[Task], Made], tasks: Iterable[Task]) \
        -> Iterator[tuple[Task, Future[Made]]]:
    """Hand tasks to an executor and yield each with its future when that is done.

    Those whose process died are done again, one after the other: pebble may take the last one that a process
    finished for the one that it died of, and what kills a process does so again.
    """
    died = []
    for task, future in _first(executor, work, tasks):
        if _has_died(future):
            died.append(task)
        else:
            yield task, future
    for task in died:
        yield from _first(executor, work, [task])


def _first(executor: Executor, work: Callable[[Task], Made], tasks: Iterable[Task]) \
        -> Iterator[tuple[Task, Future[Made]]]:
    try:
        futures = {executor.submit(work, task): task for task in tasks}
    except CannotStartError as error:
        raise refuse(Origin("--jobs"), "这台电脑上启动不了工作进程；请加 --jobs 0，在一个进程里做") from error
    done = executor.completed(futures) if isinstance(executor, Cluster) else as_completed(futures)
    for future in done:
        yield futures[future], future


def _has_died(future: Future[Made]) -> bool:
    error = future.exception()
    if error is None:
        return False
    from pebble import ProcessExpired

    return isinstance(error, ProcessExpired)


def _result(future: Future[Made], task: Task, seconds: float) -> Made | Outcome:
    try:
        return future.result()
    except TimeoutError:
        return Outcome(task.file, Status.FAILED, message=f"超过 {seconds:g} 秒没有完成，已停止")
    except Exception as error:  # noqa: BLE001 - a worker may die of anything
        _log.error("%s", task.file, exc_info=error)
        why = error or type(error).__name__
        return Outcome(task.file, Status.FAILED, message=f"进程意外结束（{why}），没有生成；请重新运行")


def _executor(batch: Batch) -> Executor:
    if batch.scheduler:
        return Cluster(batch.scheduler, batch.seconds)
    jobs = min(batch.jobs, max(1, len(batch.files)))
    return workers(jobs, batch.seconds) if jobs > 0 else Here()


def _tasks(batch: Batch) -> list[Task]:
    files = list(dict.fromkeys(path.resolve() for path in batch.files))
    if not files:
        return []
    folders = [path.parent for path in files]
    root = common_folder([batch.root.resolve(), *folders] if batch.root else folders)
    sum_ = stamp(batch.kinds, batch.options)
    tasks = []
    for path in files:
        # Not the title, which only reading tells, and which two agencies may share.
        folder = batch.out.joinpath(*map(safe_folder, parts_below(path.with_suffix(""), root)))
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:20]
        tasks.append(Task(file=str(path), folder=str(folder), note=str(batch.out / NOTES / f"{name}.json"),
                          kinds=batch.kinds, options=batch.options, stamp=sum_))
    return tasks


@contextlib.contextmanager
def _logged(path: Path) -> Iterator[None]:
    """Write what this package logs to a file, which is not there where nothing is logged."""
    path.unlink(missing_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8", delay=True, errors="backslashreplace")
    logger = logging.getLogger("reportgen")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()


@contextlib.contextmanager
def _owned(out: Path) -> Iterator[None]:
    """Keep the output folder for one batch, and undo what a killed one left half-done."""
    try:
        (out / NOTES).mkdir(parents=True, exist_ok=True)
        lock = (out / NOTES / "lock").open("wb")
    except OSError as error:
        raise refuse(Origin(str(out)),
                     f"这个文件夹用不了（{os_reason(error)}）；请检查权限，或用 -o 换一个") from error
    with lock:
        if not hold(lock):
            raise refuse(Origin(str(out)),
                         "另一个批量生成正在使用这个文件夹，请等它结束，或用 -o 换一个")
        recover(out, below=True)
        try:
            yield
        except BaseException:
            # Workers that were stopped.
            recover(out, below=True)
            raise
