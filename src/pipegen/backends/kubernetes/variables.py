"""Whether each task has what its container needs, an image and all variables, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipegen.backends.kubernetes.config import ClusterConfig, PodConfig
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline, Step, Task
from pipegen.runtime.environment import Variable, variables


def prefixes(pipeline: Pipeline) -> dict[str, frozenset[str]]:
    """For each task, the prefixes that its settings are read under."""
    from pipegen.names import env_prefix

    return {
        task.name: frozenset({pipeline.steps[task.step].prefix, env_prefix(task.name)} - {""})
        for task in pipeline.every_task
    }


def problems(
    pipeline: Pipeline, config: ClusterConfig, pods: Mapping[str, PodConfig], backend: str
) -> Iterator[Diagnostic]:
    """Required variables from nowhere."""
    exposed = {target for parameter in pipeline.parameters for target in parameter.targets}
    for task in pipeline.every_task:
        step = pipeline.steps[task.step]
        if step.settings:
            yield from _of_task(task, step, config, pods[task.name], exposed, backend)


def without_image(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Tasks whose containers would have no image."""
    without = [task for task in pipeline.every_task if task.options.image is None]
    if without:
        others = f" and {len(without) - 1} more have" if len(without) > 1 else " has"
        hint = "set defaults.image in values.yaml, for example registry.example.com/team/app:1.4"
        yield Diagnostic("PG524", f"task '{without[0].name}'{others} no image", without[0].origin, hint)


def _of_task(
    task: Task,
    step: Step,
    config: ClusterConfig,
    pod: PodConfig,
    exposed: set[tuple[str, str]],
    backend: str,
) -> Iterator[Diagnostic]:
    named = {*task.options.env, *pod.secrets, *pod.config}
    given = named | set(config.provided).union(*(set(one.provides) for one in pod.env_from))
    for one in variables(step, task.name):
        missing = one.required and not given.intersection((*forms(one), "*"))
        if missing and (task.name, one.field) not in exposed:
            yield Diagnostic(
                "PG523",
                f"task '{task.name}' needs {one.name}, and nothing provides it",
                task.origin,
                f"give it under steps.{task.name}.env, {backend}.secrets or {backend}.config, "
                f"or list it under {backend}.provided",
            )


def forms(one: Variable) -> Iterator[str]:
    """Every variable that may carry a setting: its own, and those of the models that it is a part of."""
    for name in filter(None, (one.name, one.alternative)):
        parts = name.split("__")
        for end in range(len(parts), 1, -1):
            yield "__".join(parts[:end])
