"""Resolve a draft's names and decide the one order that everything downstream keeps."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import fields

from pipegen.cycles import cycles
from pipegen.errors import Diagnostic, Origin, Related, refuse, suggest
from pipegen.ir import Draft, Input, Parameter, Pipeline, Step, Task

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
    "PG156": (
        "feed that does not match its sources",
        "An input with feed `one` has exactly one source; `collect` and `chain` have one or more.",
    ),
    "PG157": (
        "step under a slug that is not its own",
        "In a pipeline document the steps are kept by slug, and each of them names the same slug again.",
    ),
}


def link(draft: Draft) -> Pipeline:
    """The pipeline with its tasks in an order that runs; PipegenError lists everything unresolved."""
    problems = list(_unresolved(draft))
    unique = {task.name: task for task in draft.tasks}
    ordered = _order(tuple(unique.values()))
    if len(ordered) < len(unique):
        done = {task.name for task in ordered}
        problems += cycles([task for task in unique.values() if task.name not in done])
    refuse(problems)
    values = {one.name: getattr(draft, one.name) for one in fields(Draft)}
    return Pipeline(**{**values, "tasks": ordered})


def _unresolved(draft: Draft) -> Iterator[Diagnostic]:
    handlers = {"on_failure": draft.on_failure, "on_exit": draft.on_exit}
    tasks = (*draft.tasks, *(one for one in handlers.values() if one))
    yield from _names(draft, tasks)
    for key, step in draft.steps.items():
        if step.slug != key:
            yield Diagnostic(
                "PG157", f"step '{step.slug}' is kept as '{key}'", step.origin, "name both alike"
            )
    if not draft.tasks:
        yield Diagnostic("PG130", f"pipeline '{draft.name}' has no tasks", draft.origin, "add one")
    names = {task.name for task in draft.tasks}
    ports = {slug: {one.name: one.required for one in step.inputs} for slug, step in draft.steps.items()}
    for task in tasks:
        if task.step not in draft.steps:
            hint = suggest(task.step, draft.steps)
            message = f"task '{task.name}' is of step '{task.step}', which is not among the steps"
            yield Diagnostic("PG154", message, task.origin, hint)
        else:
            yield from _ports(task, ports[task.step])
            if (task.options.mode or draft.steps[task.step].mode) == "row" and not ports[task.step]:
                message = f"task '{task.name}' runs row by row but takes no input"
                yield Diagnostic("PG116", message, task.origin, "choose another mode")
        for one in task.inputs:
            yield from _sources(task, one, names, draft.name)
    for key, handler in handlers.items():
        if handler is not None and handler.inputs:
            message = f"the {key} step of pipeline '{draft.name}' has inputs"
            yield Diagnostic("PG134", message, handler.origin, "feed the task that needs them, in the graph")
    step_of = {task.name: draft.steps.get(task.step) for task in tasks}
    for parameter in draft.parameters:
        yield from _targets(parameter, step_of)


def _names(draft: Draft, tasks: tuple[Task, ...]) -> Iterator[Diagnostic]:
    if len({task.name for task in tasks}) < len(tasks):
        yield from _twice(tasks)
    named: list[tuple[str, str, Origin | None]] = [("a pipeline's", draft.name, draft.origin)]
    named += [("a task's", task.name, task.origin) for task in tasks]
    for whose, name, origin in named:
        if not name_is_usable(name):
            yield Diagnostic("PG155", f"{name!r} cannot be {whose} name", origin, "name what it does")


def _ports(task: Task, ports: Mapping[str, bool]) -> Iterator[Diagnostic]:
    """Inputs that the step does not have, inputs fed twice, and those that nothing feeds."""
    fed = [one.name for one in task.inputs]
    for one in task.inputs:
        origin = one.origin or task.origin
        if one.name not in ports:
            message = f"task '{task.name}' of step '{task.step}' has no input '{one.name}'"
            yield Diagnostic("PG121", message, origin, suggest(one.name, ports) or "the step takes no input")
        if len(fed) > 1 and fed.count(one.name) > 1:
            message = f"input '{one.name}' of task '{task.name}' is fed twice"
            yield Diagnostic("PG124", message, origin, "to feed a list, name all sources in one input")
    for name, required in ports.items():
        if required and name not in fed:
            message = f"input '{name}' of task '{task.name}' is fed by nothing"
            yield Diagnostic("PG125", message, task.origin, "name the task that feeds it")


def _sources(task: Task, one: Input, names: set[str], pipeline: str) -> Iterator[Diagnostic]:
    origin = one.origin or task.origin
    if not one.sources or (one.feed == "one" and len(one.sources) > 1):
        number = f"{len(one.sources)} sources" if one.sources else "no source"
        message = f"input '{one.name}' of task '{task.name}' has {number} for feed '{one.feed}'"
        hint = (
            "several sources are fed by 'collect' or 'chain'"
            if one.sources
            else "name the task that feeds it"
        )
        yield Diagnostic("PG156", message, origin, hint)
    for name in one.sources:
        if name not in names:
            message = f"task '{task.name}' is fed by '{name}', which is no task of pipeline '{pipeline}'"
            yield Diagnostic("PG152", message, origin, suggest(name, names))


def _targets(parameter: Parameter, step_of: Mapping[str, Step | None]) -> Iterator[Diagnostic]:
    for name, field in parameter.targets:
        step = step_of.get(name)
        if name not in step_of:
            message = f"parameter '{parameter.name}' sets task '{name}', which the pipeline does not have"
            yield Diagnostic("PG131", message, parameter.origin, suggest(name, step_of))
        elif step is not None and not is_setting(step, field):
            message = f"parameter '{parameter.name}' sets '{field}', which is no setting of task '{name}'"
            hint = suggest(field, [one.name for one in step.settings]) or "the step has no settings"
            yield Diagnostic("PG131", message, parameter.origin, hint)


def is_setting(step: Step, field: str) -> bool:
    """Whether a parameter may set a field: a leaf, or a model around leaves, which is set whole."""
    return any(one.name == field or one.name.startswith(f"{field}.") for one in step.settings)


def name_is_usable(name: str) -> bool:
    return bool(name.strip()) and all(char.isprintable() for char in name)


def _twice(tasks: tuple[Task, ...]) -> Iterator[Diagnostic]:
    """Tasks that are called like one that is written before them."""
    first: dict[str, Task] = {}
    for task in sorted(tasks, key=lambda one: (one.origin is None, one.origin or Origin(""))):
        other = first.setdefault(task.name, task)
        if other is not task:
            related = (Related(other.origin, "the other one"),) if other.origin else ()
            message = f"two tasks are called '{task.name}'"
            hint = f'give one a name of its own, such as "{task.name}-2"'
            yield Diagnostic("PG151", message, task.origin, hint, related)


def _order(tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """Topological, and otherwise as declared; tasks on or behind a cycle are missing from the result."""
    index = {task.name: number for number, task in enumerate(tasks)}
    upstream = [[index[name] for name in task.upstream if name in index] for task in tasks]
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
