"""Resolve the parameters that a pipeline exposes to the settings they set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipegen.dsl.findings import Findings
from pipegen.dsl.pipeline import UNSET, Parameter, Pipeline
from pipegen.errors import suggest
from pipegen.ir import Json, Step, Task
from pipegen.ir import Parameter as IrParameter
from pipegen.link import is_setting
from pipegen.plain_json import json_value

_EXAMPLE = 'Parameter("model", "score.model")'
# What is wrong: a code, a sentence, a hint.
_Wrong = Iterator[tuple[str, str, str]]


def parameters_of(
    pipeline: Pipeline, tasks: Sequence[Task], steps: Mapping[str, Step], found: Findings
) -> tuple[IrParameter, ...]:
    """The parameters as data, each target split into task and field."""
    of_tasks = {task.name: steps[task.step] for task in tasks}
    if not isinstance(pipeline.parameters, (list, tuple)):
        message = f"{pipeline.parameters!r} cannot be the parameters of pipeline '{pipeline.name}'"
        found.say("PG136", message, pipeline.origin, f"parameters=[{_EXAMPLE}]")
        return ()
    read: dict[str, IrParameter] = {}
    for one in pipeline.parameters:
        if not isinstance(one, Parameter):
            found.say("PG136", f"{one!r} is not a Parameter", pipeline.origin, _EXAMPLE)
            continue
        wrong = [*_wrong_name(one, read), *_wrong_targets(one, of_tasks), *_wrong_values(one)]
        for code, message, hint in wrong:
            found.say(code, message, one.origin, hint)
        if not wrong:
            read[one.name] = _parameter(one, of_tasks, found)
    return tuple(read.values())


def _parameter(one: Parameter, of_tasks: Mapping[str, Step], found: Findings) -> IrParameter:
    return IrParameter(
        name=one.name,
        targets=tuple(_split(text, of_tasks) for text in one.targets),
        default=None if one.default is UNSET else json_value(one.default),
        has_default=one.default is not UNSET,
        choices=tuple(json_value(choice) for choice in one.choices),
        description=one.description,
        origin=found.place(one.origin),
    )


def _wrong_name(one: Parameter, read: Mapping[str, IrParameter]) -> _Wrong:
    if not isinstance(one.name, str) or not (one.name.isascii() and one.name.isidentifier()):
        yield "PG132", f"{one.name!r} cannot be a parameter's name", "letters, digits and '_'"
    elif one.name in read:
        yield "PG132", f"two parameters are called '{one.name}'", "give one of them another name"
    if not isinstance(one.description, str):
        yield "PG132", f"the description of parameter '{one.name}' is no text", 'description="Which model"'


def _wrong_targets(one: Parameter, of_tasks: Mapping[str, Step]) -> _Wrong:
    if not one.targets:
        yield "PG131", f"parameter '{one.name}' sets nothing", _EXAMPLE
    for text in dict.fromkeys(map(str, one.targets)):
        name, field = _split(text, of_tasks)
        if not name or not field:
            yield "PG131", f"target '{text}' of parameter '{one.name}' names no field", "write task.field"
        elif name not in of_tasks:
            message = f"parameter '{one.name}' sets task '{name}', which the pipeline does not have"
            yield "PG131", message, suggest(name, of_tasks)
        elif not is_setting(of_tasks[name], field):
            message = f"parameter '{one.name}' sets '{field}', which is no setting of task '{name}'"
            yield (
                "PG131",
                message,
                suggest(field, [one.name for one in of_tasks[name].settings]) or "the step has no settings",
            )
    if len({str(text) for text in one.targets}) < len(one.targets):
        yield "PG132", f"parameter '{one.name}' names a target twice", "name each target once"


def _split(text: str, of_tasks: Mapping[str, Step]) -> tuple[str, str]:
    """Task and field; a task's name may hold dots, so the task that has such a field is meant."""
    ways = [(text[:dot], text[dot + 1 :]) for dot, char in enumerate(text) if char == "."]
    known = [way for way in ways if way[0] in of_tasks]
    fitting = [way for way in known if is_setting(of_tasks[way[0]], way[1])]
    return next(iter((*fitting, *known, *ways)), (text, ""))


def _wrong_values(one: Parameter) -> _Wrong:
    if not isinstance(one.choices, (list, tuple)):
        yield "PG132", f"the choices of parameter '{one.name}' are {one.choices!r}", "choices=(1, 2)"
        return
    try:
        choices = [json_value(choice) for choice in one.choices]
        default = None if one.default is UNSET else json_value(one.default)
    except ValueError as error:
        yield "PG132", f"parameter '{one.name}' {error}", "a value of a parameter is JSON"
        return
    if one.default is not UNSET and choices and not any(_same(default, choice) for choice in choices):
        message = f"the default {one.default!r} of parameter '{one.name}' is none of its choices"
        yield "PG132", message, f"choices are {', '.join(map(repr, one.choices))}"


def _same(one: Json, other: Json) -> bool:
    """1, 1.0 and True are three values."""
    return type(one) is type(other) and one == other
