"""What values say about each task's job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from pipegen.backends.gitlab.config import GitlabConfig, JobConfig
from pipegen.ir import Pipeline, Task

_UNSAID = JobConfig()


def said_for_all(pipeline: Pipeline, config: GitlabConfig) -> dict[str, JobConfig]:
    """The pipeline's config, that of the task's step over it, its own over both."""
    base = JobConfig(**{one.name: getattr(config, one.name) for one in fields(JobConfig)})
    by_step: dict[str, JobConfig] = {}
    found: dict[str, JobConfig] = {}
    for task in pipeline.every_task:
        if task.step not in by_step:
            by_step[task.step] = _over(base, config.steps.get(task.step))
        own = config.steps.get(task.name) if task.name != task.step else None
        found[task.name] = _over(by_step[task.step], own)
    return found


def _over(under: JobConfig, upper: JobConfig | None) -> JobConfig:
    """Mappings key by key, everything else replaced where something was said."""
    if upper is None:
        return under
    merged: dict[str, Any] = {}
    for one in fields(JobConfig):
        low, high = getattr(under, one.name), getattr(upper, one.name)
        if high == getattr(_UNSAID, one.name):
            merged[one.name] = low
        elif isinstance(low, Mapping) and isinstance(high, Mapping):
            merged[one.name] = {**low, **high}
        else:
            merged[one.name] = high
    return JobConfig(**merged)


def gpu_tags(task: Task, config: GitlabConfig) -> tuple[str, ...]:
    """The tags of runners that have as many GPUs as a task asks for."""
    asked = task.options.resources
    return config.gpu_tags.get(str(asked.gpu), ()) if asked is not None and asked.gpu else ()


_RESOURCES = {"cpu": None, "memory": None, "ephemeral_storage": None, "gpu": 0}


def without_ignored(pipeline: Pipeline, config: GitlabConfig) -> Pipeline:
    """The pipeline without the resources that values leave out, for runners cannot give them all."""
    left = {name: none for name, none in _RESOURCES.items() if name in config.ignore}
    if not left:
        return pipeline

    def plain(task: Task) -> Task:
        asked = task.options.resources
        if asked is None:
            return task
        return replace(task, options=replace(task.options, resources=replace(asked, **left)))  # type: ignore[arg-type]

    handlers = {
        key: plain(task) for key in ("on_failure", "on_exit") if (task := getattr(pipeline, key)) is not None
    }
    return replace(pipeline, tasks=tuple(map(plain, pipeline.tasks)), **handlers)  # type: ignore[arg-type]
