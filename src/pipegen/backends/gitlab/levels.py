"""How tasks stand to each other: levels, which become stages, and which of them GitLab may skip."""

from __future__ import annotations

from collections.abc import Mapping

from pipegen.ir import Pipeline, Task


def levels(pipeline: Pipeline) -> Mapping[str, int]:
    """How many tasks stand before each on the longest way; `tasks` is in an order that runs."""
    found: dict[str, int] = {}
    for task in pipeline.tasks:
        found[task.name] = 1 + max((found[name] for name in task.upstream), default=0)
    return found


def always_run(pipeline: Pipeline) -> frozenset[str]:
    """The tasks that run whatever becomes of others."""
    return frozenset(
        task.name
        for task in pipeline.tasks
        if (not task.upstream and task.options.trigger == "all_success") or task.options.trigger == "all_done"
    )


def waits_by_needs(task: Task, certain: frozenset[str], most: int) -> bool:
    """Whether a job with `needs` starts when the task would.

    A job that `needs` others and runs `always` starts as soon as one of them is skipped, although more may still be
    running. So it needs only tasks that are never skipped, or a single one; else it waits for whole stages, in which
    GitLab waits for everything.
    """
    if task.options.trigger != "all_done":
        return True
    return len(task.upstream) <= 1 or (len(task.upstream) <= most and certain.issuperset(task.upstream))
