"""What the command line says about a run, read and checked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from pipegen.app.running_types import Asked
from pipegen.engine.keys import Keys
from pipegen.errors import Diagnostic, PipegenError, refuse, suggest
from pipegen.ir import Json, Pipeline, Task
from pipegen.parameters import sets_secret
from pipegen.runtime.choices import allows, none_of_the_choices
from pipegen.units import given_seconds

HIDDEN = "***"
_SHOWN_SETTINGS = 1000  # tasks: beyond that a record would be mostly settings


def parameters(pipeline: Pipeline, given: Iterable[str]) -> dict[str, str]:
    known = {one.name: one.choices for one in pipeline.parameters}
    found: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for word in given:
        name, equals, text = word.partition("=")
        if not equals:
            message = f"--param {word}: there is no value"
            problems.append(Diagnostic("PG772", message, None, "write --param NAME=VALUE"))
        elif name not in known:
            message = f"--param {word}: pipeline '{pipeline.name}' has no parameter '{name}'"
            hint = suggest(name, known) or "it declares none; a setting is set by its variable: pipegen env"
            problems.append(Diagnostic("PG772", message, pipeline.origin, hint))
        elif known[name] and not allows(known[name], text):
            problems.append(none_of_the_choices(f"--param {name}", known[name], f"parameter '{name}'"))
        else:
            found[name] = text
    refuse(problems)
    return found


def workers(number: int | None) -> int:
    if number is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if number < 1:
        message = f"-j {number}: at least one task must run at a time"
        raise PipegenError(Diagnostic("PG775", message, None, "leave it out for one per processor"))
    return number


def limit(asked: str | None, deadline: str | None) -> float | None:
    try:
        limits = [given_seconds(one) for one in (asked, deadline) if one is not None]
    except ValueError as error:
        message = f"--timeout {asked}: {error}"
        raise PipegenError(Diagnostic("PG775", message, None, "write a time like 90s, 30m or 2h")) from None
    if asked is not None and limits[0] <= 0:
        message = f"--timeout {asked}: the run would be over before it begins"
        raise PipegenError(Diagnostic("PG775", message, None, "write a time like 90s, 30m or 2h"))
    return min(limits, default=None)


def shown_parameters(pipeline: Pipeline, given: Mapping[str, str]) -> dict[str, str]:
    """The parameters as they may be remembered."""
    hidden = {one.name for one in pipeline.parameters if sets_secret(pipeline, one)}
    return {name: HIDDEN if name in hidden else text for name, text in given.items()}


def details(asked: Asked, keys: Keys, tasks: Sequence[Task]) -> dict[str, Json]:
    found: dict[str, Json] = {"reason": asked.reason}
    part = asked.selection
    if not part.everything:
        found["part"] = {"step": list(part.steps), "from": part.start, "to": part.end}
    if len(tasks) <= _SHOWN_SETTINGS:
        found["settings"] = {task.name: _masked(keys.settings(task) or {}) for task in tasks}
    return found


def _masked(value: Json) -> Json:
    """Settings with what is secret out of sight."""
    if isinstance(value, str):
        return HIDDEN if value.startswith("hmac-sha256:") else value
    if isinstance(value, Mapping):
        return {name: _masked(one) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [_masked(one) for one in value]
    return value
