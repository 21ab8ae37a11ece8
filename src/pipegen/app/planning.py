"""What a run would do, without doing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipegen.app.running import open_run
from pipegen.app.running_types import Asked
from pipegen.engine.artifacts import Artifacts
from pipegen.engine.places import Places
from pipegen.engine.records import DONE, TaskRecord
from pipegen.engine.run import Order
from pipegen.ir import Task

_Known = Mapping[str, str | None]


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
    before = {one.name: one for one in order.again.tasks} if order.again is not None else {}
    for task in order.tasks:
        digest = _kept(order, artifacts, task, known, before)
        if digest is not None:
            does, why = "take", "it is done in the run that is continued"
        else:
            does, why, digest = _one(order, artifacts, task, known, before)
        known[task.name] = digest
        yield Planned(task.name, does, why)
    for task in order.pipeline.handlers if order.handlers else ():
        when = "when the run has failed" if task is order.pipeline.on_failure else "at the end"
        yield Planned(task.name, "run", when)


def _kept(
    order: Order, artifacts: Artifacts, task: Task, known: _Known, before: Mapping[str, TaskRecord]
) -> str | None:
    """What a run that is continued has of a task already, if that may be used."""
    one = before.get(task.name)
    if one is None or one.status not in DONE or one.artifact is None or _waits(task, known):
        return None
    if one.key != order.keys.of(task, known) or artifacts.known(one.artifact) is None:
        return None
    return one.artifact


def _one(
    order: Order, artifacts: Artifacts, task: Task, known: _Known, before: Mapping[str, TaskRecord]
) -> tuple[str, str, str | None]:
    cache = task.options.cache
    if order.wishes.force:
        return "run", "--force says so", None
    if cache is not None and not cache.enabled:
        return "run", "it is not to be cached", None
    if waits := _waits(task, known):
        return "run", f"unless what '{waits[0]}' hands on stays the same", None
    found = artifacts.found(order.keys.of(task, known))
    if found is not None:
        return "take", "nothing has changed", found.digest
    if task.name in before and before[task.name].status == "FAILED":
        return "run", "it failed in the run that is continued", None
    elsewhere = ", unless the bucket has it" if order.wishes.shared else ""
    return "run", f"its code, settings or inputs are not in the cache{elsewhere}", None


def _waits(task: Task, known: _Known) -> list[str]:
    """The tasks before it of which nobody can know yet what they hand on."""
    return [name for name in task.upstream if known[name] is None]
