"""Secret settings that nothing else gives: read from the Secret that `pipegen env --format kubernetes` sketches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipegen.backends.argo.config import ArgoConfig, ArgoStepConfig
from pipegen.backends.kubernetes.config import KeyRef
from pipegen.backends.kubernetes.variables import forms
from pipegen.ir import Pipeline, Task
from pipegen.names import legal_names
from pipegen.runtime.environment import variables


def with_secrets(
    pipeline: Pipeline, config: ArgoConfig, pods: Mapping[str, ArgoStepConfig]
) -> dict[str, ArgoStepConfig]:
    """The config of every task, with the keys of the Secret that its settings need."""
    name = config.secret or legal_names([pipeline.name], limit=63, fallback="pipeline")[pipeline.name]
    made: dict[tuple[int, tuple[str, ...]], ArgoStepConfig] = {}
    found: dict[str, ArgoStepConfig] = {}
    for task in pipeline.every_task:
        pod = pods[task.name]
        refs = _refs(pipeline, task, config, pod, name)
        key = id(pod), tuple(refs)
        if key not in made:
            made[key] = replace(pod, secrets={**refs, **pod.secrets}) if refs else pod
        found[task.name] = made[key]
    return found


def _refs(
    pipeline: Pipeline, task: Task, config: ArgoConfig, pod: ArgoStepConfig, name: str
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
