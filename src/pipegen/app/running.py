"""Run a pipeline on this machine: what is to be run is worked out and checked before the first task starts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from pipegen.app.finishing import cleaned_up, finishing
from pipegen.app.loading import project_of
from pipegen.app.prepared import prepare
from pipegen.app.resuming import record, same_parameters, same_part, with_target
from pipegen.app.run_inputs import taken
from pipegen.app.run_words import details, limit, parameters, shown_parameters, workers
from pipegen.app.running_types import Asked, Ready
from pipegen.app.variables import Overrides, once, wrong_parameters
from pipegen.backends.command import exposed_settings
from pipegen.dsl.load import load_step
from pipegen.dsl.project import find
from pipegen.engine import run as engine
from pipegen.engine.configs.section import Given, RunSettings, run_settings
from pipegen.engine.events import Watcher
from pipegen.engine.execution import Wishes
from pipegen.engine.history.contract import Store
from pipegen.engine.history.opening import open_store
from pipegen.engine.keys import Keys
from pipegen.engine.records import RunRecord
from pipegen.engine.runners.contract import Session, Traits, traits_of
from pipegen.errors import Diagnostic, PipegenError, in_order, refuse
from pipegen.ir import Pipeline, Task
from pipegen.parameters import parameter_variables
from pipegen.runtime import env_file


@contextmanager
def open_run(asked: Asked) -> Iterator[tuple[engine.Order, Store, RunSettings]]:
    """A run that only needs to be started, the store that it is to be kept in, and what values say of it."""
    found = ready(with_target(asked))
    root = found.project.root
    settings = _settings(asked, found)
    store = open_store(settings.store, root)
    try:
        again = record(asked, found.pipeline, store, root)
        if again is not None and again.parameters:
            found = ready(same_parameters(with_target(asked), again))
        asked = same_part(asked, again)
        session = settings.runner.plugin.open(settings.runner.config, root)
        try:
            found.keys.place = traits_of(session).place
            with _environment(found.environ):
                yield order(asked, found, store, session, again, settings.workers), store, settings
        finally:
            session.close()
    finally:
        store.close()


def run(asked: Asked, watchers: Callable[[Traits], Sequence[Watcher]] = lambda _: ()) -> engine.Outcome:
    """Run a pipeline as it is asked for; who watches may depend on the runner."""
    with open_run(asked) as (order, store, settings):
        finish = finishing(order, settings.processors, validate=asked.validate)
        traits = traits_of(order.session) if order.session is not None else Traits()
        outcome = engine.run(order, store, watchers(traits), finish)
    if asked.clean_up:
        cleaned_up(outcome)
    return outcome


def ready(asked: Asked) -> Ready:
    """Load a pipeline with its values; all that is wrong with them is said together."""
    project = project_of(asked.target) if asked.root is None else find(asked.root)
    prepared = prepare(asked.target, project, (), asked.values)
    prepared.gathered.refuse()
    pipeline = _only(prepared.pipelines)
    files = [env_file.load(path) for path in asked.env_files]
    environ = {name: text for one in (*files, os.environ, asked.variables) for name, text in one.items()}
    given = parameters(pipeline, asked.parameters)
    variables = parameter_variables(pipeline)
    environ |= {variables[name]: text for name, text in given.items()}
    definitions = {
        slug: load_step(step.entrypoint, project, project.root) for slug, step in pipeline.steps.items()
    }
    keys = Keys(pipeline, project, definitions, environ, Overrides.exposed(pipeline).of_task)
    return Ready(pipeline, project, prepared, environ, given, keys, tuple(prepared.gathered.in_order))


def order(
    asked: Asked,
    ready: Ready,
    store: Store,
    session: Session | None = None,
    again: RunRecord | None = None,
    workers_wanted: int | None = None,
) -> engine.Order:
    """All that the engine needs; the settings of every task that will run are read, and may be refused."""
    pipeline = ready.pipeline
    whole = asked.selection.everything
    tasks = pipeline.tasks if whole else asked.selection.tasks(pipeline)
    unfit = once(_unfit(ready, (*tasks, *(pipeline.handlers if whole else ()))))
    refuse(in_order(_as_given(one, ready) for one in unfit))
    return engine.Order(
        pipeline,
        ready.project,
        ready.keys,
        exposed_settings(pipeline),
        tasks,
        handlers=whole,
        taken=taken(ready, tasks, store),
        workers=workers(workers_wanted if asked.workers is None else asked.workers),
        wishes=Wishes(asked.force, asked.keep_going, limit(asked.timeout, pipeline.deadline), _shared(asked)),
        session=session,
        again=again,
        parameters=shown_parameters(pipeline, ready.parameters),
        details=details(asked, ready.keys, tasks),
    )


def _settings(asked: Asked, found: Ready) -> RunSettings:
    """What values and the command line say of runner, post-processors and store."""
    try:
        return run_settings(found.prepared.values, found.pipeline.name, _given(asked), found.project.root)
    except PipegenError as error:
        short = f"--runner-set isolation={asked.isolation}"
        told = (
            Diagnostic("PG189", f"--isolation: {one.message}", None, "it is a choice of the runner 'local'")
            if str(one.origin) == short
            else one
            for one in error.diagnostics
        )
        raise PipegenError(*told) from None


def _given(asked: Asked) -> Given:
    """What is said about the runner, the short form for isolation with it."""
    if asked.isolation is None:
        return asked.given
    return replace(asked.given, runner_sets=(*asked.given.runner_sets, f"isolation={asked.isolation}"))


def _shared(asked: Asked) -> str | None:
    """The bucket that artifacts are shared by, once it has answered."""
    url = asked.shared if asked.shared is not None else os.environ.get("PIPEGEN_ARTIFACT_STORE")
    if not url:
        return None
    from pipegen.engine.shared import checked

    return checked(url)


def _only(pipelines: Sequence[Pipeline]) -> Pipeline:
    if len(pipelines) == 1:
        return pipelines[0]
    names = ", ".join(f"'{one.name}'" for one in pipelines)
    message = f"one pipeline is run at a time, and there are {names}"
    raise PipegenError(Diagnostic("PG197", message, None, f"name one: {pipelines[0].target}"))


def _unfit(ready: Ready, tasks: Iterable[Task]) -> Iterator[Diagnostic]:
    """What is wrong with the settings that tasks would read."""
    yield from wrong_parameters(ready.pipeline, ready.environ)
    for task in tasks:
        try:
            ready.keys.settings(task)
        except PipegenError as error:
            yield from error.diagnostics


def _as_given(wrong: Diagnostic, ready: Ready) -> Diagnostic:
    """A variable that `--param` has set is called by what was typed."""
    for name, variable in parameter_variables(ready.pipeline).items():
        if name in ready.parameters and wrong.message.startswith(f"'{variable}' "):
            return replace(wrong, message=f"--param {name}{wrong.message[len(variable) + 2 :]}")
    return wrong


@contextmanager
def _environment(environ: Mapping[str, str]) -> Iterator[None]:
    """Let the processes that are started meanwhile see these variables."""
    before = dict(os.environ)
    os.environ.update(environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
