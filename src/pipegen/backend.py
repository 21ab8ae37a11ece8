"""The contract of a backend: what it can express, and a pure function from a pipeline to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

from pipegen.emit.files import File
from pipegen.errors import Diagnostic, Origin
from pipegen.ir import Options, Pipeline, Task


class Support(NamedTuple):
    """How a backend deals with a feature, in words that a user reads."""

    how: Literal["native", "carried", "refused"]
    note: str


def native(note: str) -> Support:
    """The target has it; the note names where it ends up."""
    return Support("native", note)


def carried(note: str) -> Support:
    """The step's own command does it; the note names the flag."""
    return Support("carried", note)


def refused(reason: str) -> Support:
    """It cannot be had there, and why."""
    return Support("refused", reason)


_UNKNOWN = refused("this backend does not say how it would do it")


class Capabilities(NamedTuple):
    """One entry per feature of a pipeline; what a backend does not name is refused."""

    schedule: Support = _UNKNOWN
    timezone: Support = _UNKNOWN
    concurrency: Support = _UNKNOWN
    deadline: Support = _UNKNOWN
    on_failure: Support = _UNKNOWN
    on_exit: Support = _UNKNOWN
    parameters: Support = _UNKNOWN
    description: Support = _UNKNOWN
    pipeline_labels: Support = _UNKNOWN
    retry: Support = _UNKNOWN
    timeout: Support = _UNKNOWN
    cpu: Support = _UNKNOWN
    memory: Support = _UNKNOWN
    ephemeral_storage: Support = _UNKNOWN
    gpu: Support = _UNKNOWN
    cache_off: Support = _UNKNOWN
    cache_key: Support = _UNKNOWN
    trigger_all_done: Support = _UNKNOWN
    trigger_one_failed: Support = _UNKNOWN
    streaming: Support = _UNKNOWN
    row: Support = _UNKNOWN
    image: Support = _UNKNOWN
    env: Support = _UNKNOWN
    labels: Support = _UNKNOWN
    metadata: Support = _UNKNOWN

    def of(self, feature: str) -> Support:
        support: Support = getattr(self, feature)
        return support


FEATURES: tuple[str, ...] = Capabilities._fields


class Use(NamedTuple):
    """A place where a pipeline uses a feature."""

    feature: str
    owner: str
    origin: Origin | None


class Context(NamedTuple):
    """What a backend is told beside the pipeline: all of it stable, none of it about the machine.

    `out` is the folder of the generated files, `to_root` the way back from there. `known` are the targets of
    all pipelines in the modules that are compiled: what was generated from any other one there is stale.
    """

    version: str
    command: str
    to_root: str = "."
    out: str = "."
    known: tuple[str, ...] = ()


class Backend(Protocol):
    """Compiles a linked pipeline to files; reads no disk, no network, no environment."""

    name: ClassVar[str]
    summary: ClassVar[str]
    config: ClassVar[type]
    can: ClassVar[Capabilities]

    def lower(self, pipeline: Pipeline, config: Any, context: Context) -> Sequence[File]: ...


def can_of(backend: Backend, config: Any) -> Capabilities:
    """What a backend can express as values have it; `capabilities(config)` is a method it may have."""
    asked = getattr(backend, "capabilities", None)
    found: Capabilities = backend.can if asked is None else asked(config)
    return found


def notes_of(backend: Backend, pipeline: Pipeline, config: Any) -> Iterator[Diagnostic]:
    """Warnings about what a backend makes of a pipeline; `notes(pipeline, config)` is a method it may have."""
    notes = getattr(backend, "notes", None)
    if notes is not None:
        yield from notes(pipeline, config)


def deep_check(backend: Backend) -> Callable[[Pipeline, Sequence[File]], Iterator[Diagnostic]] | None:
    """What looks at files with the target's own library; `deep(pipeline, files)` is a method a backend may have."""
    found: Callable[[Pipeline, Sequence[File]], Iterator[Diagnostic]] | None = getattr(backend, "deep", None)
    return found


def over_base(
    backend: Backend, config: Any, base: Callable[[], Sequence[File] | None], files: Sequence[File]
) -> Sequence[File]:
    """The files, said again as what they change in a base; `over(config, base, files)` is a method it may have."""
    over = getattr(backend, "over", None)
    found: Sequence[File] = files if over is None or not files else over(config, base, files)
    return found


def features_of(pipeline: Pipeline) -> Iterator[Use]:
    """Every feature that a pipeline uses, with the place that asks for it."""
    owner = f"pipeline '{pipeline.name}'"
    asked = {
        "schedule": pipeline.schedule is not None,
        "timezone": pipeline.schedule is not None and pipeline.schedule.timezone is not None,
        "concurrency": pipeline.concurrency is not None,
        "deadline": pipeline.deadline is not None,
        "on_failure": pipeline.on_failure is not None,
        "on_exit": pipeline.on_exit is not None,
        "parameters": bool(pipeline.parameters),
        "description": bool(pipeline.description),
        "pipeline_labels": bool(pipeline.labels),
    }
    yield from (Use(feature, owner, pipeline.origin) for feature, used in asked.items() if used)
    plain, none = Options(), ()
    for task in pipeline.every_task:
        mode = pipeline.mode_of(task)
        if mode != "batch":
            yield Use(mode, f"task '{task.name}'", task.origin)
        for feature in none if task.options == plain else _task_features(task):
            yield Use(feature, f"task '{task.name}'", task.origin)


def _task_features(task: Task) -> Iterator[str]:
    options = task.options
    resources, cache = options.resources, options.cache
    asked = {
        "retry": options.retry is not None and options.retry.limit > 0,
        "timeout": options.timeout is not None,
        "cpu": resources is not None and resources.cpu is not None,
        "memory": resources is not None and resources.memory is not None,
        "ephemeral_storage": resources is not None and resources.ephemeral_storage is not None,
        "gpu": resources is not None and resources.gpu > 0,
        "cache_off": cache is not None and not cache.enabled,
        "cache_key": cache is not None and bool(cache.key),
        "trigger_all_done": options.trigger == "all_done",
        "trigger_one_failed": options.trigger == "one_failed",
        "image": options.image is not None,
        "env": bool(options.env),
        "labels": bool(options.labels),
        "metadata": bool(options.metadata),
    }
    return (feature for feature, used in asked.items() if used)
