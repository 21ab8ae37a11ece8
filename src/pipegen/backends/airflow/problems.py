"""What Airflow, or the operator of a task, cannot do: found before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from pipegen.backend import Capabilities, features_of
from pipegen.backends.airflow.capabilities import can_with
from pipegen.backends.airflow.config import AirflowConfig, AirflowStepConfig
from pipegen.backends.airflow.params import Params
from pipegen.backends.airflow.pods import place
from pipegen.backends.airflow.steps import (
    Steps,
    of_pods,
    operator_of,
    required,
    said_configs,
    task_ids,
)
from pipegen.backends.airflow.stores import store_problems
from pipegen.backends.kubernetes.config import ClusterConfig
from pipegen.backends.kubernetes.labels import label_problems
from pipegen.backends.kubernetes.variables import problems as variable_problems
from pipegen.errors import Diagnostic, suggest
from pipegen.ir import Pipeline, Task
from pipegen.parameters import sets_secret

_LONGEST_TAG = 100
_UNSAID = AirflowConfig()


def every_problem(pipeline: Pipeline, config: AirflowConfig, steps: Steps) -> Iterator[Diagnostic]:
    yield from _unknown_steps(pipeline, config)
    yield from _options(pipeline, config, steps)
    yield from _other_operators(pipeline, config)
    yield from _variables(pipeline, config, steps)
    yield from store_problems(pipeline, config, steps)
    yield from _parameters(pipeline, config, steps)
    yield from _runs(pipeline, config)
    yield from _late(pipeline, config, steps)
    yield from _texts(pipeline, config, steps)
    for task in pipeline.every_task:
        if operator_of(steps[task.name]) == "kubernetes":
            yield from _pod(task, config, steps[task.name])


def _unknown_steps(pipeline: Pipeline, config: AirflowConfig) -> Iterator[Diagnostic]:
    known = {*pipeline.steps, *(task.name for task in pipeline.every_task)}
    for name in config.steps:
        if name not in known:
            message = f"airflow.steps names '{name}', which is no task or step of pipeline '{pipeline.name}'"
            yield Diagnostic("PG849", message, None, suggest(name, known))


def _options(pipeline: Pipeline, config: AirflowConfig, steps: Steps) -> Iterator[Diagnostic]:
    """What single tasks ask for and their operators do not have; and images that containers lack."""
    kinds = {f"task '{task.name}'": operator_of(steps[task.name]) for task in pipeline.every_task}
    if len(set(kinds.values())) > 1:  # with one operator for all, the capabilities have said it
        can: Mapping[str, Capabilities] = {kind: can_with({kind}) for kind in set(kinds.values())}
        for use in features_of(pipeline):
            kind = kinds.get(use.owner)
            if kind and can[kind].of(use.feature).how == "refused" and use.feature not in config.ignore:
                message = f"{use.owner} asks for {use.feature}: {can[kind].of(use.feature).note}"
                hint = f"choose another operator for it, or add '{use.feature}' to airflow.ignore"
                yield Diagnostic("PG840", message, use.origin, hint)
    for task in pipeline.every_task:
        if operator_of(steps[task.name]) != "bash" and task.options.image is None:
            hint = "set defaults.image in values.yaml, for example registry.example.com/team/app:1.4"
            message = f"task '{task.name}' runs in a container and has no image"
            yield Diagnostic("PG840", message, task.origin, hint)


def _other_operators(pipeline: Pipeline, config: AirflowConfig) -> Iterator[Diagnostic]:
    said = said_configs(pipeline, config)
    kinds = {operator_of(one) for one in said.values()}
    for kind in ("docker", "kubernetes"):
        if getattr(config, kind) != getattr(_UNSAID, kind) and kind not in kinds:
            yield _unread(f"airflow.{kind}", kind)
    if config.secret is not None and "kubernetes" not in kinds:
        yield _unread("airflow.secret", "kubernetes")
    if config.artifacts.claim is not None and "kubernetes" not in kinds:
        yield _unread("airflow.artifacts.claim", "kubernetes")
    if config.project is not None and "bash" not in kinds:
        yield _unread("airflow.project", "bash")
    if "kubernetes" not in kinds:
        yield from (_unread(f"airflow.{key}", "kubernetes") for key in of_pods(config))
    for name, step in config.steps.items():
        kind = step.operator or config.operator or "bash"
        if kind != "kubernetes":
            yield from (_unread(f"airflow.steps.{name}.{key}", "kubernetes") for key in of_pods(step))
        elif step.variables or step.connections:
            said_for = (key for key in ("variables", "connections") if getattr(step, key))
            yield from (_unread(f"airflow.steps.{name}.{key}", "bash") for key in said_for)
    if kinds == {"kubernetes"} and (config.variables or config.connections):
        yield from (
            _unread(f"airflow.{key}", "bash") for key in ("variables", "connections") if getattr(config, key)
        )


def _unread(key: str, kind: str) -> Diagnostic:
    message = f"{key} is for operator '{kind}', and no task that it is said for has that one"
    return Diagnostic("PG841", message, None, f"take it out, or set operator: {kind}")


def _variables(pipeline: Pipeline, config: AirflowConfig, steps: Steps) -> Iterator[Diagnostic]:
    for task in pipeline.every_task:
        step = steps[task.name]
        for one in required(pipeline, task, step, config) if operator_of(step) != "kubernetes" else ():
            message = f"task '{task.name}' needs {one.name}, and nothing provides it"
            hint = (
                f"give it under steps.{task.name}.env, airflow.variables or airflow.connections, "
                "or list it under airflow.provided"
            )
            yield Diagnostic("PG842", message, task.origin, hint)
    if any(operator_of(one) == "kubernetes" for one in steps.values()):
        in_pods = {f"'{name}'" for name, one in steps.items() if operator_of(one) == "kubernetes"}
        for found in variable_problems(pipeline, cast(ClusterConfig, config), steps, "airflow"):
            if any(found.message.startswith(f"task {name} ") for name in in_pods):
                yield found


def _parameters(pipeline: Pipeline, config: AirflowConfig, steps: Steps) -> Iterator[Diagnostic]:
    params = Params(pipeline, config, steps)
    for one in pipeline.parameters:
        if sets_secret(pipeline, one):
            message = f"parameter '{one.name}' sets a secret, and Airflow shows the params of a run"
            yield Diagnostic("PG844", message, one.origin, "take it out, and give the secret by a Connection")
        needed = params.needed(one) if pipeline.schedule is not None else ""
        if needed:
            message = f"task '{needed}' needs parameter '{one.name}', and a run by schedule cannot set it"
            yield Diagnostic("PG843", message, one.origin, "give it a default")
        if one.choices and one.name in params.stated and one.default not in one.choices:
            message = f"the default of parameter '{one.name}' is none of its choices"
            yield Diagnostic("PG852", message, one.origin, "make it one of them, or give it another default")


def _runs(pipeline: Pipeline, config: AirflowConfig) -> Iterator[Diagnostic]:
    if pipeline.concurrency == "replace" and "concurrency" not in config.ignore:
        message = f"a due run of pipeline '{pipeline.name}' cannot replace the one that goes on in Airflow"
        hint = "use forbid or allow, or add 'concurrency' to airflow.ignore"
        yield Diagnostic("PG845", message, pipeline.origin, hint)
    if (
        pipeline.concurrency == "forbid"
        and (config.max_active_runs or 1) > 1
        and "concurrency" not in config.ignore
    ):
        message = (
            f"airflow.max_active_runs lets {config.max_active_runs} runs of pipeline '{pipeline.name}' go on at once, "
            "and its concurrency is forbid"
        )
        hint = "take it out, or set concurrency: allow"
        yield Diagnostic("PG855", message, pipeline.origin, hint)
    if pipeline.deadline is not None and pipeline.handlers and "deadline" not in config.ignore:
        which = " and ".join(f"'{task.name}'" for task in pipeline.handlers)
        message = f"when a run is over its deadline, Airflow leaves out {which}"
        hint = "give tasks a timeout instead, or add 'deadline' to airflow.ignore"
        yield Diagnostic("PG846", message, pipeline.origin, hint)


def _late(pipeline: Pipeline, config: AirflowConfig, steps: Steps) -> Iterator[Diagnostic]:
    has_sla = any(one.sla is not None for one in steps.values())
    said = {
        "sla": has_sla and "2",
        "sla_miss": config.sla_miss is not None and "2",
        "late": config.late and "3",
    }
    for key, version in said.items():
        if version and config.version != version:
            reader = f"Airflow {config.version} reads" if config.version else "Airflow 2 and 3 may read"
            message = f"airflow.{key} is for Airflow {version}, and {reader} this file"
            other = "late" if version == "2" else "sla"
            hint = f"set airflow.version: '{version}', or see airflow.{other}"
            yield Diagnostic("PG853", message, None, hint)
    if has_sla and pipeline.schedule is None:
        message = f"Airflow looks at an sla in runs by schedule alone, and pipeline '{pipeline.name}' has no schedule"
        yield Diagnostic("PG854", message, pipeline.origin, "give it a schedule, or take out airflow.sla")
    if config.sla_miss is not None and not has_sla:
        message = "airflow.sla_miss is called when a task misses its sla, and no task has one"
        yield Diagnostic("PG854", message, None, "set airflow.sla, or airflow.steps.TASK.sla")


def _texts(pipeline: Pipeline, config: AirflowConfig, steps: Steps) -> Iterator[Diagnostic]:
    for tag in (*config.tags, *tags_of(pipeline)):
        if len(tag) > _LONGEST_TAG:
            message = f"the tag '{tag[:40]}...' has {len(tag)} characters; Airflow takes {_LONGEST_TAG}"
            yield Diagnostic("PG848", message, pipeline.origin, "make the label or tag shorter")
    groups = {steps[task.name].group for task in pipeline.every_task} - {None}
    for name, own in task_ids(pipeline).items() if groups else ():
        if own in groups:
            message = f"the task group '{own}' is called like task '{name}', and Airflow takes both for one"
            yield Diagnostic("PG848", message, pipeline.origin, "call the group something else")
    for task in pipeline.every_task:
        if operator_of(steps[task.name]) == "kubernetes":
            for one in label_problems({**pipeline.labels, **task.options.labels}):
                yield Diagnostic("PG848", f"task '{task.name}': {one}", task.origin, "see Kubernetes' labels")


def tags_of(pipeline: Pipeline) -> tuple[str, ...]:
    """The pipeline's labels as tags."""
    return tuple(f"{key}:{value}" if value else key for key, value in pipeline.labels.items())


def _pod(task: Task, config: AirflowConfig, step: AirflowStepConfig) -> Iterator[Diagnostic]:
    in_folder = config.artifacts.s3 is None
    where = place(config.artifacts.path)
    places: dict[str, str] = {}
    for name, mount in step.mounts.items():
        here = place(mount.path)
        if here in places:
            message = f"mounts '{places[here]}' and '{name}' of task '{task.name}' are both at {here}"
            yield Diagnostic("PG851", message, task.origin, "give one another path")
        places.setdefault(here, name)
        covers = here.startswith(f"{where}/") or (here == where and config.artifacts.claim is not None)
        if in_folder and covers:
            message = f"mount '{name}' of task '{task.name}' is at {here}, where the artifacts are"
            yield Diagnostic("PG851", message, task.origin, "give it another path, or leave out the claim")
    mounted = config.artifacts.claim is not None or any(f"{where}/".startswith(f"{one}/") for one in places)
    if in_folder and not mounted:
        message = f"task '{task.name}' runs in a pod, and nothing is mounted at {where} for artifacts"
        yield Diagnostic(
            "PG847", message, task.origin, "set airflow.artifacts.claim, or airflow.artifacts.s3"
        )
