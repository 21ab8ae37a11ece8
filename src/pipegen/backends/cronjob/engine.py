"""Mode `engine`: one container that runs the whole pipeline, tasks side by side, with pipegen's own engine.

The pipeline as values have made it stands in a ConfigMap beside the CronJob, and the container reads it there: so
nothing depends on which values lie in the image. What the engine keeps, artifacts and cache, is where artifacts go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from pipegen.backend import Capabilities, carried, native
from pipegen.backends.cronjob.config import CronJobConfig
from pipegen.backends.cronjob.containers import task_configs
from pipegen.backends.cronjob.labels import object_name
from pipegen.backends.cronjob.parameters import Parameters
from pipegen.backends.cronjob.volumes import Volumes, root, run_variable
from pipegen.backends.kubernetes import pod
from pipegen.backends.kubernetes.config import Mount
from pipegen.backends.kubernetes.pod import Data
from pipegen.backends.kubernetes.variables import prefixes
from pipegen.emit.yaml import Yaml
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline, Resources
from pipegen.units import quantity

FOLDER, FILE = "/pipegen/pipeline", "pipeline.json"
NAME = "pipeline"
_BY_RUN = carried("pipegen run")
_LARGEST = native("container resources: the most that any of its tasks asks for")

T = TypeVar("T")


def capabilities(can: Capabilities) -> Capabilities:
    """What the engine does where a container for each task cannot."""
    carried_out = dict.fromkeys(
        (
            "on_failure",
            "on_exit",
            "trigger_all_done",
            "trigger_one_failed",
            "retry",
            "timeout",
            "streaming",
            "row",
        ),
        _BY_RUN,
    )
    resources = dict.fromkeys(("cpu", "memory", "ephemeral_storage", "gpu"), _LARGEST)
    return can._replace(
        **carried_out,
        **resources,
        image=native("container image, the same for all tasks"),
        env=_BY_RUN,
        cache_off=_BY_RUN,
        cache_key=_BY_RUN,
    )


def beside(pipeline: Pipeline, config: CronJobConfig) -> CronJobConfig:
    """The config with the pipeline itself in a ConfigMap, and that where the container looks for it."""
    from pipegen.ir_json import to_json  # for this mode alone

    name = f"{object_name(pipeline, config)}-{NAME}"
    maps = {name: {FILE: to_json(pipeline)}, **config.companions.config_maps}
    mounts = {**config.mounts, NAME: Mount(FOLDER, config_map=name, read_only=True)}
    return replace(config, companions=replace(config.companions, config_maps=maps), mounts=mounts)


def container(pipeline: Pipeline, config: CronJobConfig, volumes: Volumes) -> Data:
    """The one container, before patches."""
    return dict(_fields(pipeline, config, volumes))


def _fields(pipeline: Pipeline, config: CronJobConfig, volumes: Volumes) -> Iterator[tuple[str, Yaml]]:
    yield "name", NAME
    yield "image", pipeline.tasks[0].options.image
    if config.pull_policy is not None:
        yield "imagePullPolicy", config.pull_policy
    yield "command", [pod.plain(word) for word in config.command or ("pipegen",)]
    yield "args", list(_words(config))
    yield "env", _env(pipeline, config)
    if config.env_from:
        yield "envFrom", pod.env_from_of(config.env_from)
    resources = pod.resources_of(_most(pipeline), config)
    if resources:
        yield "resources", resources
    yield "volumeMounts", volumes.mounts(config)
    yield "securityContext", {**pod.CONTAINER_SECURITY, **config.container_security}


def _words(config: CronJobConfig) -> Iterator[str]:
    """Values of the image are left alone: what they said is in the document already."""
    yield from ("run", f"{FOLDER}/{FILE}", "--root", ".", "--values", "/dev/null")
    yield from ("--runner", "local", "--runner-set", "output=stream")
    if config.workers is not None:
        yield from ("--workers", str(config.workers))


def _env(pipeline: Pipeline, config: CronJobConfig) -> list[Yaml]:
    found: list[Data] = [*run_variable(config.artifacts), {"name": "HOME", "value": "/tmp"}]
    found.append({"name": "PIPEGEN_HOME", "value": root(config.artifacts)})
    parameters, pods = Parameters(pipeline), task_configs(pipeline, config)
    own = prefixes(pipeline)
    foreign = frozenset[str]().union(*own.values())
    for task in pipeline.every_task:
        found += parameters.env(task, pods[task.name])
        found += pod.env_of({}, pods[task.name], own[task.name], foreign)  # type: ignore[arg-type]
    return list({str(one["name"]): one for one in found}.values())


def _most(pipeline: Pipeline) -> Resources | None:
    """The most of everything that any task asks for; tasks side by side share it."""
    asked = [task.options.resources for task in pipeline.every_task if task.options.resources is not None]
    if not asked:
        return None
    return Resources(
        _largest([one.cpu for one in asked]),
        _largest([one.memory for one in asked]),
        _largest([one.ephemeral_storage for one in asked]),
        max(one.gpu for one in asked),
    )


def _largest(given: list[str | None]) -> str | None:
    return max((one for one in given if one is not None), key=quantity, default=None)


def problems(pipeline: Pipeline, config: CronJobConfig) -> Iterator[Diagnostic]:
    """What one container cannot be."""
    if config.mode != "engine":
        if config.workers is not None:
            message = "cronjob.workers is for mode 'engine'; here tasks run one after the other"
            yield Diagnostic("PG551", message, None, "leave it out, or set cronjob.mode: engine")
        return
    images = {task.options.image: task for task in pipeline.every_task}
    if len(images) > 1:
        first, other, *_ = images.values()
        message = (
            f"tasks '{first.name}' and '{other.name}' have different images, but all run in one container"
        )
        yield Diagnostic("PG551", message, other.origin, "use one image, or leave cronjob.mode: engine out")
    for name in config.steps:
        message = f"cronjob.steps.{name} is for one step, but all tasks run in one container"
        hint = "set its keys for the whole pipeline, or leave cronjob.mode: engine out"
        yield Diagnostic("PG551", message, None, hint)
