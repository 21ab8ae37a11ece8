"""The templates of a workflow: one for each distinct kind of container."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from pipegen.backends.argo.artifacts import Artifacts
from pipegen.backends.argo.config import ArgoConfig, ArgoStepConfig
from pipegen.backends.argo.shapes import Shape, TemplateOf, ports_of, slots_of
from pipegen.backends.command import parameter_text
from pipegen.backends.kubernetes import pod
from pipegen.backends.kubernetes.pod import Data
from pipegen.backends.kubernetes.variables import prefixes
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline, Task
from pipegen.runtime.environment import variable_name
from pipegen.units import seconds

READABLE = 60  # up to here every task gets a template of its own, named like it
SPEC_LEVEL = {"tolerations", "node_selector", "affinity", "scheduler", "host_aliases", "dns_policy", "dns_config",
              "priority_class", "pull_secrets"}  # fmt: skip
_NATIVE = {"nodeSelector", "tolerations", "affinity", "priorityClassName", "schedulerName", "hostAliases"}


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
    ) -> None:
        self.pipeline = pipeline
        self.config = config
        self.pods = pods
        self.base = base
        self.names = names
        self.artifacts = artifacts
        self.prefixes = prefixes(pipeline)
        self.all_prefixes = frozenset().union(*self.prefixes.values()) if self.prefixes else frozenset()
        self.parts: dict[tuple[object, ...], tuple[Data, Data, str]] = {}
        self.by_task = self._grouped()

    def _grouped(self) -> dict[str, tuple[TemplateOf, Shape]]:
        tasks = self.pipeline.every_task
        readable = len(tasks) <= READABLE
        groups: dict[tuple[object, ...], list[tuple[Task, Shape]]] = {}
        for task in tasks:
            shape = self.shape(task)
            key = (task.name,) if readable else (shape.key, shape.ports, tuple(shape.slots))
            groups.setdefault(key, []).append((task, shape))
        found: dict[str, tuple[TemplateOf, Shape]] = {}
        taken = {"main", "on-exit"}
        for members in groups.values():
            name = _free_name(self._name(members, readable), taken)
            template = TemplateOf(name, [shape for _, shape in members], self.artifacts)
            found |= {task.name: (template, shape) for task, shape in members}
        return found

    def _name(self, members: Sequence[tuple[Task, Shape]], readable: bool) -> str:
        first = members[0][0]
        if readable:
            return self.names[first.name]
        one_step = all(task.step == first.step for task, _ in members)
        return first.step[:50] if one_step else f"inputs-{len(members[0][1].ports)}"

    def data(self) -> Iterator[Yaml]:
        """The templates, in the order in which tasks need them."""
        seen: set[str] = set()
        for template, _ in self.by_task.values():
            if template.name not in seen:
                seen.add(template.name)
                yield template.data()

    def shape(self, task: Task) -> Shape:
        key = (task.step, id(task.options), id(self.pods[task.name]), self._own_prefix(task))
        if key not in self.parts:
            body, container = dict(self._body(task)), dict(self._container(task))
            self.parts[key] = body, container, json.dumps([body, container])
        body, container, text = self.parts[key]
        return Shape(
            task=self.names[task.name],
            key=text,
            ports=ports_of(task),
            slots=slots_of(self.pipeline, task, self.names),
            body=body,
            container=container,
            optional=task.options.trigger != "all_success",
        )

    def _own_prefix(self, task: Task) -> object:
        """What makes the environment of a task differ from that of another of its step."""
        exposed = any(name == task.name for one in self.pipeline.parameters for name, _ in one.targets)
        return task.name if exposed or task.options.env or self.config.secrets or self.config.config else None

    def _container(self, task: Task) -> Iterator[tuple[str, Yaml]]:
        config = self.pods[task.name]
        yield "image", task.options.image
        if config.pull_policy is not None:
            yield "imagePullPolicy", config.pull_policy
        if config.command != self.base.command:
            yield "command", list(config.command or ("pipegen",))
        env = [*self._parameters(task), *self._env(task, config)]
        if env:
            yield "env", env
        if config.env_from:
            yield "envFrom", pod.env_from_of(config.env_from)
        resources = pod.resources_of(task.options.resources, config)
        if resources:
            yield "resources", resources
        if config.mounts:
            yield "volumeMounts", [pod.volume_of(name, one).mount for name, one in config.mounts.items()]
        if config.container_security:
            yield "securityContext", {**pod.CONTAINER_SECURITY, **config.container_security}

    def _env(self, task: Task, config: ArgoStepConfig) -> list[Yaml]:
        own = self.prefixes[task.name]
        return pod.env_of(task.options.env, config, own, self.all_prefixes)

    def _parameters(self, task: Task) -> Iterator[Yaml]:
        """The settings that the pipeline exposes: set by the workflow's parameters."""
        for one in self.pipeline.parameters:
            for name, field in one.targets:
                if name == task.name:
                    variable = variable_name(self.pipeline.steps[task.step].prefix, field)
                    yield {"name": variable, "value": f"{{{{workflow.parameters.{one.name}}}}}"}

    def _body(self, task: Task) -> Iterator[tuple[str, Yaml]]:
        config, options = self.pods[task.name], task.options
        metadata: Data = {}
        if options.labels:
            metadata["labels"] = dict(options.labels)
        if config.annotations != self.base.annotations:
            metadata["annotations"] = dict(config.annotations)
        if metadata:
            yield "metadata", metadata
        if options.retry is not None and options.retry.limit > 0:
            yield "retryStrategy", self._retry(task, config)
        if options.timeout is not None:
            yield "activeDeadlineSeconds", "<seconds>"
        yield from self._scheduling(config)
        for key, value in (("sidecars", config.sidecars), ("initContainers", config.init_containers)):
            if value:
                yield key, list(value)
        if config.mounts:
            yield "volumes", [pod.volume_of(name, one).volume() for name, one in config.mounts.items()]
        for key, raw in (("synchronization", config.synchronization), ("metrics", config.metrics)):
            if raw:
                yield key, dict(raw)
        if config.memoize is not None:
            memoize = config.memoize
            age: Data = {"maxAge": memoize.max_age} if memoize.max_age else {}
            yield "memoize", {"key": memoize.key, **age, "cache": {"configMap": {"name": memoize.cache}}}
        yield from config.template_patch.items()

    def _retry(self, task: Task, config: ArgoStepConfig) -> Data:
        retry = task.options.retry
        assert retry is not None
        found: Data = {"limit": "<retries>", "retryPolicy": config.retry_policy or self.config.retry_policy}
        if seconds(retry.backoff) > 0:
            backoff: Data = {"duration": retry.backoff, "factor": f"{retry.factor:g}"}
            if retry.max_backoff is not None:
                backoff["cap"] = retry.max_backoff
            found["backoff"] = backoff
        return found

    def _scheduling(self, config: ArgoStepConfig) -> Iterator[tuple[str, Yaml]]:
        """What differs from the whole pipeline; what a template has no field for goes into its patch."""
        changed = {
            one.name: getattr(config, one.name)
            for one in fields(config)
            if one.name not in SPEC_LEVEL or getattr(config, one.name) != getattr(self.base, one.name)
        }
        scheduling = dict(pod.scheduling_of(ArgoStepConfig(**changed)))
        yield from ((key, value) for key, value in scheduling.items() if key in _NATIVE)
        if config.pod_security:
            yield "securityContext", {**pod.POD_SECURITY, **config.pod_security}
        patch = {key: value for key, value in scheduling.items() if key not in _NATIVE} | dict(config.patch)
        if patch:
            yield "podSpecPatch", json.dumps(patch)


def _free_name(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(found)
    return found


def parameters_of(pipeline: Pipeline) -> list[Yaml]:
    """The workflow's own parameters."""
    found: list[Yaml] = []
    for one in pipeline.parameters:
        data: Data = {"name": one.name}
        if one.has_default:
            data["value"] = parameter_text(one.default)
        if one.choices:
            data["enum"] = [parameter_text(choice) for choice in one.choices]
        if one.description:
            data["description"] = one.description
        found.append(data)
    return found
