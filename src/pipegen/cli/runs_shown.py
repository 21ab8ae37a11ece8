"""Runs as text: a row, a page, their logs, and what was deleted of them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from pipegen.app.run_logs import Piece
from pipegen.cli import output
from pipegen.cli.paint import Paint, visible
from pipegen.engine.history.garbage import Garbage
from pipegen.engine.records import DONE, RunRecord, TaskRecord
from pipegen.engine.spans import size, span
from pipegen.ir import Json
from pipegen.runtime.fingerprint import home_of

HEAD = ("run", "pipeline", "status", "began", "took", "tasks")
_TASKS = ("task", "status", "attempts", "took", "rows", "error")
_COLOURS = {"SUCCESS": "new", "FAILED": "error", "INTERRUPTED": "error", "CANCELLED": "warning"}


def row(run: RunRecord) -> tuple[str, ...]:
    return run.id, run.pipeline, run.status, moment(run.started), _took(run.seconds), _counted(run)


def moment(time: float) -> str:
    """A time as the clock on the wall shows it here."""
    try:
        return datetime.fromtimestamp(time).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, OSError, ValueError):
        return "-"


def _took(seconds: float | None) -> str:
    return "-" if seconds is None else span(seconds)


def _counted(run: RunRecord) -> str:
    """How many tasks handed something on, and what became of the others that ended."""
    counts = Counter(task.status for task in run.tasks)
    done = sum(counts[one] for one in DONE)
    others = [f"{counts[one]} {one.lower()}" for one in ("FAILED", "SKIPPED", "RUNNING") if counts[one]]
    return ", ".join([f"{done} of {len(run.tasks)}", *others])


def show(run: RunRecord) -> None:
    """A page about a run: facts, tasks, and where their artifacts and logs are."""
    paint = Paint.of(sys.stdout)
    for name, text in _facts(run):
        print(f"{paint('dim', f'{name:<10}')} {paint(_COLOURS.get(text, 'place'), visible(text))}")
    if run.tasks:
        print()
        output.table([_task(one) for one in run.tasks], _TASKS)
    places = [_places(one) for one in run.tasks if one.artifact or one.log]
    if places:
        print()
        output.table(places, ("task", "artifact", "log"))


def _facts(run: RunRecord) -> Iterator[tuple[str, str]]:
    yield "run", run.id
    yield "pipeline", run.pipeline
    yield "target", run.target
    yield "status", run.status
    if run.error:
        yield "error", " ".join(run.error.split())
    yield "began", moment(run.started)
    if run.ended is not None:
        yield "took", _took(run.seconds)
    for name, text in run.parameters.items():
        yield "parameter", f"{name}={text}"


def _task(task: TaskRecord) -> tuple[str, ...]:
    items = "-" if task.items is None else f"{task.items:,}"
    return task.name, task.status, str(task.attempts), _took(task.seconds), items, task.error or "-"


def _places(task: TaskRecord) -> tuple[str, str, str]:
    digest = task.artifact
    folder = str(home_of(Path()) / "artifacts" / digest[:2] / digest) if digest else "-"
    return task.name, folder, task.log or "-"


def print_logs(pieces: Iterable[Piece], *, headed: bool) -> bool:
    """Logs as they come, under a heading wherever another one begins; whether there was anything."""
    paint = Paint.of(sys.stdout)
    last: tuple[str, int] | None = None
    for one in pieces:
        source = (one.task, one.attempt)
        if source != last and (headed or last is not None or one.attempt > 1):
            gap = "\n" if last is not None else ""
            heading = f"==> {visible(one.task)}, attempt {one.attempt} <=="
            sys.stdout.write(f"{gap}{paint('place', heading)}\n")
        last = source
        sys.stdout.flush()
        sys.stdout.buffer.write(one.content)  # a piece may end inside of a letter
        sys.stdout.flush()
    return last is not None


def logs_data(pieces: Iterable[Piece]) -> list[Json]:
    """What each attempt wrote, as text."""
    written: dict[tuple[str, int], bytes] = {}
    for one in pieces:
        written[one.task, one.attempt] = written.get((one.task, one.attempt), b"") + one.content
    return [
        {"task": task, "attempt": attempt, "text": content.decode(errors="replace")}
        for (task, attempt), content in written.items()
    ]


def garbage_data(garbage: Garbage, *, dry_run: bool) -> dict[str, Json]:
    found = {**asdict(garbage), "deleted": not dry_run}
    return {name: list(one) if isinstance(one, tuple) else one for name, one in found.items()}


def garbage_text(garbage: Garbage, *, dry_run: bool) -> str:
    counts = (
        (len(garbage.runs), "run", "runs"),
        (
            len(set(garbage.folders) - set(garbage.runs)),
            "folder of an unknown run",
            "folders of unknown runs",
        ),
        (len(garbage.artifacts), "artifact", "artifacts"),
        (len(garbage.keys), "cache entry", "cache entries"),
    )
    said = ", ".join(f"{count:,} {one if count == 1 else several}" for count, one, several in counts if count)
    kept = f"{output.count(garbage.kept_runs, 'run')} and {size(garbage.kept_bytes)} stay"
    if not said:
        return f"nothing to delete: {kept}"
    return f"{'would free' if dry_run else 'freed'} {size(garbage.bytes)}: {said}; {kept}"
