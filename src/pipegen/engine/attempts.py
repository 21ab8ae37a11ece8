"""When each attempt began and ended, of the tasks that needed several: their records know only first and last."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipegen.engine.records import TaskRecord
from pipegen.ir import Json


@dataclass(slots=True)
class Attempts:
    """Kept while a run goes on, and put into its details at the end."""

    began: dict[str, float] = field(default_factory=dict)
    failed: dict[str, list[Json]] = field(default_factory=dict)

    def begins(self, task: str) -> None:
        self.began[task] = time.time()

    def fails(self, task: str) -> None:
        self.failed.setdefault(task, []).append([self.began.get(task, time.time()), time.time()])

    def data(self, tasks: Iterable[TaskRecord]) -> dict[str, Json]:
        """[began, ended] of each attempt, by task; one that was to be tried again and was not has no last one."""
        found: dict[str, Json] = {}
        for task in tasks:
            before = self.failed.get(task.name)
            if before:
                last = [[self.began[task.name], task.ended]] if task.attempts > len(before) else []
                found[task.name] = [*before, *last]
        return found
