"""What GitHub cannot do or would refuse: found before anything is written."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from pipegen import units
from pipegen.backends.attempts import longest
from pipegen.backends.github import schedule
from pipegen.backends.github.config import RUNNER, GithubConfig, GithubStepConfig
from pipegen.backends.github.environment import Environment
from pipegen.backends.github.expressions import LONGEST as LONGEST_TEXT
from pipegen.backends.github.expressions import failed, fails_run
from pipegen.backends.github.jobs import HOSTED, LONGEST, in_image, is_hosted, job_names
from pipegen.backends.github.merging import unknown_steps
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline

LARGEST = 500_000  # bytes of a workflow's file
_EVERY = 5  # minutes between two runs by schedule
_LINKED = 200  # tasks whose last artifacts pipegen's engine keeps links to
_SIZES = ("cpu", "memory", "gpu")


def every_problem(
    pipeline: Pipeline, config: GithubConfig, configs: Mapping[str, GithubStepConfig], where: str
) -> Iterator[Diagnostic]:
    yield from unknown_steps(pipeline, config)
    yield from _folders(config, where)
    yield from _containers(pipeline, config, configs)
    yield from _waiting(pipeline, config)
    yield from _starts(pipeline, config)
    environment = Environment(pipeline, config, configs)
    yield from environment.problems()
    yield from _inputs(pipeline, config, environment)
    yield from _machines(pipeline, configs)
    yield from _sizes(pipeline, config)
    yield from _schedule(pipeline, config)
    if config.layout == "job":
        yield from _one_job(pipeline, config)
        return
    yield from _failures(pipeline)
    if config.run:
        message = "github.run says more for 'pipegen run', and no job calls it"
        yield Diagnostic("PG839", message, None, "leave it out, or set github.layout: job")


def _starts(pipeline: Pipeline, config: GithubConfig) -> Iterator[Diagnostic]:
    if (
        pipeline.schedule is None
        and not config.dispatch
        and config.push is None
        and config.pull_request is None
    ):
        message = f"nothing would start the workflow of pipeline '{pipeline.name}'"
        hint = "give it a schedule, github.push or github.pull_request, or leave github.dispatch as it is"
        yield Diagnostic("PG832", message, pipeline.origin, hint)


def _inputs(pipeline: Pipeline, config: GithubConfig, environment: Environment) -> Iterator[Diagnostic]:
    parameters = environment.parameters
    alone = [
        what
        for what, there in {
            "schedule": pipeline.schedule is not None,
            "push": config.push is not None,
            "pull request": config.pull_request is not None,
        }.items()
        if there
    ]
    for one in parameters.open() if alone or not config.dispatch else ():
        provided = {parameters.variables[one.name], "*"}.intersection(config.provided)
        if parameters.is_needed(one) and not provided:
            how = f"a run by {alone[0]}" if alone else "no run"
            cannot = "cannot" if alone else "can"
            message = f"a task needs parameter '{one.name}', and {how} {cannot} set it"
            hint = f"give it a default, or set {parameters.variables[one.name]} under github.variables"
            yield Diagnostic("PG831", message, one.origin or pipeline.origin, hint)


def _folders(config: GithubConfig, where: str) -> Iterator[Diagnostic]:
    """Folders that stand in paths for GitHub's actions."""
    for what, folder in (("github.artifacts", config.artifacts), ("the project's folder", where)):
        if (
            folder.startswith(tuple("~!#"))
            or folder != folder.strip()
            or re.search(r"[*?\[\]]|\$\{\{", folder)
        ):
            message = f"{what} is '{folder}', in which GitHub reads more than a name"
            yield Diagnostic("PG836", message, None, "call it by letters, digits, '-', '_', '.' and '/'")


def _containers(
    pipeline: Pipeline, config: GithubConfig, configs: Mapping[str, GithubStepConfig]
) -> Iterator[Diagnostic]:
    """Words about containers that nothing would follow."""
    without = [task for task in pipeline.every_task if not in_image(task, config)]
    own = {name for name, one in config.steps.items() if one.container}
    for task in without:
        if {task.name, task.step} & own or (config.container and len(without) == len(pipeline.every_task)):
            message = f"task '{task.name}' has no image, and github.container is for containers"
            hint = "give it an image: defaults.image, or steps.NAME.image"
            yield Diagnostic("PG837", message, task.origin, hint)
            return


def _waiting(pipeline: Pipeline, config: GithubConfig) -> Iterator[Diagnostic]:
    """Words about runs that wait, which nothing would follow."""
    grouped, queued = config.concurrency_group is not None, config.queue != "single"
    overlap = pipeline.concurrency in (None, "allow")
    key = "concurrency_group" if grouped and overlap else "queue"
    if (grouped and overlap) or (queued and pipeline.concurrency != "forbid"):
        how = (
            "runs of pipeline '{}' overlap"
            if overlap
            else "a new run of pipeline '{}' cancels the one before"
        )
        message = f"github.{key} says how runs wait, and {how.format(pipeline.name)}"
        yield Diagnostic("PG838", message, pipeline.origin, 'Pipeline(..., concurrency="forbid")')


def _machines(pipeline: Pipeline, configs: Mapping[str, GithubStepConfig]) -> Iterator[Diagnostic]:
    named = dict.fromkeys(label for one in configs.values() for label in one.runs_on)
    for label in named:
        if label.lower().startswith("windows"):
            message = f"github.runs_on asks for '{label}', and the jobs are written for a POSIX shell"
            yield Diagnostic("PG835", message, None, f"use a runner with Linux or macOS, such as {RUNNER}")


