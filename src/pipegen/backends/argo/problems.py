"""What cannot be had from Argo, found before anything is written: one function a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipegen.backends.argo.beside import pods_of
from pipegen.backends.argo.config import ArgoConfig, ArgoStepConfig
from pipegen.backends.argo.document import kind_of, schedules_of
from pipegen.backends.argo.parameters import Parameters
from pipegen.backends.argo.versions import too_new
from pipegen.backends.kubernetes import variables
from pipegen.backends.kubernetes.companions import companion_problems
from pipegen.backends.kubernetes.labels import annotation_problems, label_problems
from pipegen.backends.kubernetes.merging import unknown_steps
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline
from pipegen.parameters import sets_secret

_TAKEN_NAMES = {"main", "init", "wait"}
_TAKEN_VOLUMES = {"work", "tmp", "store", "var-run-argo", "tmp-dir-argo", "input-artifacts"}
_TAKEN_PLACES = ("/pipegen", "/tmp", "/var/run/argo", "/argo")


def problems(
    pipeline: Pipeline, config: ArgoConfig, pods: Mapping[str, ArgoStepConfig], parameters: Parameters
) -> Iterator[Diagnostic]:
    """Everything that is wrong with one pipeline and its config."""
    different = list({id(one): one for one in pods.values()}.values())
    yield from unknown_steps(config, pipeline, "argo")
    yield from variables.problems(pipeline, config, pods, "argo")
    yield from variables.without_image(pipeline)
    yield from _schedules(pipeline, config)
    yield from parameters.problems(kind_of(pipeline, config) == "CronWorkflow", pods)
    yield from _secret_parameters(pipeline)
    yield from _labels(pipeline, config, different)
    yield from _memoized(pipeline, config, pods)
    yield from _clashes(different)
    yield from companion_problems(config.companions, pods_of(pipeline, config), "argo")
    yield from too_new(pipeline, config, different)


def _schedules(pipeline: Pipeline, config: ArgoConfig) -> Iterator[Diagnostic]:
    kind = kind_of(pipeline, config)
    if kind == "CronWorkflow":
        if not schedules_of(pipeline, config):
            message = f"argo.kind is CronWorkflow, and pipeline '{pipeline.name}' has no schedule"
            yield Diagnostic("PG532", message, pipeline.origin, "give it one, or leave argo.kind out")
        return
    asked = {
        "schedule": pipeline.schedule is not None or bool(config.schedules),
        "concurrency": pipeline.concurrency is not None,
    }
    for feature, is_asked in asked.items():
        if is_asked and feature not in config.ignore:
            message = f"pipeline '{pipeline.name}' has a {feature}, and as a {kind} it cannot keep to it"
            hint = f"make it a CronWorkflow, or add '{feature}' to argo.ignore in values.yaml"
            yield Diagnostic("PG531", message, pipeline.origin, hint)


def _secret_parameters(pipeline: Pipeline) -> Iterator[Diagnostic]:
    for parameter in pipeline.parameters:
        if sets_secret(pipeline, parameter):
            message = f"parameter '{parameter.name}' sets a secret, which would stand in clear in every run"
            hint = "leave the parameter out, and name a Secret under argo.secrets"
            yield Diagnostic("PG544", message, parameter.origin, hint)


def _labels(pipeline: Pipeline, config: ArgoConfig, different: list[ArgoStepConfig]) -> Iterator[Diagnostic]:
    for said in label_problems({**pipeline.labels, **config.object_labels}):
        yield Diagnostic("PG535", f"{said}, on pipeline '{pipeline.name}'", pipeline.origin)
    for said in annotation_problems(config.object_annotations):
        yield Diagnostic("PG535", f"{said}, under argo.object_annotations", None)
    for one in different:
        for said in annotation_problems(one.annotations):
            yield Diagnostic("PG535", f"{said}, under argo.annotations", None)
    seen: set[tuple[tuple[str, str], ...]] = {()}
    for task in pipeline.every_task:
        items = tuple(task.options.labels.items())
        if items not in seen:
            seen.add(items)
            for said in label_problems(task.options.labels):
                yield Diagnostic("PG535", f"{said}, on task '{task.name}'", task.origin)


def _memoized(
    pipeline: Pipeline, config: ArgoConfig, pods: Mapping[str, ArgoStepConfig]
) -> Iterator[Diagnostic]:
    memoized = [task for task in pipeline.every_task if pods[task.name].memoize is not None]
    if memoized and config.artifacts.store == "volume":
        message = f"task '{memoized[0].name}' is memoized, and artifacts on a volume are gone with their run"
        yield Diagnostic(
            "PG540", message, memoized[0].origin, "use an artifact repository, or leave memoize out"
        )


def _clashes(different: list[ArgoStepConfig]) -> Iterator[Diagnostic]:
    found: dict[str, None] = {}
    for config in different:
        names = [str(one.get("name")) for one in (*config.sidecars, *config.init_containers)]
        for name in names:
            if name in _TAKEN_NAMES or names.count(name) > 1:
                found[f"two containers of a pod are called '{name}'"] = None
        places: set[str] = set()
        for name, mount in config.mounts.items():
            if name in _TAKEN_VOLUMES:
                found[f"the mount '{name}' has a name that pods have already"] = None
            if mount.path.rstrip("/") in (*_TAKEN_PLACES, "", *places):
                found[f"the mount '{name}' covers '{mount.path}', where something else is"] = None
            places.add(mount.path.rstrip("/"))
    for message in found:
        yield Diagnostic("PG543", message, None, "give it another name or place under 'argo' in values.yaml")
