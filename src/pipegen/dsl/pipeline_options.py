"""What `Pipeline(...)` was given beside its steps, checked and as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pipegen.dsl.pipeline import Pipeline
from pipegen.errors import Diagnostic, Origin, suggest
from pipegen.ir import Concurrency, Schedule
from pipegen.units import duration

CONCURRENCY: tuple[str, ...] = get_args(Concurrency)


def pipeline_options(pipeline: Pipeline, origin: Origin, problems: list[Diagnostic]) -> dict[str, Any]:
    """Keyword arguments for a draft; whatever is of the wrong kind is reported and left out."""

    def say(what: str, hint: str) -> None:
        problems.append(Diagnostic("PG136", f"{what} of pipeline '{pipeline.name}'", origin, hint))

    for key in ("name", "description"):
        if not isinstance(getattr(pipeline, key), str):
            say(f"{getattr(pipeline, key)!r} cannot be the {key}", "it must be text")
    for key in ("schedule", "timezone"):
        if not isinstance(getattr(pipeline, key), (str, type(None))):
            say(
                f"{getattr(pipeline, key)!r} cannot be the {key}",
                'schedule="0 4 * * *", timezone="Europe/Berlin"',
            )
    if pipeline.timezone is not None and pipeline.schedule is None:
        say("a timezone without a schedule is an option", 'give it a schedule="0 4 * * *"')
    if pipeline.concurrency is not None and pipeline.concurrency not in CONCURRENCY:
        hint = suggest(str(pipeline.concurrency), CONCURRENCY)
        say(f"{pipeline.concurrency!r} is not a concurrency", hint)
    if not _is_text_map(pipeline.labels):
        say(f"{pipeline.labels!r} cannot be the labels", 'labels={"team": "search"}')
    deadline = pipeline.deadline
    if isinstance(deadline, (int, float)) and not isinstance(deadline, bool):
        deadline = duration(deadline)
    if not isinstance(deadline, (str, type(None))):
        say(f"{deadline!r} cannot be the deadline", 'for example "2h"')
    return {
        "description": pipeline.description,
        "schedule": Schedule(pipeline.schedule, pipeline.timezone) if pipeline.schedule is not None else None,
        "concurrency": pipeline.concurrency,
        "deadline": deadline,
        "labels": dict(pipeline.labels) if isinstance(pipeline.labels, Mapping) else {},
    }


def _is_text_map(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(one, str) for pair in value.items() for one in pair)
