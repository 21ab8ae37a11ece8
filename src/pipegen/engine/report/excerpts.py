"""The ends of a run's logs, as many as a page can hold: those of failures first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipegen.engine.logs import of_attempts, tail
from pipegen.engine.masking import Mask
from pipegen.engine.records import TaskRecord
from pipegen.graph.lettering import clean
from pipegen.ir import Json

LINES = 200  # of each attempt
_LONGEST = 40_000  # bytes of each attempt
_ROOM = 4_000_000  # characters in all
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")

Excerpts = Mapping[str, list[Json]]


def excerpts(tasks: Iterable[TaskRecord], root: Path, mask: Mask) -> Excerpts:
    """For each task its attempts: the log's path, its last lines, and whether there is more before them."""
    room = _ROOM
    found: dict[str, list[Json]] = {}
    for task in sorted(tasks, key=_importance):
        shown = []
        for attempt, path in of_attempts(task):
            text, cut = _end_of(root / path, mask) if room > 0 else (None, True)
            room -= len(text or "")
            shown.append({"attempt": attempt, "path": path, "text": text, "cut": cut})
        found[task.name] = shown  # type: ignore[assignment]
    return found


def _importance(task: TaskRecord) -> tuple[bool, bool]:
    return task.status != "FAILED", task.attempts < 2


def _end_of(path: Path, mask: Mask) -> tuple[str | None, bool]:
    """The text, and whether something stands before it; None for a log that is gone."""
    found = tail(path, LINES, _LONGEST)
    if found is None:
        return None, False
    plain = _ESCAPES.sub("", "\n".join(found.lines))
    return "\n".join(clean(line.expandtabs(4)) for line in mask(plain).split("\n")), found.cut
