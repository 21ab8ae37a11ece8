"""Secret settings that nothing else gives: read from the Secret that `pipegen env --format kubernetes` sketches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from pipegen.backends.kubernetes.config import ClusterConfig, KeyRef, PodConfig
from pipegen.backends.kubernetes.variables import forms
from pipegen.ir import Pipeline, Task
from pipegen.names import legal_names
from pipegen.runtime.environment import variables

Config = TypeVar("Config", bound=PodConfig)


def secret_name(pipeline: Pipeline) -> str:
    """What the Secret of a pipeline is called, unless values say otherwise."""
    return legal_names([pipeline.name], limit=63, fallback="pipeline")[pipeline.name]


def with_secrets(
    pipeline: Pipeline, config: ClusterConfig, pods: Mapping[str, Config]
) -> Mapping[str, Config]:
    """The config of every task, with the keys of the Secret that its settings need."""
    if not _has_secrets(pipeline):
        return pods
    name = config.secret or secret_name(pipeline)
    made: dict[tuple[int, tuple[str, ...]], Config] = {}
    found: dict[str, Config] = {}
    for task in pipeline.every_task:
        pod = pods[task.name]
        refs = _refs(pipeline, task, config, pod, name)
        key = id(pod), tuple(refs)
        if key not in made:
            made[key] = replace(pod, secrets={**refs, **pod.secrets}) if refs else pod
        found[task.name] = made[key]
    return found


def needs_secret(pipeline: Pipeline, config: ClusterConfig, pods: Mapping[str, PodConfig]) -> Iterator[str]:
    """A line for the top of the file, when tasks cannot start without a Secret that pipegen chose."""
    name = config.secret or secret_name(pipeline)
    keys: dict[str, None] = {}
    for task in pipeline.every_task if _has_secrets(pipeline) else ():
        refs = _refs(pipeline, task, config, pods[task.name], name)
        keys |= dict.fromkeys(key for key, ref in refs.items() if not ref.optional)
    if keys:
        shown = ", ".join(list(keys)[:5]) + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")
        yield f"Needs a Secret '{name}' with {shown}: pipegen env {pipeline.target} --format kubernetes"


def _has_secrets(pipeline: Pipeline) -> bool:
    return any(setting.secret for step in pipeline.steps.values() for setting in step.settings)


def _refs(
    pipeline: Pipeline, task: Task, config: ClusterConfig, pod: PodConfig, name: str
) -> dict[str, KeyRef]:
    """One key for each secret setting that has no other source; one with a default may be missing there."""
    step = pipeline.steps[task.step]
    if not any(setting.secret for setting in step.settings):
        return {}
    given = {*task.options.env, *pod.secrets, *pod.config, *config.provided}
    given = given.union(*(one.provides for one in pod.env_from))
    return {
        one.name: KeyRef(name, optional=not one.required)
        for one in variables(step, task.name)
        if one.secret and not given.intersection((*forms(one), "*"))
    }
