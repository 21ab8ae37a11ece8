"""What `Pipeline(...)` was given beside its steps, checked and as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pipegen.dsl.findings import Findings
from pipegen.dsl.pipeline import Pipeline
from pipegen.dsl.step import describe
from pipegen.errors import suggest
from pipegen.ir import Concurrency, Schedule
from pipegen.units import duration

CONCURRENCY: tuple[str, ...] = get_args(Concurrency)


def pipeline_options(pipeline: Pipeline, found: Findings) -> dict[str, Any]:
    """Keyword arguments for a draft; whatever is of the wrong kind is reported and left out."""
    title = f"of pipeline '{pipeline.name}'" if isinstance(pipeline.name, str) else "of the pipeline"

    def say(what: str, hint: str) -> None:
        found.say("PG136", f"{what} {title}", pipeline.origin, hint)

    if not isinstance(pipeline.name, str):
        say(f"{describe(pipeline.name)} cannot be the name", 'Pipeline("reviews", report)')
    if not isinstance(pipeline.description, str):
        say(f"{pipeline.description!r} cannot be the description", "it must be text")
    for key in ("schedule", "timezone"):
        if not isinstance(getattr(pipeline, key), (str, type(None))):
            example = 'schedule="0 4 * * *", timezone="Europe/Berlin"'
            say(f"{getattr(pipeline, key)!r} cannot be the {key}", example)
    if pipeline.timezone is not None and pipeline.schedule is None:
        say("a timezone without a schedule is an option", 'give it a schedule="0 4 * * *"')
    if pipeline.concurrency is not None and pipeline.concurrency not in CONCURRENCY:
        hint = suggest(str(pipeline.concurrency), CONCURRENCY)
        say(f"{pipeline.concurrency!r} is not a concurrency", hint)
    if not _is_text_map(pipeline.labels):
        say(f"{pipeline.labels!r} cannot be the labels", 'labels={"team": "search"}')
    try:
        deadline = _deadline(pipeline.deadline)
    except ValueError as error:
        deadline = None
        say(f"{error} cannot be the deadline", 'for example "2h"')
    return {
        "description": pipeline.description,
        "schedule": Schedule(pipeline.schedule, pipeline.timezone) if pipeline.schedule is not None else None,
        "concurrency": pipeline.concurrency,
        "deadline": deadline,
        "labels": dict(pipeline.labels) if isinstance(pipeline.labels, Mapping) else {},
    }


def _deadline(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return duration(value)
    except ValueError:
        pass  # negative, or no number
    raise ValueError(repr(value))


def _is_text_map(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(one, str) for pair in value.items() for one in pair)
