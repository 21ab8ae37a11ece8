"""What values.yaml may say in its `argo` section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pipegen.backends.kubernetes.config import ClusterConfig, KeyRef, ObjectName, PodConfig
from pipegen.ir import Json
from pipegen.values.kinds import Cron, Doc, Duration, Pattern, Quantity, Range

Version = Literal["3.5", "3.6", "3.7", "4.0", "4.1"]
Store = Literal["default", "s3", "gcs", "azure", "volume"]


@dataclass(frozen=True, slots=True)
class ArtifactConfig:
    """Where tasks hand on what they make."""

    store: Annotated[
        Store,
        Doc("`default` is the cluster's own artifact repository; `volume` is a folder that all pods share."),
    ] = "default"
    default_kind: Annotated[
        Literal["s3", "gcs", "azure"], Doc("What the cluster's default repository is made of.")
    ] = "s3"
    repository: Annotated[ObjectName | None, Doc("A ConfigMap that describes an artifact repository.")] = None
    repository_key: Annotated[str | None, Doc("Its key, when it holds several.")] = None
    bucket: Annotated[str | None, Doc("The bucket, or Azure's container.", "artifacts")] = None
    endpoint: Annotated[str | None, Doc("The server, without a scheme.", "s3.eu-central-1.amazonaws.com")] = (
        None
    )
    region: Annotated[str | None, Doc("The region.", "eu-central-1")] = None
    insecure: Annotated[bool, Doc("Use HTTP; for a server inside the cluster only.")] = False
    access_key: Annotated[KeyRef | None, Doc("The Secret's key with the access key.")] = None
    secret_key: Annotated[
        KeyRef | None, Doc("The Secret's key with the secret key, or with the account's key.")
    ] = None
    workload_identity: Annotated[bool, Doc("Take the credentials of the pod's ServiceAccount.")] = False
    prefix: Annotated[
        str,
        Pattern(
            r"[A-Za-z0-9._/{}-]+",
            "letters, digits, '.', '_', '/', '-' and {workflow}, {pipeline}, {namespace}",
        ),
        Doc("What keys begin with; must hold {workflow}, so that runs stay apart."),
    ] = "{workflow}"
    gc: Annotated[
        Literal["OnWorkflowCompletion", "OnWorkflowDeletion", "Never"] | None,
        Doc("When artifacts are deleted; needs a ServiceAccount that may."),
    ] = None
    compression: Annotated[int | None, Range(ge=0, le=9), Doc("How hard archives are compressed.")] = None
    claim: Annotated[
        ObjectName | None, Doc("For `volume`: an existing claim that many pods can write to.")
    ] = None
    size: Annotated[
        str, Quantity(), Doc("For `volume` without a claim: how large a claim is made for each run.")
    ] = "10Gi"
    storage_class: Annotated[str | None, Doc("For `volume` without a claim: its storage class.")] = None
    access_mode: Annotated[
        Literal["ReadWriteOnce", "ReadWriteMany"], Doc("For `volume` without a claim: who may write to it.")
    ] = "ReadWriteMany"

    def validate(self) -> Iterator[tuple[str, str]]:
        if "{workflow}" not in self.prefix:
            yield (
                "prefix",
                "it must hold {workflow}, or runs would overwrite each other; for example 'runs/{workflow}'",
            )
        if self.store in ("s3", "gcs", "azure") and self.bucket is None:
            yield "bucket", f"a store of kind '{self.store}' needs one; for example 'bucket: artifacts'"
        if (self.access_key is None) != (self.secret_key is None) and self.store == "s3":
            yield "access_key", "access_key and secret_key go together; give both, or workload_identity: true"


@dataclass(frozen=True, slots=True)
class Ttl:
    """How long a finished workflow is kept in the cluster."""

    completed: Annotated[str | None, Duration(), Doc("After any end.", "7d")] = None
    succeeded: Annotated[str | None, Duration(), Doc("After success.", "1d")] = None
    failed: Annotated[str | None, Duration(), Doc("After failure.", "14d")] = None


@dataclass(frozen=True, slots=True)
class Memoize:
    """Use an earlier result of a task while it is fresh."""

    cache: Annotated[ObjectName, Doc("The ConfigMap that remembers; Argo makes it.", "reviews-memo")]
    key: Annotated[
        str, Doc("What makes a result the same; Argo's placeholders work.", "{{inputs.parameters.day}}")
    ]
    max_age: Annotated[str | None, Duration(), Doc("How long a result is fresh.", "24h")] = None


@dataclass(frozen=True, slots=True)
class ArgoStepConfig(PodConfig):
    """More for one task or step on Argo."""

    retry_policy: Annotated[
        Literal["Always", "OnFailure", "OnError", "OnTransientError"] | None,
        Doc("Which failures are tried again."),
    ] = None
    memoize: Annotated[Memoize | None, Doc("Use earlier results.")] = None
    synchronization: Annotated[Mapping[str, Json], Doc("Mutexes and semaphores. As Argo writes it.")] = field(
        default_factory=dict
    )
    metrics: Annotated[Mapping[str, Json], Doc("Prometheus metrics. As Argo writes it.")] = field(
        default_factory=dict
    )
    hooks: Annotated[Mapping[str, Json], Doc("Lifecycle hooks of the task. As Argo writes it.")] = field(
        default_factory=dict
    )
    template_patch: Annotated[Mapping[str, Json], Doc("Merged over the template.")] = field(
        default_factory=dict
    )
    task_patch: Annotated[Mapping[str, Json], Doc("Merged over the DAG task.")] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ArgoConfig(ClusterConfig):
    """How a pipeline becomes an Argo object."""

    version: Annotated[Version, Doc("The Argo Workflows that runs it.")] = "4.1"
    kind: Annotated[
        Literal["CronWorkflow", "Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate"] | None,
        Doc("What is generated; a CronWorkflow when there is a schedule, else a Workflow."),
    ] = None
    generate_name: Annotated[
        bool, Doc("For a Workflow: let the cluster add a unique ending to its name.")
    ] = True
    artifacts: Annotated[ArtifactConfig, Doc("Where tasks hand on what they make.")] = ArtifactConfig()
    schedules: Annotated[
        tuple[Annotated[str, Cron()], ...], Doc("More schedules beside the pipeline's own.", ["0 12 * * 6"])
    ] = ()
    when: Annotated[str | None, Doc("An expression that decides whether a scheduled run starts.")] = None
    stop_strategy: Annotated[
        str | None, Doc("An expression that ends the schedule.", "cronworkflow.failed >= 3")
    ] = None
    parallelism: Annotated[int | None, Range(ge=1), Doc("How many tasks run at once.", 20)] = None
    pod_gc: Annotated[
        Literal["OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"] | None,
        Doc("When finished pods are deleted; null keeps them."),
    ] = "OnPodSuccess"
    ttl: Annotated[Ttl, Doc("How long finished workflows are kept.")] = Ttl()
    archive_logs: Annotated[bool | None, Doc("Keep the logs in the artifact repository.")] = None
    retry_policy: Annotated[
        Literal["Always", "OnFailure", "OnError", "OnTransientError"], Doc("Which failures are tried again.")
    ] = "Always"
    layout: Annotated[
        Literal["auto", "flat", "inline"],
        Doc(
            "How a large graph is written: one DAG of at most 200 tasks, or one inside a task, which has no such limit."
        ),
    ] = "auto"
    synchronization: Annotated[
        Mapping[str, Json], Doc("Mutexes and semaphores of a run. As Argo writes it.")
    ] = field(default_factory=dict)
    metrics: Annotated[Mapping[str, Json], Doc("Prometheus metrics of a run. As Argo writes it.")] = field(
        default_factory=dict
    )
    hooks: Annotated[Mapping[str, Json], Doc("Lifecycle hooks of a run. As Argo writes it.")] = field(
        default_factory=dict
    )
    workflow_patch: Annotated[Mapping[str, Json], Doc("Merged over the workflow's spec.")] = field(
        default_factory=dict
    )
    steps: Annotated[
        Mapping[str, ArgoStepConfig], Doc("More for single tasks or steps, by name or slug.")
    ] = field(default_factory=dict)
