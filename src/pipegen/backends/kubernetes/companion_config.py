"""What values.yaml may say about the objects beside a pipeline's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pipegen.backends.kubernetes.config import ObjectName, Raw
from pipegen.values.kinds import DnsLabel, Doc, Pattern, Size

ConfigKey = Annotated[str, Pattern(r"[-._a-zA-Z0-9]{1,253}", "a key: letters, digits, '-', '_' and '.'")]


@dataclass(frozen=True, slots=True)
class AccountCompanion:
    """The ServiceAccount that the pods run as."""

    annotations: Annotated[
        Mapping[str, str],
        Doc(
            "Its annotations, such as the cloud role it may take.",
            {"iam.gke.io/gcp-service-account": "a@b.c"},
        ),
    ] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NetworkCompanion:
    """Who may reach the pods, and whom they may reach; nobody may reach them unless it is said."""

    ingress: Annotated[tuple[Raw, ...], Doc("Who may reach the pods. As Kubernetes writes it.")] = ()
    egress: Annotated[
        tuple[Raw, ...] | None,
        Doc(
            "Whom the pods may reach, name servers included; everybody when not given. As Kubernetes writes it."
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class ClaimCompanion:
    """A PersistentVolumeClaim."""

    size: Annotated[str, Size(), Doc("How much fits.", "10Gi")]
    storage_class: Annotated[ObjectName | None, Doc("Its class; the cluster's default when not given.")] = (
        None
    )
    access_mode: Annotated[
        Literal["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod", "ReadOnlyMany"],
        Doc("Who may use it at once."),
    ] = "ReadWriteOnce"


@dataclass(frozen=True, slots=True)
class CompanionConfig:
    """The objects that a pipeline needs around it, as files beside its own."""

    service_account: Annotated[
        AccountCompanion | None, Doc("Make the ServiceAccount that `service_account` names; `{}` is enough.")
    ] = None
    role: Annotated[bool, Doc("Make a Role with the least rights that runs need, bound to the account.")] = (
        False
    )
    network_policy: Annotated[
        NetworkCompanion | None, Doc("Make a NetworkPolicy; `{}` lets nobody reach the pods.")
    ] = None
    claims: Annotated[Mapping[ObjectName, ClaimCompanion], Doc("PersistentVolumeClaims, by name.")] = field(
        default_factory=dict
    )
    config_maps: Annotated[
        Mapping[ObjectName, Mapping[ConfigKey, str]], Doc("ConfigMaps, by name: keys and texts.")
    ] = field(default_factory=dict)
    layout: Annotated[
        Literal["files", "kustomize", "helm"],
        Doc("Files side by side, a folder that kustomize takes, or a chart for Helm."),
    ] = "files"
    overlay: Annotated[
        Annotated[str, DnsLabel(63)] | None,
        Doc(
            "For kustomize: what these values are called; `base` when not given. It holds what they change in what "
            "the values files before it give.",
            "prod",
        ),
    ] = None
    chart_version: Annotated[
        str,
        Pattern(r"\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?", "a version like 1.2.3"),
        Doc("Of the chart, for Helm."),
    ] = "0.1.0"

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.overlay is not None and self.layout != "kustomize":
            yield "overlay", "only kustomize has overlays; set 'layout: kustomize', or leave it out"
