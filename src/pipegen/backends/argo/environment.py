"""The variables of one task's container: those that Kubernetes carries, and those that the command must."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import cast

from pipegen.backends.argo.config import ArgoStepConfig
from pipegen.backends.argo.parameters import Parameters
from pipegen.backends.kubernetes import pod
from pipegen.backends.kubernetes.config import KeyRef
from pipegen.backends.kubernetes.variables import prefixes
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline, Task
from pipegen.runtime.words import encoded


class Environment:
    """The variables of a pipeline's containers, task by task."""

    def __init__(self, pipeline: Pipeline, parameters: Parameters) -> None:
        self.parameters = parameters
        self.prefixes = prefixes(pipeline)
        self.every = frozenset[str]().union(*self.prefixes.values())
        self.named: dict[tuple[int, int], frozenset[str]] = {}

    def relevant(self, task: Task, config: ArgoStepConfig) -> object:
        """What makes the variables of a task differ from those of another with the same step and config."""
        key = (id(task.options), id(config))
        if key not in self.named:
            names = (*task.options.env, *config.secrets, *config.config)
            self.named[key] = frozenset(start for name in names for start in starts(name))
        return self.prefixes[task.name] & self.named[key], task.name in self.parameters.exposed and task.name

    def data(self, task: Task, config: ArgoStepConfig) -> list[Yaml]:
        """What stands under `env`."""
        carried = {name for name, _ in self._filled_in(task)}
        own = self.prefixes[task.name]
        values = {name: text for name, text in task.options.env.items() if name not in carried}
        free = replace(
            config, secrets=_without(config.secrets, carried), config=_without(config.config, carried)
        )
        return [*self.parameters.env(task), *pod.env_of(values, free, own, self.every)]

    def words(self, task: Task) -> Iterator[str]:
        """What Argo would fill in goes into the command, where it can be escaped."""
        for name, text in self._filled_in(task):
            yield from ("--env", encoded(f"{name}={text}"))
        yield from self.parameters.words(task)

    def _filled_in(self, task: Task) -> list[tuple[str, str]]:
        """The variables that concern a task and in which Argo finds something to replace."""
        own = self.prefixes[task.name]
        mine = pod.env_of(task.options.env, ArgoStepConfig(), own, self.every) if task.options.env else []
        names = [str(one["name"]) for one in cast(list[dict[str, Yaml]], mine)]
        return [(name, task.options.env[name]) for name in names if "{{" in task.options.env[name]]


def _without(names: Mapping[str, KeyRef], taken: Collection[str]) -> dict[str, KeyRef]:
    return {name: ref for name, ref in names.items() if name not in taken}


def starts(name: str) -> Iterator[str]:
    """Every prefix that a variable's name may have."""
    return (name[:end] for end in range(len(name)) if name.startswith("__", end))
