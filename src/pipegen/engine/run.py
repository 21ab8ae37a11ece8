"""One run of a pipeline on this machine, from its record's first line to its last."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipegen.backends.command import Exposed
from pipegen.dsl.project import Project
from pipegen.engine.artifacts import Artifacts
from pipegen.engine.calls import Calls
from pipegen.engine.events import Plan, Watcher
from pipegen.engine.execution import Execution, Wishes
from pipegen.engine.history.contract import Store
from pipegen.engine.keys import Keys
from pipegen.engine.latest import forget, point_to
from pipegen.engine.ledger import Ledger
from pipegen.engine.masking import Mask
from pipegen.engine.places import Places
from pipegen.engine.records import DONE, RunRecord, RunStatus, TaskRecord
from pipegen.engine.runners.contract import Session
from pipegen.engine.slots import Slots
from pipegen.engine.starting import REHEARSALS, Forked, Spawned
from pipegen.engine.unwritable import refused
from pipegen.engine.warming import warm
from pipegen.errors import Diagnostic
from pipegen.ir import Json, Pipeline, Task
from pipegen.names import folder_names
from pipegen.runtime.publish import remove
from pipegen.runtime.supervise import Watch


@dataclass(frozen=True, slots=True)
class Order:
    """All that one run is made of. `tasks` are those to run; `taken` are artifacts for tasks that are not.

    `again` is the record of a run that is to be continued.
    """

    pipeline: Pipeline
    project: Project
    keys: Keys
    exposed: Exposed
    tasks: tuple[Task, ...]
    handlers: bool = True
    taken: Mapping[str, str] = field(default_factory=dict)
    workers: int = 1
    wishes: Wishes = field(default_factory=Wishes)
    session: Session | None = None
    again: RunRecord | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run that has ended, with artifacts and entrypoints by task.

    `trouble` is what the store had to say, when it could not keep the record.
    """

    run: RunRecord
    folders: Mapping[str, Path]
    steps: Mapping[str, str]
    root: Path
    trouble: tuple[Diagnostic, ...] = ()


def run(
    order: Order,
    store: Store,
    watchers: Sequence[Watcher],
    after: Callable[[Outcome], RunRecord] | None = None,
) -> Outcome:
    """Run it; `after` is called with what came out, and may still change the record."""
    places = Places(order.project.root)
    with refused(places.home):
        places.make()
    record = _record(order)
    with _locked(places.lock, fcntl.LOCK_SH) as shared, Watch() as watch:
        private = [shared]
        work = places.work(record.id)
        slots = Slots(order.workers, _start(order, places, work), watch, lambda: private)
        try:
            slots.ready(min(order.workers, len(order.tasks)))
            with refused(places.runs):
                places.logs(record.id).mkdir(parents=True, exist_ok=True)
            with _locked(places.run_lock(record.id), fcntl.LOCK_EX) as own:
                private.append(own)
                return _recorded(order, record, places, slots, store, watchers, after)
        finally:
            slots.close()
            remove(work)


def _recorded(
    order: Order,
    record: RunRecord,
    places: Places,
    slots: Slots,
    store: Store,
    watchers: Sequence[Watcher],
    after: Callable[[Outcome], RunRecord] | None,
) -> Outcome:
    ledger = Ledger(store, watchers, record, mask=Mask.of(order.pipeline, order.keys.environ))
    artifacts = Artifacts(places)
    ledger.begin(Plan(order.pipeline, record, order.project.root, order.workers))
    ledger.tasks |= {name: TaskRecord(name, artifact=digest) for name, digest in order.taken.items()}
    execution = Execution(
        _calls(order, places, record.id),
        order.keys,
        artifacts,
        slots,
        ledger,
        order.wishes,
        _resumed(order.again),
    )
    status, error = _walked(order, execution)
    for name in order.taken:
        del ledger.tasks[name]
    ledger.current(status=status, error=error, ended=time.time())
    folders = _folders(ledger.run, artifacts)
    steps = {one.name: order.pipeline.steps[one.step].entrypoint for one in order.pipeline.every_task}
    point_to(places, order.pipeline.name, folders)
    if after is not None:
        ledger.run = after(Outcome(ledger.run, folders, steps, order.project.root))
        folders, before = _folders(ledger.run, artifacts), folders
        forget(places, order.pipeline.name, before, before.keys() - folders.keys())
    earlier = ledger.trouble
    ledger.save()
    ledger.end(folders)
    return Outcome(
        ledger.run,
        folders,
        steps,
        order.project.root,
        (*_shared_trouble(execution), *execution.forgotten, *(ledger.trouble or earlier)),
    )


