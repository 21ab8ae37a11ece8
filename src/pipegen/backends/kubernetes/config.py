"""What values.yaml may say about pods, for every target that runs on Kubernetes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from pipegen.ir import Json
from pipegen.units import size_error
from pipegen.values.kinds import DnsLabel, Doc, Duration, EnvName, Pattern, Range

Raw: TypeAlias = "Mapping[str, Json]"
AbsolutePath = Annotated[str, Pattern(r"/[^:\0]*", "a path that begins with '/'")]
ObjectName = Annotated[
    str, Pattern(r"[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?", "the name of a Kubernetes object")
]
_KUBERNETES = "As Kubernetes writes it."


@dataclass(frozen=True, slots=True)
class KeyRef:
    """One key of a Secret or of a ConfigMap."""

    name: Annotated[ObjectName, Doc("The Secret or ConfigMap.", "reviews")]
    key: Annotated[str | None, Doc("The key in it; the variable's own name when not given.")] = None
    optional: Annotated[bool, Doc("Start without it when it is missing.")] = False


@dataclass(frozen=True, slots=True)
class EnvFrom:
    """All keys of a Secret or a ConfigMap as variables."""

    secret: Annotated[ObjectName | None, Doc("The Secret.", "reviews")] = None
    config_map: Annotated[ObjectName | None, Doc("The ConfigMap.")] = None
    prefix: Annotated[str, Doc("What the variables' names begin with.")] = ""
    optional: Annotated[bool, Doc("Start without it when it is missing.")] = False
    provides: Annotated[
        tuple[str, ...],
        Doc("The variables that it is known to hold; `*` for whatever is needed.", ["FETCH__TOKEN"]),
    ] = ()

    def validate(self) -> Iterator[tuple[str, str]]:
        if (self.secret is None) == (self.config_map is None):
            yield "secret", "name either a secret or a config_map; exactly one of them"


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder or file that is put into the container."""

    path: Annotated[AbsolutePath, Doc("Where it appears.", "/models")]
    secret: Annotated[ObjectName | None, Doc("A Secret, one file per key.")] = None
    config_map: Annotated[ObjectName | None, Doc("A ConfigMap, one file per key.")] = None
    claim: Annotated[ObjectName | None, Doc("A PersistentVolumeClaim, such as a model cache.")] = None
    empty: Annotated[str | None, Doc("An empty folder of this size at most; `0` is no limit.", "2Gi")] = None
    source: Annotated[Mapping[str, Json] | None, Doc(f"Any other volume source. {_KUBERNETES}")] = None
    items: Annotated[
        Mapping[str, str], Doc("Which keys, and the file each becomes.", {"ca.crt": "certs/ca.crt"})
    ] = field(default_factory=dict)
    sub_path: Annotated[str | None, Doc("A path inside the volume.")] = None
    read_only: Annotated[bool, Doc("Only to be read.")] = False
    optional: Annotated[bool, Doc("Start without it when it is missing.")] = False

    def validate(self) -> Iterator[tuple[str, str]]:
        given = [
            key
            for key in ("secret", "config_map", "claim", "empty", "source")
            if getattr(self, key) is not None
        ]
        if len(given) != 1:
            yield "path", "a mount is of one of secret, config_map, claim, empty and source; name exactly one"
        if self.items and self.secret is None and self.config_map is None:
            yield "items", "only a secret or a config_map has items"
        if self.empty not in (None, "0") and (wrong := size_error(self.empty)):
            yield "empty", wrong


