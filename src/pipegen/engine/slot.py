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
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipegen.dsl.project import Project
from pipegen.engine.artifacts import Artifacts
from pipegen.engine.request import Line, Process, Reply, Request, request_of
from pipegen.engine.unwritable import sentence
from pipegen.errors import PipegenError
from pipegen.runtime.arguments import Policy, parse
from pipegen.runtime.joblog import JobLog
from pipegen.runtime.orphans import adopt_orphans, die_with_parent
from pipegen.runtime.outcome import DONE, FAILED, STOPPING, TIMED_OUT, WRONG_INPUT, Attempt, Outcome
from pipegen.runtime.publish import remove
from pipegen.runtime.supervise import Child, Watch

SCRATCH = "1"  # an attempt is alone in its folder, so it is always the first there
_ENDING = 30.0  # seconds for a runner's own way of ending what it started


def serve(connection: socket.socket, artifacts: Artifacts, project: Project) -> None:
    """Do what is asked for until the engine is gone."""
    os.setsid()  # a Ctrl-C in the terminal is for the engine, which tells us
    for one in STOPPING:
        if signal.getsignal(one) != signal.SIG_IGN:
            signal.signal(one, lambda *_: None)
    die_with_parent(signal.SIGTERM)
    adopt_orphans()
    _own_streams()
    gc.collect()
    gc.freeze()  # what is there now is shared with every fork, as long as nobody touches it
    line = Line(connection)
    while (message := line.receive()) is not None:
        reply = _done(request_of(message), artifacts, project, connection)
        try:
            line.send(reply)
        except OSError:
            return


def _done(request: Request, artifacts: Artifacts, project: Project, connection: socket.socket) -> Reply:
    work = Path(request.work)
    try:
        work.mkdir(parents=True, exist_ok=True)
        fetched = _fetched(request, artifacts) if request.ask else None
        if fetched is not None and fetched.code == DONE:
            return fetched
        reply = _attempted(request, artifacts, _attempt(request, project, connection))
        _tidy(work)
        trouble = (fetched and fetched.trouble) or _shared(request, reply, artifacts)
    except OSError as error:  # the disk is full, or may not be written
        return Reply(FAILED, reason=sentence(error, work))
    return replace(reply, trouble=trouble) if trouble else reply


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


def _tidy(work: Path) -> None:
    """Leave nothing but an empty scratch folder, which the next attempt takes: making one anew is slow."""
    for path in work.iterdir():
        if path.name != SCRATCH or any(path.iterdir()):
            remove(path)


def _attempt(request: Request, project: Project, connection: socket.socket) -> Attempt:
    attempt = (
        _by_command(request.command, request) if request.command else _in_fork(request, project, connection)
    )

    def logged(number: int) -> Outcome:
        try:
            _redirect(request.log)
        except OSError as error:
            return Outcome(FAILED, reason=sentence(error, Path(request.log)))
        return attempt(number)

    return logged


def _attempted(request: Request, artifacts: Artifacts, attempt: Attempt) -> Reply:
    policy = Policy(timeout=request.timeout, grace=request.grace)
    with Watch() as watch:
        child = Child(watch, policy, attempt, request.attempt, _silent(request))
        outcome = child.outcome()
        if request.ending is not None and outcome.code not in (DONE, FAILED, WRONG_INPUT):
            _end(request.ending)
        if outcome.code == DONE:
            child.end_rest()
    if outcome.code != DONE:
        return Reply(outcome.code, outcome.rows, outcome.reason)
    try:
        digest = artifacts.publish(Path(request.work, "out"))
    except FileNotFoundError:
        return Reply(FAILED, reason="the command ended well, but there is no artifact")
    return Reply(DONE, outcome.rows, artifact=digest)


def _in_fork(request: Request, project: Project, connection: socket.socket) -> Attempt:
    """The task in this very interpreter: all that it imports is there already.

    What can be done before the fork is: memory that a fork writes to has to be copied for it.
    """
    try:
        arguments = parse(request.words[1:])
    except PipegenError as error:
        return _refused(request, error)
    from pipegen.runtime.task import Task

    task = Task(arguments, JobLog(request.task), Path(request.work), project)

    def run(_: int) -> Outcome:
        connection.close()
        os.environ.update(request.env)
        os.environ.update(arguments.env)
        if request.cwd is not None:
            os.chdir(request.cwd)
        sys.argv = ["pipegen", *request.words]
        return task.attempt(int(SCRATCH))

    return run


def _refused(request: Request, error: PipegenError) -> Attempt:
    """A task whose words make no sense."""

    def run(number: int) -> Outcome:
        JobLog(request.task).diagnostics(error.diagnostics, number)
        return Outcome(WRONG_INPUT, reason=error.diagnostics[0].message)

    return run


def _by_command(command: Process, request: Request) -> Attempt:
    def run(_: int) -> Outcome:
        try:
            os.chdir(command.cwd)
            os.execvpe(command.argv[0], list(command.argv), {**command.env})
        except OSError as error:
            reason = f"'{command.argv[0]}' cannot be started: {(error.strerror or '').lower()}"
            sys.stderr.write(f"pipegen: {request.task}: {reason}\n")
            return Outcome(WRONG_INPUT, reason=reason)

    return run


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


def _redirect(log: str) -> None:
    """From here on, everything that the task and its children say goes to its log, and they are told nothing."""
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(old, new)
    os.close(written)
    os.close(nothing)


def _own_streams() -> None:
    """Streams on the standard descriptors, whatever they were before; an attempt redirects those."""
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
