"""The logs of a run's tasks: which files there are, and their last lines."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipegen.engine.records import TaskRecord

_NUMBERED = re.compile(r"(.*\.)(\d+)(\.log)")
_PER_LINE = 1000  # bytes that are read for each line asked for; a longer line counts as several


@dataclass(frozen=True, slots=True)
class Tail:
    """The last lines of a log, and whether there is more before them."""

    lines: tuple[str, ...] = ()
    cut: bool = False


def of_attempts(task: TaskRecord) -> Iterator[tuple[int, str]]:
    """(attempt, its log) of a task, as paths from the project's root; `task.log` is that of the last attempt."""
    if task.log is None:
        return
    last = _NUMBERED.fullmatch(task.log)
    if last is None:
        yield max(task.attempts, 1), task.log
        return
    for attempt in range(1, int(last[2])):
        yield attempt, f"{last[1]}{attempt}{last[3]}"
    yield int(last[2]), task.log


def tail(path: Path, most: int, limit: int | None = None) -> Tail | None:
    """The last lines of a file, `most` of them and no more than `limit` bytes; None when it cannot be read."""
    room = min(most * _PER_LINE, limit or most * _PER_LINE)
    try:
        with path.open("rb") as file:
            whole = file.seek(0, os.SEEK_END)
            file.seek(max(whole - room, 0))
            content = file.read(room)
    except (OSError, ValueError):
        return None
    text = content.decode(errors="replace").replace("\r\n", "\n")
    lines = [_as_shown(line) for line in text.removesuffix("\n").split("\n")] if text else []
    if whole > room:  # the first line lacks its beginning: half a secret would not be known as one
        lines = lines[1:] if len(lines) > 1 else [lines[0][_PER_LINE:]]
    kept = lines[-most:]
    return Tail(tuple(kept), cut=whole > room or len(lines) > most)


def _as_shown(line: str) -> str:
    """What a terminal leaves of a line that a progress bar wrote over and over: the last of it."""
    return line.rstrip("\r").rpartition("\r")[2]
