"""The history of a project: its runs, one of them, and what may be deleted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipegen.app.configuring import GivenValues, layers_of, own_files
from pipegen.dsl.project import Project, find
from pipegen.engine.history.contract import Store
from pipegen.engine.history.finding import find_run
from pipegen.engine.history.liveness import settled
from pipegen.engine.records import RunRecord, RunStatus
from pipegen.ir import Json
from pipegen.runtime.fingerprint import home_of

if TYPE_CHECKING:
    from pipegen.engine.configs import Configured
    from pipegen.engine.history.garbage import Garbage, Limits


@dataclass(frozen=True, slots=True)
class History:
    """An open history; `own` says that it holds runs of this project alone."""

    store: Store
    root: Path
    own: bool

    def runs(
        self, pipeline: str | None, limit: int | None, status: RunStatus | None = None
    ) -> list[RunRecord]:
        """The newest runs, as they really stand."""
        found = self.store.list_runs(pipeline, limit if status is None else None)
        runs = [settled(self.store, self.root, one) for one in found]
        return [one for one in runs if status in (None, one.status)][:limit]

    def run(self, text: str, pipeline: str | None = None) -> RunRecord:
        """The run that a text means, as it really stands; 'last' may be that of one pipeline."""
        return settled(self.store, self.root, find_run(self.store, text, pipeline))

    def again(self, run: RunRecord) -> RunRecord:
        """The same run as it stands now; as it was when it is not there any more."""
        return settled(self.store, self.root, self.store.get_run(run.id) or run)


@contextmanager
def history(pipeline: str | None = None) -> Iterator[History]:
    """The history of the project that the current folder belongs to; looking at it makes no file."""
    from pipegen.engine.history.memory import MemoryStore
    from pipegen.engine.history.opening import is_own, open_store, own_file

    project = find(Path.cwd())
    given = store_of(project, pipeline)
    own = is_own(given)
    is_new = own and not own_file(project.root).exists()
    store = MemoryStore() if is_new else open_store(given, project.root)
    try:
        yield History(store, project.root, own)
    finally:
        store.close()


def store_of(project: Project, pipeline: str | None = None) -> Configured | None:
    """The store that the project's values name for all of its pipelines, or for one; None where they name none."""
    if not own_files(project):
        return None
    from pipegen.engine.configs import STORES
    from pipegen.engine.configs.loading import configured
    from pipegen.engine.configs.section import section_node
    from pipegen.values.nodes import Table, is_null

    section = section_node(layers_of(GivenValues(), project), pipeline)
    entry = section.entries.get("store") if isinstance(section, Table) else None
    if entry is None or is_null(entry.value):
        return None
    table = entry.value if isinstance(entry.value, Table) else Table({"type": entry}, entry.key)
    return configured(STORES, None, table, "run.store", project.root)


def found_garbage(given: History, limits: Limits) -> Garbage:
    """What would be deleted."""
    from pipegen.engine.history.garbage import garbage

    return garbage(given.store, given.root, limits, time.time(), own=given.own)


def collect_garbage(given: History, limits: Limits) -> Garbage:
    """Delete it, and say what it was."""
    from pipegen.engine.history.garbage import Garbage
    from pipegen.engine.history.sweeping import alone, sweep

    if not home_of(given.root).is_dir():
        return Garbage()
    with alone(given.root):
        found = found_garbage(given, limits)
        sweep(given.store, given.root, found)
        return found


def run_data(run: RunRecord) -> dict[str, Json]:
    """A run as JSON, with how long it and its tasks took."""
    found = asdict(run)
    tasks = [{**asdict(task), "seconds": task.seconds} for task in run.tasks]
    return {**found, "seconds": run.seconds, "tasks": tasks}


def run_summary(run: RunRecord) -> dict[str, Json]:
    """The same with the number of tasks of each status in the place of the tasks."""
    found = {name: one for name, one in run_data(run).items() if name not in ("tasks", "details")}
    return {**found, "tasks": dict(Counter(task.status for task in run.tasks))}
