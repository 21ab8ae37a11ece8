"""How tasks wait for each other, by Airflow's trigger rules, so that a run goes as pipegen's own engine has it.

Airflow's `one_failed` starts a task at the first failure, and takes a task that never ran for a failed one. Where a
task waits for a failure, empty tasks stand between: one that all before it have ended, one that one of them failed.
Its `all_success` skips a task at the first one before it that is skipped, and then a failure of another one is no
longer seen; where that may be, empty tasks hold back a skip until all before it have ended.
The tasks that come after the graph wait for all of it in the same way. `result` then says how the run ended, for
Airflow asks the last tasks alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from pipegen.ir import Pipeline, Task


@dataclass(slots=True)
class Gate:
    """An empty task, with the rule that lets it succeed; the ids are those of Airflow."""

    task_id: str
    rule: str
    upstream: list[str]


@dataclass(slots=True)
class Graph:
    """Gates, in the order in which they are written; and for each task what it waits for, and by which rule."""

    gates: list[Gate] = field(default_factory=list)
    upstream: dict[str, list[str]] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)

    def gate(self, task_id: str, rule: str, upstream: list[str]) -> str:
        self.gates.append(Gate(task_id, rule, upstream))
        return task_id


def graph(pipeline: Pipeline, ids: Mapping[str, str]) -> Graph:
    """The graph of a DAG, by the ids of its tasks."""
    found = Graph()
    tasks = {task.name: task for task in pipeline.tasks}
    skipped: set[str] = set()  # the tasks that may be skipped though nothing failed
    for task in pipeline.tasks:
        own, before = ids[task.name], [ids[name] for name in task.upstream]
        rule, early = task.options.trigger, skipped.intersection(task.upstream)
        found.upstream[own] = before
        if rule == "all_done" and before:
            found.rules[own] = "all_done"
        elif rule == "one_failed":
            found.upstream[own] = _after_a_failure(found, own, [tasks[name] for name in task.upstream], ids)
        elif early and len(before) > 1:
            found.upstream[own] = _once_all_ended(found, own, before, {ids[name] for name in early})
        if rule == "one_failed" or (rule == "all_success" and early):
            skipped.add(task.name)
    if pipeline.handlers:
        _handlers(found, pipeline, ids)
    return found


def _after_a_failure(found: Graph, own: str, before: list[Task], ids: Mapping[str, str]) -> list[str]:
    """All before it have ended, and one of them failed by itself."""
    every = [ids[task.name] for task in before]
    ended = found.gate(f"{own}.ended", "all_done", every)
    if not any(_may_be_left_out(task) for task in before):
        return [ended, found.gate(f"{own}.failed", "one_failed", every)]
    return [ended, found.gate(f"{own}.failed", "one_success", list(_failures(found, own, before, ids)))]


def _failures(found: Graph, own: str, before: list[Task], ids: Mapping[str, str]) -> Iterator[str]:
    """For each task a gate that succeeds when it ran and failed."""
    for number, task in enumerate(before, start=1):
        one = ids[task.name]
        failed = found.gate(f"{own}.failed-{number}", "one_failed", [one])
        if not _may_be_left_out(task):
            yield failed
            continue
        ran = found.gate(f"{own}.ran-{number}", "all_success", found.upstream[one])
        yield found.gate(f"{own}.ran-and-failed-{number}", "all_success", [ran, failed])


def _may_be_left_out(task: Task) -> bool:
    """Whether Airflow may mark a task as failed because of one before it, without having run it."""
    return bool(task.upstream) and task.options.trigger != "all_done"


def _once_all_ended(found: Graph, own: str, before: list[str], early: Collection[str]) -> list[str]:
    """That none of them failed, and then that none was skipped: `late` is skipped once the first is known."""
    fine = found.gate(f"{own}.fine", "none_failed", before)
    late = found.gate(f"{own}.late", "one_failed", [fine])
    numbered = enumerate((one for one in before if one in early), start=1)
    return [
        fine,
        *(found.gate(f"{own}.there-{number}", "one_success", [one, late]) for number, one in numbered),
    ]


def _handlers(found: Graph, pipeline: Pipeline, ids: Mapping[str, str]) -> None:
    last = [ids[name] for name in _last(pipeline)]
    after = [ids[name] for name in _open(pipeline)]
    if pipeline.on_failure is not None:
        own = ids[pipeline.on_failure.name]
        ended = found.gate(f"{own}.ended", "all_done", after)
        found.upstream[own] = [ended, found.gate(f"{own}.failed", "one_failed", last)]
        after, last = [*after, own], [*last, own]
    if pipeline.on_exit is not None:
        own = ids[pipeline.on_exit.name]
        found.upstream[own], last = after, [*last, own]
    found.gate("pipegen.result", "none_failed", last)


def _last(pipeline: Pipeline) -> list[str]:
    """The tasks that nothing waits for."""
    waited_for = {name for task in pipeline.tasks for name in task.upstream}
    return [task.name for task in pipeline.tasks if task.name not in waited_for]


def _open(pipeline: Pipeline) -> list[str]:
    """The tasks that may go on when all behind them are settled: when these have ended, all have."""
    closed = {
        name
        for task in pipeline.tasks
        if task.options.trigger != "all_success" or len(task.upstream) == 1
        for name in task.upstream
    }
    return [task.name for task in pipeline.tasks if task.name not in closed]
