"""One task's config: the pipeline's, with that of its step over it, and its own over both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from pipegen.backends.github.config import GithubConfig, GithubStepConfig
from pipegen.errors import Diagnostic, suggest
from pipegen.ir import Pipeline

_KEYS = tuple(one.name for one in fields(GithubStepConfig))
_UNSAID = GithubStepConfig()


def task_configs(pipeline: Pipeline, config: GithubConfig) -> dict[str, GithubStepConfig]:
    """The config of every task, by its name; tasks without a word of their own share one object."""
    base = GithubStepConfig(**{key: getattr(config, key) for key in _KEYS})
    by_step: dict[str, GithubStepConfig] = {}
    found: dict[str, GithubStepConfig] = {}
    for task in pipeline.every_task:
        if task.step not in by_step:
            by_step[task.step] = _over(base, config.steps.get(task.step))
        own = config.steps.get(task.name) if task.name != task.step else None
        found[task.name] = _over(by_step[task.step], own)
    return found


def _over(under: GithubStepConfig, upper: GithubStepConfig | None) -> GithubStepConfig:
    """Mappings key by key, everything else replaced where something was said."""
    if upper is None:
        return under
    return GithubStepConfig(**{key: _merged(key, under, upper) for key in _KEYS})


def _merged(key: str, under: GithubStepConfig, upper: GithubStepConfig) -> Any:
    below, above = getattr(under, key), getattr(upper, key)
    if above == getattr(_UNSAID, key):
        return below
    return {**below, **above} if isinstance(above, Mapping) and isinstance(below, Mapping) else above


def unknown_steps(pipeline: Pipeline, config: GithubConfig) -> Iterator[Diagnostic]:
    known = {*pipeline.steps, *(task.name for task in pipeline.every_task)} if config.steps else set()
    for name in config.steps:
        if name not in known:
            message = f"github.steps names '{name}', which is no task or step of pipeline '{pipeline.name}'"
            yield Diagnostic("PG820", message, None, suggest(name, known))
