"""What a run's times tell: which chain of tasks it waited for, and how long it takes with more workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from pipegen.engine.records import RunRecord
from pipegen.ir import Pipeline

MOST_WORKERS = 64
_TRIED = (1, 2, 4, 6, 8, 12, 16, 24, 32, 48, MOST_WORKERS)
_AS_GOOD = 1.05  # a number of workers is enough when all of them together are no more than that much faster
_WORTH_SAYING = 0.9
_RAN = ("SUCCESS", "FAILED", "RUNNING")


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The tasks that no number of workers would have made faster, and how long they took."""

    tasks: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Advice:
    """So many workers instead of those that there were: about so many seconds, instead of those it took."""

    workers: int
    seconds: float
    instead_of: int
    took: float


def critical_path(run: RunRecord, pipeline: Pipeline) -> CriticalPath:
    """The chain of tasks, each fed by the one before it, that took longest; handlers come after all of it."""
    took = _took(run)
    until: dict[str, float] = {}
    before: dict[str, str | None] = {}
    for task in pipeline.tasks:
        last = max(task.upstream, key=until.__getitem__, default=None)
        before[task.name] = last
        until[task.name] = took.get(task.name, 0.0) + (0.0 if last is None else until[last])
    at = max(until, key=until.__getitem__, default=None)
    chain = []
    while at is not None:
        chain.append(at)
        at = before[at]
    names = [*reversed(chain), *(one.name for one in pipeline.handlers)]
    shown = tuple(name for name in names if name in took)
    return CriticalPath(shown, sum(took[name] for name in shown))


def simulated(run: RunRecord, pipeline: Pipeline, workers: int) -> float:
    """Seconds that the tasks of a run take when so many may run at once: each begins as soon as it can."""
    took, tasks = _took(run), pipeline.tasks
    place = {task.name: at for at, task in enumerate(tasks)}
    seconds = [took.get(task.name, 0.0) for task in tasks]
    fed: list[list[int]] = [[] for _ in tasks]
    missing = [0] * len(tasks)
    for at, task in enumerate(tasks):
        for name in task.upstream:
            fed[place[name]].append(at)
            missing[at] += 1
    ready = [at for at, count in enumerate(missing) if not count]
    heapify(ready)
    running: list[tuple[float, int]] = []
    now = 0.0
    while ready or running:
        while ready and len(running) < workers:
            at = heappop(ready)
            heappush(running, (now + seconds[at], at))
        now, ended = heappop(running)
        for at in fed[ended]:
            missing[at] -= 1
            if not missing[at]:
                heappush(ready, at)
    return now + sum(took.get(one.name, 0.0) for one in pipeline.handlers)


def workers_of(run: RunRecord) -> int:
    """How many tasks could run at once: as the run remembers it, else as many as ever did."""
    known = run.details.get("workers")
    if isinstance(known, int) and known > 0:
        return known
    return max(_together(run), default=1)


def forecast(run: RunRecord, pipeline: Pipeline) -> dict[int, float]:
    """About how long the run takes with other numbers of workers, beside what was not spent in tasks."""
    beside = max((run.seconds or 0.0) - simulated(run, pipeline, workers_of(run)), 0.0)
    return {count: simulated(run, pipeline, count) + beside for count in _TRIED}


def advice(run: RunRecord, pipeline: Pipeline) -> Advice | None:
    """The fewest workers that are about as fast as any number; None when that is hardly faster than it was."""
    now, expected = workers_of(run), forecast(run, pipeline)
    took = run.seconds or 0.0
    best = expected[MOST_WORKERS]
    enough = next(count for count, seconds in expected.items() if seconds <= best * _AS_GOOD)
    if enough <= now or expected[enough] > took * _WORTH_SAYING:
        return None
    return Advice(enough, expected[enough], now, took)


def _took(run: RunRecord) -> Mapping[str, float]:
    """Seconds of the tasks that ran, as far as they came."""
    found = {}
    for task in run.tasks:
        end = task.ended if task.ended is not None else run.ended
        if task.status in _RAN and task.started is not None and end is not None:
            found[task.name] = max(end - task.started, 0.0)
    return found


def _together(run: RunRecord) -> Iterator[int]:
    """How many tasks were running, at each moment when that changed."""
    changes = []
    for task in run.tasks:
        if task.status in _RAN and task.started is not None and task.ended is not None:
            changes += [(task.started, 1), (task.ended, -1)]
    count = 0
    for _, change in sorted(changes):
        count += change
        yield count
