"""Resolve a draft's names and decide the one order that everything downstream keeps."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import fields

from pipegen.errors import Diagnostic, Related, refuse, suggest
from pipegen.ir import Draft, Pipeline, Task

CODES: dict[str, tuple[str, str]] = {
    "PG151": (
        "two tasks of one name",
        "Every task of a pipeline needs a name of its own, handlers included; it is how the task is addressed.",
    ),
    "PG152": (
        "input from an unknown task",
        "A task is fed by a name that no task of the pipeline has.",
    ),
    "PG153": (
        "cycle",
        "Each task on the cycle waits for the next one, so none of them could ever start. Remove one of the "
        "edges; a value that is handed round belongs into one step.",
    ),
    "PG154": (
        "task of an unknown step",
        "A task names a step that the document does not define.",
    ),
    "PG155": (
        "name that cannot be used",
        "A name must have at least one visible character and no control characters. Anything else is legal: "
        "what a target does not allow is translated for it.",
    ),
}


def link(draft: Draft) -> Pipeline:
    """The pipeline with its tasks in an order that runs; PipegenError lists everything unresolved."""
    refuse(_unresolved(draft))
    ordered = _order(draft.tasks)
    if len(ordered) < len(draft.tasks):
        refuse(_cycles(draft.tasks, {task.name for task in ordered}))
    values = {one.name: getattr(draft, one.name) for one in fields(Draft)}
    return Pipeline(**{**values, "tasks": ordered})


def _unresolved(draft: Draft) -> Iterator[Diagnostic]:
    tasks = (*draft.tasks, *(one for one in (draft.on_failure, draft.on_exit) if one))
    first: dict[str, Task] = {}
    for task in tasks:
        if task.name in first:
            yield _twice(task, first[task.name])
        first.setdefault(task.name, task)
        if not name_is_usable(task.name):
            yield Diagnostic(
                "PG155", f"{task.name!r} cannot be a task's name", task.origin, "name what it does"
            )
        if task.step not in draft.steps:
            hint = suggest(task.step, draft.steps)
            yield Diagnostic("PG154", f"task '{task.name}' is of step '{task.step}'", task.origin, hint)
    if not name_is_usable(draft.name):
        yield Diagnostic(
            "PG155", f"{draft.name!r} cannot be a pipeline's name", draft.origin, "name what it does"
        )
    names = {task.name for task in draft.tasks}
    for task in tasks:
        for name in task.upstream:
            if name not in names:
                yield Diagnostic(
                    "PG152",
                    f"task '{task.name}' is fed by '{name}', which is no task of pipeline '{draft.name}'",
                    task.origin,
                    suggest(name, names),
                )


def name_is_usable(name: str) -> bool:
    return bool(name.strip()) and all(char.isprintable() for char in name)


def _twice(task: Task, other: Task) -> Diagnostic:
    related = (Related(other.origin, "the other one"),) if other.origin else ()
    return Diagnostic(
        "PG151",
        f"two tasks are called '{task.name}'",
        task.origin,
        f'give one a name of its own: Score("{task.name}-2", ...)',
        related,
    )


def _order(tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """Topological, and otherwise as declared; tasks on or behind a cycle are missing from the result."""
    index = {task.name: number for number, task in enumerate(tasks)}
    upstream = [[index[name] for name in task.upstream] for task in tasks]
    downstream: list[list[int]] = [[] for _ in tasks]
    for number, sources in enumerate(upstream):
        for source in sources:
            downstream[source].append(number)
    waiting = [len(sources) for sources in upstream]
    ready = [number for number, count in enumerate(waiting) if count == 0]
    ordered: list[Task] = []
    while ready:
        number = heapq.heappop(ready)
        ordered.append(tasks[number])
        for other in downstream[number]:
            waiting[other] -= 1
            if waiting[other] == 0:
                heapq.heappush(ready, other)
    return tuple(ordered)


def _cycles(tasks: tuple[Task, ...], done: set[str]) -> Iterator[Diagnostic]:
    """One diagnostic per cycle, found by walking upstream from each task that has no place in the order."""
    stuck = {task.name: task for task in tasks if task.name not in done}
    seen: set[str] = set()
    for start in stuck:
        path: dict[str, None] = {}
        name = start
        while name not in seen and name not in path:
            path[name] = None
            name = next(source for source in stuck[name].upstream if source in stuck)
        if name in path:
            names = list(path)
            yield _cycle(stuck, names[names.index(name) :][::-1])
        seen.update(path)


def _cycle(tasks: dict[str, Task], names: list[str]) -> Diagnostic:
    first = min(range(len(names)), key=lambda i: (tasks[names[i]].origin is None, tasks[names[i]].origin, i))
    around = names[first:] + names[:first]
    related = tuple(
        Related(origin, f"'{name}'") for name in around[1:] if (origin := tasks[name].origin) is not None
    )
    if len(around) == 1:
        message = f"task '{around[0]}' feeds itself"
    else:
        shown = around if len(around) <= 8 else [*around[:4], "...", *around[-3:]]
        message = "cycle: " + " -> ".join(
            f"'{name}'" if name != "..." else name for name in [*shown, around[0]]
        )
    return Diagnostic("PG153", message, tasks[around[0]].origin, "remove one of these edges", related)
