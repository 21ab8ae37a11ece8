"""What values say about every task: which operator runs it, and with what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import cast

from pipegen.backends.airflow.config import AirflowConfig, AirflowStepConfig, Operator
from pipegen.backends.kubernetes.config import ClusterConfig, PodConfig
from pipegen.backends.kubernetes.merging import over
from pipegen.backends.kubernetes.secrets import with_secrets
from pipegen.backends.kubernetes.variables import forms
from pipegen.ir import Pipeline, Task
from pipegen.names import legal_names
from pipegen.runtime.environment import Variable, variables

Steps = Mapping[str, AirflowStepConfig]
_FIELDS = tuple(one.name for one in fields(AirflowStepConfig))
# Words by which Airflow knows that the value of a Variable is not to be shown.
_HIDDEN = ("access_token", "api_key", "apikey", "authorization", "passphrase", "passwd", "password",
           "private_key", "secret", "token")  # fmt: skip


def operators(config: AirflowConfig) -> set[Operator]:
    """The operators that a config speaks of."""
    return {config.operator or "bash", *(one.operator for one in config.steps.values() if one.operator)}


def operator_of(step: AirflowStepConfig) -> Operator:
    return step.operator or "bash"


def step_configs(pipeline: Pipeline, config: AirflowConfig) -> dict[str, AirflowStepConfig]:
    """The config of every task: the pipeline's, that of its step over it, its own over both; and its secrets."""
    said = said_configs(pipeline, config)
    if not any(setting.secret for step in pipeline.steps.values() for setting in step.settings):
        return said
    in_pods = with_secrets(pipeline, cast(ClusterConfig, config), said)
    return {
        task.name: in_pods[task.name]
        if operator_of(said[task.name]) == "kubernetes"
        else _with_variables(pipeline, task, said[task.name], config)
        for task in pipeline.every_task
    }


def said_configs(pipeline: Pipeline, config: AirflowConfig) -> dict[str, AirflowStepConfig]:
    """What values say about every task; tasks without a word of their own share one object."""
    base = AirflowStepConfig(**{name: getattr(config, name) for name in _FIELDS})
    found: dict[str, AirflowStepConfig] = {}
    by_step: dict[str, AirflowStepConfig] = {}
    for task in pipeline.every_task:
        if task.step not in by_step:
            by_step[task.step] = over(base, config.steps.get(task.step))
        own = config.steps.get(task.name) if task.name != task.step else None
        found[task.name] = over(by_step[task.step], own)
    return found


def _with_variables(
    pipeline: Pipeline, task: Task, step: AirflowStepConfig, config: AirflowConfig
) -> AirflowStepConfig:
    """On workers, the secrets that a task must have and that nothing else gives come from Airflow's Variables."""
    missing = {
        one.name: hidden_name(one.name) for one in required(pipeline, task, step, config) if one.secret
    }
    return replace(step, variables={**missing, **step.variables}) if missing else step


def required(
    pipeline: Pipeline, task: Task, step: AirflowStepConfig, config: AirflowConfig
) -> Iterator[Variable]:
    """The variables that a task on a worker must have and that nothing gives, parameters aside."""
    kind = pipeline.steps[task.step]
    if not any(setting.required for setting in kind.settings):
        return
    given = {*task.options.env, *step.variables, *step.connections, *config.provided}
    set_by_runs = {*exposed(pipeline, task)}
    for one in variables(kind, task.name):
        if one.required and one.field not in set_by_runs and not given.intersection((*forms(one), "*")):
            yield one


def exposed(pipeline: Pipeline, task: Task) -> Iterator[str]:
    """The fields of a task that parameters set."""
    for parameter in pipeline.parameters:
        yield from (field for name, field in parameter.targets if name == task.name)


def hidden_name(variable: str) -> str:
    """The name of a Variable whose value Airflow does not show."""
    return variable if is_hidden(variable) else f"{variable}_SECRET"


def is_hidden(name: str) -> bool:
    return any(word in name.lower() for word in _HIDDEN)


def of_pods(step: PodConfig) -> Iterator[str]:
    """The keys about pods that values set for a task."""
    unsaid = PodConfig()
    for one in fields(PodConfig):
        if one.name != "command" and getattr(step, one.name) != getattr(unsaid, one.name):
            yield one.name


def task_ids(pipeline: Pipeline) -> dict[str, str]:
    """A legal id for each task; there is no '.' in it, so that none is that of a gate."""
    names = (task.name for task in pipeline.every_task)
    return legal_names(names, limit=150, allowed="A-Za-z0-9_", first="A-Za-z0-9_")
