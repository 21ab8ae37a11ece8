"""How an attempt at a task ended, and the exit codes that say so."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from pipegen.frozen import frozen

DONE, FAILED, WRONG_INPUT, TIMED_OUT = 0, 1, 2, 124
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@frozen
class Outcome:
    """What one attempt came to; a code above 128 says which signal stopped it."""

    code: int
    rows: int | None = None
    reason: str = ""

    @property
    def worth_retrying(self) -> bool:
        """A failure may pass; wrong input stays wrong, and who was stopped must stop."""
        return self.code in (FAILED, TIMED_OUT)


Attempt = Callable[[int], Outcome]


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
    raised = False

    def stop(number: int, _: FrameType | None) -> None:
        nonlocal raised
        if not raised:
            raised = True
            raise Stopped(number)

    with handling(stop):
        if signal.getsignal(signal.SIGINT) is stop:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        yield


@contextmanager
def handling(handler: signal.Handlers | object) -> Iterator[None]:
    """Handle the signals to stop, leaving alone those that whoever started us wants ignored."""
    before = {one: signal.getsignal(one) for one in STOPPING}
    heard = [one for one in STOPPING if one == signal.SIGTERM or before[one] != signal.SIG_IGN]
    for one in heard:
        signal.signal(one, handler)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for one in heard:
            signal.signal(one, before[one] or signal.SIG_DFL)
