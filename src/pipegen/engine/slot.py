"""A slot: a process that keeps one attempt at a task at a time, and ends all that the attempt started.

It has imported the user's modules once; an attempt is a fork of it, or a command that a runner named. Being
the one to whom orphans come, it knows that whatever is left after an attempt belongs to that attempt.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipegen.engine.artifacts import Artifacts
from pipegen.engine.fork import Fork, redirect, tidy
from pipegen.engine.request import Line, Process, Reply, Request, request_of
from pipegen.engine.unwritable import sentence
from pipegen.engine.warming import Steps
from pipegen.errors import PipegenError
from pipegen.runtime.arguments import Policy
from pipegen.runtime.orphans import adopt_orphans, die_with_parent
from pipegen.runtime.outcome import DONE, FAILED, TIMED_OUT, WRONG_INPUT, Attempt, Outcome
from pipegen.runtime.supervise import Child, Watch

_ENDING = 30.0  # seconds for a runner's own way of ending what it started


def serve(connection: socket.socket, artifacts: Artifacts, steps: Steps) -> None:
    """Do what is asked for until the engine is gone."""
    os.setsid()  # a Ctrl-C in the terminal is for the engine, which tells us
    line, fork = Line(connection), Fork(artifacts, steps, connection)
    with Watch() as watch:
        die_with_parent(signal.SIGTERM)
        slot = Slot(artifacts, fork, watch, adopt_orphans())
        _own_streams()
        gc.collect()
        gc.freeze()  # what is there now is shared with every fork, as long as nobody touches it
        while (message := line.receive()) is not None:
            watch.forget()
            request = request_of(message)
            try:
                line.send(slot.done(request))
            except OSError:
                return
            if request.spare:
                with suppress(OSError):  # without one at hand, the next is forked when it is asked for
                    slot.prepare()
        slot.close()


@dataclass(slots=True)
class Slot:
    """Makes attempts, one after the other."""

    artifacts: Artifacts
    fork: Fork
    watch: Watch
    adopts: bool
    _ready: tuple[Child, Line] | None = None  # waits for the next request

    def prepare(self) -> None:
        """Fork for the next attempt before it is asked for."""
        if self._ready is None:
            self.watch.forget()
            ours, theirs = socket.socketpair()
            child = Child(self.watch, lambda _: self.fork.wait(ours, theirs), 1, self.adopts)
            self._ready = child.start(), Line(ours)
            theirs.close()

    def close(self) -> None:
        """End what waits for a request that will not come."""
        if self._ready is not None:
            child, line = self._ready
            line.socket.close()
            if child.lives():
                os.kill(child.pid, signal.SIGKILL)  # it holds nothing
                os.waitpid(child.pid, 0)

    def done(self, request: Request) -> Reply:
        try:
            if request.shared is not None:
                return self._sharing(request)
            return self._attempted(request)
        except OSError as error:  # the disk is full, or may not be written
            return Reply(FAILED, reason=sentence(error, Path(request.work)))

    def _sharing(self, request: Request) -> Reply:
        """With a bucket that is asked first, and gets what comes out."""
        fetched = _fetched(request, self.artifacts) if request.ask else None
        if fetched is not None and fetched.code == DONE:
            return fetched
        reply = self._attempted(request)
        trouble = (fetched and fetched.trouble) or _shared(request, reply, self.artifacts)
        return replace(reply, trouble=trouble) if trouble else reply

    def _attempted(self, request: Request) -> Reply:
        child = self._started(request)
        outcome = child.outcome(Policy(timeout=request.timeout, grace=request.grace), _silent(request))
        if request.ending is not None and outcome.code not in (DONE, FAILED, WRONG_INPUT):
            _end(request.ending)
        rest = outcome.code == DONE and child.end_rest()
        reply = self._published(request, outcome)
        if rest or outcome.artifact is None:
            tidy(request.work)
        return reply

    def _started(self, request: Request) -> Child:
        """A process that makes the attempt: the one that is ready, or a new one."""
        ready, self._ready = self._ready, None
        if ready is not None:
            child, line = ready
            if child.lives():
                with suppress(OSError):  # it died just now, and says nothing
                    line.send(request)
                line.socket.close()
                return child
            line.socket.close()
            os.close(child.report)
        return Child(self.watch, self._attempt(request), request.attempt, self.adopts).start()

    def _attempt(self, request: Request) -> Attempt:
        if request.command is None:
            return lambda _: self.fork.attempt(request)
        command = request.command
        os.makedirs(request.work, exist_ok=True)

        def run(_: int) -> Outcome:
            try:
                redirect(request.log)
            except OSError as error:
                return Outcome(FAILED, reason=sentence(error, Path(request.log)))
            return _by_command(command, request.task)

        return run

    def _published(self, request: Request, outcome: Outcome) -> Reply:
        """What came of it; a command leaves its artifact to us."""
        if outcome.code != DONE or outcome.artifact is not None:
            return Reply(outcome.code, outcome.rows, outcome.reason, outcome.artifact)
        try:
            digest = self.artifacts.publish(f"{request.work}/out")
        except FileNotFoundError:
            return Reply(FAILED, reason="the command ended well, but there is no artifact")
        known = self.artifacts.known(digest)
        return Reply(DONE, None if known is None else known.items, artifact=digest)


def _fetched(request: Request, artifacts: Artifacts) -> Reply | None:
    """What another machine made of the same work."""
    from pipegen.engine.shared import open_bucket

    try:
        bucket = open_bucket(request.shared or "")
        digest = bucket.digest(request.key or "")
        if digest is None or not bucket.fetch(digest, artifacts):
            return None
    except PipegenError as error:
        return Reply(FAILED, trouble=error.diagnostics[0].message)
    known = artifacts.known(digest)
    return None if known is None else Reply(DONE, known.items, artifact=digest, fetched=True)


def _shared(request: Request, reply: Reply, artifacts: Artifacts) -> str | None:
    """Hand on what came out; what went wrong with that."""
    if request.shared is None or request.key is None or reply.artifact is None:
        return None
    from pipegen.engine.shared import open_bucket

    try:
        open_bucket(request.shared).put(request.key, reply.artifact, artifacts)
    except PipegenError as error:
        return error.diagnostics[0].message
    return None


def _by_command(command: Process, task: str) -> Outcome:
    try:
        os.chdir(command.cwd)
        os.execvpe(command.argv[0], list(command.argv), {**command.env})
    except OSError as error:
        reason = f"'{command.argv[0]}' cannot be started: {(error.strerror or '').lower()}"
        sys.stderr.write(f"pipegen: {task}: {reason}\n")
        return Outcome(WRONG_INPUT, reason=reason)


def _silent(request: Request) -> Callable[[int], Outcome]:
    """What the exit code of a command means; its last words say why."""

    def outcome(code: int) -> Outcome:
        if request.command is None:
            return Outcome(FAILED, reason=f"the step ended its own process, with exit code {code}")
        known = code if code in (DONE, WRONG_INPUT, TIMED_OUT) else FAILED
        return Outcome(
            known, reason="" if code == DONE else last_line(Path(request.log)) or f"exit code {code}"
        )

    return outcome


def last_line(log: Path) -> str:
    """The last line of a log that says something, for a reader who sees no more of it."""
    with suppress(OSError), log.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 4096))
        lines = file.read().decode(errors="replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "")[:300]
    return ""


def _own_streams() -> None:
    """Streams on the standard descriptors, whatever they were before; nothing is to be read from the first."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    how: dict[str, Any] = {"closefd": False, "encoding": "utf-8", "errors": "backslashreplace"}
    sys.stdin = open(0, **how)  # noqa: SIM115
    sys.stdout = open(1, "w", buffering=1, **how)  # noqa: SIM115 - by lines, in order with what stderr says
    sys.stderr = open(2, "w", buffering=1, **how)  # noqa: SIM115


def _end(command: Process) -> None:
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            command.argv,
            env={**command.env},
            cwd=command.cwd,
            timeout=_ENDING,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
