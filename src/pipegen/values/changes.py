"""The fields of a pipeline that values change, worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from pipegen.errors import Diagnostic, suggest
from pipegen.ir import Json, Options, Parameter, Pipeline, Schedule, Task
from pipegen.values import modes
from pipegen.values.document import Values
from pipegen.values.nodes import find, join
from pipegen.values.options import gpu_as_asked, patched_keys, stronger, weaker, without_idle_retry
from pipegen.values.unset import UNSET

if TYPE_CHECKING:
    from pipegen.values.model import ParameterValues, PipelineValues, TaskValues


def of_tasks(
    pipeline: Pipeline, own: PipelineValues | None, values: Values, found: list[Diagnostic]
) -> dict[str, Any]:
    """The tasks and handlers with the options that values give them."""
    tasks = _Tasks(pipeline.name, own, values)
    if tasks.base is None and not tasks.names:
        return {}
    handlers = {"on_failure": pipeline.on_failure, "on_exit": pipeline.on_exit}
    changed: dict[str, Any] = {key: tasks.of(task) for key, task in handlers.items() if task is not None}
    changed |= {"tasks": tuple(map(tasks.of, pipeline.tasks))}
    found += (_idle_retry(values, keys) for keys, idle in tasks.idle.items() if idle)
    every_task = (*changed["tasks"], *(changed[key] for key in handlers if key in changed))
    found += modes.unfit(pipeline, every_task, own, values)
    return changed


def of_pipeline(
    pipeline: Pipeline, own: PipelineValues, values: Values, found: list[Diagnostic]
) -> dict[str, Any]:
    """The pipeline's own fields and its parameters."""
    changes: dict[str, Any] = {}
    if own.description is not UNSET:
        changes["description"] = own.description or ""
    if own.schedule is not UNSET:
        given = own.schedule
        schedule = given if given is None or isinstance(given, str) else Schedule(given.cron, given.timezone)
        changes["schedule"] = Schedule(schedule) if isinstance(schedule, str) else schedule
    changes |= {
        key: value for key in ("concurrency", "deadline") if (value := getattr(own, key)) is not UNSET
    }
    if own.labels:
        changes["labels"] = patched_keys(pipeline.labels, own.labels)
    if own.parameters:
        changes["parameters"] = _parameters(pipeline, own.parameters, values, found)
    return changes


def _parameters(
    pipeline: Pipeline, own: Mapping[str, ParameterValues], values: Values, found: list[Diagnostic]
) -> tuple[Parameter, ...]:
    known = [parameter.name for parameter in pipeline.parameters]
    for name in own:
        if name not in known:
            message = f"pipeline '{pipeline.name}' has no parameter '{name}'"
            origin = values.origin("pipelines", pipeline.name, "parameters", name)
            found.append(Diagnostic("PG242", message, origin, suggest(name, known)))
    changed = tuple(_parameter(one, own[one.name]) if one.name in own else one for one in pipeline.parameters)
    found += (
        _unfit_default(pipeline.name, parameter, values)
        for parameter in changed
        if parameter.name in own and not _default_fits(parameter)
    )
    return changed


def _parameter(parameter: Parameter, own: ParameterValues) -> Parameter:
    changes: dict[str, Any] = {
        key: value
        for key in ("default", "choices", "description")
        if (value := getattr(own, key)) is not UNSET
    }
    if "default" in changes:
        changes["has_default"] = True
    return replace(parameter, **changes)


def _default_fits(parameter: Parameter) -> bool:
    """Whether the default is among the choices; 1, 1.0 and true are three different values."""
    if not parameter.has_default or not parameter.choices:
        return True
    return any(
        type(choice) is type(parameter.default) and choice == parameter.default
        for choice in parameter.choices
    )


def _unfit_default(pipeline: str, parameter: Parameter, values: Values) -> Diagnostic:
    place = ("pipelines", pipeline, "parameters", parameter.name)
    entry = next((found for key in ("default", "choices") if (found := find(values.node, *place, key))), None)
    message = (
        f"the default of parameter '{parameter.name}' is {_json(parameter.default)}, which is not a choice"
    )
    hint = "the choices are " + ", ".join(map(_json, parameter.choices))
    return Diagnostic("PG243", message, entry.value.origin if entry else values.origin(*place), hint)


def _json(value: Json) -> str:
    import json  # only a mistake pays for it

    return json.dumps(value, ensure_ascii=False, default=list)


def _idle_retry(values: Values, keys: tuple[str, ...]) -> Diagnostic:
    path = reduce(join, keys, "")
    message = f"'{path}.retry' says how to run a task again, but nothing says how often"
    return Diagnostic("PG234", message, values.origin(*keys, "retry"), "add 'limit: 2' to it")


class _Tasks:
    """Gives tasks their options. Each kind of task is worked out once: there may be thousands of it."""

    def __init__(self, pipeline: str, own: PipelineValues | None, values: Values) -> None:
        self.steps: list[tuple[tuple[str, ...], Mapping[str, TaskValues]]] = [(("steps",), values.steps)]
        self.steps += [(("pipelines", pipeline, "steps"), own.steps)] if own else []
        self.names = frozenset(name for _, steps in self.steps for name in steps)
        base = Options()
        for defaults in (values.defaults, own.defaults if own else None):
            base = base if defaults is None else stronger(defaults, base)
        self.base = None if base == Options() else base
        self.done: dict[tuple[int, str, str], Options] = {}
        self.idle: dict[tuple[str, ...], bool] = {}  # a step's retry without a limit: whether it was in vain

    def of(self, task: Task) -> Task:
        """The task with its options as the values want them."""
        slug = task.step if task.step in self.names else ""
        name = task.name if task.name in self.names else ""
        if self.base is None and not slug and not name:
            return task
        kind = (id(task.options), slug, name)  # the pipeline keeps its options alive, so ids stay unique
        options = self.done.get(kind)
        if options is None:
            options = self.done[kind] = self.options(task.options, slug, name)
        return Task(task.name, task.step, task.inputs, options, task.origin)

    def options(self, code: Options, slug: str, name: str) -> Options:
        options = code if self.base is None else weaker(self.base, code)
        retries = []
        for keys, steps in self.steps:
            for key in dict.fromkeys((slug, name)):
                if key in steps:
                    options = stronger(steps[key], options)
                    retry = steps[key].retry
                    if retry is not None and retry is not UNSET and retry.limit is UNSET:
                        retries.append((*keys, key))
        for place in retries:
            in_vain = options.retry is not None and options.retry.limit == 0
            self.idle[place] = in_vain and self.idle.get(place, True)
        return code if options == code else gpu_as_asked(code, without_idle_retry(options))
