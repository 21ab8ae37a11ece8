"""What values say about each task's job."""

from __future__ import annotations

from dataclasses import replace

from pipegen.backends.by_step import by_task
from pipegen.backends.gitlab.config import GitlabConfig, JobConfig
from pipegen.ir import Pipeline, Task


def said_for_all(pipeline: Pipeline, config: GitlabConfig) -> dict[str, JobConfig]:
    """The pipeline's config, that of the task's step over it, its own over both."""
    return by_task(pipeline, config, config.steps, JobConfig)


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
