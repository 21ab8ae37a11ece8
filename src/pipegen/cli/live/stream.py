"""What tasks write, on the terminal as well as in their logs: whole lines, each under its task's name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pipegen.cli.live.words import shown
from pipegen.cli.paint import visible
from pipegen.engine.events import Plan
from pipegen.engine.masking import Mask
from pipegen.engine.records import RunRecord, TaskRecord

_BLOCK = 1 << 16


@dataclass(slots=True)
class _Log:
    """A log that is being written, and how much of it has been shown."""

    task: str
    path: Path
    read: int = 0
    rest: bytes = b""

    def lines(self, *, last: bool) -> list[str]:
        """The whole lines that have come since; at the end what is left, too."""
        try:
            with self.path.open("rb") as file:
                file.seek(self.read)
                found = file.read() if last else file.read(_BLOCK)
        except OSError:
            return []
        self.read += len(found)
        *whole, self.rest = (self.rest + found).split(b"\n")
        if last and self.rest:
            whole.append(self.rest)
            self.rest = b""
        return [one.decode(errors="replace") for one in whole]


class Streamed:
    """A watcher that shows what running tasks write."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._logs: dict[str, _Log] = {}
        self._root = Path()
        self._mask = Mask()

    def started(self, plan: Plan) -> None:
        self._root, self._mask = plan.root, Mask.of(plan.pipeline, os.environ)

    def changed(self, task: TaskRecord) -> None:
        known = self._logs.get(task.name)
        path = self._root / task.log if task.log else None
        if known is not None and (task.status != "RUNNING" or known.path != path):
            self._show(self._logs.pop(task.name), last=True)
        if task.status == "RUNNING" and path is not None and task.name not in self._logs:
            self._logs[task.name] = _Log(task.name, path)

    def waiting(self, task: TaskRecord, seconds: float) -> None: ...

    def stopping(self, reason: str) -> None: ...

    def tick(self, now: float) -> None:
        for one in self._logs.values():
            self._show(one, last=False)

    def ended(self, run: RunRecord, folders: Mapping[str, Path]) -> None:
        for one in self._logs.values():
            self._show(one, last=True)

    def _show(self, log: _Log, *, last: bool) -> None:
        try:
            for line in log.lines(last=last):
                self._stream.write(f"{shown(log.task)} | {visible(self._mask(line))}\n")
            self._stream.flush()
        except (OSError, ValueError):  # nobody reads any more
            pass
