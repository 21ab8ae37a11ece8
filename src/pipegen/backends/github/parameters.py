"""The parameters of a pipeline as inputs of whoever starts the workflow by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import NamedTuple

from pipegen.backends.command import exposed_settings, parameter_text
from pipegen.backends.github.config import GithubStepConfig
from pipegen.backends.github.expressions import has_expression, shown
from pipegen.backends.github.literals import literals
from pipegen.emit.yaml import Yaml
from pipegen.ir import Json, Parameter, Pipeline, Task
from pipegen.names import legal_names
from pipegen.parameters import parameter_variables, sets_secret
from pipegen.runtime.environment import Variable, variables

LONGEST = 1000  # characters of a default that a form shows
INPUTS = 25  # of a form
_TEXTS = ("str", "pathlib.Path")
_AS_JSON = ("list[", "dict[", "tuple[", "set[")


class Given(NamedTuple):
    """A variable of a job, what it is filled from, and whether an empty text that somebody gave is a text."""

    variable: str
    source: str
    may_be_empty: bool = False


def forms(one: Variable) -> Iterator[str]:
    """Every variable that may carry a setting: its own, and those of the models that it is a part of."""
    for name in filter(None, (one.name, one.alternative)):
        parts = name.split("__")
        for end in range(len(parts), 1, -1):
            yield "__".join(parts[:end])


class Parameters:
    """The parameters of one pipeline; each reaches its tasks in a variable of its own."""

    def __init__(self, pipeline: Pipeline, configs: Mapping[str, GithubStepConfig]) -> None:
        self.pipeline = pipeline
        self.configs = configs
        self.exposed = exposed_settings(pipeline) if pipeline.parameters else {}
        self.variables = parameter_variables(pipeline)
        self.steps = {task.name: pipeline.steps[task.step] for task in pipeline.every_task}
        self.tasks = {task.name: task for task in pipeline.every_task}
        self.secret = {one.name for one in pipeline.parameters if sets_secret(pipeline, one)}
        self.inputs = legal_names(
            (one.name for one in pipeline.parameters), limit=100, allowed="A-Za-z0-9_", first="A-Za-z_",
            joiner="-", cased=False, fallback="input",
        )  # fmt: skip
        shown = self.open()
        fit = len(shown) if len(shown) <= INPUTS else INPUTS - 1
        self.own, self.more = shown[:fit], {one.name: one for one in shown[fit:]}
        taken = {self.inputs[one.name].lower() for one in self.own}
        self.rest = next(name for n in count() if (name := f"more{'_' * n}") not in taken)
        self.of_variable = {self.variables[one.name]: one for one in pipeline.parameters}

    def open(self) -> list[Parameter]:
        """Those that a form may show; a secret is read from GitHub's secrets instead."""
        return [one for one in self.pipeline.parameters if one.name not in self.secret]

    def data(self) -> dict[str, Yaml]:
        """What stands under `workflow_dispatch.inputs`."""
        found: dict[str, Yaml] = {self.inputs[one.name]: dict(self._input(one)) for one in self.own}
        return {**found, self.rest: dict(self._rest())} if self.more else found

    def _rest(self) -> Iterator[tuple[str, Yaml]]:
        """The input for what is more than a form takes."""
        yield "description", shown(f"A JSON object of more parameters: {', '.join(self.more)}"[:LONGEST])
        yield "type", "string"
        if any(map(self.is_needed, self.more.values())):
            yield "required", True

    def _input(self, one: Parameter) -> Iterator[tuple[str, Yaml]]:
        stated, kind = self._stated(one), self._kind(one)
        words = " ".join(one.description.split())
        choices = ", ".join(self._choices(one)) if kind != "choice" else ""
        about = "; ".join(filter(None, (words.rstrip("."), choices and f"one of {choices}")))
        if about:
            yield "description", shown(about[:LONGEST])
        yield "type", kind
        if self.is_needed(one):
            yield "required", True
        if stated:
            yield "default", one.default if kind in ("boolean", "number") else parameter_text(one.default)
        if kind == "choice":
            yield "options", list(self._choices(one))

    def _choices(self, one: Parameter) -> tuple[str, ...]:
        """What it may be: as it says itself, or else as the settings do that it sets."""
        if one.choices:
            return tuple(map(parameter_text, one.choices))
        each = {literals(kind) for kind in self._types(one)}
        return each.pop() if len(each) == 1 else ()

    def _kind(self, one: Parameter) -> str:
        """A form's own kinds always send something, so they are for what has a value to begin with."""
        if texts := self._choices(one):
            fit = all(text.strip() and "\n" not in text and not has_expression(text) for text in texts)
            return "choice" if fit and (self._stated(one) or self.is_needed(one)) else "string"
        types = set(self._types(one))
        if types == {"bool"} and self._stated(one):
            return "boolean"
        return "number" if types and types <= {"int", "float"} else "string"

    def _stated(self, one: Parameter) -> bool:
        """Whether the form may begin with the default: what it sends wins over what the setting is given."""
        if not one.has_default or not all(_reads_the_same(one.default, kind) for kind in self._types(one)):
            return False
        text = parameter_text(one.default)
        fits = (
            not has_expression(text) and text.isprintable() and len(text) <= LONGEST and text == text.strip()
        )
        in_choices = not one.choices or one.default in one.choices
        return fits and in_choices and not any(self._is_given(*target) for target in one.targets)

    def _types(self, one: Parameter) -> list[str]:
        found = [
            next((each.type for each in self.steps[task].settings if each.name == field), "Any")
            for task, field in one.targets
        ]
        return [kind.removesuffix(" | None") for kind in found]

    def _is_given(self, task: str, field: str) -> bool:
        """Whether a field, or a part of it, may have a variable of its own in the job."""
        config = self.configs[task]
        given = {*self.tasks[task].options.env, *config.secrets, *config.variables}
        return any(
            not given.isdisjoint(forms(one))
            for one in variables(self.steps[task], task)
            if f"{one.field}.".startswith(f"{field}.")
        )

    def is_needed(self, one: Parameter) -> bool:
        """Whether a run has to set it, since nothing else sets a setting that must have a value."""
        return not one.has_default and any(self.lacks(task, field) for task, field in one.targets)

    def lacks(self, task: str, field: str) -> bool:
        """Whether a required setting behind a field of a task comes from nowhere else."""
        config = self.configs[task]
        given = {*self.tasks[task].options.env, *config.secrets, *config.variables}
        return any(
            one.required and f"{one.field}.".startswith(f"{field}.") and given.isdisjoint(forms(one))
            for one in variables(self.steps[task], task)
        )

    def of(self, task: Task) -> Iterator[Given]:
        """What a job reads for the parameters of its task."""
        for variable in dict.fromkeys(one.variable for one in self.exposed.get(task.name, ())):
            yield self.given(self.of_variable[variable])

    def given(self, one: Parameter) -> Given:
        variable = self.variables[one.name]
        if one.name in self.secret:
            return Given(variable, f"secrets.{variable}")
        if one.name in self.more:
            return Given(variable, self._from_more(one))
        is_text = all(kind in _TEXTS or literals(kind) for kind in self._types(one))
        return Given(variable, f"github.event.inputs.{self.inputs[one.name]}", is_text and self._stated(one))

    def _from_more(self, one: Parameter) -> str:
        quoted = one.name.replace("'", "''")
        value = f"fromJSON(github.event.inputs.{self.rest} || '{{}}')['{quoted}']"
        is_json = any(kind.startswith(_AS_JSON) for kind in self._types(one))
        return f"{value} && toJSON({value})" if is_json else value


def _reads_the_same(default: Json, kind: str) -> bool:
    """Whether the default as a form's text means what it means as JSON; for a union it might not."""
    if isinstance(default, str):
        return kind in _TEXTS or default in literals(kind)
    if isinstance(default, bool):
        return kind == "bool"
    if isinstance(default, int | float):
        return kind in ("int", "float")
    return default is not None and kind.startswith(("list[", "dict[")) and "|" not in kind
