"""Pipelines as data and pictures: the palette, the export, the graph."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.app.loading import load, project_of
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Json, Pipeline, Step


def palette(pipelines: Sequence[Pipeline], known: Sequence[Step] = ()) -> dict[str, Json]:
    """What a visual editor needs: every step once, `known` ones that no task uses too, and all tasks."""
    steps = {step.slug: step for step in known}
    steps |= {slug: step for one in pipelines for slug, step in one.steps.items()}
    return {
        "steps": [_step(step) for _, step in sorted(steps.items())],
        "pipelines": [_pipeline(one) for one in pipelines],
    }


def _step(step: Step) -> dict[str, Json]:
    return {
        "slug": step.slug,
        "entrypoint": step.entrypoint,
        "doc": step.doc,
        "execution_mode": step.mode,
        "inputs": [{"name": one.name, "type": one.type, "required": one.required} for one in step.inputs],
        "output": step.output,
        "settings_prefix": step.prefix,
        "parameters": step.schema or {"type": "object", "properties": {}, "additionalProperties": False},
        "metadata": dict(step.metadata),
        "origin": str(step.origin) if step.origin else None,
    }


def _pipeline(pipeline: Pipeline) -> dict[str, Json]:
    return {
        "name": pipeline.name,
        "description": pipeline.description,
        "schedule": pipeline.schedule.cron if pipeline.schedule else None,
        "tasks": [
            {
                "name": task.name,
                "step": task.step,
                "execution_mode": pipeline.mode_of(task),
                "inputs": [
                    {"name": one.name, "from": list(one.sources), "feed": one.feed} for one in task.inputs
                ],
            }
            for task in pipeline.tasks
        ],
        "on_failure": pipeline.on_failure.name if pipeline.on_failure else None,
        "on_exit": pipeline.on_exit.name if pipeline.on_exit else None,
    }


def export(target: str | None) -> str:
    """The one pipeline of a target as JSON."""
    from pipegen.ir_json import to_json

    pipelines = load(target, project_of(target), schemas=True)
    if len(pipelines) > 1:
        names = ", ".join(f"'{one.name}'" for one in pipelines)
        hint = f"name one of {names}: {target or 'target'}:{pipelines[0].name}"
        raise PipegenError(
            Diagnostic("PG197", "an export holds one pipeline, and there are several", None, hint)
        )
    return to_json(pipelines[0])


def export_schema() -> dict[str, Json]:
    """The JSON Schema of exported pipelines."""
    from pipegen.ir_schema import schema

    return schema()


def pictures(target: str | None, form: str, *, width: int) -> dict[str, str]:
    """A picture of every pipeline of the target, by its name as part of a file name."""
    from pipegen.graph import render
    from pipegen.names import legal_names

    pipelines = load(target, project_of(target))
    names = legal_names([one.name for one in pipelines], limit=60, fallback="pipeline")
    return {names[one.name]: render(one, form, width=width) for one in pipelines}
