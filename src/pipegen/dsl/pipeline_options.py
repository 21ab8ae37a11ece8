"""What `Pipeline(...)` was given beside its steps, checked and as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pipegen.dsl.findings import Findings
from pipegen.dsl.pipeline import Pipeline
from pipegen.dsl.step import describe
from pipegen.errors import Origin, suggest
from pipegen.ir import Concurrency, Schedule
from pipegen.option_rules import wrong_times
from pipegen.units import duration

CONCURRENCY: tuple[str, ...] = get_args(Concurrency)


def pipeline_options(pipeline: Pipeline, found: Findings) -> dict[str, Any]:
    """Keyword arguments for a draft; whatever is of the wrong kind is reported and left out."""
    title = f"of pipeline '{pipeline.name}'" if isinstance(pipeline.name, str) else "of the pipeline"

    def say(key: str, what: str, hint: str) -> None:
        found.say("PG136", f"{what} {title}", _place(pipeline, key), hint)

    if not isinstance(pipeline.name, str):
        say("name", f"{describe(pipeline.name)} cannot be the name", 'Pipeline("reviews", report)')
    if not isinstance(pipeline.description, str):
        say("description", f"{pipeline.description!r} cannot be the description", "it must be text")
    for key in ("schedule", "timezone"):
        if not isinstance(getattr(pipeline, key), (str, type(None))):
            example = 'schedule="0 4 * * *", timezone="Europe/Berlin"'
            say(key, f"{getattr(pipeline, key)!r} cannot be the {key}", example)
    if pipeline.timezone is not None and pipeline.schedule is None:
        say("timezone", "there is no schedule for the timezone", 'give it a schedule="0 4 * * *"')
    if pipeline.concurrency is not None and pipeline.concurrency not in CONCURRENCY:
        hint = suggest(str(pipeline.concurrency), CONCURRENCY)
        say("concurrency", f"{pipeline.concurrency!r} is not a concurrency", hint)
    if not _is_text_map(pipeline.labels):
        say("labels", f"{pipeline.labels!r} cannot be the labels", 'labels={"team": "search"}')
    try:
        deadline = _deadline(pipeline.deadline)
    except ValueError as error:
        deadline = None
        say("deadline", f"{error} cannot be the deadline", 'for example "2h"')
    schedule = _schedule(pipeline)
    for one in wrong_times(schedule, deadline):
        wrong = one.told(title.removeprefix("of "), None)
        found.say(wrong.code, wrong.message, _place(pipeline, one.key), wrong.hint)
    return {
        "description": pipeline.description,
        "schedule": schedule,
        "concurrency": pipeline.concurrency,
        "deadline": deadline,
        "labels": dict(pipeline.labels) if isinstance(pipeline.labels, Mapping) else {},
    }


def _place(pipeline: Pipeline, key: str) -> Origin:
    from pipegen.dsl.places import option_place  # only a mistake pays for it

    return option_place(pipeline.origin, key)


def _schedule(pipeline: Pipeline) -> Schedule | None:
    cron: object = pipeline.schedule
    zone: object = pipeline.timezone
    return Schedule(cron, zone if isinstance(zone, str) else None) if isinstance(cron, str) else None


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
