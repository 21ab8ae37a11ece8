"""Pipelines as data and pictures: the palette, the export, the graph."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.app.configuring import GivenValues, read_values
from pipegen.app.given_settings import open_secrets_in_values
from pipegen.app.loading import load, project_of
from pipegen.app.prepared import values_applied
from pipegen.checks import open_secrets
from pipegen.errors import Diagnostic, PipegenError, refuse
from pipegen.ir import Json, Options, Pipeline, Step


def with_values(target: str | None, given: GivenValues, *, schemas: bool = False) -> tuple[Pipeline, ...]:
    """The pipelines of a target as values want them; what values say to backends passes unread."""
    project = project_of(target)
    pipelines = load(target, project, schemas=schemas)
    values = read_values(given, project, ())
    pipelines = values_applied(pipelines, values, target, project)
    refuse(one for each in pipelines for one in open_secrets_in_values(open_secrets(each), each, values))
    return pipelines


def option_words(options: Options) -> str:
    """How a task is run, where that is not as usual, in a few words."""
    from pipegen.graph.picture import TRIGGERS, running

    env = ", ".join(sorted(options.env))  # the names alone
    said = (
        TRIGGERS[options.trigger],
        *(badge.text for badge in running(options)),
        options.mode and f"mode {options.mode}",
        options.image and f"image {options.image}",
        env and f"env {env}",
    )
    return "; ".join(filter(None, said))


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
    from pipegen.ir_json import as_data

    return {
        "name": pipeline.name,
        "description": pipeline.description,
        "schedule": pipeline.schedule.cron if pipeline.schedule else None,
        "tasks": [
            {
                "name": task.name,
                "step": task.step,
                "execution_mode": pipeline.mode_of(task),
                "options": as_data(task.options),
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


def pictures(target: str | None, given: GivenValues, form: str, *, width: int) -> dict[str, str]:
    """A picture of every pipeline of the target, by its name as part of a file name."""
    from pipegen.graph import render
    from pipegen.names import legal_names

    pipelines = with_values(target, given)
    names = legal_names([one.name for one in pipelines], limit=60, fallback="pipeline")
    return {names[one.name]: render(one, form, width=width) for one in pipelines}
