"""Small changes to what a pipeline is made of, tried to see what they do to a generated file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from pipegen.errors import Origin
from pipegen.ir import Pipeline, Task
from pipegen.values.nodes import Entry, Listing, Node, Scalar, Table, leaves

REMOVED = object()
_UNMARKED = frozenset(
    {
        "origin",
        "target",
        "targets",
        "schema",
        "type",
        "slug",
        "step",
        "mode",
        "feed",
        "required",
        "secret",
        "has_default",
    }
)
_AROUND = frozenset({"tasks", "on_failure", "on_exit", "options"})
_LINKS = {"Task": "name", "Input": "sources"}  # what edges go by
_ZONES = ("Etc/UTC", "Europe/Paris")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that can be changed, and how: `kind` is values, code or task."""

    kind: str
    what: str
    origin: Origin | None
    tries: tuple[Any, ...]  # texts or other values to put there, or REMOVED
    path: Path = ()
    owner: str = ""  # of code: the task, or "" for the pipeline
    text: str = ""

    @property
    def option(self) -> str:
        """The word that a user writes it under, in code."""
        if self.path[:1] in (("steps",), ("parameters",)):
            return str(self.path[2]) if len(self.path) > 2 else ""
        words = [one for one in self.path if isinstance(one, str) and one not in _AROUND]
        return words[0] if words else ""


def of_values(node: Table, choices: Mapping[str, Sequence[str]]) -> list[Mark]:
    """Every value that was written."""
    found = []
    for path, leaf in leaves(node):
        if path:
            text = leaf.text if isinstance(leaf, Scalar) else ""
            tries = (*variants(text, choices), REMOVED) if isinstance(leaf, Scalar) else (REMOVED,)
            found.append(Mark("values", path, leaf.origin, tries, _keys(node, path), text=text))
    return found


def _keys(node: Table, path: str) -> Path:
    from pipegen.values.nodes import split

    keys: list[str | int] = []
    here: Node = node
    for part in split(path):
        name = part
        indices: list[int] = []
        while isinstance(here, Table) and name not in here.entries:
            name, _, last = name.rpartition("[")
            indices.insert(0, int(last.rstrip("]")))
        assert isinstance(here, Table)
        here = here.entries[name].value
        keys.append(name)
        for index in indices:
            assert isinstance(here, Listing)
            here = here.items[index]
            keys.append(index)
    return tuple(keys)


def in_node(node: Node, path: Path, value: Any) -> Node:
    """The node with another text at a path, or without what stands there."""
    first, rest = path[0], path[1:]
    if isinstance(node, Table) and isinstance(first, str):
        entries = dict(node.entries)
        if not rest and value is REMOVED:
            del entries[first]
        else:
            entry = entries[first]
            entries[first] = Entry(entry.key, _put(entry.value, rest, value))
        return node._replace(entries=entries)
    assert isinstance(node, Listing) and isinstance(first, int)
    items = list(node.items)
    items[first : first + 1] = [] if not rest and value is REMOVED else [_put(items[first], rest, value)]
    return node._replace(items=tuple(items))


def _put(node: Node, rest: Path, value: Any) -> Node:
    if rest:
        return in_node(node, rest, value)
    assert isinstance(node, Scalar)
    return node._replace(text=value)


def renamed_keys(node: Node, names: Mapping[str, str]) -> Node:
    """The node with the names of tasks changed wherever they are keys."""
    if isinstance(node, Table):
        entries = {
            names.get(key, key): Entry(one.key, renamed_keys(one.value, names))
            for key, one in node.entries.items()
        }
        return node._replace(entries=entries)
    if isinstance(node, Listing):
        return node._replace(items=tuple(renamed_keys(one, names) for one in node.items))
    return node


def of_code(pipeline: Pipeline, choices: Mapping[str, Sequence[str]]) -> Iterator[Mark]:
    """Everything that the user's modules say, but the names of tasks."""
    for path, value in _walk(pipeline, ()):
        tries = tuple(_others(value, choices))
        if tries:
            yield _code_mark(pipeline, path, value, tries)


