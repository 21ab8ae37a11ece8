"""From a pipeline to the whole file."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.backends.gitlab.config import GitlabConfig
from pipegen.backends.gitlab.gathering import Gathering
from pipegen.backends.gitlab.jobs import Jobs
from pipegen.backends.gitlab.model import GitlabFile, Job
from pipegen.backends.gitlab.rules import selected_name
from pipegen.backends.gitlab.variables import run_inputs, run_variables
from pipegen.ir import Pipeline


def gitlab_file(pipeline: Pipeline, config: GitlabConfig) -> GitlabFile:
    jobs = Jobs(pipeline, config)
    return GitlabFile(
        template=f".{config.prefix}{selected_name(pipeline)}",
        jobs=[*_tasks(pipeline, config, jobs), *jobs.handlers()],
        stages=jobs.stages(),
        variables=run_variables(pipeline, config.parameters),
        inputs=run_inputs(pipeline) if config.parameters == "inputs" else {},
    )


def _tasks(pipeline: Pipeline, config: GitlabConfig, jobs: Jobs) -> Iterator[Job]:
    """The jobs of all tasks, and where one needs too many others, those in between."""
    gathering = Gathering(config.max_needs, set(jobs.names.values()))
    for task in pipeline.tasks:
        job = jobs.task_job(task)
        if "needs" in job.keywords and len(task.upstream) > config.max_needs:
            yield from gathering.split(job, [jobs.path(name) for name in task.upstream])
        else:
            yield job
