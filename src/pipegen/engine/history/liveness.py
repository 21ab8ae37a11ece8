"""Whether a run goes on, or was killed: a run that says RUNNING and whose lock is free is INTERRUPTED.

An engine takes the lock before it saves the record, and saves the record before it lets the lock go, so that
there is no moment in which a healthy run looks dead.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from pipegen.engine.history.contract import Store
from pipegen.engine.places import Places
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.errors import PipegenError

ERROR = "interrupted"


def goes_on(root: Path, run_id: str) -> bool | None:
    """Whether a process holds the run's lock; None when the run was not started here."""
    with _probed(Places(root).run_lock(run_id)) as is_free:
        return None if is_free is None else not is_free


def settled(store: Store, root: Path, run: RunRecord) -> RunRecord:
    """The run as it really is; one that was killed is saved as INTERRUPTED.

    Its RUNNING tasks have FAILED with the error "interrupted"; those that had not begun stay PENDING. A run
    that was started elsewhere stays as it says, for nobody here can tell.
    """
    if run.status != "RUNNING":
        return run
    with _probed(Places(root).run_lock(run.id)) as is_free:
        if not is_free:
            return run
        now = store.get_run(run.id) or run  # it may have ended since it was read
        if now.status != "RUNNING":
            return now
        found = _interrupted(now, root)
        with suppress(PipegenError):  # a history that may only be read can still be shown
            store.save_run(found)
        return found


def _interrupted(run: RunRecord, root: Path) -> RunRecord:
    """Its end is the last sign of life: what a record says, or the last line of a log."""
    times = [one for task in run.tasks for one in (task.started, task.ended, _last_line(task, root)) if one]
    ended = max([run.started, *times])
    tasks = tuple(
        replace(one, status="FAILED", error=ERROR, ended=ended) if one.status == "RUNNING" else one
        for one in run.tasks
    )
    return replace(run, status="INTERRUPTED", ended=ended, tasks=tasks, error=run.error or ERROR)


def _last_line(task: TaskRecord, root: Path) -> float | None:
    if task.status != "RUNNING" or task.log is None:
        return None
    try:
        return (root / task.log).stat().st_mtime
    except OSError:
        return None


@contextmanager
def _probed(lock: Path) -> Iterator[bool | None]:
    """Whether nobody holds a lock, which stays so inside the block; None when there is no such file."""
    try:
        descriptor = os.open(lock, os.O_RDONLY)
    except OSError:
        yield None
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:  # held, or a file system without locks, where nobody can tell
            yield False
            return
        yield True
    finally:
        os.close(descriptor)
