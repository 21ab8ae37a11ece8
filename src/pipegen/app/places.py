"""Where in the user's files a mistake stands that was found without a place; only a mistake pays for this."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pipegen.errors import Diagnostic, Origin, PipegenError
from pipegen.ir import Draft, Task

if TYPE_CHECKING:
    from pipegen.values.document import Values
    from pipegen.values.nodes import Node


def at(place: Origin | None, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Those without a place at the one given."""
    for one in diagnostics:
        yield one if one.origin is not None else replace(one, origin=place)


def in_values(values: Values, backend: str, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """What a backend refuses in its config, at the key that the message names: "dvc.stages names 'fecth'"."""
    for one in diagnostics:
        path = re.search(rf"\b{re.escape(backend)}((?:\.\w+)*)", one.message)
        keys = [backend, *(path[1].split(".")[1:] if path else ())]
        named = re.findall(r"'([^']*)'", one.message)
        tries = [(*keys, name) for name in named] + [tuple(keys[:n]) for n in range(len(keys), 0, -1)]
        places = filter(None, (values.origin(*each) for each in tries))
        yield one if one.origin is not None else replace(one, origin=next(places, None))


def in_document(text: str, file: str, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Those about a part of a JSON document, "tasks[1].name: must be text", at that part."""
    root = _nodes(text, file)
    for one in diagnostics:
        known = one.code != "PG193" or root is None
        yield one if known else replace(one, origin=_part(root, one.message))


def placed(draft: Draft, text: str, file: str) -> Draft:
    """A draft whose tasks say where in the document they stand, unless they say where in the code."""
    root = _nodes(text, file)
    if root is None:
        return draft
    tasks = tuple(_task(task, root, f"tasks[{n}]") for n, task in enumerate(draft.tasks))
    parameters = tuple(
        replace(one, origin=one.origin or _part(root, f"parameters[{n}]:"))
        for n, one in enumerate(draft.parameters)
    )
    origin = draft.origin or _part(root, "name:")
    return replace(
        draft,
        tasks=tasks,
        on_failure=draft.on_failure and _task(draft.on_failure, root, "on_failure"),
        on_exit=draft.on_exit and _task(draft.on_exit, root, "on_exit"),
        parameters=parameters,
        origin=origin,
    )


def _task(task: Task, root: Node | None, path: str) -> Task:
    inputs = tuple(
        replace(one, origin=one.origin or _part(root, f"{path}.inputs[{n}]:"))
        for n, one in enumerate(task.inputs)
    )
    return replace(task, inputs=inputs, origin=task.origin or _part(root, f"{path}:"))


def _nodes(text: str, file: str) -> Node | None:
    """The document with the place of everything in it: JSON is YAML, and a reader of that says places."""
    from pipegen.values.reading import parse

    try:
        return parse(text, file)
    except PipegenError:
        return None


def _part(node: Node | None, path: str) -> Origin | None:
    """The place of what a path leads to, or of the last part of it that is there."""
    from pipegen.values.nodes import Listing, Table

    origin = node.origin if node is not None else None
    while True:
        if isinstance(node, Table):
            keys = [key for key in node.entries if re.match(rf"\.?{re.escape(key)}[.\[:]", path)]
            if not keys:
                return origin
            key = max(keys, key=len)
            path = path.removeprefix(".").removeprefix(key)
            origin = (
                node.entries[key].key if path.endswith("is not known") else node.entries[key].value.origin
            )
            node = node.entries[key].value
        elif isinstance(node, Listing) and (index := re.match(r"\[(\d+)\]", path)):
            node, path = node.items[int(index[1])], path[index.end() :]
            origin = node.origin
        else:
            return origin
