"""The parts of a pod that a task asks for, as Kubernetes writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipegen.backends.kubernetes.config import EnvFrom, KeyRef, Mount, PodConfig
from pipegen.emit.yaml import Yaml
from pipegen.ir import Resources
from pipegen.units import seconds

Data = dict[str, Yaml]

WORK = "/pipegen"
_FILLED = re.compile(r"\$[$(]|\$[^\x00-\x7f]").search  # before other letters a single $ stays what it is
POD_SECURITY: Mapping[str, Yaml] = {
    "runAsNonRoot": True,
    "runAsUser": 1000,
    "runAsGroup": 1000,
    "fsGroup": 1000,
    "seccompProfile": {"type": "RuntimeDefault"},
}
CONTAINER_SECURITY: Mapping[str, Yaml] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume, and where it appears in the container."""

    name: str
    source: Data
    mount: Data

    def volume(self) -> Data:
        return {"name": self.name, **self.source}


def volume_of(name: str, mount: Mount) -> Volume:
    where: Data = {"name": name, "mountPath": mount.path}
    if mount.sub_path is not None:
        where["subPath"] = mount.sub_path
    if mount.read_only:
        where["readOnly"] = True
    return Volume(name, _source(mount), where)


def _source(mount: Mount) -> Data:
    if mount.secret is not None:
        return {"secret": {"secretName": mount.secret, **_projected(mount)}}
    if mount.config_map is not None:
        return {"configMap": {"name": mount.config_map, **_projected(mount)}}
    if mount.claim is not None:
        return {
            "persistentVolumeClaim": {
                "claimName": mount.claim,
                **({"readOnly": True} if mount.read_only else {}),
            }
        }
    if mount.source is not None:
        return dict(mount.source)
    return {"emptyDir": {"sizeLimit": mount.empty} if mount.empty not in (None, "0") else {}}


def _projected(mount: Mount) -> Data:
    found: Data = {}
    if mount.items:
        found["items"] = [{"key": key, "path": path} for key, path in mount.items.items()]
    if mount.optional:
        found["optional"] = True
    return found


def resources_of(resources: Resources | None, config: PodConfig) -> Data:
    """Requests for everything; limits for all but CPU, which only slows a task down when it is scarce."""
    if resources is None:
        return {}
    asked: Data = {
        key: value
        for key, value in (
            ("cpu", resources.cpu),
            ("memory", resources.memory),
            ("ephemeral-storage", resources.ephemeral_storage),
        )
        if value is not None
    }
    gpus: Data = {config.gpu_resource or "nvidia.com/gpu": str(resources.gpu)} if resources.gpu else {}
    limits: Data = {key: value for key, value in asked.items() if key != "cpu" or config.cpu_limit} | gpus
    found: Data = {}
    if asked or gpus:
        found["requests"] = asked | gpus
    if limits:
        found["limits"] = limits
    return found


def env_of(
    values: Mapping[str, str], config: PodConfig, wanted: frozenset[str], foreign: frozenset[str]
) -> list[Yaml]:
    """The variables of one container; those that only other steps read are left out."""
    found: list[Yaml] = [
        {"name": name, "value": plain(value)} for name, value in values.items() if _own(name, wanted, foreign)
    ]
    for names, kind in ((config.secrets, "secretKeyRef"), (config.config, "configMapKeyRef")):
        for name, ref in names.items():
            if name not in values and _own(name, wanted, foreign):
                found.append({"name": name, "valueFrom": {kind: _key(name, ref)}})
    return found


def _own(name: str, wanted: frozenset[str], foreign: frozenset[str]) -> bool:
    """Whether a variable concerns a step: its prefix is the step's, or nobody's."""
    starts = {name[:end] for end in range(len(name)) if name.startswith("__", end)}
    return bool(starts & wanted) or not starts & foreign


def plain(value: str) -> str:
    """Text in which Kubernetes finds no $(VARIABLE) to fill in; it reads $$ as one $."""
    return value.replace("$", "$$") if _FILLED(value) else value


def _key(name: str, ref: KeyRef) -> Data:
    found: Data = {"name": ref.name, "key": ref.key or name}
    return {**found, "optional": True} if ref.optional else found


def env_from_of(sources: tuple[EnvFrom, ...]) -> list[Yaml]:
    return [_env_from(one) for one in sources]


def _env_from(one: EnvFrom) -> Data:
    kind, name = ("secretRef", one.secret) if one.secret is not None else ("configMapRef", one.config_map)
    ref: Data = {"name": name, "optional": True} if one.optional else {"name": name}
    return {"prefix": one.prefix, kind: ref} if one.prefix else {kind: ref}


def scheduling_of(config: PodConfig) -> Iterator[tuple[str, Yaml]]:
    """Where a pod may run, and as what: the fields of its spec that are not containers."""
    named: Mapping[str, object] = {
        "nodeSelector": config.node_selector,
        "tolerations": config.tolerations,
        "affinity": config.affinity,
        "topologySpreadConstraints": config.topology_spread,
        "priorityClassName": config.priority_class,
        "runtimeClassName": config.runtime_class,
        "schedulerName": config.scheduler,
        "hostAliases": config.host_aliases,
        "dnsPolicy": config.dns_policy,
        "dnsConfig": config.dns_config,
    }
    for key, value in named.items():
        if value:
            yield key, _data(value)
    if config.grace is not None:
        yield "terminationGracePeriodSeconds", int(seconds(config.grace))
    if config.pull_secrets:
        yield "imagePullSecrets", [{"name": name} for name in config.pull_secrets]


def _data(value: object) -> Yaml:
    return [_data(one) for one in value] if isinstance(value, tuple) else value  # type: ignore[return-value]
