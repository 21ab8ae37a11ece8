"""Stay, and start a run whenever it is due. Each run is a process of its own, so that one may outlast the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipegen.app.running import open_run, ready
from pipegen.app.running_types import Asked
from pipegen.engine.schedule import Times
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Concurrency, Pipeline
from pipegen.runtime.supervise import Watch

REASON = "PIPEGEN_RUN_REASON"
_LATE = timedelta(seconds=90)  # more than that, and the moment was slept through
_LOOK = 30.0  # seconds after which the clock is read again: it may have been set, or the machine asleep

Started = subprocess.Popen[bytes]


@dataclass(slots=True)
class Scheduler:
    """Starts runs at their times, as the pipeline's concurrency allows."""

    times: Times
    concurrency: Concurrency
    start: Callable[[datetime], Started]
    say: Callable[[str], None]
    catch_up: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    stopping: Callable[[], int] = lambda: 0  # how often it was asked to
    running: list[Started] = field(default_factory=list)

    def stay(self, since: datetime | None = None) -> None:
        """Until somebody stops it. With catch-up, what was missed since that moment is run first, once."""
        last = self.now()
        if since is not None and self.catch_up and self.times.after(since) <= last:
            self._start(self.times.after(since))
        while not self.stopping():
            due = self.times.after(last)
            self.say(f"next run at {due.astimezone(self.times.zone):%Y-%m-%d %H:%M %Z}")
            self._wait(due)
            if not self.stopping():
                last = self._at(due)
        self._end()

    def _wait(self, due: datetime) -> None:
        while not self.stopping() and (left := (due - self.now()).total_seconds()) > 0:
            self.sleep(min(left, _LOOK))
            self._tidy()

    def _at(self, due: datetime) -> datetime:
        """Do what a due moment asks for; returns the last moment that is dealt with."""
        now = self.now()
        missed = list(self.times.between(due - timedelta(seconds=1), now))
        newest = missed[-1] if missed else due
        if len(missed) > 1:
            self.say(f"{len(missed) - 1} earlier due times have passed, and are not made up for")
        if now - newest > _LATE and not self.catch_up:
            self.say(
                f"the run of {newest.astimezone(self.times.zone):%H:%M} was slept through, and is left out"
            )
        else:
            self._start(newest)
        return newest

    def _start(self, due: datetime) -> None:
        self._tidy()
        if self.running and self.concurrency == "forbid":
            self.say("the last run still goes on, so this one is left out")
            return
        if self.running and self.concurrency == "replace":
            self.say("the last run still goes on, and is stopped for this one")
            self._end()
        self.running.append(self.start(due))

    def _tidy(self) -> None:
        self.running = [one for one in self.running if one.poll() is None]

    def _end(self) -> None:
        """Stop what goes on, and wait until it has; asked again, the runs are asked again."""
        asked = 0
        while self.running:
            if asked <= self.stopping():
                asked += 1
                for one in self.running:
                    with suppress(ProcessLookupError):
                        one.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.running[0].wait(0.2)
            self._tidy()


def stay(asked: Asked, words: Sequence[str], say: Callable[[str], None], catch_up: bool = False) -> None:
    """Run a pipeline on its schedule; `words` is the command line of a single run."""
    pipeline = ready(asked).pipeline
    if pipeline.schedule is None:
        message = f"pipeline '{pipeline.name}' has no schedule"
        hint = 'give it one: Pipeline(..., schedule="0 4 * * *")'
        raise PipegenError(Diagnostic("PG760", message, pipeline.origin, hint))
    last = _last(asked, pipeline)
    with Watch() as watch:
        Scheduler(
            Times.of(pipeline.schedule),
            pipeline.concurrency or "forbid",
            _starter(words),
            say,
            catch_up,
            sleep=watch.wait,
            stopping=lambda: bool(watch.stopped) + watch.hurry,
        ).stay(last)


def _last(asked: Asked, pipeline: Pipeline) -> datetime | None:
    """When the pipeline last ran; what would be wrong with each run is told now, and not at four in the morning."""
    with open_run(asked) as (_, store, _):
        newest = store.list_runs(pipeline.name, 1)
    return datetime.fromtimestamp(newest[0].started, UTC) if newest else None


def _starter(words: Sequence[str]) -> Callable[[datetime], Started]:
    def start(due: datetime) -> Started:
        return subprocess.Popen(
            [sys.executable, "-m", "pipegen", *words],
            env={**os.environ, REASON: f"scheduled for {due:%Y-%m-%dT%H:%MZ}"},
            start_new_session=True,  # a Ctrl-C is for us, who hand it on
        )

    return start
