"""The pipeline as data: what a backend reads. Frozen, ordered, and free of any target's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal, TypeAlias

from pipegen.errors import Origin
from pipegen.frozen import frozen

Json: TypeAlias = "None | bool | int | float | str | Sequence[Json] | Mapping[str, Json]"
Mode = Literal["batch", "streaming", "row"]
Trigger = Literal["all_success", "all_done", "one_failed"]
Concurrency = Literal["allow", "forbid", "replace"]
Feed = Literal["one", "collect", "chain"]


@frozen
class Retry:
    """Run a failed task again, up to `limit` times, waiting `backoff`, then `backoff * factor`, ..."""

    limit: int = 0
    backoff: str = "0s"
    factor: float = 2.0
    max_backoff: str | None = None


@frozen
class Resources:
    """What one task needs from the machine it runs on, as Kubernetes quantities."""

    cpu: str | None = None
    memory: str | None = None
    ephemeral_storage: str | None = None
    gpu: int = 0


@frozen
class Cache:
    """Whether a result may be reused, and what beside code, settings and inputs makes it stale."""

    enabled: bool = True
    key: tuple[str, ...] = ()


@frozen
class Options:
    """How a task is run; what is None was not asked for."""

    retry: Retry | None = None
    timeout: str | None = None
    resources: Resources | None = None
    cache: Cache | None = None
    trigger: Trigger = "all_success"
    image: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, Json] = field(default_factory=dict)
    mode: Mode | None = None


@frozen
class Port:
    """A parameter of a step's `run`: what it is called, what it takes, whether it must be fed."""

    name: str
    type: str
    required: bool = True


@frozen
class Setting:
    """One run-time setting of a step; a secret's default is never kept."""

    name: str
    type: str
    required: bool
    default: Json = None
    secret: bool = False
    description: str = ""


@frozen
class Step:
    """A class or function that a user wrote; tasks are made from it."""

    slug: str
    entrypoint: str
    inputs: tuple[Port, ...] = ()
    output: str = "None"
    mode: Mode = "batch"
    prefix: str = ""
    settings: tuple[Setting, ...] = ()
    schema: Mapping[str, Json] | None = None
    metadata: Mapping[str, Json] = field(default_factory=dict)
    doc: str = ""
    sources: tuple[str, ...] = ()
    origin: Origin | None = None


@frozen
class Input:
    """How a parameter is fed: one artifact, several collected into a list, or several chained."""

    name: str
    sources: tuple[str, ...]
    feed: Feed = "one"
    origin: Origin | None = None


@frozen
class Task:
    """A step placed in a pipeline under a name."""

    name: str
    step: str
    inputs: tuple[Input, ...] = ()
    options: Options = Options()
    origin: Origin | None = None

    @property
    def upstream(self) -> tuple[str, ...]:
        """The tasks it waits for, each once, in the order of its inputs."""
        return tuple(dict.fromkeys(name for one in self.inputs for name in one.sources))


@frozen
class Schedule:
    cron: str
    timezone: str | None = None


@frozen
class Parameter:
    """A setting of one or more tasks, exposed under a name so that a single run can set it."""

    name: str
    targets: tuple[tuple[str, str], ...]
    default: Json = None
    has_default: bool = False
    choices: tuple[Json, ...] = ()
    description: str = ""
    origin: Origin | None = None


@frozen
class Draft:
    """A pipeline whose names are not resolved yet: what the DSL and JSON produce, and `link` takes."""

    name: str
    tasks: tuple[Task, ...]
    steps: Mapping[str, Step]
    target: str = ""
    description: str = ""
    schedule: Schedule | None = None
    concurrency: Concurrency | None = None
    deadline: str | None = None
    parameters: tuple[Parameter, ...] = ()
    on_failure: Task | None = None
    on_exit: Task | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    origin: Origin | None = None


class Pipeline(Draft):
    """A linked pipeline: every name resolves, and `tasks` is in an order that runs. Only `link` makes one."""

    __slots__ = ()

    @property
    def every_task(self) -> tuple[Task, ...]:
        """The tasks of the graph, then the handlers."""
        return (*self.tasks, *self.handlers)

    @property
    def handlers(self) -> tuple[Task, ...]:
        return tuple(task for task in (self.on_failure, self.on_exit) if task is not None)

    def step_of(self, task: Task) -> Step:
        return self.steps[task.step]

    def mode_of(self, task: Task) -> Mode:
        """How a task runs: as it was placed, or else as its step says."""
        return task.options.mode or self.steps[task.step].mode

    @property
    def edges(self) -> int:
        return sum(len(task.upstream) for task in self.tasks)
