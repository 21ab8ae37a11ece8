"""Raw patches from values over generated objects: strategic merges, and JSON Patch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from pipegen.ir import Json

Patch: TypeAlias = "Mapping[str, Json] | tuple[Mapping[str, Json], ...]"

# The lists of a pod whose items Kubernetes tells apart by a key; it replaces all others whole.
_KEYED: Mapping[str, str] = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "volumes": "name",
    "imagePullSecrets": "name",
    "hostAliases": "ip",
    "topologySpreadConstraints": "topologyKey",
    "schedulingGates": "name",
    "resourceClaims": "name",
    "env": "name",
    "ports": "containerPort",
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
}
_DIRECTIVE = "$patch"


class PatchError(ValueError):
    """What is wrong with a patch, as the rest of a sentence that begins with its name."""


def patched(data: Mapping[str, Any], patch: Patch) -> dict[str, Any]:
    """The object with a patch over it; nothing of the object itself is changed."""
    found = merged(data, patch) if isinstance(patch, Mapping) else json_patched(data, patch)
    if not isinstance(found, dict):
        raise PatchError("leaves no object behind")
    return found


def merged(data: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """A strategic merge: mappings key by key, lists of named items by name, null takes away."""
    how = patch.get(_DIRECTIVE, "merge")
    if how not in ("merge", "replace"):
        raise PatchError(f"has {_DIRECTIVE}: {how} where only merge and replace make sense")
    found = dict(data) if how == "merge" else {}
    for key, value in patch.items():
        if key == _DIRECTIVE:
            continue
        if key.startswith("$"):
            raise PatchError(
                f"has '{key}', which is not understood here; write $patch: replace, or a JSON Patch"
            )
        if value is None:
            found.pop(key, None)
        else:
            found[key] = _over(key, found.get(key), value)
    return found


def _over(key: str, under: Any, value: Any) -> Any:
    if isinstance(value, Mapping):
        return merged(under if isinstance(under, Mapping) else {}, value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _list(key, under if isinstance(under, Sequence) else [], value)
    return value


def _list(key: str, under: Sequence[Any], items: Sequence[Any]) -> list[Any]:
    name = _KEYED.get(key)
    if name is None or not all(isinstance(one, Mapping) for one in (*under, *items)):
        return list(items)
    if any(_DIRECTIVE in one and one[_DIRECTIVE] == "replace" and name not in one for one in items):
        return [one for one in items if _DIRECTIVE not in one]
    found = {one.get(name): one for one in under}
    for one in items:
        if name not in one:
            raise PatchError(f"has an item under '{key}' without '{name}', so it is unclear which is meant")
        if one.get(_DIRECTIVE) == "delete":
            found.pop(one[name], None)
        else:
            found[one[name]] = merged(found.get(one[name], {}), one)
    return list(found.values())


def json_patched(data: Any, operations: Sequence[Mapping[str, Any]]) -> Any:
    """RFC 6902: operations one after the other."""
    holder = {"": _copy(data)}
    for number, one in enumerate(operations, start=1):
        try:
            _apply(holder, one)
        except (KeyError, IndexError, TypeError, ValueError) as problem:
            said = str(problem) if isinstance(problem, PatchError) else "names a place that is not there"
            raise PatchError(f"cannot be applied: operation {number} {said}: {_shown(one)}") from None
    return holder.get("")


def _apply(holder: dict[str, Any], operation: Mapping[str, Any]) -> None:
    kind, path = operation.get("op"), _words(operation.get("path"))
    if kind in ("add", "replace", "test") and "value" not in operation:
        raise PatchError("has no value")
    if kind in ("move", "copy"):
        source = _words(operation.get("from"))
        value = _copy(_get(holder, source))
        if kind == "move":
            _remove(holder, source)
        _add(holder, path, value)
    elif kind == "add":
        _add(holder, path, _copy(operation["value"]))
    elif kind == "replace":
        _remove(holder, path)
        _add(holder, path, _copy(operation["value"]))
    elif kind == "remove":
        _remove(holder, path)
    elif kind != "test":
        raise PatchError("is none of add, remove, replace, move, copy and test")
    elif _get(holder, path) != _copy(operation["value"]):
        raise PatchError("finds something else")


def _words(pointer: object) -> list[str]:
    if not isinstance(pointer, str) or not (pointer == "" or pointer.startswith("/")):
        raise PatchError("has no path that begins with '/'")
    return [word.replace("~1", "/").replace("~0", "~") for word in ("/" + pointer).split("/")[1:]]


def _get(holder: Any, words: Sequence[str]) -> Any:
    found = holder
    for word in words:
        found = found[_index(found, word)] if isinstance(found, list) else found[word]
    return found


def _add(holder: Any, words: Sequence[str], value: Any) -> None:
    parent = _get(holder, words[:-1])
    if isinstance(parent, list):
        parent.insert(len(parent) if words[-1] == "-" else _index(parent, words[-1], end=True), value)
    else:
        parent[words[-1]] = value


def _remove(holder: Any, words: Sequence[str]) -> None:
    parent = _get(holder, words[:-1])
    del parent[_index(parent, words[-1]) if isinstance(parent, list) else words[-1]]


def _index(items: list[Any], word: str, *, end: bool = False) -> int:
    if not (word.isascii() and word.isdigit()) or int(word) >= len(items) + end:
        raise IndexError(word)
    return int(word)


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(one) for key, one in value.items()}
    return [_copy(one) for one in value] if isinstance(value, list | tuple) else value


def _shown(operation: Mapping[str, Any]) -> str:
    return " ".join(str(operation[key]) for key in ("op", "from", "path") if key in operation)
