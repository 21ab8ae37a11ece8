"""What the process of one attempt does between its fork and its end, and how it reports to its supervisor."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from pipegen.runtime.orphans import die_with_parent
from pipegen.runtime.outcome import FAILED, STOPPING, Attempt, Outcome, Stopped, guarded, raise_stops

if TYPE_CHECKING:
    from pipegen.runtime.supervise import Watch


def be_the_child(attempt: Attempt, number: int, report: int, watch: Watch) -> NoReturn:
    """Never returns: the supervisor's own stack below must not be unwound twice."""
    code = FAILED
    try:
        outcome = guarded(_alone(attempt, watch), number)
        _unheard()
        _leave()
        os.write(report, packed(outcome))
        code = outcome.code
    except BaseException:  # a fault of ours: say it rather than unwind
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _alone(attempt: Attempt, watch: Watch) -> Attempt:
    """The attempt in a session of its own, with signals that it can hear."""

    def run(number: int) -> Outcome:
        _disown()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        raise_stops()
        if watch.stopped:  # a signal came between the fork and these handlers
            raise Stopped(watch.stopped)
        os.setsid()
        die_with_parent(signal.SIGTERM)
        return attempt(number)

    return run


def _disown() -> None:
    """What was there before the fork is tidied up by whoever made it: a temporary folder of the module, for one."""
    from weakref import finalize

    for known in getattr(finalize, "_registry", {}).values():
        known.atexit = False


def _unheard() -> None:
    """There is nothing to clean up any more: a signal ends the process."""
    for one in STOPPING:
        if signal.getsignal(one) != signal.SIG_IGN:
            signal.signal(one, signal.SIG_DFL)


def _leave() -> None:
    """What Python does when it ends: wait for threads, run exit functions, flush."""
    import atexit
    import threading

    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue


def packed(outcome: Outcome) -> bytes:
    """An outcome as it goes through a pipe."""
    import json

    return json.dumps([outcome.code, outcome.rows, outcome.reason[:2000], outcome.artifact]).encode()


def unpacked(text: bytes) -> Outcome:
    import json

    return Outcome(*json.loads(text))
