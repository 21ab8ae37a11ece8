"""One attempt in a fork of its slot: the task in an interpreter that has imported all it needs.

As much as possible is done here and not in the slot: what a slot writes to between two forks is memory that the
next fork has to copy.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from pipegen.engine.artifacts import Artifacts
from pipegen.engine.request import Line, Request, request_of
from pipegen.engine.unwritable import sentence
from pipegen.engine.warming import Steps
from pipegen.errors import PipegenError
from pipegen.frozen import frozen
from pipegen.runtime.arguments import parse
from pipegen.runtime.joblog import JobLog
from pipegen.runtime.outcome import DONE, FAILED, WRONG_INPUT, Outcome
from pipegen.runtime.publish import remove
from pipegen.runtime.task import Task

_SCRATCH = 1  # an attempt is alone in its folder, so it is always the first there


@frozen
class Fork:
    """What an attempt in a fork has of its slot."""

    artifacts: Artifacts
    steps: Steps
    connection: socket.socket

    def attempt(self, request: Request) -> Outcome:
        """Run the task, and publish what it hands on."""
        self.connection.close()
        log = JobLog(request.task)
        try:
            redirect(request.log)
            if not os.path.isdir(f"{request.work}/{_SCRATCH}"):
                os.makedirs(f"{request.work}/{_SCRATCH}")
            outcome = self._task(request, log).attempt(_SCRATCH)
            if outcome.code != DONE:
                return outcome
            digest = self.artifacts.publish(f"{request.work}/out")
            tidy(request.work)
        except PipegenError as error:  # a task whose words make no sense
            log.diagnostics(error.diagnostics, request.attempt)
            return Outcome(WRONG_INPUT, reason=error.diagnostics[0].message)
        except OSError as error:  # the disk is full, or may not be written
            return Outcome(FAILED, reason=sentence(error, Path(request.work)))
        return Outcome(DONE, outcome.rows, artifact=digest)

    def wait(self, ours: socket.socket, theirs: socket.socket) -> Outcome:
        """Run the task that is asked for some time, and until then go once through what every attempt does.

        All memory that this writes to is copied already when the request comes.
        """
        ours.close()
        self.connection.close()
        redirect(os.devnull)
        self.steps.rehearse()
        message = Line(theirs).receive()
        theirs.close()
        if message is None:
            return Outcome(DONE)
        return self.attempt(request_of(message))

    def _task(self, request: Request, log: JobLog) -> Task:
        """The task as its words say, with variables and the folder as the runner says."""
        arguments = parse(request.words[1:])
        os.environ.update(request.env)
        os.environ.update(arguments.env)
        if request.cwd is not None:
            os.chdir(request.cwd)
        sys.argv = ["pipegen", *request.words]
        return Task(arguments, log, Path(request.work), self.steps)


def redirect(log: str) -> None:
    """From here on, everything that the task and its children say goes to its log."""
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.close(written)


def tidy(work: str) -> None:
    """Leave nothing but an empty scratch folder, which the next attempt takes: making one anew is slow."""
    scratch = str(_SCRATCH)
    with suppress(FileNotFoundError):
        for name in os.listdir(work):
            if name != scratch or os.listdir(f"{work}/{name}"):
                remove(Path(work, name))
