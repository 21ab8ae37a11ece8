"""`pipegen exec`: run one task in this process or under supervision, and say by exit code how it went."""

from __future__ import annotations

import os
import signal
import sys
import time

from pipegen.errors import PipegenError
from pipegen.runtime import scratch
from pipegen.runtime.arguments import Arguments, HelpWanted, help_text, is_remote, parse
from pipegen.runtime.joblog import JobLog
from pipegen.runtime.outcome import (
    DONE,
    FAILED,
    WRONG_INPUT,
    Outcome,
    Stopped,
    guarded,
    interruptible,
    stopped_by,
)
from pipegen.runtime.report import plain
from pipegen.runtime.task import Task


def main(argv: list[str] | None = None) -> int:
    """Run the task that the arguments name; 0 done, 1 failed, 2 wrong input, 124 timed out, 143 stopped."""
    try:
        arguments = parse(sys.argv[1:] if argv is None else argv)
    except PipegenError as error:
        for one in error.diagnostics:
            print(plain(one), file=sys.stderr)  # noqa: T201
        return WRONG_INPUT
    except HelpWanted:
        _show(help_text())
        return DONE
    return execute(arguments).code


def _show(text: str) -> None:
    try:
        print(text, flush=True)  # noqa: T201
    except BrokenPipeError:  # the reader has left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def execute(arguments: Arguments) -> Outcome:
    """Run a task with a scratch folder of its own, and log how it went."""
    os.environ.update(arguments.env)  # for the step, and for all that it starts
    log = JobLog(arguments.name, arguments.json_log)
    log.event("start", target=arguments.target, attempts=arguments.policy.retries + 1)
    began = time.monotonic()
    try:
        with interruptible():
            outcome = _with_folders(arguments, log)
    except Stopped as stop:
        outcome = stopped_by(stop.number)
    except KeyboardInterrupt:
        outcome = stopped_by(signal.SIGINT)
    except PipegenError as error:
        log.diagnostics(error.diagnostics, 0)
        may_pass = all(one.code == "PG782" for one in error.diagnostics)  # a bucket that does not answer
        outcome = Outcome(FAILED if may_pass else WRONG_INPUT, reason=error.diagnostics[0].message)
    took = round(time.monotonic() - began, 3)
    if outcome.code == DONE:
        log.event("done", seconds=took, rows=outcome.rows)
    else:
        log.event("failed", seconds=took, code=outcome.code, reason=outcome.reason)
        if arguments.policy.supervised or outcome.code > 128:
            log.line(f"failed: {outcome.reason}")
    return outcome


def _with_folders(arguments: Arguments, log: JobLog) -> Outcome:
    """Run it where its artifacts are, or with copies of them when these lie in a bucket."""
    folders = (arguments.out, *(folder for one in arguments.inputs for folder in one.folders))
    if not any(map(is_remote, folders)):
        return _in_scratch(arguments, log)
    from pipegen.runtime.remote import with_bucket

    return with_bucket(arguments, lambda here: _in_scratch(here, log))


def _in_scratch(arguments: Arguments, log: JobLog) -> Outcome:
    with scratch.folder_for(arguments.out, arguments.name) as folder:
        task = Task(arguments, log, folder)
        if not arguments.policy.supervised:
            log.event("attempt", attempt=1)
            return guarded(task.attempt, 1)
        from pipegen.runtime.supervise import supervise

        return supervise(task.attempt, arguments.policy, log)
