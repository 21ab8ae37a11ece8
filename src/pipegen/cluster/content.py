"""What an object says, without what the cluster keeps about it: the part that can differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipegen.emit.change import Change
from pipegen.emit.yaml import dump

_KEPT_BY_THE_CLUSTER = frozenset(
    {"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"}
)
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"  # the whole object again, a Secret's too


def content(live: Mapping[str, Any]) -> dict[str, Any]:
    """An object as it would stand in a manifest."""
    metadata = {key: one for key, one in live["metadata"].items() if key not in _KEPT_BY_THE_CLUSTER}
    annotations = {
        key: one for key, one in (metadata.pop("annotations", None) or {}).items() if key != _LAST_APPLIED
    }
    if annotations:
        metadata["annotations"] = annotations
    first = {"apiVersion": live["apiVersion"], "kind": live["kind"], "metadata": metadata}
    return first | {key: one for key, one in live.items() if key not in first and key != "status"}


def difference(what: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Change:
    """The change of one object as that of a file; what a Secret holds is not shown."""
    old, new = content(before) if before is not None else None, content(after)
    if new["kind"] == "Secret":
        old, new = _masked(old, new)
    return Change(what, dump(old) if old is not None else None, dump(new))


def _masked(
    old: Mapping[str, Any] | None, new: Mapping[str, Any]
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Values as stars that say no more than whether they are the same."""

    def stars(one: Mapping[str, Any], other: Mapping[str, Any], when: str) -> dict[str, Any]:
        found = dict(one)
        for part in ("data", "stringData"):
            others = other.get(part) or {}
            if part in one:
                found[part] = {
                    key: "***" if others.get(key) == value else f"*** ({when})"
                    for key, value in (one[part] or {}).items()
                }
        return found

    return stars(old, new, "before") if old is not None else None, stars(new, old or {}, "after")
