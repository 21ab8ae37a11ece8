"""What the process of one attempt does between its fork and its end, and how it reports to its supervisor."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

from pipegen.runtime.orphans import die_with_parent
from pipegen.runtime.outcome import FAILED, STOPPING, Attempt, Outcome, guarded, interruptible


def be_the_child(attempt: Attempt, number: int, report: int) -> NoReturn:
    """Never returns: the supervisor's own stack below must not be unwound twice."""
    code = FAILED
    try:
        signal.set_wakeup_fd(-1)
        for one in (signal.SIGCHLD, *STOPPING):
            if signal.getsignal(one) != signal.SIG_IGN:
                signal.signal(one, signal.SIG_DFL)
        os.setsid()
        die_with_parent(signal.SIGTERM)
        with interruptible():
            outcome = guarded(_heard(attempt), number)
        _leave()
        os.write(report, packed(outcome))
        code = outcome.code
    except BaseException:  # a fault of ours: say it rather than unwind
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _heard(attempt: Attempt) -> Attempt:
    """The attempt, with signals let through once there is somebody to catch what they raise."""

    def run(number: int) -> Outcome:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        return attempt(number)

    return run


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

    return json.dumps([outcome.code, outcome.rows, outcome.reason[:2000]]).encode()


def unpacked(text: bytes) -> Outcome:
    import json

    code, rows, reason = json.loads(text)
    return Outcome(code, rows, reason)