def _code_mark(pipeline: Pipeline, path: Path, value: object, tries: tuple[Any, ...]) -> Mark:
    task = _task_at(pipeline, path)
    words = ".".join(str(one) for one in path if one != "options")
    if task is not None:
        words = words.partition(".")[2].partition(".")[2] if path[0] == "tasks" else words.partition(".")[2]
        words = f"input {value}" if words.startswith("inputs.") else words
        return Mark("code", f"task {task.name}: {words}", task.origin, tries, path, task.name, str(value))
    if path[0] == "steps":
        step = pipeline.steps[str(path[1])]
        what = f"step {step.slug}: {'.'.join(map(str, path[2:]))}"
        return Mark("code", what, step.origin, tries, path, text=str(value))
    if path[0] == "parameters" and isinstance(path[1], int):
        parameter = pipeline.parameters[path[1]]
        what = f"parameter {parameter.name}: {'.'.join(map(str, path[2:]))}"
        return Mark("code", what, parameter.origin, tries, path, text=str(value))
    return Mark("code", f"pipeline {pipeline.name}: {words}", pipeline.origin, tries, path, text=str(value))


def _task_at(pipeline: Pipeline, path: Path) -> Task | None:
    if path[0] == "tasks" and isinstance(path[1], int):
        return pipeline.tasks[path[1]]
    return getattr(pipeline, path[0]) if path[0] in ("on_failure", "on_exit") else None


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every plain value below that somebody said, with its path."""
    if is_dataclass(value):
        link = _LINKS.get(type(value).__name__)
        for one in fields(value):
            own = getattr(value, one.name)
            if one.name not in _UNMARKED and one.name != link and own != one.default:
                yield from _walk(own, (*path, one.name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _walk(one, (*path, key))
    elif isinstance(value, (list, tuple)):
        for n, one in enumerate(value):
            yield from _walk(one, (*path, n))
    elif value is not None:
        yield path, value


def in_code(value: Any, path: Path, new: Any) -> Any:
    """A frozen tree with another value at a path."""
    if not path:
        return new
    first, rest = path[0], path[1:]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{str(first): in_code(getattr(value, str(first)), rest, new)})
    if isinstance(value, Mapping):
        return {**value, first: in_code(value[first], rest, new)}
    assert isinstance(first, int)
    return (*value[:first], in_code(value[first], rest, new), *value[first + 1 :])


def of_tasks(pipeline: Pipeline) -> list[Mark]:
    """The name of each task."""
    return [
        Mark("task", f"task {one.name}", one.origin, (f"{one.name}q",), owner=one.name)
        for one in pipeline.every_task
    ]


def renamed(pipeline: Pipeline, names: Mapping[str, str]) -> Pipeline:
    """The pipeline with tasks under other names."""

    def other(task: Task | None) -> Task | None:
        if task is None:
            return None
        inputs = tuple(
            replace(one, sources=tuple(names.get(each, each) for each in one.sources)) for one in task.inputs
        )
        return replace(task, name=names.get(task.name, task.name), inputs=inputs)

    parameters = tuple(
        replace(one, targets=tuple((names.get(task, task), field) for task, field in one.targets))
        for one in pipeline.parameters
    )
    return replace(
        pipeline,
        tasks=tuple(task for one in pipeline.tasks if (task := other(one)) is not None),
        on_failure=other(pipeline.on_failure),
        on_exit=other(pipeline.on_exit),
        parameters=parameters,
    )


def _others(value: object, choices: Mapping[str, Sequence[str]]) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, float)):
        yield from (value + 1, value - 1)
    elif isinstance(value, str):
        yield from variants(value, choices)


def variants(text: str, choices: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Other texts that may stand where this one does: the first that is accepted will do."""
    flipped = {"true": "false", "false": "true"}.get(text.lower())
    if flipped:
        yield flipped
    yield from (one for one in choices.get(text, ()) if one != text)
    if "/" in text and text.split("/")[0].istitle():
        yield from (one for one in _ZONES if one != text)
    for change in _CHANGES:
        other = change(text)
        if other != text:
            yield other


def _last_number(change: Callable[[int], str]) -> Callable[[str], str]:
    return lambda text: re.sub(r"\d+(?=\D*$)", lambda found: change(int(found[0])), text, count=1)


_CHANGES: tuple[Callable[[str], str], ...] = (
    _last_number(lambda number: str(number + 1)),
    lambda text: re.sub(r"\d(?=\D*$)", lambda found: str((int(found[0]) + 1) % 10), text, count=1),
    _last_number(lambda number: str(max(number - 1, 0))),
    lambda text: f"{text}q",
    lambda text: f"q{text}",
    lambda text: f"{text}/q",
)
