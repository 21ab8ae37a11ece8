"""A job for each task of a pipeline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipegen import units
from pipegen.backends.attempts import longest
from pipegen.backends.command import exec_words
from pipegen.backends.github.config import RUNNER, GithubConfig, GithubStepConfig
from pipegen.backends.github.environment import Environment, env_of, unset_lines
from pipegen.backends.github.expressions import conditions, failed, fails_run, literal
from pipegen.backends.github.model import Data, Job, Step, merged
from pipegen.backends.github.steps import Steps, line, plain_line
from pipegen.emit.json import compact
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline, Resources, Task
from pipegen.names import folder_names, legal_names

HOSTED = 360  # minutes that a job may take on GitHub's own machines, and on others when nothing is said
LONGEST = 7200  # on others
_MOST_EDGES, _MOST_TEXT = 400, 40_000  # Mermaid's own limits are 500 edges and 50,000 characters
_ENDING = 10  # minutes for what a job does beside its task


def job_names(pipeline: Pipeline) -> dict[str, str]:
    """What the job of each task is called; its artifact has the same name."""
    return legal_names(
        (task.name for task in pipeline.every_task),
        limit=90, allowed="A-Za-z0-9_", first="A-Za-z_", cased=False, fallback="task",
    )  # fmt: skip


class Jobs:
    """The jobs of one pipeline."""

    def __init__(
        self, pipeline: Pipeline, config: GithubConfig, configs: Mapping[str, GithubStepConfig], where: str
    ) -> None:
        self.pipeline = pipeline
        self.config = config
        self.configs = configs
        self.names = job_names(pipeline)
        self.folders = folder_names(task.name for task in pipeline.every_task)
        self.steps = Steps(config, where)
        self.environment = Environment(pipeline, config, configs)
        self.conditions = conditions(pipeline)

    def every(self) -> dict[str, Job]:
        found = {self.names[task.name]: self.job(task) for task in self.pipeline.tasks}
        before = [self.names[task.name] for task in self.pipeline.tasks]
        on_failure, on_exit = self.pipeline.on_failure, self.pipeline.on_exit
        if on_failure is not None:
            found[self.names[on_failure.name]] = self.handler(on_failure, before, self._failed())
            before = [*before, self.names[on_failure.name]]
        if on_exit is not None:
            found[self.names[on_exit.name]] = self.handler(on_exit, before, "${{ always() }}")
        return found

    def _failed(self) -> str:
        """Whether the run has failed, as far as the tasks go."""
        failing, _ = fails_run(self.pipeline)
        return failed(self.pipeline, failing, self.names)

    def handler(self, task: Task, needs: list[str], condition: str) -> Job:
        return replace(self.job(task), needs=needs, condition=condition)

    def job(self, task: Task) -> Job:
        config, name = self.configs[task.name], self.names[task.name]
        return Job(
            name="" if name == task.name else literal(task.name),
            comment=metadata(task),
            runs_on=config.runs_on or (RUNNER,),
            steps=[*self.steps_of(task, config), *config.after],
            needs=[self.names[one] for one in task.upstream],
            condition=self.conditions.get(task.name, ""),
            environment=environment(config),
            permissions=permissions(config, self.config),
            timeout_minutes=config.timeout_minutes or minutes(longest(task), config),
            container=container(task, config, self.config),
            services=config.services,
            patch=config.patch,
        )

    def steps_of(self, task: Task, config: GithubStepConfig) -> Iterator[Data]:
        yield from self.steps.before(config, in_image(task, self.config))
        for name in task.upstream:
            yield self.steps.taken(self.names[name], self.folders[name], self._arrived(task, name))
        given = self.environment.stores(task)
        env = env_of(self.environment.plain(task), given)
        yield Step(
            name="Run", env=env, run="\n".join([*unset_lines(given), *self.lines(task, config)])
        ).data()
        yield self.steps.handed_on(self.names[task.name], self.folders[task.name])
        if self.config.summary and task is self.pipeline.tasks[0] and is_drawn(self.pipeline):
            yield summary(self.pipeline, config)

    def _arrived(self, task: Task, name: str) -> str:
        """A task that runs after failures takes what there is."""
        optional = task.options.trigger != "all_success"
        return f"${{{{ needs.{self.names[name]}.result == 'success' }}}}" if optional else ""

    def lines(self, task: Task, config: GithubStepConfig) -> Iterator[str]:
        maybe = task.options.trigger != "all_success"
        yield from (self.steps.unpack(self.folders[name], maybe) for name in task.upstream)
        words = exec_words(
            self.pipeline,
            task,
            lambda name: self.steps.place(self.folders[name]),
            self.steps.place(self.folders[task.name]),
            exposed=self.environment.parameters.exposed,
        )
        yield line(config.command, words)
        yield self.steps.pack(self.folders[task.name])


def metadata(task: Task) -> str:
    return f"metadata: {compact(task.options.metadata)}" if task.options.metadata else ""


def in_image(task: Task, config: GithubConfig) -> bool:
    return task.options.image is not None and "image" not in config.ignore


def container(task: Task, config: GithubStepConfig, whole: GithubConfig) -> Data:
    """The container that a job runs in, with what Docker is told about its size."""
    if not in_image(task, whole):
        return {}
    sizes = [] if task.options.resources is None else list(_sizes(task.options.resources, whole))
    found: dict[str, Yaml] = {"image": task.options.image}
    if sizes:
        found["options"] = " ".join(sizes)
    given = config.container.get("options")
    both = {"options": f"{found['options']} {given}"} if sizes and isinstance(given, str) else {}
    return merged(found, {**config.container, **both})


def _sizes(resources: Resources, config: GithubConfig) -> Iterator[str]:
    if resources.cpu is not None and "cpu" not in config.ignore:
        yield f"--cpus {units.quantity(resources.cpu):g}"
    if resources.memory is not None and "memory" not in config.ignore:
        yield f"--memory {math.ceil(units.quantity(resources.memory))}b"
    if resources.gpu and "gpu" not in config.ignore:
        yield f"--gpus {resources.gpu}"


def environment(config: GithubStepConfig) -> Data:
    if config.environment is None:
        return {}
    url: Data = {} if config.environment.url is None else {"url": config.environment.url}
    return {"name": config.environment.name, **url}


def permissions(config: GithubStepConfig, whole: GithubConfig) -> Data:
    """Those of a job that differ from the workflow's."""
    return {} if config.permissions == whole.permissions else scopes(config)


