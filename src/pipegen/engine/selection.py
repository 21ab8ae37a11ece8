"""Which tasks of a pipeline a run is to do, when not all of them are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipegen.errors import Diagnostic, refuse, suggest
from pipegen.ir import Pipeline, Task

CODES: dict[str, tuple[str, str]] = {
    "PG770": (
        "unknown task in a run",
        "`--step`, `--from` and `--to` name tasks of the pipeline. `pipegen inspect` lists them.",
    ),
    "PG771": (
        "nothing to run",
        "No task comes both after the one that `--from` names and before the one that `--to` names, or none of those "
        "that `--step` names does.",
    ),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Names as the command line gives them; without any, everything runs."""

    steps: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None

    @property
    def everything(self) -> bool:
        return not self.steps and self.start is None and self.end is None

    def tasks(self, pipeline: Pipeline) -> tuple[Task, ...]:
        """Those to run: named ones alone, or all from one task on, up to one, or between two."""
        refuse(self._unknown(pipeline))
        names = {task.name for task in pipeline.tasks}
        if self.steps:
            names = set(self.steps)
        if self.start is not None:
            names &= _after(pipeline, self.start)
        if self.end is not None:
            names &= _before(pipeline, self.end)
        if not names:
            refuse([Diagnostic("PG771", self._empty(), pipeline.origin, "the graph: pipegen graph")])
        return tuple(task for task in pipeline.every_task if task.name in names)

    def _empty(self) -> str:
        if not self.steps:
            return f"nothing lies between '{self.start}' and '{self.end}'"
        ends = [f"from '{self.start}' on"] if self.start is not None else []
        ends += [f"up to '{self.end}'"] if self.end is not None else []
        return f"none of the tasks that --step names is among those {' and '.join(ends)}"

    def _unknown(self, pipeline: Pipeline) -> Iterator[Diagnostic]:
        graph = [task.name for task in pipeline.tasks]
        given = [("--step", one, [task.name for task in pipeline.every_task]) for one in self.steps]
        given += [("--from", self.start, graph)] if self.start is not None else []
        given += [("--to", self.end, graph)] if self.end is not None else []
        for option, name, known in given:
            if name not in known:
                message = f"{option} {name}: pipeline '{pipeline.name}' has no task '{name}'"
                hint = suggest(name, known) or "pipegen inspect lists them"
                yield Diagnostic("PG770", message, pipeline.origin, hint)


def needed(tasks: Sequence[Task]) -> tuple[str, ...]:
    """The tasks whose artifacts are read and that do not run themselves."""
    own = {task.name for task in tasks}
    return tuple(dict.fromkeys(name for task in tasks for name in task.upstream if name not in own))


def _after(pipeline: Pipeline, name: str) -> set[str]:
    found = {name}
    for task in pipeline.tasks:  # in an order that runs, so one pass does
        if found.intersection(task.upstream):
            found.add(task.name)
    return found


def _before(pipeline: Pipeline, name: str) -> set[str]:
    found = {name}
    for task in reversed(pipeline.tasks):
        if task.name in found:
            found.update(task.upstream)
    return found