def _sizes(pipeline: Pipeline, config: GithubConfig) -> Iterator[Diagnostic]:
    for task in pipeline.every_task:
        resources = task.options.resources
        if resources is None or in_image(task, config):
            continue
        for one in _SIZES:
            if getattr(resources, one) and one not in config.ignore:
                message = (
                    f"task '{task.name}' asks for {one}, and runs in no container that could be held to it"
                )
                hint = f"give it an image, or choose github.runs_on and add '{one}' to github.ignore"
                yield Diagnostic("PG826", message, task.origin, hint)


def _schedule(pipeline: Pipeline, config: GithubConfig) -> Iterator[Diagnostic]:
    if pipeline.schedule is None:
        return
    gap = schedule.shortest_gap(pipeline.schedule)
    if gap < _EVERY:
        every = "every minute" if gap == 1 else f"every {gap} minutes"
        message = f"the schedule '{pipeline.schedule.cron}' is due {every}; GitHub starts runs every {_EVERY} at most"
        yield Diagnostic("PG829", message, pipeline.origin, f"make it '*/{_EVERY} * * * *' or less often")
    if config.timezone == "native" or "timezone" in config.ignore:
        return
    try:
        schedule.lines(pipeline.schedule)
    except ValueError as problem:
        message = f"the schedule '{pipeline.schedule.cron}' cannot be told in UTC: {problem}"
        hint = "set github.timezone: native, write the schedule in UTC, or add 'timezone' to github.ignore"
        yield Diagnostic("PG828", message, pipeline.origin, hint)


def cut_off(pipeline: Pipeline, configs: Mapping[str, GithubStepConfig]) -> Iterator[Diagnostic]:
    """Tasks that GitHub would end before their own time is up; they fail then, all the same."""
    for task in pipeline.every_task:
        needed, most = longest(task), most_minutes(configs[task.name])
        if needed is not None and needed / 60 > most:
            hint = "shorten its timeout or retry, or use a self-hosted runner"
            message = (
                f"task '{task.name}' may take {math.ceil(needed / 60)} minutes in all, and a job there {most}"
            )
            yield Diagnostic("PG827", message, task.origin, hint, severity="warning")


def run_cut_off(pipeline: Pipeline, config: GithubStepConfig) -> Iterator[Diagnostic]:
    """A whole run in one job that GitHub would end before its deadline."""
    seconds, most = units.seconds(pipeline.deadline) if pipeline.deadline else 0.0, most_minutes(config)
    if seconds / 60 > most:
        message = (
            f"pipeline '{pipeline.name}' may take {math.ceil(seconds / 60)} minutes, and its job there {most}"
        )
        yield Diagnostic(
            "PG827",
            message,
            pipeline.origin,
            "shorten its deadline, or use a self-hosted runner",
            severity="warning",
        )


def most_minutes(config: GithubStepConfig) -> int:
    """How long a job may take: as values say, or as GitHub lets it."""
    if config.timeout_minutes is not None:
        return config.timeout_minutes
    return HOSTED if is_hosted(config) else LONGEST


def _failures(pipeline: Pipeline) -> Iterator[Diagnostic]:
    failing, unclear = fails_run(pipeline) if pipeline.on_failure is not None else ((), ())
    if (
        len(failing) < len(pipeline.tasks)
        and len(failed(pipeline, failing, job_names(pipeline))) > LONGEST_TEXT
    ):
        message = f"whether pipeline '{pipeline.name}' has failed takes an expression of over {LONGEST_TEXT} characters"
        yield Diagnostic("PG834", message, pipeline.origin, "give its tasks shorter names, or use on_exit")
    for name in unclear[:1]:
        message = f"task '{name}' may fail without a word from GitHub on whether the run did"
        hint = "let the task that runs after a failure come right after it, or use on_exit"
        yield Diagnostic("PG834", message, pipeline.origin, hint)


def _one_job(pipeline: Pipeline, config: GithubConfig) -> Iterator[Diagnostic]:
    images = {task.options.image for task in pipeline.every_task} if "image" not in config.ignore else set()
    if len(images) > 1:
        message = (
            f"tasks of pipeline '{pipeline.name}' want {len(images)} different images, and there is one job"
        )
        yield Diagnostic("PG825", message, pipeline.origin, "set github.layout: jobs")
    for task in pipeline.every_task:
        resources = task.options.resources
        sized = resources is not None and any(getattr(resources, one) for one in _SIZES)
        if sized and not set(_SIZES) <= set(config.ignore):
            message = f"task '{task.name}' asks for a size of its own, and there is one job for all"
            hint = "set github.layout: jobs, or add cpu, memory and gpu to github.ignore"
            yield Diagnostic("PG825", message, task.origin, hint)
    if config.steps:
        message = "github.steps says more about single tasks, and there is one job for all"
        yield Diagnostic("PG825", message, None, "say it for the whole pipeline, or set github.layout: jobs")
    if len(pipeline.tasks) > _LINKED:
        message = (
            f"pipeline '{pipeline.name}' has {len(pipeline.tasks)} tasks; one job hands on those of {_LINKED}"
        )
        yield Diagnostic("PG825", message, pipeline.origin, "set github.layout: jobs")


def too_large(pipeline: Pipeline, size: int) -> Iterator[Diagnostic]:
    if size > LARGEST:
        message = (
            f"the workflow of pipeline '{pipeline.name}' is {size} bytes; GitHub starts none above {LARGEST}"
        )
        yield Diagnostic("PG833", message, pipeline.origin, "cut it in two pipelines, or use argo")
