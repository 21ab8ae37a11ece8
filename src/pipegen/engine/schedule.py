"""When a cron expression is due, in a time zone that may change its clocks.

A run is due in every minute whose local time fits, as Kubernetes and Argo have it: a time that clocks skip in
spring does not come on that day, and one that they show twice in autumn comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from pipegen import cron
from pipegen.ir import Schedule

_YEARS = 9  # between two 29ths of February there may be eight


@dataclass(frozen=True)
class Times:
    """The moments at which something is due; without a zone, in UTC."""

    text: str
    zone: tzinfo

    @classmethod
    def of(cls, schedule: Schedule) -> Times:
        return cls(schedule.cron, ZoneInfo(schedule.timezone) if schedule.timezone else UTC)

    @cached_property
    def _fields(self) -> tuple[frozenset[int], ...]:
        return cron.expand(self.text)

    def after(self, moment: datetime) -> datetime:
        """The first moment after this one, in UTC; both are aware of their zone."""
        first = moment.astimezone(self.zone).date() - timedelta(days=1)  # the zone's clocks may go back
        for number in range(366 * _YEARS):
            day = first + timedelta(days=number)
            if self._fits(day):
                due = [one for one in self._moments(day) if one > moment]
                if due:
                    return min(due)
        raise ValueError(f"'{self.text}' is never due")

    def between(self, begin: datetime, end: datetime) -> Iterator[datetime]:
        """The moments after the beginning, up to and with the end."""
        due = self.after(begin)
        while due <= end:
            yield due
            due = self.after(due)

    def _fits(self, day: date) -> bool:
        _, _, days, months, weekdays = self._fields
        by_month, by_week = day.day in days, day.isoweekday() % 7 in weekdays
        either = not any(cron.open_days(self.text))
        return day.month in months and ((by_month or by_week) if either else (by_month and by_week))

    def _moments(self, day: date) -> Iterator[datetime]:
        """When the local clock shows a time that fits: never, once, or twice for each."""
        minutes, hours, *_ = self._fields
        for hour in sorted(hours):
            for minute in sorted(minutes):
                local = datetime(day.year, day.month, day.day, hour, minute)
                found = {local.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
                yield from (one for one in found if one.astimezone(self.zone).replace(tzinfo=None) == local)
