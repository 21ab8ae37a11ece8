"""When runs are due, and what happens when one is due while another goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from command_runs import PLAIN
from engine_project import Project
from hypothesis import given
from hypothesis import strategies as st

from pipegen import cron
from pipegen.app.scheduling import Scheduler
from pipegen.engine.schedule import Times
from pipegen.ir import Concurrency

_ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Sao_Paulo",
]
_CRONS = [
    "0 4 * * *",
    "30 2 * * *",
    "*/15 * * * *",
    "0 0 1 * *",
    "5 0 13 * 5",
    "0 12 * * 1-5",
    "30 1 * 3,10,11 0",
    "@weekly",
    "59 23 31 12 *",
    "0 9-17/4 */2 * 1",
]


def by_the_minute(text: str, zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The plain way: look at the local clock in every minute."""
    minutes, hours, days, months, weekdays = cron.expand(text)
    open_day, open_weekday = cron.open_days(text)
    moment = begin.replace(second=0, microsecond=0)
    while moment <= end:
        local = moment.astimezone(zone)
        by_day, by_week = local.day in days, local.isoweekday() % 7 in weekdays
        day = (by_day and by_week) if open_day or open_weekday else (by_day or by_week)
        if (
            moment > begin
            and local.minute in minutes
            and local.hour in hours
            and local.month in months
            and day
        ):
            yield moment
        moment += timedelta(minutes=1)


@given(
    st.sampled_from(_CRONS),
    st.sampled_from(_ZONES),
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),
)
def test_it_is_due_whenever_the_local_clock_fits(text: str, name: str, start: datetime) -> None:
    begin = start.replace(tzinfo=UTC)
    end, zone = begin + timedelta(days=3), ZoneInfo(name)
    assert list(Times(text, zone).between(begin, end)) == list(by_the_minute(text, zone, begin, end))


