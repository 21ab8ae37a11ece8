"""The walk through the graph: start what may start, note how it ended, until nothing is left."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipegen.engine.artifacts import Artifacts, Known
from pipegen.engine.calls import Calls
from pipegen.engine.events import BY_SIGNAL
from pipegen.engine.jobs import Ending, Job, Jobs
from pipegen.engine.keys import Keys
from pipegen.engine.ledger import Ledger
from pipegen.engine.records import TaskStatus
from pipegen.engine.request import Reply
from pipegen.engine.slots import Slots
from pipegen.engine.unwritable import hint, reason
from pipegen.errors import Diagnostic
from pipegen.ir import Task
from pipegen.runtime.arguments import Policy
from pipegen.runtime.outcome import DONE, WRONG_INPUT, Outcome
from pipegen.units import duration, seconds

_TICK = 0.2
_STATUS: Mapping[Ending, TaskStatus] = {"done": "SUCCESS", "failed": "FAILED", "skipped": "SKIPPED"}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a user may want of a run."""

    force: bool = False
    keep_going: bool = False
    timeout: float | None = None
    shared: str | None = None


@dataclass(slots=True)
class Execution:
    """One run, from its first task to its last."""

    calls: Calls
    keys: Keys
    artifacts: Artifacts
    slots: Slots
    ledger: Ledger
    wishes: Wishes
    resumed: Mapping[str, str] = field(default_factory=dict)  # tasks that an earlier try did, with their keys
    jobs: Jobs = field(init=False)
    stopping: str = ""
    shared: str | None = None  # the bucket, until there is trouble with it
    trouble: str = ""
    forgotten: tuple[Diagnostic, ...] = ()
    _deadline: float | None = None
    _waiting: deque[Job] = field(default_factory=deque)  # for a slot
    _due: list[tuple[float, int]] = field(default_factory=list)  # tries that are to come
    _asked: bool = False
    _fresh: bool = False  # nothing is taken from the cache: what comes after a run is done after every run

    def graph(self, tasks: Iterable[Task]) -> None:
        """Run the tasks of the pipeline."""
        self.shared = self.wishes.shared
        if self.wishes.timeout is not None:
            self._deadline = time.monotonic() + self.wishes.timeout
        self._walk(Jobs(tasks, self.calls.folders))

    def handler(self, task: Task) -> None:
        """Run a task that comes after the graph, even if that was stopped."""
        graph, stopped = self.jobs, self.stopping
        self.stopping, self._asked, self._deadline = "", False, None
        self.slots.watch.stopped, self._fresh = 0, True
        self._walk(Jobs([task], self.calls.folders))
        graph.failed |= self.jobs.failed
        self.jobs, self.stopping = graph, stopped or self.stopping

    def leave_out(self, task: Task, reason: str) -> None:
        """A task of which there is no need in this run."""
        self.ledger.change(task.name, status="SKIPPED", error=reason)

    def _walk(self, jobs: Jobs) -> None:
        self.jobs = jobs
        while True:
            self._interrupted()
            self._advance()
            if self._over():
                return
            for number, reply in self.slots.wait(self._pause()):
                self._answered(self.jobs.every[number], reply)
            self.ledger.tick(time.time())

    def _over(self) -> bool:
        if self.slots.busy:
            return False
        return bool(self.stopping) or not (self.jobs.ready or self._waiting or self._due)

    def _pause(self) -> float:
        """Until something is due, but not so long that a watcher's clock stands still."""
        due = [self._due[0][0]] if self._due else []
        due += [self._deadline] if self._deadline is not None else []
        return max(0.0, min([_TICK, *(one - time.monotonic() for one in due)]))

    def _interrupted(self) -> None:
        """Stop everything when a signal or the clock says so; at once when it is said twice."""
        watch = self.slots.watch
        if watch.stopped and not self.stopping:
            self.stopping = BY_SIGNAL
            self._stop()
        elif watch.hurry and not self._asked:
            self._asked = True
            self._stop()
        elif self._deadline is not None and time.monotonic() > self._deadline and not self.stopping:
            self.stopping = f"the run took longer than {duration(self.wishes.timeout or 0)}"
            self._stop()

    def _stop(self) -> None:
        self._waiting.clear()
        self._due.clear()
        for number in self.slots.busy:
            self.slots.stop(number)
        if self.slots.busy and not self._asked:
            self.ledger.stopping(self.stopping)

    def _advance(self) -> None:
        """Give the slots all that they can take."""
        while self._due and self._due[0][0] <= time.monotonic():
            self._waiting.appendleft(self.jobs.every[heapq.heappop(self._due)[1]])
        while self.jobs.ready and not self.stopping:
            self._turn(self.jobs.ready.popleft())
        while self._waiting and self.slots.free and not self.stopping:
            job = self._waiting.popleft()
            if not self._hopeless(job):
                self._start(job)
            elif self._tries(job):
                self._end(job, "failed")
            else:
                self._skip(job)

    def _turn(self, job: Job) -> None:
        """A task whose turn it is: taken from the cache, or put in line for a slot."""
        if self._hopeless(job):
            self._skip(job)
            return
        key = self._key(job)
        known = self._known(job, key)
        if known is None:
            self.ledger.note(job.task.name, key=key)
            self._waiting.append(job)
        else:
            self._end(job, "done", "CACHED", artifact=known.digest, items=known.items, key=key)

    def _hopeless(self, job: Job) -> bool:
        """Whether the run has failed already, so that only what deals with failures is still worth doing."""
        failed = self.jobs.failed and not self.wishes.keep_going
        return failed and job.task.options.trigger == "all_success"

    def _tries(self, job: Job) -> int:
        """How often a task was tried in this run."""
        return self.ledger.tasks[job.task.name].attempts - self.calls.before.get(job.task.name, 0)

    def _skip(self, job: Job) -> None:
        for one in self.jobs.abandon(job):
            self.ledger.change(one.task.name, status="SKIPPED", error="not started: the run had failed")

    def _key(self, job: Job) -> str:
        return self.keys.of(job.task, {one: self.ledger.tasks[one].artifact for one in job.task.upstream})

    def _known(self, job: Job, key: str) -> Known | None:
        """What the same work led to before, if it may be used."""
        if self._fresh:
            return None
        if self.resumed.get(job.task.name) == key:
            digest = self.ledger.tasks[job.task.name].artifact
            known = self.artifacts.known(digest) if digest else None
            if known is not None:
                return known
        return self.artifacts.found(key) if self._cached(job) and not self.wishes.force else None

    def _cached(self, job: Job) -> bool:
        """Whether what a task hands on may be used again."""
        cache = job.task.options.cache
        return not self._fresh and (cache is None or cache.enabled)

    def _start(self, job: Job) -> None:
        record = self.ledger.tasks[job.task.name]
        attempt = record.attempts + 1
        sources = {one: self._folder(one) for one in job.task.upstream}
        request = self.calls.request(job.task, attempt, sources, self.slots.take(job.number))
        if self.shared is not None and self._cached(job):
            ask = attempt == 1 and not self.wishes.force
            request = replace(request, key=record.key, shared=self.shared, ask=ask)
        self.ledger.change(
            job.task.name,
            status="RUNNING",
            attempts=attempt,
            started=time.time() if record.started is None else record.started,
            log=self.calls.log(job.task.name, attempt),
            ended=None,
            artifact=None,
        )
        if not self._waiting and request.command is None:
            request = replace(request, spare=True)
        self.slots.submit(job.number, request)

    def _folder(self, task: str) -> Path | None:
        digest = self.ledger.tasks[task].artifact
        return self.artifacts.folder(digest) if digest is not None else None

    def _answered(self, job: Job, reply: Reply) -> None:
        record = self.ledger.tasks[job.task.name]
        if reply.trouble is not None:
            self.shared, self.trouble = None, reply.trouble
        if reply.code == DONE:
            if reply.artifact and record.key and self._cached(job):
                self._remember(record.key, reply.artifact)
            status: TaskStatus = "CACHED" if reply.fetched else "SUCCESS"
            self._end(job, "done", status, artifact=reply.artifact, items=reply.rows, error="")
            return
        if self.stopping:
            self._end(job, "failed", error=self.stopping if reply.code > 128 else reply.reason)
            return
        policy = policy_of(job.task)
        tries = self._tries(job)
        if Outcome(reply.code).worth_retrying and tries <= policy.retries:
            wait = policy.wait(tries)
            self.ledger.change(job.task.name, error=reply.reason)
            self.ledger.wait(job.task.name, wait)
            heapq.heappush(self._due, (time.monotonic() + wait, job.number))
            return
        reason = reply.reason
        if reply.code == WRONG_INPUT:
            reason += self._damage(job)
        self._end(job, "failed", error=reason)

    def _remember(self, key: str, digest: str) -> None:
        """The run goes on without what it could note for the next one."""
        try:
            self.artifacts.remember(key, digest)
        except OSError as error:
            message = f"what tasks led to cannot be kept for the next run: {reason(error)}"
            self.forgotten = (Diagnostic("PG779", message, None, hint(error), severity="warning"),)

    def _damage(self, job: Job) -> str:
        """Inputs that are not what was written are dropped, so that the next run makes them anew."""
        digests = {one: self.ledger.tasks[one].artifact for one in job.task.upstream}
        damaged = [name for name, one in digests.items() if one and self.artifacts.drop_damaged(one)]
        if not damaged:
            return ""
        names = " and ".join(f"'{one}'" for one in damaged)
        return f" (what {names} handed on was damaged and is dropped; run again to have it made anew)"

    def _end(self, job: Job, ending: Ending, status: TaskStatus | None = None, **changes: object) -> None:
        now = time.time()
        record = self.ledger.tasks[job.task.name]
        times = {"started": now if record.started is None else record.started, "ended": now}
        self.ledger.change(job.task.name, status=status or _STATUS[ending], **times, **changes)
        for one in self.jobs.ended(job, ending):
            self.ledger.change(one.task.name, status="SKIPPED", error=_why_skipped(one))


def _why_skipped(job: Job) -> str:
    if job.task.options.trigger == "one_failed":
        return "nothing before it failed"
    return "what it needs did not succeed"


def policy_of(task: Task) -> Policy:
    """How often a task is tried, and how long to wait in between."""
    retry = task.options.retry
    if retry is None:
        return Policy()
    longest = None if retry.max_backoff is None else seconds(retry.max_backoff)
    return Policy(retry.limit, seconds(retry.backoff), retry.factor, longest)
