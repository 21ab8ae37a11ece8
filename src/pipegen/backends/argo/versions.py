"""What came to Argo Workflows, or went, between the versions that people run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipegen.backends.argo.config import ArgoConfig, ArgoStepConfig
from pipegen.backends.argo.document import kind_of, schedules_of
from pipegen.errors import Diagnostic
from pipegen.ir import Json, Pipeline

ORDER = ("3.5", "3.6", "3.7", "4.0", "4.1")


def too_new(pipeline: Pipeline, config: ArgoConfig, different: list[ArgoStepConfig]) -> Iterator[Diagnostic]:
    """Fields that the chosen version does not have."""
    place = ORDER.index(config.version)
    for what, since, until in _asked(pipeline, config, different):
        if since is not None and place < ORDER.index(since):
            message = f"{what} came with Argo {since}, and argo.version is {config.version}"
            yield Diagnostic("PG536", message, pipeline.origin, f"leave it out, or run Argo {since}")
        if until is not None and place > ORDER.index(until):
            message = f"{what} is gone since Argo {ORDER[ORDER.index(until) + 1]}, and argo.version is {config.version}"
            yield Diagnostic("PG536", message, pipeline.origin, "write 'mutexes' or 'semaphores' with a list")


def _asked(
    pipeline: Pipeline, config: ArgoConfig, different: list[ArgoStepConfig]
) -> Iterator[tuple[str, str | None, str | None]]:
    """What is used, the version it came with, the last version that has it."""
    if kind_of(pipeline, config) == "CronWorkflow":
        if len(schedules_of(pipeline, config)) > 1:
            yield "more than one schedule", "3.6", None
        if config.when is not None:
            yield "argo.when", "3.6", None
        if config.stop_strategy is not None:
            yield "argo.stop_strategy", "3.6", None
    yield from _synchronization(config.synchronization)
    for one in different:
        yield from _synchronization(one.synchronization)


def _synchronization(raw: Mapping[str, Json]) -> Iterator[tuple[str, str | None, str | None]]:
    for key in ("mutexes", "semaphores"):
        if key in raw:
            yield f"synchronization.{key}", "3.6", None
    for key in ("mutex", "semaphore"):
        if key in raw:
            yield f"synchronization.{key}", None, "3.7"
