"""The objects beside a pipeline's own: its account, rights, network, storage and configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipegen.backends.kubernetes.companion_config import ClaimCompanion, CompanionConfig, NetworkCompanion
from pipegen.backends.kubernetes.labels import annotation_problems
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.files import File
from pipegen.emit.yaml import Yaml, dump
from pipegen.errors import Diagnostic

_LARGEST = 1024 * 1024  # bytes of a ConfigMap


@dataclass(frozen=True, slots=True)
class Pods:
    """What companions must fit to: the pods of one pipeline, how they are told from others, what they call."""

    name: str
    namespace: str | None
    account: str | None
    labels: Mapping[str, str]
    selector: Mapping[str, str]
    rules: Sequence[Data] = ()
    bound: str | None = None  # the account that has the rights, where it is not the pods' own
    generated: bool = False  # whether the cluster completes the name of the pipeline's own object
    tokens: bool = False  # whether the pods' account gives them a token unless it is told otherwise


def companion_problems(config: CompanionConfig, pods: Pods, backend: str) -> Iterator[Diagnostic]:
    """Companions that are asked for and cannot be made."""
    nameless = pods.account is None and (
        config.service_account is not None or (config.role and pods.bound is None)
    )
    if nameless:
        hint = f"name it: {backend}.service_account: {pods.name}"
        yield Diagnostic(
            "PG525", f"{backend}.companions asks for a ServiceAccount without a name", None, hint
        )
    if config.role and not pods.rules:
        message = f"{backend}.companions.role: the tasks call nothing in the cluster, so they need no rights"
        yield Diagnostic("PG526", message, None, "leave it out")
    elif config.role and pods.namespace is None:
        message = f"{backend}.companions.role binds an account of a namespace, and none is given"
        yield Diagnostic("PG525", message, None, f"set {backend}.namespace")
    if config.layout != "files" and pods.generated:
        message = (
            f"{backend}.companions.layout: {config.layout} knows objects by name, and this one's is generated"
        )
        yield Diagnostic("PG571", message, None, f"set {backend}.generate_name: false")
    account = config.service_account
    for problem in annotation_problems(account.annotations) if account else ():
        yield Diagnostic("PG527", f"{backend}.companions.service_account: {problem}")
    for name, data in config.config_maps.items():
        size = sum(len(key.encode()) + len(text.encode()) for key, text in data.items())
        if size > _LARGEST:
            message = f"the ConfigMap '{name}' holds {size} bytes; at most {_LARGEST} fit"
            yield Diagnostic("PG527", message, None, "cut it in two, or put the data on a volume")


def companion_files(config: CompanionConfig, pods: Pods, stem: str, header: Sequence[str]) -> list[File]:
    """One file for each companion."""
    return [File(f"{stem}.{name}.yaml", dump(data, header)) for name, data in _named(config, pods).items()]


def _named(config: CompanionConfig, pods: Pods) -> dict[str, Data]:
    """The companions by what their files are called, in the order in which they are needed."""
    found: dict[str, Data] = {}
    if config.service_account is not None:
        found["serviceaccount"] = _account(config.service_account.annotations, pods)
    if config.role:
        found["role"] = _role(pods)
        found["rolebinding"] = _binding(pods)
    if config.network_policy is not None:
        found["networkpolicy"] = _network(config.network_policy, pods)
    for name, claim in config.claims.items():
        found[f"{name}.persistentvolumeclaim"] = _claim(name, claim, pods)
    for name, data in config.config_maps.items():
        found[f"{name}.configmap"] = {**_object("v1", "ConfigMap", name, pods), "data": dict(data)}
    return found


def _object(version: str, kind: str, name: str | None, pods: Pods) -> Data:
    metadata: Data = {"name": name, **({"namespace": pods.namespace} if pods.namespace else {})}
    return {"apiVersion": version, "kind": kind, "metadata": {**metadata, "labels": dict(pods.labels)}}


def _account(annotations: Mapping[str, str], pods: Pods) -> Data:
    found = _object("v1", "ServiceAccount", pods.account, pods)
    metadata: Yaml = found["metadata"]
    if annotations and isinstance(metadata, dict):
        found["metadata"] = {**metadata, "annotations": dict(annotations)}
    return found if pods.tokens else {**found, "automountServiceAccountToken": False}


def _role(pods: Pods) -> Data:
    found = _object("rbac.authorization.k8s.io/v1", "Role", pods.bound or pods.account, pods)
    return {**found, "rules": list(pods.rules)}


def _binding(pods: Pods) -> Data:
    name = pods.bound or pods.account
    return {
        **_object("rbac.authorization.k8s.io/v1", "RoleBinding", name, pods),
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": pods.namespace}],
    }


def _network(config: NetworkCompanion, pods: Pods) -> Data:
    found = _object("networking.k8s.io/v1", "NetworkPolicy", pods.name, pods)
    kinds: list[Yaml] = ["Ingress"] if config.egress is None else ["Ingress", "Egress"]
    spec: Data = {"podSelector": {"matchLabels": dict(pods.selector)}, "policyTypes": kinds}
    if config.ingress:
        spec["ingress"] = list(config.ingress)
    if config.egress:
        spec["egress"] = list(config.egress)
    return {**found, "spec": spec}


def _claim(name: str, config: ClaimCompanion, pods: Pods) -> Data:
    spec: Data = {"accessModes": [config.access_mode]}
    if config.storage_class is not None:
        spec["storageClassName"] = config.storage_class
    spec["resources"] = {"requests": {"storage": config.size}}
    return {**_object("v1", "PersistentVolumeClaim", name, pods), "spec": spec}
