"""The pipeline's parameters as variables of containers, in the open where whoever starts a run can change them."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.backends.command import Exposure, exposed_settings, parameter_text, parameter_variables
from pipegen.backends.kubernetes.pod import Data, plain
from pipegen.ir import Json, Parameter, Pipeline, Task


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

    def exposures(self, task: Task) -> list[Exposure]:
        """The settings that `exec` reads from parameters; a default in a variable is not given again."""
        return [
            one._replace(default=None) if one.variable in self.plain else one
            for one in self.exposed.get(task.name, ())
        ]

    def env(self, task: Task) -> Iterator[Data]:
        """The variables with their defaults that concern a task."""
        for name in dict.fromkeys(one.variable for one in self.exposed.get(task.name, ())):
            if name in self.plain:
                yield {"name": name, "value": plain(self.plain[name])}

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
