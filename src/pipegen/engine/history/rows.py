"""Records as rows of the two tables, in the order of the columns."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.ir import Json

RUN = ("id", "pipeline", "target", "status", "started", "ended", "parameters", "error", "details")
TASK = (
    "name",
    "status",
    "attempts",
    "started",
    "ended",
    "error",
    "artifact",
    "items",
    "cache_key",
    "log",
)

Row = tuple[Any, ...]


def run_row(run: RunRecord) -> Row:
    return (
        run.id,
        run.pipeline,
        run.target,
        run.status,
        run.started,
        run.ended,
        _written(run.parameters),
        storable(run.error),
        _written(run.details),
    )


def task_row(task: TaskRecord) -> Row:
    return (
        task.name,
        task.status,
        task.attempts,
        task.started,
        task.ended,
        storable(task.error),
        task.artifact,
        task.items,
        task.key,
        task.log,
    )


def run_of(row: Sequence[Any], tasks: Iterable[TaskRecord]) -> RunRecord:
    identity, pipeline, target, status, started, ended, parameters, error, details = row
    return RunRecord(
        identity,
        pipeline,
        target,
        status,
        started,
        ended,
        tuple(tasks),
        _read(parameters),
        error,
        _read(details),
    )


def task_of(row: Sequence[Any]) -> TaskRecord:
    return TaskRecord(*row)


def storable(text: str) -> str:
    """Text that every database takes: an exception's message may hold NUL and halves of characters."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _written(value: Mapping[str, Json]) -> str:
    """As JSON, which knows no infinity and no NaN: they become text."""
    try:
        return json.dumps(value, allow_nan=False) if value else "{}"
    except ValueError:
        return json.dumps(_finite(value))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


def _read(value: Any) -> Any:
    """A driver that knows JSON has read it already."""
    return json.loads(value) if isinstance(value, str) else value
