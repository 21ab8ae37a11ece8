"""Attempts at a task in processes of their own: timed, ended with all they started, and tried again.

An attempt is forked before the user's code is imported, and leads a session of its own. It is ended by
TERM to its process group, and KILL to what is left after the grace period. On Linux the supervisor also
adopts orphans (PR_SET_CHILD_SUBREAPER), so that a grandchild in a session of its own is found and killed;
elsewhere such a grandchild is out of reach. After a success, what the step left running is left alone.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from pipegen.runtime.arguments import Policy
from pipegen.runtime.joblog import JobLog
from pipegen.runtime.orphans import adopt_orphans, adopted, die_with_parent
from pipegen.runtime.outcome import (
    DONE,
    FAILED,
    STOPPING,
    TIMED_OUT,
    Attempt,
    Outcome,
    guarded,
    handling,
    interruptible,
    killed_by,
    stopped_by,
)
from pipegen.units import duration

_POLL = 0.05


def supervise(attempt: Attempt, policy: Policy, log: JobLog) -> Outcome:
    """Run attempts until one succeeds, retrying would be of no use, or there are none left."""
    adopt_orphans()
    with _Watch() as watch:
        number = 1
        while True:
            began = time.monotonic()
            log.event("attempt", attempt=number)
            outcome = _Child(watch, policy, attempt, number).outcome()
            took = round(time.monotonic() - began, 3)
            if number > policy.retries or not outcome.worth_retrying:
                return outcome
            wait = policy.wait(number)
            log.event("retry", attempt=number, seconds=took, wait=wait, reason=outcome.reason)
            log.line(
                f"attempt {number} of {policy.retries + 1} failed ({outcome.reason}); next in {duration(wait)}"
            )
            watch.sleep(wait)
            if watch.stopped:
                return stopped_by(watch.stopped)
            number += 1


class _Watch:
    """Wakes up for a child that ended and for a signal to stop, and loses neither."""

    def __init__(self) -> None:
        self.stopped = 0

    def __enter__(self) -> _Watch:
        self._read, self._write = os.pipe()
        for end in (self._read, self._write):
            os.set_blocking(end, False)
        self._wakeup = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        self._child = signal.signal(signal.SIGCHLD, lambda *_: None)
        self._handling = handling(self._stop)
        self._handling.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._handling.__exit__(None, None, None)
        signal.signal(signal.SIGCHLD, self._child)
        signal.set_wakeup_fd(self._wakeup)
        os.close(self._read)
        os.close(self._write)

    def _stop(self, number: int, _: object) -> None:
        self.stopped = self.stopped or number

    def wait(self, seconds: float | None) -> None:
        """Until something happens, but not longer."""
        ready, _, _ = select.select([self._read], [], [], seconds)
        if ready:
            os.read(self._read, 4096)

    def sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.stopped and (left := end - time.monotonic()) > 0:
            self.wait(min(left, 3600.0))


@dataclass(slots=True)
class _Child:
    """One attempt in a process of its own."""

    watch: _Watch
    policy: Policy
    attempt: Attempt
    number: int
    pid: int = 0
    report: int = -1
    status: int | None = None

    def outcome(self) -> Outcome:
        self._fork()
        try:
            return self._until_over()
        finally:
            os.close(self.report)

    def _until_over(self) -> Outcome:
        timeout = self.policy.timeout
        self._wait(timeout, lambda: self.status is not None or bool(self.watch.stopped))
        stopped, late = self.watch.stopped, self.status is None
        killing = time.monotonic() + self.policy.grace
        if late:
            self._signal(stopped or signal.SIGTERM)
            self._wait(self.policy.grace, lambda: self.status is not None)
        found = self._found()
        if found.code == DONE:  # perhaps at the last moment: the artifact is there
            return found
        self._end_group(killing, asked=late)
        if stopped:
            return stopped_by(stopped)
        return Outcome(TIMED_OUT, reason=f"timed out after {duration(timeout or 0)}") if late else found

    def _fork(self) -> None:
        self.report, write = os.pipe()
        os.set_blocking(self.report, False)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # a signal must not fall between two handlers
        self.pid = os.fork()
        if self.pid == 0:
            _be_the_child(self.attempt, self.number, write)
        os.close(write)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    def _wait(self, seconds: float | None, over: Callable[[], bool], *, poll: float = 3600.0) -> None:
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            self._reap()
            left = poll if end is None else min(end - time.monotonic(), poll)
            if over() or left <= 0:
                return
            self.watch.wait(left)

    def _reap(self) -> None:
        """Collect every process that ended, adopted ones too: none stays a zombie."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.pid:
                self.status = status

    def _signal(self, number: int) -> bool:
        """Send a signal to the whole group; whether there was anybody left to get it."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return False
        except PermissionError:  # what macOS says of a group of zombies
            return False
        return True

    def _end_group(self, killing: float, *, asked: bool) -> None:
        """End whatever the attempt started: first asked, then killed; then the orphans."""
        if self._signal(0 if asked else signal.SIGTERM):
            self._wait(killing - time.monotonic(), lambda: not self._signal(0), poll=_POLL)
            self._signal(signal.SIGKILL)
        for _ in range(1000):
            self._reap()
            left = adopted()
            if not left and self.status is not None:
                return
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.watch.wait(_POLL)

    def _found(self) -> Outcome:
        """What the child reported; a child that reported nothing did not end as it should."""
        if self.status is None:
            return Outcome(FAILED, reason="did not end")
        if os.WIFSIGNALED(self.status):
            return killed_by(os.WTERMSIG(self.status))
        try:
            text = os.read(self.report, 65536)
        except BlockingIOError:  # something that it started holds the other end open
            text = b""
        if not text:
            code = os.waitstatus_to_exitcode(self.status)
            return Outcome(FAILED, reason=f"the step ended its own process, with exit code {code}")
        code, rows, reason = _unpacked(text)
        if code > 128:
            return Outcome(FAILED, reason=reason)  # somebody else stopped it
        return Outcome(code, rows, reason)


def _be_the_child(attempt: Attempt, number: int, report: int) -> None:
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
        os.write(report, _packed(outcome))
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


def _packed(outcome: Outcome) -> bytes:
    import json

    return json.dumps([outcome.code, outcome.rows, outcome.reason[:2000]]).encode()


def _unpacked(text: bytes) -> tuple[int, int | None, str]:
    import json

    code, rows, reason = json.loads(text)
    return code, rows, reason
