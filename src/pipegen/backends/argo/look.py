"""How the file looks: what is short stands on one line, and a task of a large graph always does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipegen.emit.document import Block, Flow, shape
from pipegen.emit.yaml import Yaml, inline

_WIDTH, _LONGEST = 110, 150
_SHORT = frozenset({"securityContext", "resources", "podGC", "backoff", "emptyDir", "ttlStrategy", "memoize"})
_SHORT |= {"accessKeySecret", "secretKeySecret", "serviceAccountKeySecret", "accountKeySecret"}
_ITEMS = frozenset(
    {"env", "envFrom", "volumeMounts", "volumes", "parameters", "tasks", "artifacts", "tolerations"}
)
_JSON = "podSpecPatch"


def readable(value: Yaml, dense: bool, key: str = "") -> Yaml:
    """The same data, with its usual small parts on lines of their own."""
    kind = shape(value)
    if kind == "mapping" and isinstance(value, Mapping):
        if key in _SHORT and fits(value, _WIDTH):
            return Flow(value)
        return {str(name): readable(one, dense, str(name)) for name, one in value.items()}
    if kind == "list" and isinstance(value, Sequence):
        if all(shape(one) == "leaf" for one in value) and fits(value, _LONGEST):
            return Flow(value)
        return [_item(one, dense, key) for one in value]
    return _in_lines(value) if key == _JSON and isinstance(value, str) else value


def _item(value: Yaml, dense: bool, key: str) -> Yaml:
    if dense and key == "tasks" and not _has_dag(value):
        return Flow(value)
    if key in _ITEMS and shape(value) == "mapping" and not _has_dag(value) and fits(value, _WIDTH):
        return Flow(value)
    return readable(value, dense)


def _has_dag(value: Yaml) -> bool:
    return isinstance(value, Mapping) and "inline" in value


def fits(value: Yaml, width: int) -> bool:
    return len(inline(value)) <= width


def _in_lines(text: str) -> Yaml:
    """JSON that is long, with a line for each key at its top."""
    import json

    if len(text) <= _WIDTH:
        return text
    data: dict[str, object] = json.loads(text)
    parts = (f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in data.items())
    return Block("{" + ",\n ".join(parts) + "}\n")