def _folders(run: RunRecord, artifacts: Artifacts) -> dict[str, Path]:
    return {
        one.name: artifacts.folder(one.artifact)
        for one in run.tasks
        if one.artifact is not None and one.status in DONE
    }


def _walked(order: Order, execution: Execution) -> tuple[RunStatus, str]:
    """Run the graph, then what comes after it; how that ended, and why it was stopped."""
    execution.graph(order.tasks)
    failed = _status(execution) == "FAILED"
    for handler in order.pipeline.handlers if order.handlers else ():
        if handler is order.pipeline.on_failure and not failed:
            stopped = execution.stopping
            execution.leave_out(handler, f"not a failure: {stopped}" if stopped else "the run did not fail")
        elif not execution.slots.watch.hurry:
            execution.handler(handler)
    if execution.stopping:
        _leave_out_the_rest(execution)
    return _status(execution), execution.stopping


def _leave_out_the_rest(execution: Execution) -> None:
    """What a stopped run did not come to is skipped; what waited for another attempt has failed."""
    ledger = execution.ledger
    for task in tuple(ledger.tasks.values()):
        if task.status == "PENDING":
            ledger.note(task.name, status="SKIPPED", error=f"not started: {execution.stopping}")
        elif task.status == "RUNNING":
            ledger.note(task.name, status="FAILED", ended=time.time())


def _status(execution: Execution) -> RunStatus:
    if execution.stopping:
        return "CANCELLED" if execution.stopping.startswith("stopped") else "FAILED"
    return "FAILED" if execution.jobs.failed else "SUCCESS"


def _shared_trouble(execution: Execution) -> tuple[Diagnostic, ...]:
    if not execution.trouble:
        return ()
    hint = "the run did without it; what it made is in .pipegen alone"
    return (Diagnostic("PG782", execution.trouble, None, hint, severity="warning"),)


def _calls(order: Order, places: Places, run_id: str) -> Calls:
    return Calls(
        order.pipeline,
        run_id,
        places,
        folder_names(task.name for task in order.pipeline.every_task),
        order.keys.environ,
        order.exposed,
        order.session,
        {one.name: one.attempts for one in order.again.tasks} if order.again else {},
    )


def _record(order: Order) -> RunRecord:
    """The record of a new run, or of one that is taken up again with what it had done."""
    every = (*order.tasks, *(order.pipeline.handlers if order.handlers else ()))
    again = order.again
    if again is None:
        now = time.time()
        return RunRecord(
            new_id(now),
            order.pipeline.name,
            order.pipeline.target,
            "RUNNING",
            now,
            tasks=tuple(TaskRecord(task.name) for task in every),
            parameters=order.parameters,
            details=order.details,
        )
    known = {one.name: one for one in again.tasks}
    tasks = tuple(_again(known.get(task.name) or TaskRecord(task.name)) for task in every)
    return replace(
        again,
        status="RUNNING",
        started=time.time(),
        ended=None,
        error="",
        tasks=tasks,
        parameters=order.parameters,
        details=order.details,
    )


def _again(task: TaskRecord) -> TaskRecord:
    """Its times begin anew: what lies between two tries at a run is nothing that anybody waited for."""
    fresh = replace(task, status="PENDING", started=None, ended=None)
    return fresh if task.status in DONE else replace(fresh, error="", artifact=None, key=None)


def _resumed(again: RunRecord | None) -> dict[str, str]:
    """The tasks that an earlier try had done, under which keys."""
    if again is None:
        return {}
    return {one.name: one.key for one in again.tasks if one.status in DONE and one.key is not None}


def new_id(now: float) -> str:
    """Sorts by time, to the millisecond, and two runs of the same one differ."""
    begin = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
    return f"{begin}-{int(now * 1000) % 1000:03d}{os.urandom(2).hex()}"


def _start(order: Order, places: Places, work: Path) -> Any:
    """Forks are quick, but a fork of a process with threads may hang."""
    artifacts = Artifacts(places)
    entrypoints = tuple(step.entrypoint for step in order.pipeline.steps.values())
    if threading.active_count() == 1:
        return Forked(artifacts, warm(entrypoints, order.project, work / REHEARSALS))
    return Spawned(artifacts, entrypoints, work)


@contextmanager
def _locked(path: Path, how: int) -> Iterator[int]:
    """Hold a lock on a file while the block goes on."""
    with refused(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, how)
        yield descriptor
    finally:
        os.close(descriptor)
