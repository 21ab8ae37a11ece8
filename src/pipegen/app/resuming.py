"""Take up a run that failed, or that was killed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipegen.app.history import store_of
from pipegen.app.running_types import Asked
from pipegen.dsl.project import Project, find
from pipegen.engine.history.contract import Store
from pipegen.engine.history.finding import find_run
from pipegen.engine.history.liveness import settled
from pipegen.engine.history.opening import open_store
from pipegen.engine.records import RunRecord
from pipegen.engine.selection import Selection
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Pipeline


def with_target(asked: Asked) -> Asked:
    """The same with the target of the run that is to be continued, where none is named."""
    if asked.resume is None or asked.target is not None:
        return asked
    project = find(Path.cwd())
    if project.targets:
        return asked
    store = open_store(store_of(project), project.root)
    try:
        run = find_run(store, asked.resume)
    finally:
        store.close()
    return replace(asked, target=_from_here(run.target, project))


def _from_here(target: str, project: Project) -> str:
    """A target as the record has it, from the root, for a command that runs in a folder below."""
    file, dot_py, name = target.partition(".py")
    return f"{project.root / file}.py{name}" if dot_py else target


def record(asked: Asked, pipeline: Pipeline, store: Store, root: Path) -> RunRecord | None:
    """The run that is to be continued; PipegenError when there is nothing to continue."""
    if asked.resume is None:
        return None
    run = settled(store, root, find_run(store, asked.resume, pipeline.name))
    why = ""
    if run.pipeline != pipeline.name:
        why = f"it is a run of pipeline '{run.pipeline}'"
    elif run.status == "SUCCESS":
        why = "it succeeded, so there is nothing left to do"
    elif run.status == "RUNNING":
        why = "it still goes on"
    if why:
        hint = "pipegen runs list shows what can be continued"
        raise PipegenError(Diagnostic("PG774", f"run '{run.id}' cannot be continued: {why}", None, hint))
    return run


def same_part(asked: Asked, run: RunRecord | None) -> Asked:
    """A run of a part of a pipeline is continued with that part, unless another is named."""
    part = run.details.get("part") if run is not None else None
    if not isinstance(part, Mapping) or not asked.selection.everything:
        return asked
    steps, start, end = part.get("step"), part.get("from"), part.get("to")
    named = tuple(map(str, steps)) if isinstance(steps, list | tuple) else ()
    return replace(
        asked, selection=Selection(named, str(start) if start else None, str(end) if end else None)
    )


def same_parameters(asked: Asked, run: RunRecord | None) -> Asked:
    """What was given to the run before is given to it again, unless it is said anew."""
    if run is None:
        return asked
    said = {one.partition("=")[0] for one in asked.parameters}
    before = [f"{name}={text}" for name, text in run.parameters.items() if name not in said and text != "***"]
    return replace(asked, parameters=(*before, *asked.parameters))
