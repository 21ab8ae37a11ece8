"""The DAG of a workflow: its tasks, what each waits for, and how a large one is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipegen.backends.argo.config import ArgoConfig
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.yaml import Yaml
from pipegen.ir import Task

LIMIT = 200  # templates, and tasks of one DAG, that Argo's full CRDs allow

_ENDED = ("Succeeded", "Failed", "Errored", "Skipped", "Omitted")


def waits_for(task: Task, names: Mapping[str, str]) -> Data:
    """What must have happened before a task starts."""
    upstream = [names[name] for name in task.upstream]
    if not upstream:
        return {}
    if task.options.trigger == "all_success":
        return {"dependencies": list[Yaml](upstream)}
    if task.options.trigger == "all_done":
        return {
            "depends": " && ".join(f"({' || '.join(f'{name}.{end}' for end in _ENDED)})" for name in upstream)
        }
    return {"depends": " || ".join(f"{name}.Failed || {name}.Errored" for name in upstream)}


def main_templates(tasks: Sequence[Yaml], config: ArgoConfig) -> Iterator[Yaml]:
    """The template that the workflow enters."""
    if config.layout == "flat" or (config.layout == "auto" and len(tasks) <= LIMIT):
        yield dag("main", tasks)
    else:
        yield dag("main", [{"name": "all", "inline": {"dag": {"tasks": tasks}}}])


def dag(name: str, tasks: Sequence[Yaml]) -> Data:
    """A template that is a graph."""
    inside: Data = {"tasks": tasks}
    return {"name": name, "dag": inside}
