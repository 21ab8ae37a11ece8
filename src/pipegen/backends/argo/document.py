"""The objects that are applied to the cluster: their kind, their metadata and the workflow in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from pipegen.backends.argo import notifications
from pipegen.backends.argo.config import ArgoConfig, ArgoStepConfig
from pipegen.backends.argo.graph import dag
from pipegen.backends.argo.layout import Layout
from pipegen.backends.argo.parameters import Parameters
from pipegen.backends.argo.pods import defaults, workflow_fields
from pipegen.backends.argo.retrying import go_duration
from pipegen.backends.argo.shapes import whole_seconds
from pipegen.backends.argo.templates import Templates, free_name
from pipegen.backends.kubernetes.labels import belonging, own_name
from pipegen.backends.kubernetes.patching import merged, patched
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline
from pipegen.names import legal_names
from pipegen.units import seconds

_SELECTED = ("app.kubernetes.io/name", "app.kubernetes.io/managed-by")
_API = "argoproj.io/v1alpha1"
_OF_THE_RUN = {"entrypoint", "arguments", "onExit", "hooks", "metrics", "synchronization", "templates"}


def kind_of(pipeline: Pipeline, config: ArgoConfig) -> str:
    if config.kind is not None:
        return config.kind
    return "CronWorkflow" if pipeline.schedule is not None or config.schedules else "Workflow"


def object_name(pipeline: Pipeline, config: ArgoConfig) -> str:
    """The name of the object: a cluster adds to that of a CronWorkflow, and a Workflow may get an ending."""
    limit = {"CronWorkflow": 52, "Workflow": 57}.get(kind_of(pipeline, config), 63)
    return config.name or legal_names([pipeline.name], limit=limit, fallback="pipeline")[pipeline.name]


def workflow_spec(
    pipeline: Pipeline,
    config: ArgoConfig,
    base: ArgoStepConfig,
    templates: Templates,
    parameters: Parameters,
    layout: Layout,
) -> Data:
    """The `spec` of a workflow, in the order in which a person reads it."""
    found: Data = {"entrypoint": "main"}
    if pipeline.parameters:
        found["arguments"] = {"parameters": parameters.data()}
    handlers = list(_handlers(pipeline, config, layout))
    if handlers:
        found["onExit"] = "on-exit"
    found |= dict(_run(pipeline, config))
    found |= templates.artifacts.spec()
    if kind_of(pipeline, config) in ("WorkflowTemplate", "ClusterWorkflowTemplate"):
        found["workflowMetadata"] = {"labels": labels_of(pipeline, config)}
    found |= dict(workflow_fields(config, base))
    if config.companions.network_policy is not None:  # which must find the pods
        labels: Data = {"labels": selector_of(pipeline, config)}
        found["podMetadata"] = merged(labels, cast(Data, found.get("podMetadata", {})))
    found["templateDefaults"] = defaults(
        base, pipeline.every_task[0].options.image, templates.artifacts, templates.everywhere
    )
    found["templates"] = layout.every(handlers)
    return patched(found, config.workflow_patch) if config.workflow_patch else found


def _run(pipeline: Pipeline, config: ArgoConfig) -> Iterator[tuple[str, Yaml]]:
    """How a run goes as a whole."""
    if config.parallelism is not None:
        yield "parallelism", config.parallelism
    if config.priority is not None:
        yield "priority", config.priority
    if pipeline.deadline is not None:
        yield "activeDeadlineSeconds", whole_seconds(pipeline.deadline)
    if config.pod_gc is not None:
        delay = {"deleteDelayDuration": go_duration(config.pod_gc_delay)} if config.pod_gc_delay else {}
        yield "podGC", {"strategy": config.pod_gc, **delay}
    ttl: dict[str, Yaml] = {
        key: whole_seconds(text)
        for key, text in (
            ("secondsAfterCompletion", config.ttl.completed),
            ("secondsAfterSuccess", config.ttl.succeeded),
            ("secondsAfterFailure", config.ttl.failed),
        )
        if text is not None
    }
    if ttl:
        yield "ttlStrategy", ttl
    if config.archive_logs is not None:
        yield "archiveLogs", config.archive_logs
    for key in ("synchronization", "metrics", "hooks"):
        raw = getattr(config, key)
        if raw:
            yield key, dict(raw)


def _handlers(pipeline: Pipeline, config: ArgoConfig, layout: Layout) -> Iterator[Yaml]:
    """The template that runs when the workflow has ended, and those that only it calls."""
    taken = layout.names() | {str(layout.call(task)["name"]) for task in pipeline.handlers}
    names = [free_name(f"notify-{number}", taken) for number, _ in enumerate(config.notifications, 1)]
    tasks: list[Yaml] = []
    for task, condition in (
        (pipeline.on_failure, "{{workflow.status}} != Succeeded"),
        (pipeline.on_exit, ""),
    ):
        if task is not None:
            called = layout.call(task)
            tasks.append({**called, "when": condition} if condition else called)
    tasks += notifications.tasks(config, names)
    if tasks:
        yield dag("on-exit", tasks)
    yield from notifications.templates(pipeline, config, names)


def workflow_object(pipeline: Pipeline, config: ArgoConfig, spec: Data) -> Data:
    """The object that is started, or that starts by itself."""
    kind, name = kind_of(pipeline, config), object_name(pipeline, config)
    generate = kind == "Workflow" and config.generate_name
    body = _cron(pipeline, config, spec) if kind == "CronWorkflow" else spec
    found: Data = {
        "apiVersion": _API,
        "kind": kind,
        "metadata": _metadata(pipeline, config, {"generateName": f"{name}-"} if generate else {"name": name}),
        "spec": body,
    }
    return patched(found, config.object_patch) if config.object_patch else found


def part_object(
    pipeline: Pipeline, config: ArgoConfig, name: str, templates: Sequence[Yaml], spec: Data
) -> Data:
    """Templates that the workflow refers to, because they do not fit into one object with it.

    What makes pods is said again, so that a part that is started alone keeps to it.
    """
    same = {key: value for key, value in spec.items() if key not in _OF_THE_RUN}
    whole = kind_of(pipeline, config) == "ClusterWorkflowTemplate"
    return {
        "apiVersion": _API,
        "kind": "ClusterWorkflowTemplate" if whole else "WorkflowTemplate",
        "metadata": _metadata(pipeline, config, {"name": name}),
        "spec": {**same, "templates": templates},
    }


def _metadata(pipeline: Pipeline, config: ArgoConfig, named: Data) -> Data:
    found = dict(named)
    if config.namespace is not None and kind_of(pipeline, config) != "ClusterWorkflowTemplate":
        found["namespace"] = config.namespace
    found["labels"] = {**belonging(pipeline, "argo"), **labels_of(pipeline, config)}
    annotations = {**own_name(pipeline), **config.object_annotations}
    if pipeline.description:
        annotations = {"workflows.argoproj.io/description": pipeline.description, **annotations}
    return {**found, "annotations": annotations} if annotations else found


def labels_of(pipeline: Pipeline, config: ArgoConfig) -> dict[str, Yaml]:
    """The labels of every object that belongs to a pipeline."""
    return {
        "app.kubernetes.io/name": object_name(pipeline, config),
        "app.kubernetes.io/managed-by": "pipegen",
        **pipeline.labels,
        **config.object_labels,
    }


def selector_of(pipeline: Pipeline, config: ArgoConfig) -> dict[str, Yaml]:
    """The labels that tell the pods of a pipeline from others."""
    return {key: value for key, value in labels_of(pipeline, config).items() if key in _SELECTED}


def _cron(pipeline: Pipeline, config: ArgoConfig, spec: Data) -> Data:
    schedules = schedules_of(pipeline, config)
    found: Data = {"schedule": schedules[0]} if config.version == "3.5" else {"schedules": schedules}
    if pipeline.schedule is not None and pipeline.schedule.timezone is not None:
        found["timezone"] = pipeline.schedule.timezone
    found["concurrencyPolicy"] = (pipeline.concurrency or "forbid").capitalize()
    late = config.starting_deadline
    named: Mapping[str, Yaml] = {
        "startingDeadlineSeconds": round(seconds(late)) if late else None,
        "suspend": config.suspend or None,
        "successfulJobsHistoryLimit": config.keep_successful,
        "failedJobsHistoryLimit": config.keep_failed,
        "when": config.when,
        "stopStrategy": {"expression": config.stop_strategy} if config.stop_strategy else None,
    }
    found |= {key: value for key, value in named.items() if value is not None}
    return {**found, "workflowMetadata": {"labels": labels_of(pipeline, config)}, "workflowSpec": spec}


def schedules_of(pipeline: Pipeline, config: ArgoConfig) -> list[str]:
    """The pipeline's own schedule, and those that values add."""
    own = [pipeline.schedule.cron] if pipeline.schedule else []
    return list(dict.fromkeys([*own, *config.schedules]))
