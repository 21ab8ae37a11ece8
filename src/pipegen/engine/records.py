"""What is remembered of a run: frozen records, with a change made by `dataclasses.replace`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipegen.ir import Json

RunStatus = Literal["RUNNING", "SUCCESS", "FAILED", "INTERRUPTED", "CANCELLED"]
TaskStatus = Literal["PENDING", "RUNNING", "SUCCESS", "FAILED", "SKIPPED", "CACHED"]

DONE: frozenset[TaskStatus] = frozenset({"SUCCESS", "CACHED"})
"""The statuses of a task that handed on an artifact."""


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One task of a run. Times are seconds since the epoch; `log` is a path from the project's root.

    `artifact` is the digest under which the artifact store has what the task handed on, `items` how many
    rows that were, `key` the cache key it ran under, `error` a sentence about the last failed attempt.
    """

    name: str
    status: TaskStatus = "PENDING"
    attempts: int = 0
    started: float | None = None
    ended: float | None = None
    error: str = ""
    artifact: str | None = None
    items: int | None = None
    key: str | None = None
    log: str | None = None

    @property
    def seconds(self) -> float | None:
        """How long it took, retries and the waits between them included."""
        return None if self.started is None or self.ended is None else self.ended - self.started


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of a pipeline, with its tasks in the pipeline's order, handlers last.

    `parameters` are those that this run was given, as text; a secret one is never among them.
    `details` holds what else is to be remembered: `workers`, how many tasks could run at once; `attempts`, when
    each began and ended, of tasks that needed several; `settings` by task, secrets hidden; `processors`, results
    of post-processors; `reason`, why it was started; `part`, which tasks were asked for, when not all of them.
    """

    id: str
    pipeline: str
    target: str
    status: RunStatus
    started: float
    ended: float | None = None
    tasks: tuple[TaskRecord, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    details: Mapping[str, Json] = field(default_factory=dict)

    @property
    def seconds(self) -> float | None:
        return None if self.ended is None else self.ended - self.started

    def task(self, name: str) -> TaskRecord | None:
        return next((one for one in self.tasks if one.name == name), None)
