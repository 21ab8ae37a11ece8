"""A page about a run, with the pipeline as its code says it now."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from pipegen.app.history import history
from pipegen.app.loading import load
from pipegen.dsl.project import Project, find
from pipegen.engine.masking import Mask
from pipegen.engine.records import RunRecord
from pipegen.engine.report import draw
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Pipeline


@dataclass(frozen=True, slots=True)
class Report:
    """The page, and why the pipeline is not drawn in it where its code cannot be loaded any more."""

    run: RunRecord
    page: str
    trouble: tuple[Diagnostic, ...] = ()


def report(text: str, name: str | None = None) -> Report:
    """The page about the run that a text means: its id, the beginning of one, or 'last', of a pipeline or of all."""
    with history(name) as found:
        run, root = found.run(text, name), found.root
    pipeline, trouble = _pipeline_of(run, find(root))
    return Report(run, draw(run, pipeline, root, Mask.of(pipeline, os.environ)), trouble)


def _pipeline_of(run: RunRecord, project: Project) -> tuple[Pipeline | None, tuple[Diagnostic, ...]]:
    try:
        loaded = load(None, replace(project, targets=(run.target,)))
    except PipegenError as error:
        return None, error.diagnostics
    return next((one for one in loaded if one.name == run.pipeline), None), ()
