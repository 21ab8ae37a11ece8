"""The run's record as it grows: kept in the store, and told to who watches.

A store that goes away takes nothing with it: the run goes on, the trouble is told once, and at the end the
whole record is offered to the store again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipegen.engine.attempts import Attempts
from pipegen.engine.events import Plan, Watcher
from pipegen.engine.history.contract import Store
from pipegen.engine.masking import Mask
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.errors import Diagnostic, PipegenError


@dataclass(slots=True)
class Ledger:
    """Writes down what happens in one run."""

    store: Store
    watchers: Sequence[Watcher]
    run: RunRecord
    tasks: dict[str, TaskRecord] = field(default_factory=dict)
    trouble: tuple[Diagnostic, ...] = ()
    attempts: Attempts = field(default_factory=Attempts)
    mask: Mask = field(default_factory=Mask)  # an error of a task may hold the secret that it is about

    def begin(self, plan: Plan) -> None:
        self.tasks = {one.name: one for one in self.run.tasks}
        self.run = replace(self.run, details={**self.run.details, "workers": plan.workers})
        self._stored(lambda: self.store.save_run(self.run))
        for one in self.watchers:
            one.started(plan)

    def change(self, name: str, **changes: Any) -> TaskRecord:
        """A task's record with these changes, remembered and told."""
        if changes.get("error"):
            changes["error"] = self.mask(changes["error"])
        task = self.tasks[name] = replace(self.tasks[name], **changes)
        if "attempts" in changes:
            self.attempts.begins(name)
        if not self.trouble:
            self._stored(lambda: self.store.update_task_status(self.run.id, task))
        for one in self.watchers:
            one.changed(task)
        return task

    def note(self, name: str, **changes: Any) -> None:
        """A change that nobody waits to hear of; the next `change` writes it down."""
        self.tasks[name] = replace(self.tasks[name], **changes)

    def wait(self, name: str, seconds: float) -> None:
        self.attempts.fails(name)
        for one in self.watchers:
            one.waiting(self.tasks[name], seconds)

    def stopping(self, reason: str) -> None:
        for one in self.watchers:
            one.stopping(reason)

    def tick(self, now: float) -> None:
        for one in self.watchers:
            one.tick(now)

    def current(self, **changes: Any) -> RunRecord:
        """The run as it is now."""
        self.run = replace(self.run, tasks=tuple(self.tasks.values()), **changes)
        return self.run

    def save(self) -> None:
        """Put down the whole run; a store that was away may be back."""
        tried = self.attempts.data(self.run.tasks)
        if tried:
            self.run = replace(self.run, details={**self.run.details, "attempts": tried})
        self.trouble = ()
        self._stored(lambda: self.store.save_run(self.run))

    def end(self, folders: dict[str, Path]) -> None:
        for one in self.watchers:
            one.ended(self.run, folders)

    def _stored(self, write: Callable[[], None]) -> None:
        try:
            write()
        except PipegenError as error:
            self.trouble = error.diagnostics
