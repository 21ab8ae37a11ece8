"""Layout `job`: one job that runs the whole pipeline by pipegen's own engine, and keeps its cache."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipegen.backends.command import shell_line
from pipegen.backends.github.config import RUNNER, CacheConfig, GithubConfig, GithubStepConfig
from pipegen.backends.github.environment import Environment, env_of, unset_lines
from pipegen.backends.github.expressions import literal
from pipegen.backends.github.jobs import container, environment, in_image, metadata, permissions, summary
from pipegen.backends.github.model import Data, Job, Step
from pipegen.backends.github.parameters import Given
from pipegen.backends.github.steps import Steps
from pipegen.ir import Pipeline
from pipegen.names import folder_names

JOB = "pipeline"
_RUN = "${{ github.run_id }}-${{ github.run_attempt }}"


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
        (self.folder,) = folder_names([pipeline.name]).values()

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
            timeout_minutes=self.own.timeout_minutes,
            container=container(first, self.own, whole),
            services=self.own.services,
            patch=self.own.patch,
        )
        return {JOB: job}

    def steps_of(self, is_image: bool) -> Iterator[Data]:
        yield from self.steps.before(self.own, is_image)
        kept = f"{self.steps.above}.pipegen/"
        key = f"pipegen-{self.folder}-"
        yield self.steps.cached(
            CacheConfig((kept,), f"{key}${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}", (key,))
        )
        given = self.given()
        env = {**env_of({}, given), "PIPEGEN_TARGET": literal(self.pipeline.target)}
        yield Step(name="Run", env=env, run="\n".join([*unset_lines(given), *self.lines()])).data()
        yield self.steps.handed_on(self.folder, self.folder, "${{ !cancelled() }}")
        if self.config.summary:
            yield summary(self.pipeline, self.own)

    def given(self) -> list[Given]:
        """What all tasks read from GitHub; pipegen gives each what is its own."""
        found: dict[str, Given] = {}
        for task in self.pipeline.every_task:
            found |= {one.variable: one for one in self.environment.stores(task)}
        return list(found.values())

    def lines(self) -> Iterator[str]:
        """Run, and pack what every task handed on last, even of a run that failed."""
        run = shell_line([*(self.own.command or ("pipegen",)), "run"])
        more = " " + shell_line(self.config.run) if self.config.run else ""
        place = shell_line([self.steps.place(self.folder)])
        yield f'status=0; {run} "$PIPEGEN_TARGET"{more} || status=$?'
        yield f"mkdir -p {place}"
        yield f"for one in {shell_line([f'.pipegen/latest/{self.folder}'])}/*; do"
        yield f'  test ! -d "$one" || {{ mkdir -p {place}/"${{one##*/}}" && cp -RPp "$one/." {place}/"${{one##*/}}"; }}'
        yield "done"
        yield self.steps.pack(self.folder)
        yield "exit $status"
