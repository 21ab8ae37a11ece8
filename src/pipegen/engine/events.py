"""What the engine tells those who watch a run: a live view, a log of lines, a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.ir import Pipeline

BY_SIGNAL = "stopped by a signal"
"""Why a run is stopping: Ctrl-C, or a polite kill."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is about to run: known before the first task starts."""

    pipeline: Pipeline
    run: RunRecord
    root: Path
    workers: int


class Watcher(Protocol):
    """Told of everything in the engine's own loop, so it must be quick; what it raises ends the run."""

    def started(self, plan: Plan) -> None:
        """A run begins; its tasks are in `plan.run.tasks`."""

    def changed(self, task: TaskRecord) -> None:
        """A task has another status, or begins another attempt."""

    def waiting(self, task: TaskRecord, seconds: float) -> None:
        """An attempt failed, and the next begins in so many seconds."""

    def stopping(self, reason: str) -> None:
        """What runs is told to end, because of a signal or the clock, and has a while to do so."""

    def tick(self, now: float) -> None:
        """Some time has passed, at most a fifth of a second; `now` is as in records."""

    def ended(self, run: RunRecord, folders: Mapping[str, Path]) -> None:
        """The run is over; `folders` are the artifacts of its tasks."""
