"""The pipeline that a run's record is shown with: the code may have changed since."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipegen.engine.records import RunRecord
from pipegen.ir import Pipeline, Step, Task

_GONE = Step("unknown", "", doc="The code of this step is not known any more.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A pipeline to draw, and a sentence where it is not what ran."""

    pipeline: Pipeline
    note: str = ""


def matched(run: RunRecord, pipeline: Pipeline | None) -> Shown:
    """The pipeline, when it still has every task that ran; else the tasks alone, for their edges are not known."""
    if pipeline is None:
        note = "the pipeline could not be loaded: how its tasks feed each other is not shown"
        return Shown(_alone(run, None), note)
    known = {task.name for task in pipeline.every_task}
    gone = [task.name for task in run.tasks if task.name not in known]
    if not gone:
        return Shown(pipeline)
    more = f" and {len(gone) - 3} more" if len(gone) > 3 else ""
    names = ", ".join(f"'{name}'" for name in gone[:3])
    note = f"the pipeline has changed since this run: {names}{more} is not in it any more, so edges are not shown"
    return Shown(_alone(run, pipeline), note)


def _alone(run: RunRecord, pipeline: Pipeline | None) -> Pipeline:
    steps = {task.name: pipeline.step_of(task) for task in pipeline.every_task} if pipeline else {}
    used = {one.name: steps.get(one.name, _GONE) for one in run.tasks}
    tasks = tuple(Task(name, step.slug) for name, step in used.items())
    kept = {step.slug: replace(step, inputs=()) for step in used.values()}
    target = pipeline.target if pipeline else run.target
    return Pipeline(run.pipeline, tasks, kept, target)  # not linked: nothing refers to anything
