"""One task's pod config: the pipeline's, with that of its step over it, and its own over both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast

from pipegen.backends.kubernetes.config import ClusterConfig, PodConfig
from pipegen.errors import Diagnostic, suggest
from pipegen.ir import Pipeline

Config = TypeVar("Config", bound=PodConfig)


def pod_configs(config: ClusterConfig, pipeline: Pipeline, base: Config) -> dict[str, Config]:
    """The config of every task, by its name; tasks without a word of their own share one object."""
    found: dict[str, Config] = {}
    by_step: dict[str, Config] = {}
    steps = cast(Mapping[str, Config], config.steps)
    for task in pipeline.every_task:
        if task.step not in by_step:
            by_step[task.step] = over(base, steps.get(task.step))
        own = steps.get(task.name) if task.name != task.step else None
        found[task.name] = over(by_step[task.step], own)
    return found


def shared(config: ClusterConfig) -> dict[str, Any]:
    """What the whole pipeline's config says about pods, as keyword arguments of a pod config."""
    return {one.name: getattr(config, one.name) for one in fields(PodConfig)}


def over(under: Config, upper: Config | None) -> Config:
    """Mappings key by key, everything else replaced where something was said."""
    if upper is None:
        return under
    unsaid = type(under)()
    merged = {
        one.name: _merged(getattr(under, one.name), getattr(upper, one.name), getattr(unsaid, one.name))
        for one in fields(under)
    }
    return type(under)(**merged)


def _merged(under: Any, upper: Any, unsaid: Any) -> Any:
    if upper == unsaid:
        return under
    return {**under, **upper} if isinstance(upper, Mapping) and isinstance(under, Mapping) else upper


def unknown_steps(config: ClusterConfig, pipeline: Pipeline, backend: str) -> Iterator[Diagnostic]:
    known = {*pipeline.steps, *(task.name for task in pipeline.every_task)}
    for name in config.steps:
        if name not in known:
            message = (
                f"{backend}.steps names '{name}', which is no task or step of pipeline '{pipeline.name}'"
            )
            yield Diagnostic("PG521", message, None, suggest(name, known))
