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
from dataclasses import dataclass, field

from pipegen.runtime.arguments import Policy
from pipegen.runtime.child import be_the_child, unpacked
from pipegen.runtime.joblog import JobLog
from pipegen.runtime.orphans import adopt_orphans, adopted
from pipegen.runtime.outcome import (
    DONE,
    FAILED,
    TIMED_OUT,
    Attempt,
    Outcome,
    handle,
    killed_by,
    restore,
    stopped_by,
)
from pipegen.units import duration

_POLL = 0.05


def supervise(attempt: Attempt, policy: Policy, log: JobLog) -> Outcome:
    """Run attempts until one succeeds, retrying would be of no use, or there are none left."""
    adopts = adopt_orphans()
    with Watch() as watch:
        number = 1
        while True:
            began = time.monotonic()
            log.event("attempt", attempt=number)
            outcome = Child(watch, attempt, number, adopts).start().outcome(policy)
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


class Watch:
    """Wakes up for a child that ended and for a signal to stop, and loses neither."""

    def __init__(self) -> None:
        self.stopped = 0  # the signal that asked to stop
        self.hurry = False  # it came twice: no time to clean up

    def __enter__(self) -> Watch:
        self._read, self._write = os.pipe()
        for end in (self._read, self._write):
            os.set_blocking(end, False)
        self._wakeup = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        self._child = signal.signal(signal.SIGCHLD, lambda *_: None)
        self._before = handle(self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        restore(self._before)
        signal.signal(signal.SIGCHLD, self._child)
        signal.set_wakeup_fd(self._wakeup)
        os.close(self._read)
        os.close(self._write)

    def _stop(self, number: int, _: object) -> None:
        self.hurry = bool(self.stopped)
        self.stopped = self.stopped or number

    def forget(self) -> None:
        """What asked to stop until now did not mean what comes next."""
        self.stopped, self.hurry = 0, False

    def fileno(self) -> int:
        """For `select`: ready to read when something happened."""
        return self._read

    def wait(self, seconds: float | None) -> None:
        """Until something happens, but not longer."""
        ready, _, _ = select.select([self._read], [], [], seconds)
        if ready:
            os.read(self._read, 4096)

    def sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.stopped and (left := end - time.monotonic()) > 0:
            self.wait(min(left, 3600.0))


def ended_itself(code: int) -> Outcome:
    """The step called `os._exit`, or something did that for it."""
    return Outcome(FAILED, reason=f"the step ended its own process, with exit code {code}")


@dataclass(slots=True)
class Child:
    """One attempt in a process of its own."""

    watch: Watch
    attempt: Attempt
    number: int
    adopts: bool = False  # orphans come to this process
    policy: Policy = field(default_factory=Policy)
    silent: Callable[[int], Outcome] = ended_itself
    pid: int = 0
    childless: bool = False  # no process is left that could be known
    report: int = -1
    status: int | None = None

    def outcome(self, policy: Policy, silent: Callable[[int], Outcome] = ended_itself) -> Outcome:
        """Wait for the end of an attempt that has started; `silent` says what an exit code without a report means."""
        self.policy, self.silent = policy, silent
        try:
            return self._until_over()
        finally:
            os.close(self.report)

    def lives(self) -> bool:
        """Whether there is still something to wait for."""
        self._reap()
        return self.status is None

    def _until_over(self) -> Outcome:
        timeout = self.policy.timeout
        self._wait(timeout, lambda: self.status is not None or bool(self.watch.stopped))
        stopped, late = self.watch.stopped, self.status is None
        killing = time.monotonic() + self.policy.grace
        if late:
            self._signal(stopped or signal.SIGTERM)
            self._wait(self.policy.grace, lambda: self.status is not None or self.watch.hurry)
        found = self._found()
        if found.code == DONE:  # perhaps at the last moment: the artifact is there
            return found
        self._end_group(killing, asked=late)
        if stopped:
            return stopped_by(stopped)
        return Outcome(TIMED_OUT, reason=f"timed out after {duration(timeout or 0)}") if late else found

    def start(self) -> Child:
        self.report, write = os.pipe()
        os.set_blocking(self.report, False)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self.pid = os.fork()
        if self.pid == 0:
            be_the_child(self.attempt, self.number, write, self.watch)
        os.close(write)
        return self

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
                self.childless = self.adopts
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
            if self.status is not None:
                return False
            os.kill(self.pid, number)  # so young that it has no group yet
        except PermissionError:  # what macOS says of a group of zombies
            return False
        return True

    def end_rest(self) -> bool:
        """End what a successful attempt left running, as a container's end would; whether there was any."""
        if self.childless:
            return False
        self._end_group(time.monotonic(), asked=False)
        return True

    def _end_group(self, killing: float, *, asked: bool) -> None:
        """End whatever the attempt started: first asked, then killed; then the orphans."""
        if self.childless:
            return
        if self._signal(0 if asked else signal.SIGTERM):
            over = lambda: self.watch.hurry or not self._signal(0)  # noqa: E731
            self._wait(killing - time.monotonic(), over, poll=_POLL)
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
            return self.silent(os.waitstatus_to_exitcode(self.status))
        outcome = unpacked(text)
        if outcome.code > 128:
            return Outcome(FAILED, reason=outcome.reason)  # somebody else stopped it
        return outcome
