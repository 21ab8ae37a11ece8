"""The slots of a run: as many processes as tasks may run at once, started when they are first needed."""

from __future__ import annotations

import os
import selectors
import signal
import socket
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from pipegen.engine.request import Line, Reply, Request
from pipegen.runtime.outcome import FAILED
from pipegen.runtime.supervise import Watch

Start = Callable[[socket.socket, "list[int]"], int]
"""Starts a slot on its end of a socket, with descriptors that it must close; returns its process id."""


@dataclass(slots=True, eq=False)
class _Slot:
    number: int
    pid: int
    line: Line
    job: int | None = None


@dataclass(slots=True)
class Slots:
    """Up to `count` of them. A job is known by its number."""

    count: int
    start: Start
    watch: Watch
    private: Callable[[], list[int]] = list  # descriptors of the engine's own that a slot must not keep
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _every: list[_Slot] = field(default_factory=list)
    _idle: deque[_Slot] = field(default_factory=deque)
    _busy: dict[int, _Slot] = field(default_factory=dict)
    _made: int = 0

    def __post_init__(self) -> None:
        self._selector.register(self.watch, selectors.EVENT_READ)

    @property
    def free(self) -> bool:
        return len(self._busy) < self.count

    @property
    def busy(self) -> tuple[int, ...]:
        return tuple(self._busy)

    def ready(self, number: int) -> None:
        """Have so many slots at hand."""
        while len(self._every) < min(number, self.count):
            self._idle.append(self._new())

    def take(self, job: int) -> int:
        """Set a slot aside for a job; returns the slot's number."""
        slot = self._idle.popleft() if self._idle else self._new()  # the one that had most time to get ready
        slot.job = job
        self._busy[job] = slot
        return slot.number

    def submit(self, job: int, request: Request) -> None:
        """Let the slot that was taken for a job make an attempt at it."""
        with suppress(OSError):  # a slot that died is noticed when its answer is read
            self._busy[job].line.send(request)

    def stop(self, job: int) -> None:
        """Ask for the end of an attempt; asked again, it ends at once."""
        with suppress(ProcessLookupError):
            os.kill(self._busy[job].pid, signal.SIGTERM)

    def wait(self, seconds: float | None) -> Iterator[tuple[int, Reply]]:
        """The answers that arrive in that time; none when a signal arrived instead."""
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                self.watch.wait(0)
                continue
            slot: _Slot = key.data
            message = slot.line.receive()
            job, slot.job = slot.job, None
            if message is None:
                self._lost(slot)
                message = {
                    "code": FAILED,
                    "reason": "the process that kept the task was killed; out of memory?",
                }
            else:
                self._idle.append(slot)
            if job is not None:
                del self._busy[job]
                yield job, Reply(**message)

    def close(self) -> None:
        """End the slots, and wait for them."""
        for slot in self._every:
            slot.line.socket.close()
        for slot in self._every:
            with suppress(ChildProcessError):
                os.waitpid(slot.pid, 0)
        self._selector.close()

    def _new(self) -> _Slot:
        ours, theirs = socket.socketpair()
        private = [*(slot.line.socket.fileno() for slot in self._every), ours.fileno(), *self.private()]
        self._made += 1
        slot = _Slot(self._made, self.start(theirs, private), Line(ours))
        theirs.close()
        self._every.append(slot)
        self._selector.register(ours, selectors.EVENT_READ, slot)
        return slot

    def _lost(self, slot: _Slot) -> None:
        self._selector.unregister(slot.line.socket)
        slot.line.socket.close()
        self._every.remove(slot)
        if slot in self._idle:
            self._idle.remove(slot)
        with suppress(ChildProcessError):
            os.waitpid(slot.pid, 0)
