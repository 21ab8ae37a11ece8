"""What values say about pods, where Argo has it: in the workflow's spec, in its defaults, or in one template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipegen.backends.argo.artifacts import STORE, Artifacts
from pipegen.backends.argo.config import ArgoConfig, ArgoStepConfig
from pipegen.backends.kubernetes import pod
from pipegen.backends.kubernetes.merging import shared
from pipegen.backends.kubernetes.patching import merged
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.json import compact
from pipegen.emit.yaml import Yaml

# Fields of a pod that a workflow has, under the name that it has there, and those that a template has too.
_WORKFLOW: Mapping[str, str] = {
    "nodeSelector": "nodeSelector",
    "tolerations": "tolerations",
    "affinity": "affinity",
    "priorityClassName": "podPriorityClassName",
    "schedulerName": "schedulerName",
    "hostAliases": "hostAliases",
    "dnsPolicy": "dnsPolicy",
    "dnsConfig": "dnsConfig",
    "imagePullSecrets": "imagePullSecrets",
}
_TEMPLATE = {"nodeSelector", "tolerations", "affinity", "priorityClassName", "schedulerName", "hostAliases"}
_ARGO_CONTAINERS: Data = {
    "initContainers": [{"name": "init", "securityContext": dict(pod.CONTAINER_SECURITY)}],
    "containers": [{"name": "wait", "securityContext": dict(pod.CONTAINER_SECURITY)}],
}
_FOREIGN = {key: value for key, value in pod.CONTAINER_SECURITY.items() if key != "readOnlyRootFilesystem"}


def base_of(config: ArgoConfig) -> ArgoStepConfig:
    """What holds for every task."""
    return ArgoStepConfig(**shared(config), service_account=config.service_account)


def workflow_fields(config: ArgoConfig, base: ArgoStepConfig) -> Iterator[tuple[str, Yaml]]:
    """The fields of the workflow's spec that make every pod."""
    if base.service_account is not None:
        yield "serviceAccountName", base.service_account
    if config.executor_account is not None:
        yield "automountServiceAccountToken", config.automount_token
        yield "executor", {"serviceAccountName": config.executor_account}
    elif config.automount_token:
        yield "automountServiceAccountToken", True
    if base.annotations:
        yield "podMetadata", {"annotations": dict(base.annotations)}
    for key, value in pod.scheduling_of(base):
        if key in _WORKFLOW:
            yield _WORKFLOW[key], value
    if config.disruption_budget:
        yield "podDisruptionBudget", dict(config.disruption_budget)
    yield "securityContext", {**pod.POD_SECURITY, **base.pod_security}
    yield "podSpecPatch", compact(merged(_ARGO_CONTAINERS, _patch(base, _WORKFLOW)))


def template_fields(config: ArgoStepConfig, base: ArgoStepConfig) -> Iterator[tuple[str, Yaml]]:
    """The fields of one template, for what its pod has otherwise than all others."""
    if config is base:
        return
    if config.service_account != base.service_account:
        yield "serviceAccountName", config.service_account
    every = dict(pod.scheduling_of(base))
    changed = {key: value for key, value in pod.scheduling_of(config) if value != every.get(key)}
    yield from ((key, value) for key, value in changed.items() if key in _TEMPLATE)
    if config.pod_security != base.pod_security:
        yield "securityContext", {**pod.POD_SECURITY, **config.pod_security}
    patch = {key: value for key, value in changed.items() if key not in _TEMPLATE}
    own = config.patch if config.patch != base.patch else {}
    if patch or own:
        yield "podSpecPatch", compact(merged(patch, own))


def _patch(config: ArgoStepConfig, known: Mapping[str, object]) -> Mapping[str, Any]:
    """What the target has no field for, with the user's own patch over it."""
    missing = {key: value for key, value in pod.scheduling_of(config) if key not in known}
    return merged(missing, config.patch)


def defaults(
    base: ArgoStepConfig, image: str | None, artifacts: Artifacts, everywhere: Mapping[str, pod.Volume]
) -> Data:
    """What every template inherits; templates name their image all the same, which Argo's lint wants."""
    mounts: list[Yaml] = [{"name": "work", "mountPath": pod.WORK}, {"name": "tmp", "mountPath": "/tmp"}]
    volumes: list[Yaml] = [{"name": "work", "emptyDir": {}}, {"name": "tmp", "emptyDir": {}}]
    found: Data = {}
    if artifacts.on_volume:
        mounts.append({"name": "store", "mountPath": STORE})
    else:
        found["outputs"] = {"artifacts": [artifacts.output()]}
    volumes += artifacts.volumes()
    found["volumes"] = [*volumes, *(one.volume() for one in everywhere.values())]
    container: Data = {"image": image, "command": list(base.command or ("pipegen",))}
    if base.pull_policy is not None:
        container["imagePullPolicy"] = base.pull_policy
    container["env"] = [{"name": "HOME", "value": "/tmp"}]
    if base.env_from:
        container["envFrom"] = pod.env_from_of(base.env_from)
    container["volumeMounts"] = [*mounts, *(one.mount for one in everywhere.values())]
    container["securityContext"] = {**pod.CONTAINER_SECURITY, **base.container_security}
    found["container"] = container
    return found


def beside(containers: tuple[Mapping[str, Any], ...]) -> list[Yaml]:
    """Containers that values add, held to the restricted standard unless they say otherwise."""
    return [
        {**one, "securityContext": {**_FOREIGN, **(one.get("securityContext") or {})}} for one in containers
    ]
