"""The object that is applied to the cluster: its kind, its metadata and the workflow in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from pipegen.backends.argo.artifacts import STORE, Artifacts
from pipegen.backends.argo.config import ArgoConfig, ArgoStepConfig
from pipegen.backends.argo.graph import dag, main_templates, waits_for
from pipegen.backends.argo.templates import SPEC_LEVEL, Templates, parameters_of
from pipegen.backends.kubernetes import pod
from pipegen.backends.kubernetes.config import PodConfig
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline, Task
from pipegen.names import legal_names
from pipegen.units import seconds

_ARGO_CONTAINERS = {
    "initContainers": [{"name": "init", "securityContext": dict(pod.CONTAINER_SECURITY)}],
    "containers": [{"name": "wait", "securityContext": dict(pod.CONTAINER_SECURITY)}],
}


def workflow_spec(
    pipeline: Pipeline, config: ArgoConfig, base: ArgoStepConfig, templates: Templates, artifacts: Artifacts
) -> Data:
    """The `spec` of a workflow, in the order in which a person reads it."""
    found: Data = {"entrypoint": "main"}
    parameters = parameters_of(pipeline)
    if parameters:
        found["arguments"] = {"parameters": parameters}
    handlers = list(_handlers(pipeline, templates))
    if handlers:
        found["onExit"] = "on-exit"
    found |= dict(_run(pipeline, config))
    found |= artifacts.spec()
    found |= dict(_pods(config, base))
    found["podSpecPatch"] = json.dumps(_ARGO_CONTAINERS, separators=(",", ":"))
    found["templateDefaults"] = _defaults(base, artifacts)
    tasks: list[Yaml] = [_task(task, pipeline, templates, config) for task in pipeline.tasks]
    found["templates"] = [*main_templates(tasks, config), *templates.data(), *handlers]
    return found | dict(config.workflow_patch)


def _run(pipeline: Pipeline, config: ArgoConfig) -> Iterator[tuple[str, Yaml]]:
    if config.parallelism is not None:
        yield "parallelism", config.parallelism
    if pipeline.deadline is not None:
        yield "activeDeadlineSeconds", max(1, round(seconds(pipeline.deadline)))
    if config.pod_gc is not None:
        yield "podGC", {"strategy": config.pod_gc}
    ttl = {
        key: round(seconds(text))
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
    for key, raw in (
        ("synchronization", config.synchronization),
        ("metrics", config.metrics),
        ("hooks", config.hooks),
    ):
        if raw:
            yield key, dict(raw)


def _pods(config: ArgoConfig, base: ArgoStepConfig) -> Iterator[tuple[str, Yaml]]:
    if config.service_account is not None:
        yield "serviceAccountName", config.service_account
    if config.annotations:
        yield "podMetadata", {"annotations": dict(config.annotations)}
    yield from pod.scheduling_of(PodConfig(**{key: getattr(base, key) for key in SPEC_LEVEL}))
    yield "securityContext", dict(pod.POD_SECURITY)


def _defaults(base: ArgoStepConfig, artifacts: Artifacts) -> Data:
    """What every template inherits."""
    mounts: list[Yaml] = [{"name": "work", "mountPath": pod.WORK}, {"name": "tmp", "mountPath": "/tmp"}]
    volumes: list[Yaml] = [{"name": "work", "emptyDir": {}}, {"name": "tmp", "emptyDir": {}}]
    found: Data = {}
    if artifacts.on_volume:
        mounts.append({"name": "store", "mountPath": STORE})
    else:
        found["outputs"] = {"artifacts": [artifacts.output()]}
    found["volumes"] = [*volumes, *artifacts.volumes()]
    found["container"] = {
        "command": list(base.command or ("pipegen",)),
        "env": [{"name": "HOME", "value": "/tmp"}],
        "volumeMounts": mounts,
        "securityContext": dict(pod.CONTAINER_SECURITY),
    }
    return found


def _task(task: Task, pipeline: Pipeline, templates: Templates, config: ArgoConfig) -> Data:
    template, shape = templates.by_task[task.name]
    step = templates.pods[task.name]
    found: Data = {"name": shape.task, "template": template.name}
    found |= waits_for(task, templates.names)
    found |= template.arguments(shape)
    if step.hooks:
        found["hooks"] = dict(step.hooks)
    return found | dict(step.task_patch)


def _handlers(pipeline: Pipeline, templates: Templates) -> Iterator[Yaml]:
    """The template that runs when the workflow has ended, and what it calls."""
    tasks: list[Yaml] = []
    for task, condition in (
        (pipeline.on_failure, "{{workflow.status}} != Succeeded"),
        (pipeline.on_exit, ""),
    ):
        if task is not None:
            template, shape = templates.by_task[task.name]
            called: Data = {"name": shape.task, "template": template.name, **template.arguments(shape)}
            tasks.append({**called, "when": condition} if condition else called)
    if tasks:
        yield dag("on-exit", tasks)


def kind_of(pipeline: Pipeline, config: ArgoConfig) -> str:
    if config.kind is not None:
        return config.kind
    return "CronWorkflow" if pipeline.schedule is not None or config.schedules else "Workflow"


def document(pipeline: Pipeline, config: ArgoConfig, spec: Data) -> Data:
    """The whole object."""
    kind = kind_of(pipeline, config)
    limit = 52 if kind == "CronWorkflow" else 63
    name = config.name or legal_names([pipeline.name], limit=limit, fallback="pipeline")[pipeline.name]
    generate = kind == "Workflow" and config.generate_name
    metadata: Data = {"generateName": f"{name}-"} if generate else {"name": name}
    if config.namespace is not None and kind != "ClusterWorkflowTemplate":
        metadata["namespace"] = config.namespace
    metadata["labels"] = {
        "app.kubernetes.io/managed-by": "pipegen",
        **pipeline.labels,
        **config.object_labels,
    }
    annotations = dict(config.object_annotations)
    if pipeline.description:
        annotations = {"workflows.argoproj.io/description": pipeline.description, **annotations}
    if annotations:
        metadata["annotations"] = annotations
    body = _cron(pipeline, config, spec) if kind == "CronWorkflow" else spec
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": body}


def _cron(pipeline: Pipeline, config: ArgoConfig, spec: Data) -> Data:
    own: Sequence[str] = [pipeline.schedule.cron] if pipeline.schedule else []
    found: Data = {"schedules": [*own, *config.schedules]}
    if config.version == "3.5":
        found = {"schedule": own[0] if own else config.schedules[0]}
    if pipeline.schedule is not None and pipeline.schedule.timezone is not None:
        found["timezone"] = pipeline.schedule.timezone
    found["concurrencyPolicy"] = (pipeline.concurrency or "forbid").capitalize()
    named: Mapping[str, Yaml] = {
        "startingDeadlineSeconds": round(seconds(config.starting_deadline))
        if config.starting_deadline
        else None,
        "suspend": config.suspend or None,
        "successfulJobsHistoryLimit": config.keep_successful,
        "failedJobsHistoryLimit": config.keep_failed,
        "when": config.when,
        "stopStrategy": {"expression": config.stop_strategy} if config.stop_strategy else None,
    }
    found |= {key: value for key, value in named.items() if value is not None}
    return {**found, "workflowSpec": spec}
