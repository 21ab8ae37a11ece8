"""What values.yaml may say in its `cronjob` section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pipegen.backends.kubernetes.companion_config import CompanionConfig
from pipegen.backends.kubernetes.config import ClusterConfig, ObjectName, PodConfig
from pipegen.backends.kubernetes.patching import Patch
from pipegen.values.kinds import Doc, Duration, Range, Size

_PATCHES = "A mapping is merged as `kubectl patch` does it; a list is a JSON Patch."


@dataclass(frozen=True, slots=True)
class ArtifactConfig:
    """Where tasks hand on what they make; without a claim or storage class, in the pod itself."""

    claim: Annotated[
        ObjectName | None, Doc("An existing PersistentVolumeClaim; artifacts are kept there.", "reviews")
    ] = None
    per_run: Annotated[
        bool, Doc("For a claim: a folder for each run. Otherwise each run replaces the last one's.")
    ] = True
    storage_class: Annotated[
        ObjectName | None, Doc("Make a volume of this class for each run, and delete it with the pod.")
    ] = None
    size: Annotated[
        str | None, Size(), Doc("How much fits; without a claim only. A storage class needs it.", "10Gi")
    ] = None
    memory: Annotated[bool, Doc("Keep artifacts in the node's memory, which counts as the pod's.")] = False

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.claim is not None and self.storage_class is not None:
            yield "storage_class", "an existing claim has its class already; give claim or storage_class"
        if self.claim is not None and self.size is not None:
            yield "size", "an existing claim has its size already; leave size out"
        if self.storage_class is not None and self.size is None:
            yield "storage_class", "a volume needs a size; for example 'size: 10Gi'"
        if self.memory and (self.claim is not None or self.storage_class is not None):
            yield "memory", "artifacts are either in memory or on a volume; leave one out"
        if self.claim is None and not self.per_run:
            yield (
                "per_run",
                "without a claim every run has a folder of its own; leave it out, or name a claim",
            )


@dataclass(frozen=True, slots=True)
class CronJobStepConfig(PodConfig):
    """More for the container of one task or step; what holds for the pod stands above `steps`."""

    container_patch: Annotated[Patch, Doc(f"Over the task's container. {_PATCHES}")] = field(
        default_factory=dict
    )


@dataclass(frozen=True, slots=True)
class CronJobConfig(ClusterConfig):
    """How a pipeline becomes a CronJob, or a Job when it has no schedule."""

    mode: Annotated[
        Literal["containers", "engine"],
        Doc(
            "`containers` is one for each task, in order. `engine` is one that runs the whole pipeline with "
            "pipegen's own engine, tasks side by side, with handlers and trigger rules."
        ),
    ] = "containers"
    workers: Annotated[
        int | None,
        Range(ge=1),
        Doc(
            "In mode `engine`: how many tasks run at once; without it, one for each processor it may use.", 2
        ),
    ] = None
    artifacts: Annotated[ArtifactConfig, Doc("Where tasks hand on what they make.")] = ArtifactConfig()
    tmp_size: Annotated[str | None, Size(), Doc("How much fits into /tmp.", "1Gi")] = None
    deadline_on: Annotated[
        Literal["job", "pod"],
        Doc("`job` counts the wait for a node too, and removes the pod with its logs; `pod` keeps them."),
    ] = "job"
    ttl: Annotated[str | None, Duration(), Doc("How long a finished Job is kept.", "7d")] = None
    generate_name: Annotated[
        bool, Doc("For a Job: let the cluster add a unique ending to its name; needs `kubectl create`.")
    ] = False
    sequential: Annotated[
        bool, Doc("One task after the other is meant so; no word about those that could run side by side.")
    ] = False
    rerun_evicted: Annotated[
        bool, Doc("Start again from the first task when the node is drained, instead of failing.")
    ] = False
    container_patch: Annotated[Patch, Doc(f"Over the container of every task. {_PATCHES}")] = field(
        default_factory=dict
    )
    # A list has no meaning for a step's own pod, which is why the pods of all backends know mappings alone.
    patch: Annotated[Patch, Doc(f"Over the pod's spec. {_PATCHES}")] = field(  # type: ignore[assignment]
        default_factory=dict
    )
    object_patch: Annotated[Patch, Doc(f"Over the whole object, last of all. {_PATCHES}")] = field(
        default_factory=dict
    )
    companions: Annotated[CompanionConfig, Doc("Objects beside the pipeline's own.")] = field(
        default_factory=CompanionConfig
    )
    steps: Annotated[
        Mapping[str, CronJobStepConfig], Doc("More for single tasks or steps, by name or slug.")
    ] = field(default_factory=dict)