def scopes(config: GithubStepConfig) -> Data:
    """What a token may do; without a word, no more than reading the code."""
    return {"contents": "read", **config.permissions}


def minutes(needed: float | None, config: GithubStepConfig) -> int | None:
    """How long a job may take, where what it does may need longer than GitHub gives it by itself."""
    if needed is None or needed / 60 + _ENDING <= HOSTED or is_hosted(config):
        return None
    return min(math.ceil(needed / 60) + _ENDING, LONGEST)


def is_hosted(config: GithubStepConfig) -> bool:
    """Whether a job runs on GitHub's own machines."""
    labels = config.runs_on or (RUNNER,)
    return "self-hosted" not in labels and any(one.startswith(("ubuntu-", "macos-")) for one in labels)


def is_drawn(pipeline: Pipeline) -> bool:
    """Whether GitHub's Mermaid would draw a graph of so many edges."""
    fed = sum(len(one.sources) for task in pipeline.every_task for one in task.inputs)
    return fed + len(pipeline.handlers) <= _MOST_EDGES


def summary(pipeline: Pipeline, config: GithubStepConfig) -> Data:
    """The graph, drawn on the page of the run by the first job; a run does not fail for it."""
    graph = plain_line([*(config.command or ("pipegen",)), "graph"])
    text = f"""\
graph=$({graph} "$PIPEGEN_TARGET" --format mermaid)
test "${{#graph}}" -gt {_MOST_TEXT} || printf '```mermaid\\n%s\\n```\\n' "$graph" >> "$GITHUB_STEP_SUMMARY\""""
    return Step(
        name="Draw the graph",
        condition="${{ !cancelled() }}",
        env={"PIPEGEN_TARGET": literal(pipeline.target)},
        run=text,
        may_fail=True,
    ).data()
