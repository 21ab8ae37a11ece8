"""A schedule in UTC is due when the pipeline's own is, on every day of several years, or is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from workflow_pipelines import data_of, pipeline

from pipegen.backends.github.schedule import lines, plain, shortest_gap
from pipegen.engine.schedule import Times
from pipegen.ir import Schedule

EXACT = (
    ("0 4 * * *", "Asia/Tokyo"),
    ("30 2 * * mon-fri", "Asia/Tokyo"),
    ("15 1,13,23 * * *", "Asia/Kolkata"),
    ("45 0 10 * *", "Asia/Kathmandu"),
    ("0 22 1-27 * *", "America/Phoenix"),
    ("0 0 2-9 * 1", "Asia/Tokyo"),
    ("*/15 * * * *", "Europe/Berlin"),
    ("0 * * * *", "America/New_York"),
    ("0 12 * 1 *", "Europe/Berlin"),
    ("0 12 * jun,jul 5", "America/New_York"),
    ("@daily", "UTC"),
    ("0 4 * * ?", "Etc/GMT+5"),
    ("20 6,7 * * 0", "Pacific/Honolulu"),
)
REFUSED = (
    ("0 4 * * *", "Europe/Berlin", "clocks change"),
    ("0 4 * * 1", "America/New_York", "clocks change"),
    ("0 0 * * *", "Australia/Lord_Howe", "clocks change"),
    ("0 3 1 * *", "Asia/Tokyo", "another month"),
    ("0 3 31 * *", "Asia/Tokyo", "another month"),
    ("0 23 28 * *", "America/Phoenix", "another month"),
    ("0 3 * 2 *", "Asia/Tokyo", "another month"),
)


@pytest.mark.parametrize(("cron", "zone"), EXACT)
def test_it_is_due_at_the_same_moments(cron: str, zone: str) -> None:
    wanted = Times.of(Schedule(cron, zone))
    found = [Times.of(Schedule(one)) for one in lines(Schedule(cron, zone))]
    for begin in (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 10, 24, tzinfo=UTC),
        datetime(2028, 2, 20, tzinfo=UTC),
    ):
        end = begin + timedelta(days=3 if "*/" in cron else 40 if "0 * *" in cron else 400)
        assert set(wanted.between(begin, end)) == {
            moment for one in found for moment in one.between(begin, end)
        }


@pytest.mark.parametrize(("cron", "zone", "why"), REFUSED)
def test_what_utc_cannot_follow_is_refused(cron: str, zone: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        lines(Schedule(cron, zone))


@pytest.mark.parametrize(
    ("cron", "written"),
    [
        ("0 4 * * *", "0 4 * * *"),
        ("*/15 8-17 * * 1-5", "*/15 8-17 * * 1-5"),
        ("@weekly", "0 0 * * 0"),
        ("0 4 ? * MON-WED", "0 4 * * 1-3"),
        ("5/20 * * JAN *", "5,25,45 * * 1 *"),
        ("0 0 1-31 * 1", "0 0 1-31 * 1"),
    ],
)
def test_github_gets_plain_fields(cron: str, written: str) -> None:
    assert plain(cron) == written


def test_the_shortest_gap_counts() -> None:
    assert [
        shortest_gap(Schedule(one)) for one in ("* * * * *", "*/5 * * * *", "0 0 * * *", "58,1 * * * *")
    ] == [
        1,
        5,
        1440,
        3,
    ]


def test_values_choose_githubs_own_time_zones() -> None:
    one = pipeline(schedule=Schedule("0 4 * * *", "Europe/Berlin"))
    native = data_of(one, "{timezone: native}")
    assert native["on"]["schedule"] == [{"cron": "0 4 * * *", "timezone": "Europe/Berlin"}]
    left_out = data_of(one, "{ignore: [timezone]}")
    assert left_out["on"]["schedule"] == [{"cron": "0 4 * * *"}]
