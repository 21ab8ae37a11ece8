"""Artifacts of tasks that are read in a run and do not run in it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from pipegen.app.running_types import Ready
from pipegen.engine.artifacts import Artifacts
from pipegen.engine.history.contract import Store
from pipegen.engine.places import Places
from pipegen.engine.records import DONE
from pipegen.engine.selection import needed
from pipegen.errors import Diagnostic, PipegenError, refuse
from pipegen.ir import Task


def taken(ready: Ready, tasks: Sequence[Task], store: Store) -> dict[str, str]:
    """Artifacts of tasks that are read and do not run: from the cache, else from the newest run that has them."""
    names = needed(tasks)
    if not names:
        return {}
    artifacts = Artifacts(Places(ready.project.root))
    found = _cached(ready, artifacts)
    runs = store.list_runs(ready.pipeline.name, 50)
    for name in names:
        records = (run.task(name) for run in runs)
        digests = [one.artifact for one in records if one and one.artifact and one.status in DONE]
        known = next((one for one in digests if artifacts.known(one)), None)
        if name not in found and known is not None:
            found[name] = known
    refuse(
        Diagnostic(
            "PG773",
            f"nothing is there of what task '{name}' hands on, and it is not part of this run",
            ready.pipeline.origin,
            f"make it first, with all that comes before it: --to {shlex.quote(name)}",
        )
        for name in names
        if name not in found
    )
    return {name: found[name] for name in names}


def _cached(ready: Ready, artifacts: Artifacts) -> dict[str, str]:
    """What the cache holds for the tasks as they are now."""
    found: dict[str, str] = {}
    for task in ready.pipeline.tasks:
        if all(name in found for name in task.upstream):
            try:
                known = artifacts.found(ready.keys.of(task, found))
            except PipegenError:  # its settings are not there; it may be that it is not needed
                continue
            if known is not None:
                found[task.name] = known.digest
    return found
