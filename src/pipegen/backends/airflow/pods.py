"""The pod of a task, for a KubernetesPodOperator: all of it but the arguments, which Airflow fills in."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import cast

from pipegen.backends.airflow.config import AirflowConfig, AirflowStepConfig
from pipegen.backends.kubernetes import pod
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline, Task

CONTAINER = "base"  # what the operator calls the container whose end is the task's


def place(path: str) -> str:
    """A mount's path, so that two ways to write it are one."""
    return posixpath.normpath("/" + path.lstrip("/"))


def pod_of(
    pipeline: Pipeline,
    task: Task,
    config: AirflowConfig,
    step: AirflowStepConfig,
    env: dict[str, str],
    prefixes: tuple[frozenset[str], frozenset[str]],
) -> Data:
    """The pod's template; `prefixes` are those of the task's own variables, and of everybody's."""
    volumes = _volumes(config, step)
    spec: Data = dict(_spec(config, step))
    given = pod.env_of(env, step, *prefixes)
    spec["containers"] = [dict(_container(task, step, given, volumes)), *map(dict, step.sidecars)]
    if step.init_containers:
        spec["initContainers"] = [dict(one) for one in step.init_containers]
    if volumes:
        spec["volumes"] = [one.volume() for one in volumes]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": _metadata(pipeline, task, step),
        "spec": _merged(spec, cast(Data, dict(step.patch))),
    }


def _metadata(pipeline: Pipeline, task: Task, step: AirflowStepConfig) -> Data:
    labels: Data = {**pipeline.labels, **task.options.labels, "app.kubernetes.io/managed-by": "pipegen"}
    found: Data = {"labels": labels}
    if step.annotations:
        found["annotations"] = dict(step.annotations)
    return found


def _spec(config: AirflowConfig, step: AirflowStepConfig) -> Iterator[tuple[str, Yaml]]:
    yield "restartPolicy", "Never"
    if config.kubernetes.service_account is not None:
        yield "serviceAccountName", config.kubernetes.service_account
    yield "automountServiceAccountToken", config.kubernetes.automount_token
    yield "enableServiceLinks", False
    yield from pod.scheduling_of(step)
    yield "securityContext", {**pod.POD_SECURITY, **step.pod_security}


def _container(
    task: Task, step: AirflowStepConfig, given: list[Yaml], volumes: list[pod.Volume]
) -> Iterator[tuple[str, Yaml]]:
    yield "name", CONTAINER
    yield "image", task.options.image
    if step.pull_policy is not None:
        yield "imagePullPolicy", step.pull_policy
    yield "command", [pod.plain(word) for word in step.command or ("pipegen",)]
    home: Yaml = {"name": "HOME", "value": "/tmp"}
    own = {str(one["name"]) for one in cast(list[Data], given)}
    yield "env", given if "HOME" in own else [home, *given]
    if step.env_from:
        yield "envFrom", pod.env_from_of(step.env_from)
    resources = pod.resources_of(task.options.resources, step)
    if resources:
        yield "resources", resources
    yield "volumeMounts", [one.mount for one in volumes]
    yield "securityContext", {**pod.CONTAINER_SECURITY, **step.container_security}


def _volumes(config: AirflowConfig, step: AirflowStepConfig) -> list[pod.Volume]:
    """The artifacts' claim, /tmp, and what values mount; a mount in one of these places takes it."""
    taken = {place(one.path) for one in step.mounts.values()}
    found = [pod.volume_of(name, mount) for name, mount in step.mounts.items()]
    where = place(config.artifacts.path)
    if config.artifacts.claim is not None and where not in taken:
        claim: Data = {"persistentVolumeClaim": {"claimName": config.artifacts.claim}}
        found.append(
            pod.Volume("pipegen-artifacts", claim, {"name": "pipegen-artifacts", "mountPath": where})
        )
    if "/tmp" not in taken:
        found.append(
            pod.Volume("pipegen-tmp", {"emptyDir": {}}, {"name": "pipegen-tmp", "mountPath": "/tmp"})
        )
    return found


def _merged(under: Data, upper: Data) -> Data:
    """A patch over the pod's spec: mappings key by key, all else replaced."""
    found = dict(under)
    for key, value in upper.items():
        below = found.get(key)
        both = isinstance(value, dict) and isinstance(below, dict)
        found[key] = _merged(cast(Data, below), cast(Data, value)) if both else value
    return found
