"""The lines that stay above the live view: a line for each task that ended, or one for many at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from pipegen.cli.live.tally import ENDED, Tally
from pipegen.cli.live.words import counted, cut, line, named, pause, rows, shown
from pipegen.cli.paint import Paint
from pipegen.engine.records import TaskRecord, TaskStatus
from pipegen.engine.spans import span

_SIGNS: dict[str, tuple[str, str, str]] = {
    "SUCCESS": ("new", "✓", "+"),
    "FAILED": ("error", "✗", "x"),
    "CACHED": ("dim", "≡", "="),
    "SKIPPED": ("dim", "–", "-"),
    "RETRY": ("warning", "↻", "~"),
}
_GROUPS: dict[TaskStatus, str] = {
    "SUCCESS": "done",
    "CACHED": "cached",
    "SKIPPED": "skipped",
    "FAILED": "failed",
}
_MOST_LINES = 20  # of one picture; more pass too quickly to be read
_MOST_NOTE = 4
_TIME = 9


class Ended:
    """Collects what ended since the last picture."""

    def __init__(self, paint: Paint, utf8: bool, tally: Tally) -> None:
        self._paint, self._utf8, self._tally = paint, utf8, tally
        self._tasks: list[TaskRecord] = []
        self._retries: list[tuple[TaskRecord, str]] = []

    def add(self, task: TaskRecord) -> None:
        if task.status in ENDED:
            self._tasks.append(task)

    def add_failed_attempt(self, task: TaskRecord, seconds: float) -> None:
        self._retries.append((task, f"again in {pause(seconds)}"))

    def taken(self, column: int, room: int) -> Iterator[str]:
        """The lines, which are then forgotten."""
        tasks, retries = self._tasks, self._retries
        self._tasks, self._retries = [], []
        for task, when in retries[:_MOST_LINES]:
            note = f"attempt {task.attempts} failed, {when}: {self._tally.error(task)}"
            yield from self._line("RETRY", task, "", note, column, room)
        if len(retries) > _MOST_LINES:
            yield self._sentence("RETRY", f"{len(retries) - _MOST_LINES:,} more attempts failed", room)
        if len(tasks) <= _MOST_LINES:
            for task in tasks:
                yield from self._single(task, column, room)
        else:
            yield from self._grouped(tasks, column, room)

    def _grouped(self, tasks: Sequence[TaskRecord], column: int, room: int) -> Iterator[str]:
        failed = [task for task in tasks if task.status == "FAILED"]
        few = failed if len(failed) <= _MOST_LINES else []
        for task in few:
            yield from self._single(task, column, room)
        for status, word in _GROUPS.items():
            names = [task.name for task in tasks if task.status == status]
            if names and not (few and status == "FAILED"):
                yield self._sentence(
                    status, f"{counted(len(names), 'task')} {word}: {', '.join(names[:20])}", room
                )

    def _single(self, task: TaskRecord, column: int, room: int) -> Iterator[str]:
        if task.status in ("CACHED", "SKIPPED"):
            return self._line(task.status, task, _GROUPS[task.status], self._tally.error(task), column, room)
        took = span(task.seconds) if task.seconds is not None else ""
        notes = (self._tally.attempt(task), rows(task), self._tally.error(task))
        return self._line(task.status, task, took, ", ".join(filter(None, notes)), column, room)

    def _line(
        self, kind: str, task: TaskRecord, took: str, note: str, column: int, room: int
    ) -> Iterator[str]:
        """One line; where the terminal is narrow, a note about a failure gets one of its own."""
        colour, sign = self._sign(kind)
        parts = [(colour, f"{sign} "), ("", named(task.name, column)), ("dim", f"{took:>{_TIME}}")]
        quiet = "dim" if kind != "FAILED" else ""
        left = room - column - _TIME - 4
        said = shown(note)
        if left >= 16 or kind in ("SUCCESS", "CACHED", "SKIPPED"):
            yield line([*parts, (quiet, f"  {said}" if said else "")], room, self._paint).text
            return
        yield line(parts, room, self._paint).text
        for part in wrap(said, room - 2, max_lines=_MOST_NOTE, placeholder="…"):
            yield line([("", "  "), (quiet, part)], room, self._paint).text

    def _sentence(self, kind: str, text: str, room: int) -> str:
        colour, sign = self._sign(kind)
        return self._paint(colour, sign) + " " + cut(shown(text), room - 2)

    def _sign(self, kind: str) -> tuple[str, str]:
        colour, drawn, plain = _SIGNS[kind]
        return colour, drawn if self._utf8 else plain
