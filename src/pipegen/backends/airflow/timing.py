"""When a DAG runs, as Airflow's cron library reads it."""

from __future__ import annotations

import math

from pipegen import cron
from pipegen.backends.airflow.layout import Call
from pipegen.ir import Pipeline
from pipegen.units import seconds


def schedule(pipeline: Pipeline) -> Call | None:
    """A timetable that starts runs when they are due, the same in Airflow 2 and 3."""
    if pipeline.schedule is None:
        return None
    zone = pipeline.schedule.timezone or "UTC"
    return Call("CronTriggerTimetable", {"timezone": zone}, (expression(pipeline.schedule.cron),))


def expression(text: str) -> str:
    """The same days in numbers and '*': macros, names and '?' are not the same to every cron library."""
    minutes, hours, days, months, weekdays = cron.expand(text)
    day_open, weekday_open = cron.open_days(text)
    day = _field(days, range(1, 32))
    weekday = _field(weekdays, range(7))
    if not day_open and not weekday_open and "*" in (day, weekday):
        day = weekday = "*"  # one of the two is enough, and one of them is every day
    elif day_open or weekday_open:
        day, weekday = ("*" if day_open else day), ("*" if weekday_open else weekday)
    return " ".join(
        [_field(minutes, range(60)), _field(hours, range(24)), day, _field(months, range(1, 13)), weekday]
    )


def _field(numbers: frozenset[int], every: range) -> str:
    """A cron field that names these numbers: '*', '*/15', '1-5' or a list."""
    named = sorted(numbers)
    if named == list(every):
        return "*"
    for step in range(2, len(every)):
        if len(named) > 2 and named == list(every[::step]):
            return f"*/{step}"
    if len(named) > 2 and named == list(range(named[0], named[-1] + 1)):
        return f"{named[0]}-{named[-1]}"
    return ",".join(map(str, named))


def whole(duration: str) -> int:
    """Whole seconds, at least one."""
    return max(1, math.ceil(seconds(duration)))
