"""A task as a request to a slot: its words, its variables, and by which command it runs."""

from __future__ import annotations

import os
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

    def request(self, task: Task, attempt: int, sources: Mapping[str, Path | None]) -> Request:
        """One attempt; a source without a folder handed on nothing."""
        folder = self.folders[task.name]
        work = self.places.work(self.run, folder)
        called = replace(task, options=replace(task.options, retry=None, timeout=None))
        nothing = self.places.run(self.run) / "absent"
        words = exec_words(
            self.pipeline,
            called,
            lambda name: str(sources[name] or nothing / self.folders[name]),
            str(work / "out"),
            exposed=self.exposed,
        )
        request = Request(
            task=task.name,
            attempt=attempt,
            words=tuple(words),
            env=dict(task.options.env),
            log=str(self.places.log(self.run, folder, attempt)),
            work=str(work),
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

    def shown(self, path: str) -> str:
        """A path as records have it."""
        return os.path.relpath(path, self.places.root)


def _process(command: Command) -> Process:
    return Process(command.argv, dict(command.env), str(command.cwd))
