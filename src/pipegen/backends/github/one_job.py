"""Layout `job`: one job that runs the whole pipeline by pipegen's own engine, and keeps its cache."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipegen import units
from pipegen.backend import Capabilities, carried
from pipegen.backends.attempts import longest
from pipegen.backends.command import shell_line
from pipegen.backends.github.config import RUNNER, CacheConfig, GithubConfig, GithubStepConfig
from pipegen.backends.github.environment import Environment, env_of, unset_lines
from pipegen.backends.github.expressions import literal
from pipegen.backends.github.jobs import (
    container,
    environment,
    in_image,
    is_drawn,
    metadata,
    minutes,
    permissions,
    summary,
)
from pipegen.backends.github.model import Data, Job, Step
from pipegen.backends.github.parameters import Given
from pipegen.backends.github.steps import Steps, plain_line
from pipegen.ir import Pipeline
from pipegen.names import folder_names

JOB = "pipeline"
_RUN = "${{ github.run_id }}-${{ github.run_attempt }}"
_ENDED = "${{ !cancelled() }}"
_KEPT = 5  # runs whose artifacts are still there to be taken from the cache


_BY_RUN = carried("pipegen run")
_WHAT_RUN_DOES = (
    "deadline", "on_failure", "on_exit", "retry", "timeout", "cache_off", "cache_key", "trigger_all_done",
    "trigger_one_failed", "streaming", "row", "env",
)  # fmt: skip


def capabilities(can: Capabilities) -> Capabilities:
    """What the engine does where a job for each task cannot, or would in its own way."""
    return can._replace(**dict.fromkeys(_WHAT_RUN_DOES, _BY_RUN))


class OneJob:
    """The only job of a workflow."""

    def __init__(
        self, pipeline: Pipeline, config: GithubConfig, configs: Mapping[str, GithubStepConfig], where: str
    ) -> None:
        self.pipeline = pipeline
        self.config = config
        self.own = configs[pipeline.tasks[0].name]
        self.steps = Steps(config, where)
        self.environment = Environment(pipeline, config, configs)
        self.command = self.own.command or ("pipegen",)
        (self.folder,) = folder_names([pipeline.name]).values()
        self.latest = f".pipegen/latest/{self.folder}"

    def every(self) -> dict[str, Job]:
        first = self.pipeline.tasks[0]
        whole = self.config
        job = Job(
            name="",
            comment="\n".join(filter(None, map(metadata, self.pipeline.every_task))),
            runs_on=self.own.runs_on or (RUNNER,),
            steps=[*self.steps_of(in_image(first, whole)), *self.own.after],
            environment=environment(self.own),
            permissions=permissions(self.own, whole),
            timeout_minutes=self.own.timeout_minutes or minutes(self.longest(), self.own),
            container=container(first, self.own, whole),
            services=self.own.services,
            patch=self.own.patch,
        )
        return {JOB: job}

    def longest(self) -> float | None:
        """The seconds that the whole run may take, or at least one of its tasks."""
        if self.pipeline.deadline is not None:
            return units.seconds(self.pipeline.deadline)
        return max((longest(task) or 0.0 for task in self.pipeline.every_task), default=None)

    def steps_of(self, is_image: bool) -> Iterator[Data]:
        yield from self.steps.before(self.own, is_image)
        prefix = f"pipegen-{self.folder}-"
        kept = CacheConfig((f"{self.steps.above}.pipegen/",), f"{prefix}{_RUN}", (prefix,))
        yield self.steps.cached(kept, "restore")
        given = self.given()
        env = {**env_of({}, given), "PIPEGEN_TARGET": literal(self.pipeline.target)}
        yield Step(name="Run", env=env, run="\n".join([*unset_lines(given), *self.lines()])).data()
        yield self.steps.handed_on(self.folder, self.folder, _ENDED)
        yield Step("Forget older runs", _ENDED, run=self.forget(), may_fail=True).data()
        yield self.steps.cached(replace(kept, restore_keys=()), "save", _ENDED)
        if self.config.summary and is_drawn(self.pipeline):
            yield summary(self.pipeline, self.own)

    def given(self) -> list[Given]:
        """What all tasks read from GitHub; pipegen gives each what is its own."""
        found: dict[str, Given] = {}
        for task in self.pipeline.every_task:
            found |= {one.variable: one for one in self.environment.stores(task)}
        return list(found.values())

    def lines(self) -> Iterator[str]:
        """Run, and pack what every task handed on last, even of a run that failed."""
        run = plain_line([*self.command, "run"])
        more = " " + plain_line(self.config.run) if self.config.run else ""
        place, latest = (shell_line([one]) for one in (self.steps.place(self.folder), self.latest))
        yield f"rm -rf {latest}"
        yield f'status=0; {run} "$PIPEGEN_TARGET"{more} || status=$?'
        yield f"mkdir -p {place}"
        yield f"for one in {latest}/*; do"
        yield f'  test ! -d "$one" || {{ mkdir -p {place}/"${{one##*/}}" && cp -RPp "$one/." {place}/"${{one##*/}}"; }}'
        yield "done"
        yield self.steps.pack(self.folder)
        yield "exit $status"

    def forget(self) -> str:
        """Without it, what is kept from run to run would only ever grow; a history kept elsewhere is left alone."""
        return "test ! -e .pipegen/history.db || " + shell_line(
            [*self.command, "runs", "gc", "--keep", str(_KEPT)]
        )
