"""The tasks of a DAG: what each calls, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.yaml import Yaml
from pipegen.ir import Task

LIMIT = 200  # templates, and tasks of one DAG, that Argo's full CRDs allow

_ENDED = ("Succeeded", "Failed", "Errored", "Skipped", "Omitted")


def waits_for(task: Task, upstream: Sequence[str]) -> Data:
    """What must have happened before a task starts."""
    if not upstream:
        return {}
    if task.options.trigger == "all_success":
        return {"dependencies": list[Yaml](upstream)}
    if task.options.trigger == "all_done":
        every = (f"({' || '.join(f'{name}.{end}' for end in _ENDED)})" for name in upstream)
        return {"depends": " && ".join(every)}
    return {"depends": " || ".join(f"{name}.Failed || {name}.Errored" for name in upstream)}


def dag(name: str, tasks: Sequence[Yaml], fail_fast: bool | None = None) -> Data:
    """A template that is a graph."""
    return {"name": name, "dag": graph(tasks, fail_fast)}


def graph(tasks: Sequence[Yaml], fail_fast: bool | None = None) -> Data:
    found: Data = {} if fail_fast is None else {"failFast": fail_fast}
    return {**found, "tasks": tasks}


def uniform(tasks: Sequence[tuple[Task, Data]], names: Mapping[str, str]) -> list[Yaml]:
    """The tasks of one DAG in one notation: Argo refuses a mix of `dependencies` and `depends`.

    `names` are those of the tasks in this DAG; what waits for others does so as a whole.
    """
    found: list[Yaml] = []
    mixed = any(task.options.trigger != "all_success" and task.inputs for task, _ in tasks)
    for task, data in tasks:
        upstream = [names[one] for one in task.upstream if one in names]
        waits = waits_for(task, upstream)
        if mixed and "dependencies" in waits:
            waits = {"depends": " && ".join(upstream)}
        first: Data = {key: data[key] for key in ("name", "template") if key in data}
        found.append({**first, **waits, **data})
    return found
