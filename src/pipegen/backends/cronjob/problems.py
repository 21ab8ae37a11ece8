"""What one pod cannot do, or no cluster would take: found before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import cast

from pipegen.backends.cronjob import engine
from pipegen.backends.cronjob.config import CronJobConfig, CronJobStepConfig
from pipegen.backends.cronjob.containers import container_names, said_for
from pipegen.backends.cronjob.labels import object_metadata, pod_metadata, pods_of, shared_labels
from pipegen.backends.cronjob.volumes import ARTIFACTS, place
from pipegen.backends.kubernetes.companions import companion_problems
from pipegen.backends.kubernetes.labels import annotation_problems, label_problems
from pipegen.backends.kubernetes.merging import unknown_steps
from pipegen.backends.kubernetes.variables import forms, problems, without_image
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline, Task
from pipegen.parameters import parameter_variables
from pipegen.runtime.environment import variables

OF_THE_POD = (
    "pull_secrets", "annotations", "node_selector", "tolerations", "affinity", "topology_spread",
    "priority_class", "runtime_class", "scheduler", "host_aliases", "dns_policy", "dns_config", "grace",
    "pod_security", "sidecars", "patch",
)  # fmt: skip
_NOTHING = CronJobStepConfig()


def every_problem(
    pipeline: Pipeline, config: CronJobConfig, pods: Mapping[str, CronJobStepConfig]
) -> Iterator[Diagnostic]:
    yield from unknown_steps(config, pipeline, "cronjob")
    yield from problems(pipeline, config, pods, "cronjob")
    yield from without_image(pipeline)
    for rule in (
        engine.problems,
        _overlapping,
        _of_the_pod,
        _labels,
        _shared_labels,
        _containers,
    ):
        yield from rule(pipeline, config)
    yield from companion_problems(config.companions, pods_of(pipeline, config), "cronjob")
    yield from _parameters(pipeline, config, pods)
    yield from _mounts(pipeline, pods)


def _overlapping(pipeline: Pipeline, config: CronJobConfig) -> Iterator[Diagnostic]:
    if not config.artifacts.per_run and pipeline.concurrency == "allow":
        message = f"runs of pipeline '{pipeline.name}' may overlap in one folder of claim '{config.artifacts.claim}'"
        hint = "leave cronjob.artifacts.per_run out, or set concurrency: forbid"
        yield Diagnostic("PG559", message, pipeline.origin, hint)


def _of_the_pod(pipeline: Pipeline, config: CronJobConfig) -> Iterator[Diagnostic]:
    for name, said in config.steps.items() if config.mode == "containers" else ():
        for key in OF_THE_POD:
            if getattr(said, key) != getattr(_NOTHING, key):
                message = f"cronjob.steps.{name}.{key} is for one step, but all tasks run in one pod"
                hint = (
                    f"set cronjob.{key} for the whole pipeline, or use argo, where each task has its own pod"
                )
                yield Diagnostic("PG552", message, None, hint)


def _labels(pipeline: Pipeline, config: CronJobConfig) -> Iterator[Diagnostic]:
    hint = "letters, digits, '-', '_' and '.', at most 63, a letter or digit first and last"
    for labels in (pipeline.labels, config.object_labels, config.node_selector):
        yield from (Diagnostic("PG553", one, pipeline.origin, hint) for one in label_problems(labels))
    for task in pipeline.tasks:
        for one in label_problems(task.options.labels):
            yield Diagnostic("PG553", f"task '{task.name}': {one}", task.origin, hint)
    for metadata in (pod_metadata(pipeline, config), object_metadata(pipeline, config)):
        given = cast(Mapping[str, str], metadata.get("annotations", {}))
        yield from (Diagnostic("PG553", one, pipeline.origin) for one in annotation_problems(given))


def _shared_labels(pipeline: Pipeline, config: CronJobConfig) -> Iterator[Diagnostic]:
    agreed = () if "labels" in config.ignore else shared_labels(pipeline)
    for task in pipeline.tasks if "labels" not in config.ignore else ():
        for key in task.options.labels:
            if key not in agreed:
                message = (
                    f"task '{task.name}' has a label '{key}' that not every task has, but all run in one pod"
                )
                hint = "give it to all tasks or to the pipeline, use argo, or add 'labels' to cronjob.ignore"
                yield Diagnostic("PG554", message, task.origin, hint)


def _containers(pipeline: Pipeline, config: CronJobConfig) -> Iterator[Diagnostic]:
    given = [*config.init_containers, *config.sidecars]
    for task in pipeline.tasks:
        given += (one for said in said_for(task, config) for one in said.init_containers)
    names = Counter(container_names(pipeline).values())
    names.update(name for one in given if isinstance(name := one.get("name"), str))
    for name, number in names.items():
        if number > 1:
            hint = "rename the sidecar or init container in values; init containers of a step with several tasks clash"
            yield Diagnostic("PG556", f"{number} containers of the pod are called '{name}'", None, hint)
    if any(not isinstance(one.get("name"), str) for one in given):
        message = "a sidecar or init container in the cronjob section has no name"
        yield Diagnostic("PG556", message, None, "add a name of lower-case letters, digits and '-'")


def _mounts(pipeline: Pipeline, pods: Mapping[str, CronJobStepConfig]) -> Iterator[Diagnostic]:
    for task in pipeline.tasks:
        places: dict[str, str] = {ARTIFACTS: "artifacts"}
        for name, mount in pods[task.name].mounts.items():
            where = place(mount.path)
            if where in places:
                message = f"mounts '{places[where]}' and '{name}' of task '{task.name}' are both at {where}"
                hint = (
                    "set cronjob.artifacts for the artifacts"
                    if where == ARTIFACTS
                    else "give one another path"
                )
                yield Diagnostic("PG557", message, task.origin, hint)
            places.setdefault(where, name)


def _holds(field: str, names: set[str]) -> bool:
    """Whether a field is one of the settings, or a model around one."""
    return any(name == field or name.startswith(f"{field}.") for name in names)


def _parameters(
    pipeline: Pipeline, config: CronJobConfig, pods: Mapping[str, CronJobStepConfig]
) -> Iterator[Diagnostic]:
    variable = parameter_variables(pipeline)
    tasks = {task.name: task for task in pipeline.tasks}
    for one in pipeline.parameters:
        for name, field in () if one.has_default else one.targets:
            task = tasks.get(name)
            if task is not None and _needs(pipeline, task, field, variable[one.name], config, pods[name]):
                message = f"task '{name}' needs parameter '{one.name}', and a run by schedule cannot set it"
                hint = f"give it a default, or set {variable[one.name]} under cronjob.secrets or defaults.env"
                yield Diagnostic("PG560", message, one.origin or task.origin, hint)


def _needs(
    pipeline: Pipeline, task: Task, field: str, variable: str, config: CronJobConfig, pod: CronJobStepConfig
) -> bool:
    """Whether a setting behind a parameter is required, and neither of them comes from anywhere."""
    given = {*task.options.env, *pod.secrets, *pod.config, *config.provided}
    given = given.union(*(one.provides for one in pod.env_from))
    return any(
        one.required and _holds(field, {one.field}) and not given.intersection((variable, "*", *forms(one)))
        for one in variables(pipeline.steps[task.step], task.name)
    )
