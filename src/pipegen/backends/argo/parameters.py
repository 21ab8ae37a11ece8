"""The parameters of a pipeline as parameters of the workflow, which a run may set: `argo submit -p limit=5`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from pipegen.backends.argo.config import ArgoStepConfig
from pipegen.backends.command import exposed_settings, parameter_text
from pipegen.backends.kubernetes.pod import Data
from pipegen.backends.kubernetes.variables import forms
from pipegen.emit.yaml import Yaml
from pipegen.errors import Diagnostic
from pipegen.ir import Json, Parameter, Pipeline, Setting, Task
from pipegen.parameters import parameter_variables
from pipegen.runtime.environment import variables


class Parameters:
    """The parameters of one pipeline; each reaches its tasks in a variable of its own."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.exposed = exposed_settings(pipeline) if pipeline.parameters else {}
        self.variables = parameter_variables(pipeline)
        self.steps = {task.name: pipeline.steps[task.step] for task in pipeline.every_task}
        self.tasks = {task.name: task for task in pipeline.every_task}

    def data(self) -> list[Yaml]:
        """What stands under `arguments.parameters`."""
        return [self._one(one) for one in self.pipeline.parameters]

    def _one(self, one: Parameter) -> Data:
        found: Data = {"name": one.name}
        text = self.texts[one.name]
        if text is not None:
            found["value"] = text
        if one.choices:
            found["enum"] = [parameter_text(choice) for choice in one.choices]
        if one.description:
            found["description"] = one.description
        return found

    @cached_property
    def texts(self) -> Mapping[str, str | None]:
        """The value of each in a run that does not set it; None when there is none."""
        return {one.name: self._text(one) for one in self.pipeline.parameters}

    def _text(self, one: Parameter) -> str | None:
        given = [text for text in self._from_values(one) if text is not None]
        if given:
            return given[0]
        if one.has_default:
            return _as_text(one.default)
        defaults = {_as_text(setting.default) for setting in self._settings(one) if not setting.required}
        return defaults.pop() if len(defaults) == 1 else None

    def _from_values(self, one: Parameter) -> Iterator[str | None]:
        """What values say about each setting that a parameter sets: weaker than the run, stronger than the code."""
        for task, field in one.targets:
            env = self.tasks[task].options.env
            found = [variable for variable in variables(self.steps[task], task) if variable.field == field]
            names = [name for each in found for name in (each.name, each.alternative) if name in env]
            yield env[names[-1]] if names else None

    def _differ(self, one: Parameter) -> bool:
        """Whether a run that does not set a parameter would need more than one text for it."""
        default = _as_text(one.default) if one.has_default else None
        given = set(self._from_values(one))
        return given != {None} and len({default if text is None else text for text in given}) > 1

    def _never_read(self, one: Parameter, pods: Mapping[str, ArgoStepConfig]) -> Iterator[Diagnostic]:
        """What the cluster gives to a setting, although the parameter's text, which is always there, wins."""
        for task, field in one.targets:
            pod = pods[task]
            given = {*pod.secrets, *pod.config}.union(*(each.provides for each in pod.env_from))
            for variable in variables(self.steps[task], task):
                own = (
                    given.intersection(forms(variable))
                    if f"{variable.field}.".startswith(f"{field}.")
                    else ()
                )
                for name in sorted(own):
                    message = (
                        f"task '{task}' would never read '{name}' of the cluster: parameter '{one.name}', "
                        "which every run has, sets the same"
                    )
                    hint = f"give '{name}' to other tasks only, under argo.steps, or take the parameter out"
                    yield Diagnostic("PG534", message, one.origin, hint)

    def _settings(self, one: Parameter) -> Iterator[Setting]:
        for task, field in one.targets:
            yield from (setting for setting in self.steps[task].settings if setting.name == field)

    def env(self, task: Task) -> Iterator[Yaml]:
        """The variables that concern a task."""
        names = {variable: name for name, variable in self.variables.items()}
        for variable in dict.fromkeys(one.variable for one in self.exposed.get(task.name, ())):
            yield {"name": variable, "value": f"{{{{workflow.parameters.{names[variable]}}}}}"}

    def words(self, task: Task) -> Iterator[str]:
        for one in self.exposed.get(task.name, ()):
            yield from ("--param", f"{one.field}={one.variable}")

    def problems(self, needs_defaults: bool, pods: Mapping[str, ArgoStepConfig]) -> Iterator[Diagnostic]:
        """What Argo cannot hand on as it was meant."""
        for one in self.pipeline.parameters:
            if re.fullmatch(r"[-A-Za-z0-9_]+", one.name) is None:
                message = (
                    f"'{one.name}' is no name for a workflow's parameter: letters, digits, '-' and '_' only"
                )
                yield Diagnostic("PG534", message, one.origin, "give it another name")
            yield from self._filled_in(one)
            yield from self._never_read(one, pods)
            if self._differ(one):
                message = f"values give different texts for the settings that parameter '{one.name}' sets"
                yield Diagnostic("PG534", message, one.origin, "give one, or expose two parameters")
            text = self.texts[one.name]
            if text is None and needs_defaults:
                hint = f"give it one: Parameter('{one.name}', ..., default=...)"
                message = f"parameter '{one.name}' has no default, and a schedule cannot set it"
                yield Diagnostic("PG534", message, one.origin, hint)
            elif text == "" and not self._reads_nothing(one):
                message = f"the default of parameter '{one.name}' is None, which no text of a workflow says"
                yield Diagnostic("PG534", message, one.origin, "give it another default")
            elif one.choices and text is not None and text not in map(parameter_text, one.choices):
                message = f"'{text}', which values give to parameter '{one.name}', is none of its choices"
                yield Diagnostic("PG534", message, one.origin, "give one of the choices")

    def _filled_in(self, one: Parameter) -> Iterator[Diagnostic]:
        texts = {
            "default": self.texts[one.name] or "",
            "description": one.description,
            "choices": " ".join(map(parameter_text, one.choices)),
        }
        for what, text in texts.items():
            if "{{" in text:
                message = f"the {what} of parameter '{one.name}' holds '{{{{', which Argo would fill in"
                yield Diagnostic("PG533", message, one.origin, "write it without two braces in a row")
            if what != "description" and ("$(" in text or "$$" in text):
                message = (
                    f"the {what} of parameter '{one.name}' holds '$(' or '$$', which Kubernetes would fill in"
                )
                yield Diagnostic("PG533", message, one.origin, "write it without them")

    def _reads_nothing(self, one: Parameter) -> bool:
        """Whether an empty text means what the default does: None where there is no text, or the empty text."""
        if one.has_default and one.default == "":
            return True
        return not any("str" in setting.type or "Any" in setting.type for setting in self._settings(one))


def _as_text(default: Json) -> str:
    return "" if default is None else parameter_text(default)
