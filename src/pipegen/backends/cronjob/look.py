"""How the file looks: what is short stands on one line, so that a task reads as one paragraph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipegen.emit.document import Flow, shape
from pipegen.emit.yaml import Yaml, inline

_WIDTH = 100
_SHORT = frozenset({"securityContext", "resources", "command", "args"})
_ITEMS = frozenset({"env", "envFrom", "volumeMounts", "volumes"})


def readable(value: Yaml, key: str = "") -> Yaml:
    """The same data, with the usual small parts of containers on lines of their own."""
    if isinstance(value, Mapping):
        if key in _SHORT and _is_short(value):
            return Flow(value)
        return {str(name): readable(one, str(name)) for name, one in value.items()}
    if isinstance(value, Sequence) and shape(value) == "list":
        if key in _SHORT and _is_short(value):
            return Flow(value)
        return [_item(one, key) for one in value]
    return value


def _item(value: Yaml, key: str) -> Yaml:
    return (
        Flow(value) if key in _ITEMS and shape(value) == "mapping" and _is_short(value) else readable(value)
    )


def _is_short(value: Yaml) -> bool:
    return bool(value) and len(inline(value)) <= _WIDTH
