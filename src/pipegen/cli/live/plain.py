"""A line for each thing that happens, for files, pipes and the logs of CI: made to be searched."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from pipegen.cli.live.tally import Tally
from pipegen.cli.live.words import counted, pause, rows, shown
from pipegen.engine.events import BY_SIGNAL, Plan
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.engine.spans import span

_WORDS = {"SUCCESS": "done", "CACHED": "cached", "SKIPPED": "skipped", "FAILED": "failed"}


class Silent:
    """Says nothing."""

    def started(self, plan: Plan) -> None: ...

    def changed(self, task: TaskRecord) -> None: ...

    def waiting(self, task: TaskRecord, seconds: float) -> None: ...

    def stopping(self, reason: str) -> None: ...

    def tick(self, now: float) -> None: ...

    def ended(self, run: RunRecord, folders: Mapping[str, Path]) -> None: ...


class Lines:
    """Seconds since the run began, a word, the task, and what there is to say about it."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.time) -> None:
        self._stream, self._clock = stream, clock
        self._began = 0.0
        self._tally: Tally | None = None

    def started(self, plan: Plan) -> None:
        self._began, self._tally = plan.run.started, Tally.of(plan)
        tasks = counted(len(plan.run.tasks), "task")
        self._say("run", plan.run.pipeline, f"{plan.run.id}, {tasks}, {counted(plan.workers, 'worker')}")

    def changed(self, task: TaskRecord) -> None:
        if self._tally is None:
            return
        begins = self._tally.begins(task)
        self._tally.change(task)
        if begins:
            self._say("started", task.name, self._tally.attempt(task))
        elif task.status in _WORDS:
            self._say(_WORDS[task.status], task.name, *_about(task, self._tally))

    def waiting(self, task: TaskRecord, seconds: float) -> None:
        if self._tally is None:
            return
        self._tally.wait(task, 0)
        failed = f"attempt {task.attempts} failed: {self._tally.error(task)}"
        self._say("retrying", task.name, f"in {pause(seconds)}", failed)

    def stopping(self, reason: str) -> None:
        if self._tally is not None:
            hurry = "a second one ends it at once" if reason == BY_SIGNAL else ""
            self._say("stopping", self._tally.pipeline.name, reason, hurry)

    def tick(self, now: float) -> None: ...

    def ended(self, run: RunRecord, folders: Mapping[str, Path]) -> None:
        self._say("ended", run.pipeline, run.status)
        self._tally = None

    def _say(self, word: str, name: str, *details: str) -> None:
        said = ", ".join(shown(one) for one in details if one)
        line = f"{max(self._clock() - self._began, 0):9.1f}  {word:<8}  {shown(name)}"
        try:
            self._stream.write(f"{line}  {said}\n" if said else f"{line}\n")
            self._stream.flush()
        except (OSError, ValueError):  # nobody reads any more; the run goes on
            pass


def _about(task: TaskRecord, tally: Tally) -> tuple[str, ...]:
    took = span(task.seconds) if task.seconds is not None and task.status != "CACHED" else ""
    if task.status == "FAILED":
        attempts = f"after {counted(task.attempts, 'attempt')}" if task.attempts > 1 else ""
        return took, attempts, tally.error(task)
    return took, rows(task), tally.error(task)
