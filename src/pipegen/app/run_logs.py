"""The logs of a run's tasks, as they are or as they grow."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipegen.app.history import History
from pipegen.engine.logs import of_attempts
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.errors import Diagnostic, PipegenError, suggest

_INTERVAL = 0.3  # seconds between two looks at a run that goes on
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of what an attempt at a task wrote."""

    task: str
    attempt: int
    content: bytes


@dataclass(slots=True)
class Wanted:
    """Whose logs are to be shown, and how far each has been read."""

    root: Path
    task: str | None = None
    attempt: int | None = None
    read: dict[str, int] = field(default_factory=dict)

    def new(self, run: RunRecord) -> Iterator[Piece]:
        """What was written since the last look."""
        for task in run.tasks:
            if self.task in (None, task.name):
                for attempt, path in of_attempts(task):
                    if self.attempt in (None, attempt):
                        yield from self._read(task.name, attempt, path)

    def _read(self, task: str, attempt: int, path: str) -> Iterator[Piece]:
        try:
            with (self.root / path).open("rb") as file:
                file.seek(self.read.get(path, 0))
                while content := file.read(_PIECE):
                    yield Piece(task, attempt, content)
                self.read[path] = file.tell()
        except OSError:
            return


def logs(
    given: History, run: RunRecord, task: str | None, attempt: int | None, *, follow: bool
) -> Iterator[Piece]:
    """What the tasks of a run wrote, or one of them; following ends when that ends."""
    wanted = Wanted(given.root, task, attempt)
    if task is not None:
        _check(run, given.root, task, attempt, follow=follow)
    while True:
        yield from wanted.new(run)
        if not follow or _has_ended(run, task):
            return
        time.sleep(_INTERVAL)
        run = given.again(run)  # before the files are read, so that the last lines are not missed


def why_nothing(root: Path, run: RunRecord) -> str:
    """Why there is nothing to show of a run."""
    paths = [path for task in run.tasks for _, path in of_attempts(task)]
    if paths and not any((root / path).is_file() for path in paths):
        return f"the logs of run '{run.id}' are gone"
    if run.tasks and all(task.status == "CACHED" for task in run.tasks):
        return "nothing was written: every task was cached and did not run"
    return "nothing was written"


def _has_ended(run: RunRecord, task: str | None) -> bool:
    one = run.task(task) if task is not None else None
    return run.status != "RUNNING" or (one is not None and one.status not in ("PENDING", "RUNNING"))


def _check(run: RunRecord, root: Path, name: str, attempt: int | None, *, follow: bool) -> None:
    """PipegenError when there is nothing to show, and nothing will come."""
    task = run.task(name)
    if task is None:
        hint = suggest(name, (one.name for one in run.tasks)) or f"pipegen runs show {run.id} lists them"
        raise _refused(f"run '{run.id}' has no task '{name}'", hint)
    if follow and not _has_ended(run, name):
        return
    found = dict(of_attempts(task))
    if not found:
        raise _refused(
            f"task '{name}' of run '{run.id}' has no log: {_why(task)}", f"pipegen runs show {run.id}"
        )
    if attempt is not None and attempt not in found:
        count = f"{len(found)} attempt{'' if len(found) == 1 else 's'}"
        raise _refused(
            f"task '{name}' has {count}, and none of number {attempt}", "leave out --attempt for all"
        )
    if not any((root / path).is_file() for number, path in found.items() if attempt in (None, number)):
        raise _refused(f"the log of task '{name}' is gone: {task.log}", "logs go when runs are cleaned up")


def _why(task: TaskRecord) -> str:
    return {"CACHED": "it was cached and did not run", "SKIPPED": "it was skipped"}.get(
        task.status, "it has not begun"
    )


def _refused(message: str, hint: str) -> PipegenError:
    return PipegenError(Diagnostic("PG712", message, None, hint))
