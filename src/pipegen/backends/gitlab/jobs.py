"""The job of each task."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipegen.backends.command import exec_words, exposed_settings, shell_line
from pipegen.backends.gitlab.config import CoverageReport, GitlabConfig, JobConfig
from pipegen.backends.gitlab.levels import always_run, levels, waits_by_needs
from pipegen.backends.gitlab.model import Job
from pipegen.backends.gitlab.naming import job_names
from pipegen.backends.gitlab.rules import rules
from pipegen.backends.gitlab.said import gpu_tags, said_for_all
from pipegen.backends.gitlab.timing import by_gitlab, job_time, spaced
from pipegen.backends.gitlab.variables import forgetting, job_variables
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline, Task
from pipegen.names import folder_names

_WHEN = {"all_success": None, "all_done": "always", "one_failed": "on_failure"}


class Jobs:
    """Makes the jobs of one pipeline; what all of them ask for is worked out once."""

    def __init__(self, pipeline: Pipeline, config: GitlabConfig) -> None:
        self.pipeline, self.config = pipeline, config
        self.names = job_names(pipeline, config.prefix)
        self.folders = folder_names(task.name for task in pipeline.every_task)
        self.levels = levels(pipeline)
        self.certain = always_run(pipeline)
        self.exposed = exposed_settings(pipeline)
        self.said = said_for_all(pipeline, config)
        self._rules = {when: rules(pipeline, config, when) for when in (None, "always", "on_failure")}

    def stages(self) -> list[str]:
        """One for each level of the graph, unless all jobs are in one that somebody else lists."""
        if self.config.stage is not None:
            return []
        return [self._stage_of(level) for level in range(1, max(self.levels.values(), default=0) + 1)]

    def task_job(self, task: Task) -> Job:
        """A job that waits for the jobs before it."""
        waits = [self.names[name] for name in task.upstream]
        key = "needs" if waits_by_needs(task, self.certain, self.config.max_needs) else "dependencies"
        return self._job(task, self.stage(task), {key: waits}, _WHEN[task.options.trigger])

    def handlers(self) -> Iterator[Job]:
        """Jobs in the stage that comes after all others; they download nothing."""
        for task, when in ((self.pipeline.on_failure, "on_failure"), (self.pipeline.on_exit, "always")):
            if task is not None:
                yield self._job(task, ".post", {"dependencies": []}, when)

    def stage(self, task: Task) -> str:
        return self.config.stage or self._stage_of(self.levels[task.name])

    def _stage_of(self, level: int) -> str:
        return f"{self.config.prefix}level-{level}"

    def path(self, task: str) -> str:
        """Where an artifact lies, from the root of the repository."""
        return posixpath.normpath(posixpath.join(self.config.directory, self.place(task)))

    def place(self, task: str) -> str:
        """Where an artifact lies, from the project's root."""
        return posixpath.normpath(posixpath.join(self.config.artifacts, self.folders[task]))

    def _job(self, task: Task, stage: str, waits: Mapping[str, Yaml], when: str | None) -> Job:
        said = self.said[task.name]
        keywords: dict[str, Yaml] = {"stage": stage, **self._machine(task, said), **waits}
        keywords |= {"rules": self._rules[when], **_limits(task, said)}
        variables = job_variables(self.pipeline, task, said)
        if variables:
            keywords["variables"] = variables
        keywords |= self._scripts(task, said)
        keywords["artifacts"] = self._artifacts(task, said)
        return Job(self.names[task.name], {**keywords, **said.patch})

    def _machine(self, task: Task, said: JobConfig) -> dict[str, Yaml]:
        found: dict[str, Yaml] = {}
        tags = [*(said.tags or ()), *gpu_tags(task, self.config)]
        if task.options.image is not None:
            # Without an entrypoint of its own the image starts GitLab's shell, not its own program.
            policy: dict[str, Yaml] = {"pull_policy": list(said.pull_policy)} if said.pull_policy else {}
            found["image"] = {"name": task.options.image, "entrypoint": [""], **policy}
        if tags:
            found["tags"] = tags
        return found

    def _scripts(self, task: Task, said: JobConfig) -> dict[str, Yaml]:
        entering = [shell_line(["cd", self.config.directory])] if self.config.directory != "." else []
        before = [*entering, *(said.before_script or ())]
        found: dict[str, Yaml] = {"before_script": before} if before else {}
        found["script"] = [*forgetting(self.pipeline, task, self.exposed), self._command(task)]
        if said.after_script:  # which a shell of its own runs
            found["after_script"] = [*entering, *said.after_script]
        return found

    def _command(self, task: Task) -> str:
        own = task
        if by_gitlab(task):
            own = replace(task, options=replace(task.options, retry=None))
        words = exec_words(self.pipeline, own, self.place, self.place(task.name), exposed=self.exposed)
        return shell_line([*self.config.command, *words])

    def _artifacts(self, task: Task, said: JobConfig) -> Yaml:
        path = self.path(task.name)
        found: dict[str, Yaml] = {"paths": [path]}
        if said.expire_in is not None:
            found["expire_in"] = spaced(said.expire_in)
        if said.access is not None:
            found["access"] = said.access
        if said.reports:
            found["reports"] = {kind: _reported(path, files) for kind, files in said.reports.items()}
        return found


def _reported(path: str, files: Sequence[str] | CoverageReport) -> Yaml:
    """Files of an artifact as GitLab finds them; of a coverage report one, beside its format."""
    if isinstance(files, CoverageReport):
        return {"coverage_format": files.coverage_format, "path": posixpath.join(path, files.path)}
    return [posixpath.join(path, one) for one in files]


def _limits(task: Task, said: JobConfig) -> dict[str, Yaml]:
    """Keywords that are written as values have them."""
    found: dict[str, Yaml] = {}
    if said.manual:
        found["when"] = "manual"
    if by_gitlab(task) and task.options.retry is not None:
        found["retry"] = {"max": task.options.retry.limit, "when": list(said.retry_when or ("always",))}
    if (longest := job_time(task, said)) is not None:
        found["timeout"] = spaced(longest)
    for key in ("interruptible", "resource_group", "environment"):
        value = getattr(said, key)
        if value is not None:
            found[key] = value
    for key in ("services", "cache"):
        if getattr(said, key):
            found[key] = list(getattr(said, key))
    for key in ("id_tokens", "secrets"):
        if getattr(said, key):
            found[key] = dict(getattr(said, key))
    return found
