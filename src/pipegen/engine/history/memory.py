"""Runs remembered by this process alone: for tests, and for those who want no file."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

from pipegen.engine.records import RunRecord, TaskRecord


class MemoryStore:
    """A dictionary under a lock; records are frozen, so they are handed out as they are."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._runs: dict[str, RunRecord] = {}
        self._tasks: dict[str, dict[str, TaskRecord]] = {}

    def save_run(self, run: RunRecord) -> None:
        with self._lock:
            self._runs[run.id] = run
            self._tasks[run.id] = {task.name: task for task in run.tasks}

    def get_run(self, run_id: str) -> RunRecord | None:
        with self._lock:
            return self._whole(run_id) if run_id in self._runs else None

    def update_task_status(self, run_id: str, task: TaskRecord) -> None:
        with self._lock:
            tasks = self._tasks[run_id]
            if task.name not in tasks:
                raise KeyError(f"run '{run_id}' has no task '{task.name}'")
            tasks[task.name] = task

    def list_runs(self, pipeline: str | None = None, limit: int | None = None) -> list[RunRecord]:
        with self._lock:
            runs = [one for one in self._runs.values() if pipeline in (None, one.pipeline)]
            runs.sort(key=lambda one: (one.started, one.id), reverse=True)
            return [self._whole(one.id) for one in runs[:limit]]

    def delete_run(self, run_id: str) -> None:
        with self._lock:
            self._runs.pop(run_id, None)
            self._tasks.pop(run_id, None)

    def close(self) -> None:
        pass

    def _whole(self, run_id: str) -> RunRecord:
        return replace(self._runs[run_id], tasks=tuple(self._tasks[run_id].values()))
