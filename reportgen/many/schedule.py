"""Decide which data files of a batch are built and where, before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reportgen.findings import InputError, Severity
from reportgen.many.head import Head, doubled, read_head
from reportgen.many.work import FindingRow, Outcome, Status, Task
from reportgen.outputs.build import file_name


@dataclass
class Schedule:
    """The tasks to be done, and what is settled about the other files without doing anything."""

    tasks: list[Task] = field(default_factory=list)
    settled: list[Outcome] = field(default_factory=list)

    def drop(self, messages: Mapping[str, str], known: Mapping[str, Head]) -> None:
        """Take out the tasks of the files that `messages` tell of."""
        self.settled += [refused(file, known[file], message) for file, message in messages.items()]
        self.tasks = [task for task in self.tasks if task.file not in messages]


def identify(task: Task) -> Head | None:
    """Return whose report a data file is, or None where it cannot be told; doing the task tells why."""
    try:
        return read_head(Path(task.file))
    except InputError:
        return None


def make_schedule(tasks: Iterable[Task], known: Mapping[str, Head], years: Collection[int],
                  flat: str) -> Schedule:
    """Return what is to be done: the reports of `years` (of any, where empty), none of them twice.

    `known` tells whose the files are, as far as they say so. With `flat` the files of every report go into
    that folder; where two would have one name there, each keeps the folder that its task has.
    """
    made = Schedule()
    for task in tasks:
        one = known.get(task.file)
        if one and years and one.year not in years:
            made.settled.append(_outcome(task.file, Status.OTHER_YEAR, one))
        else:
            made.tasks.append(task)
    made.drop(doubled({task.file: known[task.file] for task in made.tasks if task.file in known}), known)
    if flat:
        alone = {same[0].file for same in _by_place(made.tasks, known, lambda task: flat).values()
                 if len(same) == 1}
        made.tasks = [replace(task, folder=flat) if task.file in alone else task for task in made.tasks]
    made.drop({task.file: f"{'、'.join(task.file for task in same)} 生成的文件同名（{name}），会互相覆盖；"
                          "请修改标题，或把数据文件分开放"
               for (_, name), same in _by_place(made.tasks, known, lambda task: task.folder).items()
               if len(same) > 1 for task in same}, known)
    return made


def refused(file: str, one: Head, message: str) -> Outcome:
    """Return the outcome of a data file that is not used, though it can be read."""
    return _outcome(file, Status.UNUSABLE, one, FindingRow("", Severity.ERROR.value, file, message))


def _outcome(file: str, status: Status, one: Head, *rows: FindingRow) -> Outcome:
    return Outcome(file, status, agency=one.agency, year=one.year, title=one.title, rows=rows)


def _by_place(tasks: Iterable[Task], known: Mapping[str, Head],
              folder: Callable[[Task], str]) -> dict[tuple[str, str], list[Task]]:
    """Return the tasks by folder and file name, as systems compare names that take A for a."""
    found: dict[tuple[str, str], list[Task]] = defaultdict(list)
    for task in tasks:
        if one := known.get(task.file):
            name = file_name(one.title, one.year, task.options.draft).casefold()
            found[folder(task).casefold(), name].append(task)
    return found
