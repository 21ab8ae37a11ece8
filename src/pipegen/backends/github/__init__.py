"""GitHub Actions: a workflow with a job for each task, or one that runs the whole pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from pipegen.backend import Capabilities, Context, carried, native, refused
from pipegen.backends.github import one_job
from pipegen.backends.github.config import GithubConfig
from pipegen.backends.github.document import folder, stem, workflow
from pipegen.backends.github.environment import Environment
from pipegen.backends.github.merging import task_configs
from pipegen.backends.github.notes import header, secrets
from pipegen.backends.github.problems import cut_off, every_problem, run_cut_off, too_large
from pipegen.emit.files import File
from pipegen.emit.yaml import dump
from pipegen.errors import Diagnostic, refuse
from pipegen.ir import Pipeline

_ABOUT_RUNS = ("on_failure", "on_exit", "schedule", "concurrency")
_NO_LABELS = refused("GitHub has no labels on workflows and jobs")


class GithubBackend:
    """Compiles a pipeline to a workflow of GitHub Actions."""

    name: ClassVar[str] = "github"
    summary: ClassVar[str] = "a GitHub Actions workflow"
    config: ClassVar[type] = GithubConfig
    can: ClassVar[Capabilities] = Capabilities(
        schedule=native("on.schedule"),
        timezone=native("on.schedule, converted to UTC where that is exact; or its timezone"),
        concurrency=native("concurrency; with forbid runs wait, as github.queue says"),
        deadline=refused(
            "GitHub limits single jobs, and a whole run to 35 days; use timeouts of tasks, or layout: job"
        ),
        on_failure=native("a job that needs all others, when the run has failed"),
        on_exit=native("a job that needs all others, always"),
        parameters=native("workflow_dispatch inputs, and exec --param"),
        description=native("a comment at the top"),
        pipeline_labels=_NO_LABELS,
        retry=carried("exec --retry, --backoff"),
        timeout=carried("exec --timeout"),
        cpu=native("container options --cpus, for tasks with an image"),
        memory=native("container options --memory, for tasks with an image"),
        ephemeral_storage=refused("runners have the disk that their label says"),
        gpu=native("container options --gpus, for tasks with an image"),
        cache_off=native("nothing is reused between runs of jobs"),
        cache_key=carried("exec --cache-key"),
        trigger_all_done=native("the job's if: !cancelled()"),
        trigger_one_failed=native("the job's if: contains(needs.*.result, 'failure')"),
        streaming=carried("exec"),
        row=carried("exec"),
        image=native("the job's container"),
        env=native("env of the step that runs the task"),
        labels=_NO_LABELS,
        metadata=native("a comment above the job"),
    )

    def capabilities(self, config: GithubConfig) -> Capabilities:
        """What it can express as values have it; `can` is without any."""
        return one_job.capabilities(self.can) if config.layout == "job" else self.can

    def lower(self, pipeline: Pipeline, config: GithubConfig, context: Context) -> Sequence[File]:
        pipeline = _without(pipeline, config)
        configs = task_configs(pipeline, config)
        refuse(every_problem(pipeline, config, configs, folder(config, context)))
        found = workflow(pipeline, config, configs, context)
        head = [
            *header(pipeline, config, context),
            *secrets(pipeline, Environment(pipeline, config, configs)),
        ]
        text = dump(found.data(), head)
        refuse(too_large(pipeline, len(text.encode())))
        return [File(f".github/workflows/{stem(pipeline)}.yml", text)]

    def notes(self, pipeline: Pipeline, config: GithubConfig) -> Iterator[Diagnostic]:
        """What whoever commits the file should know; nothing here forbids it."""
        if config.layout == "jobs":
            yield from cut_off(pipeline, task_configs(pipeline, config))
        else:
            yield from run_cut_off(pipeline, config)


def _without(pipeline: Pipeline, config: GithubConfig) -> Pipeline:
    """The pipeline without what values leave out of what GitHub could do."""
    ignored: dict[str, Any] = {key: None for key in _ABOUT_RUNS if key in config.ignore}
    return replace(pipeline, **ignored) if ignored else pipeline
