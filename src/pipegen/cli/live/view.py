"""The live view: what has ended scrolls up, below it stand the running tasks and a progress bar."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TextIO

from pipegen.cli.live.history import Ended
from pipegen.cli.live.screen import Screen
from pipegen.cli.live.status import status_line
from pipegen.cli.live.tally import Tally
from pipegen.cli.live.words import Line, line, named
from pipegen.cli.paint import Paint, cells, visible
from pipegen.engine.events import Plan
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.engine.spans import whole

_FRAME = 0.1  # seconds between two pictures at least
_MOST_RUNNING = 12
_WIDEST_NAME = 40
_LEAST_NOTE = 16
_TIME = 9


class Live:
    """A watcher for a terminal; what it costs depends on the lines it shows, not on how many tasks there are."""

    def __init__(self, screen: Screen, paint: Paint, utf8: bool, clock: Callable[[], float]) -> None:
        self._screen, self._paint, self._utf8, self._clock = screen, paint, utf8, clock
        self._frame = 0.0
        self._tally: Tally | None = None
        self._began = 0.0
        self._names = 8

    @classmethod
    def on(cls, stream: TextIO, clock: Callable[[], float] = time.time) -> Live:
        stream.flush()  # what was said before comes first
        utf8 = (stream.encoding or "").lower().replace("-", "") == "utf8"
        return cls(Screen(stream.fileno()), Paint.of(stream), utf8, clock)

    def started(self, plan: Plan) -> None:
        self._tally, self._began = Tally.of(plan), plan.run.started
        self._names = max((cells(visible(task.name)) for task in plan.run.tasks), default=1)
        self._ended = Ended(self._paint, self._utf8, self._tally)
        self._draw(self._clock())

    def changed(self, task: TaskRecord) -> None:
        if self._tally is not None:
            self._tally.change(task)
            self._ended.add(task)

    def waiting(self, task: TaskRecord, seconds: float) -> None:
        if self._tally is not None:
            self._tally.wait(task, self._clock() + seconds)
            self._ended.add_failed_attempt(task, seconds)

    def stopping(self, reason: str) -> None:
        if self._tally is not None:
            self._tally.stopping = reason

    def tick(self, now: float) -> None:
        if self._tally is not None and not 0 <= now - self._frame < _FRAME and self._screen.ready():
            self._draw(now)

    def ended(self, run: RunRecord, folders: Mapping[str, Path]) -> None:
        if self._tally is not None:
            self._screen.end(list(self._ended.taken(self._column(self._room()[0]), self._room()[0])))
            self._tally = None

    def _draw(self, now: float) -> None:
        assert self._tally is not None
        self._frame = now
        room, rows = self._room()
        column = self._column(room)
        running = list(self._running(self._tally, now, column, room, rows))
        status = status_line(self._tally, now - self._began, room, self._paint, self._utf8)
        self._screen.show(list(self._ended.taken(column, room)), [*running, status])

    def _room(self) -> tuple[int, int]:
        """Columns, the last one left free for what a key echoes there, and rows for running tasks."""
        columns, rows = self._screen.size()
        return max(columns - 3, 8), max(min(_MOST_RUNNING, rows - 3), 0)

    def _column(self, room: int) -> int:
        """How wide names are: as the longest, but leaving room for the rest."""
        return max(min(self._names, _WIDEST_NAME, room // 2 if room >= 37 else room - _TIME - 3), 3)

    def _running(self, tally: Tally, now: float, column: int, room: int, rows: int) -> Iterator[Line]:
        """The tasks that run, those that began first above, then those that wait for another attempt."""
        going = len(tally.running) + len(tally.waiting)
        shown = rows if going <= rows else rows - 1
        for task in islice(tally.running.values(), max(shown, 0)):
            took = whole(now - (task.started or now))
            yield self._task("", "  ", task, column, f"{took:>{_TIME}}", tally.attempt(task), room)
        left = max(shown - len(tally.running), 0)
        for task, until in islice(tally.waiting.values(), left):
            again = tally.attempt(task, task.attempts + 1)
            took = f"{whole(max(until - now, 0) + 0.999):>{_TIME}}"
            sign = "↻ " if self._utf8 else "~ "
            yield self._task("warning", sign, task, column, took, f"until {again}", room)
        if going > shown and rows:
            yield line([("dim", f"  and {going - max(shown, 0):,} more")], room, self._paint)

    def _task(
        self, colour: str, sign: str, task: TaskRecord, column: int, took: str, note: str, room: int
    ) -> Line:
        parts = [(colour, sign), ("", named(task.name, column)), ("dim", took)]
        if note and room - column - _TIME >= _LEAST_NOTE:
            parts.append((colour or "warning", f"  {note}"))
        return line(parts, room, self._paint)