@dataclass(frozen=True, slots=True)
class PodConfig:
    """How the pods of tasks look; under `steps` the same keys for single tasks or steps, over these."""

    command: Annotated[tuple[str, ...], Doc("How containers call pipegen.", ["pipegen"])] = ()
    pull_policy: Annotated[
        Literal["Always", "IfNotPresent", "Never"] | None, Doc("When images are pulled.")
    ] = None
    pull_secrets: Annotated[tuple[ObjectName, ...], Doc("Secrets for the image registry.", ["registry"])] = ()
    secrets: Annotated[Mapping[Annotated[str, EnvName()], KeyRef], Doc("Variables from keys of Secrets.")] = (
        field(default_factory=dict)
    )
    config: Annotated[
        Mapping[Annotated[str, EnvName()], KeyRef], Doc("Variables from keys of ConfigMaps.")
    ] = field(default_factory=dict)
    env_from: Annotated[
        tuple[EnvFrom, ...], Doc("Secrets and ConfigMaps of which every key is a variable.")
    ] = ()
    mounts: Annotated[
        Mapping[Annotated[str, DnsLabel(63)], Mount], Doc("Volumes, by a name of your choice.")
    ] = field(default_factory=dict)
    annotations: Annotated[Mapping[str, str], Doc("Annotations on pods.")] = field(default_factory=dict)
    node_selector: Annotated[Mapping[str, str], Doc("Labels that the node must have.", {"pool": "gpu"})] = (
        field(default_factory=dict)
    )
    tolerations: Annotated[tuple[Raw, ...], Doc(f"Taints that are tolerated. {_KUBERNETES}")] = ()
    affinity: Annotated[Raw, Doc(f"Which nodes and neighbours are wanted. {_KUBERNETES}")] = field(
        default_factory=dict
    )
    topology_spread: Annotated[tuple[Raw, ...], Doc(f"How pods spread over zones. {_KUBERNETES}")] = ()
    priority_class: Annotated[ObjectName | None, Doc("The PriorityClass.")] = None
    runtime_class: Annotated[ObjectName | None, Doc("The RuntimeClass, such as gvisor.")] = None
    scheduler: Annotated[str | None, Doc("A scheduler other than the default one.")] = None
    host_aliases: Annotated[tuple[Raw, ...], Doc(f"More lines for /etc/hosts. {_KUBERNETES}")] = ()
    dns_policy: Annotated[
        Literal["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"] | None,
        Doc("How names are resolved."),
    ] = None
    dns_config: Annotated[Raw, Doc(f"Name servers and options. {_KUBERNETES}")] = field(default_factory=dict)
    grace: Annotated[str | None, Duration(), Doc("How long a stopped task may take to end.", "30s")] = None
    gpu_resource: Annotated[str | None, Doc("What a GPU is called in this cluster.", "nvidia.com/gpu")] = None
    cpu_limit: Annotated[bool | None, Doc("Limit CPU to what is asked for, too; memory always is.")] = None
    pod_security: Annotated[Raw, Doc(f"Over the pod's security context. {_KUBERNETES}")] = field(
        default_factory=dict
    )
    container_security: Annotated[Raw, Doc(f"Over the container's security context. {_KUBERNETES}")] = field(
        default_factory=dict
    )
    sidecars: Annotated[tuple[Raw, ...], Doc(f"More containers beside the task's. {_KUBERNETES}")] = ()
    init_containers: Annotated[
        tuple[Raw, ...], Doc(f"Containers that run before the task's. {_KUBERNETES}")
    ] = ()
    patch: Annotated[Raw, Doc("Merged over the pod's spec, for what has no key here.")] = field(
        default_factory=dict
    )


@dataclass(frozen=True, slots=True)
class ClusterConfig(PodConfig):
    """What holds for a whole pipeline in a cluster."""

    ignore: Annotated[
        tuple[str, ...], Doc("Features that the target cannot express and that may be left out.")
    ] = ()
    namespace: Annotated[Annotated[str, DnsLabel(63)] | None, Doc("The namespace of all objects.")] = None
    name: Annotated[
        Annotated[str, DnsLabel(52)] | None, Doc("The object's name; made of the pipeline's when not given.")
    ] = None
    object_labels: Annotated[Mapping[str, str], Doc("Labels on the generated objects.")] = field(
        default_factory=dict
    )
    object_annotations: Annotated[Mapping[str, str], Doc("Annotations on the generated objects.")] = field(
        default_factory=dict
    )
    service_account: Annotated[ObjectName | None, Doc("The ServiceAccount of the pods.")] = None
    automount_token: Annotated[bool, Doc("Give the pods the account's token.")] = False
    provided: Annotated[
        tuple[str, ...],
        Doc(
            "Required variables that the cluster provides in a way not said here; `*` for all.",
            ["FETCH__TOKEN"],
        ),
    ] = ()
    secret: Annotated[
        ObjectName | None,
        Doc(
            "The Secret with all secret settings that nothing else gives; by default the one that "
            "`pipegen env --format kubernetes` sketches, named like the pipeline."
        ),
    ] = None
    suspend: Annotated[bool, Doc("Create the schedule stopped.")] = False
    starting_deadline: Annotated[str | None, Duration(), Doc("How late a run may still start.", "1h")] = "1h"
    keep_successful: Annotated[int | None, Range(ge=0), Doc("How many successful runs are kept.", 3)] = None
    keep_failed: Annotated[int | None, Range(ge=0), Doc("How many failed runs are kept.", 1)] = None
    steps: Annotated[Mapping[str, PodConfig], Doc("More for single tasks or steps, by name or slug.")] = (
        field(default_factory=dict)
    )
