"""The parameters of a pipeline as params of the DAG, which a run may set, and how they reach the tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from pipegen.backends.airflow.config import AirflowConfig, AirflowStepConfig
from pipegen.backends.airflow.layout import Call
from pipegen.backends.airflow.literal import quoted
from pipegen.backends.command import Exposure, exposed_settings
from pipegen.backends.kubernetes.variables import forms
from pipegen.ir import Json, Parameter, Pipeline, Setting, Task
from pipegen.parameters import parameter_variables
from pipegen.runtime.environment import Variable, variables

_TYPES = {"int": "integer", "float": "number", "bool": "boolean", "str": "string"}


class Params:
    """The parameters of one pipeline."""

    def __init__(
        self, pipeline: Pipeline, config: AirflowConfig, steps: Mapping[str, AirflowStepConfig]
    ) -> None:
        self.pipeline, self.config, self.steps = pipeline, config, steps
        self.exposed = exposed_settings(pipeline) if pipeline.parameters else {}
        self.variables = parameter_variables(pipeline)
        self.names = {variable: name for name, variable in self.variables.items()}
        self.tasks = {task.name: task for task in pipeline.every_task} if pipeline.parameters else {}

    @cached_property
    def kinds(self) -> Mapping[str, set[str]]:
        """The JSON Schema types of the settings that each parameter sets."""
        return {
            one.name: {_json_type(setting.type) for setting in self.settings(one)}
            for one in self.pipeline.parameters
        }

    @cached_property
    def stated(self) -> frozenset[str]:
        """The parameters whose default stands in the DAG; that of others is weaker than what a task is given."""
        return frozenset(one.name for one in self.pipeline.parameters if self._is_stated(one))

    def _is_stated(self, one: Parameter) -> bool:
        if not one.has_default or one.default is None:
            return False
        return not any(self._is_given(*target) for target in one.targets) and all(
            _reads_the_same(one.default, setting.type) for setting in self.settings(one)
        )

    def settings(self, one: Parameter) -> Iterator[Setting]:
        for task, field in one.targets:
            step = self.pipeline.steps[self.tasks[task].step]
            yield from (setting for setting in step.settings if setting.name == field)

    def _is_given(self, name: str, field: str) -> bool:
        """Whether a field, or a part of it, may have a variable of its own where the task runs."""
        return any(self._gives(name, one) for one in self._inside(name, field))

    def _gives(self, name: str, one: Variable) -> bool:
        step = self.steps[name]
        given = {*self.tasks[name].options.env, *self.config.provided, *step.variables, *step.connections}
        given |= {*step.secrets, *step.config}.union(*(each.provides for each in step.env_from))
        return not given.isdisjoint((*forms(one), "*"))

    def _inside(self, name: str, field: str) -> Iterator[Variable]:
        task = self.tasks[name]
        for one in variables(self.pipeline.steps[task.step], name):
            if f"{one.field}.".startswith(f"{field}."):
                yield one

    def needed(self, one: Parameter) -> str:
        """A task that cannot run unless the parameter is set; "" when every task can."""
        for name, field in () if one.has_default else one.targets:
            if any(each.required and not self._gives(name, each) for each in self._inside(name, field)):
                return name
        return ""

    def data(self) -> dict[str, Call]:
        """What stands under `params` of the DAG."""
        return {one.name: self._param(one) for one in self.pipeline.parameters}

    def _param(self, one: Parameter) -> Call:
        must = bool(self.needed(one))
        plain: tuple[object, ...] = () if must else (one.default if one.name in self.stated else None,)
        named: dict[str, object] = {}
        kind = next(iter(self.kinds[one.name]), "") if len(self.kinds[one.name]) == 1 else ""
        if kind:
            named["type"] = kind if must or plain != (None,) else ["null", kind]
        if one.choices:
            named["enum"] = [*one.choices, *([None] if plain == (None,) and None not in one.choices else [])]
        if one.description:
            named["description"] = one.description
        return Call("Param", named, plain)

    def exposures(self, task: Task) -> list[Exposure]:
        """The settings that `exec` reads from parameters; a default that stands in the DAG is not given again."""
        return [
            one._replace(default=None) if self.names[one.variable] in self.stated else one
            for one in self.exposed.get(task.name, ())
        ]

    def of(self, task: Task) -> list[str]:
        """The variables of the parameters that concern a task."""
        return list(dict.fromkeys(one.variable for one in self.exposed.get(task.name, ())))

    def may_be_unset(self, variable: str) -> bool:
        """Whether a run may have no value for it."""
        return self.names[variable] not in self.stated

    def unset(self, variable: str) -> str:
        return f"{self.value(variable)} is none"

    def value(self, variable: str) -> str:
        """The value in a run, inside a Jinja expression."""
        return f"params[{quoted(self.names[variable])}]"

    def text(self, variable: str) -> str:
        """The same as the text that a setting's variable carries."""
        value = self.value(variable)
        if self.kinds[self.names[variable]] in ({"string"}, {"integer"}):
            return value
        return f"({value} if {value} is string else macros.json.dumps({value}))"

    def word(self, variable: str, of_pod: bool) -> str:
        """One word for `exec` that sets the variable; another one that changes nothing when there is no value."""
        text = f'{self.text(variable)} | replace("$", "$$")' if of_pod else self.text(variable)
        told = f"{quoted(f'--env={variable}=')} ~ ({text})"
        return f'{{{{ {told} if {self.value(variable)} is not none else "--log=text" }}}}'


def _json_type(kind: str) -> str:
    """The JSON Schema type of a setting, "" when it is not one alone."""
    kind = kind.partition(", ")[0] if "[" not in kind else kind
    if kind.startswith("list[") and "|" not in kind:
        return "array"
    if kind.startswith("dict[") and "|" not in kind:
        return "object"
    return _TYPES.get(kind, "")


def _reads_the_same(default: Json, kind: str) -> bool:
    """Whether the default as a variable's text means what it means as JSON; for a union it might not."""
    kind = kind.removesuffix(" | None")
    if isinstance(default, str):
        plain = kind.partition(", ")[0] if "[" not in kind else kind
        return plain in ("str", "pathlib.Path") or (kind.startswith("Literal[") and "|" not in kind)
    return "|" not in kind and "str" not in kind.partition("[")[0] and kind not in ("Any", "object")
