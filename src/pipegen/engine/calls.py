"""A task as a request to a slot: its words, its variables, and by which command it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipegen.backends.command import Exposed, exec_words
from pipegen.engine.places import Places
from pipegen.engine.request import Process, Request
from pipegen.engine.runners.contract import Call, Command, InProcess, Session, traits_of
from pipegen.ir import Pipeline, Task
from pipegen.names import env_prefix
from pipegen.units import seconds

GRACE = 10.0  # seconds that a stopped task may clean up


@dataclass(frozen=True, slots=True)
class Calls:
    """Makes the requests of one run; without a session, tasks run in forks of the slots."""

    pipeline: Pipeline
    run: str
    places: Places
    folders: Mapping[str, str]
    environ: Mapping[str, str]
    exposed: Exposed
    session: Session | None = None
    before: Mapping[str, int] = field(default_factory=dict)  # attempts of an earlier try at this run

    def request(self, task: Task, attempt: int, sources: Mapping[str, Path | None], slot: int) -> Request:
        """One attempt in a slot; a source without a folder handed on nothing."""
        work = f"{self.places.work(self.run)}/{slot}"
        options = task.options
        if options.retry is not None or options.timeout is not None:  # both are the engine's business
            task_words = replace(task, options=replace(options, retry=None, timeout=None))
        else:
            task_words = task
        words = exec_words(
            self.pipeline,
            task_words,
            lambda name: str(sources[name] or self.places.run(self.run) / "absent" / self.folders[name]),
            f"{work}/out",
            exposed=self.exposed,
        )
        request = Request(
            task=task.name,
            attempt=attempt,
            words=tuple(words),
            env=task.options.env,
            log=str(self.places.root / self.log(task.name, attempt)),
            work=work,
            timeout=self._limit(task),
            grace=GRACE,
        )
        if self.session is None:
            return request
        forks = traits_of(self.session).in_process
        return (
            self._by_runner(self.session, request, task, sources)
            if forks is None
            else self._fork(request, forks)
        )

    def _limit(self, task: Task) -> float | None:
        if task.options.timeout is not None:
            return seconds(task.options.timeout)
        return None if self.session is None else self.session.timeout()

    def _fork(self, request: Request, forks: InProcess) -> Request:
        """A fork of the slot, which begins where the runner says and sees what the runner sets."""
        cwd = str(forks.cwd or self.places.root)
        words = request.words
        if cwd != str(self.places.root):
            words = ("exec", "--root", str(self.places.root), *words[1:])
        return replace(request, words=words, env={**forks.variables, **request.env}, cwd=cwd)

    def _by_runner(
        self, session: Session, request: Request, task: Task, sources: Mapping[str, Path | None]
    ) -> Request:
        call = Call(
            run=self.run,
            task=task.name,
            attempt=request.attempt,
            words=request.words,
            variables=self.variables(task),
            root=self.places.root,
            reads=tuple(one for one in sources.values() if one is not None),
            writes=Path(request.work),
            resources=task.options.resources,
        )
        ending = session.ending(call)
        return replace(
            request,
            command=_process(session.command(call)),
            ending=None if ending is None else _process(ending),
        )

    def variables(self, task: Task) -> dict[str, str]:
        """What a task reads of the environment, for a place that does not have it anyway."""
        own = (self.pipeline.steps[task.step].prefix, env_prefix(task.name))
        starts = tuple(f"{one}__" for one in own if one)
        given = {one.variable for one in self.exposed.get(task.name, ())}
        found = {
            name: text for name, text in self.environ.items() if name in given or name.startswith(starts)
        }
        return {**found, **task.options.env}

    def log(self, task: str, attempt: int) -> str:
        """Where the log of an attempt is, as records have it: from the project's root."""
        return self.places.shown(f"{self.places.logs(self.run)}/{self.folders[task]}.{attempt}.log")


def _process(command: Command) -> Process:
    return Process(command.argv, dict(command.env), str(command.cwd))
