"""The container of each task, and those that values put before and beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from pipegen.backends.command import exec_words
from pipegen.backends.cronjob.config import CronJobConfig, CronJobStepConfig
from pipegen.backends.cronjob.parameters import Parameters
from pipegen.backends.cronjob.volumes import Volumes, root, run_variable
from pipegen.backends.kubernetes import pod
from pipegen.backends.kubernetes.config import Raw
from pipegen.backends.kubernetes.merging import pod_configs, shared
from pipegen.backends.kubernetes.patching import Patch
from pipegen.backends.kubernetes.pod import Data
from pipegen.backends.kubernetes.secrets import with_secrets
from pipegen.backends.kubernetes.variables import prefixes
from pipegen.emit.yaml import Yaml
from pipegen.errors import Diagnostic, refuse
from pipegen.ir import Pipeline, Task
from pipegen.names import folder_names, legal_names

_RAW_SECURITY = {
    key: value for key, value in pod.CONTAINER_SECURITY.items() if key != "readOnlyRootFilesystem"
}


def container_names(pipeline: Pipeline) -> dict[str, str]:
    """What the container of each task is called."""
    return legal_names((task.name for task in pipeline.tasks), limit=63, first="a-z0-9")


def task_configs(pipeline: Pipeline, config: CronJobConfig) -> Mapping[str, CronJobStepConfig]:
    """The config of every task's container, with its secrets."""
    return with_secrets(pipeline, config, said_configs(pipeline, config))


def said_configs(pipeline: Pipeline, config: CronJobConfig) -> Mapping[str, CronJobStepConfig]:
    """What values say about every task's container; what is said once for the whole pod is not repeated in it."""
    base = replace(CronJobStepConfig(**shared(config)), init_containers=(), sidecars=())
    return pod_configs(config, pipeline, base)


def said_for(task: Task, config: CronJobConfig) -> Iterator[CronJobStepConfig]:
    """What values say about a task alone: first for its step, then for itself."""
    for name in dict.fromkeys((task.step, task.name)):
        if name in config.steps:
            yield config.steps[name]


def raw_container(container: Raw) -> Data:
    """A container from values, which passes the `restricted` standard unless it says otherwise."""
    given = container.get("securityContext")
    own: Mapping[str, Yaml] = given if isinstance(given, Mapping) else {}
    return {**container, "securityContext": {**_RAW_SECURITY, **own}}


def sidecar(container: Raw) -> Data:
    """A sidecar: an init container that stays, so that it is there for every task and ends with the last."""
    return {**raw_container(container), "restartPolicy": container.get("restartPolicy", "Always")}


class Containers:
    """The containers of one pod."""

    def __init__(self, pipeline: Pipeline, config: CronJobConfig, volumes: Volumes) -> None:
        self.pipeline = pipeline
        self.config = config
        self.volumes = volumes
        self.pods = task_configs(pipeline, config)
        self.names = container_names(pipeline)
        self.folders = folder_names(task.name for task in pipeline.tasks)
        self.root = root(config.artifacts)
        self.parameters = Parameters(pipeline)
        self.prefixes = prefixes(pipeline)
        self.every_prefix = frozenset[str]().union(*self.prefixes.values())

    def before(self, task: Task) -> Iterator[Data]:
        """The containers that values put before a single task's."""
        for said in said_for(task, self.config):
            yield from map(raw_container, said.init_containers)

    def patches(self, task: Task) -> Iterator[Patch]:
        """The patches over a task's container, the strongest last."""
        yield self.config.container_patch
        yield from (said.container_patch for said in said_for(task, self.config))

    def of(self, task: Task) -> Data:
        """The container of a task, before patches."""
        return dict(self._fields(task, self.pods[task.name]))

    def _fields(self, task: Task, config: CronJobStepConfig) -> Iterator[tuple[str, Yaml]]:
        yield "name", self.names[task.name]
        yield "image", task.options.image
        if config.pull_policy is not None:
            yield "imagePullPolicy", config.pull_policy
        yield "command", [pod.plain(word) for word in config.command or ("pipegen",)]
        yield "args", list(self._arguments(task))
        yield "env", self._env(task, config)
        if config.env_from:
            yield "envFrom", pod.env_from_of(config.env_from)
        resources = pod.resources_of(task.options.resources, config)
        if resources:
            yield "resources", resources
        yield "volumeMounts", self.volumes.mounts(config)
        yield "securityContext", {**pod.CONTAINER_SECURITY, **config.container_security}

    def _arguments(self, task: Task) -> Iterator[Yaml]:
        """The words of `pipegen exec`; only in a folder is there something for Kubernetes to fill in."""
        exposed = {task.name: self.parameters.exposures(task, self.pods[task.name])}
        words = exec_words(self.pipeline, task, self._folder, self._folder(task.name), exposed=exposed)
        flag = ""
        for word in words:
            yield word if flag in ("--in", "--out") else pod.plain(_without_null(word, "the command", task))
            flag = word

    def _folder(self, task: str) -> str:
        return f"{self.root}/{self.folders[task]}"

    def _env(self, task: Task, config: CronJobStepConfig) -> list[Yaml]:
        own = self.prefixes[task.name]
        values = {
            name: _without_null(text, f"variable '{name}'", task) for name, text in task.options.env.items()
        }
        given = pod.env_of(values, config, own, self.every_prefix)
        others = self.parameters.of_others(task)
        env: list[Data] = [*run_variable(self.config.artifacts), {"name": "HOME", "value": "/tmp"}]
        env += [*self.parameters.env(task, config), *cast(list[Data], given)]
        named = {str(one["name"]): one for one in env}  # what is said later is stronger
        return [one for name, one in named.items() if name not in others]


def _without_null(text: str, what: str, task: Task) -> str:
    if "\0" in text:
        message = f"there is a null character in {what} of task '{task.name}'"
        refuse([Diagnostic("PG505", message, task.origin, "no process can be given one; take it out")])
    return text
