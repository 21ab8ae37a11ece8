"""What values say of single tasks and steps, over what they say of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from pipegen.errors import Diagnostic, suggest
from pipegen.ir import Pipeline

Config = TypeVar("Config")


def by_task(
    pipeline: Pipeline, whole: object, steps: Mapping[str, Config], form: type[Config]
) -> dict[str, Config]:
    """The config of every task, by its name: what is said of the whole, that of its step over it, its own over both.

    Tasks without a word of their own share one object.
    """
    keys = [one.name for one in fields(form)]  # type: ignore[arg-type]
    base, unsaid = form(**{key: getattr(whole, key) for key in keys}), form()
    by_step: dict[str, Config] = {}
    found: dict[str, Config] = {}
    for task in pipeline.every_task:
        if task.step not in by_step:
            by_step[task.step] = _over(base, steps.get(task.step), unsaid, keys)
        own = steps.get(task.name) if task.name != task.step else None
        found[task.name] = _over(by_step[task.step], own, unsaid, keys)
    return found


def _over(under: Config, upper: Config | None, unsaid: Config, keys: list[str]) -> Config:
    if upper is None:
        return under
    each = {key: _merged(getattr(under, key), getattr(upper, key), getattr(unsaid, key)) for key in keys}
    return type(under)(**each)


def _merged(under: Any, upper: Any, unsaid: Any) -> Any:
    """Mappings key by key, everything else replaced where something was said."""
    if upper == unsaid:
        return under
    return {**under, **upper} if isinstance(upper, Mapping) and isinstance(under, Mapping) else upper


def unknown_steps(
    pipeline: Pipeline, section: str, steps: Mapping[str, object], code: str
) -> Iterator[Diagnostic]:
    known = {*pipeline.steps, *(task.name for task in pipeline.every_task)} if steps else set()
    for name in steps:
        if name not in known:
            message = (
                f"{section}.steps names '{name}', which is no task or step of pipeline '{pipeline.name}'"
            )
            yield Diagnostic(code, message, None, suggest(name, known))
