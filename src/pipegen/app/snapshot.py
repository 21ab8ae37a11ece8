"""What a project says at one moment, as plain data that can be compared with that of another one.

Run as a module it prints the snapshot of another work tree: two versions of a user's modules cannot be
loaded into one process.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from pipegen.app.configuring import GivenValues
from pipegen.app.generating import compiled
from pipegen.errors import PipegenError
from pipegen.ir import Json, Pipeline
from pipegen.values.unset import UNSET

_PLACES = frozenset({"origin", "target"})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Pipelines after values, by name; each backend's config for them; the files all of it comes to."""

    pipelines: Mapping[str, Mapping[str, Any]]
    configs: Mapping[str, Mapping[str, Any]]  # by pipeline, then by backend
    files: Mapping[str, str]


def snapshot(target: str | None, backends: Sequence[str], given: GivenValues) -> Snapshot:
    """How things stand; PipegenError says why they cannot be compiled."""
    prepared, files = compiled(target, backends, given)
    assert prepared.values is not None
    configs = {
        pipeline.name: {
            backend.name: plain(prepared.values.section(backend.name, pipeline.name))
            for backend in prepared.backends
        }
        for pipeline in prepared.pipelines
    }
    return Snapshot(
        {one.name: _pipeline(one) for one in prepared.pipelines},
        configs,
        {one.path: one.text for one in files},
    )


def _pipeline(pipeline: Pipeline) -> dict[str, Any]:
    from pipegen.ir_json import to_json

    data: dict[str, Any] = _without_places(json.loads(to_json(pipeline)))
    return data


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(one) for key, one in value.items() if key not in _PLACES}
    if isinstance(value, list):
        return [_without_places(one) for one in value]
    return value


def plain(value: object) -> Json:
    """A config as data, without what it leaves unsaid."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            one.name: plain(own) for one in fields(value) if not _unsaid(one, own := getattr(value, one.name))
        }
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _unsaid(one: Field[Any], value: object) -> bool:
    default = one.default if one.default_factory is MISSING else one.default_factory()
    return value is UNSET or value is None or value == default


def main(words: Sequence[str]) -> int:
    """Print the snapshot that a request in JSON asks for, or what is wrong with it."""
    asked = json.loads(words[0])
    given = GivenValues(
        tuple(map(Path, asked["files"])),
        tuple(asked["sets"]),
        tuple(asked["set_files"]),
        asked["expand_env"],
    )
    try:
        found: dict[str, Any] = asdict(snapshot(asked["target"], asked["backends"], given))
    except PipegenError as error:
        found = {"errors": [[one.code, one.message, one.hint] for one in error.diagnostics]}
    sys.stdout.write("\n" + json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
