"""The objects: a pod with a container for each task, the Job around it, and the CronJob around that."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from pipegen.backends.cronjob import engine
from pipegen.backends.cronjob.config import CronJobConfig
from pipegen.backends.cronjob.containers import Containers, raw_container, sidecar
from pipegen.backends.cronjob.labels import job_metadata, object_metadata, pod_metadata
from pipegen.backends.cronjob.volumes import Volumes
from pipegen.backends.kubernetes import pod
from pipegen.backends.kubernetes.patching import Patch, PatchError, patched
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.yaml import Yaml
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Pipeline
from pipegen.units import seconds

_EVICTED: Data = {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]}


def document(pipeline: Pipeline, config: CronJobConfig) -> Data:
    """The whole object, patches and all."""
    kind = "Job" if pipeline.schedule is None else "CronJob"
    job = dict(_job(pipeline, config))
    found: Data = {
        "apiVersion": "batch/v1",
        "kind": kind,
        "metadata": object_metadata(pipeline, config),
        "spec": job if kind == "Job" else dict(_cron(pipeline, config, job)),
    }
    return _patched(found, config.object_patch, "cronjob.object_patch")


def _cron(pipeline: Pipeline, config: CronJobConfig, job: Data) -> Iterator[tuple[str, Yaml]]:
    assert pipeline.schedule is not None
    yield "schedule", pipeline.schedule.cron
    if pipeline.schedule.timezone is not None:
        yield "timeZone", pipeline.schedule.timezone
    yield "concurrencyPolicy", (pipeline.concurrency or "forbid").capitalize()
    if config.starting_deadline is not None:
        yield "startingDeadlineSeconds", whole(config.starting_deadline)
    if config.suspend:
        yield "suspend", True
    if config.keep_successful is not None:
        yield "successfulJobsHistoryLimit", config.keep_successful
    if config.keep_failed is not None:
        yield "failedJobsHistoryLimit", config.keep_failed
    yield "jobTemplate", {"metadata": job_metadata(pipeline, config), "spec": job}


def _job(pipeline: Pipeline, config: CronJobConfig) -> Iterator[tuple[str, Yaml]]:
    """One attempt: a second pod would begin anew, and the first one's logs would be gone."""
    yield "backoffLimit", 0
    if pipeline.deadline is not None and config.deadline_on == "job":
        yield "activeDeadlineSeconds", whole(pipeline.deadline)
    if config.ttl is not None:
        yield "ttlSecondsAfterFinished", whole(config.ttl)
    if config.rerun_evicted:
        yield "podFailurePolicy", _EVICTED
    if config.suspend and pipeline.schedule is None:
        yield "suspend", True
    spec = _patched(dict(_pod(pipeline, config)), config.patch, "cronjob.patch")
    yield "template", {"metadata": pod_metadata(pipeline, config), "spec": spec}


def _pod(pipeline: Pipeline, config: CronJobConfig) -> Iterator[tuple[str, Yaml]]:
    yield "restartPolicy", "Never"
    if config.service_account is not None:
        yield "serviceAccountName", config.service_account
    yield "automountServiceAccountToken", config.automount_token
    yield "enableServiceLinks", False
    if pipeline.deadline is not None and config.deadline_on == "pod":
        yield "activeDeadlineSeconds", whole(pipeline.deadline)
    yield from pod.scheduling_of(config)
    yield "securityContext", {**pod.POD_SECURITY, **config.pod_security}
    volumes = Volumes(config)
    *before, last = _containers(pipeline, config, volumes)
    if before:
        yield "initContainers", before
    yield "containers", [last]
    yield "volumes", volumes.data()


def _containers(pipeline: Pipeline, config: CronJobConfig, volumes: Volumes) -> Iterator[Yaml]:
    """All containers in the order in which they start; the last task's is the pod's main one."""
    yield from map(raw_container, config.init_containers)
    yield from map(sidecar, config.sidecars)
    if config.mode == "engine":
        container = engine.container(pipeline, config, volumes)
        yield _patched(container, config.container_patch, "container_patch in cronjob")
        return
    containers = Containers(pipeline, config, volumes)
    for task in pipeline.tasks:
        yield from containers.before(task)
        container = containers.of(task)
        for patch in containers.patches(task):
            container = _patched(container, patch, f"container_patch for task '{task.name}' in cronjob")
        yield container


def whole(duration: str) -> int:
    """Whole seconds, at least one: Kubernetes takes no less for a deadline."""
    return max(1, math.ceil(seconds(duration)))


def _patched(data: Mapping[str, Yaml], patch: Patch, name: str) -> Data:
    if not patch:
        return dict(data)
    try:
        return patched(data, patch)
    except PatchError as problem:
        raise PipegenError(
            Diagnostic("PG555", f"the {name} {problem}", None, "see `pipegen explain PG555`")
        ) from None