@pytest.mark.parametrize(
    ("text", "begin", "due"),
    [
        ("30 2 * * *", "2026-03-28T12:00", ["2026-03-30T00:30"]),  # 02:30 is skipped on the 29th
        ("30 2 * * *", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-25T01:30"]),  # and comes twice
        ("0 0 29 2 *", "2026-01-01T00:00", ["2028-02-28T23:00"]),
    ],
)
def test_clocks_that_change(text: str, begin: str, due: list[str]) -> None:
    times = Times(text, ZoneInfo("Europe/Berlin"))
    moment = datetime.fromisoformat(begin).replace(tzinfo=UTC)
    for one in due:
        moment = times.after(moment)
        assert moment == datetime.fromisoformat(one).replace(tzinfo=UTC)


@dataclass
class Run:
    """A run that takes some minutes by the test's clock."""

    clock: Clock
    due: datetime
    ends: datetime
    signals: list[int] = field(default_factory=list)

    def poll(self) -> int | None:
        return 0 if self.signals or self.clock.now() >= self.ends else None

    def send_signal(self, number: int) -> None:
        self.signals.append(number)

    def wait(self, _: float) -> None:
        pass


@dataclass
class Clock:
    """Time goes on when somebody sleeps."""

    moment: datetime
    end: datetime
    jumps: dict[datetime, datetime] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        for place, to in list(self.jumps.items()):
            if self.moment >= place:
                self.moment = to
                del self.jumps[place]

    def over(self) -> int:
        return int(self.moment > self.end)


def ran(
    concurrency: Concurrency,
    takes: int,
    hours: float = 3,
    jumps: dict[str, str] | None = None,
    catch_up: bool = False,
    since: str | None = None,
) -> tuple[list[Run], list[str]]:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-06-01T{text}").replace(tzinfo=UTC)

    clock = Clock(at("00:30"), at("00:30") + timedelta(hours=hours))
    clock.jumps = {at(one): at(other) for one, other in (jumps or {}).items()}
    runs: list[Run] = []
    said: list[str] = []

    def start(due: datetime) -> Run:
        runs.append(Run(clock, due, clock.now() + timedelta(minutes=takes)))
        return runs[-1]

    scheduler = Scheduler(
        Times("0 * * * *", UTC),
        concurrency,
        start,  # type: ignore[arg-type]
        said.append,
        catch_up,
        clock.now,
        clock.sleep,
        clock.over,
    )
    scheduler.stay(at(since) if since else None)
    return runs, said


def hours_of(runs: list[Run]) -> list[int]:
    return [one.due.hour for one in runs]


@pytest.mark.parametrize(
    ("concurrency", "hours", "stopped"),
    [
        ("allow", [1, 2, 3], [True, True, True]),
        ("forbid", [1, 3], [False, True]),
        ("replace", [1, 2, 3], [True] * 3),
    ],
)
def test_overlaps(concurrency: Concurrency, hours: list[int], stopped: list[bool]) -> None:
    runs, said = ran(concurrency, takes=100 if concurrency == "forbid" else 1000)
    assert hours_of(runs) == hours
    assert [bool(one.signals) for one in runs] == stopped
    assert ("the last run still goes on" in " ".join(said)) == (concurrency != "allow")


def test_what_was_slept_through_is_left_out() -> None:
    runs, said = ran("forbid", takes=1, hours=6, jumps={"01:30": "04:30"})
    assert hours_of(runs) == [1, 5, 6]
    assert any("slept through" in one for one in said)


def test_catching_up_makes_up_once() -> None:
    runs, _ = ran("forbid", takes=1, hours=5, jumps={"01:30": "04:30"}, catch_up=True)
    assert hours_of(runs) == [1, 4, 5]
    runs, _ = ran("forbid", takes=1, hours=1, catch_up=True, since="00:10")
    assert hours_of(runs) == [1]


def test_a_missed_run_is_made_up_for_at_the_start() -> None:
    begin = datetime(2026, 5, 31, 20, tzinfo=UTC)
    clock = Clock(datetime(2026, 6, 1, 0, 30, tzinfo=UTC), datetime(2026, 6, 1, 0, 40, tzinfo=UTC))
    started: list[datetime] = []

    def start(due: datetime) -> Run:
        started.append(due)
        return Run(clock, due, clock.now())

    Scheduler(
        Times("0 * * * *", UTC),
        "forbid",
        start,  # type: ignore[arg-type]
        lambda _: None,
        True,
        clock.now,
        clock.sleep,
        clock.over,
    ).stay(begin)
    assert len(started) == 1


def test_the_command_waits_for_the_next_time_and_stops_cleanly(project: Project) -> None:
    project.write(
        """
        @step
        def one() -> int:
            return 1
        flow = Pipeline("flow", one(), schedule="0 4 1 1 *", timezone="Europe/Berlin")
        """
    )
    words = [sys.executable, "-m", "pipegen", "run", "flow.py", "--schedule"]
    with subprocess.Popen(words, cwd=project.folder, env=PLAIN, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "04:00 CET" in process.stderr.readline()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        assert time.monotonic() - began < 10
    assert process.returncode == 0


def test_a_pipeline_without_a_schedule_cannot_be_run_by_it(project: Project) -> None:
    project.write(
        """
        @step
        def one() -> int:
            return 1
        flow = Pipeline("flow", one())
        """
    )
    said = project.run("--schedule")
    assert said.code == 2
    assert "error[PG760]: pipeline 'flow' has no schedule" in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "error[PG302]: 'ONE__NEEDED' is not set"),
        (("--step", "two"), "error[PG770]: --step two: pipeline 'flow' has no task 'two'"),
        (("--runner", "nowhere"), "error[PG720]: there is no runner 'nowhere'"),
        (("-j", "0"), "error[PG775]: -j 0"),
    ],
)
def test_what_would_stop_each_run_is_told_before_the_first_is_due(
    project: Project, words: tuple[str, ...], message: str
) -> None:
    project.write(
        """
        class OneSettings(Settings):
            needed: int
        class One(Step):
            settings: OneSettings
            def run(self) -> int:
                return 1
        flow = Pipeline("flow", One(), schedule="0 4 1 1 *")
        """
    )
    said = project.run("--schedule", *words, env={"ONE__NEEDED": "1"} if words else {})
    assert said.code == 2
    assert message in said.err
