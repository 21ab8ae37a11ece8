"""The templates of a workflow: one for each distinct kind of container."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from pipegen.backends.argo.artifacts import Artifacts
from pipegen.backends.argo.config import ArgoConfig, ArgoStepConfig
from pipegen.backends.argo.environment import Environment
from pipegen.backends.argo.pods import beside, template_fields
from pipegen.backends.argo.retrying import memoize, policy_words, retry_strategy, whole_timeout
from pipegen.backends.argo.shapes import Shape, TemplateOf, ports_of, slots_of
from pipegen.backends.kubernetes import pod
from pipegen.backends.kubernetes.patching import patched
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.json import compact
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline, Task
from pipegen.names import legal_names

READABLE = 60  # up to here every task gets a template of its own, named like it
METADATA = "pipegen.dev/metadata"

Parts = tuple[Data, Data, tuple[str, ...], str]


class Templates:
    """The templates of one pipeline, and the task each of them is called by."""

    def __init__(
        self,
        pipeline: Pipeline,
        config: ArgoConfig,
        pods: Mapping[str, ArgoStepConfig],
        base: ArgoStepConfig,
        names: Mapping[str, str],
        artifacts: Artifacts,
        environment: Environment,
    ) -> None:
        self.pipeline = pipeline
        self.config = config
        self.pods = pods
        self.base = base
        self.names = names
        self.artifacts = artifacts
        self.environment = environment
        self.everywhere = _everywhere(pods, base)
        self.memoized = frozenset(name for name, one in pods.items() if one.memoize is not None)
        self.parts: dict[tuple[object, ...], Parts] = {}
        self.readable = len(pipeline.every_task) <= READABLE
        self.by_task = self._grouped()

    def _grouped(self) -> dict[str, tuple[TemplateOf, Shape]]:
        groups: dict[tuple[object, ...], list[tuple[Task, Shape]]] = {}
        for task in self.pipeline.every_task:
            shape = self.shape(task)
            key = (task.name,) if self.readable else (shape.key, shape.ports, shape.optional, *shape.slots)
            groups.setdefault(key, []).append((task, shape))
        found: dict[str, tuple[TemplateOf, Shape]] = {}
        taken = {"main", "on-exit"}
        for members in groups.values():
            name = free_name(self._name(members), taken)
            template = TemplateOf(name, [shape for _, shape in members], self.artifacts)
            found |= {task.name: (template, shape) for task, shape in members}
        return {task.name: found[task.name] for task in self.pipeline.every_task}

    def _name(self, members: Sequence[tuple[Task, Shape]]) -> str:
        first, shape = members[0]
        if self.readable:
            return self.names[first.name]
        one_step = all(task.step == first.step for task, _ in members)
        return self.names_of_steps[first.step] if one_step else f"inputs-{len(shape.ports)}"

    @cached_property
    def names_of_steps(self) -> Mapping[str, str]:
        return legal_names(self.pipeline.steps, limit=50, fallback="step")

    def used(self, tasks: Sequence[Task]) -> list[TemplateOf]:
        """The templates of some tasks, each once, in the order in which tasks need them."""
        return list({id(self.by_task[task.name][0]): self.by_task[task.name][0] for task in tasks}.values())

    def call(self, task: Task) -> Data:
        """A task of a DAG, without what it waits for."""
        template, shape = self.by_task[task.name]
        found: Data = {"name": shape.task, "template": template.name, **template.arguments(shape)}
        config = self.pods[task.name]
        if config.hooks:
            found["hooks"] = dict(config.hooks)
        return patched(found, config.task_patch) if config.task_patch else found

    def data(self, template: TemplateOf) -> Data:
        """A template as Argo writes it, patched as values say."""
        return self._patched(template, template.data())

    def inline(self, template: TemplateOf) -> Data:
        """The same, to stand inside of a task."""
        return self._patched(template, template.inline())

    def _patched(self, template: TemplateOf, data: Data) -> Data:
        patch = self.pods[self._first[id(template)]].template_patch
        return patched(data, patch) if patch else data

    @cached_property
    def _first(self) -> dict[int, str]:
        """For each template, a task that uses it."""
        return {id(template): name for name, (template, _) in reversed(self.by_task.items())}

    def shape(self, task: Task) -> Shape:
        config, options = self.pods[task.name], task.options
        key = (task.step, id(options), id(config), self.environment.relevant(task, config))
        if key not in self.parts:
            body, container = dict(self._body(task)), dict(self._container(task))
            words = tuple(self._words(task))
            text = json.dumps([body, container, words, repr(config.template_patch)])
            self.parts[key] = body, container, words, text
        body, container, words, text = self.parts[key]
        return Shape(
            task=self.names[task.name],
            key=text,
            ports=ports_of(task, self.memoized),
            slots=slots_of(self.pipeline, task, self.names),
            body=body,
            container=container,
            words=words,
            optional=options.trigger != "all_success",
        )

    def _words(self, task: Task) -> Iterator[str]:
        """What the command carries because no field of Argo does."""
        mode = self.pipeline.mode_of(task)
        if mode != self.pipeline.steps[task.step].mode:
            yield from ("--mode", mode)
        yield from self.environment.words(task)
        yield from policy_words(task, self.config)

    def _container(self, task: Task) -> Iterator[tuple[str, Yaml]]:
        config, base = self.pods[task.name], self.base
        yield "image", task.options.image
        if config.pull_policy != base.pull_policy:
            yield "imagePullPolicy", config.pull_policy
        if config.command != base.command:
            yield "command", list(config.command or ("pipegen",))
        env = self.environment.data(task, config)
        if env:
            yield "env", env
        if config.env_from != base.env_from:
            yield "envFrom", pod.env_from_of(config.env_from)
        resources = pod.resources_of(task.options.resources, config)
        if resources:
            yield "resources", resources
        mounts = self._mounts(config)
        if mounts:
            yield "volumeMounts", [one.mount for one in mounts]
        if config.container_security != base.container_security:
            yield "securityContext", {**pod.CONTAINER_SECURITY, **config.container_security}

    def _mounts(self, config: ArgoStepConfig) -> list[pod.Volume]:
        """The volumes that not every template has."""
        return [
            pod.volume_of(name, one) for name, one in config.mounts.items() if name not in self.everywhere
        ]

    def _body(self, task: Task) -> Iterator[tuple[str, Yaml]]:
        config, options = self.pods[task.name], task.options
        metadata = dict(_metadata(task, config, self.base))
        if metadata:
            yield "metadata", metadata
        if task.name in self.memoized and not self.artifacts.on_volume:
            yield "outputs", {"artifacts": [self.artifacts.output()]}
        strategy = retry_strategy(task, config, self.config)
        if strategy:
            yield "retryStrategy", strategy
        if options.timeout is not None and whole_timeout(task, self.config):
            yield "activeDeadlineSeconds", whole_timeout(task, self.config)
        yield from template_fields(config, self.base)
        for key, value in (("sidecars", config.sidecars), ("initContainers", config.init_containers)):
            if value:
                yield key, beside(value)
        mounts = self._mounts(config)
        if mounts:
            yield "volumes", [one.volume() for one in mounts]
        for key, raw in (("synchronization", config.synchronization), ("metrics", config.metrics)):
            if raw:
                yield key, dict(raw)
        if config.archive_logs is not None:
            yield "archiveLocation", {"archiveLogs": config.archive_logs}
        if config.memoize is not None:
            yield "memoize", memoize(config.memoize)


def _metadata(task: Task, config: ArgoStepConfig, base: ArgoStepConfig) -> Iterator[tuple[str, Yaml]]:
    """Labels, and annotations beside those that every pod has; free data is JSON in one of them."""
    if task.options.labels:
        yield "labels", dict(task.options.labels)
    annotations: dict[str, Yaml] = {
        key: text for key, text in config.annotations.items() if base.annotations.get(key) != text
    }
    if task.options.metadata:
        # Braces of JSON itself never stand side by side before a value: two of them are in a text.
        annotations[METADATA] = compact(task.options.metadata).replace("{{", "{\\u007b")
    if annotations:
        yield "annotations", annotations


def _everywhere(pods: Mapping[str, ArgoStepConfig], base: ArgoStepConfig) -> dict[str, pod.Volume]:
    """The volumes that every template has, and all alike: Argo would mix two sources of one name."""
    different = {id(one): one for one in pods.values()}.values()
    return {
        name: pod.volume_of(name, mount)
        for name, mount in base.mounts.items()
        if all(one.mounts.get(name) == mount for one in different)
    }


def free_name(name: str, taken: set[str]) -> str:
    """The name, or one with a number behind it."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(found)
    return found
