"""What a run would do, without doing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipegen.app.running import open_run
from pipegen.app.running_types import Asked
from pipegen.engine.artifacts import Artifacts
from pipegen.engine.places import Places
from pipegen.engine.run import Order
from pipegen.ir import Task


class Planned(NamedTuple):
    """A task, what a run would do with it, and why."""

    task: str
    does: str
    why: str


def planned(asked: Asked) -> list[Planned]:
    """What a run would do now; which results are still to come, nobody can know."""
    with open_run(asked) as (order, _, _):
        return list(_walked(order))


def _walked(order: Order) -> Iterator[Planned]:
    artifacts = Artifacts(Places(order.project.root))
    known: dict[str, str | None] = dict(order.taken)
    for task in order.tasks:
        does, why, digest = _one(order, artifacts, task, known)
        known[task.name] = digest
        yield Planned(task.name, does, why)
    for task in order.pipeline.handlers if order.handlers else ():
        when = "when the run has failed" if task is order.pipeline.on_failure else "at the end"
        yield Planned(task.name, "run", when)


def _one(
    order: Order, artifacts: Artifacts, task: Task, known: Mapping[str, str | None]
) -> tuple[str, str, str | None]:
    cache = task.options.cache
    if order.wishes.force:
        return "run", "--force says so", None
    if cache is not None and not cache.enabled:
        return "run", "it is not to be cached", None
    waits = [name for name in task.upstream if known[name] is None]
    if waits:
        return "run", f"unless what '{waits[0]}' hands on stays the same", None
    found = artifacts.found(order.keys.of(task, known))
    if found is None:
        return "run", "its code, settings or inputs are new", None
    return "take", "nothing has changed", found.digest
