"""The contract of a store: a few operations, safe to call from several threads and processes at once.

A store enters by the entry-point group `pipegen.stores`. `pipegen.testing` has the tests that it must pass.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Protocol

from pipegen.engine.records import RunRecord, TaskRecord


class Store(Protocol):
    """Remembers runs. What goes wrong with the place itself is a StoreLost, which is a PipegenError.

    The engine then goes on or ends as it sees fit; `save_run` with the whole record makes good for what was lost.
    """

    def save_run(self, run: RunRecord) -> None:
        """Remember a run as it is now, with its tasks: a new one, or in place of the one under its id."""

    def get_run(self, run_id: str) -> RunRecord | None:
        """The run of that id; None when there is none."""

    def update_task_status(self, run_id: str, task: TaskRecord) -> None:
        """Put a task's record in the place of the one that the run has; KeyError when there is no such run or task."""

    def list_runs(self, pipeline: str | None = None, limit: int | None = None) -> list[RunRecord]:
        """The runs, newest first: of one pipeline or of all, so many or all."""

    def delete_run(self, run_id: str) -> None:
        """Forget a run and its tasks; nothing happens when there is none."""

    def close(self) -> None:
        """Let go of connections; the store is not used any more."""


class StoreKind(Protocol):
    """What an entry point of `pipegen.stores` names: a class whose instances open stores."""

    name: ClassVar[str]
    summary: ClassVar[str]
    config: ClassVar[type[Any]]

    def open(self, config: Any, root: Path) -> Store:
        """A store on the place that the config describes, made there when it is new.

        Paths are taken from the project's root. PIPEGEN_HISTORY_URL=name://... comes as the config's field `url`;
        a kind that wants more of it has a method `from_url(url)`, which returns the config.
        """
