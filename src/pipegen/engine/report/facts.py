"""What the page knows about a run beside its pictures, as JSON, with what is secret out of sight."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pipegen.engine.analysis import critical_path, forecast, workers_of
from pipegen.engine.masking import Mask
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.engine.report.excerpts import excerpts
from pipegen.engine.report.handed_on import handed_on
from pipegen.engine.report.matching import Shown
from pipegen.engine.spans import span
from pipegen.ir import Json

_AS_GOOD = 1.01
_TOLD = ("settings", "processors", "workers", "attempts", "part")  # details that have a place of their own


def run_facts(run: RunRecord, shown: Shown, root: Path, mask: Mask) -> dict[str, Json]:
    """The run, and its tasks in the order of the picture; a task that took no part is null."""
    pipeline = shown.pipeline
    path = critical_path(run, pipeline)
    place = {task.name: at for at, task in enumerate(pipeline.every_task)}
    records = {task.name: task for task in run.tasks}
    logs = excerpts(run.tasks, root, mask)
    settings = run.details.get("settings")
    settings = settings if isinstance(settings, Mapping) else {}
    said: dict[str, Json] = {
        "id": run.id,
        "status": run.status,
        "error": run.error,
        "note": shown.note,
        "about": [[name, text] for name, text in _about(run).items() if text],
        "parameters": [[name, text] for name, text in run.parameters.items()],
        "processors": _processors(run),
        "critical": {"seconds": span(path.seconds), "tasks": [place[one] for one in path.tasks]},
        "forecast": _forecast(run, shown),
        "tasks": [
            _task(records[task.name], run, root, settings.get(task.name)) if task.name in records else None
            for task in pipeline.every_task
        ],
    }
    hidden = masked(said, mask)
    assert isinstance(hidden, dict)
    for task, facts in zip(pipeline.every_task, hidden["tasks"], strict=True):
        if facts is not None:
            facts["logs"] = logs[task.name]
    return hidden


def masked(value: Json, mask: Mask) -> Json:
    """The same with every text in it masked."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {name: masked(one, mask) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [masked(one, mask) for one in value]
    return value


def moment(seconds: float) -> str:
    """A time of day, in the one zone that is the same for every reader."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _about(run: RunRecord) -> dict[str, str]:
    more = {name: _text(value) for name, value in run.details.items() if name not in _TOLD}
    return {
        "run": run.id,
        "target": "" if run.target.startswith(("/", "~")) else run.target,
        "started": moment(run.started),
        "ended": moment(run.ended) if run.ended is not None else "not yet",
        "took": span(run.seconds) if run.seconds is not None else "",
        "workers": str(workers_of(run)),
        **more,
    }


def _task(task: TaskRecord, run: RunRecord, root: Path, settings: Json) -> dict[str, Json]:
    said: dict[str, Json] = {
        "status": task.status,
        "attempts": task.attempts,
        "began": None if task.started is None else round(task.started - run.started, 3),
        "seconds": None if task.seconds is None else round(task.seconds, 3),
        "took": "" if task.seconds is None or task.status == "CACHED" else span(task.seconds),
        "error": task.error,
        "rows": task.items,
        "artifact": handed_on(task.artifact, root) if task.artifact else None,
    }
    if isinstance(settings, Mapping) and settings:
        said["settings"] = [[name, _text(value)] for name, value in settings.items()]
    return said


def _forecast(run: RunRecord, shown: Shown) -> list[Json]:
    """[workers, seconds as text, their share of the longest], up to the number that more would not help."""
    if not run.seconds:
        return []
    expected = forecast(run, shown.pipeline)
    longest, least = max(expected.values()) or 1.0, min(expected.values())
    enough = next(count for count, seconds in expected.items() if seconds <= least * _AS_GOOD)
    told = [(count, seconds) for count, seconds in expected.items() if count <= max(enough, workers_of(run))]
    return [[count, span(seconds), round(seconds / longest, 3)] for count, seconds in told]


def _processors(run: RunRecord) -> list[Json]:
    found = run.details.get("processors")
    if not isinstance(found, Sequence) or isinstance(found, str):
        return []
    return [
        {
            "type": _text(one.get("type", "")),
            "ok": one.get("ok") is not False,
            "message": _text(one.get("message", "")),
            "took": span(seconds) if isinstance(seconds := one.get("seconds"), int | float) else "",
            "details": _pairs(one.get("details")),
        }
        for one in found
        if isinstance(one, Mapping)
    ]


def _pairs(value: Json) -> list[Json]:
    return [[name, _text(one)] for name, one in value.items()] if isinstance(value, Mapping) else []


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=dict)
