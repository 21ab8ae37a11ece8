"""What every picture shows, whatever draws it: the tasks, what flows between them, and words about each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipegen.graph.lettering import clean
from pipegen.ir import Options, Pipeline, Step, Task

Role = Literal["task", "on_failure", "on_exit"]
ROLES: dict[Role, str] = {"task": "", "on_failure": "on failure", "on_exit": "on exit"}
TRIGGERS = {"all_success": "", "all_done": "when all are done", "one_failed": "when one failed"}
MODES = {"batch": "", "streaming": "streaming", "row": "row by row"}


@dataclass(frozen=True, slots=True)
class Badge:
    """A word or two about how a task is run; `kind` says which colour it has."""

    kind: Literal["trigger", "mode", "gpu", "run"]
    text: str


@dataclass(frozen=True, slots=True)
class Node:
    """A task or handler to be drawn; `task` and `step` hold the names as the user gave them."""

    task: Task
    step: Step
    role: Role

    @property
    def name(self) -> str:
        return clean(self.task.name)

    @property
    def step_name(self) -> str:
        """The class or function, without its module."""
        return clean(self.step.entrypoint.rpartition(":")[2] or self.step.slug)

    @property
    def output(self) -> str:
        return "" if self.step.output == "None" else clean(self.step.output)


@dataclass(frozen=True, slots=True)
class Edge:
    """An artifact on its way: from a node into one input of another, both by their place in `nodes`."""

    source: int
    target: int
    input: int
    label: str  # the parameter, where the consumer has several


@dataclass(frozen=True, slots=True)
class Picture:
    """A pipeline to be drawn: tasks first, in their order, then the handlers."""

    pipeline: Pipeline
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def title(self) -> str:
        return clean(self.pipeline.name)

    @property
    def handlers(self) -> tuple[int, ...]:
        return tuple(at for at, node in enumerate(self.nodes) if node.role != "task")

    @property
    def tasks(self) -> int:
        return len(self.pipeline.tasks)


def picture(pipeline: Pipeline) -> Picture:
    """Read the pipeline once, for drawing."""
    nodes = tuple(Node(task, pipeline.step_of(task), role) for role, task in _placed(pipeline))
    return Picture(pipeline, nodes, tuple(_edges(nodes)))


def schedule_of(pipeline: Pipeline) -> str:
    """When it runs, in one line; nothing when it has no schedule."""
    if pipeline.schedule is None:
        return ""
    zone = pipeline.schedule.timezone
    return clean(pipeline.schedule.cron + (f" {zone}" if zone else ""))


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def badges(node: Node) -> tuple[Badge, ...]:
    """How the task is run, where that is not as usual."""
    options = node.task.options
    found = (
        Badge("trigger", TRIGGERS[options.trigger]),
        Badge("mode", MODES[node.task.options.mode or node.step.mode]),
        *running(options),
    )
    return tuple(badge for badge in found if badge.text)


def running(options: Options) -> Iterator[Badge]:
    """What it needs, and what is done when it fails or takes too long; one without text says nothing."""
    if options.resources:
        need = options.resources
        yield Badge("gpu", f"gpu {need.gpu}" if need.gpu else "")
        yield _run("cpu ", need.cpu)
        yield _run("memory ", need.memory)
        yield _run("disk ", need.ephemeral_storage)
    if options.retry and options.retry.limit:
        yield _run("retry ", str(options.retry.limit))
    yield _run("timeout ", options.timeout)
    if options.cache and not options.cache.enabled:
        yield _run("no cache", "")


def _run(word: str, value: str | None) -> Badge:
    return Badge("run", "" if value is None else clean(word + value))


def _placed(pipeline: Pipeline) -> Iterator[tuple[Role, Task]]:
    for task in pipeline.tasks:
        yield "task", task
    if pipeline.on_failure:
        yield "on_failure", pipeline.on_failure
    if pipeline.on_exit:
        yield "on_exit", pipeline.on_exit


def _edges(nodes: tuple[Node, ...]) -> Iterator[Edge]:
    place = {node.task.name: at for at, node in enumerate(nodes)}
    for target, node in enumerate(nodes):
        several = len(node.task.inputs) > 1
        for at, one in enumerate(node.task.inputs):
            for source in dict.fromkeys(one.sources):
                yield Edge(place[source], target, at, clean(one.name) if several else "")
