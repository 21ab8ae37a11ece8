"""Where a run stands: how many tasks have which status, which are running, which wait for another attempt."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field

from pipegen.engine.events import Plan
from pipegen.engine.masking import Mask
from pipegen.engine.records import TaskRecord, TaskStatus
from pipegen.ir import Pipeline

ENDED: tuple[TaskStatus, ...] = ("SUCCESS", "CACHED", "SKIPPED", "FAILED")


@dataclass(slots=True)
class Tally:
    """Kept up to date by what a watcher is told; each change costs the same however many tasks there are."""

    statuses: dict[str, TaskStatus]
    counts: Counter[TaskStatus]
    pipeline: Pipeline
    limits: dict[str, int]  # attempts of the tasks that may have several
    running: dict[str, TaskRecord] = field(default_factory=dict)
    waiting: dict[str, tuple[TaskRecord, float]] = field(default_factory=dict)  # and until when
    stopping: str = ""  # why, while what runs has time to end
    mask: Mask | None = None

    @classmethod
    def of(cls, plan: Plan) -> Tally:
        statuses = {task.name: task.status for task in plan.run.tasks}
        limits = {
            task.name: task.options.retry.limit + 1
            for task in plan.pipeline.every_task
            if task.options.retry and task.options.retry.limit
        }
        return cls(statuses, Counter(statuses.values()), plan.pipeline, limits)

    @property
    def total(self) -> int:
        return len(self.statuses)

    @property
    def ended(self) -> int:
        return sum(self.counts[status] for status in ENDED)

    def begins(self, task: TaskRecord) -> bool:
        """Whether the record, which is not counted yet, tells of a new attempt and not only of its error."""
        known = self.running.get(task.name)
        return task.status == "RUNNING" and (known is None or known.attempts != task.attempts)

    def change(self, task: TaskRecord) -> None:
        if self.stopping and self.begins(task):  # what comes after a run that was stopped
            self.stopping = ""
        before = self.statuses.get(task.name)
        if before is not None:
            self.counts[before] -= 1
        self.statuses[task.name] = task.status
        self.counts[task.status] += 1
        self.waiting.pop(task.name, None)
        if task.status == "RUNNING":
            self.running[task.name] = task
        else:
            self.running.pop(task.name, None)

    def wait(self, task: TaskRecord, until: float) -> None:
        self.change(task)
        self.running.pop(task.name, None)
        self.waiting[task.name] = (task, until)

    def error(self, task: TaskRecord) -> str:
        """What is said about a failure, secrets hidden; which they are is only looked up when one is needed."""
        if not task.error:
            return ""
        if self.mask is None:
            self.mask = Mask.of(self.pipeline, os.environ)
        return self.mask(task.error)

    def attempt(self, task: TaskRecord, number: int | None = None) -> str:
        """ "attempt 2 of 4", where a task has had more than one or could have."""
        number, most = number or task.attempts, self.limits.get(task.name, 1)
        if number < 2:
            return ""
        return f"attempt {number} of {most}" if most >= number else f"attempt {number}"
