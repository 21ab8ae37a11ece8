"""The environment variables of a pipeline's parameters, and what a value for a setting gives away."""

from __future__ import annotations

from collections.abc import Mapping

from pipegen.ir import Json, Parameter, Pipeline, Step
from pipegen.names import env_prefix


def parameter_variables(pipeline: Pipeline) -> dict[str, str]:
    """The environment variable of each of a pipeline's parameters: REVIEWS__MODEL."""
    prefix = parameter_prefix(pipeline) if pipeline.parameters else ""
    return {one.name: f"{prefix}__{one.name.upper()}" for one in pipeline.parameters}


def parameter_prefix(pipeline: Pipeline) -> str:
    """What the variables of a pipeline's parameters begin with: REVIEWS, before two '_'.

    Where a task or step has that prefix for its own settings it is REVIEWS_PIPELINE.
    """
    taken = {env_prefix(task.name) for task in pipeline.every_task}
    taken |= {step.prefix for step in pipeline.steps.values()}
    prefix = env_prefix(pipeline.name) or "PIPELINE"
    while prefix in taken:
        prefix += "_PIPELINE"
    return prefix


def sets_secret(pipeline: Pipeline, parameter: Parameter) -> bool:
    """Whether a parameter sets a secret, or a model with one inside."""
    step_of = {task.name: pipeline.steps[task.step] for task in pipeline.every_task}
    return any(given_secret(step_of[task], field, "") for task, field in parameter.targets)


def given_secret(step: Step, field: str, value: Json) -> str:
    """The secret setting that a value for a field gives away, the field itself or one inside it; "" for none."""
    secrets = [one.name for one in step.settings if one.secret]
    waiting: list[tuple[str, Json]] = [(field, value)]
    while waiting:
        path, part = waiting.pop()
        inside = next((one for one in secrets if f"{one}.".startswith(f"{path}.")), "")
        if part is None or not inside:
            continue
        if path == inside or not isinstance(part, Mapping):
            return inside
        below = {f"{path}.{key}": each for key, each in part.items()}
        if any(each is not None and not _is_known(step, name) for name, each in below.items()):
            return inside  # it may go by an alias there
        waiting += below.items()
    return ""


def _is_known(step: Step, field: str) -> bool:
    return any(f"{one.name}.".startswith(f"{field}.") for one in step.settings)
