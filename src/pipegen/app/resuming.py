"""Take up a run that failed, or that was killed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipegen.app.history import store_of
from pipegen.app.run_words import HIDDEN
from pipegen.app.running_types import Asked
from pipegen.dsl.load import split
from pipegen.dsl.project import find
from pipegen.engine.history.contract import Store
from pipegen.engine.history.finding import find_run
from pipegen.engine.history.liveness import settled
from pipegen.engine.history.opening import open_store
from pipegen.engine.records import RunRecord
from pipegen.engine.selection import Selection
from pipegen.errors import Diagnostic, PipegenError, refuse
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
    return replace(asked, target=from_here(run.target, project.root))


def from_here(target: str, root: Path) -> str:
    """A target as the record has it, from the root, for a command that runs in another folder."""
    module, name = (target, "") if target.endswith(".json") else split(target)
    if not module.endswith((".py", ".json")):
        return target
    path = os.path.relpath(root / module)
    return f"{path}:{name}" if name else path


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
    """A run of a part of a pipeline is continued with that part; with less, a failure would be forgotten."""
    if run is None:
        return asked
    before = _part_of(run)
    if asked.selection in (before, Selection()):
        return replace(asked, selection=before)
    was = f"it was for {_in_words(before)}" if not before.everything else "it was for the whole pipeline"
    message = f"run '{run.id}' cannot be continued with another part than before: {was}"
    hint = f"without --resume it is a run of its own; without {_in_words(asked.selection)} it is continued"
    raise PipegenError(Diagnostic("PG774", message, None, hint))


def _part_of(run: RunRecord) -> Selection:
    part = run.details.get("part")
    if not isinstance(part, Mapping):
        return Selection()
    steps, start, end = part.get("step"), part.get("from"), part.get("to")
    named = tuple(map(str, steps)) if isinstance(steps, list | tuple) else ()
    return Selection(named, str(start) if start else None, str(end) if end else None)


def _in_words(part: Selection) -> str:
    words = [f"--step {one}" for one in part.steps]
    words += [f"--from {part.start}"] if part.start else []
    words += [f"--to {part.end}"] if part.end else []
    return " ".join(words)


def same_parameters(asked: Asked, run: RunRecord | None) -> Asked:
    """What was given to the run before is given to it again, unless it is said anew."""
    if run is None:
        return asked
    said = {one.partition("=")[0] for one in asked.parameters}
    left = {name: text for name, text in run.parameters.items() if name not in said}
    refuse(_forgotten(run, name) for name, text in left.items() if text == HIDDEN)
    return replace(asked, parameters=(*(f"{name}={text}" for name, text in left.items()), *asked.parameters))


def _forgotten(run: RunRecord, name: str) -> Diagnostic:
    message = f"run '{run.id}' cannot be continued: parameter '{name}' was secret, and is not remembered"
    return Diagnostic("PG774", message, None, f"say it again: --param {name}=...")
