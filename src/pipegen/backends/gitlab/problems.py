"""What GitLab CI cannot do as it is meant: found before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pipegen.backends.by_step import unknown_steps
from pipegen.backends.gitlab.config import GitlabConfig, JobConfig
from pipegen.backends.gitlab.levels import always_run, waits_by_needs
from pipegen.backends.gitlab.model import Job
from pipegen.backends.gitlab.naming import job_names
from pipegen.backends.gitlab.variables import FILLED_IN, own_variables
from pipegen.backends.gitlab.words import BESIDE, OURS
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline, Task
from pipegen.runtime.environment import Variable, variables

_INPUTS = 20  # of a run
_REFERENCE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*|\$\{[A-Za-z_][A-Za-z0-9_]*\}")


def every_problem(
    pipeline: Pipeline, config: GitlabConfig, said: Mapping[str, JobConfig]
) -> Iterator[Diagnostic]:
    yield from unknown_steps(pipeline, "gitlab", config.steps, "PG800")
    yield from _no_command(config)
    yield from _early_triggers(pipeline, config)
    yield from _handled_failures(pipeline)
    yield from _shared_stage(pipeline, config)
    yield from _resources(pipeline, config)
    yield from _gpus(pipeline, config)
    yield from _overlaps(pipeline, config)
    yield from _inputs(pipeline, config)
    yield from _patches(pipeline, config)
    yield from _twice(pipeline, said)
    for task in pipeline.every_task:
        yield from _by_hand(pipeline, task, said[task.name])
        if said[task.name].variables:
            yield from _in_clear(pipeline, task, said[task.name])


def _no_command(config: GitlabConfig) -> Iterator[Diagnostic]:
    if not config.command or not config.command[0]:
        hint = "leave it out, or write it like [uv, run, pipegen]"
        yield Diagnostic("PG810", "gitlab.command holds no command", None, hint)


def _early_triggers(pipeline: Pipeline, config: GitlabConfig) -> Iterator[Diagnostic]:
    certain = always_run(pipeline)
    for task in pipeline.tasks:
        if task.options.trigger != "one_failed":
            continue
        unsure = next((name for name in task.upstream if name not in certain), None)
        if unsure is not None:
            message = f"task '{task.name}' runs after a failure, but GitLab skips it as soon as '{unsure}' is skipped"
            hint = "let it wait for tasks without inputs, use all_done, or Pipeline(on_failure=...)"
            yield Diagnostic("PG803", message, task.origin, hint)
        elif len(task.upstream) > config.max_needs:
            message = (
                f"task '{task.name}' runs when one of {len(task.upstream)} tasks failed, and GitLab lets a job "
                f"wait for {config.max_needs} at most"
            )
            yield Diagnostic("PG803", message, task.origin, "use Pipeline(on_failure=...)")


def _handled_failures(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """A handler for failures beside tasks that deal with some: GitLab knows no failure that was dealt with."""
    dealing = next((task for task in pipeline.tasks if task.options.trigger != "all_success"), None)
    if pipeline.on_failure is not None and dealing is not None:
        message = (
            f"'{pipeline.on_failure.name}' runs when the pipeline failed, and GitLab starts it also for failures that "
            f"'{dealing.name}' deals with"
        )
        hint = "leave on_failure out, or the trigger; a one_failed task can tell of the failure itself"
        yield Diagnostic("PG811", message, pipeline.on_failure.origin, hint)


def _shared_stage(pipeline: Pipeline, config: GitlabConfig) -> Iterator[Diagnostic]:
    if config.stage is None:
        return
    certain = always_run(pipeline)
    late = [task for task in pipeline.tasks if not waits_by_needs(task, certain, config.max_needs)]
    for task in (*pipeline.handlers, *late):
        message = f"task '{task.name}' has to wait for stages, and all jobs are in stage '{config.stage}'"
        hint = "leave gitlab.stage out, and trigger the generated file as a child pipeline"
        yield Diagnostic("PG804", message, task.origin, hint)


def _resources(pipeline: Pipeline, config: GitlabConfig) -> Iterator[Diagnostic]:
    if config.executor in ("docker", "shell"):
        asking = [task for task in pipeline.every_task if asks(task)]
        for task in asking[:1]:
            more = f" and {len(asking) - 1} more ask" if len(asking) > 1 else " asks"
            message = (
                f"task '{task.name}'{more} for CPU, memory or storage, which the {config.executor} executor does "
                "not give"
            )
            hint = "choose runners by gitlab.tags, and add cpu, memory and ephemeral_storage to gitlab.ignore"
            yield Diagnostic("PG808", message, task.origin, hint)


def asks(task: Task) -> bool:
    """Whether a task asks for what only some runners give."""
    one = task.options.resources
    return one is not None and any((one.cpu, one.memory, one.ephemeral_storage))


def _gpus(pipeline: Pipeline, config: GitlabConfig) -> Iterator[Diagnostic]:
    for task in pipeline.every_task:
        asked = task.options.resources
        if config.gpu_tags and asked is not None and asked.gpu and str(asked.gpu) not in config.gpu_tags:
            message = (
                f"task '{task.name}' asks for {asked.gpu} GPUs, and gitlab.gpu_tags names no runners for them"
            )
            named = ", ".join(config.gpu_tags)
            yield Diagnostic("PG817", message, task.origin, f"there are runners for: {named}")


def _overlaps(pipeline: Pipeline, config: GitlabConfig) -> Iterator[Diagnostic]:
    if pipeline.concurrency in (None, "allow") or "concurrency" in config.ignore:
        return
    message = (
        f"pipeline '{pipeline.name}' wants concurrency '{pipeline.concurrency}', and GitLab starts a scheduled run "
        "whether or not the last one has ended"
    )
    hint = (
        "let it wait as a child pipeline with resource_group and strategy: depend, and add 'concurrency' to "
        "gitlab.ignore"
    )
    yield Diagnostic("PG814", message, pipeline.origin, hint)


def _patches(pipeline: Pipeline, config: GitlabConfig) -> Iterator[Diagnostic]:
    said = {"gitlab": config, **{f"gitlab.steps.{name}": one for name, one in config.steps.items()}}
    for place, one in said.items():
        for key, value in one.patch.items():
            if key in OURS or key in BESIDE:
                message = f"{place}.patch says '{key}', which is pipegen's to say"
                instead = OURS.get(key, f"it has a place of its own: {place}.{key}")
                yield Diagnostic("PG807", message, None, instead or "leave it out")
            if (
                key == "inherit"
                and pipeline.parameters
                and isinstance(value, Mapping)
                and "variables" in value
            ):
                message = f"{place}.patch says 'inherit: variables', and parameters come by variables"
                yield Diagnostic("PG807", message, None, "leave it out; 'inherit: default' may be said")


def _by_hand(pipeline: Pipeline, task: Task, said: JobConfig) -> Iterator[Diagnostic]:
    if said.manual and (task.options.trigger != "all_success" or task in pipeline.handlers):
        message = (
            f"task '{task.name}' runs after failures, too, and gitlab.manual has its job started by hand"
        )
        hint = "say 'manual' under gitlab.steps, for the tasks that somebody starts"
        yield Diagnostic("PG816", message, task.origin, hint)


def _in_clear(pipeline: Pipeline, task: Task, said: JobConfig) -> Iterator[Diagnostic]:
    secret = {
        form: one.field
        for one in variables(pipeline.steps[task.step], task.name)
        if one.secret
        for form in forms(one)
    }
    for name, text in said.variables.items():
        if name in secret and _REFERENCE.fullmatch(text) is None:
            message = f"gitlab.variables gives '{secret[name]}' of task '{task.name}', a secret, in clear"
            hint = f"make a masked CI/CD variable {name}, or write {name}: $NAME_OF_ONE"
            yield Diagnostic("PG805", message, task.origin, hint)


def _twice(pipeline: Pipeline, said: Mapping[str, JobConfig]) -> Iterator[Diagnostic]:
    """Variables that two places give a text; GitLab would take one of them in silence."""
    told = set()
    for task in pipeline.every_task:
        for name, place, other in _clashes(pipeline, task, said[task.name]):
            if (name, place, other) not in told:
                told.add((name, place, other))
                message = f"'{name}' of task '{task.name}' is given by {place} and by {other}"
                yield Diagnostic("PG806", message, task.origin, "leave one of the two out")


def _clashes(pipeline: Pipeline, task: Task, said: JobConfig) -> Iterator[tuple[str, str, str]]:
    given = {"env": [*task.options.env], "gitlab.variables": [*said.variables]}
    given |= {"gitlab.id_tokens": [*said.id_tokens], "gitlab.secrets": [*said.secrets]}
    if not any(given.values()):
        return
    places = dict.fromkeys(own_variables(pipeline, task), "its resources, labels or metadata")
    for place, names in given.items():
        for name in names:
            if name in places:
                yield name, places[name], place
            places[name] = place


def forms(one: Variable) -> Iterator[str]:
    """Every variable that may carry a setting: its own, and those of the models that it is a part of."""
    for name in filter(None, (one.name, one.alternative)):
        parts = name.split("__")
        for end in range(len(parts), 1, -1):
            yield "__".join(parts[:end])


def _inputs(pipeline: Pipeline, config: GitlabConfig) -> Iterator[Diagnostic]:
    if config.parameters == "inputs" and len(pipeline.parameters) > _INPUTS:
        number = len(pipeline.parameters)
        message = f"pipeline '{pipeline.name}' has {number} parameters, and a run takes {_INPUTS} inputs"
        yield Diagnostic(
            "PG818", message, pipeline.origin, "expose fewer, or set gitlab.parameters: variables"
        )


def filled_in(pipeline: Pipeline, config: GitlabConfig, jobs: Iterable[Job]) -> Iterator[Diagnostic]:
    """Texts in which GitLab would look for inputs; it has no way to write them as they are."""
    if config.parameters != "inputs" or not pipeline.parameters:
        return
    origins = {job: task for task, job in job_names(pipeline, config.prefix).items()}
    tasks = {task.name: task for task in pipeline.every_task}
    for job in jobs:
        where = next((key for key, value in job.keywords.items() if FILLED_IN in str(value)), None)
        if where is not None:
            name = origins.get(job.name, job.name)
            message = (
                f"GitLab would look for inputs at '{FILLED_IN}' in '{where}' of the job of task '{name}'"
            )
            origin = tasks[name].origin if name in tasks else None
            yield Diagnostic(
                "PG819", message, origin, "set gitlab.parameters: variables, or write another text"
            )


def too_many(pipeline: Pipeline, config: GitlabConfig, jobs: int) -> Iterator[Diagnostic]:
    if jobs > config.max_jobs:
        message = f"pipeline '{pipeline.name}' makes {jobs} jobs, and GitLab takes {config.max_jobs}"
        hint = "cut it in two, or set gitlab.max_jobs to what your GitLab takes"
        yield Diagnostic("PG801", message, pipeline.origin, hint)


def too_large(pipeline: Pipeline, config: GitlabConfig, size: int) -> Iterator[Diagnostic]:
    if size > config.max_bytes:
        message = (
            f"pipeline '{pipeline.name}' makes a file of {size} bytes, and GitLab reads {config.max_bytes}"
        )
        hint = "cut it in two pipelines, or set gitlab.max_bytes to what your GitLab reads"
        yield Diagnostic("PG802", message, pipeline.origin, hint)
