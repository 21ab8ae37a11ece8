"""What values.yaml may say in its `argo` section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pipegen.backends.argo.artifact_config import ArtifactConfig
from pipegen.backends.kubernetes.companion_config import CompanionConfig
from pipegen.backends.kubernetes.config import ClusterConfig, KeyRef, ObjectName, PodConfig, Raw
from pipegen.backends.kubernetes.patching import Patch
from pipegen.values.kinds import Cron, Doc, Duration, ImageRef, Range

Version = Literal["3.5", "3.6", "3.7", "4.0", "4.1"]
RetryPolicy = Literal["Always", "OnFailure", "OnError", "OnTransientError"]
_ARGO = "As Argo writes it."
_PATCHES = "A mapping is merged as `kubectl patch` does it; a list is a JSON Patch."


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
        str, Doc("What makes a result the same; Argo's placeholders work.", "{{workflow.parameters.day}}")
    ]
    max_age: Annotated[str | None, Duration(), Doc("How long a result is fresh.", "24h")] = None


@dataclass(frozen=True, slots=True)
class Notification:
    """Tell people how a run ended."""

    when: Annotated[Literal["failure", "success", "always"], Doc("After which end.")] = "failure"
    slack: Annotated[KeyRef | None, Doc("The Secret with the address of a Slack webhook, under `url`.")] = (
        None
    )
    webhook: Annotated[KeyRef | None, Doc("The Secret with the address of another webhook.")] = None
    text: Annotated[
        str | None,
        Doc(
            "The message; {pipeline}, {status}, {workflow}, {duration} are filled in.", "{pipeline}: {status}"
        ),
    ] = None
    image: Annotated[
        str | None, ImageRef(), Doc("The image, with pipegen in it; the first task's by default.")
    ] = None

    def validate(self) -> Iterator[tuple[str, str]]:
        if (self.slack is None) == (self.webhook is None):
            yield "slack", "name either slack or webhook; exactly one of them"
        if self.text is not None and "{{" in self.text:
            yield "text", "Argo would fill in '{{'; write it without two braces in a row"


@dataclass(frozen=True, slots=True)
class ArgoStepConfig(PodConfig):
    """More for one task or step on Argo."""

    service_account: Annotated[ObjectName | None, Doc("The ServiceAccount of the pod.")] = None
    retry_policy: Annotated[RetryPolicy | None, Doc("Which failures are tried again.")] = None
    archive_logs: Annotated[bool | None, Doc("Keep the logs in the artifact repository.")] = None
    memoize: Annotated[Memoize | None, Doc("Use earlier results.")] = None
    synchronization: Annotated[Raw, Doc(f"Mutexes and semaphores. {_ARGO}")] = field(default_factory=dict)
    metrics: Annotated[Raw, Doc(f"Prometheus metrics. {_ARGO}")] = field(default_factory=dict)
    hooks: Annotated[Raw, Doc(f"Lifecycle hooks of the task. {_ARGO}")] = field(default_factory=dict)
    template_patch: Annotated[Patch, Doc(f"Over the template. {_PATCHES}")] = field(default_factory=dict)
    task_patch: Annotated[Patch, Doc(f"Over the DAG task. {_PATCHES}")] = field(default_factory=dict)


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
    artifacts: Annotated[ArtifactConfig, Doc("Where tasks hand on what they make.")] = field(
        default_factory=ArtifactConfig
    )
    schedules: Annotated[
        tuple[Annotated[str, Cron()], ...], Doc("More schedules beside the pipeline's own.", ["0 12 * * 6"])
    ] = ()
    when: Annotated[str | None, Doc("An expression that decides whether a scheduled run starts.")] = None
    stop_strategy: Annotated[
        str | None, Doc("An expression that ends the schedule.", "cronworkflow.failed >= 3")
    ] = None
    executor_account: Annotated[
        ObjectName | None,
        Doc(
            "The ServiceAccount whose token only Argo's own containers get, and tasks none; needs a Secret with it."
        ),
    ] = None
    parallelism: Annotated[int | None, Range(ge=1), Doc("How many tasks run at once.", 20)] = None
    priority: Annotated[int | None, Doc("Which workflow starts first when there are too many.", 10)] = None
    fail_fast: Annotated[
        bool | None,
        Doc("Start no more tasks when one has failed; by default so, unless tasks wait for failures."),
    ] = None
    pod_gc: Annotated[
        Literal["OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"] | None,
        Doc("When finished pods are deleted; null keeps them."),
    ] = "OnPodSuccess"
    pod_gc_delay: Annotated[
        str | None, Duration(), Doc("How long finished pods are kept before that.", "60s")
    ] = None
    ttl: Annotated[Ttl, Doc("How long finished workflows are kept.")] = Ttl()
    archive_logs: Annotated[bool | None, Doc("Keep the logs in the artifact repository.")] = None
    retry_policy: Annotated[RetryPolicy, Doc("Which failures are tried again.")] = "Always"
    layout: Annotated[
        Literal["auto", "flat", "inline", "shards"],
        Doc(
            "How a large graph is written: `flat` is one DAG of at most 200 tasks, `inline` one without that limit, "
            "`shards` several DAGs; `auto` chooses by size and says what it costs."
        ),
    ] = "auto"
    notifications: Annotated[
        tuple[Notification, ...],
        Doc("Messages about how runs ended.", [{"slack": {"name": "slack"}}]),
    ] = ()
    disruption_budget: Annotated[Raw, Doc(f"The PodDisruptionBudget of a run. {_ARGO}")] = field(
        default_factory=dict
    )
    synchronization: Annotated[Raw, Doc(f"Mutexes and semaphores of a run. {_ARGO}")] = field(
        default_factory=dict
    )
    metrics: Annotated[Raw, Doc(f"Prometheus metrics of a run. {_ARGO}")] = field(default_factory=dict)
    hooks: Annotated[Raw, Doc(f"Lifecycle hooks of a run. {_ARGO}")] = field(default_factory=dict)
    workflow_patch: Annotated[Patch, Doc(f"Over the workflow's spec. {_PATCHES}")] = field(
        default_factory=dict
    )
    object_patch: Annotated[Patch, Doc(f"Over the whole object, last of all. {_PATCHES}")] = field(
        default_factory=dict
    )
    companions: Annotated[CompanionConfig, Doc("Objects beside the pipeline's own.")] = field(
        default_factory=CompanionConfig
    )
    steps: Annotated[
        Mapping[str, ArgoStepConfig], Doc("More for single tasks or steps, by name or slug.")
    ] = field(default_factory=dict)
