"""The graph while it runs: what each task waits for, what may start, and what never will.

A task under `all_success` is skipped as soon as one before it did not succeed. Under `all_done` it starts
when all before it have ended, however they did; under `one_failed`, when one of those failed. A run failed
when one of its last tasks did, or was skipped because of a failure before it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipegen.ir import Task

Ending = Literal["done", "failed", "skipped"]


@dataclass(slots=True, eq=False)
class Job:
    """One task of a run; the numbers are those of other jobs."""

    number: int
    task: Task
    folder: str
    before: tuple[int, ...] = ()
    after: list[int] = field(default_factory=list)
    waiting_for: int = 0
    ending: Ending | None = None
    broken: bool = False  # it failed, or was skipped because of a failure


class Jobs:
    """The jobs of a graph, in the pipeline's order; what lies before it and does not run, it has no need to know."""

    def __init__(self, tasks: Iterable[Task], folders: Mapping[str, str]) -> None:
        self.every: list[Job] = []
        numbers: dict[str, int] = {}
        for number, task in enumerate(tasks):
            numbers[task.name] = number
            before = tuple(numbers[name] for name in task.upstream if name in numbers)
            self.every.append(Job(number, task, folders[task.name], before, waiting_for=len(before)))
            for one in before:
                self.every[one].after.append(number)
        self.ready: deque[Job] = deque(job for job in self.every if not job.before)
        self.left = len(self.every)
        self.failed = False  # one of the last tasks did, so the run does

    def ended(self, job: Job, ending: Ending) -> Iterator[Job]:
        """Note how a job ended; yields those that are skipped for it."""
        waiting = deque([(job, ending)])
        while waiting:
            one, how = waiting.popleft()
            if one.ending is not None:
                continue
            self._note(one, how)
            if one is not job:
                yield one
            for number in one.after:
                after = self.every[number]
                after.waiting_for -= 1
                if after.ending is None and (found := self._turn(after, one)) is not None:
                    waiting.append((after, found))

    def _note(self, job: Job, ending: Ending) -> None:
        job.ending = ending
        self.left -= 1
        if ending == "failed" or (ending == "skipped" and any(self.every[one].broken for one in job.before)):
            self._break(job)

    def _break(self, job: Job) -> None:
        """Of those behind it, some may have been skipped already, for something that was no failure."""
        waiting = [job]
        while waiting:
            one = waiting.pop()
            if one.broken:
                continue
            one.broken = True
            self.failed |= not one.after
            behind = (self.every[number] for number in one.after)
            waiting += [after for after in behind if after.ending == "skipped"]

    def _turn(self, job: Job, ended: Job) -> Ending | None:
        """What the end of a job means for one that waits for it: it starts, is skipped, or waits on."""
        trigger = job.task.options.trigger
        if trigger == "all_success" and ended.ending != "done":
            return "skipped"
        if job.waiting_for:
            return None
        if trigger == "one_failed" and not any(self.every[one].ending == "failed" for one in job.before):
            return "skipped"
        self.ready.append(job)
        return None

    def abandon(self, job: Job) -> Iterator[Job]:
        """Skip a job that was ready, since the run has failed already; yields those skipped for it."""
        yield job
        yield from self.ended(job, "skipped")
