"""One task's config: the pipeline's, with that of its step over it, and its own over both."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.backends import by_step
from pipegen.backends.github.config import GithubConfig, GithubStepConfig
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline


def task_configs(pipeline: Pipeline, config: GithubConfig) -> dict[str, GithubStepConfig]:
    """The config of every task, by its name; tasks without a word of their own share one object."""
    return by_step.by_task(pipeline, config, config.steps, GithubStepConfig)


def unknown_steps(pipeline: Pipeline, config: GithubConfig) -> Iterator[Diagnostic]:
    yield from by_step.unknown_steps(pipeline, "github", config.steps, "PG820")
