"""What changed between two snapshots, one change at a time, equal ones together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipegen.app.snapshot import Snapshot

NONE = "none"
_WRITTEN = ("name", "tasks", "steps", "parameters", "on_failure", "on_exit")
_NAMES = {"schedule.cron": "schedule", "schedule.timezone": "timezone", "resources.gpu": "gpu"}
_NAMES |= {f"resources.{one}": one for one in ("cpu", "memory", "ephemeral_storage")}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is no longer the same; `before` or `after` is None where there is nothing."""

    pipeline: str
    owner: str  # "task", "step", "parameter", "pipeline", or the name of a backend
    name: str
    what: str  # "memory", or "" when the owner itself came or went
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """The same change on one or more owners of a kind."""

    pipeline: str
    owner: str
    names: tuple[str, ...]
    what: str
    before: str | None
    after: str | None

    @property
    def sentence(self) -> str:
        """The change in words."""
        if not self.what:
            plural = self.owner + ("s" if len(self.names) > 1 else "")
            verb = "added" if self.before is None else "removed"
            return f"{plural} {verb}: {', '.join(self.names)}"
        values = f"{_shown(self.before)} -> {_shown(self.after)}"
        if self.owner == "pipeline":
            return f"{self.what} {values}"
        if self.owner not in ("task", "step", "parameter"):
            return f"{self.owner}.{self.what}: {values}"
        if len(self.names) == 1:
            return f"{self.owner} {self.names[0]}: {self.what} {values}"
        return f"{self.what} changed on {len(self.names)} {self.owner}s ({_listed(self.names)}): {values}"


def compare(before: Snapshot, after: Snapshot) -> list[Group]:
    """Everything that changed, in the order of the pipelines and of their tasks."""
    found: list[Difference] = []
    for name in dict.fromkeys((*before.pipelines, *after.pipelines)):
        old, new = before.pipelines.get(name), after.pipelines.get(name)
        if old is None or new is None:
            found.append(Difference(name, "pipeline", name, "", *_came(name, old, new)))
            continue
        found += _pipeline(name, old, new)
        configs = before.configs.get(name, {}), after.configs.get(name, {})
        for backend in sorted({*configs[0], *configs[1]}):
            pairs = _leaves(configs[0].get(backend, {}), configs[1].get(backend, {}))
            found += (Difference(name, backend, backend, *one) for one in pairs)
    return _grouped(found)


def _pipeline(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    own = [{key: value for key, value in one.items() if key not in _WRITTEN} for one in (old, new)]
    for what, before, after in _leaves(own[0], own[1]):
        yield Difference(name, "pipeline", name, _NAMES.get(what, what), before, after)
    yield from _things(name, "task", _tasks(old), _tasks(new))
    for key in ("on_failure", "on_exit"):
        names = [one[key]["name"] if one.get(key) else None for one in (old, new)]
        if names[0] != names[1]:
            yield Difference(name, "pipeline", name, key, *names)
    steps = [{slug: _step(one) for slug, one in each.get("steps", {}).items()} for each in (old, new)]
    yield from _things(name, "step", *steps)
    parameters = [{one["name"]: _parameter(one) for one in each.get("parameters", ())} for each in (old, new)]
    yield from _things(name, "parameter", *parameters)


def _things(
    pipeline: str, owner: str, old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[Difference]:
    for name in dict.fromkeys((*old, *new)):
        if name not in old or name not in new:
            yield Difference(pipeline, owner, name, "", *_came(name, old.get(name), new.get(name)))
            continue
        for what, before, after in _leaves(old[name], new[name]):
            yield Difference(pipeline, owner, name, _NAMES.get(what, what), before, after)


def _came(name: str, old: object, new: object) -> tuple[str | None, str | None]:
    return None if old is None else name, None if new is None else name


def _tasks(pipeline: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    handlers = [one for key in ("on_failure", "on_exit") if (one := pipeline.get(key))]
    return {one["name"]: _task(one) for one in (*pipeline.get("tasks", ()), *handlers)}


def _task(task: Mapping[str, Any]) -> dict[str, Any]:
    inputs = {f"input {one['name']}": ", ".join(one["sources"]) for one in task.get("inputs", ())}
    return {"step": task["step"], **inputs, **task.get("options", {})}


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    settings = {
        f"setting {one['name']}": {key: value for key, value in one.items() if key != "name"}
        for one in step.get("settings", ())
    }
    takes = {f"takes {one['name']}": one["type"] for one in step.get("inputs", ())}
    other = {key: value for key, value in step.items() if key not in ("slug", "settings", "inputs", "schema")}
    return {**other, **takes, **settings}


def _parameter(parameter: Mapping[str, Any]) -> dict[str, Any]:
    sets = ", ".join(".".join(one) for one in parameter["targets"])
    left = {key: value for key, value in parameter.items() if key not in ("name", "targets", "has_default")}
    return {**left, "sets": sets}


def _leaves(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, str | None, str | None]]:
    """Each place where two values differ, with both as text."""
    if isinstance(old, Mapping) or isinstance(new, Mapping):
        sides = [one if isinstance(one, Mapping) else {} for one in (old, new)]
        plain = [None if isinstance(one, Mapping) else one for one in (old, new)]
        if plain != [None, None]:
            yield path, _text(plain[0]), _text(plain[1])
        for key in dict.fromkeys((*sides[0], *sides[1])):
            below = f"{path}.{key}" if path else str(key)
            yield from _leaves(sides[0].get(key), sides[1].get(key), below)
    elif old != new or type(old) is not type(new):
        yield path, _text(old), _text(new)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _shown(text: str | None) -> str:
    return NONE if text is None else text if text and text.isprintable() else json.dumps(text)


def _listed(names: Sequence[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _grouped(found: Iterable[Difference]) -> list[Group]:
    groups: dict[tuple[str | None, ...], list[str]] = {}
    for one in found:
        same = ("",) if one.what else (str(one.before is None),)  # what came and what went, each together
        values = (one.before, one.after) if one.what else same
        groups.setdefault((one.pipeline, one.owner, one.what, *values), []).append(one.name)
    return [_group(key, names) for key, names in groups.items()]


def _group(key: Sequence[str | None], names: Sequence[str]) -> Group:
    pipeline, owner, what, *values = key
    if not what:
        values = [None, ""] if values[0] == "True" else ["", None]
    return Group(str(pipeline), str(owner), tuple(names), str(what), values[0], values[1])
