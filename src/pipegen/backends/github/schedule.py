"""A schedule as GitHub reads it: five plain fields, in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from pipegen import cron
from pipegen.ir import Schedule

_PLAIN = r"(\*|\d+(-\d+)?)(/\d+)?(,(\*|\d+(-\d+)?)(/\d+)?)*"
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_YEARS = range(2025, 2036)  # rules of clocks are known ahead for as long as nobody changes them
_DAY = 24 * 60
Fields = tuple[frozenset[int], ...]


def lines(schedule: Schedule) -> list[str]:
    """The expressions that together mean the same in UTC; ValueError says why there are none."""
    fields = cron.expand(schedule.cron)
    if schedule.timezone is None:
        return [plain(schedule.cron)]
    offsets = _offsets(schedule.timezone, fields[3])
    if offsets == {0}:
        return [plain(schedule.cron)]
    found = [_shifted(fields, offset, cron.open_days(schedule.cron)) for offset in sorted(offsets)]
    if any(one != found[0] for one in found):
        raise ValueError(f"clocks change in {schedule.timezone}, so that no time in UTC is right all year")
    return found[0]


def plain(text: str) -> str:
    """The expression without macros, names, '?', and steps that begin at a number."""
    words = text.split()
    if len(words) == 5 and all(_is_plain(word) for word in words):
        return " ".join(words)
    return _written(cron.expand(text), cron.open_days(text))


def _is_plain(word: str) -> bool:
    steps_from_number = any(re.fullmatch(r"\d+/\d+", part) for part in word.split(","))
    return re.fullmatch(_PLAIN, word) is not None and not steps_from_number


def shortest_gap(schedule: Schedule) -> int:
    """The fewest minutes between two times of one day, or around midnight."""
    return cron.shortest_gap(schedule.cron)


def _offsets(timezone: str, months: frozenset[int]) -> set[int]:
    """How many minutes a zone is ahead of UTC on any day of these months."""
    from zoneinfo import ZoneInfo  # slow to import, seldom needed

    zone = ZoneInfo(timezone)
    hours = (
        datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=6 * n) for year in _YEARS for n in range(4 * 366)
    )
    local = (hour.astimezone(zone) for hour in hours)
    found = {one.utcoffset() or timedelta() for one in local if one.month in months}
    if any(one.total_seconds() % 60 for one in found):
        raise ValueError(f"{timezone} is not whole minutes from UTC")
    return {int(one.total_seconds() // 60) for one in found}


def _shifted(fields: Fields, offset: int, open_days: tuple[bool, bool]) -> list[str]:
    """The expressions in UTC, one for each day that a local day reaches into."""
    minutes, hours, *_ = fields
    times: dict[int, set[int]] = {}
    for hour in hours:
        for minute in minutes:
            carry, time = divmod(hour * 60 + minute - offset, _DAY)
            times.setdefault(carry, set()).add(time)
    if _same_every_day(fields, open_days):
        times = {0: set().union(*times.values())}
    return [
        _written((at, hour_set, *_days(fields, carry, open_days)), open_days)
        for carry, found in sorted(times.items())
        for at, hour_set in _products(found)
    ]


def _same_every_day(fields: Fields, open_days: tuple[bool, bool]) -> bool:
    return all(open_days) and len(fields[3]) == 12


def _products(times: Iterable[int]) -> Iterator[tuple[frozenset[int], frozenset[int]]]:
    """Minutes and hours whose combinations are these times, and no others; as few as there are minutes."""
    by_hour: dict[int, set[int]] = {}
    for time in times:
        by_hour.setdefault(time // 60, set()).add(time % 60)
    hours: dict[frozenset[int], set[int]] = {}
    for hour, minutes in by_hour.items():
        hours.setdefault(frozenset(minutes), set()).add(hour)
    for found in sorted(hours, key=sorted):
        yield found, frozenset(hours[found])


def _days(fields: Fields, carry: int, open_days: tuple[bool, bool]) -> Fields:
    """The days of month, months and weekdays, so many days later."""
    _, _, days, months, weekdays = fields
    if not carry or (all(open_days) and len(months) == 12):
        return days, months, weekdays
    if len(months) < 12:
        raise ValueError("in UTC some of its times are on another day, which may be in another month")
    if not open_days[0]:
        moved = frozenset(day + carry for day in days)
        if min(moved) < 1 or max(days | moved) > 28:  # not every month has more
            raise ValueError("in UTC some of its times are on another day, which may be in another month")
        days = moved
    weekdays = weekdays if open_days[1] else frozenset((day + carry) % 7 for day in weekdays)
    return days, months, weekdays


def _written(fields: Fields, open_days: tuple[bool, bool]) -> str:
    is_open = (True, True, open_days[0], True, open_days[1])
    return " ".join(
        "*" if free and len(found) == high - low + 1 else _numbers(sorted(found))
        for found, (low, high), free in zip(fields, _RANGES, is_open, strict=True)
    )


def _numbers(numbers: list[int]) -> str:
    """Numbers as ranges where there are three or more in a row."""
    parts: list[str] = []
    at = 0
    while at < len(numbers):
        end = at
        while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] + 1:
            end += 1
        row = numbers[at : end + 1]
        parts += [f"{row[0]}-{row[-1]}"] if len(row) > 2 else map(str, row)
        at = end + 1
    return ",".join(parts)
