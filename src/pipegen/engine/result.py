"""The result of a run as JSON: what `pipegen run --json` prints, and a webhook is sent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pipegen.engine.records import DONE, RunRecord, TaskRecord
from pipegen.ir import Json

VERSION = 1


def result(run: RunRecord, folders: Mapping[str, Path], root: Path) -> dict[str, Json]:
    """How a run went; paths are taken from the project's root, times are in UTC."""
    ended = [one for one in run.tasks if one.status in DONE]
    return {
        "version": VERSION,
        "success": run.status == "SUCCESS",
        "status": run.status,
        "run": run.id,
        "pipeline": run.pipeline,
        "target": run.target,
        "started": _time(run.started),
        "ended": _time(run.ended),
        "seconds": _rounded(run.seconds),
        "error": run.error or None,
        "parameters": dict(run.parameters),
        "stages_completed": [one.name for one in ended],
        "tasks": {one.name: _task(one, folders.get(one.name), root) for one in run.tasks},
        "processors": run.details.get("processors", []),
    }


def _task(task: TaskRecord, folder: Path | None, root: Path) -> dict[str, Json]:
    return {
        "status": task.status,
        "attempts": task.attempts,
        "started": _time(task.started),
        "ended": _time(task.ended),
        "seconds": _rounded(task.seconds),
        "rows": task.items,
        "error": task.error or None,
        "artifact": os.path.relpath(folder, root) if folder is not None else None,
        "digest": task.artifact if folder is not None else None,
        "log": task.log,
    }


def _time(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def schema() -> dict[str, Json]:
    """The JSON Schema of a result."""
    text: Json = {"type": ["string", "null"]}
    number: Json = {"type": ["number", "null"]}
    task: dict[str, Json] = {
        "type": "object",
        "required": ["status", "attempts"],
        "properties": {
            "status": {"enum": ["PENDING", "RUNNING", "SUCCESS", "FAILED", "SKIPPED", "CACHED"]},
            "attempts": {"type": "integer", "minimum": 0},
            **dict.fromkeys(("started", "ended", "error", "artifact", "digest", "log"), text),
            **dict.fromkeys(("seconds", "rows"), number),
        },
    }
    processor: dict[str, Json] = {
        "type": "object",
        "required": ["type", "ok", "message"],
        "properties": {
            "type": {"type": "string"},
            "ok": {"type": "boolean"},
            "message": {"type": "string"},
            "code": {"type": ["string", "null"]},
            "required": {"type": "boolean"},
            "seconds": {"type": "number"},
            "details": {"type": "object"},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The result of a run",
        "type": "object",
        "required": [
            "version",
            "success",
            "status",
            "run",
            "pipeline",
            "stages_completed",
            "tasks",
            "processors",
        ],
        "properties": {
            "version": {"const": VERSION},
            "success": {"type": "boolean"},
            "status": {"enum": ["RUNNING", "SUCCESS", "FAILED", "INTERRUPTED", "CANCELLED"]},
            **{key: {"type": "string"} for key in ("run", "pipeline", "target")},
            **dict.fromkeys(("started", "ended", "error"), text),
            "seconds": number,
            "parameters": {"type": "object", "additionalProperties": {"type": "string"}},
            "stages_completed": {"type": "array", "items": {"type": "string"}},
            "tasks": {"type": "object", "additionalProperties": task},
            "processors": {"type": "array", "items": processor},
        },
    }
