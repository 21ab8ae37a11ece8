"""What a values file may say, beside the backends' own sections: its keys, their kinds, what they are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

from pipegen.frozen import frozen
from pipegen.ir import Concurrency, Json, Mode, Trigger
from pipegen.values.kinds import (
    Cron,
    Doc,
    Duration,
    EnvName,
    ImageRef,
    Limit,
    Quantity,
    Range,
    Size,
    TimeZone,
)
from pipegen.values.unset import UNSET, Unset

_ENV = "Environment variables of the task's process. null removes one."
_LABELS = "Labels on what is generated, where the target knows labels. null removes one."


@frozen
class RetryValues:
    """When to run a failed task again."""

    limit: Annotated[int, Range(ge=0), Doc("How many times a failed task is run again.", 2)] | Unset = UNSET
    backoff: Annotated[str | Unset, Duration(), Doc("How long to wait before the first time.", "30s")] = UNSET
    factor: Annotated[float, Range(ge=1), Doc("What the wait is multiplied with each time.", 2.0)] | Unset = (
        UNSET
    )
    max_backoff: Annotated[str | None | Unset, Duration(), Doc("The longest wait.", "10m")] = UNSET


@frozen
class ResourceValues:
    """What one task needs from the machine it runs on."""

    cpu: Annotated[str | None | Unset, Quantity(), Doc("Processors, as a Kubernetes quantity.", "500m")] = (
        UNSET
    )
    memory: Annotated[str | None | Unset, Size(), Doc("Memory, as a Kubernetes quantity.", "1Gi")] = UNSET
    ephemeral_storage: Annotated[
        str | None | Unset, Size(), Doc("Local disk, as a Kubernetes quantity.", "2Gi")
    ] = UNSET
    gpu: Annotated[int, Range(ge=0), Doc("Whole GPUs.", 0)] | Unset = UNSET


@frozen
class CacheValues:
    """Whether a result may be used again."""

    enabled: Annotated[bool | Unset, Doc("Whether an unchanged task's result is used again.", True)] = UNSET
    key: Annotated[
        tuple[str, ...] | Unset, Doc("Texts that make a result stale when they change.", ["v1"])
    ] = UNSET


@frozen
class TaskValues:
    """How tasks are run."""

    image: Annotated[
        str | None | Unset, ImageRef(), Doc("The container image.", "registry.example.com/team/app:1.0")
    ] = UNSET
    env: Annotated[Mapping[Annotated[str, EnvName()], str | None], Doc(_ENV, {"LOG_LEVEL": "info"})] = field(
        default_factory=dict
    )
    retry: Annotated[RetryValues | None | Unset, Doc("Run a failed task again. null: never.")] = UNSET
    timeout: Annotated[str | None | Unset, Limit(), Doc("How long one run may take.", "1h")] = UNSET
    resources: Annotated[ResourceValues | None | Unset, Doc("What the task needs from its machine.")] = UNSET
    cache: Annotated[CacheValues | None | Unset, Doc("Use results again.")] = UNSET
    trigger: Annotated[
        Trigger | Unset, Doc("Which outcome of the tasks before it lets a task run.", "all_success")
    ] = UNSET
    labels: Annotated[Mapping[str, str | None], Doc(_LABELS, {"team": "reviews"})] = field(
        default_factory=dict
    )
    metadata: Annotated[
        Mapping[str, Json],
        Doc("Free data for tools that read the pipeline. null removes a key.", {"owner": "me"}),
    ] = field(default_factory=dict)
    mode: Annotated[
        Mode | Unset,
        Doc(
            "How `run` is called, for single steps: in one go, on streams, or row by row.",
            "batch",
        ),
    ] = UNSET


@frozen
class ScheduleValues:
    """When a pipeline runs by itself."""

    cron: Annotated[str, Cron(), Doc("Minute, hour, day of month, month, day of week.", "0 4 * * *")]
    timezone: Annotated[str | None, TimeZone(), Doc("The time zone those are meant in.", "Europe/Berlin")] = (
        None
    )


@frozen
class ParameterValues:
    """Another default, other choices or words for a parameter that the pipeline declares."""

    default: Annotated[Json | Unset, Doc("Its value in a run that does not set it.", "large")] = UNSET
    choices: Annotated[tuple[Json, ...] | Unset, Doc("The values a run may set.", ["small", "large"])] = UNSET
    description: Annotated[str | Unset, Doc("What it is for.", "Which model scores.")] = UNSET


@frozen
class PipelineValues:
    """One pipeline's own values, stronger than those for all."""

    description: Annotated[str | None | Unset, Doc("What the pipeline is for.", "Nightly scores.")] = UNSET
    schedule: Annotated[
        Annotated[str, Cron()] | ScheduleValues | None | Unset,
        Doc("When it runs: a cron expression, or cron and timezone. null: only when asked."),
    ] = UNSET
    concurrency: Annotated[
        Concurrency | None | Unset, Doc("What happens when a run is due and the last one goes on.", "forbid")
    ] = UNSET
    deadline: Annotated[str | None | Unset, Limit(), Doc("How long a whole run may take.", "6h")] = UNSET
    labels: Annotated[Mapping[str, str | None], Doc(_LABELS, {"team": "reviews"})] = field(
        default_factory=dict
    )
    parameters: Annotated[
        Mapping[str, ParameterValues], Doc("Changes to parameters that the pipeline declares, by name.")
    ] = field(default_factory=dict)
    defaults: Annotated[TaskValues, Doc("As 'defaults' at the top, for this pipeline's tasks.", {})] = field(
        default_factory=TaskValues
    )
    steps: Annotated[
        Mapping[str, TaskValues], Doc("As 'steps' at the top, for this pipeline's tasks.", {})
    ] = field(default_factory=dict)


@frozen
class Document:
    """A whole values file, without the backends' sections."""

    defaults: Annotated[
        TaskValues, Doc("Options for every task. What the code of a step asks for is stronger.")
    ] = field(default_factory=TaskValues)
    steps: Annotated[
        Mapping[str, TaskValues],
        Doc("Options by task name or step slug, with the keys of 'defaults'. Stronger than the code.", {}),
    ] = field(default_factory=dict)
    pipelines: Annotated[Mapping[str, PipelineValues], Doc("Values by pipeline name.")] = field(
        default_factory=dict
    )
