"""What whoever brings the file to GitLab should know: comments at its top, and warnings."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pipegen.backends.command import shell_line
from pipegen.backends.gitlab.config import GitlabConfig
from pipegen.backends.gitlab.problems import asks, forms
from pipegen.backends.gitlab.rules import selected_name
from pipegen.backends.gitlab.said import said_for_all
from pipegen.backends.gitlab.timing import ends_early, job_time, longest
from pipegen.backends.gitlab.words import unknown_words
from pipegen.cron import shortest_gap
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline
from pipegen.parameters import parameter_variables
from pipegen.runtime.environment import variables
from pipegen.units import duration

_SHOWN = 5
_POST = ("glab", "api", "--method", "POST")
_LOOKS = 5  # minutes: how often GitLab.com looks for schedules that are due


def comments(pipeline: Pipeline, config: GitlabConfig) -> Iterator[str]:
    """Where the schedule is made, which variables the project needs, what a run can set."""
    if pipeline.description:
        yield pipeline.description
    if config.file != ".gitlab-ci.yml":
        yield "GitLab reads it where .gitlab-ci.yml includes it, or triggers it as a child pipeline."
    if config.rules.schedule:
        yield from _schedule(pipeline, config)
    needed = list(dict.fromkeys(_needed(pipeline, config)))
    if needed:
        more = f" and {len(needed) - _SHOWN} more" if len(needed) > _SHOWN else ""
        yield f"Needs CI/CD variables (masked where they are secret): {', '.join(needed[:_SHOWN])}{more}"
    if pipeline.parameters:
        by_input = config.parameters == "inputs"
        names = (
            [one.name for one in pipeline.parameters] if by_input else parameter_variables(pipeline).values()
        )
        what = "Inputs" if by_input else "Parameters"
        yield f"{what} of a run, each as if not set where its text is the default: {', '.join(names)}"


def _schedule(pipeline: Pipeline, config: GitlabConfig) -> Iterator[str]:
    """The command that makes the schedule, which GitLab keeps outside of the file."""
    if pipeline.schedule is None:
        return
    cron = pipeline.schedule.cron.replace("?", "*")
    zone = pipeline.schedule.timezone  # without one GitLab takes UTC, as others do
    words = ["glab", "schedule", "create", "--description", pipeline.name, "--ref", config.ref]
    words += ["--cron", cron, *(("--cronTimeZone", zone) if zone else ())]
    form = {"description": pipeline.name, "ref": config.ref, "cron": cron}
    form |= {"cron_timezone": zone} if zone else {}
    call = [*_POST, "projects/:id/pipeline_schedules"]
    for key, text in form.items():
        call += ["--raw-field", f"{key}={text}"]
    if config.rules.select is not None:
        words += ["--variable", f"{config.rules.select}:{selected_name(pipeline)}"]
    yield f"GitLab keeps schedules outside of the file. Made once by: {shell_line(words)}"
    if config.rules.select is None:
        yield f"or by the API: {shell_line(call)}"
    else:
        more = [
            *_POST,
            "projects/:id/pipeline_schedules/ID/variables",
            "--raw-field",
            f"key={config.rules.select}",
        ]
        more += ["--raw-field", f"value={selected_name(pipeline)}"]
        yield f"or by the API: {shell_line(call)}; then, with the ID that it answers: {shell_line(more)}"


def _needed(pipeline: Pipeline, config: GitlabConfig) -> Iterator[str]:
    """Settings that a task must have, or that are secret, and that nothing in the file gives."""
    exposed = {target for one in pipeline.parameters if one.has_default for target in one.targets}
    said = said_for_all(pipeline, config)
    for task in pipeline.every_task:
        own = said[task.name]
        given = {*task.options.env, *own.variables, *own.secrets}
        for one in variables(pipeline.steps[task.step], task.name):
            if one.required and (task.name, one.field) not in exposed and given.isdisjoint(forms(one)):
                yield one.name


def cautions(pipeline: Pipeline, config: GitlabConfig) -> Iterator[Diagnostic]:
    """What GitLab or some runners would pass over or do otherwise; nothing here forbids it."""
    yield from unknown_words(config)
    yield from _too_often(pipeline, config)
    yield from _ended_early(pipeline, config)
    yield from _passed_over(pipeline, config)


def _too_often(pipeline: Pipeline, config: GitlabConfig) -> Iterator[Diagnostic]:
    if pipeline.schedule is None or not config.rules.schedule:
        return
    gap = shortest_gap(pipeline.schedule.cron)
    if gap < _LOOKS:
        every = "every minute" if gap == 1 else f"every {gap} minutes"
        cron = pipeline.schedule.cron
        message = f"the schedule '{cron}' is due {every}, and GitLab looks every {_LOOKS} minutes at most"
        yield Diagnostic("PG815", message, pipeline.origin, "make it less frequent", severity="warning")


def _ended_early(pipeline: Pipeline, config: GitlabConfig) -> Iterator[Diagnostic]:
    said = said_for_all(pipeline, config)
    for task in pipeline.every_task:
        if ends_early(task, said[task.name]):
            needed = duration(math.ceil(longest(task) or 0))
            given = job_time(task, said[task.name])
            message = f"task '{task.name}' may take {needed} with all attempts, and GitLab ends its job after {given}"
            hint = "raise gitlab.timeout, or lower the timeout or retries of the step"
            yield Diagnostic("PG812", message, task.origin, hint, severity="warning")


def _passed_over(pipeline: Pipeline, config: GitlabConfig) -> Iterator[Diagnostic]:
    asking = [task for task in pipeline.every_task if asks(task)] if config.executor == "any" else []
    for task in asking[:1]:
        message = (
            f"pipeline '{pipeline.name}': only runners with the Kubernetes executor give the CPU, memory and "
            f"storage that '{task.name}' asks for"
        )
        hint = "set gitlab.executor: kubernetes if yours are of that kind, or add cpu and memory to gitlab.ignore"
        yield Diagnostic("PG809", message, task.origin, hint, severity="warning")
