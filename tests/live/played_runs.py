"""Runs made by hand, and a way to play one to a watcher as the engine would."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipegen.engine.events import Plan, Watcher
from pipegen.engine.records import RunRecord, RunStatus, TaskRecord
from pipegen.ir import Draft, Input, Options, Pipeline, Port, Retry, Step, Task
from pipegen.link import link

BEGAN = 1_795_000_000.0
FOLDERS: Mapping[str, Path] = {}
LOGS = ".pipegen/runs/20261118-113640-4f2ac1/logs"


def pipeline(
    feeds: Mapping[str, Sequence[str]], name: str = "reviews", retries: int = 3, **more: object
) -> Pipeline:
    """Tasks of one step, each fed by those named."""
    kind = Step("work", "acme.reviews:Work", (Port("parts", "Any", required=False),), "list[acme.Row]")
    options = Options(retry=Retry(retries, "30s"))
    tasks = tuple(
        Task(task, "work", (Input("parts", tuple(sources), "collect"),) if sources else (), options)
        for task, sources in feeds.items()
    )
    return link(Draft(name, tasks, {"work": kind}, target="reviews.py", **more))  # type: ignore[arg-type]


def record(drawn: Pipeline, status: RunStatus = "RUNNING", **more: object) -> RunRecord:
    tasks = tuple(TaskRecord(task.name) for task in drawn.every_task)
    return RunRecord("20261118-113640-4f2ac1", drawn.name, "reviews.py", status, BEGAN, None, tasks, **more)  # type: ignore[arg-type]


def finished(
    drawn: Pipeline, times: Mapping[str, tuple[float, float]], status: RunStatus = "SUCCESS", **more: object
) -> RunRecord:
    """A run of which these tasks ran from and to these seconds after its beginning."""
    tasks = tuple(
        TaskRecord(name, "SUCCESS", 1, BEGAN + times[name][0], BEGAN + times[name][1])
        if name in times
        else TaskRecord(name, "SKIPPED")
        for name in (task.name for task in drawn.every_task)
    )
    end = BEGAN + max((to for _, to in times.values()), default=0.0)
    return replace(record(drawn, status, **more), ended=end, tasks=tasks)


@dataclass(slots=True)
class Clock:
    now: float = BEGAN

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Play:
    """Plays what a run did, with a clock of its own; `each_tick` is called after every tick."""

    watcher: Watcher
    drawn: Pipeline
    workers: int = 2
    clock: Clock = field(default_factory=Clock)
    each_tick: Callable[[float], None] = lambda now: None
    run: RunRecord = field(init=False)

    def __post_init__(self) -> None:
        self.run = record(self.drawn)

    def begin(self) -> Play:
        self.watcher.started(Plan(self.drawn, self.run, Path(), self.workers))
        return self

    def until(self, seconds: float) -> Play:
        """Let time pass, with a tick each fifth of a second."""
        while self.clock.now < BEGAN + seconds:
            self.clock.now = min(self.clock.now + 0.2, BEGAN + seconds)
            self.watcher.tick(self.clock.now)
            self.each_tick(self.clock.now)
        return self

    def start(self, *names: str) -> Play:
        for name in names:
            before = self._task(name)
            began = before.started or self.clock.now
            self._change(replace(before, status="RUNNING", attempts=before.attempts + 1, started=began))
        return self

    def done(self, *names: str, items: int | None = None) -> Play:
        for name in names:
            self._change(
                replace(self._task(name), status="SUCCESS", ended=self.clock.now, items=items, error="")
            )
        return self

    def cached(self, *names: str) -> Play:
        for name in names:
            self._change(
                replace(self._task(name), status="CACHED", started=self.clock.now, ended=self.clock.now)
            )
        return self

    def skipped(self, *names: str) -> Play:
        for name in names:
            self._change(replace(self._task(name), status="SKIPPED"))
        return self

    def failed(self, name: str, error: str) -> Play:
        self._change(replace(self._task(name), status="FAILED", ended=self.clock.now, error=error))
        return self

    def again(self, name: str, error: str, seconds: float) -> Play:
        waiting = replace(self._task(name), error=error)
        self._change(waiting)  # as the engine does: first the error, then how long it waits
        self.watcher.waiting(waiting, seconds)
        return self

    def end(self, status: RunStatus = "SUCCESS") -> RunRecord:
        self.run = replace(self.run, status=status, ended=self.clock.now)
        self.watcher.ended(self.run, FOLDERS)
        return self.run

    def _task(self, name: str) -> TaskRecord:
        found = self.run.task(name)
        assert found is not None
        return found

    def _change(self, task: TaskRecord) -> None:
        self._remember(task)
        self.watcher.changed(task)

    def _remember(self, task: TaskRecord) -> None:
        tasks = tuple(task if one.name == task.name else one for one in self.run.tasks)
        self.run = replace(self.run, tasks=tasks)


def all_at_once(play: Play, seconds: Mapping[str, float], names: Iterable[str]) -> None:
    """Run independent tasks with as many workers as there are, each for its time."""
    running: list[tuple[float, str]] = []
    for name in names:
        if len(running) == play.workers:
            until, ended = heapq.heappop(running)
            play.until(until - BEGAN).done(ended)
        play.start(name)
        heapq.heappush(running, (play.clock.now + seconds[name], name))
    for until, name in sorted(running):
        play.until(until - BEGAN).done(name)


def small() -> Pipeline:
    return pipeline(
        {"fetch": [], "score-eu": ["fetch"], "score-us": ["fetch"], "report": ["score-eu", "score-us"]}
    )


def with_trouble(play: Play) -> RunRecord:
    """A short run with a retry, a failure, a cached and a skipped task."""
    play.begin().until(0.1).cached("fetch").start("score-eu", "score-us").until(1.3)
    play.again("score-us", "TimeoutError: no answer", 30).until(4.2).done("score-eu", items=1200)
    play.until(31.3).start("score-us").until(35)
    return play.failed("score-us", "ValueError: 'five' is no number").skipped("report").end("FAILED")
