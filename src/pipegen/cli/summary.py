"""What is said when a run is over: how it went, what failed and why, and what it waited for."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pipegen.cli.live.words import counted, shown
from pipegen.cli.paint import Paint, visible
from pipegen.engine.analysis import advice, critical_path
from pipegen.engine.events import Plan
from pipegen.engine.logs import tail
from pipegen.engine.masking import Mask
from pipegen.engine.records import RunRecord, TaskRecord, TaskStatus
from pipegen.engine.spans import span
from pipegen.ir import Pipeline

_MOST_FAILURES = 5  # that are told in full
_LOG_LINES = 12
_LONGEST_LINE = 400
_FIRST, _LAST = 3, 2  # of a long critical path
_WORTH_ADVICE = 2.0  # seconds
_WORDS: dict[TaskStatus, str] = {
    "FAILED": "failed",
    "SKIPPED": "skipped",
    "CACHED": "cached",
    "SUCCESS": "done",
    "RUNNING": "unfinished",
    "PENDING": "not started",
}


@dataclass(slots=True)
class Summary:
    """A watcher that speaks once, at the end, on stderr.

    `again` gives the command that repeats a task and all that comes after it. When `brief`, the line about the
    whole run and failures are all there is.
    """

    again: Callable[[str, Plan], str]
    brief: bool = False
    stream: TextIO | None = None
    plan: Plan | None = None

    def started(self, plan: Plan) -> None:
        self.plan = plan

    def changed(self, task: TaskRecord) -> None: ...

    def waiting(self, task: TaskRecord, seconds: float) -> None: ...

    def stopping(self, reason: str) -> None: ...

    def tick(self, now: float) -> None: ...

    def ended(self, run: RunRecord, folders: Mapping[str, Path]) -> None:
        if self.plan is None:
            return
        stream = self.stream or sys.stderr
        try:
            for line in lines(run, self.plan, self.again, Paint.of(stream), brief=self.brief):
                stream.write(line + "\n")
            stream.flush()
        except (OSError, ValueError):  # nobody reads any more
            pass


def lines(
    run: RunRecord, plan: Plan, again: Callable[[str, Plan], str], paint: Paint, *, brief: bool = False
) -> Iterator[str]:
    """The summary, line by line; how the run went as a whole is the last one."""
    failed = [task for task in run.tasks if task.status == "FAILED" and not _stopped(task, run)]
    mask = Mask.of(plan.pipeline, os.environ) if failed else Mask()
    for task in failed[:_MOST_FAILURES]:
        yield from _failure(task, plan.root, again(task.name, plan), mask, paint)
    if len(failed) > _MOST_FAILURES:
        names = ", ".join(shown(task.name) for task in failed[_MOST_FAILURES:][:10])
        rest = len(failed) - _MOST_FAILURES - 10
        yield f"{len(failed) - _MOST_FAILURES} more failed: {names}{f' and {rest:,} more' if rest > 0 else ''}"
    yield from _processors(run, paint)
    if not brief:
        yield from _times(run, plan.pipeline, paint)
    yield _result(run, paint)


def _stopped(task: TaskRecord, run: RunRecord) -> bool:
    """Whether it only ended because the whole run was stopped."""
    return run.status == "CANCELLED" and bool(run.error) and task.error == run.error


def _failure(task: TaskRecord, root: Path, again: str, mask: Mask, paint: Paint) -> Iterator[str]:
    attempts = f" after {counted(task.attempts, 'attempt')}" if task.attempts > 1 else ""
    took = f" ({span(task.seconds)})" if task.seconds is not None else ""
    reason = f": {mask(shown(task.error))}" if task.error else ""
    yield f"{paint('error', shown(task.name) + ' failed')}{attempts}{took}{reason}"
    found = tail(root / task.log, _LOG_LINES) if task.log else None
    if found and found.lines:
        yield paint("dim", f"  {'the last lines of ' if found.cut else ''}{task.log}:")
        for line in mask("\n".join(found.lines)).split("\n"):
            yield f"  {paint('dim', '|')} {_safe(line)}"
    elif task.log:
        yield paint("dim", f"  {task.log} is {'empty' if found else 'gone'}")
    yield f"  {paint('hint', 'again')}: {mask(again)}"


def _safe(line: str) -> str:
    """A line of a log without colours or anything that moves the cursor; tabs are columns of spaces."""
    plain = visible(re.sub(r"\x1b\[[0-9;]*m", "", line.expandtabs(4)))
    return plain if len(plain) <= _LONGEST_LINE else plain[:_LONGEST_LINE] + "…"


def _processors(run: RunRecord, paint: Paint) -> Iterator[str]:
    """The post-processors that failed."""
    results = run.details.get("processors")
    for one in results if isinstance(results, Sequence) and not isinstance(results, str) else ():
        if isinstance(one, Mapping) and one.get("ok") is False:
            kind, said = shown(str(one.get("type", ""))), shown(str(one.get("message", "")))
            yield f"{paint('error', f'post-processor {kind} failed')}: {said}"


def _times(run: RunRecord, pipeline: Pipeline, paint: Paint) -> Iterator[str]:
    """What the run waited for, and what more workers would change."""
    path = critical_path(run, pipeline)
    if (run.seconds or 0) < _WORTH_ADVICE or len(path.tasks) == 0:
        return
    yield f"{paint('dim', 'critical path')} {span(path.seconds)}: {chain(path.tasks)}"
    found = advice(run, pipeline)
    if found:
        yield (
            f"{paint('dim', 'with')} {found.workers} workers instead of {found.instead_of} "
            f"about {span(found.seconds)} instead of {span(found.took)}"
        )


def chain(names: Sequence[str]) -> str:
    """The tasks of a path; of a long one its beginning and its end."""
    said = [shown(name) for name in names]
    left_out = len(said) - _FIRST - _LAST
    if left_out > 1:
        said[_FIRST:-_LAST] = [f"({left_out:,} more)"]
    return " > ".join(said)


def _result(run: RunRecord, paint: Paint) -> str:
    counts = Counter(task.status for task in run.tasks)
    said = ", ".join(f"{counts[status]:,} {word}" for status, word in _WORDS.items() if counts[status])
    colour = "new" if run.status == "SUCCESS" else "error"
    took = (
        f" {'in' if run.status in ('SUCCESS', 'FAILED') else 'after'} {span(run.seconds)}"
        if run.seconds
        else ""
    )
    reason = f"; {shown(run.error)}" if run.error else ""
    status = paint(colour, f"{shown(run.pipeline)}: {run.status}")
    return f"{status}{took}: {said or 'no tasks'}{reason}  {paint('dim', f'(run {run.id})')}"
