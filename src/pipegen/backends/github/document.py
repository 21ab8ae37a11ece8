"""The workflow of a pipeline."""

from __future__ import annotations

from collections.abc import Mapping

from pipegen.backend import Context
from pipegen.backends.github import schedule
from pipegen.backends.github.config import EventConfig, GithubConfig, GithubStepConfig
from pipegen.backends.github.expressions import shown
from pipegen.backends.github.jobs import Jobs, scopes
from pipegen.backends.github.model import Data, Workflow
from pipegen.backends.github.one_job import OneJob
from pipegen.emit.yaml import Commented, Yaml
from pipegen.ir import Pipeline, Schedule
from pipegen.names import legal_names


def stem(pipeline: Pipeline) -> str:
    """What the file is called, and the group of the runs that do not overlap."""
    return legal_names([pipeline.name], limit=100, fallback="pipeline")[pipeline.name]


def workflow(
    pipeline: Pipeline, config: GithubConfig, configs: Mapping[str, GithubStepConfig], context: Context
) -> Workflow:
    where = folder(config, context)
    jobs = (Jobs if config.layout == "jobs" else OneJob)(pipeline, config, configs, where)
    return Workflow(
        name=shown(config.name or pipeline.name),
        triggers=_triggers(pipeline, config, jobs),
        permissions=scopes(config),
        concurrency=_concurrency(pipeline, config),
        defaults={} if where == "." else {"run": {"working-directory": where}},
        jobs=jobs.every(),
    )


def folder(config: GithubConfig, context: Context) -> str:
    """The project's folder in the repository: the files lie at its top, and `to_root` leads to the project."""
    if config.working_directory is not None:
        return config.working_directory.strip("/") or "."
    return "." if context.to_root.startswith("..") else context.to_root


def _triggers(pipeline: Pipeline, config: GithubConfig, jobs: Jobs | OneJob) -> Data:
    found: dict[str, Yaml] = {}
    if pipeline.schedule is not None:
        found["schedule"] = _schedule(pipeline.schedule, config)
    if config.dispatch:
        inputs = jobs.environment.parameters.data()
        found["workflow_dispatch"] = {"inputs": inputs} if inputs else None
    for event, said in (("push", config.push), ("pull_request", config.pull_request)):
        if said is not None:
            found[event] = _event(said) or None
    return found


def _schedule(given: Schedule, config: GithubConfig) -> Yaml:
    if given.timezone is None or "timezone" in config.ignore:
        return [{"cron": schedule.plain(given.cron)}]
    if config.timezone == "native" and given.timezone != "UTC":  # which is what GitHub takes without a word
        return [{"cron": schedule.plain(given.cron), "timezone": given.timezone}]
    comment = f"{given.cron} in {given.timezone}"
    return Commented([{"cron": one} for one in schedule.lines(given)], comment)


def _event(said: EventConfig) -> Data:
    given = {
        "branches": said.branches,
        "branches-ignore": said.branches_ignore,
        "tags": said.tags,
        "paths": said.paths,
        "paths-ignore": said.paths_ignore,
    }
    return {key: list(texts) for key, texts in given.items() if texts}


def _concurrency(pipeline: Pipeline, config: GithubConfig) -> Data:
    """One run at a time; one that comes waits, or takes the place of the one before."""
    if pipeline.concurrency in (None, "allow"):
        return {}
    group = config.concurrency_group or f"pipegen-{stem(pipeline)}"
    replaces = pipeline.concurrency == "replace"
    waiting = {"queue": config.queue} if config.queue != "single" and not replaces else {}
    return {"group": group, "cancel-in-progress": replaces, **waiting}
