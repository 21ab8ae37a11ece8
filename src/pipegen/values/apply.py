"""What values change in a pipeline."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pipegen.errors import Diagnostic, refuse, suggest
from pipegen.ir import Pipeline
from pipegen.values.document import Values

if TYPE_CHECKING:
    from pipegen.values.model import PipelineValues, TaskValues


def apply(pipeline: Pipeline, values: Values, others: Collection[str] = ()) -> Pipeline:
    """The pipeline as the values want it; `others` are task names and slugs of pipelines beside it."""
    own = values.pipelines.get(pipeline.name)
    if own is None and values.defaults is None and not values.steps:
        return pipeline
    from pipegen.values.changes import of_pipeline, of_tasks  # only who has values pays for it

    found = [*_unknown_steps(pipeline, values, own, others)]
    changes = {} if own is None else of_pipeline(pipeline, own, values, found)
    changes |= of_tasks(pipeline, own, values, found)
    refuse(found)
    return replace(pipeline, **changes) if changes else pipeline


def unknown_pipelines(values: Values, names: Collection[str]) -> list[Diagnostic]:
    """A diagnostic for each section of a pipeline that does not exist."""
    return [
        Diagnostic(
            "PG240", f"there is no pipeline '{name}'", values.origin("pipelines", name), suggest(name, names)
        )
        for name in values.pipelines
        if name not in names
    ]


def _unknown_steps(
    pipeline: Pipeline, values: Values, own: PipelineValues | None, others: Collection[str]
) -> Iterator[Diagnostic]:
    if not values.steps and not (own and own.steps):
        return
    known = {name for task in pipeline.every_task for name in (task.name, task.step)}
    places: tuple[tuple[tuple[str, ...], Mapping[str, TaskValues], set[str]], ...] = (
        (("steps",), values.steps, known.union(others)),
        (("pipelines", pipeline.name, "steps"), own.steps if own else {}, known),
    )
    for keys, steps, allowed in places:
        for name in steps:
            if name not in allowed:
                where = f"pipeline '{pipeline.name}'" if len(keys) > 1 else "any pipeline here"
                message = f"there is no task or step '{name}' in {where}"
                yield Diagnostic("PG241", message, values.origin(*keys, name), suggest(name, allowed))
