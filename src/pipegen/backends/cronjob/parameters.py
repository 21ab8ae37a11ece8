"""The pipeline's parameters as variables of containers, in the open where whoever starts a run can change them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipegen.backends.command import Exposure, exposed_settings, parameter_text
from pipegen.backends.cronjob.config import CronJobStepConfig
from pipegen.backends.kubernetes.pod import Data, plain
from pipegen.backends.kubernetes.variables import forms
from pipegen.ir import Json, Parameter, Pipeline, Task
from pipegen.parameters import parameter_variables
from pipegen.runtime.environment import variables


class Parameters:
    """The parameters of one pipeline."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.exposed = exposed_settings(pipeline)
        self.variables = parameter_variables(pipeline)
        self.plain = {
            self.variables[one.name]: parameter_text(one.default)
            for one in pipeline.parameters
            if one.has_default and _reads_the_same(one, pipeline)
        }

    def exposures(self, task: Task, config: CronJobStepConfig) -> list[Exposure]:
        """The settings that `exec` reads from parameters; a default in a variable is not given again."""
        stated = self._stated(task, config)
        return [
            one._replace(default=None) if one.variable in stated else one
            for one in self.exposed.get(task.name, ())
        ]

    def env(self, task: Task, config: CronJobStepConfig) -> Iterator[Data]:
        """The variables with their defaults that concern a task."""
        for name, text in self._stated(task, config).items():
            yield {"name": name, "value": plain(text)}

    def _stated(self, task: Task, config: CronJobStepConfig) -> Mapping[str, str]:
        """The defaults that may stand as variables: there, they win over what the setting is given."""
        exposed = self.exposed.get(task.name, ())
        hidden = {one.variable for one in exposed if self._is_given(task, one.field, config)}
        return {
            one.variable: self.plain[one.variable]
            for one in exposed
            if one.variable in self.plain and one.variable not in hidden
        }

    def _is_given(self, task: Task, field: str, config: CronJobStepConfig) -> bool:
        """Whether a field, or a part of it, may have a variable of its own in the container."""
        given = {*task.options.env, *config.secrets, *config.config}
        return bool(config.env_from) or any(
            not given.isdisjoint(forms(one))
            for one in variables(self.pipeline.steps[task.step], task.name)
            if f"{one.field}.".startswith(f"{field}.")
        )

    def of_others(self, task: Task) -> frozenset[str]:
        """The variables of parameters that set nothing in this task."""
        own = {one.variable for one in self.exposed.get(task.name, ())}
        return frozenset(self.variables.values()) - own

    def described(self) -> Iterator[str]:
        """A line about each, for people."""
        for one in self.pipeline.parameters:
            choices = ", ".join(map(parameter_text, one.choices))
            words = " ".join(one.description.split())
            about = "; ".join(filter(None, (words.rstrip("."), choices and f"one of {choices}")))
            yield f"{self.variables[one.name]}: {about}" if about else self.variables[one.name]


def _reads_the_same(parameter: Parameter, pipeline: Pipeline) -> bool:
    """Whether the default as a variable's text means what it means as JSON; for a union it might not."""
    steps = {task.name: pipeline.steps[task.step] for task in pipeline.every_task}
    types = [
        next((one.type for one in steps[task].settings if one.name == field), "Any")
        for task, field in parameter.targets
    ]
    known = [kind.removesuffix(" | None") for kind in types]
    return all(_is_plain(parameter.default, kind) for kind in known)


def _is_plain(default: Json, kind: str) -> bool:
    if isinstance(default, str):
        return kind in ("str", "pathlib.Path") or (kind.startswith("Literal[") and "|" not in kind)
    if isinstance(default, bool):
        return kind == "bool"
    if isinstance(default, int | float):
        return kind in ("int", "float")
    return default is not None and kind.startswith(("list[", "dict[")) and "|" not in kind
