"""How an attempt at a task ended, and the exit codes that say so."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from pipegen.frozen import frozen

DONE, FAILED, WRONG_INPUT, TIMED_OUT = 0, 1, 2, 124
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@frozen
class Outcome:
    """What one attempt came to; a code above 128 says which signal stopped it."""

    code: int
    rows: int | None = None
    reason: str = ""
    artifact: str | None = None  # the digest of what it published, when it did so itself

    @property
    def worth_retrying(self) -> bool:
        """A failure may pass; wrong input stays wrong, and who was stopped must stop."""
        return self.code in (FAILED, TIMED_OUT)


Attempt = Callable[[int], Outcome]
Handler = Callable[[int, FrameType | None], Any] | int
Before = dict[signal.Signals, Handler]  # who handled a signal until now


class Stopped(BaseException):
    """A signal asks the task to end: raised in the main thread, so that `finally` blocks run."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.number = number


def stopped_by(number: int) -> Outcome:
    return Outcome(128 + number, reason=f"stopped by {signal.Signals(number).name}")


def killed_by(number: int) -> Outcome:
    """The step's process died of a signal that nobody here sent."""
    known = {one.value: one.name for one in signal.Signals}
    why = "; out of memory?" if number == signal.SIGKILL else f" ({known.get(number, 'unknown')})"
    return Outcome(FAILED, reason=f"killed by signal {number}{why}")


def guarded(attempt: Attempt, number: int) -> Outcome:
    """One attempt that a signal may stop."""
    try:
        return attempt(number)
    except Stopped as stop:
        return stopped_by(stop.number)
    except KeyboardInterrupt:
        return stopped_by(signal.SIGINT)


@contextmanager
def interruptible() -> Iterator[None]:
    """Within it, a signal to stop is raised as `Stopped`, once: what cleans up is not interrupted again.

    SIGINT stays Python's KeyboardInterrupt, which asyncio and others look for.
    """
    before = raise_stops()
    try:
        yield
    finally:
        restore(before)


def raise_stops() -> Before:
    """What `interruptible` does, for a process that stays so."""
    raised = False

    def stop(number: int, _: FrameType | None) -> None:
        nonlocal raised
        if not raised:
            raised = True
            raise Stopped(number)

    before = handle(stop)
    if signal.SIGINT in before:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return before


def handle(handler: Handler) -> Before:
    """Handle the signals to stop, leaving alone those that whoever started us wants ignored."""
    before: Before = {}
    for one in STOPPING:
        known = signal.getsignal(one)
        if one == signal.SIGTERM or known != signal.SIG_IGN:
            before[one] = known or signal.SIG_DFL
            signal.signal(one, handler)
    return before


def restore(before: Before) -> None:
    for one, handler in before.items():
        signal.signal(one, handler)
